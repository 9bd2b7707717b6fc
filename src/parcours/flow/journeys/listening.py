"""Which parked runs hear which events of a tick."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.schema import type_of_polars
from parcours.flow.journeys.activities.base import Listener
from parcours.flow.journeys.columns import first_of_each, json_of, microseconds
from parcours.flow.journeys.instances import NONE, RunTable, Slots
from parcours.flow.journeys.plan import Stop
from parcours.kernel.compile import row_condition
from parcours.language.tree import Node


@dataclass(frozen=True, slots=True)
class TypeRows:
    """This tick's events of one type with their profiles and times also as arrays."""

    rows: pl.DataFrame
    profile: NDArray[np.int32]
    time: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Heard:
    """Runs that an event woke, as columns: slot, instant, index of the listener, id of the event, its JSON."""

    slot: Slots
    at: NDArray[np.int64]
    listener: NDArray[np.int16]
    event_id: pl.Series
    json: pl.Series | None


class Ear:
    """The events of one tick, and those that came with a time after it.

    Args:
        events: this tick's events by type.
        early: events kept by the tick before because their time had not come.
        types: the types that somebody listens to; others are not looked at.
        now: instant of the tick.
    """

    def __init__(
        self, events: Mapping[str, pl.DataFrame], early: Mapping[str, pl.DataFrame], types: Iterable[str], now: int
    ) -> None:
        self.early: dict[str, pl.DataFrame] = {}
        self._rows: dict[str, TypeRows] = {}
        for type_ in sorted(types):
            parts = [frame for frame in (early.get(type_), events.get(type_)) if frame is not None and frame.height]
            if not parts:
                continue
            rows = parts[0] if len(parts) == 1 else pl.concat(parts, how="diagonal_relaxed")
            time = microseconds(rows["_time"])
            ahead = time > now
            if ahead.any():
                self.early[type_] = rows.filter(pl.Series(ahead))
                rows, time = rows.filter(pl.Series(~ahead)), time[~ahead]
            if rows.height:
                self._rows[type_] = TypeRows(rows, rows["_profile"].to_numpy(), time)
        #: The types of which there are rows in this tick.
        self.types = frozenset(self._rows)

    def heard(self, stop: Stop, version: int, table: RunTable, properties: frozenset[str] | None) -> Heard | None:
        """The runs of a version parked at ``stop`` that an event wakes, each with its earliest event.

        An event counts when its time is after the arrival of the run and not after its due instant. Among
        events of one instant the upper listener wins, then the order of arrival.

        Args:
            stop: the activity.
            version: index of the version.
            table: the runs of the journey.
            properties: properties of the event to keep as JSON, or ``None`` if nobody wants them.
        """
        listeners = stop.listeners
        found = [
            (index, *self._matches(listener, stop, version, table))
            for index, listener in enumerate(listeners)
            if listener.event in self._rows
        ]
        slot = np.concatenate([slots for _, slots, _ in found] or [np.empty(0, np.int32)])
        if not len(slot):
            return None
        which = np.repeat([index for index, _, _ in found], [len(slots) for _, slots, _ in found])
        row = np.concatenate([rows for _, _, rows in found])
        at = np.concatenate([self._rows[listeners[index].event].time[rows] for index, _, rows in found])
        order = np.lexsort((row, which, at, slot))
        order = order[first_of_each(slot[order])]
        slot, at, which, row = slot[order], at[order], which[order], row[order]
        ids, json = self._contents(listeners, which, row, properties)
        return Heard(slot, at, which.astype(np.int16), ids, json)

    def _matches(
        self, listener: Listener, stop: Stop, version: int, table: RunTable
    ) -> tuple[Slots, NDArray[np.int64]]:
        """Slots and row numbers of all events of one listener that could wake a run."""
        events = self._rows[listener.event]
        slots = table.slots_of(events.profile)
        row = np.flatnonzero(slots != NONE)
        slot = slots[row]
        here = (table.version[slot] == version) & (table.activity[slot] == stop.place)
        row, slot = row[here], slot[here]
        timely = (events.time[row] > table.arrived[slot]) & (events.time[row] <= table.due[slot])
        row, slot = row[timely], slot[timely]
        if listener.rule is not None and len(row):
            met = matching(stop.rules[listener.rule], events.rows[row])
            row, slot = row[met], slot[met]
        return slot, row

    def _contents(
        self,
        listeners: tuple[Listener, ...],
        which: NDArray[np.int64],
        row: NDArray[np.int64],
        properties: frozenset[str] | None,
    ) -> tuple[pl.Series, pl.Series | None]:
        """Ids, and JSON of the wanted properties, of the events that won, in their order."""
        parts, positions = [], []
        for index in np.unique(which).tolist():
            mine = np.flatnonzero(which == index)
            events = self._rows[listeners[index].event].rows
            wanted = sorted(name for name in events.columns if name in (properties or ()))
            rows = pl.DataFrame([events[name] for name in ("_event_id", *wanted)])[row[mine]]
            parts.append(pl.DataFrame((rows["_event_id"], json_of(rows.drop("_event_id"), len(mine)).alias("json"))))
            positions.append(mine)
        frame = parts[0] if len(parts) == 1 else pl.concat(parts)[np.argsort(np.concatenate(positions))]
        return frame["_event_id"], frame["json"] if properties is not None else None


def matching(rule: Node, rows: pl.DataFrame) -> NDArray[np.bool_]:
    """Which rows of events of one type meet a rule about them; a property that the frame lacks is null."""
    properties = {name: type_of_polars(kind) for name, kind in rows.schema.items() if not name.startswith("_")}
    # with_columns, as a rule that reads no column the rows have is one value for all of them
    return rows.with_columns(_met=row_condition(rule, properties))["_met"].to_numpy()
