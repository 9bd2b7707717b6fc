"""Which contacts stand on a page of a list: from the columns in memory, so that only the cards of the page are read."""

from __future__ import annotations

from typing import Any

import polars as pl

from parcours.contacts.office import Desk
from parcours.contacts.selection.filters import Filters, Shape
from parcours.contacts.selection.matching import matching
from parcours.contacts.selection.people import People
from parcours.service.paging import Order, next_rows, place_in


def numbers(
    desk: Desk, filters: Shape, order: Order, cursor: str | None, offset: int, limit: int
) -> tuple[list[str], str | None, int]:
    """The numbers of the contacts of a page, the cursor of the page after it, and how many match in all.

    Args:
        desk: sees the contacts.
        filters: whom the list holds.
        order: by a column of the cards; texts in any case.
        cursor: of the page before.
        offset, limit: so many contacts further down, so many.

    Raises:
        DefinitionError: the filters cannot be accepted.
        InputError: ``bad-cursor``.
    """
    place = place_in(cursor, order, Any, str)
    people = People(desk)
    found = pl.Series(matching(people, Filters.of(filters), documents=True))
    keys = people.texts("no").filter(found)
    values = _values(people, order.column).filter(found)
    shown, following = next_rows(pl.DataFrame({"value": values, "key": keys}), order, place, limit, offset)
    return shown["key"].to_list(), following, len(keys)


def _values(people: People, column: str) -> pl.Series:
    """What orders the contacts, by position."""
    held = people.columns(column)[column]
    return people.texts(column).str.to_lowercase() if held.dtype == pl.UInt32 else held.to_physical()
