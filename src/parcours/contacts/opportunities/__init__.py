"""Opportunities on their way through a sales cycle, and tasks (contact-segments.md, section 20)."""
