"""Periods of caps: calendar windows in a time zone, or the time just before (rolling)."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.clock import DAY, HOUR, SECOND, WEEK
from parcours.core.facts import INSTANT
from parcours.kernel.calendar import units_of
from parcours.language.functions.zones import offset_in

Instants: TypeAlias = NDArray[np.int64]
Unit: TypeAlias = Literal["hour", "day", "week", "month"]

_WORDS: dict[str, Unit] = {
    **{"hour": "hour", "hours": "hour", "hourly": "hour", "h": "hour"},
    **{"day": "day", "days": "day", "daily": "day", "d": "day"},
    **{"week": "week", "weeks": "week", "weekly": "week", "w": "week"},
    **{"month": "month", "months": "month", "monthly": "month"},
}
_LENGTHS = {"hour": HOUR, "day": DAY, "week": WEEK}
_FORM = re.compile(r"(?:(\d{1,4})\s*)?([a-z]+)")
#: The Sunday that begins the week of 1970-01-01 lies four days before it.
_SUNDAY = 4


class Period(NamedTuple):
    """``number`` units, for example two weeks."""

    number: int
    unit: Unit

    def __str__(self) -> str:
        return f"{self.number} {self.unit}" + ("s" if self.number != 1 else "")


def read_period(text: object) -> Period | None:
    """The period that ``daily``, ``hour``, ``2 weeks``, ``3 months`` names; ``None`` when it is none."""
    found = _FORM.fullmatch(text.strip().lower()) if isinstance(text, str) else None
    unit = _WORDS.get(found[2]) if found else None
    count = int(found[1] or 1) if found else 0
    return Period(count, unit) if unit and count else None


def windows_of(period: Period, at: Instants, zone: str = "UTC") -> Instants:
    """The number of the calendar window in ``zone`` that holds each instant.

    Windows of several units are counted from the unit that holds 1970-01-01; weeks begin on Sunday. Hours are those
    that the clocks of the zone show: the hour that is repeated in autumn is one window.
    """
    return _units(period.unit, at, zone) // period.number


def _units(unit: Unit, at: Instants, zone: str) -> Instants:
    if unit == "month":
        return units_of("month", zone, at)
    if unit == "hour":
        return (at + _offsets(at, zone)) // HOUR
    days = at // DAY if zone == "UTC" else units_of("day", zone, at)
    return days if unit == "day" else (days + _SUNDAY) // 7


def _offsets(at: Instants, zone: str) -> Instants | int:
    """How far the clocks of the zone are ahead of UTC, in microseconds, at each instant."""
    if zone == "UTC":
        return 0
    column = pl.Series("at", at).cast(INSTANT)
    seconds = pl.select(offset_in(pl.lit(column), zone)).to_series()
    return seconds.to_numpy().astype(np.int64) * SECOND


def rolling_start(period: Period, at: Instants) -> Instants:
    """The instant so long before each: what was reserved after it still counts.

    A month before is the same day and time of the month before in UTC, or its last day.
    """
    if period.unit != "month":
        return at - period.number * _LENGTHS[period.unit]
    days = at // DAY
    months = days.astype("datetime64[D]").astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    target = months - period.number
    begin, end = (edge.astype("datetime64[D]").astype(np.int64) for edge in (target, target + 1))
    return np.minimum(begin + (days - first), end - 1) * DAY + at % DAY
