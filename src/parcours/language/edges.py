"""Edges of windows that are relative to now: where they lie, their canonical form, and when they pass an instant.

The docstring of ``window_kinds.Edge`` is the rule. From the month on a step clamps the day but keeps the time of day,
so an edge that steps from now itself does not only move forward: a month before the 30th at 10:00 and a month before
the 31st at 9:00 are, after a shorter month, the same day at 10:00 and at 9:00. Such an edge *swings*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from typing import TypeGuard

from parcours.core.clock import as_datetime, instant
from parcours.language.calendar import LENGTHS, MONTHS, OF_THE_CLOCK, floored, shifted
from parcours.language.functions.zones import known_zone
from parcours.language.window_kinds import Edge

#: Before and after every instant there is.
BEFORE = -(2**63)
AFTER = 2**63 - 1
#: Ten thousand years: an age further away than any date that can be written, where a window has no end.
FOREVER = 3_652_425 * LENGTHS["day"]

#: The units that canonical steps are counted in, the largest first.
_FIXED = ("day", "hour", "minute", "second", "millisecond")
_CALENDAR = ("year", "month")
#: Days around the step backwards from an instant on which an edge may pass it: months differ by three days.
_AROUND = range(-4, 6)


def edge_instant(edge: Edge, zone: str, now: int) -> int:
    """Where the edge lies, seen from ``now``: :data:`BEFORE` if before the year 1, :data:`AFTER` if after 9999."""
    beyond = BEFORE if edge.n < 0 else AFTER
    if by_zone(edge.aligned):
        place = known_zone(zone)
        start = floored(_local(now, place), edge.aligned)
        if edge.unit in OF_THE_CLOCK:
            return instant(start.replace(tzinfo=place)) + edge.n * LENGTHS[edge.unit]
        moved = shifted(start, edge.n, edge.unit)
        return beyond if moved is None else instant(moved.replace(tzinfo=place))
    start = as_datetime(now).replace(tzinfo=None)
    moved = shifted(start if edge.aligned is None else floored(start, edge.aligned), edge.n, edge.unit)
    return beyond if moved is None else instant(moved)


def by_zone(unit: str | None) -> TypeGuard[str]:
    """Whether it is the time zone that says when a unit begins."""
    return unit is not None and unit not in OF_THE_CLOCK


def swings(edge: Edge | None) -> bool:
    """Whether the edge at times moves backwards (see above)."""
    return edge is not None and edge.n != 0 and edge.unit in MONTHS and not by_zone(edge.aligned)


# --- canonical form ------------------------------------------------------------------------------------


def canonical(edge: Edge) -> Edge:
    """The same edge with its step in the largest unit that expresses it; in years or months, else days or less."""
    if edge.n == 0:
        return replace(edge, unit="day")
    if edge.unit in MONTHS:
        return _in_largest(edge, edge.n * MONTHS[edge.unit], {unit: MONTHS[unit] for unit in _CALENDAR})
    lengths = {unit: LENGTHS[unit] for unit in _FIXED}
    if by_zone(edge.aligned) and edge.unit in OF_THE_CLOCK:
        del lengths["day"]  # which may have 23 or 25 hours
    return _in_largest(edge, edge.n * LENGTHS[edge.unit], lengths)


def _in_largest(edge: Edge, amount: int, units: dict[str, int]) -> Edge:
    unit = next(unit for unit, size in units.items() if amount % size == 0)
    return replace(edge, n=amount // units[unit], unit=unit)


def fixed(edge: Edge) -> int | None:
    """The microseconds by which the edge lies after now, if that is always the same."""
    return edge.n * LENGTHS[edge.unit] if edge.aligned is None and edge.unit in LENGTHS else None


def whole_units(edge: Edge, unit: str) -> int | None:
    """How many whole units after the current one the edge lies, if it is the beginning of such a unit."""
    sizes = MONTHS if unit in MONTHS else LENGTHS
    if edge.aligned != unit or (edge.n != 0 and edge.unit not in sizes):
        return None
    count, rest = divmod(edge.n * sizes.get(edge.unit, 0), sizes[unit])
    return count if rest == 0 and (edge.n == 0 or not _clock_of_days(edge, unit)) else None


def _clock_of_days(edge: Edge, unit: str) -> bool:
    return by_zone(unit) and edge.unit in OF_THE_CLOCK


# --- the other way round -------------------------------------------------------------------------------


def passing(edge: Edge, zone: str, t: int) -> frozenset[int]:
    """Every now at which the edge can pass ``t``, in one direction or the other; a few too many do no harm."""
    if by_zone(edge.aligned):
        return frozenset(_beginnings(edge, edge.aligned, known_zone(zone), t))
    if edge.unit in LENGTHS:
        return frozenset(_ticks(edge, t - edge.n * LENGTHS[edge.unit]))
    return frozenset(_times_of_day(edge, t))


def _ticks(edge: Edge, now: int) -> Iterator[int]:
    """``now``, the next instant, and around them the beginnings of the unit that the edge is aligned to."""
    length = 1 if edge.aligned is None else LENGTHS[edge.aligned]
    start = now // length * length
    yield from (start, start + length, start + 1)


def _times_of_day(edge: Edge, t: int) -> Iterator[int]:
    local = as_datetime(t).replace(tzinfo=None)
    back = shifted(local, -edge.n, edge.unit)
    if back is None:
        return
    for day in _days(back):
        yield instant(day)
        yield from _ticks(edge, instant(day) + t % LENGTHS["day"])


def _beginnings(edge: Edge, unit: str, zone: tzinfo, t: int) -> Iterator[int]:
    """The beginnings of the unit that the edge is aligned to, around the step backwards."""
    if edge.unit in OF_THE_CLOCK:
        back: datetime | None = _local(t - edge.n * LENGTHS[edge.unit], zone)
    else:
        back = shifted(_local(t, zone), -edge.n, edge.unit)
    for day in () if back is None else _days(back):
        start = floored(day, unit)
        for local in (start, shifted(start, 1, unit)):
            if local is not None:
                yield instant(local.replace(tzinfo=zone))


def _local(t: int, zone: tzinfo) -> datetime:
    return as_datetime(t).astimezone(zone).replace(tzinfo=None)


def _days(around: datetime) -> Iterator[datetime]:
    """The days around a local time, each at its midnight."""
    for number in _AROUND:
        try:
            yield floored(around + timedelta(days=number), "day")
        except OverflowError:
            continue
