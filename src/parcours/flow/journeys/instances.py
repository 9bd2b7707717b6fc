"""Runs of one journey as columns: one slot per profile that ever entered, holding its newest run.

A profile is at most once inside a journey, over all its versions (journeys.md, section 1), and who entered is
remembered for ever (section 21, line 8). So a slot is both the run and the memory that the re-entry rule needs.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.activities.base import NEVER

Slots = NDArray[np.int32]
Instants = NDArray[np.int64]
Scalar = TypeVar("Scalar", bound=np.generic)

#: The changes of membership that begin a run.
DIRECTIONS = ("enter", "exit")
#: :attr:`RunTable.activity` of a run that has ended, and :attr:`RunTable.profile` of an erased one.
NONE = -1

_COLUMNS = {
    "profile": np.int32,
    "version": np.int16,
    "activity": np.int16,
    "arrived": np.int64,
    "due": np.int64,
    "number": np.int32,
    "entered": np.int64,
    "ended": np.int64,
    "direction": np.int8,
}


class RunTable:
    """Columns by slot. Read and write them with arrays of slots; a slot keeps its number for ever.

    Attributes:
        profile: dense number of the profile.
        version: index of the version the run is in.
        activity: index of the activity where the run stands, or :data:`NONE`.
        arrived: instant of arrival there.
        due: instant at which it leaves by itself, or ``NEVER``.
        number: 1 for the first run of the profile in this journey, 2 for the second …
        entered, ended: instants of entry and end; ``ended`` is ``NEVER`` while the run is inside.
        direction: the change that began the run, an index into ``DIRECTIONS``.
        heard: JSON of the last event heard; ``None`` as a whole until some version needs it.
    """

    def __init__(self) -> None:
        self.size = 0
        self.profile = np.empty(0, np.int32)
        self.version = np.empty(0, np.int16)
        self.activity = np.empty(0, np.int16)
        self.arrived = np.empty(0, np.int64)
        self.due = np.empty(0, np.int64)
        self.number = np.empty(0, np.int32)
        self.entered = np.empty(0, np.int64)
        self.ended = np.empty(0, np.int64)
        self.direction = np.empty(0, np.int8)
        self.heard: NDArray[np.object_] | None = None
        self._slot_of: Slots = np.full(0, NONE, np.int32)

    def slots_of(self, profiles: NDArray[np.int32]) -> Slots:
        """The slot of each profile, or :data:`NONE` when it never entered."""
        known = profiles < len(self._slot_of)
        if known.all():
            return self._slot_of[profiles]
        slots = np.full(len(profiles), NONE, np.int32)
        slots[known] = self._slot_of[profiles[known]]
        return slots

    def slots_for(self, profiles: NDArray[np.int32]) -> Slots:
        """The slot of each profile (each at most once); profiles that never entered get a new one."""
        slots = self.slots_of(profiles)
        new = np.flatnonzero(slots == NONE)
        if len(new):
            self._reserve(len(new), int(profiles.max()))
            fresh = np.arange(self.size, self.size + len(new), dtype=np.int32)
            self.size += len(new)
            self.profile[fresh] = profiles[new]
            self.activity[fresh] = NONE
            self.number[fresh] = 0
            self.due[fresh] = NEVER
            self._slot_of[profiles[new]] = fresh
            slots[new] = fresh
        return slots

    def _reserve(self, count: int, highest_profile: int) -> None:
        needed = self.size + count
        if needed > len(self.profile):
            capacity = max(needed, 2 * len(self.profile), 16)
            for name in _COLUMNS:
                setattr(self, name, _grown(getattr(self, name), capacity, 0))
            if self.heard is not None:
                self.heard = _grown(self.heard, capacity, None)
        if highest_profile >= len(self._slot_of):
            self._slot_of = _grown(self._slot_of, max(highest_profile + 1, 2 * len(self._slot_of)), NONE)

    def remember_events(self) -> None:
        """Keep the last heard event of each run from now on."""
        if self.heard is None:
            self.heard = np.full(len(self.profile), None, np.object_)

    def inside(self) -> Slots:
        """Slots of all runs that have not ended."""
        return np.flatnonzero(self.activity[: self.size] != NONE).astype(np.int32)

    def are_inside(self, profiles: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Which of these profiles have a run that has not ended."""
        slots = self.slots_of(profiles)
        inside: NDArray[np.bool_] = slots != NONE
        inside[inside] = self.activity[slots[inside]] != NONE
        return inside

    def numbers_of(self, profiles: NDArray[np.int32]) -> NDArray[np.int32]:
        """The number of the newest run of each profile, 0 if it never entered."""
        slots = self.slots_of(profiles)
        numbers = np.zeros(len(slots), np.int32)
        numbers[slots != NONE] = self.number[slots[slots != NONE]]
        return numbers

    def begin(self, slots: Slots, version: int, at: Instants, direction: NDArray[np.int8]) -> None:
        """Start the next run of these slots; where it stands is set by :meth:`park`."""
        self.number[slots] += 1
        self.version[slots] = version
        self.entered[slots] = at
        self.direction[slots] = direction
        self.ended[slots] = NEVER
        if self.heard is not None:
            self.heard[slots] = None

    def park(self, slots: Slots, activity: int, at: Instants, due: Instants) -> None:
        """The runs stand before ``activity`` since ``at`` and leave by themselves at ``due``."""
        self.activity[slots] = activity
        self.arrived[slots] = at
        self.due[slots] = due

    def finish(self, slots: Slots, at: Instants) -> None:
        """The runs have ended."""
        self.activity[slots] = NONE
        self.due[slots] = NEVER
        self.ended[slots] = at

    def erase(self, profiles: NDArray[np.int32]) -> None:
        """Forget these profiles; their slots stay empty."""
        slots = self.slots_of(profiles)
        slots = slots[slots != NONE]
        self._slot_of[self.profile[slots]] = NONE
        self.profile[slots] = NONE
        self.number[slots] = 0
        self.finish(slots, np.zeros(len(slots), np.int64))
        if self.heard is not None:
            self.heard[slots] = None

    def dump(self) -> pl.DataFrame:
        """The runs of all profiles that are not erased, a row each."""
        alive = np.flatnonzero(self.profile[: self.size] != NONE)
        frame = pl.DataFrame({name: getattr(self, name)[alive] for name in _COLUMNS})
        if self.heard is None:
            return frame
        return frame.with_columns(pl.Series("heard", self.heard[alive].tolist(), dtype=pl.String))

    @staticmethod
    def load(frame: pl.DataFrame) -> RunTable:
        """The inverse of :meth:`dump`; erased slots are gone, so slots may have other numbers than before."""
        table = RunTable()
        for name, kind in _COLUMNS.items():
            setattr(table, name, frame[name].to_numpy().astype(kind))
        table.size = frame.height
        if "heard" in frame.columns:
            table.heard = np.array(frame["heard"].to_list(), np.object_)
        if table.size:
            table._slot_of = np.full(int(table.profile.max()) + 1, NONE, np.int32)
            table._slot_of[table.profile] = np.arange(table.size, dtype=np.int32)
        return table


def _grown(array: NDArray[Scalar], length: int, fill: object) -> NDArray[Scalar]:
    longer: NDArray[Scalar] = np.full(length, fill, array.dtype)
    longer[: len(array)] = array
    return longer


def run_keys(journeys: pl.Series, numbers: pl.Series, profile_ids: pl.Series) -> pl.Series:
    """Text keys of runs: journey, run number and external id of the profile, as ``win-back/2/1023``.

    Readable, the same on every machine, and free of dense numbers, so any split of the profiles gives the same
    keys. Unambiguous, as neither a journey's id nor a number contains a slash.
    """
    parts = (journeys.alias("j"), numbers.cast(pl.String).alias("n"), profile_ids.alias("p"))
    return pl.DataFrame(parts).select(run=pl.concat_str("j", "n", "p", separator="/")).to_series()
