"""Local times of runs: from instants to what clocks show, and back, each run in its zone.

Local times are whole microseconds since 1970-01-01T00:00 as the clocks show it. A local time that does not exist is
as much later as the clocks skip, of one that comes twice the first is meant (journeys.md, J8).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, time

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.clock import DAY, EPOCH, MICROSECOND
from parcours.core.facts import INSTANT
from parcours.language.functions.zones import offset_in, placed

#: Per run the position of its zone in the list of names.
Zones = tuple[NDArray[np.intp], list[str]]
Instants = NDArray[np.int64]

#: Names of the days, in the order of :func:`weekday`.
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
#: What is no local time or instant.
UNKNOWN = int(np.iinfo(np.int64).min)
_LOCAL = pl.Datetime("us")
_THURSDAY = 3


def to_local(instants: Instants, zones: Zones) -> Instants:
    """What the clocks show at each instant."""
    return _by_zone(instants, zones, _local_in)


def to_instants(local: Instants, zones: Zones) -> Instants:
    """The instant at which the clocks show each local time; :data:`UNKNOWN` stays."""
    return _by_zone(local, zones, _instants_in)


def moment_of_text(text: str, zones: Zones) -> Instants:
    """A constant as the instant that it is for each run: with ``Z`` or an offset for all the same."""
    instant = instant_microseconds(text)
    if instant is not None:
        return np.full(len(zones[0]), instant, np.int64)
    local = local_microseconds(text)
    column = np.array([UNKNOWN if local is None else local], np.int64)
    return np.array([_instants_in(column, name)[0] for name in zones[1]], np.int64)[zones[0]]


def weekday(local: Instants) -> NDArray[np.int64]:
    """Days since Monday."""
    days: NDArray[np.int64] = (local // DAY + _THURSDAY) % 7
    return days


def pick(zones: Zones, among: NDArray[np.intp] | NDArray[np.bool_]) -> Zones:
    """The zones of some of the runs."""
    return zones[0][among], zones[1]


def local_microseconds(text: str) -> int | None:
    """A date and time without zone, or a date (its midnight), as a local time; ``None`` when ``text`` is neither."""
    moment = _parsed(text)
    if moment is None or moment.tzinfo is not None:
        return None
    return (moment.replace(tzinfo=EPOCH.tzinfo) - EPOCH) // _MICROSECOND


def instant_microseconds(text: str) -> int | None:
    """A date and time with ``Z`` or an offset as an instant; ``None`` when ``text`` is none."""
    moment = _parsed(text)
    return None if moment is None or moment.tzinfo is None else (moment - EPOCH) // _MICROSECOND


def constant_moment(value: object) -> int | None:
    """A constant as microseconds, of an instant or of a local time; ``None`` when it is neither."""
    if not isinstance(value, str):
        return None
    instant = instant_microseconds(value)
    return local_microseconds(value) if instant is None else instant


def time_of_day(text: str) -> int | None:
    """``09:00`` or ``09:00:30`` in microseconds since midnight, ``24:00`` as a day; ``None`` for other texts."""
    if text.strip() == "24:00":
        return DAY
    try:
        found = time.fromisoformat(text.strip())
    except ValueError:
        return None
    if found.tzinfo is not None or ":" not in text:
        return None
    return ((found.hour * 60 + found.minute) * 60 + found.second) * 1_000_000 + found.microsecond


def _parsed(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError:
        return None


_MICROSECOND = datetime.resolution * MICROSECOND


def _by_zone(values: Instants, zones: Zones, convert: Callable[[Instants, str], Instants]) -> Instants:
    """``convert`` for the runs of each zone."""
    codes, names = zones
    used: Sequence[int] = np.unique(codes).tolist()
    if len(used) == 1:
        return convert(values, names[used[0]])
    found = np.empty(len(values), np.int64)
    for code in used:
        here = codes == code
        found[here] = convert(values[here], names[code])
    return found


def _local_in(instants: Instants, zone: str) -> Instants:
    moment = pl.col("moment")
    frame = pl.DataFrame({"moment": pl.Series(instants).cast(INSTANT)})
    offsets: Instants = frame.select(offset_in(moment, zone).cast(pl.Int64)).to_series().to_numpy()
    return instants + offsets * 1_000_000


def _instants_in(local: Instants, zone: str) -> Instants:
    known = pl.Series(local).set(pl.Series(local == UNKNOWN), None)
    frame = pl.DataFrame({"local": known.cast(_LOCAL)})
    found = frame.select(placed(pl.col("local"), zone).struct.field("instant").to_physical()).to_series()
    instants: Instants = found.fill_null(UNKNOWN).to_numpy()
    return instants
