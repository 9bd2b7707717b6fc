"""Fields of a moment replaced: another hour of the day, another day of the month (expression-language.md, D39)."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from parcours.core.clock import DAY, HOUR
from parcours.core.errors import EvaluationError
from parcours.core.schema import DATE_TIME_ONLY, INTEGER, OFFSET_TIME
from parcours.language.functions import iso, zones
from parcours.language.functions.declaration import Column, Function, NullRule, Value
from parcours.language.functions.instants import journey
from parcours.language.functions.types import signature

FAMILY = "date"
_EASTERN = datetime(2024, 1, 31, 20, 30, tzinfo=iso.read_offset("-05:00"))


def _set_hours(moment: Value, hour: Value) -> Value:
    if not 0 <= hour <= 23:
        raise EvaluationError(f"there is no hour {hour}", code="no-such-hour", hint="hours go from 0 to 23")
    return _existing(moment.replace(hour=hour))


def _set_days(moment: Value, day: Value) -> Value:
    try:
        return _existing(moment.replace(day=day))
    except (ValueError, OverflowError):
        month = f"{moment:%B} {moment.year}"
        raise EvaluationError(f"{month} has no day {day}", code="no-such-day", hint="days begin with 1") from None


def _existing(moment: datetime) -> datetime | None:
    """The moment, unless its instant lies outside of the years 1 to 9999."""
    try:
        return moment if moment.tzinfo is None or moment.astimezone(UTC) else None
    except OverflowError:
        return None


def _moved(moment: Column, delta: pl.Expr) -> pl.Expr:
    """The moment that many microseconds later, its offset kept."""
    local = zones.local_of(moment) + pl.duration(microseconds=delta, time_unit="us")
    if moment.type == DATE_TIME_ONLY:
        return local
    offset = zones.offset_of(moment)
    return zones.offset_time(zones.to_instant(local, offset), offset)


def _set_hours_columns(moment: Column, hour: Column) -> pl.Expr:
    now = zones.local_of(moment).dt.hour().cast(pl.Int64)
    return _moved(moment, (hour.expr.clip(0, 23) - now) * HOUR)


def _set_days_columns(moment: Column, day: Column) -> pl.Expr:
    local = zones.local_of(moment)
    beyond = (day.expr.clip(1, 31) - _length(local)).clip(0)
    return _moved(moment, (day.expr.clip(1, 31) - beyond - local.dt.day()) * DAY)


def _length(local: pl.Expr) -> pl.Expr:
    return local.dt.month_end().dt.day().cast(pl.Int64)


def _no_such_day(moment: Column, day: Column) -> pl.Expr:
    return (day.expr < 1) | (day.expr > _length(zones.local_of(moment)))


_HOURS = tuple(signature(("moment", kind), ("hour", INTEGER), to=kind) for kind in (OFFSET_TIME, DATE_TIME_ONLY))
_DAYS = tuple(signature(("moment", kind), ("day", INTEGER), to=kind) for kind in (OFFSET_TIME, DATE_TIME_ONLY))

FUNCTIONS = (
    Function(
        "set_hours",
        FAMILY,
        _HOURS,
        NullRule.PROPAGATE,
        "The moment with another hour of the day, its offset kept. Fails for an hour that is not 0 to 23.",
        (
            ((_EASTERN, 4), datetime(2024, 1, 31, 4, 30, tzinfo=iso.read_offset("-05:00"))),
            ((datetime(2024, 1, 31, 12, 30), 0), datetime(2024, 1, 31, 0, 30)),
        ),
        meaning=_set_hours,
        columns=_set_hours_columns,
        spellings=journey("setHours", *_HOURS),
        fails=lambda moment, hour: ~hour.expr.is_between(0, 23),
    ),
    Function(
        "set_days",
        FAMILY,
        _DAYS,
        NullRule.PROPAGATE,
        "The moment with another day of the month, its offset kept. Fails for a day that the month does not have.",
        (
            ((_EASTERN, 1), datetime(2024, 1, 1, 20, 30, tzinfo=iso.read_offset("-05:00"))),
            ((datetime(2024, 2, 1), 29), datetime(2024, 2, 29)),
        ),
        meaning=_set_days,
        columns=_set_days_columns,
        spellings=journey("setDays", *_DAYS),
        fails=_no_such_day,
    ),
)
