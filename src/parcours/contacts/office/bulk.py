"""Adding many rows at once: values are bound column by column, which is several times faster than row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, Connection, Dialect, Table, insert
from sqlalchemy.sql.schema import ScalarElementColumnDefault


def add_rows(con: Connection, table: Table, rows: Sequence[Mapping[str, Any]], same: Mapping[str, Any]) -> None:
    """Insert rows that all have the columns of the first one; ``same`` holds for every row, and columns that are
    nowhere named take their defaults."""
    given = {**_defaults(table), **same}
    named = [name for name in rows[0] if name not in same]
    columns = [*named, *(name for name in given if name not in named)]
    compiled = insert(table).compile(dialect=con.dialect, column_keys=columns)
    order = compiled.positiontup or columns
    values = [
        _bound(
            con.dialect, table.c[name], map(itemgetter(name), rows) if name in named else repeat(given[name], len(rows))
        )
        for name in order
    ]
    made = zip(*values, strict=True)
    positional = compiled.positiontup is not None
    con.exec_driver_sql(
        str(compiled), list(made) if positional else [dict(zip(order, one, strict=True)) for one in made]
    )


def _defaults(table: Table) -> dict[str, Any]:
    constants = ((column.name, column.default) for column in table.c)
    return {name: one.arg for name, one in constants if isinstance(one, ScalarElementColumnDefault)}


def _bound(dialect: Dialect, column: Column[Any], values: Iterable[Any]) -> Iterable[Any]:
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return values if process is None else map(process, values)
