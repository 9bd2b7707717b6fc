"""What happens in a tick, in the order in which it happens to each profile.

Nothing that happens to one profile depends on another one, so everybody's first thing is done at once, then
everybody's second thing, and so on: a wave each. Within a profile, things go by time; at one instant by rank (J15).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from parcours.flow.journeys.activities.base import NEVER
from parcours.flow.journeys.columns import first_of_each
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.slots import Instants, Profiles, Slots

#: Ranks at one instant: inputs in the order given, then changes of membership that they caused, then people that a
#: schedule reads; timers are behind them all.
INPUT, CHANGE, READ = range(3)


class Items(NamedTuple):
    """Things of one source, as columns of equal length: whom they happen to and when; ``row`` is for the source."""

    source: int
    profile: Profiles
    time: Instants
    row: NDArray[np.intp]
    rank: int


@dataclass(frozen=True, slots=True)
class Wave:
    """What happens next to each profile: at most one thing.

    Attributes:
        source, profile, time, row: the inputs, see :class:`Items`.
        journey, slot, due: the timers: the number of the journey, the slot whose instant has come, that instant.
    """

    source: NDArray[np.int16]
    profile: Profiles
    time: Instants
    row: NDArray[np.intp]
    journey: NDArray[np.int16]
    slot: Slots
    due: Instants

    def of(self, source: int) -> tuple[Profiles, Instants, NDArray[np.intp]]:
        """Profiles, instants and rows of the inputs from one source."""
        mine = self.source == source
        return self.profile[mine], self.time[mine], self.row[mine]


class _Timers(NamedTuple):
    journey: NDArray[np.int16]
    slot: Slots
    due: Instants
    profile: Profiles

    def some(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> _Timers:
        """Some of them."""
        return _Timers(self.journey[which], self.slot[which], self.due[which], self.profile[which])


_NO_TIMERS = _Timers(np.empty(0, np.int16), np.empty(0, np.int32), np.empty(0, np.int64), np.empty(0, np.int32))


class Agenda:
    """The inputs of a tick and the timers that come in it."""

    def __init__(self, inputs: Sequence[Items] = ()) -> None:
        self._timers: list[_Timers] = []
        self._profile, self._time = np.empty(0, np.int32), np.empty(0, np.int64)
        self._rank, self._source = np.empty(0, np.int8), np.empty(0, np.int16)
        self._row = self._next = self._end = np.empty(0, np.intp)
        self.fill(inputs)

    def fill(self, inputs: Sequence[Items]) -> None:
        """Add inputs, in the order given: of two things at one instant with the same rank the first comes first."""
        inputs = [items for items in inputs if len(items.profile)]
        if not inputs:
            return
        inputs = [*self._rest(), *inputs]
        counts = [len(items.profile) for items in inputs]
        profile = np.concatenate([items.profile for items in inputs])
        time = np.concatenate([items.time for items in inputs])
        rank = np.repeat([items.rank for items in inputs], counts)
        order = np.lexsort((rank, time, profile))
        self._profile, self._time = profile[order], time[order]
        self._source = np.repeat(np.array([items.source for items in inputs], np.int16), counts)[order]
        self._row = np.concatenate([items.row for items in inputs])[order]
        self._rank = rank[order].astype(np.int8)
        starts = np.flatnonzero(first_of_each(self._profile))
        self._next = starts
        self._end = np.append(starts[1:], len(self._profile))

    def _rest(self) -> list[Items]:
        """The inputs that have not happened yet, a piece for each source and rank."""
        if not len(self._next):
            return []
        counts = self._end - self._next
        left = np.repeat(self._next - np.cumsum(counts) + counts, counts) + np.arange(int(counts.sum()))
        found = []
        for source, rank in np.unique(np.stack((self._source[left], self._rank[left])), axis=1).T.tolist():
            mine = left[(self._source[left] == source) & (self._rank[left] == rank)]
            found.append(Items(source, self._profile[mine], self._time[mine], self._row[mine], rank))
        return found

    def remind(self, journey: int, slots: Slots, due: Instants, profile: Profiles) -> None:
        """Timers that come in this tick."""
        if len(slots):
            self._timers.append(_Timers(np.full(len(slots), journey, np.int16), slots, due, profile))

    def wave(self, until: int, journeys: Sequence[Journey]) -> Wave | None:
        """The next thing that happens to each profile, up to ``until``; ``None`` when nothing more does.

        Args:
            until: the last instant of inputs; timers are only reminded of when they are wanted.
            journeys: by number: a timer whose run is due at another instant by now is dropped.
        """
        timers = self._due(journeys)
        heads = self._next
        if len(heads):
            here = self._time[heads] <= until
            heads = heads if here.all() else heads[here]
        if not len(heads) and not len(timers.slot):
            return None
        if len(timers.slot):
            heads, timers = self._first_of_both(heads, timers, journeys)
        if len(heads):
            self._advance(heads)
        columns = (self._source[heads], self._profile[heads], self._time[heads], self._row[heads])
        return Wave(*columns, timers.journey, timers.slot, timers.due)

    def _advance(self, heads: NDArray[np.intp]) -> None:
        """These have happened."""
        if len(heads) == len(self._next):
            following = self._next + 1
        else:
            following = self._next + np.isin(self._next, heads, assume_unique=True)
        more = following < self._end
        self._next, self._end = following[more], self._end[more]

    def _due(self, journeys: Sequence[Journey]) -> _Timers:
        """All timers that still count."""
        if not self._timers:
            return _NO_TIMERS
        columns = zip(*self._timers, strict=True)
        found = self._timers[0] if len(self._timers) == 1 else _Timers(*map(np.concatenate, columns))
        fresh = np.zeros(len(found.slot), np.bool_)
        for number in np.unique(found.journey).tolist():
            mine = found.journey == number
            fresh[mine] = journeys[number].runs.due[found.slot[mine]] == found.due[mine]
        if not fresh.all():
            found = found.some(fresh)
        self._timers = [found] if len(found.slot) else []
        return found

    def _first_of_both(
        self, heads: NDArray[np.intp], timers: _Timers, journeys: Sequence[Journey]
    ) -> tuple[NDArray[np.intp], _Timers]:
        """The heads and timers that are first for their profile; the other timers stay."""
        inputs, count = len(heads), len(timers.slot)
        profile = np.concatenate((self._profile[heads], timers.profile))
        by_profile = np.argsort(profile, kind="stable")
        first = first_of_each(profile[by_profile])
        chosen = np.ones(inputs + count, np.bool_)
        if not first.all():
            last = np.append(first[1:], True)
            several = np.sort(by_profile[~(first & last)])
            own, mine = heads[several[several < inputs]], several[several >= inputs] - inputs
            time = np.concatenate((self._time[own], timers.due[mine]))
            order = np.lexsort((*_order(len(own), timers.some(mine), journeys), time, profile[several]))
            chosen[several] = False
            chosen[several[order[first_of_each(profile[several[order]])]]] = True
        now, later = timers.some(chosen[inputs:]), timers.some(~chosen[inputs:])
        self._timers = [later] if len(later.slot) else []
        return heads[chosen[:inputs]], now


def _order(inputs: int, timers: _Timers, journeys: Sequence[Journey]) -> list[NDArray[np.int64]]:
    """Sort keys, the least important first, by which so many inputs come before the timers of the same instant; those
    go by priority, entry and id (section 21, line 38), then by the number of the run."""
    keys = np.full((5, inputs + len(timers.slot)), -NEVER, np.int64)
    names = sorted(journey.id for journey in journeys)
    for number in np.unique(timers.journey).tolist():
        journey = journeys[number]
        mine = np.flatnonzero(timers.journey == number)
        slots, runs = timers.slot[mine], journey.runs
        priority = -np.array([version.priority for version in journey.versions])[runs.version[slots]]
        own = (slots, runs.number[slots], np.full(len(mine), names.index(journey.id)), runs.entered[slots], priority)
        keys[:, inputs + mine] = np.stack(own)
    return [*keys]
