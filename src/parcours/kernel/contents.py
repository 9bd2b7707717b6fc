"""What rows hold beside their time, for rules that look at whole events: found again by a number made from the content.

A stream has one signed 64-bit integer per row. For a row that stands for a whole event the integer is a hash of the
properties that are read, and the properties stand here, once per different content, in a few sorted runs. So a row
that is taken back has the number of the row it takes back, and a stream stays three arrays.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.kernel.lookup import places

Int64s = NDArray[np.int64]

#: Two neighbouring runs are merged when the older is less than this many times the newer.
GROWTH = 4
_SEED = 0x5EED


class ContentPool:
    """Contents of one Polars type (a struct), by number."""

    def __init__(self, dtype: pl.DataType, contents: pl.Series | None = None) -> None:
        """``contents`` is what :meth:`dump` gave."""
        self.dtype = dtype
        self._runs: list[tuple[Int64s, pl.Series]] = []
        if contents is not None and len(contents):
            self._append(_numbers(contents), contents)

    def encode(self, contents: pl.Series) -> Int64s:
        """The number of each content; new contents are kept."""
        contents = contents.cast(self.dtype)
        numbers = _numbers(contents)
        unknown = np.flatnonzero(~self._known(numbers))
        if len(unknown):
            self._append(numbers[unknown], contents.gather(unknown))
        return numbers

    def decode(self, numbers: Int64s) -> pl.Series:
        """The content of each number, all of which must have been given by :meth:`encode`."""
        if len(self._runs) == 1:
            held, contents = self._runs[0]
            return contents.gather(np.searchsorted(held, numbers))
        where = np.zeros(len(numbers), np.int64)
        before = 0
        for held, _ in self._runs:
            place, hit = places(held, numbers)
            where[hit] = before + place[hit]
            before += len(held)
        every = pl.concat([contents for _, contents in self._runs]) if self._runs else pl.Series([], dtype=self.dtype)
        return every.gather(where)

    def dump(self) -> pl.Series:
        """Every content that is kept."""
        if not self._runs:
            return pl.Series("content", [], dtype=self.dtype)
        return pl.concat([contents for _, contents in self._runs]).alias("content")

    def _known(self, numbers: Int64s) -> NDArray[np.bool_]:
        known = np.zeros(len(numbers), np.bool_)
        for held, _ in self._runs:
            known |= places(held, numbers)[1]
        return known

    def _append(self, numbers: Int64s, contents: pl.Series) -> None:
        numbers, first = np.unique(numbers, return_index=True)
        self._runs.append((numbers, contents.gather(first)))
        while len(self._runs) > 1 and len(self._runs[-2][0]) < GROWTH * len(self._runs[-1][0]):
            (newer, some), (older, others) = self._runs.pop(), self._runs.pop()
            joined = np.concatenate([older, newer])
            order = np.argsort(joined, kind="stable")
            self._runs.append((joined[order], pl.concat([others, some]).gather(order)))


def _numbers(contents: pl.Series) -> Int64s:
    return contents.hash(_SEED).to_numpy().view(np.int64)
