"""Interactions: templates, attachments, the log, its cancel marks, and what of it is delivered.

See contact-segments.md, sections 4, 15.3, 16 and 17.
"""

from __future__ import annotations
