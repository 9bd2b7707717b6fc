"""Adding many rows at once: values are bound column by column, which is several times faster than row by row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice, repeat
from typing import Any

import polars as pl
from sqlalchemy import Column, Connection, Dialect, Table
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from parcours.contacts.office.texts import check_texts

#: Rows that go to the database in one statement.
SLICE = 20_000


def add_rows(
    con: Connection, table: Table, rows: Sequence[Mapping[str, Any]] | pl.DataFrame, same: Mapping[str, Any]
) -> None:
    """Insert rows that all have the columns of the first one; ``same`` holds for every row, and columns that are
    nowhere named take their defaults.

    Raises:
        InputError: ``nul-character``.
    """
    constants = {**_defaults(table), **same}
    if isinstance(rows, pl.DataFrame):
        constants = {name: value for name, value in constants.items() if name in same or name not in rows.columns}
        constants |= {name: rows[name][0] for name in rows.columns if name not in constants and _one_value(rows[name])}
        for name in rows.columns:
            check_texts(name, rows[name])
        columns = {name: rows[name].to_list() for name in rows.columns if name not in constants}
    else:
        constants = {name: value for name, value in constants.items() if name in same or name not in rows[0]}
        columns = {name: [row[name] for row in rows] for name in rows[0] if name not in constants}
        for name, values in columns.items():
            check_texts(name, values)
    bound = [_bound(con.dialect, table.c[name], values) for name, values in columns.items()]
    for name, value in constants.items():
        bound.append(repeat(next(iter(_bound(con.dialect, table.c[name], [value]))), len(rows)))
    statement = _statement(con.dialect, table, [*columns, *constants])
    made = zip(*bound, strict=True)
    while part := list(islice(made, SLICE)):
        con.exec_driver_sql(statement, part)


def _one_value(values: pl.Series) -> bool:
    """Whether it is the same in all rows: then it is made fit for the database only once."""
    return len(values) > 1 and values.dtype != pl.Object and bool(values.eq_missing(values[0]).all())


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
