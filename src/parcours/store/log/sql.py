"""SQL that users write: it reads the log and nothing else.

Three fences: only statements that read are let through; they run in a transaction that DuckDB itself holds
read-only; and access to files and the network is off for the whole database (``opening``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from parcours.core.errors import InputError
from parcours.store.log.bridge import frame_of
from parcours.store.log.types import quote

if TYPE_CHECKING:
    import duckdb
    from duckdb import DuckDBPyConnection as Connection

_READS = ("SELECT", "EXPLAIN")
#: Types of results that Polars has no column for, and what is asked of DuckDB in their place.
_DIFFICULT = ("INTERVAL", "HUGEINT", "UUID", "BIT", "MAP", "UNION", "TIME WITH", "VARIANT", "BIGNUM", "GEOMETRY")


def query(con: Connection, sql: str) -> pl.DataFrame:
    """The result of one reading statement.

    Intervals come as durations (a month counts 30 days), other types that a frame cannot hold as text.

    Raises:
        InputError: the text is no SQL, does not read, or fails.
    """
    import duckdb

    try:
        _refuse_other_than_reads(con, sql)
        con.execute("BEGIN TRANSACTION READ ONLY")
        try:
            return _result(con, sql)
        finally:
            con.rollback()
    except duckdb.Error as error:
        raise _explained(error) from error


def _refuse_other_than_reads(con: Connection, sql: str) -> None:
    statements = con.extract_statements(sql)
    if len(statements) != 1:
        raise InputError(
            f"expected one SQL statement, found {len(statements)}", code="bad-sql", hint="run them one after the other"
        )
    kind = statements[0].type.name
    if kind not in _READS:
        raise InputError(
            f"{kind.replace('_', ' ')} statements are not allowed: the log is read-only",
            code="read-only",
            hint="use SELECT, WITH, DESCRIBE, SUMMARIZE, SHOW or EXPLAIN; the tables are listed by: SHOW ALL TABLES",
        )


def _result(con: Connection, sql: str) -> pl.DataFrame:
    relation = con.sql(sql)
    kinds = [str(kind) for kind in relation.types]
    names = _unique(relation.columns)
    if names != relation.columns or any(_difficult(kind) for kind in kinds):
        columns = ", ".join(_readable(name, kind) for name, kind in zip(names, kinds, strict=True))
        aliases = ", ".join(quote(name) for name in names)
        frame = frame_of(relation.query("result", f"SELECT {columns} FROM result AS t({aliases})"))
    else:
        frame = frame_of(relation)
    durations = [name for name, kind in zip(names, kinds, strict=True) if kind == "INTERVAL"]
    return frame.with_columns(pl.col(durations).cast(pl.Duration("us"))) if durations else frame


def _unique(names: Sequence[str]) -> list[str]:
    """The names with a number behind those that are there already, as in ``a, a_2``."""
    found: list[str] = []
    for name in names:
        new, number = name, 1
        while new.lower() in (other.lower() for other in found):
            number += 1
            new = f"{name}_{number}"
        found.append(new)
    return found


def _difficult(kind: str) -> bool:
    return any(word in kind for word in _DIFFICULT)


def _readable(name: str, kind: str) -> str:
    column = quote(name)
    if kind == "INTERVAL":
        return f"epoch_us({column}) AS {column}"
    if kind in ("HUGEINT", "UHUGEINT"):
        return f"CAST({column} AS DOUBLE) AS {column}"
    return f"CAST({column} AS VARCHAR) AS {column}" if _difficult(kind) else column


def _explained(error: duckdb.Error) -> InputError:
    import duckdb

    said = str(error).strip()
    if isinstance(error, duckdb.PermissionException):
        return InputError(
            "SQL over the log cannot read or write files",
            code="no-files",
            hint="export what you need: parcours export, or .write_parquet() of the frame in Python",
        )
    return InputError(said, code="bad-sql", hint="SHOW ALL TABLES lists tables and columns")
