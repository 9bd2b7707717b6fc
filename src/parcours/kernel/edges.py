"""Edges relative to now, as arrays: where they lie at many instants, and when they reach many instants.

The rule stands in ``parcours.language.window_kinds.Edge`` and, one by one, in ``parcours.language.edges``.
"""

from __future__ import annotations

import functools
from datetime import date, datetime, time

import numpy as np

from parcours.core.clock import DAY, as_datetime
from parcours.kernel.calendar import (
    ALWAYS,
    NEVER,
    Instants,
    first_day,
    midnight,
    number_of,
    start_of,
    starts_of,
    unit_of,
    units_of,
)
from parcours.language.calendar import LENGTHS, MONTHS, OF_THE_CLOCK, shifted
from parcours.language.edges import by_zone, swings
from parcours.language.functions.zones import known_zone
from parcours.language.window_kinds import Edge

#: Months of the years 1 to 9999, counted from January 1970.
_MONTHS = ((1 - 1970) * 12, (9999 - 1970) * 12 + 11)
#: A step back from an edge may miss the unit it came from by so many.
_MISSED = 5


def positions(edge: Edge, zone: str, nows: Instants) -> Instants:
    """Where the edge lies at each instant; :data:`ALWAYS` before the year 1, :data:`NEVER` after 9999."""
    if by_zone(edge.aligned):
        numbers = units_of(edge.aligned, zone, nows)
        if len(numbers) == 0:
            return numbers
        first = int(numbers.min())
        return _table(edge, zone, first, int(numbers.max()))[numbers - first]
    start = nows if edge.aligned is None else nows // LENGTHS[edge.aligned] * LENGTHS[edge.aligned]
    return start + edge.n * LENGTHS[edge.unit] if edge.unit in LENGTHS else _months_later(start, _step(edge))


def reached(edge: Edge, zone: str, targets: Instants) -> Instants:
    """For each instant the earliest now at which the edge lies there or later."""
    if len(targets) == 0:
        return targets
    if by_zone(edge.aligned):
        return _unit_reached(edge, edge.aligned, zone, targets)
    length = 1 if edge.aligned is None else LENGTHS[edge.aligned]
    if edge.unit in LENGTHS:
        return _up(targets - edge.n * LENGTHS[edge.unit], length)
    return _day_reached(_up(targets, length), _step(edge))


def passed(edge: Edge, zone: str, targets: Instants) -> list[Instants]:
    """For each instant every now at which the edge can reach it, or fall behind it again; a few too many."""
    earliest = reached(edge, zone, targets)
    if not swings(edge):
        return [earliest]
    length = 1 if edge.aligned is None else LENGTHS[edge.aligned]
    days, clock = earliest // DAY * DAY, _up(targets, length) % DAY
    return [earliest, *(days + number * DAY + part for number in range(5) for part in (0, clock))]


def _step(edge: Edge) -> int:
    return edge.n * MONTHS[edge.unit]


def _up(instants: Instants, length: int) -> Instants:
    """The first multiple of a length that is not before each instant."""
    return -(-instants // length) * length


# --- steps of months from now itself -------------------------------------------------------------------


def _months_later(instants: Instants, step: int) -> Instants:
    days = instants // DAY
    months = _month(days)
    later = months + step
    inside = np.clip(later, *_MONTHS)
    day = np.minimum(days - _first(months), _first(inside + 1) - _first(inside) - 1)
    found = (_first(inside) + day) * DAY + instants % DAY
    return np.where(later == inside, found, NEVER if step > 0 else ALWAYS)


def _day_reached(targets: Instants, step: int) -> Instants:
    """The day with the same number, where the month has it, at the same time; else the first of the next month."""
    days = targets // DAY
    months = _month(days)
    back = months - step
    inside = np.clip(back, *_MONTHS)
    number = days - _first(months)
    there = number < _first(inside + 1) - _first(inside)
    found = np.where(there, (_first(inside) + number) * DAY + targets % DAY, _first(inside + 1) * DAY)
    return np.where(back == inside, found, ALWAYS if step > 0 else NEVER)


def _month(days: Instants) -> Instants:
    return days.astype("M8[D]").astype("M8[M]").astype(np.int64)


def _first(months: Instants) -> Instants:
    return months.astype("M8[M]").astype("M8[D]").astype(np.int64)


# --- steps from the beginning of a unit in a zone ------------------------------------------------------


def _table(edge: Edge, zone: str, first: int, last: int) -> Instants:
    return np.array([_seen_from(edge, zone, number) for number in range(first, last + 1)], np.int64)


@functools.lru_cache(maxsize=8_192)
def _seen_from(edge: Edge, zone: str, number: int) -> int:
    """Where the edge lies as long as unit ``number`` lasts."""
    aligned = str(edge.aligned)
    if edge.unit in OF_THE_CLOCK:
        return start_of(aligned, zone, number) + edge.n * LENGTHS[edge.unit]
    moved = shifted(datetime.combine(first_day(aligned, number), time.min), edge.n, edge.unit)
    if moved is None:
        return ALWAYS if edge.n < 0 else NEVER
    return midnight(moved, zone)


def _unit_reached(edge: Edge, unit: str, zone: str, targets: Instants) -> Instants:
    ends = number_of(unit, date.min), number_of(unit, date.max)
    first = max(_back(edge, unit, zone, int(targets.min())) - _MISSED, ends[0])
    last = min(_back(edge, unit, zone, int(targets.max())) + _MISSED, ends[1])
    found = first + np.searchsorted(_table(edge, zone, first, last), targets, side="left")
    starts = starts_of(unit, zone, found)
    return np.where(found == ends[0], ALWAYS, np.where(found > ends[1], NEVER, starts))


def _back(edge: Edge, unit: str, zone: str, target: int) -> int:
    """About the number of the unit from which the edge lies at an instant."""
    if edge.unit in OF_THE_CLOCK:
        return unit_of(unit, zone, target - edge.n * LENGTHS[edge.unit])
    local = as_datetime(target).astimezone(known_zone(zone)).replace(tzinfo=None)
    moved = shifted(local, -edge.n, edge.unit)
    if moved is None:
        return number_of(unit, date.min if edge.n > 0 else date.max)
    return number_of(unit, moved.date())
