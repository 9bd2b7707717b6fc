"""Scenarios of journeys (cases/journeys.README.md): translated, played on a virtual clock, and judged."""
