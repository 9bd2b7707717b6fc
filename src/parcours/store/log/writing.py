"""What a commit writes: the facts of any number of ticks as one frame per table.

A replay commits a day of small ticks at once, so the cost must go with the number of tables, not of ticks:
frames of one table are put one below the other, with a column that says the tick.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from parcours.core.deferred import Deferred, Table, frame_of
from parcours.core.facts import INSTANT, WAS, Batch, DefinitionChange, EventBatch, TickRecord
from parcours.core.schema import Schema, Type
from parcours.store.log import identities
from parcours.store.log.bridge import insert, run, run_with
from parcours.store.log.layout import event_table
from parcours.store.log.tables import PROFILE_CHANGES

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

_TICKS_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "_tick": pl.Int64,
    "now": INSTANT,
    "events": pl.Int64,
    "_seq": pl.Int64,
}
_DEFINITION_SCHEMA = {
    "kind": pl.String,
    "id": pl.String,
    "version": pl.Int32,
    "action": pl.String,
    "body": pl.String,
}
_RETRACTION_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    "_event_id": pl.String,
    "_time": INSTANT,
    "_tick": pl.Int64,
}


@dataclass(slots=True)
class _Parts:
    """What came for one table, tick by tick, each with its tick and the arrival number before its first row."""

    frames: list[Table] = field(default_factory=list)
    ticks: list[int] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def joined(self) -> Iterator[pl.DataFrame]:
        """One frame per set of columns (nearly always one in all), with ``_tick`` and ``_seq``."""
        kinds: dict[object, list[int]] = {}
        for index, frame in enumerate(self.frames):
            kind = type(frame) if isinstance(frame, Deferred) else tuple(frame.schema.items())
            kinds.setdefault(kind, []).append(index)
        for indices in kinds.values():
            frames = [self.frames[index] for index in indices]
            heights = np.array([frame.height for frame in frames])
            before = np.cumsum(heights) - heights
            starts = np.array([self.starts[index] for index in indices]) - before
            ticks = np.array([self.ticks[index] for index in indices])
            yield (
                frame_of(frames)
                .rechunk()
                .with_columns(
                    _tick=pl.Series(np.repeat(ticks, heights)),
                    _seq=pl.Series(np.repeat(starts, heights) + np.arange(1, heights.sum() + 1)),
                )
            )


class Rows:
    """Collects the rows of a commit by table, and gives every row its arrival number."""

    def __init__(self, seq: int) -> None:
        self.seq = seq
        self.events: dict[str, _Parts] = {}
        self.retracted: dict[str, list[pl.DataFrame]] = {}
        self.erased: list[int] = []
        self.links: list[pl.DataFrame] = []
        self._tables: dict[str, _Parts] = {}
        self._ticks: list[tuple[int, int, int, int]] = []

    def add(self, record: TickRecord) -> None:
        """Take in one tick, in the order in which its parts apply."""
        self.add_batch(record.tick, record.batch)
        self.add_outputs(record)

    def add_batch(self, tick: int, batch: Batch) -> None:
        """Take in what came with a tick; what the tick made of it follows with :meth:`add_outputs`."""
        if len(batch.erased):
            self.erased += batch.erased.tolist()
            self._put("erased", tick, pl.DataFrame({"_profile": batch.erased}))
        self._put("profiles", tick, batch.new_profiles)
        if batch.links.height:
            self.links.append(batch.links)
            self._put("identities", tick, batch.links)
        self._put(PROFILE_CHANGES.name, tick, batch.profile_changes)
        for retracted in batch.retracted:
            self._retract(tick, retracted)
        for moved in batch.moved:
            self._move(tick, moved)
        for events in batch.events:
            self._append(self.events.setdefault(events.type, _Parts()), tick, events.rows)
        if batch.definitions:
            self._put("definitions", tick, _definition_rows(batch.definitions))
        self._put("outcomes", tick, batch.outcomes)
        self._put("event_origins", tick, batch.origins)

    def add_outputs(self, record: TickRecord) -> None:
        """Take in what the tick made of the batch added last, and the tick itself."""
        tick, batch, outputs = record.tick, record.batch, record.outputs
        self._put("qualifications", tick, outputs.tables["qualifications"])
        self._put("journey_steps", tick, outputs.tables["steps"])
        self._put("deliveries", tick, outputs.tables["deliveries"])
        self._ticks.append((tick, record.now, batch.event_count, self.seq))

    def add_dead_letters(self, tick: int, rows: pl.DataFrame) -> None:
        """Take in rejected rows, seen while ``tick`` was made."""
        self._put("dead_letters", tick, rows)

    def add_violations(self, tick: int, rows: pl.DataFrame) -> None:
        """Take in what was done against plans, seen while ``tick`` was made."""
        self._put("violations", tick, rows)

    def tables(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """The rows of every fixed table, ready to insert."""
        for name, parts in self._tables.items():
            for frame in parts.joined():
                yield name, frame
        if self._ticks:
            yield "ticks", pl.DataFrame(self._ticks, schema=dict(_TICKS_SCHEMA), orient="row")

    def event_rows(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """The rows of every event type; those retracted by a later tick of the same commit say so already."""
        for event, parts in self.events.items():
            for frame in parts.joined():
                gone = self.retracted.get(event)
                yield event, _with_retraction(frame, pl.concat(gone)) if gone else frame

    def _put(self, table: str, tick: int, frame: Table) -> None:
        if frame.height:
            self._append(self._tables.setdefault(table, _Parts()), tick, frame)

    def _append(self, parts: _Parts, tick: int, frame: Table) -> None:
        if frame.height:
            parts.frames.append(frame)
            parts.ticks.append(tick)
            parts.starts.append(self.seq)
            self.seq += frame.height

    def _move(self, tick: int, moved: EventBatch) -> None:
        """Events that change hands: taken back from those whose they were, and there again as those of others."""
        self._retract(tick, moved)
        named = moved.rows.select("_profile", WAS, "_event_id", event=pl.lit(moved.type))
        self._put("moved_events", tick, named)
        self._append(self.events.setdefault(moved.type, _Parts()), tick, moved.rows.drop(WAS))

    def _retract(self, tick: int, events: EventBatch) -> None:
        if events.rows.height:
            rows = events.rows.select("_event_id", "_time", _tick=pl.lit(tick, pl.Int64))
            self.retracted.setdefault(events.type, []).append(rows.cast(_RETRACTION_SCHEMA))  # type: ignore[arg-type]


def write(con: Connection, rows: Rows, schema: Schema) -> None:
    """Write everything collected, within the caller's transaction: one INSERT per table."""
    write_events(con, rows, schema)
    write_facts(con, rows, schema)


def write_events(con: Connection, rows: Rows, schema: Schema) -> None:
    """The part of :func:`write` that is known before the tick is computed."""
    for event, frames in rows.retracted.items():
        _mark_retracted(con, event, pl.concat(frames))
    for event, frame in rows.event_rows():
        insert(con, event_table(event), frame, schema.events[event])


def write_facts(con: Connection, rows: Rows, schema: Schema) -> None:
    """The rest of :func:`write`."""
    links = pl.concat(rows.links) if rows.links else None
    if links is not None:
        identities.hand_over(con, links)
    for table, frame in rows.tables():
        types: Mapping[str, Type] = schema.attributes if table == PROFILE_CHANGES.name else {}
        insert(con, "facts." + table, frame, types)
    if links is not None:
        identities.rename(con, links)


def write_consumed(con: Connection, consumed: Mapping[str, int | None]) -> None:
    """Note how many rows of each file have been taken in; ``None`` forgets the file."""
    frame = pl.DataFrame({"name": list(consumed), "rows": list(consumed.values())}, schema_overrides={"rows": pl.Int64})
    run_with(con, "DELETE FROM facts.consumed WHERE name IN (SELECT name FROM {rows})", frame.select("name"))
    kept = frame.drop_nulls()
    if kept.height:
        insert(con, "facts.consumed", kept, {})


def _mark_retracted(con: Connection, event: str, gone: pl.DataFrame) -> None:
    """Mark the live rows in the table. The bounds of time let DuckDB skip row groups without any of them."""
    first = gone.group_by("_event_id").agg(pl.col("_tick").min())
    times = gone["_time"].cast(pl.Int64).to_numpy()
    low, high = int(times.min()), int(times.max())
    run_with(
        con,
        f"UPDATE {event_table(event)} AS e SET _retracted = r._tick FROM {{rows}} r "
        f"WHERE e._event_id = r._event_id AND e._retracted IS NULL "
        f"AND e._time BETWEEN make_timestamptz({low}) AND make_timestamptz({high})",
        first,
    )


def _with_retraction(frame: pl.DataFrame, gone: pl.DataFrame) -> pl.DataFrame:
    """``frame`` with ``_retracted``: the first later tick of this commit that retracts the row."""
    later = (
        frame.select("_event_id", "_tick", "_seq")
        .join(gone.select("_event_id", _by="_tick"), on="_event_id")
        .filter(pl.col("_by") > pl.col("_tick"))
        .group_by("_seq")
        .agg(_retracted=pl.col("_by").min())
    )
    return frame.join(later, on="_seq", how="left", maintain_order="left")


def _definition_rows(changes: Sequence[DefinitionChange]) -> pl.DataFrame:
    rows = [
        (change.kind, change.id, change.version, change.action, json.dumps(change.body, ensure_ascii=False))
        for change in changes
    ]
    return pl.DataFrame(rows, schema=_DEFINITION_SCHEMA, orient="row")


def next_seq(con: Connection) -> int:
    """The last arrival number given out so far."""
    rows = run(
        con,
        "SELECT greatest((SELECT coalesce(max(_seq), 0) FROM facts.ticks), "
        "(SELECT coalesce(max(_seq), 0) FROM facts.dead_letters))",
    )
    return int(rows[0][0])
