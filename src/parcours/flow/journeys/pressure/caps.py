"""Counters of caps, as columns over the dense numbers of profiles; reserved at the moment of the decision.

Everything is per person, so any partition of the profiles counts the same. The same profile may be there several
times in one call; its rows are then decided one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol, TypeAlias, TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.pressure.periods import Period, rolling_start, windows_of
from parcours.flow.journeys.pressure.rule_sets import OF_PROFILE, ChannelCap, EntryCap

Instants: TypeAlias = NDArray[np.int64]
Profiles: TypeAlias = NDArray[np.int32]
Bools: TypeAlias = NDArray[np.bool_]
Number = TypeVar("Number", np.int32, np.int64)

#: Before every instant, and the number of no window.
_ALWAYS = -(2**62)
#: What :meth:`Counter.dump` gives: for calendar windows the number of the latest one and how often it was reserved, for
#: rolling ones a row per reservation, for runs at once how many there are.
COUNTER_COLUMNS = {"_profile": pl.Int32, "period": pl.Int64, "count": pl.Int32}


class Zones(NamedTuple):
    """The time zone of each run as a position in a list of names; negative where there is none (UTC counts then)."""

    codes: NDArray[np.integer]
    names: Sequence[str]

    def at(self, places: NDArray[np.intp]) -> Zones:
        """The zones of some of the runs."""
        return Zones(self.codes[places], self.names)


class Asked(Protocol):
    """Decides on one more. In ``fits`` and ``add`` each profile is there once."""

    def fits(self, profiles: Profiles, at: Instants, zones: Zones | None) -> Bools:
        """Whether one more stays within the cap."""
        ...

    def add(self, profiles: Profiles, at: Instants, zones: Zones | None) -> None:
        """Count one more."""
        ...

    def copy(self) -> Asked: ...


class Counter(Asked, Protocol):
    """What one rule counts."""

    cap: int

    def copy(self) -> Counter: ...
    def erase(self, profiles: Profiles) -> None: ...
    def join(self, gone: int, into: int, keep: bool = False) -> None: ...
    def dump(self) -> pl.DataFrame: ...
    def load(self, rows: pl.DataFrame) -> None: ...


class PeriodCounter(Counter, Protocol):
    """What a rule with a period counts."""

    def left(self, profiles: Profiles, at: Instants, zones: Zones | None) -> NDArray[np.int64]:
        """How many more stay within the cap."""
        ...

    def together(self, at: Instants, then: int, zones: Zones | None) -> Bools:
        """Whether what is counted at each of these instants still counts at ``then``, which is not before it."""
        ...

    def copy(self) -> PeriodCounter: ...


class CalendarCounter:
    """Reservations in the calendar window that each profile reserved in last: its number and the count.

    An instant before that window counts as inside of it, so no order of calls lets more pass.
    """

    def __init__(self, cap: int, period: Period, zone: str = "UTC") -> None:
        self.cap = cap
        self._period, self._zone = period, zone
        self._window = np.empty(0, np.int64)
        self._count: NDArray[np.int32] = np.empty(0, np.int32)

    def fits(self, profiles: Profiles, at: Instants, zones: Zones | None) -> Bools:
        return self.left(profiles, at, zones) > 0

    def left(self, profiles: Profiles, at: Instants, zones: Zones | None) -> NDArray[np.int64]:
        self._reach(profiles)
        later = self._windows(at, zones) > self._window[profiles]
        return self.cap - np.where(later, 0, self._count[profiles]).astype(np.int64)

    def together(self, at: Instants, then: int, zones: Zones | None) -> Bools:
        there = self._windows(np.full(len(at), then, np.int64), zones)
        same: Bools = (at <= then) & (self._windows(at, zones) == there)
        return same

    def add(self, profiles: Profiles, at: Instants, zones: Zones | None) -> None:
        self._reach(profiles)
        window = np.maximum(self._windows(at, zones), self._window[profiles])
        self._count[profiles] = np.where(window > self._window[profiles], 0, self._count[profiles]) + 1
        self._window[profiles] = window

    def copy(self) -> CalendarCounter:
        made = CalendarCounter(self.cap, self._period, self._zone)
        made._window, made._count = self._window.copy(), self._count.copy()
        return made

    def erase(self, profiles: Profiles) -> None:
        known = profiles[profiles < len(self._count)]
        self._window[known], self._count[known] = _ALWAYS, 0

    def join(self, gone: int, into: int, keep: bool = False) -> None:
        """What is counted for one profile counts for another, too; the first is forgotten unless it is kept."""
        if gone >= len(self._count) or not self._count[gone]:
            return
        both = np.array([gone, into], np.int32)
        self._reach(both)
        last = self._window[both].max()
        self._count[into] = self._count[both][self._window[both] == last].sum()
        self._window[into] = last
        if not keep:
            self.erase(both[:1])

    def dump(self) -> pl.DataFrame:
        who = np.flatnonzero(self._count).astype(np.int32)
        return _rows(who, self._window[who], self._count[who])

    def load(self, rows: pl.DataFrame) -> None:
        who = rows["_profile"].to_numpy()
        self._window, self._count = self._window[:0], self._count[:0]
        self._reach(who)
        self._window[who], self._count[who] = rows["period"].to_numpy(), rows["count"].to_numpy()

    def _windows(self, at: Instants, zones: Zones | None) -> Instants:
        if self._zone != OF_PROFILE:
            return windows_of(self._period, at, self._zone)
        found = windows_of(self._period, at)
        if zones is not None:
            for code in np.unique(zones.codes[zones.codes >= 0]).tolist():
                there = zones.codes == code
                found[there] = windows_of(self._period, at[there], zones.names[code])
        return found

    def _reach(self, profiles: Profiles) -> None:
        size = _size_for(profiles, len(self._count))
        self._window = _grown(self._window, size, _ALWAYS)
        self._count = _grown(self._count, size, 0)


class RollingCounter:
    """The instants of the latest reservations of each profile, oldest first, as many as may still count.

    A reservation counts until the period is over (its start is part of it, its end is not).
    """

    def __init__(self, cap: int, period: Period) -> None:
        self.cap = cap
        self._period = period
        self._made = np.empty((0, 1), np.int64)

    def fits(self, profiles: Profiles, at: Instants, zones: Zones | None) -> Bools:
        return self.left(profiles, at, zones) > 0

    def left(self, profiles: Profiles, at: Instants, zones: Zones | None) -> NDArray[np.int64]:
        self._reach(profiles)
        made = self._made[profiles]
        start = rolling_start(self._period, np.maximum(at, made[:, -1]))
        counting: NDArray[np.int64] = (made > start[:, None]).sum(axis=1)
        return self.cap - counting

    def together(self, at: Instants, then: int, zones: Zones | None) -> Bools:
        start = int(rolling_start(self._period, np.array([then], np.int64))[0])
        return (at <= then) & (at > start)

    def add(self, profiles: Profiles, at: Instants, zones: Zones | None) -> None:
        self._reach(profiles)
        made = self._made[profiles]
        at = np.maximum(at, made[:, -1])
        if len(at) and bool((made[:, 0] > rolling_start(self._period, at)).any()):
            self._widen()
            made = self._made[profiles]
        self._made[profiles] = np.concatenate((made[:, 1:], at[:, None]), axis=1)

    def copy(self) -> RollingCounter:
        made = RollingCounter(self.cap, self._period)
        made._made = self._made.copy()
        return made

    def erase(self, profiles: Profiles) -> None:
        self._made[profiles[profiles < len(self._made)]] = _ALWAYS

    def join(self, gone: int, into: int, keep: bool = False) -> None:
        """See :meth:`CalendarCounter.join`."""
        if gone >= len(self._made) or self._made[gone, -1] == _ALWAYS:
            return
        both = np.array([gone, into], np.int32)
        self._reach(both)
        made = np.sort(self._made[both].ravel())
        made = made[made > _ALWAYS]
        while self._made.shape[1] < len(made):
            self._widen()
        if len(made):
            self._made[into, -len(made) :] = made
        if not keep:
            self.erase(both[:1])

    def dump(self) -> pl.DataFrame:
        who, place = np.nonzero(self._made > _ALWAYS)
        return _rows(who.astype(np.int32), self._made[who, place], np.ones(len(who), np.int32))

    def load(self, rows: pl.DataFrame) -> None:
        who, made = rows["_profile"].to_numpy(), rows["period"].to_numpy()
        order = np.lexsort((made, who))
        who, made = who[order], made[order]
        self._made = np.empty((0, max(1, int(np.bincount(who).max(initial=0)))), np.int64)
        self._reach(who)
        back = np.searchsorted(who, who, side="right") - np.arange(len(who))
        self._made[who, -back] = made

    def _widen(self) -> None:
        width = self._made.shape[1]
        wider = np.full((len(self._made), 2 * width), _ALWAYS, np.int64)
        wider[:, width:] = self._made
        self._made = wider

    def _reach(self, profiles: Profiles) -> None:
        self._made = _grown(self._made, _size_for(profiles, len(self._made)), _ALWAYS)


class RunCounter:
    """In how many runs each profile is now."""

    def __init__(self, cap: int) -> None:
        self.cap = cap
        self._count: NDArray[np.int32] = np.empty(0, np.int32)

    def fits(self, profiles: Profiles, at: Instants, zones: Zones | None) -> Bools:
        self._reach(profiles)
        return self._count[profiles] < self.cap

    def add(self, profiles: Profiles, at: Instants, zones: Zones | None) -> None:
        self._reach(profiles)
        self._count[profiles] += 1

    def remove(self, profiles: Profiles) -> None:
        """One run less of each profile; one may be there several times."""
        self._reach(profiles)
        np.subtract.at(self._count, profiles, 1)
        np.maximum(self._count, 0, out=self._count)

    def recount(self, profiles: Profiles) -> None:
        """These are all runs that there are: one profile number for each."""
        self._count = np.bincount(profiles, minlength=len(self._count)).astype(np.int32)

    def copy(self) -> RunCounter:
        made = RunCounter(self.cap)
        made._count = self._count.copy()
        return made

    def erase(self, profiles: Profiles) -> None:
        self._count[profiles[profiles < len(self._count)]] = 0

    def join(self, gone: int, into: int, keep: bool = False) -> None:
        """See :meth:`CalendarCounter.join`."""
        if gone >= len(self._count) or not self._count[gone]:
            return
        both = np.array([gone, into], np.int32)
        self._reach(both)
        self._count[into] += self._count[gone]
        if not keep:
            self.erase(both[:1])

    def dump(self) -> pl.DataFrame:
        who = np.flatnonzero(self._count).astype(np.int32)
        return _rows(who, np.zeros(len(who), np.int64), self._count[who])

    def load(self, rows: pl.DataFrame) -> None:
        self._count = self._count[:0]
        self._reach(rows["_profile"].to_numpy())
        self._count[rows["_profile"].to_numpy()] = rows["count"].to_numpy()

    def _reach(self, profiles: Profiles) -> None:
        self._count = _grown(self._count, _size_for(profiles, len(self._count)), 0)


def counter_of(rule: ChannelCap | EntryCap) -> CalendarCounter | RollingCounter:
    """An empty counter for a rule with a period."""
    if rule.kind == "rolling":
        return RollingCounter(rule.cap, rule.length)
    return CalendarCounter(rule.cap, rule.length, rule.zone)


class Counters:
    """Several rules together: what one of them refuses is refused, so the lowest wins, and counts nowhere."""

    def __init__(self, counters: Sequence[Asked]) -> None:
        self._counters = tuple(counters)

    def allows(self, profiles: Profiles, at: Instants, zones: Zones | None = None) -> Bools:
        """Whether each row would be let pass, if those before it that may pass are; nothing is counted."""
        if len(np.unique(profiles)) == len(profiles):
            return self.refusing(profiles, at, zones) < 0
        return Counters([counter.copy() for counter in self._counters]).take(profiles, at, zones)

    def reserve(self, profiles: Profiles, at: Instants, zones: Zones | None = None) -> None:
        """Count each row in every rule, whether it fits or not."""
        for places in in_turn(profiles):
            self._add(profiles, at, zones, places)

    def take(
        self, profiles: Profiles, at: Instants, zones: Zones | None = None, order: NDArray[np.intp] | None = None
    ) -> Bools:
        """Whether each row is let pass; those that are, are counted. ``order``: the positions in the order in which
        they are decided, where it is not that of the rows."""
        return self.taken(profiles, at, zones, order) < 0

    def taken(
        self, profiles: Profiles, at: Instants, zones: Zones | None = None, order: NDArray[np.intp] | None = None
    ) -> NDArray[np.int8]:
        """As :meth:`take`, but which rule refused: its position, -1 where none did."""
        found = np.full(len(profiles), -1, np.int8)
        order = np.arange(len(profiles)) if order is None else order
        for turn in in_turn(profiles[order]):
            places = order[turn]
            found[places] = self.refusing(profiles[places], at[places], zones and zones.at(places))
            self._add(profiles, at, zones, places[found[places] < 0])
        return found

    def refusing(self, profiles: Profiles, at: Instants, zones: Zones | None = None) -> NDArray[np.int8]:
        """The position of the first rule that refuses, -1 where none does. Each profile may be there once."""
        found = np.full(len(profiles), -1, np.int8)
        for position, counter in enumerate(self._counters):
            found[(found < 0) & ~counter.fits(profiles, at, zones)] = position
        return found

    def _add(self, profiles: Profiles, at: Instants, zones: Zones | None, places: NDArray[np.intp]) -> None:
        for counter in self._counters:
            counter.add(profiles[places], at[places], zones and zones.at(places))


def in_turn(profiles: Profiles) -> Iterator[NDArray[np.intp]]:
    """Positions in groups: first the first row of every profile, then every second one, and so on."""
    if not len(profiles):
        return
    order = np.argsort(profiles, kind="stable")
    ordered = profiles[order]
    firsts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    lengths = np.diff(np.append(firsts, len(order)))
    rank = np.arange(len(order)) - np.repeat(firsts, lengths)
    for turn in range(int(lengths.max())):
        yield np.sort(order[rank == turn])


def _rows(profiles: Profiles, period: Instants, count: NDArray[np.int32]) -> pl.DataFrame:
    return pl.DataFrame({"_profile": profiles, "period": period, "count": count}, schema=COUNTER_COLUMNS)


def _size_for(profiles: Profiles, size: int) -> int:
    """Room for all of these profiles, with some more when there is not enough."""
    most = int(profiles.max(initial=-1)) + 1
    return size if most <= size else max(most, size + size // 2)


def _grown(column: NDArray[Number], size: int, fill: int) -> NDArray[Number]:
    if len(column) >= size:
        return column
    grown = np.full((size, *column.shape[1:]), fill, column.dtype)
    grown[: len(column)] = column
    return grown
