"""What time alone will do to a segment, day by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import polars as pl

from parcours.core.clock import as_datetime, instant
from parcours.core.errors import UnknownNameError, nearest
from parcours.engines.forecast import Forecast
from parcours.service.explaining import last_instant

if TYPE_CHECKING:
    from parcours.service.wiring import Parts

#: Days that are looked ahead, at most.
MOST_DAYS = 366
_COLUMNS = pl.Schema({"day": pl.Date(), "entering": pl.Int64(), "leaving": pl.Int64(), "members": pl.Int64()})


def forecast(parts: Parts, segment: str, days: int) -> pl.DataFrame:
    """See :meth:`parcours.service.segments.Segments.forecast`.

    Raises:
        UnknownNameError: there is no such published segment.
        WorkspaceError: there was no tick so far.
    """
    last_instant(parts.log)
    with parts.moving:
        state = parts.runner.state
        known = state.segments.published
        if segment not in known:
            raise UnknownNameError(
                f"there is no published segment {segment!r}", code="unknown-segment", hint=nearest(segment, known)
            )
        ahead, now = Forecast(state, segment), state.now or 0
    ends = ends_of_days(now, parts.settings.zone, days)
    found = ahead.at([end for _, end in ends])
    rows = [(day, one.entering, one.leaving, one.members) for (day, _), one in zip(ends, found, strict=True)]
    return pl.DataFrame(rows, schema=_COLUMNS, orient="row")


def ends_of_days(now: int, zone: str, count: int) -> list[tuple[date, int]]:
    """So many days from that of an instant on, each with its last instant, all in microseconds."""
    place = ZoneInfo(zone)
    first = as_datetime(now).astimezone(place).date()
    days = [first + timedelta(days=number) for number in range(count)]
    return [(day, instant(_midnight(day + timedelta(days=1), place)) - 1) for day in days]


def _midnight(day: date, place: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=place).astimezone(UTC)
