"""Smallest and greatest text, by code points. Recomputed for every profile whose rows changed.

Texts are numbered in order of appearance, so their numbers say nothing about their order; the pool gives
each number its rank.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from parcours.kernel.aggregates.base import Aggregate, different, values_of
from parcours.kernel.rows import Int64s, Profiles, Rows, TextPool


class _TextExtreme(Aggregate):
    null = True
    adds = False
    nothing = -1
    sign: ClassVar[int]

    def __init__(self, profiles: int, pool: TextPool) -> None:
        super().__init__(profiles)
        self._pool = pool

    def add(self, rows: Rows) -> Profiles:
        return different(rows.profiles, len(self.values))

    def subtract(self, rows: Rows) -> Profiles:
        return different(rows.profiles, len(self.values))

    def reduce(self, asked: NDArray[np.intp], rows: Rows, count: int) -> Int64s:
        found = np.full(count, self.nothing, np.int64)
        values = values_of(rows)
        order = np.lexsort((self.sign * self._pool.ranks()[values], asked))
        first = order[np.append(len(asked) > 0, asked[order][1:] != asked[order][:-1])[: len(asked)]]
        found[asked[first]] = values[first]
        return found


class TextMin(_TextExtreme):
    """The smallest text in the window; null without rows."""

    name = "min"
    sign = 1


class TextMax(_TextExtreme):
    """The greatest text in the window; null without rows."""

    name = "max"
    sign = -1
