"""The rows of a stream by profile, for the aggregates that are recomputed for touched profiles.

A few sorted runs, as in a log-structured merge tree: new rows form a run of their own, runs of similar
size are merged, so that looking up and adding both stay cheap however long the history is.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcours.kernel.rows import Int64s, Profiles, Rows, concat

#: Two neighbouring runs are merged when the older is less than this many times the newer, or this short.
GROWTH = 4
SHORT = 512
#: From so many profiles on it is worth to see whether they stand one after the other.
MANY = 1_024


class ProfileIndex:
    """Rows sorted by profile, then time, then arrival."""

    def __init__(self, rows: Rows) -> None:
        self._valued = rows.values is not None
        self._runs: list[Rows] = [_by_profile(rows)] if len(rows) else []

    def append(self, rows: Rows) -> None:
        """Take in new rows, in order of arrival."""
        self._runs.append(_by_profile(rows))
        while len(self._runs) > 1 and len(self._runs[-2]) < max(SHORT, GROWTH * len(self._runs[-1])):
            newer, older = self._runs.pop(), self._runs.pop()
            self._runs.append(_merged(concat([older, newer], self._valued)))

    def select(
        self, profiles: Profiles, lo: Int64s | int, hi: Int64s | int, *, ordered: bool = True
    ) -> tuple[NDArray[np.intp], Rows]:
        """The rows of each asked profile with ``lo < time <= hi``.

        Args:
            profiles: profile numbers; one may be asked several times, with different bounds.
            lo: lower bounds, one for all or one per asked profile.
            hi: upper bounds, likewise.
            ordered: whether the order of the rows matters; where it does not, half of the work is saved.

        Returns:
            ``(asked, rows)``: the rows sorted by position in ``profiles``, then time, then arrival, and for
            each row that position.
        """
        profiles = profiles.astype(np.int32, copy=False)  # else a search would widen the whole run
        parts = [part for run in self._runs if (part := _select(run, profiles, lo, hi)) is not None]
        if len(parts) == 1:
            return parts[0]
        asked = np.concatenate([part[0] for part in parts]) if parts else np.empty(0, np.intp)
        rows = concat([part[1] for part in parts], self._valued)
        if ordered and len(rows):
            order = np.lexsort((rows.times, asked))  # stable: older runs first among equals
            asked, rows = asked[order], rows[order]
        return asked, rows


def _by_profile(rows: Rows) -> Rows:
    rows = rows.sorted_by_time()
    return rows[order_by_profile(rows.profiles)]


def _merged(runs: Rows) -> Rows:
    """Two runs, one after the other, as one."""
    rows = runs[order_by_profile(runs.profiles)]
    same = rows.profiles[1:] == rows.profiles[:-1]
    if (same & (rows.times[1:] < rows.times[:-1])).any():  # the newer run has rows that came late
        rows = rows[np.lexsort((rows.times, rows.profiles))]
    return rows


def order_by_profile(profiles: Profiles) -> NDArray[np.int64]:
    """The stable order by profile. Number and position in one word sort several times as fast as an argsort."""
    keys = profiles.astype(np.int64) << 32
    keys |= np.arange(len(keys))
    keys.sort()
    return keys & (2**32 - 1)


def _select(run: Rows, profiles: Profiles, lo: Int64s | int, hi: Int64s | int) -> tuple[NDArray[np.intp], Rows] | None:
    """What :meth:`ProfileIndex.select` gives, from one run; ``None``: nothing."""
    if len(profiles) >= MANY and profiles[-1] - profiles[0] == len(profiles) - 1 and (np.diff(profiles) == 1).all():
        return _stretch(run, profiles, lo, hi)
    starts = run.profiles.searchsorted(profiles, "left")
    counts = run.profiles.searchsorted(profiles, "right")
    counts -= starts
    ends = counts.cumsum()
    total = int(ends[-1]) if len(ends) else 0
    if not total:
        return None
    asked = np.arange(len(profiles)).repeat(counts)
    starts -= ends
    starts += counts
    places = np.arange(total)
    places += starts[asked]
    times = run.times[places]
    inside = times > (lo if isinstance(lo, int) else lo[asked])
    inside &= times <= (hi if isinstance(hi, int) else hi[asked])
    if inside.all():
        return asked, run[places]
    return asked[inside], run[places[inside]]


def _stretch(run: Rows, profiles: Profiles, lo: Int64s | int, hi: Int64s | int) -> tuple[NDArray[np.intp], Rows] | None:
    """The same for profiles one after the other, whose rows stand together."""
    start, end = run.profiles.searchsorted(profiles[0], "left"), run.profiles.searchsorted(profiles[-1], "right")
    if start == end:
        return None
    rows = run[slice(start, end)]
    asked = (rows.profiles - profiles[0]).astype(np.intp)
    inside = rows.times > (lo if isinstance(lo, int) else lo[asked])
    inside &= rows.times <= (hi if isinstance(hi, int) else hi[asked])
    if inside.all():
        return asked, rows
    places = np.flatnonzero(inside)
    return asked[places], rows[places]
