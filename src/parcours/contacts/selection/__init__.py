"""Selecting contacts by filters over eight sub-tables (contact-segments.md, sections 7, 8, 9.1 and 13).

``match`` says who matches, ``check_filters`` whether filters can be accepted; the rest goes from one set of contacts to
another. Everything is decided in memory, over columns that follow the database (``columns.py``).
"""

from __future__ import annotations

from parcours.contacts.selection.columns import mirror_of
from parcours.contacts.selection.expanding import (
    affected,
    expand_companies,
    in_order,
    related_companies,
    without_excluded,
)
from parcours.contacts.selection.filters import Filters, check_filters
from parcours.contacts.selection.matching import match, prepare
from parcours.contacts.selection.people import fields_of
from parcours.contacts.selection.reading import read

__all__ = [
    "Filters",
    "affected",
    "check_filters",
    "expand_companies",
    "fields_of",
    "in_order",
    "match",
    "mirror_of",
    "prepare",
    "read",
    "related_companies",
    "without_excluded",
]
