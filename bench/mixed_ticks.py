"""(h) Live ticks with the mixed rules published: inbox, prepare, tick, commit to disk.

As (c), with the rules of (g). The peers answer the same questions over the same rows in memory, all of them again.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from bench.data import SHARES, Size
from bench.mixed import rules
from bench.mixed.peers import InPolars, compare, in_sql
from bench.mixed.people import SCHEMA, people
from bench.mixed_scratch import SIZES, cost_of, dearest
from bench.report import Took, seconds, table, timed
from bench.ticks import series
from bench.workspace import Workspace, World, build

TICKS = {
    "small": ((1_000, 3), (10_000, 2)),
    "medium": ((1_000, 20), (10_000, 10)),
    "full": ((1_000, 20), (10_000, 20)),
}


def run(size: Size) -> None:
    """Tick, compare, print."""
    profiles, count, number = SIZES[size.name]
    questions = rules.mixed(number, count / profiles)
    trees = rules.trees(questions)
    sized = replace(size, profiles=profiles, history=count)
    built = build(sized, World(SCHEMA, people(profiles), questions, trees))
    ticks = [(events, *series(built, events, times)) for events, times in TICKS[size.name]]
    now, state = built.runner.now or 0, built.runner.state
    tables = _tables(built)
    sql, lazy = in_sql(tables), InPolars(tables)
    by_sql, _ = timed(lambda: sql.run(questions, now))
    compare(questions, (state.segments.bits.members(one.id) for one in questions), sql)
    sql.con.close()
    by_polars, _ = timed(lambda: lazy.run(questions, now))
    compare(questions, (state.segments.bits.members(one.id) for one in questions), lazy)
    table(
        f"(h) {count:,} events of history, {profiles:,} profiles, {number} mixed rules, committed",
        ["events per tick", "events/s", "median", "95 %", "CPU", "DuckDB, all rules", "ratio", "Polars", "ratio"],
        [_row(events, ticked, by_sql, by_polars) for events, _, ticked in ticks],
        "members of every segment compared with both after the last tick",
    )
    rules_ = state.segments.published
    costs = {name: cost_of(state.segments, state.book, item.rule, state.profiles) for name, item in rules_.items()}
    dearest(questions, trees, costs, {"DuckDB": sql.costs, "Polars": lazy.costs}, "h")
    built.close(snapshot=False)


def _row(count: int, ticked: list[Took], by_sql: Took, by_polars: Took) -> list[str]:
    walls = np.array([took.wall for took in ticked])
    middle = float(np.median(walls))
    return [
        f"{count:,}",
        f"{count * len(walls) / walls.sum():,.0f}",
        seconds(middle),
        seconds(float(np.quantile(walls, 0.95))),
        seconds(float(np.median([took.cpu for took in ticked]))),
        seconds(by_sql.wall),
        f"{by_sql.wall / middle:,.0f}×",
        seconds(by_polars.wall),
        f"{by_polars.wall / middle:,.0f}×",
    ]


def _tables(built: Workspace) -> dict[str, pl.DataFrame]:
    """What the log holds now, in memory and in order of time: the best case for the peers."""
    everybody = pl.DataFrame({"_profile": np.arange(built.log.profile_count(), dtype=np.int32)})
    tables = {"profiles": everybody.join(built.log.attributes(), on="_profile", how="left")}
    for name in SHARES:
        tables[f"e_{name}"] = built.log.events(name, ["amount", "category"], event_ids=False)
    return tables
