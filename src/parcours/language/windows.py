"""What windows mean, in plain Python: which instants a window holds, seen from *now*.

The docstrings of the windows in ``window_kinds.py`` are the rule and this module is its most direct reading. The
kernel has its own, vectorised reading; the two are compared on generated windows and instants.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import date, datetime, timedelta

from parcours.core.clock import as_datetime, instant
from parcours.language.edges import AFTER, BEFORE, by_zone, canonical, edge_instant, fixed, passing, swings, whole_units
from parcours.language.functions.zones import known_zone
from parcours.language.tree import Aggregate, Chance, InWindow, Node, Now, walk
from parcours.language.window_kinds import Absolute, Calendar, Edge, Ever, Relative, Rolling, Window


def contains(window: Window, t: int, now: int) -> bool:
    """Whether instant ``t`` lies in ``window`` seen from ``now`` (all in microseconds)."""
    match window:
        case Ever():
            return t <= now
        case Rolling(oldest=oldest, newest=newest, closed=closed):
            young = t <= now - newest
            return young and (now - oldest <= t if closed else now - oldest < t)
        case Calendar(future=future):
            start, end = calendar_edges(window, now)
            return start <= t < end and (future or t <= now)
        case Absolute(start=first, end=last, future=future):
            return (first is None or first <= t) and (last is None or t < last) and (future or t <= now)
        case Relative(lower=lower, upper=upper, zone=zone):
            return _after(lower, zone, t, now) and _before(upper, zone, t, now)


def _after(edge: Edge | None, zone: str, t: int, now: int) -> bool:
    if edge is None:
        return True
    start = edge_instant(edge, zone, now)
    return start <= t if edge.closed else start < t


def _before(edge: Edge | None, zone: str, t: int, now: int) -> bool:
    if edge is None:
        return True
    end = edge_instant(edge, zone, now)
    return t <= end if edge.closed else t < end


def bounds(window: Window, now: int) -> tuple[int, int]:
    """The window as ``lo < t <= hi``, in microseconds; an open end is :data:`BEFORE` or :data:`AFTER`."""
    match window:
        case Ever():
            return BEFORE, now
        case Rolling(oldest=oldest, newest=newest, closed=closed):
            return now - oldest - closed, now - newest
        case Calendar(future=future):
            start, end = calendar_edges(window, now)
        case Absolute(start=first, end=last, future=future):
            start = BEFORE + 1 if first is None else first
            end = AFTER if last is None else last
        case Relative(lower=lower, upper=upper, zone=zone):
            lo = BEFORE if lower is None else edge_instant(lower, zone, now)
            hi = AFTER if upper is None else edge_instant(upper, zone, now)
            opening = lower is not None and lower.closed and lo not in (BEFORE, AFTER)
            closing = upper is not None and not upper.closed and hi not in (BEFORE, AFTER)
            return lo - opening, hi - closing
    return start - 1, end - 1 if future else min(end - 1, now)


def calendar_edges(window: Calendar, now: int) -> tuple[int, int]:
    """The first instant of the window's first unit, and the first instant after its last unit."""
    return (
        unit_start(window.unit, window.zone, now, window.first),
        unit_start(window.unit, window.zone, now, window.last + 1),
    )


def unit_start(unit: str, zone: str, moment: int, offset: int = 0) -> int:
    """When the calendar unit that holds ``moment`` begins in ``zone``, or the unit ``offset`` further on.

    A unit begins at local midnight; a midnight that the clocks skip is the instant at which they skip it, one
    that comes twice is the first. Before the year 1 and after 9999 the result is :data:`BEFORE` or :data:`AFTER`.
    """
    return _midnight(unit, zone, as_datetime(moment).astimezone(known_zone(zone)).date(), offset)


@functools.lru_cache(maxsize=65_536)
def _midnight(unit: str, zone: str, day: date, offset: int) -> int:
    try:
        first = _UNITS[unit](day, offset)
    except (OverflowError, ValueError):
        return BEFORE if offset < 0 else AFTER
    return instant(datetime(first.year, first.month, first.day, tzinfo=known_zone(zone)))


def _day(day: date, offset: int) -> date:
    return day + timedelta(days=offset)


def _week(day: date, offset: int) -> date:
    return day - timedelta(days=day.weekday()) + timedelta(weeks=offset)


def _month(day: date, offset: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + offset, 12)
    return date(year, month + 1, 1)


def _quarter(day: date, offset: int) -> date:
    return _month(day.replace(month=day.month - (day.month - 1) % 3), 3 * offset)


def _year(day: date, offset: int) -> date:
    return date(day.year + offset, 1, 1)


_UNITS: dict[str, Callable[[date, int], date]] = {
    "day": _day,
    "week": _week,
    "month": _month,
    "quarter": _quarter,
    "year": _year,
}


def swinging(window: Window) -> bool:
    """Whether an edge of the window at times moves backwards, so that an instant may come in and go out repeatedly."""
    return isinstance(window, Relative) and (swings(window.lower) or swings(window.upper))


def turning_points(window: Window, t: int) -> frozenset[int]:
    """Every *now* at which ``contains(window, t, now)`` can change; a few too many do no harm."""
    match window:
        case Ever():
            return frozenset({t})
        case Rolling(oldest=oldest, newest=newest, closed=closed):
            return frozenset({t + newest, t + oldest + closed})
        case Calendar(unit=unit, zone=zone, first=first, last=last):
            return frozenset({t, unit_start(unit, zone, t, -last), unit_start(unit, zone, t, 1 - first)})
        case Absolute(future=future):
            return frozenset() if future else frozenset({t})
        case Relative(lower=lower, upper=upper, zone=zone):
            return frozenset().union(*(passing(edge, zone, t) for edge in (lower, upper) if edge is not None))


def relative(lower: Edge | None, upper: Edge | None, zone: str = "UTC") -> Window:
    """The window between two edges, in its one canonical form.

    Rolling where both edges are steps of a fixed length from now and the end is inside, Calendar where it is whole
    units, Ever where it is everything up to now; else Relative, with steps in the largest unit that expresses them.
    """
    lower = None if lower is None else canonical(lower)
    upper = None if upper is None else canonical(upper)
    if lower is None and upper == Edge():
        return Ever()
    if lower is not None and upper is not None:
        oldest, newest = fixed(lower), fixed(upper)
        if oldest is not None and newest is not None and upper.closed:
            return Rolling(-oldest, -newest, lower.closed)
        if lower.aligned in _UNITS and lower.closed and not upper.closed:
            first, end = whole_units(lower, lower.aligned), whole_units(upper, lower.aligned)
            if first is not None and end is not None:
                return Calendar(lower.aligned, first, end - 1, zone, future=True)
    zoned = any(edge is not None and by_zone(edge.aligned) for edge in (lower, upper))
    return Relative(lower, upper, zone if zoned else "UTC")


def in_last(n: int, unit: str) -> Window:
    """``inLast…`` of the journey expression language: from ``n`` units ago until now, both included (D38)."""
    return relative(Edge(-n, unit), Edge())


def in_next(n: int, unit: str) -> Window:
    """``inNext…`` of the journey expression language: from now until ``n`` units ahead, both included (D38)."""
    return relative(Edge(), Edge(n, unit))


def time_dependent(node: Node) -> bool:
    """Whether the value of ``node`` can change by time alone, the segments it refers to left aside."""
    if any(isinstance(part, Now | Chance) for part in walk(node)):
        return True
    windows = [part.window for part in walk(node) if isinstance(part, Aggregate | InWindow)]
    return any(not (isinstance(window, Absolute) and window.future) for window in windows)
