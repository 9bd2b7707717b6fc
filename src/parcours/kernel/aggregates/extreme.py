"""Smallest and greatest value. Adding is direct; a profile is recomputed when its extreme value goes out."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from parcours.kernel.aggregates.base import NOBODY, Aggregate, different, values_of
from parcours.kernel.rows import Int64s, Profiles, Rows


class _Extreme(Aggregate):
    null = True
    better: ClassVar[np.ufunc]

    def add(self, rows: Rows) -> Profiles:
        self.better.at(self.values, rows.profiles, values_of(rows))
        return NOBODY

    def subtract(self, rows: Rows) -> Profiles:
        return different(rows.profiles[values_of(rows) == self.values[rows.profiles]], len(self.values))

    def reduce(self, asked: NDArray[np.intp], rows: Rows, count: int) -> Int64s:
        found = np.full(count, self.nothing, np.int64)
        self.better.at(found, asked, values_of(rows))
        return found


class Min(_Extreme):
    """The smallest value in the window; null without rows."""

    name = "min"
    nothing = 2**63 - 1
    better = np.minimum


class Max(_Extreme):
    """The greatest value in the window; null without rows."""

    name = "max"
    nothing = -(2**63)
    better = np.maximum
