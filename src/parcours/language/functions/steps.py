"""Steps from an instant, beginnings of calendar units, and whether a moment lies near the present.

Where a function takes the instant of evaluation, it is the first argument, called ``now``; the text languages do not
write it (``Spelling.now``).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from parcours.core.errors import EvaluationError
from parcours.core.schema import BOOLEAN, DATE_TIME, INTEGER, OFFSET_TIME, STRING, polars_type
from parcours.language.calendar import (
    OF_THE_CLOCK,
    UNITS,
    floored,
    floored_columns,
    shifted,
    shifted_columns,
)
from parcours.language.functions import zones
from parcours.language.functions.declaration import Column, Function, NullRule, Value
from parcours.language.functions.instants import journey
from parcours.language.functions.signatures import Constant
from parcours.language.functions.types import signature

FAMILY = "date"
#: What a step may be counted in, as nowWithDelta names it.
PARTS = {f"{unit}s": unit for unit in ("year", "month", "day", "hour", "minute", "second")}
_MANY = 10**12  # more units than there is time, and small enough never to overflow
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


def _part_problem(part: Value) -> str | None:
    return None if part in PARTS else f"{part!r} is not one of {', '.join(PARTS)}"


def _unit_problem(unit: Value) -> str | None:
    return None if unit in UNITS else f"{unit!r} is not one of {', '.join(UNITS)}"


PART = Constant("a unit of time", _part_problem, tuple(PARTS), required=False)
UNIT = Constant("a unit of time", _unit_problem, UNITS)


# --- steps ---------------------------------------------------------------------------------------------


def _shift(moment: Value, n: Value, unit: Value) -> Value:
    later = shifted(moment.replace(tzinfo=None), n, unit)
    return None if later is None else later.replace(tzinfo=UTC)


def _shift_columns(moment: Column, n: Column, unit: Column) -> pl.Expr:
    return _shifted(moment.expr, n.expr, unit.value)


def _shifted(moment: pl.Expr, n: pl.Expr, unit: str) -> pl.Expr:
    return shifted_columns(moment.dt.replace_time_zone(None), n, unit).dt.replace_time_zone("UTC")


def _start_of_columns(moment: Column, unit: Column) -> pl.Expr:
    return floored_columns(moment.expr.dt.replace_time_zone(None), unit.value).dt.replace_time_zone("UTC")


def _now_with_delta(now: Value, n: Value, part: Value, zone: Value = "UTC") -> Value:
    place, unit = zones.known_zone(zone), PARTS.get(part)
    if unit is None:
        raise EvaluationError(str(_part_problem(part)), code="unknown-part", hint="for example days")
    found = None
    if unit in OF_THE_CLOCK:
        later = _shift(now, n, unit)
        found = later and zones.with_offset_of(later, place)
    else:
        local = zones.with_offset_of(now, place)
        moved = local and shifted(local.replace(tzinfo=None), n, unit)
        found = moved and zones.instant_in(moved, place)
    if found is None:
        raise EvaluationError(
            "the time is out of range", code="out-of-range", hint="dates go from the year 1 to the year 9999"
        )
    return found


def _now_with_delta_columns(now: Column, n: Column, part: Column, zone: Column | None = None) -> pl.Expr:
    place = "UTC" if zone is None else zone.value
    if part.constant:
        return _in_zone(now.expr, n.expr, PARTS.get(part.value, "day"), place)
    result = pl.lit(None, dtype=polars_type(OFFSET_TIME))
    for name, unit in PARTS.items():
        result = pl.when(part.expr == name).then(_in_zone(now.expr, n.expr, unit, place)).otherwise(result)
    return result


def _in_zone(now: pl.Expr, n: pl.Expr, unit: str, zone: str) -> pl.Expr:
    if unit in OF_THE_CLOCK:
        later = _shifted(now, n, unit)
        return zones.offset_time(later, zones.offset_in(later, zone))
    local = zones.to_local(now, zones.offset_in(now, zone))
    local = pl.when(local.dt.year().is_between(1, 9999)).then(local)  # a zone may be a day ahead of the last instant
    return zones.placed(shifted_columns(local, n, unit), zone)


# --- near the present ----------------------------------------------------------------------------------


def _edge(now: datetime, n: int, unit: str) -> datetime:
    found = _shift(now, n, unit)
    return found if found is not None else _FIRST if n < 0 else _LAST


def _edge_columns(now: pl.Expr, n: pl.Expr, unit: str) -> pl.Expr:
    beyond = pl.when(n < 0).then(pl.lit(_FIRST, zones.INSTANT)).when(n >= 0).then(pl.lit(_LAST, zones.INSTANT))
    return pl.coalesce(_shifted(now, n, unit), beyond)


def _near(unit: str, past: bool) -> Function:
    """``inLast…`` or ``inNext…`` of a unit: both ends included (D38), months and years by the calendar of UTC."""
    way = "last" if past else "next"
    noon = datetime(2024, 3, 31, 12, tzinfo=UTC)
    end = _edge(noon, -2 if past else 2, unit)
    beyond = end + timedelta(seconds=-1 if past else 1)

    def meaning(now: Value, moment: Value, n: Value) -> Value:
        if past:
            return _edge(now, -n, unit) <= moment <= now
        return now <= moment <= _edge(now, n, unit)

    def columns(now: Column, moment: Column, n: Column) -> pl.Expr:
        instant, some = zones.instant_of(moment), n.expr.clip(-_MANY, _MANY)
        if past:
            return instant.is_between(_edge_columns(now.expr, -some, unit), now.expr)
        return instant.is_between(now.expr, _edge_columns(now.expr, some, unit))

    return Function(
        f"in_{way}_{unit}s",
        FAMILY,
        (signature(("now", DATE_TIME), ("moment", OFFSET_TIME), ("n", INTEGER), to=BOOLEAN),),
        NullRule.FALSE,
        f"True when the moment lies in the {way} n {unit}s, both ends included. False for a negative n.",
        (((noon, end, 2), True), ((noon, beyond, 2), False), ((noon, noon, 0), True), ((noon, noon, -1), False)),
        meaning=meaning,
        columns=columns,
        spellings=journey(
            f"in{way.title()}{unit.title()}s",
            signature(("moment", OFFSET_TIME), ("n", INTEGER), to=BOOLEAN),
            now=True,
        ),
    )


_NOW = ("now", DATE_TIME)
_MARCH = datetime(2024, 3, 31, 12, 45, 30, tzinfo=UTC)

FUNCTIONS = (
    Function(
        "shift",
        FAMILY,
        (signature(("moment", DATE_TIME), ("n", INTEGER), ("unit", STRING, UNIT), to=DATE_TIME),),
        NullRule.PROPAGATE,
        "The instant n units later, earlier for a negative n: exactly up to the week, by the calendar of UTC from the "
        "month on, where a day that the month does not have becomes its last. Null outside of the years 1 to 9999.",
        (
            ((_MARCH, -1, "month"), datetime(2024, 2, 29, 12, 45, 30, tzinfo=UTC)),
            ((_MARCH, 2, "week"), datetime(2024, 4, 14, 12, 45, 30, tzinfo=UTC)),
            ((_MARCH, 1, "century"), datetime(2124, 3, 31, 12, 45, 30, tzinfo=UTC)),
            ((_MARCH, -3, "millennium"), None),
        ),
        meaning=_shift,
        columns=_shift_columns,
    ),
    Function(
        "start_of",
        FAMILY,
        (signature(("moment", DATE_TIME), ("unit", STRING, UNIT), to=DATE_TIME),),
        NullRule.PROPAGATE,
        "The beginning of the unit that holds the instant, by the calendar of UTC. Weeks begin on Monday, decades with "
        "a year that ends in 0, and so on.",
        (
            ((_MARCH, "week"), datetime(2024, 3, 25, tzinfo=UTC)),
            ((_MARCH, "hour"), datetime(2024, 3, 31, 12, tzinfo=UTC)),
            ((_MARCH, "decade"), datetime(2020, 1, 1, tzinfo=UTC)),
        ),
        meaning=lambda moment, unit: floored(moment.replace(tzinfo=None), unit).replace(tzinfo=UTC),
        columns=_start_of_columns,
    ),
    Function(
        "now_with_delta",
        FAMILY,
        (
            signature(_NOW, ("n", INTEGER), ("part", STRING, PART), to=OFFSET_TIME),
            signature(_NOW, ("n", INTEGER), ("part", STRING, PART), ("zone", STRING, zones.FIXED_ZONE), to=OFFSET_TIME),
        ),
        NullRule.PROPAGATE,
        "The instant n years, months, days, hours, minutes or seconds later, in a time zone (UTC when left out). "
        "Years, months and days are steps of the zone's calendar, where a day that the month does not have becomes its "
        "last. Fails for any other part, and outside of the years 1 to 9999.",
        (
            ((_MARCH, -1, "months"), datetime(2024, 2, 29, 12, 45, 30, tzinfo=UTC)),
            ((_MARCH, -90, "seconds"), datetime(2024, 3, 31, 12, 44, tzinfo=UTC)),
            (
                (_MARCH, 1, "days", "Asia/Kolkata"),
                datetime(2024, 4, 1, 18, 15, 30, tzinfo=zones.zone_of("+05:30")),
            ),
        ),
        meaning=_now_with_delta,
        columns=_now_with_delta_columns,
        spellings=journey(
            "nowWithDelta",
            signature(("n", INTEGER), ("part", STRING, PART), to=OFFSET_TIME),
            signature(("n", INTEGER), ("part", STRING, PART), ("zone", STRING, zones.FIXED_ZONE), to=OFFSET_TIME),
            now=True,
        ),
        fails=lambda *args: _no_part(args[2]) | _now_with_delta_columns(*args).is_null(),
    ),
    *(_near(unit, past) for past in (True, False) for unit in ("hour", "day", "month", "year")),
)


def _no_part(part: Column) -> pl.Expr:
    return ~part.expr.is_in(list(PARTS))
