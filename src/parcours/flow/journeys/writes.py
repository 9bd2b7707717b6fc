"""What journeys do to their own world: attributes they set, events they send.

Both are seen by the next step of the tick at once (J2), and are input of the next tick, which keeps them for good.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.facts import PROFILE_CHANGE_COLUMNS, EventBatch, empty
from parcours.flow.journeys.columns import instants
from parcours.flow.journeys.slots import Instants, Profiles
from parcours.kernel.beside import Overlay


class Writes:
    """Attributes and events of one tick, until the next tick has taken them in."""

    def __init__(self) -> None:
        self._changes: list[pl.DataFrame] = []
        self._events: dict[str, list[pl.DataFrame]] = {}
        self._overlay: Overlay | None = None

    def __bool__(self) -> bool:
        return bool(self._changes or self._events)

    def set(self, profiles: Profiles, at: Instants, values: pl.DataFrame) -> None:
        """Set the attributes that are the columns of ``values``, a row per profile."""
        if not len(profiles) or not values.width:
            return
        head = pl.DataFrame((pl.Series("_profile", profiles, pl.Int32), instants(at).alias("_time")))
        named = pl.Series("_set", [values.columns], dtype=pl.List(pl.String)).new_from_index(0, len(profiles))
        self._changes.append(head.with_columns(named).hstack(values))
        self._overlay = None

    def send(self, type_: str, ids: pl.Series, profiles: Profiles, at: Instants, values: pl.DataFrame) -> None:
        """Send an event about each of these profiles, with the columns of ``values`` as properties."""
        if len(profiles):
            columns = (ids.alias("_event_id"), pl.Series("_profile", profiles, pl.Int32), instants(at).alias("_time"))
            self._events.setdefault(type_, []).append(pl.DataFrame([*columns, *values]))

    @property
    def overlay(self) -> Overlay | None:
        """The attributes that are set, by profile: of several writes the last one counts."""
        if self._overlay is None and self._changes:
            self._overlay = _overlay(self._changes)
        return self._overlay

    def changes(self) -> pl.DataFrame:
        """The attributes as a frame of profile changes, in the order in which they were set."""
        return pl.concat(self._changes, how="diagonal_relaxed") if self._changes else empty(PROFILE_CHANGE_COLUMNS)

    def events(self) -> tuple[EventBatch, ...]:
        """The events by type."""
        parts = {type_: pl.concat(frames, how="diagonal_relaxed") for type_, frames in self._events.items()}
        return tuple(EventBatch(type_, rows) for type_, rows in sorted(parts.items()))

    def clear(self) -> None:
        """The next tick has taken them in."""
        self._changes, self._events, self._overlay = [], {}, None

    def erase(self, profiles: Profiles) -> None:
        """Forget what is about these profiles."""
        others = ~pl.col("_profile").is_in(pl.Series(profiles, dtype=pl.Int32).implode())
        self._changes = [rows for rows in (part.filter(others) for part in self._changes) if rows.height]
        kept = {type_: [part.filter(others) for part in parts] for type_, parts in self._events.items()}
        self._events = {type_: parts for type_, parts in kept.items() if any(part.height for part in parts)}
        self._overlay = None

    def join(self, gone: Profiles, into: Profiles) -> None:
        """What is about profiles that are gone is about these."""
        named = pl.col("_profile").replace(pl.Series(gone), pl.Series(into)).cast(pl.Int32)
        self._changes = [rows.with_columns(named) for rows in self._changes]
        self._events = {type_: [rows.with_columns(named) for rows in parts] for type_, parts in self._events.items()}
        self._overlay = None

    def dump(self) -> dict[str, pl.DataFrame]:
        """Everything as frames, by name."""
        found = {"changes": self.changes()} if self._changes else {}
        return found | {f"event.{batch.type}": batch.rows for batch in self.events()}

    @staticmethod
    def load(parts: dict[str, pl.DataFrame]) -> Writes:
        """The inverse of :meth:`dump`."""
        writes = Writes()
        for name, rows in parts.items():
            if name == "changes":
                writes._changes = [rows]
            else:
                writes._events[name.removeprefix("event.")] = [rows]
        return writes


def _overlay(changes: list[pl.DataFrame]) -> Overlay:
    rows = changes[0] if len(changes) == 1 else pl.concat(changes, how="diagonal_relaxed")
    names = [name for name in rows.columns if name not in PROFILE_CHANGE_COLUMNS]
    profile = rows["_profile"].to_numpy()
    profiles = np.unique(profile)
    values, known = {}, {}
    for name in names:
        sets = np.flatnonzero(rows["_set"].list.contains(name).to_numpy())
        last: NDArray[np.intp] = np.full(len(profiles), -1, np.intp)
        last[profiles.searchsorted(profile[sets])] = sets
        known[name] = last >= 0
        values[name] = rows[name].gather(pl.Series(np.maximum(last, 0)))
    return Overlay(values, known, profiles)
