"""From the log back to the state: the last snapshot, then the recorded ticks after it, run again.

The ticks are the same function on the same batches, so the state is the one that was lost. A snapshot only
saves time: without one, everything is replayed from the first tick.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import polars as pl

from parcours.core.facts import DefinitionChange, TickRecord
from parcours.core.schema import Schema
from parcours.engines.state import State
from parcours.engines.tick import streams_to_read, tick
from parcours.flow.ingest.dedup import SeenIds
from parcours.kernel.histories import columns_needed, history_of
from parcours.kernel.rows import Rows
from parcours.kernel.streams import StreamSpec
from parcours.store.log import Log
from parcours.store.log.tables import MESSAGE, MESSAGES
from parcours.store.snapshots import SnapshotStore

Progress = Callable[[int, int], None]


def recover(log: Log, snapshots: SnapshotStore, progress: Progress | None = None) -> tuple[State, SeenIds]:
    """The state after the last recorded tick, and the event ids seen so far.

    Args:
        log: the log of the workspace.
        snapshots: where snapshots may lie; unusable ones are ignored.
        progress: told (ticks done, ticks to do) now and then.
    """
    state, seen = _from_snapshot(log, snapshots)
    last = log.last_tick()
    total = (last[0] if last else 0) - state.tick
    state.widen(log.schema)
    for done, record in enumerate(log.records(after_tick=state.tick, outputs=False), 1):
        if seen is not None:
            for batch in record.batch.events:
                seen.add(batch.rows["_event_id"], batch.type)
            if MESSAGE.name in record.batch.profile_changes.columns:
                seen.add(record.batch.profile_changes[MESSAGE.name].drop_nulls(), MESSAGES)
        rerun(state, record, log)
        if progress is not None and done % 256 == 0:
            progress(done, total)
    if seen is None:
        seen = SeenIds.of(log.known_event_ids(), log.knows_events)
    seen.settled()
    return state, seen


def rerun(state: State, record: TickRecord, log: Log) -> None:
    """Run a recorded tick again."""
    history = read_history(state, record.batch.definitions, log, record.tick - 1)
    tick(state, record.batch, record.now, history)


def read_history(
    state: State, changes: tuple[DefinitionChange, ...], log: Log, until_tick: int
) -> dict[StreamSpec, Rows]:
    """Rows of past events for the streams that these definitions need and the state does not keep yet."""
    specs = streams_to_read(state, changes) if changes else []
    return history_of(state.book, specs, dict(past_events(state, specs, log, until_tick)))


def past_events(
    state: State, specs: Sequence[StreamSpec], log: Log, until_tick: int
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Per event type the events that counted after tick ``until_tick``, with the properties these streams read."""
    for event, columns in columns_needed(state.book, specs).items():
        if event in log.schema.events:
            yield event, log.events(event, columns, until_tick, event_ids=False)


def save(state: State, seen: SeenIds, snapshots: SnapshotStore) -> None:
    """Write a snapshot of the state after the last commit."""
    parts = {f"state/{name}": part for name, part in state.dump().items()}
    parts |= {f"seen/{name}": part for name, part in seen.dump().items()}
    snapshots.save(state.tick, parts)


def _from_snapshot(log: Log, snapshots: SnapshotStore) -> tuple[State, SeenIds | None]:
    last = log.last_tick()
    found = snapshots.latest()
    if found is None or last is None or found.tick > last[0]:
        return State(Schema()), None
    parts = dict(found)
    state = State.load({name.removeprefix("state/"): part for name, part in parts.items() if name.startswith("state/")})
    arrays: dict[str, Any] = {
        name.removeprefix("seen/"): part for name, part in parts.items() if name.startswith("seen/")
    }
    return state, SeenIds.load(arrays, log.knows_events)
