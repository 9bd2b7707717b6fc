"""The recorded ticks again, for recovery: what went in and what came out, batch by batch.

Read in chunks: one query per table and chunk, cut into ticks afterwards, so that thousands of small ticks
cost hardly more than one big one.

Frames have today's columns and types: a property that came later is null in older rows, an integer that was
widened since is a decimal. Events of one type in one tick come as one batch, in order of arrival. Of erased
profiles nothing comes back but their number in ``Batch.erased``.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.facts import (
    DELIVERY_COLUMNS,
    EVENT_COLUMNS,
    LINK_COLUMNS,
    NEW_PROFILE_COLUMNS,
    OUTCOME_COLUMNS,
    PROFILE_CHANGE_COLUMNS,
    QUALIFICATION_COLUMNS,
    STEP_COLUMNS,
    WAS,
    Batch,
    DefinitionChange,
    EventBatch,
    Outputs,
    TickRecord,
)
from parcours.core.schema import Schema, Type
from parcours.store.log.bridge import fetch
from parcours.store.log.layout import event_table
from parcours.store.log.tables import MESSAGE
from parcours.store.log.types import quote

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

#: Rows and ticks per chunk: what is held in memory at once.
_CHUNK_ROWS = 500_000
_CHUNK_TICKS = 5_000

_NO_PROFILES = np.empty(0, np.int32)
_DEFINITION_COLUMNS = ("kind", "id", "version", "action", "body")


class _Cut:
    """Rows of one table within a chunk, in order, cut into the ticks of the chunk."""

    def __init__(self, rows: pl.DataFrame, by: str, ticks: NDArray[np.int64], columns: Sequence[str]) -> None:
        numbers = rows[by].to_numpy()
        self._starts = np.searchsorted(numbers, ticks, side="left").tolist()
        self._ends = np.searchsorted(numbers, ticks, side="right").tolist()
        self._seqs = rows["_seq"].to_numpy()
        self._rows = rows.select(columns)

    def has(self, index: int) -> bool:
        """Whether the chunk's tick number ``index`` has rows."""
        return bool(self._ends[index] > self._starts[index])

    def tick(self, index: int) -> pl.DataFrame:
        """The rows of that tick."""
        start = self._starts[index]
        return self._rows.slice(start, self._ends[index] - start)

    def first_seq(self, index: int) -> int:
        """Arrival number of its first row."""
        return int(self._seqs[self._starts[index]])


def records(con: Connection, schema: Schema, after_tick: int, *, outputs: bool) -> Iterator[TickRecord]:
    """Every tick after ``after_tick``, in order; without its outputs unless ``outputs``."""
    ticks = fetch(con, "SELECT _tick, now, _seq FROM facts.ticks WHERE _tick > ? ORDER BY _tick", [after_tick])
    for start, end in _chunks(ticks["_seq"].to_numpy()):
        part = ticks.slice(start, end - start)
        yield from _Chunk(con, schema, part, outputs=outputs).records()


def _chunks(seqs: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Ranges of ticks with at most so many rows and ticks each, but at least one tick."""
    start = 0
    while start < len(seqs):
        full = int(np.searchsorted(seqs, seqs[start] + _CHUNK_ROWS, side="right"))
        end = max(start + 1, min(full, start + _CHUNK_TICKS))
        yield start, end
        start = end


class _Chunk:
    """A range of ticks with all rows of every table that belong to them."""

    def __init__(self, con: Connection, schema: Schema, ticks: pl.DataFrame, *, outputs: bool) -> None:
        self._con = con
        self._schema = schema
        self._ticks = ticks["_tick"].to_numpy()
        self._now = ticks["now"].cast(pl.Int64).to_list()
        self._outputs = outputs

    def records(self) -> Iterator[TickRecord]:
        batches = self._batches()
        outputs = self._all_outputs() if self._outputs else itertools.repeat(Outputs())
        for tick, now, batch, output in zip(self._ticks.tolist(), self._now, batches, outputs, strict=False):
            yield TickRecord(tick, now, batch, output)

    def _batches(self) -> Iterator[Batch]:
        profiles = self._cut("profiles", NEW_PROFILE_COLUMNS)
        links = self._cut("identities", LINK_COLUMNS)
        moved = self._cut("moved_events", ["event", "_event_id", WAS])
        told = [*PROFILE_CHANGE_COLUMNS, MESSAGE.name, *self._schema.attributes]
        changes = self._cut("profile_changes", told)
        erased = self._cut("erased", ["_profile"])
        definitions = self._cut("definitions", [*_DEFINITION_COLUMNS])
        outcomes = self._cut("outcomes", OUTCOME_COLUMNS)
        events, retracted = self._event_cuts("_tick"), self._event_cuts("_retracted")
        for index in range(len(self._ticks)):
            new, old = _event_batches(events, index), _event_batches(retracted, index)
            hands: tuple[EventBatch, ...] = ()
            if moved.has(index):
                new, old, hands = _told_apart(new, old, moved.tick(index))
            yield Batch(
                new_profiles=profiles.tick(index),
                profile_changes=changes.tick(index),
                links=links.tick(index),
                moved=hands,
                events=new,
                retracted=old,
                erased=erased.tick(index)["_profile"].to_numpy() if erased.has(index) else _NO_PROFILES,
                definitions=_definitions(definitions.tick(index)) if definitions.has(index) else (),
                outcomes=outcomes.tick(index),
            )

    def _all_outputs(self) -> Iterator[Outputs]:
        qualifications = self._cut("qualifications", QUALIFICATION_COLUMNS)
        steps = self._cut("journey_steps", STEP_COLUMNS)
        deliveries = self._cut("deliveries", DELIVERY_COLUMNS)
        for index in range(len(self._ticks)):
            yield Outputs(qualifications.tick(index), steps.tick(index), deliveries.tick(index))

    def _event_cuts(self, by: str) -> dict[str, _Cut]:
        """The rows of every event type that has any in this chunk."""
        cuts = {}
        for event, properties in self._schema.events.items():
            rows = self._rows(event_table(event), by, [*EVENT_COLUMNS, *properties], properties)
            if rows.height:
                cuts[event] = _Cut(rows, by, self._ticks, [*EVENT_COLUMNS, *properties])
        return cuts

    def _cut(self, table: str, columns: Collection[str]) -> _Cut:
        types = self._schema.attributes if table == "profile_changes" else {}
        return _Cut(self._rows("facts." + table, "_tick", columns, types), "_tick", self._ticks, [*columns])

    def _rows(self, table: str, by: str, columns: Collection[str], types: Mapping[str, Type]) -> pl.DataFrame:
        names = ", ".join(quote(name) for name in dict.fromkeys([by, "_seq", *columns]))
        if table == "facts.profiles":  # as they were called when they came
            names = names.replace('"_profile_id"', "coalesce(_first_id, _profile_id) AS _profile_id")
        sql = f"SELECT {names} FROM {table} WHERE {by} BETWEEN ? AND ? ORDER BY {by}, _seq"
        return fetch(self._con, sql, [int(self._ticks[0]), int(self._ticks[-1])], types)


def _event_batches(cuts: Mapping[str, _Cut], index: int) -> tuple[EventBatch, ...]:
    """The batches of one tick, in order of arrival of their first row."""
    here = [(cut.first_seq(index), event, cut) for event, cut in cuts.items() if cut.has(index)]
    return tuple(EventBatch(event, cut.tick(index)) for _, event, cut in sorted(here, key=lambda part: part[0]))


Batches = tuple[EventBatch, ...]


def _told_apart(new: Batches, old: Batches, moved: pl.DataFrame) -> tuple[Batches, Batches, Batches]:
    """Events that came, those that were taken back, and those that changed hands, which are in both."""
    hands = []
    named = {str(event): rows for (event,), rows in moved.partition_by("event", as_dict=True).items()}
    for batch in new:
        if batch.type in named:
            was = named[batch.type].select("_event_id", WAS)
            hands.append(EventBatch(batch.type, batch.rows.join(was, on="_event_id", maintain_order="left")))
    return _without(new, named), _without(old, named), tuple(hands)


def _without(batches: Batches, named: Mapping[str, pl.DataFrame]) -> Batches:
    left = []
    for batch in batches:
        gone = named.get(batch.type)
        rows = batch.rows if gone is None else batch.rows.join(gone, on="_event_id", how="anti", maintain_order="left")
        if rows.height:
            left.append(EventBatch(batch.type, rows))
    return tuple(left)


def _definitions(rows: pl.DataFrame) -> tuple[DefinitionChange, ...]:
    return tuple(
        DefinitionChange(kind, name, version, action, json.loads(body))
        for kind, name, version, action, body in rows.iter_rows()
    )
