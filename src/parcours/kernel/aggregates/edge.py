"""First and last value in time. Adding is direct; a profile is recomputed when its first (last) row goes out.

Among rows of one instant the first is the one that arrived first, the last the one that arrived last.
Keeps, beside the value, the instant of the row it came from.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from parcours.kernel.aggregates.base import Aggregate, different, extended, last_of_each, values_of
from parcours.kernel.rows import Int64s, Profiles, Rows


class _Edge(Aggregate):
    nothing = -(2**63)
    null = True
    ordered = True
    no_time: ClassVar[int]

    def __init__(self, profiles: int) -> None:
        super().__init__(profiles)
        self._times: Int64s = np.full(profiles, self.no_time, np.int64)

    def resize(self, profiles: int) -> None:
        super().resize(profiles)
        self._times = extended(self._times, profiles, self.no_time)

    def subtract(self, rows: Rows) -> Profiles:
        return different(rows.profiles[rows.times == self._times[rows.profiles]], len(self.values))

    def recompute(self, profiles: Profiles, asked: NDArray[np.intp], rows: Rows) -> None:
        self.clear(profiles)
        found = self._rows_of(asked)
        self.values[profiles[asked[found]]] = values_of(rows)[found]
        self._times[profiles[asked[found]]] = rows.times[found]

    def reduce(self, asked: NDArray[np.intp], rows: Rows, count: int) -> Int64s:
        values = np.full(count, self.nothing, np.int64)
        found = self._rows_of(asked)
        values[asked[found]] = values_of(rows)[found]
        return values

    @abstractmethod
    def _rows_of(self, asked: NDArray[np.intp]) -> NDArray[np.intp]:
        """Positions of the one row that counts for each asker, in rows sorted by asker, time and arrival."""

    def _set(self, rows: Rows) -> None:
        """Assign in row order: of several rows of one profile the last one stays."""
        self.values[rows.profiles] = values_of(rows)
        self._times[rows.profiles] = rows.times

    def clear(self, profiles: Profiles) -> None:
        super().clear(profiles)
        self._times[profiles] = self.no_time

    def dump(self) -> dict[str, Int64s]:
        return {"values": self.values, "times": self._times}

    def load(self, parts: dict[str, Int64s]) -> None:
        self.values, self._times = parts["values"], parts["times"]


class First(_Edge):
    """The value of the earliest row in the window; null without rows."""

    name = "first"
    no_time = 2**63 - 1

    def add(self, rows: Rows) -> Profiles:
        earlier = rows[rows.times < self._times[rows.profiles]]
        self._set(earlier[slice(None, None, -1)])
        return np.empty(0, np.int32)

    def _rows_of(self, asked: NDArray[np.intp]) -> NDArray[np.intp]:
        return np.flatnonzero(np.append(len(asked) > 0, asked[1:] != asked[:-1])[: len(asked)])


class Last(_Edge):
    """The value of the latest row in the window; null without rows."""

    name = "last"
    no_time = -(2**63)

    def add(self, rows: Rows) -> Profiles:
        self._set(rows[rows.times >= self._times[rows.profiles]])
        return np.empty(0, np.int32)

    def _rows_of(self, asked: NDArray[np.intp]) -> NDArray[np.intp]:
        return last_of_each(asked)
