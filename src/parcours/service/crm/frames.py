"""Rows of tables as data frames with the types of their columns, also where there are no rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from sqlalchemy import JSON, Boolean, Column, Date, Integer, Table
from sqlalchemy.types import String

from parcours.contacts.tables import Amount
from parcours.service.paging import Order

#: Columns that say nothing to users.
HIDDEN = ("revision",)


def frame_of(
    table: Table,
    rows: Iterable[Mapping[str, Any]],
    *,
    more: Mapping[str, Any] | None = None,
    without: Sequence[str] = (),
) -> pl.DataFrame:
    """A frame of rows of a table.

    Args:
        table: whose columns the frame has, besides ``revision``; JSON becomes a text.
        rows: by name of the column.
        more: types of columns that the rows have beyond those of the table.
        without: columns that are left out.
    """
    hidden = {*HIDDEN, *without}
    schema = {column.name: _type(column) for column in table.c if column.name not in hidden} | dict(more or {})
    listed = list(rows)
    made = {
        name: pl.Series(name, [row.get(name) for row in listed], kind, strict=False) for name, kind in schema.items()
    }
    return pl.DataFrame(made)


def in_order(frame: pl.DataFrame, order: Order, *, then: str) -> pl.DataFrame:
    """Rows in an order, texts in any case, those without a value last; equal ones by the column ``then``."""
    by = pl.col(order.column)
    folded = by.str.to_lowercase() if frame.schema[order.column] == pl.String else by
    return frame.sort(folded, then, descending=[order.descending, False], nulls_last=True)


def orders(table: Table) -> list[str]:
    """The columns of a table that its rows can be ordered by."""
    return [column.name for column in table.c if column.name not in ("id", *HIDDEN) and _type(column) is not pl.Object]


def _type(column: Column[Any]) -> Any:
    kind = column.type
    if isinstance(kind, Amount):
        return pl.Float64
    if isinstance(kind, JSON):
        return pl.Object
    kinds = ((Boolean, pl.Boolean), (Date, pl.Date), (String, pl.String), (Integer, pl.Int64))
    return next((found for wanted, found in kinds if isinstance(kind, wanted)), pl.Object)
