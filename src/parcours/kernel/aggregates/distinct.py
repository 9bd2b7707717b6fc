"""Number of different values. Recomputed for every profile whose rows changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcours.kernel.aggregates.base import Aggregate, values_of
from parcours.kernel.rows import Int64s, Profiles, Rows


class Distinct(Aggregate):
    """How many different values the window holds; 0 without rows."""

    name = "distinct"

    def add(self, rows: Rows) -> Profiles:
        return np.unique(rows.profiles)

    def subtract(self, rows: Rows) -> Profiles:
        return np.unique(rows.profiles)

    def reduce(self, asked: NDArray[np.intp], rows: Rows, count: int) -> Int64s:
        values = values_of(rows)
        order = np.lexsort((values, asked))
        asked, values = asked[order], values[order]
        new = np.ones(len(asked), np.bool_)
        new[1:] = (asked[1:] != asked[:-1]) | (values[1:] != values[:-1])
        return np.bincount(asked[new], minlength=count)
