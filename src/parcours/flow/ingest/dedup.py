"""Event ids that were seen before, so that repeated events change nothing.

Eight bytes per id. A hit of the 64-bit hash is only a suspicion: the log is asked whether it really holds that
id, so two ids with one hash never lose an event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.ingest.hashes import Hashes, SortedRuns, hashed, probe

#: Asked with ids (String): which of them are really known? Gives a boolean series or array of the same length.
Confirm = Callable[[pl.Series], "pl.Series | NDArray[np.bool_]"]


class SeenIds:
    """The ids of all events so far.

    Args:
        confirm: asks the log which ids it holds. Ids added since the last :meth:`settled` are remembered as
            text, because the log does not hold them yet.
    """

    def __init__(self, confirm: Confirm) -> None:
        self._confirm = confirm
        self._runs = SortedRuns(valued=False)
        self._unsettled: list[pl.Series] = []

    def __len__(self) -> int:
        """Number of ids (an id whose hash another id has is counted as well)."""
        return len(self._runs)

    def add(self, ids: pl.Series) -> NDArray[np.bool_]:
        """Remember ``ids``; true where an id is new. Within ``ids`` the first of equal ones is the new one."""
        if not len(ids):
            return np.zeros(0, np.bool_)
        keys = hashed(ids)
        new = ids.is_first_distinct().to_numpy().copy()
        suspected = self._runs.contains(keys) & new
        if suspected.any():
            new[suspected] = ~self._known(ids.filter(pl.Series(suspected)))
        self._runs.add(keys[new])
        if new.any():
            self._unsettled.append(ids.filter(pl.Series(new)))
        return new

    def settled(self) -> None:
        """All ids added so far are in the log now."""
        self._unsettled.clear()

    def dump(self) -> dict[str, NDArray[np.uint64]]:
        """The hashes as arrays for a snapshot. Only after :meth:`settled`.

        Raises:
            RuntimeError: some ids are not in the log yet.
        """
        if self._unsettled:
            raise RuntimeError("ids are dumped only after the commit that writes them")
        runs = {f"run{number}": keys for number, keys in enumerate(self._runs.runs())}
        return {"probe": np.array([probe()], np.uint64), **runs}

    @staticmethod
    def load(arrays: Mapping[str, NDArray[np.uint64]], confirm: Confirm) -> SeenIds | None:
        """What :meth:`dump` gave; ``None`` when another version of the hash function wrote it."""
        if int(arrays["probe"][0]) != probe():
            return None
        seen = SeenIds(confirm)
        parts = [np.asarray(keys) for name, keys in arrays.items() if name != "probe"]
        for keys in sorted(parts, key=len, reverse=True):
            seen._runs.add(keys)
        return seen

    @staticmethod
    def of(known: object, confirm: Confirm) -> SeenIds:
        """Built from all ids that the log holds: ``known`` iterates over series of ids."""
        seen = SeenIds(confirm)
        parts: list[Hashes] = [hashed(ids) for ids in known]  # type: ignore[attr-defined]
        if parts:
            seen._runs.add(np.concatenate(parts))
        return seen

    def _known(self, ids: pl.Series) -> NDArray[np.bool_]:
        """Which of these ids, whose hashes are known, are really known."""
        known = np.asarray(self._confirm(ids), np.bool_).copy()
        for recent in self._unsettled:
            known |= ids.is_in(recent.implode()).to_numpy()
        return known
