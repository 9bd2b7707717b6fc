"""Windows whose edges at times move backwards: calendar steps from now itself.

Seen from the last days of a month a shorter month ends three times over, so on those days an edge falls back at
midnight (UTC) and passes some rows once more. From one midnight to the next every edge only moves forward.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcours.core.clock import DAY
from parcours.kernel.calendar import ALWAYS, NEVER
from parcours.kernel.rows import Bools, Int64s, Rows, concat
from parcours.kernel.streams import Stream
from parcours.kernel.windows import bounds, bounds_at, turns
from parcours.language.window_kinds import Window

Edges = tuple[int, int]


def passed_rows(stream: Stream, before: Edges, after: Edges, same_day: bool) -> Rows:
    """The filed rows that an edge may have passed on its way from where it lay before."""
    (lo, low), (high, hi) = (sorted(ends) for ends in zip(before, after, strict=True))
    if not same_day:
        lo, low, high, hi = _day(lo) - 1, _day(low + DAY), _day(high) - 1, _day(hi + DAY)
    if low >= high:
        return stream.between(lo, hi)
    return concat([stream.between(lo, low), stream.between(high, hi)], stream.spec.valued)


def _day(instant: int) -> int:
    return instant if instant in (ALWAYS, NEVER) else instant // DAY * DAY


def inside_at(window: Window, times: Int64s, now: int) -> Bools:
    """Which instants the window holds."""
    lo, hi = bounds(window, now)
    return (lo < times) & (times <= hi)


def flips(window: Window, times: Int64s, prev: int, now: int) -> tuple[NDArray[np.intp], Int64s, Int64s]:
    """Every coming and going of instants after ``prev`` until ``now``: whose, when, and 1 or -1.

    In the order of the instants, for each in order of time.
    """
    points = np.stack(turns(window, times))
    points[(points <= prev) | (points > now)] = now
    points.sort(axis=0)
    lo, hi = bounds_at(window, points.ravel())
    inside = (lo.reshape(points.shape) < times) & (times <= hi.reshape(points.shape))
    states = np.vstack([inside_at(window, times, prev)[None], inside]).astype(np.int64)
    change = states[1:] - states[:-1]
    whose, which = np.nonzero(change.T)
    return whose, points[which, whose], change[which, whose]


def came_at(window: Window, times: Int64s, prev: int, now: int) -> Int64s:
    """For each instant inside at ``now`` when it last came in, if after ``prev``; else ``prev``."""
    whose, when, sign = flips(window, times, prev, now)
    last = np.full_like(times, prev)
    np.maximum.at(last, whose[sign > 0], when[sign > 0])
    return last


def next_turn(window: Window, stream: Stream, lo: int, hi: int, now: int) -> int:
    """The next instant at which a filed row may come in or go out, the edges being at ``lo`` and ``hi`` now."""
    midnight = _day(now) + DAY
    back_lo, back_hi = bounds(window, midnight)
    following = [time for time in map(stream.next_after, (lo, hi)) if time is not None]
    found = np.append(NEVER, turns(window, np.array(following, np.int64)))
    return min(int(found[found > now].min()), midnight if back_lo < lo or back_hi < hi else NEVER)
