"""Sum of values. Linear, in whole numbers or whole millionths, so that subtracting restores it exactly."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcours.kernel.aggregates.base import NOBODY, Aggregate, values_of
from parcours.kernel.rows import Int64s, Profiles, Rows


class Sum(Aggregate):
    """The sum of the values in the window; 0 without rows."""

    name = "sum"
    linear = True
    summed = True

    def add(self, rows: Rows) -> Profiles:
        np.add.at(self.values, rows.profiles, values_of(rows))
        return NOBODY

    def subtract(self, rows: Rows) -> Profiles:
        np.subtract.at(self.values, rows.profiles, values_of(rows))
        return NOBODY

    def reduce(self, asked: NDArray[np.intp], rows: Rows, count: int) -> Int64s:
        total = np.zeros(count, np.int64)
        np.add.at(total, asked, values_of(rows))
        return total
