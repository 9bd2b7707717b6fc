"""Campaigns: cards, target groups, prices and discounts, entries, figures (contact-segments.md, sections 5 and 18)."""

from __future__ import annotations
