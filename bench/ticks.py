"""(c) Sustained live ticks: inbox, prepare, tick, commit to disk.

Events are queued in the inbox as an import does it (that time is shown by itself), then one live tick takes
them in, evaluates the segments and commits rows and qualifications to the log. A few events are late, some are
of new profiles. A tick stands for as much time as its events would have taken in the history, an hour at most,
so that as many rows leave the windows as come in.

The peer answers the same question without Parcours: all segments by their SQL, once, over the same rows in
memory. At the end the members of every segment are compared.
"""

from __future__ import annotations

import duckdb
import numpy as np
import polars as pl

from bench import data, peers
from bench.data import SHARES, Size
from bench.report import Took, agree, seconds, table, timed
from bench.segments import query_all
from bench.workspace import Workspace, workspace
from parcours.core.clock import DAY, HOUR
from parcours.core.facts import INSTANT

LATE = 0.02
NEW = 0.002


def run(size: Size) -> None:
    """Tick with growing batches, compare, print."""
    built = workspace(size)
    rows = []
    for count, times in size.ticks:
        queued, ticked = series(built, count, times)
        rows.append((count, queued, ticked))
    con = _loaded(built)
    theirs, _ = timed(lambda: query_all(con, built.segments, built.runner.now or 0))
    _compare(con, built)
    con.close()
    table(
        f"(c) {size.history:,} events of history, {size.profiles:,} profiles, {size.segments} segments, committed",
        ["events per tick", "events/s", "median", "95 %", "CPU", "to queue", "SQL of all segments", "ratio"],
        [_row(count, queued, ticked, theirs) for count, queued, ticked in rows],
        "members of every segment compared after the last tick",
    )


def _row(count: int, queued: list[Took], ticked: list[Took], theirs: Took) -> list[str]:
    walls = np.array([took.wall for took in ticked])
    return [
        f"{count:,}",
        f"{count * len(walls) / walls.sum():,.0f}",
        seconds(float(np.median(walls))),
        seconds(float(np.quantile(walls, 0.95))),
        seconds(float(np.median([took.cpu for took in ticked]))),
        seconds(float(np.median([took.wall for took in queued]))),
        seconds(theirs.wall),
        f"{theirs.wall / float(np.median(walls)):,.0f}×",
    ]


def series(built: Workspace, count: int, times: int) -> tuple[list[Took], list[Took]]:
    """So many ticks of so many events, after one to warm up."""
    queued, ticked = [], []
    for turn in range(times + 1):
        prev = built.runner.now or 0
        now = prev + min(HOUR, count * 365 * DAY // built.size.history)
        frames = arriving(built, count, turn, prev, now)
        queued.append(timed(lambda frames=frames: _queue(built, frames))[0])  # type: ignore[misc]
        took, done = timed(lambda now=now: built.runner.live_tick(now))  # type: ignore[misc]
        agree(done.events == sum(frame.height for frame in frames.values()), "events taken in")
        ticked.append(took)
    return queued[1:], ticked[1:]


def arriving(built: Workspace, count: int, turn: int, prev: int, now: int) -> dict[str, pl.DataFrame]:
    """New events with ids, as they come from outside."""
    batch = count * 1_000 + turn
    draw = np.random.default_rng([data.SEED, 5, batch])
    frames = {}
    for name, frame in data.tick_events(batch, built.size.profiles, count, prev, now).items():
        who = frame["_profile"].to_numpy().copy()
        times = frame["_time"].to_physical().to_numpy().copy()
        new = draw.random(frame.height) < NEW
        who[new] = built.size.profiles + draw.integers(0, built.size.profiles // 50, int(new.sum()))
        late = draw.random(frame.height) < LATE
        times[late] -= draw.integers(0, DAY, int(late.sum()))
        frames[name] = frame.select(
            data.event_ids(name, batch, frame.height),
            data.profile_ids(who),
            pl.Series("_time", times).cast(INSTANT),
            pl.exclude("_profile", "_time"),
        )
    return frames


def _queue(built: Workspace, frames: dict[str, pl.DataFrame]) -> None:
    for name, frame in frames.items():
        built.inbox.put_events(name, frame)


def _loaded(built: Workspace) -> duckdb.DuckDBPyConnection:
    """What the log holds now, in memory and in order of time: the best case for the queries."""
    con = peers.connect()
    everybody = pl.DataFrame({"_profile": np.arange(built.log.profile_count(), dtype=np.int32)})
    peers.load(con, "profiles", everybody.join(built.log.attributes(), on="_profile", how="left"))
    for name in SHARES:
        frame = built.log.events(name, ["amount", "category"], event_ids=False)
        peers.load(con, f"e_{name}", frame)
    return con


def _compare(con: duckdb.DuckDBPyConnection, built: Workspace) -> None:
    for rule in built.segments:
        members = con.execute(f"SELECT _profile FROM m_{rule.id} ORDER BY _profile").fetchnumpy()["_profile"]
        ours = built.runner.state.segments.bits.members(rule.id)
        agree(np.array_equal(members, ours), f"members of {rule.id}")
