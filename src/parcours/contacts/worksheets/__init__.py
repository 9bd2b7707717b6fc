"""Worksheet segments: lists of contacts filled by criteria and by hand, then logged.

contact-segments.md, sections 3, 6, 8 to 12, 14 and 15.
"""
