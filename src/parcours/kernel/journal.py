"""What a tick did to a feature: which rows came and went, at which exact instants, and what stood before each."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from parcours.kernel.aggregates.base import NOBODY, ascending
from parcours.kernel.lookup import places
from parcours.kernel.rows import Bools, Int64s, Profiles, Rows

#: Whether something happened to a profile stands in a table when it did to one in so many, at least.
DENSE = 64


class Change:
    """Rows that came into (``sign`` 1) or went out of (-1) a window in one tick."""

    __slots__ = ("_instants", "_when", "rows", "sign")

    def __init__(self, rows: Rows, sign: int, when: Callable[[Rows], Int64s]) -> None:
        self.rows, self.sign = rows, sign
        self._when = when
        self._instants: Int64s | None = None

    @property
    def instants(self) -> Int64s:
        """At which instant each row came or went; worked out when first asked for, which most never are."""
        if self._instants is None:
            self._instants = self._when(self.rows)
        return self._instants


class Story:
    """The changes of one tick in order of profile and instant: what came before an instant, and what after."""

    def __init__(self, journal: Sequence[Change], profiles: int, counted: bool) -> None:
        """``counted``: every row is worth one, whatever its value."""
        self._journal, self._counted = journal, counted
        who = np.concatenate([change.rows.profiles for change in journal])
        when = np.concatenate([change.instants for change in journal])
        self._base, self._ranked = int(when.min()) - 1, None
        self._span = int(when.max()) - self._base + 1
        if self._span * profiles >= 2**62:  # too long for one number with the profile: instants by rank
            self._ranked, when = np.unique(when, return_inverse=True)
            self._base, self._span = -1, len(self._ranked) + 1
        self._keys = who * np.int64(self._span) + (when - self._base)
        self._seen: Bools | None = None
        self._who = NOBODY
        if len(who) * DENSE > profiles:
            self._seen = np.zeros(profiles, np.bool_)
            self._seen[who] = True
        else:
            self._who = ascending(who)
        self._order = np.argsort(self._keys)
        self._keys = self._keys[self._order]

    def moved(self, profiles: Profiles) -> NDArray[np.intp]:
        """Positions of the profiles for which something changed."""
        if self._seen is not None:
            return np.flatnonzero(self._seen.take(profiles))
        return np.flatnonzero(places(self._who, profiles)[1])

    def places(self, profiles: Profiles, instants: Int64s) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Behind the last change of each profile that an instant has seen, and behind its last change."""
        when = instants if self._ranked is None else self._ranked.searchsorted(instants, "right") - 1
        offsets = np.clip(when - self._base, 0, self._span - 1)
        starts = profiles * np.int64(self._span)
        return self._keys.searchsorted(starts + offsets, "right"), self._keys.searchsorted(
            starts + (self._span - 1), "right"
        )

    @functools.cached_property
    def running(self) -> Int64s:
        """What a linear aggregate grew by, before each change and after all."""
        amounts = [
            np.full(len(change.rows), change.sign)
            if self._counted or change.rows.values is None
            else change.sign * change.rows.values
            for change in self._journal
        ]
        return np.append(0, np.concatenate(amounts)[self._order].cumsum())
