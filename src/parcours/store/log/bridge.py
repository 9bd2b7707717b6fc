"""Frames into DuckDB and out of it, over Arrow streams, without a copy through Python objects.

No module of this package holds DuckDB or a class of it in a global name: see :mod:`parcours.core.arrow`. So
DuckDB is imported where it is used, which also spares programs that never open a log the import.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from parcours.core.arrow import ArrowStream
from parcours.core.schema import Type
from parcours.store.log.types import loaded_frame, quote, stored_frame

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

_ROWS = "parcours_rows"


def run(con: Connection, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Execute one statement and fetch everything: a connection with an unread result refuses other work."""
    rows: list[tuple[Any, ...]] = con.execute(sql, list(parameters)).fetchall()
    return rows


def run_with(con: Connection, sql: str, frame: pl.DataFrame) -> None:
    """Execute one statement that reads ``frame`` where it says ``{rows}``.

    Access to files is off in our connections, and with it DuckDB's look at Python variables; so the frame is
    registered.
    """
    con.register(_ROWS, ArrowStream(frame))
    run(con, sql.replace("{rows}", _ROWS))
    con.unregister(_ROWS)  # not after a failure: the transaction is over then, and with it the connection


def insert(con: Connection, table: str, frame: pl.DataFrame, types: Mapping[str, Type]) -> None:
    """Append ``frame`` to ``table`` (an SQL name), column by name; columns of the table not in it become null."""
    stored, expressions = stored_frame(frame, types)
    replaced = ", ".join(f"{expression} AS {quote(name)}" for name, expression in expressions.items())
    star = f"* REPLACE ({replaced})" if replaced else "*"
    run_with(con, f"INSERT INTO {table} BY NAME SELECT {star} FROM {{rows}}", stored)


def fetch(
    con: Connection, sql: str, parameters: Sequence[object] = (), types: Mapping[str, Type] | None = None
) -> pl.DataFrame:
    """The result of a query as a frame; columns named in ``types`` in the form of these types."""
    frame = frame_of(con.sql(sql, params=list(parameters) or None))
    return loaded_frame(frame, types) if types else frame


def frame_of(relation: Any) -> pl.DataFrame:
    """The rows of a relation. The one way to make a frame of one: see :mod:`parcours.core.arrow`."""
    return pl.DataFrame(ArrowStream(relation))
