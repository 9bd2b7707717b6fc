"""Number of different values. Recomputed for every profile whose rows changed."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from parcours.kernel.aggregates.base import NOBODY, Aggregate, different, values_of
from parcours.kernel.rows import Int64s, Profiles, Rows

#: Flags for every pair of profile and value are used up to this many per row; beyond, rows are sorted.
DENSE = 64


class Distinct(Aggregate):
    """How many different values the window holds; 0 without rows."""

    name = "distinct"
    adds = False

    def add(self, rows: Rows) -> Profiles:
        return different(rows.profiles, len(self.values))

    def subtract(self, rows: Rows) -> Profiles:
        return different(rows.profiles, len(self.values))

    def build(self, rows: Rows) -> Profiles:
        self.values = self.reduce(rows.profiles, rows, len(self.values))
        return NOBODY

    def reduce(self, asked: NDArray[np.integer[Any]], rows: Rows, count: int) -> Int64s:
        """As of any order of the rows."""
        values = values_of(rows)
        if not len(values):
            return np.zeros(count, np.int64)
        low, span = int(values.min()), int(values.max()) - int(values.min()) + 1
        if count * span <= DENSE * len(values):
            seen = np.zeros(count * span, np.bool_)
            seen[asked.astype(np.int64) * span + (values - low)] = True
            found: Int64s = np.count_nonzero(seen.reshape(count, span), axis=1)
            return found
        order = np.lexsort((values, asked))
        asked, values = asked[order], values[order]
        new = np.ones(len(asked), np.bool_)
        new[1:] = (asked[1:] != asked[:-1]) | (values[1:] != values[:-1])
        return np.bincount(asked[new], minlength=count)
