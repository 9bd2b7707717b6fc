"""The mixed rules in DuckDB and in Polars: a query for each, in the order of the rules, which refer to earlier ones."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench import peers
from bench.mixed.question import Question
from bench.report import agree

Members = NDArray[np.int32]


@dataclass(slots=True)
class InSql:
    """DuckDB in memory: every result becomes a table, which later queries read."""

    con: duckdb.DuckDBPyConnection
    costs: dict[str, float] = field(default_factory=dict)

    def run(self, questions: Sequence[Question], now: int) -> None:
        for one in questions:
            start = time.perf_counter()
            self.con.execute(f"CREATE OR REPLACE TABLE m_{one.id} AS {one.sql(now)}")
            self.costs[one.id] = time.perf_counter() - start

    def members(self, name: str) -> Members:
        found: Members = self.con.execute(f"SELECT _profile FROM m_{name} ORDER BY _profile").fetchnumpy()["_profile"]
        return found


@dataclass(slots=True)
class InPolars:
    """Polars over frames in memory: a lazy query per rule."""

    frames: dict[str, pl.DataFrame]
    costs: dict[str, float] = field(default_factory=dict)

    def run(self, questions: Sequence[Question], now: int) -> None:
        for one in questions:
            start = time.perf_counter()
            self.frames[f"m_{one.id}"] = one.polars(now, self.frames).collect()
            self.costs[one.id] = time.perf_counter() - start

    def members(self, name: str) -> Members:
        return self.frames[f"m_{name}"]["_profile"].sort().to_numpy()


def in_sql(frames: dict[str, pl.DataFrame]) -> InSql:
    """The frames as tables of a database in memory."""
    con = peers.connect()
    for name, frame in frames.items():
        peers.load(con, name, frame)
    return InSql(con)


def compare(questions: Sequence[Question], ours: Iterator[Members], peer: InSql | InPolars) -> int:
    """The members of every segment are the same; gives how many there are in all.

    Raises:
        Mismatch: they are not.
    """
    total = 0
    for one, members in zip(questions, ours, strict=True):
        theirs = peer.members(one.id)
        what = f"{one.id} by {type(peer).__name__}: {len(members):,} and {len(theirs):,} members of {one.written}"
        agree(np.array_equal(members, theirs), what)
        total += len(members)
    return total
