"""A workspace with a year of history, for (c) to (e): built once per run, in a temporary folder.

The history is committed to the log by the week, as if a runner had taken it in; segments are published
afterwards, so that they are backfilled from the log.
"""

from __future__ import annotations

import atexit
import functools
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from bench import data
from bench.data import END, SHARES, START, Size
from bench.report import Took, console, seconds, timed
from bench.rules import Rule, parsed, rules
from parcours.core.clock import DAY
from parcours.core.facts import INSTANT, Batch, DefinitionChange, EventBatch, Outputs, TickRecord
from parcours.engines.local import LocalRunner
from parcours.flow.ingest.inbox import Inbox
from parcours.language.tree import to_json
from parcours.store.log import Log
from parcours.store.snapshots import SnapshotStore

WEEK = 7 * DAY


@dataclass(slots=True)
class Workspace:
    """The parts of a workspace on disk, and its runner while it is open."""

    folder: Path
    size: Size
    segments: list[Rule]
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
    folder = Path(tempfile.mkdtemp(prefix="parcours-bench-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    log = Log.open(folder / "log.duckdb")
    written, _ = timed(lambda: _write_history(log, size))
    inbox = Inbox(folder / "inbox")
    opened, runner = timed(lambda: LocalRunner(log, inbox, SnapshotStore(folder / "snapshots")))
    built = Workspace(folder, size, rules(size), log, runner, inbox)
    published, qualified = timed(lambda: _publish(built))
    _tell(size, written, opened, published, qualified)
    return built


def _tell(size: Size, written: Took, opened: Took, published: Took, qualified: int) -> None:
    console.print(
        f"[dim]workspace: {size.history:,} events and {size.profiles:,} profiles written in "
        f"{seconds(written.wall)}, opened in {seconds(opened.wall)}, {size.segments} segments published with "
        f"{qualified:,} entries in {seconds(published.wall)}[/]"
    )


def _write_history(log: Log, size: Size) -> None:
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
        everybody = _everybody(size) if tick == 1 else Batch()
        batch = Batch(everybody.new_profiles, everybody.profile_changes, tuple(batches))
        log.commit([TickRecord(tick, end, batch, Outputs())], data.SCHEMA)


def _with_ids(name: str, frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(data.event_ids(name, 0, frame.height), pl.all())


def _everybody(size: Size) -> Batch:
    people = data.attributes(size.profiles)
    numbers = np.arange(size.profiles, dtype=np.int32)
    born = pl.lit(START).cast(INSTANT).alias("_time")
    new = pl.DataFrame([pl.Series("_profile", numbers), data.profile_ids(numbers)]).with_columns(born)
    sets = pl.lit(pl.Series([people.columns])).first().alias("_set")
    return Batch(new, people.select(pl.Series("_profile", numbers), born, sets, pl.all()))


def _publish(built: Workspace) -> int:
    trees = parsed(built.segments, data.SCHEMA)
    changes = [DefinitionChange("segment", name, 1, "publish", {"rule": to_json(node)}) for name, node in trees.items()]
    return built.runner.live_tick(END, changes).outputs.qualifications.height
