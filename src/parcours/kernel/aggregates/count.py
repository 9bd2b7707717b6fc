"""Number of rows. Linear: one is added for a row that comes in, one subtracted for a row that goes out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcours.kernel.aggregates.base import NOBODY, Aggregate
from parcours.kernel.rows import Int64s, Profiles, Rows


class Count(Aggregate):
    """How many rows the window holds; 0 without rows."""

    name = "count"
    linear = True

    def add(self, rows: Rows) -> Profiles:
        np.add.at(self.values, rows.profiles, 1)
        return NOBODY

    def subtract(self, rows: Rows) -> Profiles:
        np.subtract.at(self.values, rows.profiles, 1)
        return NOBODY

    def reduce(self, asked: NDArray[np.intp], rows: Rows, count: int) -> Int64s:
        return np.bincount(asked, minlength=count)
