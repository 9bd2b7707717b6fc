"""Scenarios of contacts and worksheets (cases/contact-segments.README.md), played through the Python library."""
