"""Rows of the database as columns: millions at once, without an object for each value where that can be avoided.

The database writes many rows into one text, which Polars reads. Where the data themselves hold a separator that would
go wrong: the number of rows and columns tells, and such rows are fetched one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl
from sqlalchemy import (
    Boolean,
    Column,
    ColumnElement,
    Connection,
    Date,
    Integer,
    Table,
    and_,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.types import BigInteger, LargeBinary

from parcours.contacts.tables import Amount

FIELD, ROW = "\x1f", "\n"
#: Numbers of rows in one text.
STRETCH = 200_000


def columns_of(table: Table, names: Sequence[str]) -> dict[str, pl.DataType]:
    """The types in which :func:`read` gives columns: amounts in millionths, as they are stored."""
    return {name: _type(table.c[name]) for name in names}


def read(con: Connection, table: Table, names: Sequence[str], *where: ColumnElement[bool]) -> pl.DataFrame:
    """The columns of the rows that fit, in order of ``id``, which is the first of them."""
    first, last = con.execute(select(func.min(table.c.id), func.max(table.c.id)).where(*where)).one()
    if first is None:
        return pl.DataFrame(schema=columns_of(table, names))
    parts = [_stretch(con, table, names, and_(*where, among)) for among in _stretches(table, first, last)]
    return pl.concat(parts).sort("id")


def _stretches(table: Table, first: int, last: int) -> Iterator[ColumnElement[bool]]:
    for start in range(first, last + 1, STRETCH):
        yield table.c.id.between(start, min(start + STRETCH - 1, last))


def _stretch(con: Connection, table: Table, names: Sequence[str], where: ColumnElement[bool]) -> pl.DataFrame:
    count, text = con.execute(select(func.count(), _together(con, table, names)).where(where)).one()
    if not count:
        return pl.DataFrame(schema=columns_of(table, names))
    found = _parsed(text, columns_of(table, names), names)
    return _fetched(con, table, names, where) if found is None or found.height != count else found


def _together(con: Connection, table: Table, names: Sequence[str]) -> ColumnElement[Any]:
    """All rows in one text; a full stop ends each, so that white space at the end of a value is kept."""
    columns = [_printed(table.c[name]) for name in names]
    form = FIELD.join(["%s"] * len(columns) + ["."])
    if con.dialect.name == "sqlite":
        return cast(func.group_concat(func.printf(form, *columns), ROW), LargeBinary)
    return func.string_agg(func.format(form, *columns), ROW)


def _printed(column: Column[Any]) -> ColumnElement[Any]:
    return cast(column, Integer) if isinstance(column.type, Boolean) else column


def _parsed(text: Any, types: dict[str, pl.DataType], names: Sequence[str]) -> pl.DataFrame | None:
    written = {name: pl.Int8() if type_ == pl.Boolean else type_ for name, type_ in types.items()}
    source = text if isinstance(text, bytes) else text.encode()
    if b"\r" in source:  # lost at the end of a value
        return None
    try:
        found = pl.read_csv(
            source,
            has_header=False,
            separator=FIELD,
            eol_char=ROW,
            quote_char=None,
            empty_string_is_null=False,
            schema={**written, "_end": pl.String()},
        )
    except pl.exceptions.PolarsError:
        return None
    if found["_end"].ne_missing(".").any():
        return None
    return found.select(pl.col(name).cast(types[name]) for name in names)


def _fetched(con: Connection, table: Table, names: Sequence[str], where: ColumnElement[bool]) -> pl.DataFrame:
    """The plain way: row by row."""
    rows = con.execute(select(*(_stored(table.c[name]) for name in names)).where(where))
    return pl.DataFrame([tuple(row) for row in rows], schema=columns_of(table, names), orient="row")


def _stored(column: Column[Any]) -> ColumnElement[Any]:
    return type_coerce(column, BigInteger) if isinstance(column.type, Amount) else column


def _type(column: Column[Any]) -> pl.DataType:
    kind = column.type
    if isinstance(kind, Boolean):
        return pl.Boolean()
    if isinstance(kind, Date):
        return pl.Date()
    return pl.Int64() if isinstance(kind, Integer | Amount) else pl.String()
