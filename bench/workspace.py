"""A workspace with a year of history: for (c) to (e) built once per run, for (h) with rules of its own.

The history is committed to the log by the week, as if a runner had taken it in; segments are published
afterwards, so that they are backfilled from the log.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from bench import data
from bench.data import END, SHARES, START, Size
from bench.report import Took, console, seconds, timed
from bench.rules import Asked, parsed, rules
from parcours.core.clock import DAY
from parcours.core.facts import INSTANT, Batch, DefinitionChange, EventBatch, Outputs, TickRecord
from parcours.core.schema import Schema
from parcours.engines.local import LocalRunner
from parcours.flow.ingest.inbox import Inbox
from parcours.language.tree import Node
from parcours.language.tree_json import to_json
from parcours.store.log import Log
from parcours.store.snapshots import SnapshotStore

WEEK = 7 * DAY


@dataclass(frozen=True, slots=True)
class World:
    """Who lives in a workspace and which segments are published: their rules, and what the peers are asked."""

    schema: Schema
    people: pl.DataFrame
    segments: Sequence[Asked]
    trees: Mapping[str, Node]


@dataclass(slots=True)
class Workspace:
    """The parts of a workspace on disk, and its runner while it is open."""

    folder: Path
    size: Size
    segments: Sequence[Asked]
    log: Log
    runner: LocalRunner
    #: Shared with whoever queues.
    inbox: Inbox

    def close(self, *, snapshot: bool) -> None:
        self.runner.close(snapshot=snapshot)
        self.log.close()

    def open(self) -> None:
        """Open it again, after :meth:`close`."""
        self.log = Log.open(self.folder / "log.duckdb")
        self.inbox = Inbox(self.folder / "inbox")
        self.runner = LocalRunner(self.log, self.inbox, self.snapshots)

    @property
    def snapshots(self) -> SnapshotStore:
        return SnapshotStore(self.folder / "snapshots")


@functools.lru_cache(maxsize=1)
def workspace(size: Size) -> Workspace:
    """The workspace of this size with history and all segments published."""
    found = rules(size)
    return build(size, World(data.SCHEMA, data.attributes(size.profiles), found, parsed(found, data.SCHEMA)))


def build(size: Size, world: World) -> Workspace:
    """A workspace of this size with history and all segments of a world published."""
    folder = Path(tempfile.mkdtemp(prefix="parcours-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    log = Log.open(folder / "log.duckdb")
    written, _ = timed(lambda: _write_history(log, size, world))
    inbox = Inbox(folder / "inbox")
    opened, runner = timed(lambda: LocalRunner(log, inbox, SnapshotStore(folder / "snapshots")))
    built = Workspace(folder, size, world.segments, log, runner, inbox)
    published, qualified = timed(lambda: _publish(built, world.trees))
    _tell(size, len(world.segments), written, opened, published, qualified)
    return built


def _tell(size: Size, segments: int, written: Took, opened: Took, published: Took, qualified: int) -> None:
    console.print(
        f"[dim]workspace: {size.history:,} events and {size.profiles:,} profiles written in "
        f"{seconds(written.wall)}, opened in {seconds(opened.wall)}, {segments} segments published with "
        f"{qualified:,} entries in {seconds(published.wall)}[/]"
    )


def _write_history(log: Log, size: Size, world: World) -> None:
    tables = {name: _with_ids(name, data.events(name, size.profiles, size.history)) for name in SHARES}
    times = {name: frame["_time"].to_physical().to_numpy() for name, frame in tables.items()}
    ends = [*range(START + WEEK, END, WEEK), END]
    at = dict.fromkeys(SHARES, 0)
    for tick, end in enumerate(ends, 1):
        batches = []
        for name, frame in tables.items():
            upto = int(np.searchsorted(times[name], end, side="right"))
            batches.append(EventBatch(name, frame.slice(at[name], upto - at[name])))
            at[name] = upto
        everybody = _everybody(world.people) if tick == 1 else Batch()
        batch = Batch(everybody.new_profiles, everybody.profile_changes, tuple(batches))
        log.commit([TickRecord(tick, end, batch, Outputs())], world.schema)


def _with_ids(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(data.event_ids(name, 0, frame.height), pl.all())


def _everybody(people: pl.DataFrame) -> Batch:
    numbers = np.arange(people.height, dtype=np.int32)
    born = pl.lit(START).cast(INSTANT).alias("_time")
    new = pl.DataFrame([pl.Series("_profile", numbers), data.profile_ids(numbers)]).with_columns(born)
    sets = pl.lit(pl.Series([people.columns])).first().alias("_set")
    return Batch(new, people.select(pl.Series("_profile", numbers), born, sets, pl.all()))


def _publish(built: Workspace, trees: Mapping[str, Node]) -> int:
    changes = [DefinitionChange("segment", name, 1, "publish", {"rule": to_json(node)}) for name, node in trees.items()]
    return built.runner.live_tick(END, changes).outputs.qualifications.height
