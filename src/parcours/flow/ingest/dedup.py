"""Event ids that were seen before, so that repeated events change nothing.

An id belongs to its event type: order 17 and ticket 17 are two events. Eight bytes per id. A hit of the 64-bit
hash is only a suspicion: the log is asked whether it really holds that id, so two ids with one hash never lose an
event.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.ids import stable_id
from parcours.flow.ingest.hashes import Hashes, SortedRuns, hashed, probe

#: Asked with ids (String), and with their event type unless that is empty: which of them are really known? Gives
#: a boolean series or array of the same length.
Confirm = Callable[..., "pl.Series | NDArray[np.bool_]"]
#: Ids of one event type; a series alone is of the empty type.
Known = pl.Series | tuple[str, pl.Series]


class SeenIds:
    """The ids of all events so far.

    Args:
        confirm: asks the log which ids it holds. Ids added since the last :meth:`settled` are remembered as
            text, because the log does not hold them yet.
    """

    def __init__(self, confirm: Confirm) -> None:
        self._confirm = confirm
        self._runs = SortedRuns(valued=False)
        self._unsettled: list[tuple[str, pl.Series]] = []

    def __len__(self) -> int:
        """Number of ids (an id whose hash another id has is counted as well)."""
        return len(self._runs)

    def add(self, ids: pl.Series, type: str = "") -> NDArray[np.bool_]:
        """Remember ``ids`` of events of ``type``; true where an id is new, of equal ones where the first stands."""
        if not len(ids):
            return np.zeros(0, np.bool_)
        keys = _keys(ids, type)
        new = ids.is_first_distinct().to_numpy().copy()
        suspected = self._runs.contains(keys) & new
        if suspected.any():
            new[suspected] = ~self._known(ids.filter(pl.Series(suspected)), type)
        self._runs.add(keys[new])
        if new.any():
            self._unsettled.append((type, ids.filter(pl.Series(new))))
        return new

    @property
    def unsettled(self) -> int:
        """How many portions of ids were added that the log does not hold yet."""
        return len(self._unsettled)

    def settled(self, portions: int | None = None) -> None:
        """The log holds all ids added so far, or so many portions of those it did not hold."""
        del self._unsettled[:portions]

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
    def of(known: Iterable[Known], confirm: Confirm) -> SeenIds:
        """Built from all ids that the log holds: pairs of event type and ids, or ids alone."""
        seen = SeenIds(confirm)
        pairs = (("", part) if isinstance(part, pl.Series) else part for part in known)
        parts = [_keys(ids, type) for type, ids in pairs]
        if parts:
            seen._runs.add(np.concatenate(parts))
        return seen

    def _known(self, ids: pl.Series, type: str) -> NDArray[np.bool_]:
        """Which of these ids, whose hashes are known, are really known."""
        known = np.asarray(self._confirm(ids, type) if type else self._confirm(ids), np.bool_).copy()
        for kind, recent in self._unsettled:
            if kind == type:
                known |= ids.is_in(recent.implode()).to_numpy()
        return known


def _keys(ids: pl.Series, type: str) -> Hashes:
    """One hash per id. The type shifts it by a number of its own, so equal ids of two types have two hashes."""
    if not type:
        return hashed(ids)
    return hashed(ids) + np.uint64(int(stable_id(type)[:16], 16))
