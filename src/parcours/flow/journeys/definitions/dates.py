"""Dates in definitions: instants as they are, local times in the zone of the journey (journeys.md, J7 and J8)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from parcours.core.clock import instant
from parcours.core.errors import InputError

#: A date as it is written: ISO-8601 text; readers of YAML 1.1 make dates of such texts.
Written: TypeAlias = str | date


def instant_in(written: Written, zone: str) -> int:
    """The instant that a date or time names, in microseconds; without an offset it is local time in ``zone``.

    A local time that the clocks leave out in spring is moved on by the gap; of one that comes twice in autumn, the
    first is meant (J8). A date alone is its midnight.

    Raises:
        InputError: the text is no ISO-8601 date or time (code ``bad-time``), or has no instant.
    """
    text = written if isinstance(written, str) else written.isoformat()
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return instant(text)  # raises, with the hint on how to write it
    try:
        return instant(moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo(zone)))
    except OverflowError:
        raise InputError(f"{text!r} lies outside of the years that have instants", code="bad-time") from None
