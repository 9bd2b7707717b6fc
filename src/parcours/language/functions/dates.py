"""Dates: the calendar fields of a date, of a local date and time, or of an instant in a time zone.

An instant has no calendar fields of its own: the zone is a constant argument, UTC when it is left out; one with an
offset has those of its offset. Zone rules are those of the IANA database as far as 2099. Dates stay within the years
1 to 9999; beyond, they are null.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import polars as pl

from parcours.core.clock import DAY
from parcours.core.schema import (
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Kind,
    Type,
    polars_type,
)
from parcours.language.functions import zones
from parcours.language.functions.declaration import Column, Function, NullRule, Spelling, Value
from parcours.language.functions.signatures import Signature
from parcours.language.functions.types import signature

FAMILY = "date"
#: The zone of a calendar: a constant.
ZONE = zones.FIXED_ZONE
_MOST_DAYS = 4_000_000  # more than lie between the years 1 and 9999, and small enough never to overflow
_EPOCH = date(1970, 1, 1)
_DAYS = ((date.min - _EPOCH).days, (date.max - _EPOCH).days)
_MICROSECONDS = (_DAYS[0] * DAY, (_DAYS[1] + 1) * DAY - 1)


def local(moment: Value, zone: str | None = None) -> Value:
    """An instant as the clocks of ``zone`` show it; null beyond the year 9999.

    Without a zone an instant is shown as it is: in UTC, or by the offset it has. Dates and times are local already.
    """
    return moment if zone is None else zones.with_offset_of(moment, zones.known_zone(zone))


def _local(moment: Column, zone: Column | None) -> pl.Expr:
    if moment.type == OFFSET_TIME:
        return zones.local_of(moment)
    if moment.type != DATE_TIME or zone is None:
        return moment.expr
    shown = zones.offset_time(moment.expr, zones.offset_in(moment.expr, zone.value))
    return zones.local_of(Column(shown, OFFSET_TIME))


def _signatures(*kinds: Type, to: Type) -> tuple[Signature, ...]:
    plain = tuple(signature(("moment", kind), to=to) for kind in kinds)
    return (*plain, signature(("instant", DATE_TIME), ("zone", STRING, ZONE), to=to))


def _part(
    name: str,
    prose: str,
    meaning: Callable[[Value], Value],
    columns: Callable[[pl.Expr], pl.Expr],
    expected: int,
    pql: str | None = None,
) -> Function:
    """A field of the calendar or the clock, as an integer; ``pql`` is its name there behind get and current."""
    late = datetime(2024, 12, 31, 23, 30, tzinfo=UTC)
    days = (DATE_ONLY,) if name not in ("hour", "minute") else ()
    own = _signatures(*days, DATE_TIME_ONLY, DATE_TIME, OFFSET_TIME, to=INTEGER)

    def shown(moment: Value, zone: str | None = None) -> Value:
        there = local(moment, zone)
        return None if there is None else meaning(there)

    return Function(
        name,
        FAMILY,
        own,
        NullRule.PROPAGATE,
        prose,
        (((late, "Asia/Kolkata"), expected), ((late,), meaning(late)), ((None, "UTC"), None)),
        meaning=shown,
        columns=lambda moment, zone=None: columns(_local(moment, zone)).cast(pl.Int64),
        spellings=()
        if pql is None
        else (
            Spelling("pql", f"get{pql}", own[: len(days) + 2], method=True),
            Spelling("pql", f"current{pql}", (signature(to=INTEGER),), now=True),
        ),
    )


def _date(moment: Value, zone: str | None = None) -> Value:
    shown = local(moment, zone)
    return shown.date() if isinstance(shown, datetime) else shown


def _days_between(start: Value, end: Value) -> Value:
    length = end - start
    days = abs(length) // timedelta(days=1)
    return days if length >= timedelta(0) else -days


def _days_between_columns(start: Column, end: Column) -> pl.Expr:
    return (end.expr - start.expr).dt.total_days()


def _add_days(moment: Value, days: Value) -> Value:
    try:
        return moment + timedelta(days=days)
    except OverflowError:
        return None


def _add_days_columns(moment: Column, days: Column) -> pl.Expr:
    number = moment.expr.to_physical().cast(pl.Int64)
    unit, (least, most) = (1, _DAYS) if moment.type.kind is Kind.DATE_ONLY else (DAY, _MICROSECONDS)
    sum_ = number + days.expr.clip(-_MOST_DAYS, _MOST_DAYS) * unit
    physical = pl.Int32 if moment.type.kind is Kind.DATE_ONLY else pl.Int64
    return pl.when(sum_.is_between(least, most)).then(sum_).cast(physical).cast(polars_type(moment.type))


FUNCTIONS = (
    _part("year", "The year.", lambda at: at.year, lambda at: at.dt.year(), 2025, "Year"),
    _part("month", "The month, 1 to 12.", lambda at: at.month, lambda at: at.dt.month(), 1, "Month"),
    _part("day", "The day of the month, 1 to 31.", lambda at: at.day, lambda at: at.dt.day(), 1, "DayOfMonth"),
    _part("weekday", "The day of the week: 1 Monday to 7 Sunday.", date.isoweekday, lambda at: at.dt.weekday(), 3),
    _part(
        "day_of_year",
        "The day of the year, 1 to 366.",
        lambda at: at.timetuple().tm_yday,
        lambda at: at.dt.ordinal_day(),
        1,
    ),
    _part("hour", "The hour of the day, 0 to 23.", lambda at: at.hour, lambda at: at.dt.hour(), 5),
    _part("minute", "The minute of the hour, 0 to 59.", lambda at: at.minute, lambda at: at.dt.minute(), 0),
    Function(
        "date_of",
        FAMILY,
        _signatures(DATE_ONLY, DATE_TIME_ONLY, DATE_TIME, OFFSET_TIME, to=DATE_ONLY),
        NullRule.PROPAGATE,
        "The date, without the time of day.",
        (
            ((datetime(2024, 12, 31, 23, 30, tzinfo=UTC),), date(2024, 12, 31)),
            ((datetime(2024, 12, 31, 23, 30, tzinfo=UTC), "Europe/Paris"), date(2025, 1, 1)),
            ((None,), None),
        ),
        meaning=_date,
        columns=lambda moment, zone=None: _local(moment, zone).dt.date(),
    ),
    Function(
        "days_between",
        FAMILY,
        tuple(signature(("from", kind), ("to", kind), to=INTEGER) for kind in (DATE_ONLY, DATE_TIME_ONLY, DATE_TIME)),
        NullRule.PROPAGATE,
        "The days from one date to another, negative when the second is earlier. Between times: the full periods "
        "of 24 hours.",
        (
            ((date(2024, 2, 28), date(2024, 3, 1)), 2),
            ((date(2024, 3, 1), date(2024, 2, 28)), -2),
            ((datetime(2024, 3, 1, 12, tzinfo=UTC), datetime(2024, 3, 3, 11, tzinfo=UTC)), 1),
        ),
        meaning=_days_between,
        columns=_days_between_columns,
    ),
    Function(
        "add_days",
        FAMILY,
        tuple(
            signature(("moment", kind), ("days", INTEGER), to=kind) for kind in (DATE_ONLY, DATE_TIME_ONLY, DATE_TIME)
        ),
        NullRule.PROPAGATE,
        "The date or time so many days later, or earlier when negative; a day is 24 hours.",
        (((date(2024, 2, 28), 2), date(2024, 3, 1)), ((date(2024, 3, 1), -1), date(2024, 2, 29))),
        meaning=_add_days,
        columns=_add_days_columns,
    ),
)
