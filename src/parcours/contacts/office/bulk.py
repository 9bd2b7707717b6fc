"""Adding many rows at once: values are bound column by column, which is several times faster than row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any

import polars as pl
from sqlalchemy import Column, Connection, Dialect, Table
from sqlalchemy.sql.schema import ScalarElementColumnDefault


def add_rows(
    con: Connection, table: Table, rows: Sequence[Mapping[str, Any]] | pl.DataFrame, same: Mapping[str, Any]
) -> None:
    """Insert rows that all have the columns of the first one; ``same`` holds for every row, and columns that are
    nowhere named take their defaults."""
    columns = _columns(rows)
    for name, value in {**_defaults(table), **same}.items():
        if name in same or name not in columns:
            columns[name] = repeat(value, len(rows))
    bound = [_bound(con.dialect, table.c[name], values) for name, values in columns.items()]
    con.exec_driver_sql(_statement(con.dialect, table, list(columns)), list(zip(*bound, strict=True)))


def _columns(rows: Sequence[Mapping[str, Any]] | pl.DataFrame) -> dict[str, Iterable[Any]]:
    if isinstance(rows, pl.DataFrame):
        return {name: rows[name].to_list() for name in rows.columns}
    return {name: map(itemgetter(name), rows) for name in rows[0]}


def _defaults(table: Table) -> dict[str, Any]:
    constants = ((column.name, column.default) for column in table.c)
    return {name: one.arg for name, one in constants if isinstance(one, ScalarElementColumnDefault)}


def _bound(dialect: Dialect, column: Column[Any], values: Iterable[Any]) -> Iterable[Any]:
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return values if process is None else map(process, values)


def _statement(dialect: Dialect, table: Table, names: Sequence[str]) -> str:
    quote = dialect.identifier_preparer
    mark = "?" if dialect.paramstyle == "qmark" else "%s"
    columns = ", ".join(quote.quote(name) for name in names)
    return f"INSERT INTO {quote.format_table(table)} ({columns}) VALUES ({', '.join([mark] * len(names))})"
