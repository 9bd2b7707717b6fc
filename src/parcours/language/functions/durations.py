"""Lengths of time: signed, kept to the microsecond; a day is 24 hours (expression-language.md, section 4)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from parcours.core.clock import MILLISECOND
from parcours.core.errors import EvaluationError
from parcours.core.schema import DATE_TIME, DATE_TIME_ONLY, DURATION, INTEGER, OFFSET_TIME, STRING
from parcours.language.functions import iso, zones
from parcours.language.functions.declaration import Column, Function, NullRule, Value
from parcours.language.functions.instants import journey
from parcours.language.functions.types import signature

FAMILY = "duration"
_MOST_MILLIS = iso.LONGEST // MILLISECOND
_TIMES = (pl.lit(datetime.min).to_physical(), pl.lit(datetime.max).to_physical())


def _to_duration(value: Value) -> Value:
    return iso.read_duration(value) if isinstance(value, str) else iso.timedelta_of(value * MILLISECOND)


def _to_duration_columns(value: Column) -> pl.Expr:
    if value.type == STRING:
        return iso.duration_columns(value.expr)
    length = pl.when(value.expr.is_between(-_MOST_MILLIS, _MOST_MILLIS)).then(value.expr)
    return (length * MILLISECOND).cast(pl.Duration("us"))


def _add_duration(moment: Value, duration: Value) -> Value:
    try:
        later = moment + duration
        if isinstance(later, timedelta):
            inside = iso.timedelta_of(later // timedelta(microseconds=1)) is not None
        else:
            inside = later.tzinfo is None or bool(later.astimezone(UTC))
    except OverflowError:
        inside = False
    if not inside:
        raise EvaluationError(
            "the time is out of range", code="out-of-range", hint="dates go from the year 1 to the year 9999"
        )
    return later


def _counted(moment: Column) -> pl.Expr:
    """A time in microseconds; of an instant its UTC."""
    return zones.instant_of(moment).to_physical().cast(pl.Int64)


def _add_duration_columns(moment: Column, duration: Column) -> pl.Expr:
    later = _counted(moment) + duration.expr.to_physical()
    if moment.type == DURATION:
        return later.cast(pl.Duration("us"))
    local = pl.when(_goes_on(moment, duration)).then(later).cast(pl.Datetime("us"))
    if moment.type == DATE_TIME_ONLY:
        return local
    instant = local.dt.replace_time_zone("UTC")
    return instant if moment.type == DATE_TIME else zones.offset_time(instant, zones.offset_of(moment))


def _goes_on(moment: Column, duration: Column) -> pl.Expr:
    """Whether the sum is in range; where both are of one sign it may wrap around, which shows as the other sign."""
    start, length = _counted(moment), duration.expr.to_physical()
    later = start + length
    kept = ((start ^ later) & (length ^ later)) >= 0
    if moment.type == DURATION:
        return kept & (later >= -iso.LONGEST)
    local = later + zones.offset_of(moment).cast(pl.Int64) * 1_000_000
    return kept & later.is_between(*_TIMES) & local.is_between(*_TIMES)


_NOON = datetime(2024, 1, 31, 12, tzinfo=UTC)
_SPELLED = tuple(signature(("value", kind), to=DURATION) for kind in (STRING, INTEGER))

FUNCTIONS = (
    Function(
        "to_duration",
        FAMILY,
        _SPELLED,
        NullRule.PROPAGATE,
        "A length of time: from ISO text such as PT15M or P2DT3H4M, or from milliseconds. Null for other text, and "
        "for lengths beyond 292,000 years.",
        (
            (("PT15M",), timedelta(minutes=15)),
            (("PT-6H3M",), timedelta(minutes=-357)),
            (("-PT6H3M",), timedelta(minutes=-363)),
            (("-PT-6H+3M",), timedelta(minutes=357)),
            (("P6H",), None),
            ((500,), timedelta(milliseconds=500)),
        ),
        meaning=_to_duration,
        columns=_to_duration_columns,
        spellings=journey("toDuration", *_SPELLED),
    ),
    Function(
        "add_duration",
        FAMILY,
        tuple(
            signature(("moment", kind), ("duration", DURATION), to=kind)
            for kind in (OFFSET_TIME, DATE_TIME_ONLY, DURATION, DATE_TIME)
        ),
        NullRule.PROPAGATE,
        "The moment or length of time, longer by a duration; an offset is kept. Fails outside of the years 1 to 9999, "
        "and for lengths beyond 292,000 years.",
        (
            ((_NOON, timedelta(minutes=15)), _NOON + timedelta(minutes=15)),
            ((datetime(2024, 12, 31, 23, 50), timedelta(minutes=15)), datetime(2025, 1, 1, 0, 5)),
            ((timedelta(hours=1), timedelta(hours=-3)), timedelta(hours=-2)),
            ((_NOON, None), None),
        ),
        meaning=_add_duration,
        columns=_add_duration_columns,
        fails=lambda moment, duration: ~_goes_on(moment, duration),
    ),
)
