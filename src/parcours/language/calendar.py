"""Steps and units of the calendar, over local times: one obvious form for values, one for columns.

Units up to the week have a fixed length. From the month on they are counted in months: a step keeps the day of the
month where there is one, else it takes the last day; a decade is ten years and begins with a year that ends in 0,
and so on. Weeks begin on Monday. Local times lie in the years 1 to 9999 (profile-query-language.md, section 8).
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from datetime import datetime, time, timedelta

import polars as pl

from parcours.core.clock import DAY, HOUR, MILLISECOND, MINUTE, SECOND, WEEK

#: Units of fixed length, in microseconds.
LENGTHS: Mapping[str, int] = {
    "millisecond": MILLISECOND,
    "second": SECOND,
    "minute": MINUTE,
    "hour": HOUR,
    "day": DAY,
    "week": WEEK,
}
#: Units of the calendar, in months.
MONTHS: Mapping[str, int] = {
    "month": 1,
    "quarter": 3,
    "year": 12,
    "decade": 120,
    "century": 1_200,
    "millennium": 12_000,
}
UNITS: tuple[str, ...] = (*LENGTHS, *MONTHS)
#: Units shorter than a day: they are the same in every time zone, steps of the others go by the local calendar.
OF_THE_CLOCK = frozenset({"millisecond", "second", "minute", "hour"})

_SPAN = 9_999 * 366 * DAY  # longer than all the time there is
_FIRST_MONTH, _LAST_MONTH = 1 * 12, 9_999 * 12 + 11
_TIMES = (pl.lit(datetime.min).to_physical(), pl.lit(datetime.max).to_physical())
_MONDAY = 3 * DAY  # from the Monday before 1970-01-01


def shifted(local: datetime, n: int, unit: str) -> datetime | None:
    """``local`` moved by ``n`` units; ``None`` outside of the years 1 to 9999."""
    if unit in LENGTHS:
        try:
            return local + timedelta(microseconds=n * LENGTHS[unit])
        except OverflowError:
            return None
    year, month = divmod(local.year * 12 + local.month - 1 + n * MONTHS[unit], 12)
    if not 1 <= year <= 9999:
        return None
    return local.replace(year=year, month=month + 1, day=min(local.day, calendar.monthrange(year, month + 1)[1]))


def floored(local: datetime, unit: str) -> datetime:
    """The beginning of the unit that holds ``local``, but not before the year 1."""
    if unit in OF_THE_CLOCK:
        midnight = datetime.combine(local.date(), time.min)
        length = timedelta(microseconds=LENGTHS[unit])
        return midnight + (local - midnight) // length * length
    if unit in LENGTHS:
        days = local.weekday() if unit == "week" else 0
        return datetime.combine(local.date() - timedelta(days=days), time.min)
    months = (local.year * 12 + local.month - 1) // MONTHS[unit] * MONTHS[unit]
    year, month = divmod(max(months, _FIRST_MONTH), 12)
    return datetime(year, month + 1, 1)


def shifted_columns(local: pl.Expr, n: pl.Expr, unit: str) -> pl.Expr:
    """:func:`shifted` of a column of local times, by as many units as column ``n`` says."""
    if unit in LENGTHS:
        most = _SPAN // LENGTHS[unit]
        moved = local.to_physical() + n.clip(-most, most) * LENGTHS[unit]
        return pl.when(moved.is_between(*_TIMES)).then(moved).cast(pl.Datetime("us"))
    months = _months(local) + n.clip(-_LAST_MONTH, _LAST_MONTH) * MONTHS[unit]
    first = _first_of(months.clip(_FIRST_MONTH, _LAST_MONTH))
    day = pl.min_horizontal(local.dt.day().cast(pl.Int64), first.dt.month_end().dt.day().cast(pl.Int64))
    moved = first.to_physical() + (day - 1) * DAY + local.to_physical() % DAY
    return pl.when(months.is_between(_FIRST_MONTH, _LAST_MONTH)).then(moved).cast(pl.Datetime("us"))


def floored_columns(local: pl.Expr, unit: str) -> pl.Expr:
    """:func:`floored` of a column of local times."""
    if unit in LENGTHS:
        ahead = _MONDAY if unit == "week" else 0
        floor = (local.to_physical() + ahead) // LENGTHS[unit] * LENGTHS[unit] - ahead
        return floor.cast(pl.Datetime("us"))
    months = _months(local) // MONTHS[unit] * MONTHS[unit]
    return _first_of(months.clip(_FIRST_MONTH, _LAST_MONTH))


def _months(local: pl.Expr) -> pl.Expr:
    """Months since the year 0."""
    return local.dt.year().cast(pl.Int64) * 12 + local.dt.month().cast(pl.Int64) - 1


def _first_of(months: pl.Expr) -> pl.Expr:
    """The first day of each month."""
    return pl.datetime(months // 12, months % 12 + 1, 1, time_unit="us")
