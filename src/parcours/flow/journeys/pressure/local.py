"""Local times as they are written in rules, and the instants that they name in a zone (J8)."""

from __future__ import annotations

import functools
import re
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from parcours.core.clock import EPOCH
from parcours.language.functions.zones import zone_of

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2}))?")
_MICROSECOND = timedelta(microseconds=1)


class Place(NamedTuple):
    """A local date-time without zone, or, with ``instant``, a moment that is the same everywhere."""

    local: datetime
    instant: int | None = None

    def before(self, other: Place) -> bool:
        """Whether it is the earlier one; a local one and an instant are compared as if local were UTC."""
        return self.local < other.local

    def in_zone(self, zone: str) -> int:
        """The instant it names in ``zone``, microseconds."""
        return instant_of(self.local, zone) if self.instant is None else self.instant


def clock_time(text: str) -> int | None:
    """Seconds from midnight to ``21:00`` or ``21:00:30``, up to ``24:00``; ``None`` when it is no time of day."""
    found = _CLOCK.fullmatch(text.strip())
    if found is None:
        return None
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    total = hours * 3600 + minutes * 60 + seconds
    return total if minutes < 60 and seconds < 60 and total <= 86_400 else None


def local_time(text: str) -> Place | None:
    """``2026-12-24``, ``2026-12-24T18:00``, or with ``Z`` or an offset; ``None`` when it is neither."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if found.tzinfo is None:
        return Place(found)
    return Place(found.astimezone(UTC).replace(tzinfo=None), (found - EPOCH) // _MICROSECOND)


def instant_of(local: datetime, zone: str) -> int:
    """The instant at which the clocks of ``zone`` show ``local``, microseconds.

    A time that the clocks skip is moved forward by the gap; of one that they show twice, the first counts (J8).
    """
    return (local.replace(tzinfo=zone_of(zone), fold=0).astimezone(UTC) - EPOCH) // _MICROSECOND


@functools.lru_cache(maxsize=65_536)
def time_on(day: int, seconds: int, zone: str) -> int:
    """The instant of a time of day (see :func:`clock_time`) on a day counted from 1970-01-01."""
    local = datetime.combine(date(1970, 1, 1) + timedelta(days=day), time.min) + timedelta(seconds=seconds)
    return instant_of(local, zone)
