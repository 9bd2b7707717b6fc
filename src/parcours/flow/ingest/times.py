"""Instants from the many ways files write them: ISO 8601, a pattern, or a count since 1970."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import polars as pl

from parcours.core.clock import MILLISECOND, SECOND, instant
from parcours.core.errors import InputError
from parcours.core.facts import INSTANT

#: ``time_format`` of counts since 1970-01-01T00:00:00Z, with their unit in microseconds.
UNIX_FORMATS = {"unix": SECOND, "unix-ms": MILLISECOND, "unix-us": 1}

#: Instants outside are refused: they come from a wrong unit or a slip of the pen.
EARLIEST, LATEST = instant("1900-01-01"), instant("2200-01-01")

_NAIVE = pl.Datetime("us")
_OFFSET = r"(?:[zZ]|[+-]\d{2}(?::?\d{2})?)$"


def checked_zone(zone: str, where: str | None = None) -> str:
    """``zone`` when it is the name of a time zone.

    Raises:
        InputError: no such zone.
    """
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        raise InputError(
            f"{zone!r} is not a time zone",
            code="unknown-zone",
            where=where,
            hint="use a name of the IANA list: UTC, Europe/Paris, America/New_York",
        ) from None
    return zone


def instants(values: pl.Series, *, pattern: str | None = None, zone: str = "UTC") -> pl.Series:
    """The instants that ``values`` name; null where they name none (or the value is null).

    Args:
        values: text, dates, dates with time, or numbers with a ``unix…`` pattern.
        pattern: a strptime pattern, one of :data:`UNIX_FORMATS`, or ``None`` for ISO 8601.
        zone: the zone of values that name none. An hour that a change of the clock repeats means its first
            occurrence; one that it skips is null.
    """
    dtype = values.dtype
    if dtype == pl.String:
        found = _of_text(values.str.strip_chars(), pattern, zone)
    elif dtype.is_numeric():
        unit = UNIX_FORMATS.get(pattern or "")
        found = _since_1970(values, unit) if unit else _nothing(len(values))
    elif dtype == pl.Date:
        found = _in_zone(values.cast(_NAIVE), zone)
    elif isinstance(dtype, pl.Datetime):
        moment = values.dt.cast_time_unit("us")
        found = _in_zone(moment, zone) if dtype.time_zone is None else moment.dt.convert_time_zone("UTC")
    else:
        found = _nothing(len(values))
    return found.set(~found.cast(pl.Int64).is_between(EARLIEST, LATEST), None)


def _nothing(count: int) -> pl.Series:
    return pl.Series([None], dtype=INSTANT).new_from_index(0, count)


def _since_1970(values: pl.Series, unit: int) -> pl.Series:
    if values.dtype.is_integer():
        limit = LATEST // unit
        return (values.cast(pl.Int64).set(values.abs() > limit, None) * unit).cast(INSTANT)
    finite = values.cast(pl.Float64).set(~values.is_finite(), None)
    return (finite.set(finite.abs() > LATEST / unit, None) * unit).round().cast(pl.Int64).cast(INSTANT)


def _of_text(text: pl.Series, pattern: str | None, zone: str) -> pl.Series:
    if pattern in UNIX_FORMATS:
        return _since_1970(text.cast(pl.Float64, strict=False), UNIX_FORMATS[pattern or ""])
    if pattern is not None:
        return _by_pattern(text, pattern, zone)
    # one spelling for all: 2026-03-14T10:30:00.5+01:00
    text = text.str.replace(r"^(\d{4}-\d{2}-\d{2})\s+", "${1}T").str.replace(",", ".", literal=True)
    offset = text.str.contains("T", literal=True) & text.str.contains(_OFFSET)
    found = _in_zone(_first(text, ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d"), _NAIVE), zone)
    if offset.any():
        text = text.str.replace(r"\s*[zZ]$", "+00:00").str.replace(r"([+-]\d{2}):?(\d{2})?$", "${1}:${2}")
        text = text.str.replace(r":$", ":00")
        aware = _first(text, ("%Y-%m-%dT%H:%M:%S%.f%:z", "%Y-%m-%dT%H:%M%:z"), INSTANT)
        found = found.zip_with(~offset.fill_null(False), aware)
    return found


def _by_pattern(text: pl.Series, pattern: str, zone: str) -> pl.Series:
    try:
        if "%z" in pattern or "%:z" in pattern or "%#z" in pattern:
            return text.str.strptime(INSTANT, pattern, strict=False)
        if any(mark in pattern for mark in ("%H", "%I", "%T", "%R", "%X", "%s")):
            return _in_zone(text.str.strptime(_NAIVE, pattern, strict=False), zone)
        return _in_zone(text.str.strptime(pl.Date, pattern, strict=False).cast(_NAIVE), zone)
    except pl.exceptions.PolarsError as problem:
        raise InputError(
            f"{pattern!r} is not a time format",
            code="bad-time-format",
            hint="for example %d/%m/%Y %H:%M:%S, or unix, unix-ms, unix-us",
        ) from problem


def _first(text: pl.Series, patterns: tuple[str, ...], dtype: pl.Datetime) -> pl.Series:
    """Each text by the first pattern that reads it."""
    found = text.str.strptime(dtype, patterns[0], strict=False)
    for pattern in patterns[1:]:
        if found.null_count() == text.null_count():
            break
        found = found.fill_null(text.str.strptime(dtype, pattern, strict=False))
    return found


def _in_zone(naive: pl.Series, zone: str) -> pl.Series:
    aware = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return aware.dt.convert_time_zone("UTC")
