"""Windows as two monotone functions of now: an instant ``t`` is inside when ``lo(now) < t <= hi(now)``.

The declarations and their edges stand in :mod:`parcours.language.tree`. This module turns each into integer
microseconds, and answers the inverse question: at which ``now`` does an instant come in, and when does it
go out. That inverse is what makes exits by time alone exact to the microsecond.
"""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from parcours.core.clock import EPOCH
from parcours.language.tree import Absolute, Calendar, Ever, Rolling, Window

Instants = NDArray[np.int64]

#: Before every instant, and after every instant: the window never had, or never gets, such an edge.
ALWAYS = -(2**62)
NEVER = 2**62


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


def entering(window: Window, times: Instants) -> Instants:
    """For each instant the earliest ``now`` at which ``hi(now)`` has reached it (:data:`NEVER` if none does)."""
    match window:
        case Ever():
            return times
        case Rolling(newest=newest):
            return times + newest
        case Absolute(end=end, future=future):
            reached = np.full_like(times, ALWAYS) if future else times
            return reached if end is None else np.where(times < end, reached, NEVER)
        case Calendar(unit=unit, last=last, zone=zone, future=future):
            starts = starts_of(unit, zone, units_of(unit, zone, times) - last)
            return starts if future else np.maximum(starts, times)


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


def enters_at(window: Window, time: int) -> int:
    """:func:`entering` for one instant."""
    match window:
        case Ever():
            return time
        case Rolling(newest=newest):
            return time + newest
        case _:
            return int(entering(window, np.array([time]))[0])


def leaves_at(window: Window, time: int) -> int:
    """:func:`leaving` for one instant."""
    match window:
        case Ever():
            return NEVER
        case Rolling(oldest=oldest, closed=closed):
            return time + oldest + closed
        case _:
            return int(leaving(window, np.array([time]))[0])


def moves(window: Window) -> bool:
    """Whether something can leave the window by time alone."""
    return isinstance(window, Rolling | Calendar)


# --- calendar units, numbered from the one that holds 1970-01-01 ---------------------------------------


@functools.lru_cache(maxsize=16)
def _zone(zone: str) -> ZoneInfo:
    return ZoneInfo(zone)


def _first_day(unit: str, number: int) -> date:
    match unit:
        case "day":
            return date(1970, 1, 1) + timedelta(days=number)
        case "week":
            return date(1969, 12, 29) + timedelta(weeks=number)
        case "month":
            return date(1970 + number // 12, number % 12 + 1, 1)
        case "quarter":
            return date(1970 + number // 4, number % 4 * 3 + 1, 1)
        case "year":
            return date(1970 + number, 1, 1)
        case _:
            raise ValueError(f"no calendar unit {unit!r}")


@functools.lru_cache(maxsize=8_192)
def start_of(unit: str, zone: str, number: int) -> int:
    """The instant at which calendar unit ``number`` begins in ``zone``: local midnight.

    Where local midnight does not exist (a clock change at midnight) the unit begins at the change.
    """
    day = _first_day(unit, number)
    local = datetime(day.year, day.month, day.day, tzinfo=_zone(zone))
    return (local.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


def unit_of(unit: str, zone: str, instant: int) -> int:
    """The number of the calendar unit in ``zone`` that holds ``instant``."""
    day = (EPOCH + timedelta(microseconds=instant)).astimezone(_zone(zone)).date()
    match unit:
        case "day":
            return (day - date(1970, 1, 1)).days
        case "week":
            return ((day - date(1970, 1, 1)).days + 3) // 7
        case "month":
            return (day.year - 1970) * 12 + day.month - 1
        case "quarter":
            return (day.year - 1970) * 4 + (day.month - 1) // 3
        case "year":
            return day.year - 1970
        case _:
            raise ValueError(f"no calendar unit {unit!r}")


def units_of(unit: str, zone: str, times: Instants) -> Instants:
    """:func:`unit_of` for an array of instants."""
    if len(times) == 0:
        return times
    first, last = unit_of(unit, zone, int(times.min())), unit_of(unit, zone, int(times.max()))
    edges = np.array([start_of(unit, zone, number) for number in range(first, last + 1)], np.int64)
    return first - 1 + np.searchsorted(edges, times, side="right")


def starts_of(unit: str, zone: str, numbers: Instants) -> Instants:
    """:func:`start_of` for an array of unit numbers."""
    if len(numbers) == 0:
        return numbers
    first, last = int(numbers.min()), int(numbers.max())
    edges = np.array([start_of(unit, zone, number) for number in range(first, last + 1)], np.int64)
    return edges[numbers - first]
