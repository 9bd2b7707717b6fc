"""Steps and deliveries that never were in a log, as tables that the reports on journeys can ask."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

import polars as pl

from parcours.core.arrow import ArrowStream
from parcours.core.facts import INSTANT, OUTCOME_COLUMNS
from parcours.store.log.bridge import frame_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

_DEFINITIONS = {"kind": pl.String, "id": pl.String, "version": pl.Int32, "action": pl.String, "_seq": pl.Int64}


class Sheet:
    """A database in memory with the tables of journeys. Use it as a context manager.

    Args:
        steps, deliveries, outcomes: as the log has them.
        ids: external ids of profiles by number.
    """

    def __init__(self, steps: pl.DataFrame, deliveries: pl.DataFrame, outcomes: pl.DataFrame, ids: pl.Series) -> None:
        import duckdb

        self._con: Connection = duckdb.connect(":memory:")
        self._con.execute("SET TimeZone='UTC'")
        self._con.execute("CREATE SCHEMA facts")
        numbered = steps.with_columns(_seq=pl.int_range(pl.len(), dtype=pl.Int64))
        profiles = pl.DataFrame({"_profile": pl.int_range(len(ids), dtype=pl.Int32, eager=True), "_profile_id": ids})
        self._put("journey_steps", numbered)
        self._put("deliveries", deliveries)
        self._put("outcomes", outcomes.with_columns(pl.col("time", "started").cast(INSTANT)).select(*OUTCOME_COLUMNS))
        self._put("profiles", profiles)
        self._put("definitions", pl.DataFrame(schema=_DEFINITIONS))

    def _put(self, table: str, frame: pl.DataFrame) -> None:
        self._con.register("parcours_rows", ArrowStream(frame))
        self._con.execute(f"CREATE TABLE facts.{table} AS SELECT * FROM parcours_rows")
        self._con.unregister("parcours_rows")

    def query(self, sql: str) -> pl.DataFrame:
        """The result of one statement."""
        return frame_of(self._con.sql(sql))

    def __enter__(self) -> Sheet:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._con.close()
