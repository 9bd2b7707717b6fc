"""(a) 62 windowed features of every profile, built from scratch.

Ours: the feature book, from frames of events in order of time. Peers, from the same frames loaded into their
memory before the clock starts: DuckDB with one GROUP BY per event type with FILTER clauses, and with a single
GROUP BY over one table of all events; Polars lazy, one aggregation per event type, collected together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from bench import data, peers
from bench.data import END, SHARES, Size
from bench.report import agree, best, cell, rate, ratio, table
from parcours.core.clock import DAY
from parcours.core.facts import INSTANT
from parcours.core.schema import DECIMAL, INTEGER
from parcours.kernel.book import FeatureBook
from parcours.kernel.histories import history_of
from parcours.language.tree import Aggregate, Field
from parcours.language.window_kinds import Rolling

Columns = dict[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Feature:
    """A count or sum of amounts of one event type over the last so many days."""

    event: str
    kind: str
    days: int

    @property
    def name(self) -> str:
        return f"{self.event}_{self.kind}_{self.days}"

    @property
    def after(self) -> int:
        return END - self.days * DAY

    def node(self) -> Aggregate:
        value = None if self.kind == "count" else Field(("amount",), DECIMAL)
        return Aggregate(
            self.kind, self.event, Rolling(self.days * DAY), INTEGER if value is None else DECIMAL, value=value
        )


def features() -> list[Feature]:
    """Six per event type, and two more of purchases: 62."""
    shapes = [("count", 7), ("count", 30), ("count", 90), ("count", 365), ("sum", 30), ("sum", 365)]
    found = [Feature(event, kind, days) for event in SHARES for kind, days in shapes]
    return [*found, Feature("purchase", "sum", 7), Feature("purchase", "sum", 90)]


def run(size: Size) -> None:
    """Build them with every engine, compare every number, print."""
    wanted = features()
    frames = {name: data.events(name, size.profiles, size.events, ("amount",)) for name in SHARES}
    ours, book = best(lambda: built(size, wanted, frames))
    numbers = {feature.name: _column(book, feature, size.profiles) for feature in wanted}
    del book
    by_polars = best(lambda: _polars(wanted, frames))
    _compare("Polars", numbers, _columns(by_polars[1], size.profiles))
    con = _loaded(frames)
    by_type = best(lambda: _duckdb_by_type(con, wanted))
    _compare("DuckDB", numbers, _columns([peers.fetched(con, f"FROM f_{name}") for name in SHARES], size.profiles))
    at_once = best(lambda: _duckdb_at_once(con, wanted))
    _compare("DuckDB, one query", numbers, _columns([peers.fetched(con, "FROM f_all")], size.profiles))
    con.close()
    table(
        f"(a) {len(wanted)} features × {size.events:,} events × {size.profiles:,} profiles, from scratch",
        ["engine", "time", "CPU", "ratio", "events/s"],
        [
            [name, *cell(took), ratio(took, ours), rate(size.events, took)]
            for name, took in [
                ("Parcours", ours),
                ("DuckDB, a GROUP BY per event type", by_type[0]),
                ("DuckDB, one GROUP BY over all events", at_once[0]),
                ("Polars, lazy, per event type", by_polars[0]),
            ]
        ],
        "every number of every profile compared before this was printed",
    )


def built(size: Size, wanted: list[Feature], frames: Mapping[str, pl.DataFrame]) -> FeatureBook:
    """All features from frames of events."""
    book = FeatureBook(data.SCHEMA, size.profiles)
    nodes = [feature.node() for feature in wanted]
    book.require(nodes, history_of(book, book.missing(nodes), frames), END)
    return book


def _column(book: FeatureBook, feature: Feature, profiles: int) -> NDArray[np.float64]:
    return book.column(feature.node(), np.arange(profiles, dtype=np.int32)).cast(pl.Float64).to_numpy()


# --- DuckDB --------------------------------------------------------------------------------------------


def _loaded(frames: Mapping[str, pl.DataFrame]) -> duckdb.DuckDBPyConnection:
    con = peers.connect()
    names = ", ".join(f"'{name}'" for name in SHARES)
    con.execute(f"CREATE TYPE event_type AS ENUM ({names})")
    for name, frame in frames.items():
        peers.load(con, f"e_{name}", frame)
    con.execute(
        "CREATE TABLE e_all AS "
        + " UNION ALL ".join(f"SELECT '{name}'::event_type AS type, * FROM e_{name}" for name in SHARES)
    )
    return con


def _sql(feature: Feature, condition: str = "") -> str:
    what = "count(*)" if feature.kind == "count" else "sum(amount)"
    return f"{what} FILTER (WHERE {condition}_time > make_timestamptz({feature.after})) AS {feature.name}"


def _duckdb_by_type(con: duckdb.DuckDBPyConnection, wanted: list[Feature]) -> None:
    for name in SHARES:
        columns = ", ".join(_sql(feature) for feature in wanted if feature.event == name)
        con.execute(f"CREATE OR REPLACE TABLE f_{name} AS SELECT _profile, {columns} FROM e_{name} GROUP BY _profile")


def _duckdb_at_once(con: duckdb.DuckDBPyConnection, wanted: list[Feature]) -> None:
    columns = ", ".join(_sql(feature, f"type = '{feature.event}' AND ") for feature in wanted)
    con.execute(f"CREATE OR REPLACE TABLE f_all AS SELECT _profile, {columns} FROM e_all GROUP BY _profile")


# --- Polars --------------------------------------------------------------------------------------------


def _polars(wanted: list[Feature], frames: Mapping[str, pl.DataFrame]) -> list[pl.DataFrame]:
    plans = []
    for name, frame in frames.items():
        own = [feature for feature in wanted if feature.event == name]
        plans.append(frame.lazy().group_by("_profile").agg(_expression(feature) for feature in own))
    return pl.collect_all(plans)


def _expression(feature: Feature) -> pl.Expr:
    inside = pl.col("_time") > pl.lit(feature.after).cast(INSTANT)
    if feature.kind == "count":
        return inside.sum().alias(feature.name)
    return pl.when(inside).then("amount").otherwise(0.0).sum().alias(feature.name)


# --- the same? -----------------------------------------------------------------------------------------


def _columns(frames: list[pl.DataFrame], profiles: int) -> Columns:
    found: Columns = {}
    for frame in frames:
        who = frame["_profile"].to_numpy()
        for name in frame.columns[1:]:
            found[name] = np.zeros(profiles)
            found[name][who] = frame[name].cast(pl.Float64).fill_null(0.0).fill_nan(0.0).to_numpy()
    return found


def _compare(engine: str, ours: Columns, theirs: Columns) -> None:
    """Amounts are whole cents: sums of doubles are compared in cents."""
    for name, numbers in ours.items():
        agree(np.array_equal(np.rint(numbers * 100), np.rint(theirs[name] * 100)), f"{name} in {engine}")
