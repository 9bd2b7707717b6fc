"""Sorted runs of 64-bit hashes: find thousands of texts among tens of millions in a few milliseconds.

A log-structured merge: each addition is a small sorted run; runs of like size are merged, so there are only a
few and each hash is moved a few times in its life. A hash is a hint, never a proof: callers confirm hits.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Values = NDArray[np.int32]

#: A run is merged into the one before it when that is less than this many times its size.
_GROWTH = 4
#: Merging stops at this size, so that no addition ever waits for the merge of a huge run.
_LARGEST = 1 << 25
#: Runs of 2 to this power, times eight, and more get an index.
_INDEXED_BITS = 15
_SEED = 20_170_101

#: What :func:`probe` is computed from.
_PROBE = pl.Series(["", "parcours", "10001", "Zürich", "a somewhat longer text than the others"])


def hashed(texts: pl.Series) -> Hashes:
    """A 64-bit hash of each text. Equal on every machine with the same version of Polars; see :func:`probe`."""
    return texts.cast(pl.String).hash(seed=_SEED).to_numpy()


def probe() -> int:
    """A number that changes when :func:`hashed` does (another Polars): stored hashes are then worthless."""
    return int(np.bitwise_xor.reduce(hashed(_PROBE)))


class Run:
    """Sorted hashes with their values. A large run has an index by leading bits: hashes are spread evenly, so
    it leads within a few places of the wanted one, where a plain binary search would miss the cache 25 times."""

    def __init__(self, keys: Hashes, values: Values) -> None:
        self.keys = keys
        self.values = values
        bits = max(0, len(keys).bit_length() - 3)
        self._shift = np.uint64(64 - bits)
        self._index = self._bounds(bits) if bits >= _INDEXED_BITS else None

    def __len__(self) -> int:
        return len(self.keys)

    def lookup(self, asked: Hashes) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """The first place of each hash of ``asked`` (sorted), and whether it is there."""
        at = np.searchsorted(self.keys, asked) if self._index is None else self._lower_bound(asked)
        at[at == len(self.keys)] = 0
        return at, self.keys[at] == asked

    def _bounds(self, bits: int) -> NDArray[np.int64]:
        starts = np.arange(1 << bits, dtype=np.uint64) << self._shift
        return np.append(np.searchsorted(self.keys, starts), len(self.keys))

    def _lower_bound(self, asked: Hashes) -> NDArray[np.int64]:
        assert self._index is not None
        bucket = (asked >> self._shift).astype(np.int64)
        low, high = self._index[bucket], self._index[bucket + 1]
        while (low < high).any():
            middle = np.minimum((low + high) >> 1, len(self.keys) - 1)
            less = self.keys[middle] < asked
            low, high = np.where(less & (low < high), middle + 1, low), np.where(less, high, np.minimum(high, middle))
        return low


class SortedRuns:
    """A growing multiset of hashes, each with an int32 value (or none, when ``valued`` is false)."""

    def __init__(self, *, valued: bool) -> None:
        self._valued = valued
        self._runs: list[Run] = []

    def __len__(self) -> int:
        return sum(len(run) for run in self._runs)

    def add(self, keys: Hashes, values: Values | None = None) -> None:
        """Add hashes in any order, with their values."""
        if not len(keys):
            return
        if values is None:
            self._runs.append(Run(np.sort(keys), np.empty(0, np.int32)))
        else:
            order = np.argsort(keys, kind="stable")
            self._runs.append(Run(keys[order], values[order]))
        while len(self._runs) > 1 and self._due():
            newer, older = self._runs.pop(), self._runs.pop()
            self._runs.append(self._merged(older, newer))

    def contains(self, keys: Hashes) -> NDArray[np.bool_]:
        """Which of ``keys`` are there."""
        found = np.zeros(len(keys), np.bool_)
        order = np.argsort(keys)  # neighbours in a run are then looked up one after the other
        asked = keys[order]
        for run in self._runs:
            found[order] |= run.lookup(asked)[1]
        return found

    def first_value(self, keys: Hashes) -> Values:
        """A value of each key, -1 where there is none. A key with several values gives that of the newest run."""
        found = np.full(len(keys), -1, np.int32)
        order = np.argsort(keys)
        asked = keys[order]
        for run in self._runs:
            at, hit = run.lookup(asked)
            found[order[hit]] = run.values[at[hit]]
        return found

    def all_values(self, key: np.uint64) -> Values:
        """All values of one key."""
        parts = [np.empty(0, np.int32)]
        for run in self._runs:
            first, last = np.searchsorted(run.keys, key, "left"), np.searchsorted(run.keys, key, "right")
            parts.append(run.values[first:last])
        return np.concatenate(parts)

    def runs(self) -> list[Hashes]:
        """The hashes of each run, oldest run first; not to be written to."""
        return [run.keys for run in self._runs]

    def _due(self) -> bool:
        older, newer = len(self._runs[-2]), len(self._runs[-1])
        return older < _GROWTH * newer and older + newer <= _LARGEST

    def _merged(self, older: Run, newer: Run) -> Run:
        keys = np.concatenate([older.keys, newer.keys])
        if not self._valued:
            keys.sort(kind="stable")  # two sorted halves: one pass
            return Run(keys, older.values)
        order = np.argsort(keys, kind="stable")
        return Run(keys[order], np.concatenate([older.values, newer.values])[order])
