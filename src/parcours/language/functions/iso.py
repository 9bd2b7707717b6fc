"""ISO-8601 text: dates, times and lengths of time, read and written (expression-language.md, sections 4 and 10.2).

A date is ``YYYY-MM-DD``, a time ``YYYY-MM-DDThh:mm[:ss[.fraction]]``, with ``Z`` or ``±hh:mm`` behind it when it is an
instant. A fraction is kept to the microsecond. Text that is anything else, or names no day or time there is, reads
as null. Offsets go up to 18 hours, instants from the year 1 to 9999.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TypeAlias

import polars as pl

from parcours.core.clock import DAY, HOUR, MINUTE, SECOND

Moment: TypeAlias = date | datetime

#: The offset of an instant without one of its own.
NO_OFFSET = pl.lit(0, dtype=pl.Int32)
#: The first and the last instant, as local times of UTC.
FIRST, LAST = datetime.min, datetime.max

_OFFSET = "(?:0[0-9]|1[0-7]):[0-5][0-9]|18:00"
_TEXT = (
    "([0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:T((?:[01][0-9]|2[0-3]):[0-5][0-9])(?::([0-5][0-9])(?:\.([0-9]+))?)?(Z|[+-](?:" + _OFFSET + "))?)?"
)
_DAY, _CLOCK, _SECONDS, _FRACTION, _ZONE = "12345"
_PARTS = re.compile(_TEXT)

_NUMBER = "([+-]?[0-9]{1,30})"
_LENGTH = f"([+-]?)P(?:{_NUMBER}D)?(T(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:([+-]?[0-9]{{1,30}})(?:[.,]([0-9]{{0,9}}))?S)?)?"
_LENGTH_PARTS = re.compile(_LENGTH, re.IGNORECASE | re.ASCII)
#: The longest length of time, in microseconds.
LONGEST = 2**63 - 1


# --- plain values --------------------------------------------------------------------------------------


def read_moment(text: str) -> Moment | None:
    """What the text says: a date, a local time (naive), or an instant with its offset; ``None`` for other text."""
    parts = _PARTS.fullmatch(text)
    if parts is None:
        return None
    day, clock, seconds, fraction, zone = parts.groups()
    try:
        if clock is None:
            return date.fromisoformat(day)
        moment = datetime.fromisoformat(f"{day}T{clock}:{seconds or '00'}.{(fraction or '0')[:6]:0<6}")
        return (
            moment
            if zone is None
            else moment.replace(tzinfo=read_offset(zone)).astimezone(UTC).astimezone(read_offset(zone))
        )
    except (ValueError, OverflowError):
        return None


def read_offset(text: str) -> timezone | None:
    """The offset that ``Z`` or ``±hh:mm`` names; ``None`` for other text."""
    if text == "Z":
        return UTC
    if not re.fullmatch(f"[+-](?:{_OFFSET})", text):
        return None
    length = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return timezone(-length if text[0] == "-" else length)


def read_duration(text: str) -> timedelta | None:
    """The length of time of a text as the parser of Java takes it (expression-language.md, section 4).

    A fraction is kept to the microsecond. ``None`` for other text, and for lengths over 2^63 microseconds.
    """
    parts = _LENGTH_PARTS.fullmatch(text)
    if parts is None or text[-1] in "PpTt":
        return None
    sign, days, _, hours, minutes, seconds, fraction = parts.groups()
    part = int(f"{fraction or '0':0<6}"[:6]) * (-1 if (seconds or "").startswith("-") else 1)
    units = ((days, DAY), (hours, HOUR), (minutes, MINUTE), (seconds, SECOND))
    length = sum(int(number or 0) * unit for number, unit in units) + part
    return timedelta_of(-length if sign == "-" else length)


def timedelta_of(microseconds: int) -> timedelta | None:
    """The length as a ``timedelta``; ``None`` when it is over 2^63 microseconds."""
    return timedelta(microseconds=microseconds) if abs(microseconds) <= LONGEST else None


def duration_text(length: timedelta) -> str:
    """The length in ISO text, as Java writes it: ``PT10H``, ``PT-5H-57M``, ``PT0.5S``; hours are the largest unit."""
    total = length // timedelta(microseconds=1)
    rest, sign = abs(total), "-" if total < 0 else ""
    (hours, rest), (minutes, rest) = divmod(rest, HOUR), divmod(rest % HOUR, MINUTE)
    seconds, fraction = divmod(rest, SECOND)
    tail = f"{seconds}.{fraction:06}".rstrip("0").rstrip(".")
    parts = ((hours, "H"), (minutes, "M"))
    text = "".join(f"{sign}{number}{unit}" for number, unit in parts if number)
    return "PT" + text + (f"{sign}{tail}S" if seconds or fraction or not text else "")


def moment_text(moment: Moment) -> str:
    """Canonical text (D13), but with the offset of an instant as it is: seconds always, a fraction of 3 or 6 digits."""
    if not isinstance(moment, datetime):
        return moment.isoformat()
    digits = (
        "seconds" if not moment.microsecond else "milliseconds" if moment.microsecond % 1000 == 0 else "microseconds"
    )
    return moment.isoformat(timespec=digits).replace("+00:00", "Z")


# --- columns -------------------------------------------------------------------------------------------


def _parts(text: pl.Expr) -> pl.Expr:
    return text.str.extract_groups(f"^{_TEXT}$")


def local_columns(text: pl.Expr) -> pl.Expr:
    """The local time of each text, any offset left aside; a date is its midnight."""
    parts = _parts(text)
    clock = pl.concat_str(
        parts.struct.field(_DAY),
        pl.lit("T"),
        parts.struct.field(_CLOCK).fill_null("00:00"),
        pl.lit(":"),
        parts.struct.field(_SECONDS).fill_null("00"),
    ).str.to_datetime("%Y-%m-%dT%H:%M:%S", time_unit="us", strict=False)
    fraction = (parts.struct.field(_FRACTION).fill_null("") + "000000").str.slice(0, 6).cast(pl.Int64)
    moment = clock + pl.duration(microseconds=fraction, time_unit="us")
    return pl.when(clock.dt.year() >= 1).then(moment)


def offset_columns(text: pl.Expr) -> pl.Expr:
    """The offset in seconds that each text ends with; null where it has none."""
    zone = _parts(text).struct.field(_ZONE)
    minutes = zone.str.slice(1, 2).cast(pl.Int32, strict=False) * 60 + zone.str.slice(4, 2).cast(pl.Int32, strict=False)
    signed = pl.when(zone.str.starts_with("-")).then(-minutes).otherwise(minutes)
    return pl.when(zone == "Z").then(NO_OFFSET).otherwise(signed * 60).cast(pl.Int32)


def duration_columns(text: pl.Expr) -> pl.Expr:
    """:func:`read_duration` of each text."""
    return text.map_batches(_durations, return_dtype=pl.Duration("us"), is_elementwise=True)


def _durations(texts: pl.Series) -> pl.Series:
    """Lengths may add up to more than an integer holds, so each different text is read by itself."""
    different = texts.unique().drop_nulls()
    read: Mapping[str, timedelta | None] = {text: read_duration(text) for text in different}
    lengths = pl.Series(
        [None if length is None else length // timedelta(microseconds=1) for length in read.values()], dtype=pl.Int64
    )
    return texts.replace_strict(different, lengths, default=None, return_dtype=pl.Int64).cast(pl.Duration("us"))
