"""Pages of long lists: the rows after a cursor, in an order that names every row once.

A cursor holds where the last row of a page stands in that order, so the next page begins there whatever was added
meanwhile, and costs the same however far it lies behind the first. It is a text that nobody need understand.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import msgspec
import polars as pl

from parcours.core.errors import InputError, nearest

#: Rows of a page, unless asked otherwise, and at most.
PAGE, MOST = 100, 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a list.

    Attributes:
        items: the rows.
        next: the cursor of the page after it; ``None``: there is none.
        total: rows of the whole list, where they were counted.
    """

    items: pl.DataFrame
    next: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """An order of rows: by ``column``, ``descending`` or not; as a text: ``since``, or ``-since``."""

    column: str
    descending: bool = False

    @classmethod
    def read(cls, text: str, known: Sequence[str]) -> Order:
        """The order that a text says.

        Raises:
            InputError: ``unknown-order``, nothing is ordered by that.
        """
        found = cls(text.lstrip("-"), text.startswith("-"))
        if found.column not in known:
            raise InputError(
                f"nothing is ordered by {found.column!r}",
                code="unknown-order",
                where="sort",
                hint=nearest(found.column, known) or "a name, or a name with - in front of it",
            )
        return found

    def __str__(self) -> str:
        return f"-{self.column}" if self.descending else self.column


def check_limit(limit: int, offset: int = 0) -> None:
    """Make sure that a page of so many rows may be asked for, so many rows down.

    Raises:
        InputError: ``bad-limit``, ``bad-offset``.
    """
    if offset < 0:
        raise InputError("a page begins 0 rows down or further", code="bad-offset", where="offset")
    if not 1 <= limit <= MOST:
        raise InputError(f"a page has 1 to {MOST} rows", code="bad-limit", where="limit")


def cursor_of(order: Order, *place: Any) -> str:
    """A cursor: behind the row with these values."""
    made = msgspec.json.encode([str(order), *map(_plain, place)])
    return base64.urlsafe_b64encode(made).decode().rstrip("=")


def place_in(cursor: str | None, order: Order, *types: type) -> tuple[Any, ...] | None:
    """The values that a cursor of this order holds; ``None`` where there is no cursor.

    Args:
        types: of the values; ``None`` may stand for each but the last.

    Raises:
        InputError: ``bad-cursor``, it is none, or one of another order.
    """
    if cursor is None:
        return None
    try:
        said, *place = msgspec.json.decode(base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True))
        if said != str(order):
            raise _bad_cursor(f"it belongs to the order {said!r}")
        return tuple(_typed(value, kind) for value, kind in zip(place, types, strict=True))
    except (ValueError, TypeError, binascii.Error, msgspec.MsgspecError) as error:
        raise _bad_cursor("it is damaged") from error


def next_rows(
    rows: pl.DataFrame, order: Order, place: tuple[Any, ...] | None, limit: int, offset: int = 0
) -> tuple[pl.DataFrame, str | None]:
    """The rows of a page and the cursor of the page after it.

    Args:
        rows: of the whole list, in any order: ``value``, by which they are ordered, nulls last, and ``key``, which
            names each and orders equal ones.
        place: value and key of the row that the page begins behind; ``None``: it begins at the top.
        limit, offset: so many rows, so many further down.
    """
    if place is not None:
        rows = rows.filter(_behind(order, *place))
    descending = [order.descending, False]
    best = rows.bottom_k(offset + limit + 1, by=["value", "key"], reverse=descending)
    best = best.sort("value", "key", descending=descending, nulls_last=True).slice(offset)
    shown = best.head(limit)
    return shown, cursor_of(order, *shown.row(-1)) if best.height > limit > 0 else None


def _behind(order: Order, value: Any, key: Any) -> pl.Expr:
    """The rows behind one with this value and key."""
    later = pl.col("key") > key
    if value is None:
        beyond: pl.Expr = pl.col("value").is_null() & later
        return beyond
    further = pl.col("value") < value if order.descending else pl.col("value") > value
    found: pl.Expr = further | ((pl.col("value") == value) & later) | pl.col("value").is_null()
    return found


def _bad_cursor(why: str) -> InputError:
    return InputError(
        f"this cursor leads nowhere: {why}",
        code="bad-cursor",
        where="cursor",
        hint="use the cursor of a page with the same order and filters, or none",
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _typed(value: Any, kind: type) -> Any:
    if value is None or kind is Any:
        return value
    return msgspec.convert(value, kind, strict=kind is not float)


def filters_of(given: Mapping[str, Any]) -> dict[str, Any]:
    """The filters among arguments: those that say something."""
    return {name: value for name, value in given.items() if value is not None}
