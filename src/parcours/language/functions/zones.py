"""Time zones and instants with an offset: values, columns, and the way between instants and local time.

A zone is a name of the IANA database, ``Z``, ``UTC`` or an offset ``±hh:mm`` of up to 18 hours
(expression-language.md, section 10.3). The rules of named zones hold as far as 2099. An instant with an offset is an
aware ``datetime`` with a fixed offset; in columns a struct of ``instant`` and ``offset`` in seconds.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import polars as pl

from parcours.core.errors import EvaluationError
from parcours.core.schema import OFFSET_TIME, polars_type
from parcours.language.functions.declaration import Column, Value
from parcours.language.functions.iso import NO_OFFSET, read_offset
from parcours.language.functions.signatures import Constant

_NO_PLACES = ("localtime", "Factory")
_NO_FOLDERS = ("posix/", "right/")
INSTANT = pl.Datetime("us", "UTC")
_FIRST, _LAST = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@functools.lru_cache(maxsize=1024)
def zone_of(text: str) -> tzinfo | None:
    """The zone of that name or offset, or ``None`` when there is none."""
    fixed = UTC if text == "UTC" else read_offset(text)
    if fixed is not None:
        return fixed
    if text in _NO_PLACES or text.startswith(_NO_FOLDERS):
        return None
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def known_zone(text: str) -> tzinfo:
    """The zone of that name or offset.

    Raises:
        EvaluationError: there is none (code ``unknown-zone``).
    """
    zone = zone_of(text)
    if zone is None:
        raise EvaluationError(_no_zone(text), code="unknown-zone", hint="for example Europe/Paris, UTC or +02:00")
    return zone


def _no_zone(text: str) -> str:
    return f"{text!r} is not a time zone"


def _problem(zone: Value) -> str | None:
    return None if isinstance(zone, str) and zone_of(zone) is not None else _no_zone(zone)


_SAMPLES = ("Europe/Paris", "UTC", "Z", "-03:30", "America/New_York")
#: A zone that must be written as a constant.
FIXED_ZONE = Constant("a time zone", _problem, _SAMPLES)
#: A zone that may come from data, and is checked beforehand when it is a constant.
ANY_ZONE = Constant("a time zone", _problem, _SAMPLES, required=False)


# --- plain values --------------------------------------------------------------------------------------


def with_offset_of(instant: datetime, zone: tzinfo) -> datetime | None:
    """The instant with the offset that ``zone`` has then; ``None`` where its local time has no four-digit year."""
    try:
        local = instant.astimezone(zone)
    except OverflowError:
        return None
    return local.replace(tzinfo=timezone(local.utcoffset() or timedelta(0)))


def instant_in(local: datetime, zone: tzinfo) -> datetime | None:
    """The instant at which the clocks of ``zone`` show ``local``, with its offset.

    Of a time that comes twice the first; a time that the clocks skip is as much later as they skip. ``None`` where
    the instant has no four-digit year.
    """
    try:
        return with_offset_of(local.replace(tzinfo=zone, fold=0).astimezone(UTC), zone)
    except OverflowError:
        return None


# --- columns -------------------------------------------------------------------------------------------


def instant_of(column: Column) -> pl.Expr:
    """The instant of a column of instants, with or without an offset."""
    return column.expr.struct.field("instant") if column.type == OFFSET_TIME else column.expr


def offset_of(column: Column) -> pl.Expr:
    """The offset in seconds of a column of instants, with or without an offset."""
    return column.expr.struct.field("offset") if column.type == OFFSET_TIME else NO_OFFSET


def local_of(column: Column) -> pl.Expr:
    """The local time of a column of instants with an offset; local times and dates are local already."""
    return to_local(instant_of(column), offset_of(column)) if column.type == OFFSET_TIME else column.expr


def to_local(instant: pl.Expr, offset: pl.Expr) -> pl.Expr:
    """The local time of an instant (a column without zone) at an offset in seconds."""
    return instant.dt.replace_time_zone(None) + pl.duration(seconds=offset, time_unit="us")


def to_instant(local: pl.Expr, offset: pl.Expr) -> pl.Expr:
    """The instant of a local time at an offset in seconds; null outside of the years 1 to 9999."""
    moment = (local - pl.duration(seconds=offset, time_unit="us")).dt.replace_time_zone("UTC")
    return pl.when(moment.is_between(pl.lit(_FIRST, INSTANT), pl.lit(_LAST, INSTANT))).then(moment)


def offset_time(instant: pl.Expr, offset: pl.Expr) -> pl.Expr:
    """The column of instants with an offset; null where the instant is, or where its local year is not 1 to 9999."""
    local = instant.dt.replace_time_zone(None).to_physical() + offset.cast(pl.Int64) * 1_000_000
    inside = local.is_between(pl.lit(datetime.min).to_physical(), pl.lit(datetime.max).to_physical())
    return pl.when(inside).then(
        pl.struct(instant.cast(INSTANT).alias("instant"), offset.cast(pl.Int32).alias("offset"))
    )


def offset_in(instant: pl.Expr, zone: str) -> pl.Expr:
    """The offset in seconds that ``zone`` has at each instant."""
    fixed = zone_of(zone)
    if not isinstance(fixed, ZoneInfo):
        seconds = 0 if fixed is None else int((fixed.utcoffset(None) or timedelta(0)).total_seconds())
        return pl.lit(seconds, dtype=pl.Int32)
    shown = instant.dt.convert_time_zone(zone).dt.replace_time_zone(None)
    return (shown - instant.dt.replace_time_zone(None)).dt.total_seconds().cast(pl.Int32)


def placed(local: pl.Expr, zone: str) -> pl.Expr:
    """:func:`instant_in` of a column of local times, for one zone: instants with their offset."""
    if not isinstance(zone_of(zone), ZoneInfo):
        offset = offset_in(local, zone)
        return offset_time(to_instant(local, offset), offset)
    instant = local.map_batches(functools.partial(_instants, zone=zone), return_dtype=INSTANT, is_elementwise=True)
    return offset_time(instant, offset_in(instant, zone))


def _instants(local: pl.Series, zone: str) -> pl.Series:
    """The instants of local times. The few that the clocks skip are looked up one by one, each different one once."""
    found = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").dt.convert_time_zone("UTC")
    skipped = local.filter(found.is_null() & local.is_not_null()).unique()
    if skipped.is_empty():
        return _within(found)
    place = known_zone(zone)
    instants = [instant_in(moment, place) for moment in skipped]
    plain = [None if moment is None else moment.astimezone(UTC) for moment in instants]
    later = local.replace_strict(skipped, pl.Series(plain, dtype=INSTANT), default=None, return_dtype=INSTANT)
    return _within(found.zip_with(found.is_not_null(), later))


def _within(instants: pl.Series) -> pl.Series:
    inside = instants.is_between(pl.Series([_FIRST], dtype=INSTANT), pl.Series([_LAST], dtype=INSTANT))
    return instants.set(~inside, None)


def by_zone(moment: pl.Expr, zone: Column, convert: Callable[[pl.Expr, str], pl.Expr]) -> pl.Expr:
    """``convert(moment, zone)``, instants with an offset, where the zone may differ from row to row.

    A constant zone is converted at once, others one different zone after another; null where there is no such zone.
    """
    if zone.constant:
        return convert(moment, zone.value)
    pairs = pl.struct(moment.alias("moment"), zone.expr.alias("zone"))
    found = functools.partial(_zone_after_zone, convert=convert)
    return pairs.map_batches(found, return_dtype=polars_type(OFFSET_TIME), is_elementwise=True)


def _zone_after_zone(pairs: pl.Series, convert: Callable[[pl.Expr, str], pl.Expr]) -> pl.Series:
    frame = pairs.struct.unnest()
    result = pl.lit(None, dtype=polars_type(OFFSET_TIME))
    for zone in frame["zone"].drop_nulls().unique():
        if zone_of(zone) is not None:
            result = pl.when(pl.col("zone") == zone).then(convert(pl.col("moment"), zone)).otherwise(result)
    return frame.with_columns(result.alias("result"))["result"]


def no_zone(zone: Column) -> pl.Expr:
    """The rows whose zone does not exist."""
    if zone.constant:
        return pl.lit(isinstance(zone.value, str) and zone_of(zone.value) is None)
    return zone.expr.map_batches(_unknown, return_dtype=pl.Boolean, is_elementwise=True)


def _unknown(zones: pl.Series) -> pl.Series:
    bad = [zone for zone in zones.drop_nulls().unique() if zone_of(zone) is None]
    return zones.is_in(bad).fill_null(False)


def widened(instant: pl.Expr) -> pl.Expr:
    """A column of instants as one of instants with offset zero."""
    return offset_time(instant, NO_OFFSET)
