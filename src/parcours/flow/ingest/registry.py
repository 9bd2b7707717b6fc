"""The dense number of every profile: 0, 1, 2 … in order of appearance, never reused."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.ingest.hashes import Hashes, SortedRuns, hashed

Numbers = NDArray[np.int32]


class ProfileNumbers:
    """External id (text) <-> dense number (int32).

    An erased profile leaves its number as a hole: the id is forgotten, and gets a new number when it comes
    again. About 12 bytes per profile beside the text of its id.
    """

    def __init__(self, ids: pl.Series | None = None) -> None:
        """``ids`` are the known ids in order of their numbers; null where a profile was erased."""
        self._ids = pl.Series("_profile_id", [], pl.String)
        self._runs = SortedRuns(valued=True)
        if ids is not None and len(ids):
            self._ids = ids.cast(pl.String).alias("_profile_id").rechunk()
            numbers = np.flatnonzero(self._ids.is_not_null().to_numpy()).astype(np.int32)
            self._runs.add(hashed(self._ids)[numbers], numbers)

    def __len__(self) -> int:
        """How many numbers were given out, holes included."""
        return len(self._ids)

    def numbers(self, ids: pl.Series) -> tuple[Numbers, pl.Series]:
        """The number of each id, giving new numbers to new ids in order of appearance.

        Returns:
            The numbers, and the new ids in the order of their numbers (the last ``len(new)`` ones).
        """
        keys = hashed(ids)
        numbers = self._found(ids, keys)
        missing = numbers < 0
        if not missing.any():
            return numbers, self._ids.clear()
        absent = ids.filter(pl.Series(missing))
        new = absent.unique(maintain_order=True).alias("_profile_id")
        self.append(new)
        numbers[missing] = self._found(absent, keys[missing])
        return numbers, new

    def known(self, ids: pl.Series) -> Numbers:
        """The number of each id, -1 for ids nobody has."""
        return self._found(ids, hashed(ids))

    def ids(self, numbers: Numbers) -> pl.Series:
        """The external id of each number; null for erased profiles."""
        return self._ids[numbers]

    def forget(self, numbers: Numbers) -> None:
        """Erase these profiles: their ids are gone, their numbers stay unused."""
        self._ids = self._ids.scatter(np.asarray(numbers, np.int64), None) if len(numbers) else self._ids

    def dump(self) -> pl.DataFrame:
        """Column ``_profile_id`` in order of the numbers, null for holes; ``ProfileNumbers(frame["_profile_id"])``
        reads it back."""
        return self._ids.to_frame()

    def append(self, new: pl.Series) -> None:
        """Give the next numbers to these ids, all unknown so far; a null leaves a hole."""
        start = len(self._ids)
        self._ids.extend(new.cast(pl.String))
        known = np.flatnonzero(new.is_not_null().to_numpy())
        self._runs.add(hashed(new)[known], (start + known).astype(np.int32))

    def _found(self, ids: pl.Series, keys: Hashes) -> Numbers:
        """Numbers by hash, each confirmed by comparing the text."""
        numbers = self._runs.first_value(keys)
        hit = numbers >= 0
        if not hit.any():
            return numbers
        held = self._ids.gather(np.where(hit, numbers, 0))
        wrong = hit & ~(held == ids).fill_null(False).to_numpy()
        if wrong.any():
            # rare: two ids with one hash, or an id that was erased before
            texts = ids.filter(pl.Series(wrong))
            numbers[wrong] = [self._among(key, text) for key, text in zip(keys[wrong], texts, strict=True)]
        return numbers

    def _among(self, key: np.uint64, text: str) -> int:
        candidates = self._runs.all_values(key)
        held = self._ids.gather(candidates).to_list()
        return next((int(number) for number, name in zip(candidates, held, strict=True) if name == text), -1)
