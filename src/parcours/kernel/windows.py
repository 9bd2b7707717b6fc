"""Windows as two functions of now: an instant ``t`` is inside when ``lo(now) < t <= hi(now)``.

Both only ever move forward, but for windows that swing (``parcours.language.windows.swinging``). For these the
earliest ``now`` of :func:`entering` and :func:`leaving` is not the only one, and :func:`turns` gives them all.

The declarations and their edges stand in :mod:`parcours.language.tree`. This module turns each into integer
microseconds, and answers the inverse question: at which ``now`` does an instant come in, and when does it
go out. That inverse is what makes exits by time alone exact to the microsecond.
"""

from __future__ import annotations

import numpy as np

from parcours.kernel.calendar import ALWAYS, NEVER, Instants, start_of, starts_of, unit_of, units_of
from parcours.kernel.edges import passed, positions, reached
from parcours.language.window_kinds import Absolute, Calendar, Ever, Relative, Rolling, Window

__all__ = [
    "ALWAYS",
    "NEVER",
    "Instants",
    "bounds",
    "bounds_at",
    "entering",
    "enters_at",
    "leaves_at",
    "leaving",
    "moves",
    "turns",
]


def bounds(window: Window, now: int) -> tuple[int, int]:
    """``(lo, hi)`` such that the window contains ``t`` at ``now`` exactly when ``lo < t <= hi``."""
    match window:
        case Ever():
            return ALWAYS, now
        case Rolling(oldest=oldest, newest=newest, closed=closed):
            return now - oldest - closed, now - newest
        case Absolute(start=start, end=end, future=future):
            hi = NEVER if end is None else end - 1
            return ALWAYS if start is None else start - 1, hi if future else min(hi, now)
        case Calendar(unit=unit, first=first, last=last, zone=zone, future=future):
            current = unit_of(unit, zone, now)
            hi = start_of(unit, zone, current + last + 1) - 1
            return start_of(unit, zone, current + first) - 1, hi if future else min(hi, now)
        case Relative():
            los, his = bounds_at(window, np.array([now]))
            return int(los[0]), int(his[0])


def bounds_at(window: Window, instants: Instants) -> tuple[Instants, Instants]:
    """:func:`bounds` for an array of instants."""
    match window:
        case Ever():
            return np.full_like(instants, ALWAYS), instants
        case Rolling(oldest=oldest, newest=newest, closed=closed):
            return instants - oldest - closed, instants - newest
        case Absolute(future=future):
            start, end = bounds(window, NEVER)
            return np.full_like(instants, start), np.full_like(instants, end) if future else np.minimum(instants, end)
        case Calendar(unit=unit, first=first, last=last, zone=zone, future=future):
            current = units_of(unit, zone, instants)
            lo, hi = starts_of(unit, zone, current + first) - 1, starts_of(unit, zone, current + last + 1) - 1
            return lo, hi if future else np.minimum(hi, instants)
        case Relative(lower=lower, upper=upper, zone=zone):
            return (
                np.full_like(instants, ALWAYS) if lower is None else positions(lower, zone, instants) - lower.closed,
                np.full_like(instants, NEVER)
                if upper is None
                else positions(upper, zone, instants) - (not upper.closed),
            )


def entering(window: Window, times: Instants) -> Instants:
    """For each instant the earliest ``now`` at which ``hi(now)`` has reached it (:data:`NEVER` if none does)."""
    match window:
        case Ever():
            return times
        case Rolling(newest=newest):
            return times + newest
        case Absolute(end=end, future=future):
            since = np.full_like(times, ALWAYS) if future else times
            return since if end is None else np.where(times < end, since, NEVER)
        case Calendar(unit=unit, last=last, zone=zone, future=future):
            starts = starts_of(unit, zone, units_of(unit, zone, times) - last)
            return starts if future else np.maximum(starts, times)
        case Relative(upper=upper, zone=zone):
            return np.full_like(times, ALWAYS) if upper is None else reached(upper, zone, times + (not upper.closed))


def leaving(window: Window, times: Instants) -> Instants:
    """For each instant the earliest ``now`` at which ``lo(now)`` has reached it (:data:`NEVER` if none does)."""
    match window:
        case Ever():
            return np.full_like(times, NEVER)
        case Rolling(oldest=oldest, closed=closed):
            return times + oldest + closed
        case Absolute(start=start):
            return np.full_like(times, NEVER) if start is None else np.where(times < start, ALWAYS, NEVER)
        case Calendar(unit=unit, first=first, zone=zone):
            return starts_of(unit, zone, units_of(unit, zone, times) + (1 - first))
        case Relative(lower=lower, zone=zone):
            return np.full_like(times, NEVER) if lower is None else reached(lower, zone, times + lower.closed)


def enters_at(window: Window, time: int) -> int:
    """:func:`entering` for one instant."""
    match window:
        case Ever():
            return time
        case Rolling(newest=newest):
            return time + newest
        case Calendar(unit=unit, last=last, zone=zone, future=future):
            start = start_of(unit, zone, unit_of(unit, zone, time) - last)
            return start if future else max(start, time)
        case _:
            return int(entering(window, np.array([time]))[0])


def leaves_at(window: Window, time: int) -> int:
    """:func:`leaving` for one instant."""
    match window:
        case Ever():
            return NEVER
        case Rolling(oldest=oldest, closed=closed):
            return time + oldest + closed
        case Calendar(unit=unit, first=first, zone=zone):
            return start_of(unit, zone, unit_of(unit, zone, time) + (1 - first))
        case _:
            return int(leaving(window, np.array([time]))[0])


def turns(window: Window, times: Instants) -> list[Instants]:
    """For each instant every ``now`` at which it can come in or go out; a few too many."""
    if not isinstance(window, Relative):
        return [entering(window, times), leaving(window, times)]
    found: list[Instants] = []
    if window.lower is not None:
        found += passed(window.lower, window.zone, times + window.lower.closed)
    if window.upper is not None:
        found += passed(window.upper, window.zone, times + (not window.upper.closed))
    return found


def moves(window: Window) -> bool:
    """Whether something can leave the window by time alone."""
    return isinstance(window, Rolling | Calendar | Relative)
