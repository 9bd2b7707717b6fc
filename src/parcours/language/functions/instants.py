"""Instants with an offset: where they come from, what they say locally, and their fields replaced.

They are what the journey expression language calls dateTime (expression-language.md, sections 4 and 10).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from parcours.core.clock import EPOCH, MILLISECOND, instant
from parcours.core.schema import DATE_ONLY, DATE_TIME, DATE_TIME_ONLY, INTEGER, OFFSET_TIME, STRING, list_of
from parcours.language.functions import iso, zones
from parcours.language.functions.declaration import Column, Function, NullRule, Spelling, Value
from parcours.language.functions.signatures import Signature
from parcours.language.functions.types import signature

FAMILY = "date"
_UTC_NOON = datetime(2024, 1, 31, 12, tzinfo=UTC)
_EASTERN = datetime(2024, 1, 31, 20, 30, tzinfo=iso.read_offset("-05:00"))
_INDIAN = datetime(2024, 1, 31, 17, 30, tzinfo=iso.read_offset("+05:30"))
_MOST_MILLIS = 10**15  # beyond the year 9999, and small enough never to overflow


def journey(name: str, *signatures: Signature, now: bool = False) -> tuple[Spelling, ...]:
    """The spelling of a function in the journey expression language, with the exact types."""
    return (Spelling("journey", name, signatures, now=now),)


# --- instants with and without an offset ---------------------------------------------------------------


def _instant_of(moment: Value) -> Value:
    if isinstance(moment, list):
        return [None if item is None else item.astimezone(UTC) for item in moment]
    return moment.astimezone(UTC)


def _instant_of_columns(moment: Column) -> pl.Expr:
    if moment.type == OFFSET_TIME:
        return zones.instant_of(moment)
    return moment.expr.list.eval(pl.element().struct.field("instant"))


def _update_time_zone(moment: Value, zone: Value) -> Value:
    return zones.with_offset_of(moment, zones.known_zone(zone))


def _in_zone(instant_: pl.Expr, zone: str) -> pl.Expr:
    return zones.offset_time(instant_, zones.offset_in(instant_, zone))


def _update_time_zone_columns(moment: Column, zone: Column) -> pl.Expr:
    return zones.by_zone(zones.instant_of(moment), zone, _in_zone)


def _with_zone_columns(moment: Column, zone: Column | None = None) -> pl.Expr:
    return zones.widened(moment.expr) if zone is None else _update_time_zone_columns(moment, zone)


# --- conversions ---------------------------------------------------------------------------------------


def _to_date_time(value: Value, local: Value = None) -> Value:
    if local is not None:
        moment = local if isinstance(local, datetime) else datetime.combine(local, time.min)
        return zones.instant_in(moment, zones.known_zone(value))
    if isinstance(value, str):
        read = iso.read_moment(value)
        return read if isinstance(read, datetime) and read.tzinfo is not None else None
    try:
        return EPOCH + timedelta(milliseconds=value)
    except OverflowError:
        return None


def _to_date_time_columns(value: Column, local: Column | None = None) -> pl.Expr:
    if local is not None:
        return zones.placed(local.expr.cast(pl.Datetime("us")), value.value)
    if value.type == STRING:
        offset = iso.offset_columns(value.expr)
        return zones.offset_time(zones.to_instant(iso.local_columns(value.expr), offset), offset)
    moment = (value.expr.clip(-_MOST_MILLIS, _MOST_MILLIS) * MILLISECOND).cast(pl.Datetime("us"))
    return zones.widened(zones.to_instant(moment, iso.NO_OFFSET))


def _to_date_time_only(value: Value) -> Value:
    moment = iso.read_moment(value) if isinstance(value, str) else value
    if moment is None or isinstance(moment, datetime):
        return moment and moment.replace(tzinfo=None)
    return datetime.combine(moment, time.min)


def _to_date_time_only_columns(value: Column) -> pl.Expr:
    if value.type != STRING:
        return zones.local_of(value)
    readable = iso.offset_columns(value.expr).is_null() | _to_date_time_columns(value).is_not_null()
    return pl.when(readable).then(iso.local_columns(value.expr))


def _to_date_only(value: Value) -> Value:
    moment = iso.read_moment(value) if isinstance(value, str) else value
    return moment.date() if isinstance(moment, datetime) else moment


def _to_date_only_columns(value: Column) -> pl.Expr:
    return value.expr if value.type == DATE_ONLY else _to_date_time_only_columns(value).dt.date()


def _read_instant(text: Value) -> Value:
    moment = iso.read_moment(text)
    if moment is None:
        return None
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.min)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _read_instant_columns(text: Column) -> pl.Expr:
    return zones.to_instant(iso.local_columns(text.expr), iso.offset_columns(text.expr).fill_null(0))


_OWN = tuple(signature(("moment", kind), to=DATE_TIME_ONLY) for kind in (OFFSET_TIME, STRING))
_DATES = tuple(signature(("value", kind), to=DATE_ONLY) for kind in (STRING, DATE_ONLY, OFFSET_TIME, DATE_TIME_ONLY))
_INSTANTS = (
    signature(("value", STRING), to=OFFSET_TIME),
    signature(("value", INTEGER), to=OFFSET_TIME),
    signature(("zone", STRING, zones.FIXED_ZONE), ("local", DATE_TIME_ONLY), to=OFFSET_TIME),
    signature(("zone", STRING, zones.FIXED_ZONE), ("local", DATE_ONLY), to=OFFSET_TIME),
)
_ZONED = signature(("moment", OFFSET_TIME), ("zone", STRING, zones.ANY_ZONE), to=OFFSET_TIME)

FUNCTIONS = (
    Function(
        "instant_of",
        FAMILY,
        (
            signature(("moment", OFFSET_TIME), to=DATE_TIME),
            signature(("moments", list_of(OFFSET_TIME)), to=list_of(DATE_TIME)),
        ),
        NullRule.PROPAGATE,
        "The instant, its offset forgotten; of a list each.",
        (((_EASTERN,), datetime(2024, 2, 1, 1, 30, tzinfo=UTC)), (([_INDIAN, None],), [_UTC_NOON, None])),
        meaning=_instant_of,
        columns=_instant_of_columns,
    ),
    Function(
        "with_offset",
        FAMILY,
        (signature(("moment", DATE_TIME), to=OFFSET_TIME),),
        NullRule.PROPAGATE,
        "The instant with offset zero.",
        (((_UTC_NOON,), _UTC_NOON), ((None,), None)),
        meaning=lambda moment: moment,
        columns=lambda moment: zones.widened(moment.expr),
    ),
    Function(
        "with_zone",
        FAMILY,
        (
            signature(("moment", DATE_TIME), to=OFFSET_TIME),
            signature(("moment", DATE_TIME), ("zone", STRING, zones.FIXED_ZONE), to=OFFSET_TIME),
        ),
        NullRule.PROPAGATE,
        "The instant with the offset that a time zone has then (UTC when left out).",
        (
            ((_UTC_NOON, "Asia/Kolkata"), _INDIAN),
            ((_UTC_NOON, "Z"), _UTC_NOON),
            ((_UTC_NOON, "-05:00"), datetime(2024, 1, 31, 7, tzinfo=iso.read_offset("-05:00"))),
        ),
        meaning=lambda moment, zone="UTC": _update_time_zone(moment, zone),
        columns=_with_zone_columns,
        spellings=journey(
            "now",
            signature(to=OFFSET_TIME),
            signature(("zone", STRING, zones.FIXED_ZONE), to=OFFSET_TIME),
            now=True,
        ),
    ),
    Function(
        "update_time_zone",
        FAMILY,
        (_ZONED,),
        NullRule.PROPAGATE,
        "The same instant with the offset that a time zone has then. Fails when there is no such zone.",
        (
            ((_EASTERN, "Asia/Kolkata"), datetime(2024, 2, 1, 7, tzinfo=iso.read_offset("+05:30"))),
            ((_INDIAN, "UTC"), _UTC_NOON),
            ((None, "UTC"), None),
        ),
        meaning=_update_time_zone,
        columns=_update_time_zone_columns,
        spellings=journey("updateTimeZone", _ZONED),
        fails=lambda moment, zone: zones.no_zone(zone),
    ),
    Function(
        "millis_of",
        FAMILY,
        (signature(("moment", DATE_TIME), to=INTEGER), signature(("moment", OFFSET_TIME), to=INTEGER)),
        NullRule.PROPAGATE,
        "The instant in milliseconds since 1970-01-01T00:00:00Z, rounded down.",
        (((_UTC_NOON,), 1706702400000), ((_INDIAN,), 1706702400000), ((None,), None)),
        meaning=lambda moment: instant(moment) // MILLISECOND,
        columns=lambda moment: zones.instant_of(moment).to_physical() // MILLISECOND,
        spellings=journey("currentTimeInMillis", signature(to=INTEGER), now=True),
    ),
    Function(
        "to_date_time",
        FAMILY,
        _INSTANTS,
        NullRule.PROPAGATE,
        "An instant: from ISO text with Z or an offset, from milliseconds since 1970, or from a time zone and a local "
        "time (a date is its midnight). Of a local time that comes twice the first, one that the clocks skip is as "
        "much later as they skip. Null where the text is not such, or the year is not 1 to 9999.",
        (
            (("2024-01-31T17:30+05:30",), _INDIAN),
            (("2024-01-31T12:00",), None),
            ((1706702400000,), _UTC_NOON),
            (("Asia/Kolkata", datetime(2024, 1, 31, 17, 30)), _INDIAN),
            (("Europe/Paris", date(2024, 7, 1)), datetime(2024, 7, 1, tzinfo=iso.read_offset("+02:00"))),
        ),
        meaning=_to_date_time,
        columns=_to_date_time_columns,
        spellings=journey("toDateTime", *_INSTANTS),
    ),
    Function(
        "to_date_time_only",
        FAMILY,
        (*_OWN, signature(("value", DATE_TIME_ONLY), to=DATE_TIME_ONLY)),
        NullRule.PROPAGATE,
        "The local date and time: of an instant by its own offset; of ISO text, whose offset is dropped and whose "
        "date alone is its midnight. Null for other text.",
        (
            ((_EASTERN,), datetime(2024, 1, 31, 20, 30)),
            (("2024-01-31T12:30:15.5",), datetime(2024, 1, 31, 12, 30, 15, 500_000)),
            (("2024-01-31",), datetime(2024, 1, 31)),
            (("soon",), None),
        ),
        meaning=_to_date_time_only,
        columns=_to_date_time_only_columns,
        spellings=journey("toDateTimeOnly", *_OWN),
    ),
    Function(
        "to_date_only",
        FAMILY,
        _DATES,
        NullRule.PROPAGATE,
        "The date: of an instant by its own offset, of a local time, or at the beginning of ISO text. Null for other "
        "text.",
        (
            ((_EASTERN,), date(2024, 1, 31)),
            (("2024-01-31T23:00:00-05:00",), date(2024, 1, 31)),
            (("31/01/2024",), None),
        ),
        meaning=_to_date_only,
        columns=_to_date_only_columns,
        spellings=journey("toDateOnly", *_DATES),
    ),
    Function(
        "read_instant",
        FAMILY,
        (signature(("text", STRING), to=DATE_TIME),),
        NullRule.PROPAGATE,
        "The instant that ISO text names; without an offset it is UTC, a date alone is its midnight. Null for other "
        "text.",
        (
            (("2024-01-31T17:30+05:30",), _UTC_NOON),
            (("2024-01-31T12:00:00",), _UTC_NOON),
            (("2024-01-31",), datetime(2024, 1, 31, tzinfo=UTC)),
            (("today",), None),
        ),
        meaning=_read_instant,
        columns=_read_instant_columns,
    ),
)
