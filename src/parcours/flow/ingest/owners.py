"""Ids that several people use one after the other: whose such an id is depends on when something happened under it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

#: Before every instant.
ALWAYS = int(np.iinfo(np.int64).min)
#: After every instant.
_LATEST = int(np.iinfo(np.int64).max)
_SCHEMA = {"place": pl.Int32, "since": pl.Int64, "_profile": pl.Int32}


class Owners:
    """Per place of an id the profiles that it belonged to, each since an instant; few ids of all have several."""

    def __init__(self) -> None:
        self._owners: dict[int, list[tuple[int, int]]] = {}
        self._frame: pl.DataFrame | None = None

    def __bool__(self) -> bool:
        return bool(self._owners)

    def of(self, place: int) -> list[tuple[int, int]]:
        """Since when it belonged to whom; nothing where it had one owner only."""
        return list(self._owners.get(place, ()))

    def put(self, place: int, since: int, owner: int, first: int) -> None:
        """From ``since`` on the id at ``place`` is of ``owner``, until somebody else follows; ``first`` had it before
        anybody followed."""
        owners = self._owners.setdefault(place, [(ALWAYS, first)])
        at = bisect_right(owners, since, key=lambda pair: pair[0])
        if owners[at - 1][0] == since:
            owners[at - 1] = (since, owner)  # what was said last counts
        else:
            owners.insert(at, (since, owner))
        self._frame = None

    def correct(self, places: NDArray[np.int32], times: NDArray[np.int64] | None, owners: NDArray[np.int32]) -> None:
        """Set the owners at those of the places that had several, at these times (by default: the latest)."""
        rows = np.flatnonzero(np.isin(places, np.fromiter(self._owners, np.int32, len(self._owners))))
        if not len(rows):
            return
        when = np.full(len(rows), _LATEST, np.int64) if times is None else times[rows]
        asked = pl.DataFrame({"place": places[rows], "since": when, "row": rows}).sort("since")
        known = self._sorted().with_columns(pl.col("since").set_sorted())
        found = asked.join_asof(known, on="since", by="place", check_sortedness=False)
        owners[found["row"].to_numpy()] = found["_profile"].to_numpy()

    def latest(self) -> Iterator[tuple[int, int]]:
        """Places and whose they are now."""
        return ((place, owners[-1][1]) for place, owners in self._owners.items())

    def forget(self, gone: NDArray[np.int64]) -> dict[int, int]:
        """These owners are no more. Gives the places of which another one is the first owner now."""
        kept, first = {}, {}
        lost = frozenset(gone.tolist())
        for place, owners in self._owners.items():
            left = [pair for pair in owners if pair[1] not in lost]
            if not left:
                continue
            if len(left) < len(owners):
                left[0] = (ALWAYS, left[0][1])
                first[place] = left[0][1]
            if len(left) > 1:
                kept[place] = left
        self._owners, self._frame = kept, None
        return first

    def dump(self) -> pl.DataFrame:
        """Everything as a frame; :meth:`load` reads it back."""
        rows = [(place, since, owner) for place, owners in self._owners.items() for since, owner in owners]
        return pl.DataFrame(rows, schema=_SCHEMA, orient="row")

    @staticmethod
    def load(rows: pl.DataFrame) -> Owners:
        """The inverse of :meth:`dump`."""
        found = Owners()
        for place, since, owner in rows.iter_rows():
            found._owners.setdefault(place, []).append((since, owner))
        return found

    def _sorted(self) -> pl.DataFrame:
        if self._frame is None:
            self._frame = self.dump().sort("since")
        return self._frame
