"""Journeys: profiles move through graphs of activities, all runs before the same activity together."""
