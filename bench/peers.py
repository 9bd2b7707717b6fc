"""The engines we compare with, set up as well as we know how: in memory, two threads, typed columns."""

from __future__ import annotations

import os

import duckdb
import polars as pl

THREADS = min(2, os.cpu_count() or 1)


class _Stream:
    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self._frame.__arrow_c_stream__(requested_schema)


def connect() -> duckdb.DuckDBPyConnection:
    """An empty database in memory."""
    con = duckdb.connect(":memory:", config={"threads": THREADS})
    con.execute("SET TimeZone = 'UTC'")
    return con


def load(con: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame, columns: str = "*") -> None:
    """Make a table from a frame, or append to it."""
    con.register("arriving", _Stream(frame))
    known = con.execute("SELECT count(*) FROM duckdb_tables() WHERE table_name = ?", [table]).fetchall()[0][0]
    head = f"INSERT INTO {table}" if known else f"CREATE TABLE {table} AS"
    con.execute(f"{head} SELECT {columns} FROM arriving")
    con.unregister("arriving")


def fetched(con: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    """The result of a query as a frame."""
    return pl.DataFrame({name: pl.Series(values) for name, values in con.execute(sql).fetchnumpy().items()})
