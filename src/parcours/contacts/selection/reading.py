"""Rows of the database as columns: millions at once, without an object for each value where that can be avoided.

The database writes many rows into one text, which Polars reads. Where the data themselves hold a separator that would
go wrong: the number of rows and columns tells, and such rows are fetched one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeAlias

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
    true,
    type_coerce,
)
from sqlalchemy.types import BigInteger, LargeBinary

from parcours.contacts.tables import Amount

FIELD, ROW = "\x1f", "\n"
#: Numbers of rows in one text.
STRETCH = 200_000
Step: TypeAlias = Callable[[pl.DataFrame], pl.DataFrame]


def columns_of(table: Table, names: Sequence[str]) -> dict[str, pl.DataType]:
    """The types in which :func:`read` gives columns: amounts in millionths, as they are stored."""
    return {name: _type(table.c[name]) for name in names}


def read(
    con: Connection, table: Table, names: Sequence[str], *where: ColumnElement[bool], then: Step = lambda rows: rows
) -> pl.DataFrame:
    """The columns of the rows that fit, in order of ``id``, which is the first of them.

    ``then`` is done to each part, while the database is writing the next one.
    """
    ids = table.c.id
    first, last, count = con.execute(select(func.min(ids), func.max(ids), func.count()).where(*where)).one()
    taking = _Taking(con, table, names, then)
    if count <= STRETCH:  # without limits, which might keep the database from using an index for the rest
        return _ordered(taking.part(and_(true(), *where)))
    with ThreadPoolExecutor(max_workers=1) as pool:
        parts = [taking.later(pool, and_(*where, among)) for among in _stretches(table, first, last)]
        return _ordered(pl.concat([part() for part in parts]))


def _ordered(rows: pl.DataFrame) -> pl.DataFrame:
    return rows if rows["id"].is_sorted() else rows.sort("id")


def _stretches(table: Table, first: int, last: int) -> Iterator[ColumnElement[bool]]:
    for start in range(first, last + 1, STRETCH):
        yield table.c.id.between(start, min(start + STRETCH - 1, last))


class _Taking:
    """Reading parts of a table."""

    def __init__(self, con: Connection, table: Table, names: Sequence[str], then: Step) -> None:
        self.con = con
        self.names = names
        self.table = table
        self.types = columns_of(table, names)
        self.then = then
        self.query = select(func.count(), _together(con, table, names))

    def part(self, where: ColumnElement[bool]) -> pl.DataFrame:
        count, text = self.con.execute(self.query.where(where)).one()
        return self._taken(where, self._read(count, text))

    def later(self, pool: ThreadPoolExecutor, where: ColumnElement[bool]) -> Callable[[], pl.DataFrame]:
        """The same, but for what the database does not take part in: that is done by the pool."""
        count, text = self.con.execute(self.query.where(where)).one()
        reading = pool.submit(self._read, count, text)
        return lambda: self._taken(where, reading.result())

    def _read(self, count: int, text: Any) -> pl.DataFrame | None:
        rows = _parsed(text, self.types) if count else pl.DataFrame(schema=self.types)
        return None if rows is None or rows.height != count else self.then(rows)

    def _taken(self, where: ColumnElement[bool], rows: pl.DataFrame | None) -> pl.DataFrame:
        """The rows; one by one where they could not be read together."""
        if rows is not None:
            return rows
        found = self.con.execute(select(*(_stored(self.table.c[name]) for name in self.names)).where(where))
        return self.then(pl.DataFrame([tuple(row) for row in found], schema=self.types, orient="row"))


def _together(con: Connection, table: Table, names: Sequence[str]) -> ColumnElement[Any]:
    """All rows in one text; a full stop ends each, so that white space at the end of a value is kept."""
    columns = [_printed(table.c[name]) for name in names]
    form = FIELD.join(["%s"] * len(columns) + ["."])
    if con.dialect.name == "sqlite":
        return cast(func.group_concat(func.printf(form, *columns), ROW), LargeBinary)
    return func.string_agg(func.format(form, *columns), ROW)


def _printed(column: Column[Any]) -> ColumnElement[Any]:
    return cast(column, Integer) if isinstance(column.type, Boolean) else column


def _parsed(text: Any, types: dict[str, pl.DataType]) -> pl.DataFrame | None:
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
    return found.select(pl.col(name).cast(type_) for name, type_ in types.items())


def _stored(column: Column[Any]) -> ColumnElement[Any]:
    return type_coerce(column, BigInteger) if isinstance(column.type, Amount) else column


def _type(column: Column[Any]) -> pl.DataType:
    kind = column.type
    if isinstance(kind, Boolean):
        return pl.Boolean()
    if isinstance(kind, Date):
        return pl.Date()
    return pl.Int64() if isinstance(kind, Integer | Amount) else pl.String()
