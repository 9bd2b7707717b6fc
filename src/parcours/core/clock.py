"""Time inside Parcours: UTC instants as whole microseconds since 1970-01-01T00:00:00Z.

Nothing below the runner reads a clock. The runner holds a :class:`Clock`; everything else gets the
instant as an argument.
"""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from parcours.core.errors import InputError

MICROSECOND = 1
MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_UNITS = {
    "millisecond": MILLISECOND,
    "ms": MILLISECOND,
    "second": SECOND,
    "sec": SECOND,
    "s": SECOND,
    "minute": MINUTE,
    "min": MINUTE,
    "m": MINUTE,
    "hour": HOUR,
    "h": HOUR,
    "day": DAY,
    "d": DAY,
    "week": WEEK,
    "w": WEEK,
}
_PART = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-zA-Z]+)\s*(?:,|and)?\s*")


class Clock(Protocol):
    """Where the runner gets the time from."""

    def now(self) -> int:
        """The current instant, in microseconds since the epoch."""

    def sleep_until(self, instant: int) -> None:
        """Return when the clock has reached ``instant``."""


class SystemClock:
    """The clock of the machine."""

    def now(self) -> int:
        return time.time_ns() // 1_000

    def sleep_until(self, instant: int) -> None:
        time.sleep(max(0.0, (instant - self.now()) / SECOND))


class ShiftedClock(SystemClock):
    """A clock that goes as that of the machine, and shows another time: what is recorded of the past goes on from it.

    Before :meth:`shift_to` it shows the time of the machine.
    """

    def __init__(self) -> None:
        self._shift = 0

    def shift_to(self, instant: int) -> None:
        """Show ``instant`` now."""
        self._shift = instant - super().now()

    def now(self) -> int:
        return super().now() + self._shift


class VirtualClock:
    """A clock that stands still until it is moved: replays, tests, backtests."""

    def __init__(self, now: int) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    def sleep_until(self, instant: int) -> None:
        self._now = max(self._now, instant)


def steady_now() -> int:
    """Microseconds of a clock that only goes forward, from any beginning: for rates and time-outs of live calls."""
    return time.monotonic_ns() // 1_000


def instant(text: str | datetime) -> int:
    """The instant that an ISO-8601 text or an aware ``datetime`` names, in microseconds.

    A date alone means midnight UTC; a time without zone or offset is UTC.

    Raises:
        InputError: the text is no ISO-8601 date or time.
    """
    if isinstance(text, str):
        try:
            moment = datetime.fromisoformat(text.strip())
        except ValueError:
            raise InputError(
                f"{text!r} is not a date or time",
                code="bad-time",
                hint="write it as 2026-03-14, 2026-03-14T10:30 or 2026-03-14T10:30:00Z",
            ) from None
    else:
        moment = text
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - EPOCH) // timedelta(microseconds=1)


def iso(moment: int) -> str:
    """ISO-8601 text of an instant in UTC: ``2026-03-14T10:30:00Z``, with a fraction only where there is one."""
    text = (EPOCH + timedelta(microseconds=moment)).isoformat()
    return text.replace("+00:00", "Z")


def as_datetime(moment: int) -> datetime:
    """The instant as an aware ``datetime`` in UTC."""
    return EPOCH + timedelta(microseconds=moment)


def is_zone(name: str) -> bool:
    """Whether there is a time zone of this name."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def duration(text: str | int | float) -> int:
    """A length of time in microseconds: ``90 days``, ``1h``, ``2 weeks and 3 days``; a bare number is seconds.

    A day is 24 hours and a week 7 days; months and years have no fixed length and are refused
    (use a calendar window for these).

    Raises:
        InputError: the text is no such length.
    """
    if isinstance(text, int | float) and not isinstance(text, bool):
        return int(text * SECOND)
    rest, total = str(text), 0.0
    while rest:
        part = _PART.match(rest)
        unit = part.group(2).lower() if part else ""
        length = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s"))
        if part is None or length is None:
            calendar = unit.removesuffix("s") in ("month", "quarter", "year")
            raise InputError(
                f"{text!r} is not a length of time",
                code="bad-duration",
                hint="months and years vary in length: use days, or a calendar window (this: month)"
                if calendar
                else "write a number and a unit: 30 minutes, 12 hours, 90 days, 2 weeks",
            )
        total += float(part.group(1)) * length
        rest = rest[part.end() :]
    if not str(text).strip():
        raise InputError("an empty text is not a length of time", code="bad-duration", hint="for example: 90 days")
    if total >= 2**62:
        raise InputError(f"{_cut(str(text))!r} is too long a time", code="bad-duration", hint="for example: 90 days")
    return round(total)


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."


def in_words(length: int) -> str:
    """A length of time as people write it: ``90 days``, ``1 hour 30 minutes``; the inverse of :func:`duration`."""
    parts: list[str] = []
    rest = abs(length)
    for name, unit in (
        ("day", DAY),
        ("hour", HOUR),
        ("minute", MINUTE),
        ("second", SECOND),
        ("millisecond", MILLISECOND),
    ):
        count, rest = divmod(rest, unit)
        if count:
            parts.append(f"{count} {name}" + ("s" if count != 1 else ""))
    return ("-" if length < 0 else "") + (" ".join(parts) or "0 seconds")
