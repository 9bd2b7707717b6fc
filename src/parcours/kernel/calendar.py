"""Calendar units in a time zone, numbered from the one that holds 1970-01-01; and their edges as arrays."""

from __future__ import annotations

import functools
from datetime import UTC, date, datetime, timedelta, tzinfo

import numpy as np
from numpy.typing import NDArray

from parcours.core.clock import EPOCH
from parcours.language.functions.zones import known_zone

Instants = NDArray[np.int64]

#: Before every instant, and after every instant: the window never had, or never gets, such an edge.
ALWAYS = -(2**62)
NEVER = 2**62

_YEARS = {"year": 1, "decade": 10, "century": 100, "millennium": 1_000}


@functools.lru_cache(maxsize=16)
def _zone(zone: str) -> tzinfo:
    return known_zone(zone)


def first_day(unit: str, number: int) -> date:
    """The day on which calendar unit ``number`` begins, or the first of the year 1.

    Raises:
        ValueError, OverflowError: it does not begin in the years 1 to 9999.
    """
    match unit:
        case "day":
            return date(1970, 1, 1) + timedelta(days=number)
        case "week":
            return date(1969, 12, 29) + timedelta(weeks=number)
        case "month":
            return date(1970 + number // 12, number % 12 + 1, 1)
        case "quarter":
            return date(1970 + number // 4, number % 4 * 3 + 1, 1)
        case _:
            first = (1970 // _YEARS[unit] + number) * _YEARS[unit]
            return date(first or 1, 1, 1)


@functools.lru_cache(maxsize=8_192)
def start_of(unit: str, zone: str, number: int) -> int:
    """The instant at which calendar unit ``number`` begins in ``zone``: local midnight.

    Where local midnight does not exist (a clock change at midnight) the unit begins at the change. Outside of the
    years 1 to 9999 the result is :data:`ALWAYS` or :data:`NEVER`.
    """
    try:
        return midnight(first_day(unit, number), zone)
    except (ValueError, OverflowError):
        return ALWAYS if number < 0 else NEVER


def midnight(day: date, zone: str) -> int:
    """The instant at which a day begins in ``zone``."""
    local = datetime(day.year, day.month, day.day, tzinfo=_zone(zone))
    return (local.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


@functools.lru_cache(maxsize=1_024)
def unit_of(unit: str, zone: str, instant: int) -> int:
    """The number of the calendar unit in ``zone`` that holds ``instant``."""
    return number_of(unit, (EPOCH + timedelta(microseconds=instant)).astimezone(_zone(zone)).date())


def number_of(unit: str, day: date) -> int:
    """The number of the calendar unit that holds ``day``."""
    match unit:
        case "day":
            return (day - date(1970, 1, 1)).days
        case "week":
            return ((day - date(1970, 1, 1)).days + 3) // 7
        case "month":
            return (day.year - 1970) * 12 + day.month - 1
        case "quarter":
            return (day.year - 1970) * 4 + (day.month - 1) // 3
        case _:
            return day.year // _YEARS[unit] - 1970 // _YEARS[unit]


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
