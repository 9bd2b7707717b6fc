"""What journeys did to their own world comes back as input: attributes they set, events they sent."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from parcours.core.facts import Batch, EventBatch
from parcours.engines.state import State


def with_own(state: State, batch: Batch) -> Batch:
    """``batch`` with what the journeys of the last tick wrote in front: what the next tick takes in."""
    writes = state.journeys.writes
    if not writes:
        return batch
    gone, _ = batch.joined("merge")
    if len(gone):
        writes.join(gone, state.register.current(gone))
    changes = [rows for rows in (writes.changes(), batch.profile_changes) if rows.height]
    merged = pl.concat(changes, how="diagonal_relaxed") if changes else batch.profile_changes
    return replace(batch, profile_changes=merged, events=_merged((*writes.events(), *batch.events)))


def _merged(events: tuple[EventBatch, ...]) -> tuple[EventBatch, ...]:
    """One batch for each type."""
    by_type: dict[str, list[pl.DataFrame]] = {}
    for batch in events:
        by_type.setdefault(batch.type, []).append(batch.rows)
    return tuple(
        EventBatch(type_, rows[0] if len(rows) == 1 else pl.concat(rows, how="diagonal_relaxed"))
        for type_, rows in by_type.items()
    )
