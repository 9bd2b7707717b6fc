"""When a segment is read: once, at a fixed distance, by the calendar; and in which waves (journeys.md, section 9)."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from itertools import pairwise
from typing import Any, Literal
from zoneinfo import ZoneInfo

import msgspec
from cronsim import CronSim, CronSimError

from parcours.core.clock import as_datetime, duration, instant
from parcours.core.errors import ParcoursError
from parcours.flow.journeys.definitions.dates import instant_in
from parcours.flow.journeys.definitions.problems import date_problem, length_problem, zone_problem
from parcours.flow.journeys.problems import missing_setting, wrong_value


class Waves(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A read in parts: the members are fixed at the start, wave k gets its part ``every`` after the one before.

    ``sizes`` are numbers of people (``[1000, 5000]``) or shares (``["10 %", "90 %"]``); with ``count`` all waves are
    equal. With ``starts`` each wave has an instant of its own instead (a local one is in the zone of the journey). A
    wave begins when the one before is done, even if that is later.
    """

    sizes: tuple[int | str, ...] = ()
    count: int | None = None
    every: str | int | float = "30 minutes"
    starts: tuple[Any, ...] = ()

    @property
    def distance(self) -> int:
        """From one wave to the next, microseconds."""
        return duration(self.every)

    @property
    def number(self) -> int:
        """How many waves there are."""
        return self.count or len(self.sizes)

    def planned(self, at: int, zone: str) -> tuple[int, ...]:
        """How long after a read at ``at`` each wave is to begin."""
        if self.starts:
            return tuple(max(0, instant_in(start, zone) - at) for start in self.starts)
        return tuple(number * self.distance for number in range(self.number))

    def parts(self, total: int) -> tuple[int, ...]:
        """How many of ``total`` people each wave gets. Numbers above it: the first waves take all; below: the rest gets
        nothing. Shares and equal waves leave nobody out."""
        if self.count or isinstance(self.sizes[0], str):
            shares = [1.0] * self.count if self.count else [_share(size) for size in self.sizes]
            reached, bounds = 0.0, [0]
            for share in shares:
                reached += share
                bounds.append(round(total * reached / sum(shares)))
            return tuple(after - before for before, after in pairwise(bounds))
        left, found = total, []
        for size in self.sizes:
            found.append(min(left, int(size)))
            left -= found[-1]
        return tuple(found)

    def check(self, where: str, zone: str) -> Iterator[ParcoursError]:
        """What is wrong with it."""
        yield from length_problem(f"{where}.every", self.every)
        yield from self._start_problems(f"{where}.starts", zone)
        if bool(self.sizes) == (self.count is not None):
            yield wrong_value(f"{where}.sizes", "waves have either sizes or a count")
        if self.count is not None and self.count < 1:
            yield wrong_value(f"{where}.count", "there must be at least one wave")
        if len({isinstance(size, str) for size in self.sizes}) > 1:
            yield wrong_value(f"{where}.sizes", "all sizes are numbers of people, or all are shares such as 10 %")
            return
        sizes = [_share(size) for size in self.sizes]
        for index, size in enumerate(sizes):
            if size is None or size <= 0:
                yield wrong_value(f"{where}.sizes[{index}]", f"{self.sizes[index]!r} is not the size of a wave")
                return
        if sizes and isinstance(self.sizes[0], str) and abs(sum(sizes) - 100) > 1e-9:
            yield wrong_value(f"{where}.sizes", f"the shares must be 100 % together, not {sum(sizes):g} %")

    def _start_problems(self, where: str, zone: str) -> Iterator[ParcoursError]:
        found = [
            problem
            for index, start in enumerate(self.starts)
            for problem in date_problem(f"{where}[{index}]", start, zone)
        ]
        yield from found
        if self.starts and len(self.starts) != self.number:
            yield wrong_value(where, f"there are {self.number} waves and {len(self.starts)} starts")
        if not found and any(instant_in(late, zone) < instant_in(early, zone) for early, late in pairwise(self.starts)):
            yield wrong_value(where, "no wave starts before the one in front of it")


def _share(size: int | str) -> Any:
    """The number in a size, ``None`` when there is none."""
    if isinstance(size, int):
        return size
    try:
        return float(size.strip().removesuffix("%"))
    except ValueError:
        return None


class Schedule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When the segment is read.

    ``at`` is the first time, without it the publication; a ``recurring`` one comes again ``every`` so often, counted as
    elapsed time, or by the calendar: ``cron`` in ``zone`` (of the journey, if not said). The last time is not after
    ``until``; one exactly then takes place (J19).
    """

    type: Literal["once", "recurring"] = "once"
    at: Any = None
    every: str | int | float | None = None
    cron: str | None = None
    zone: str | None = None
    until: Any = None
    incremental: bool = False
    force_reentrance: bool = False
    waves: Waves | None = None

    @property
    def period(self) -> int | None:
        """Microseconds from one time to the next, where that is always the same."""
        return None if self.every is None else duration(self.every)

    def times(self, published: int, zone: str) -> Occurrences:
        """The times of a journey in ``zone`` that was published at that instant."""
        own = self.zone or zone
        first = published if self.at is None else instant_in(self.at, own)
        last = None if self.until is None else instant_in(self.until, own)
        recurring = self.type == "recurring"
        return Occurrences(first, last, self.period if recurring else None, self.cron if recurring else None, own)

    def check(self, where: str, zone: str) -> Iterator[ParcoursError]:
        """What is wrong with it."""
        own = self.zone or zone
        if self.zone is not None:
            yield from zone_problem(f"{where}.zone", self.zone)
        for name in ("at", "until"):
            yield from date_problem(f"{where}.{name}", getattr(self, name), own)
        if self.every is not None:
            yield from length_problem(f"{where}.every", self.every)
        if self.cron is not None:
            yield from _cron_problem(f"{where}.cron", self.cron)
        yield from self._kind_problems(where)
        if self.waves is not None:
            yield from self.waves.check(f"{where}.waves", zone)

    def _kind_problems(self, where: str) -> Iterator[ParcoursError]:
        if self.type == "recurring" and (self.every is None) == (self.cron is None):
            yield missing_setting(f"{where}.every", 'every: 1 day, or cron: "0 9 * * 1" with a zone')
        if self.type == "once":
            for name in ("every", "cron", "until"):
                if getattr(self, name) is not None:
                    yield wrong_value(f"{where}.{name}", f"a read that happens once has no {name!r}: type: recurring")
            for name in ("incremental", "force_reentrance"):
                if getattr(self, name):
                    yield wrong_value(f"{where}.{name}", f"{name!r} is for a recurring read: type: recurring")
        elif self.waves is not None:
            yield wrong_value(f"{where}.waves", "waves are for a read that happens once")


@dataclass(frozen=True, slots=True)
class Occurrences:
    """The instants of a schedule, microseconds: ``first``, then ``period`` apart or by ``cron`` in ``zone``, none after
    ``last``. By ``cron`` the first one is the first fitting instant from ``first`` on."""

    first: int
    last: int | None = None
    period: int | None = None
    cron: str | None = None
    zone: str = "UTC"

    def next_after(self, after: int) -> int | None:
        """The first instant after ``after``, or ``None`` when there is none any more."""
        found = self._unbounded(after)
        return None if found is None or (self.last is not None and found > self.last) else found

    def between(self, after: int, until: int) -> Iterator[int]:
        """All instants after ``after`` and not after ``until``."""
        found = self.next_after(after)
        while found is not None and found <= until:
            yield found
            found = self.next_after(found)

    def _unbounded(self, after: int) -> int | None:
        if self.cron is not None:
            return _next_by_calendar(self.cron, self.zone, max(after, self.first - 1))
        if after < self.first:
            return self.first
        if self.period is None:
            return None
        return self.first + ((after - self.first) // self.period + 1) * self.period


@functools.lru_cache(maxsize=4_096)
def _next_by_calendar(cron: str, zone: str, after: int) -> int:
    """Seconds are the least that cron knows, so ``after`` may lie up to a second before what is searched from."""
    local = as_datetime(after).astimezone(ZoneInfo(zone))
    times = CronSim(cron, local)
    found = instant(next(times).astimezone(UTC))
    return found if found > after else instant(next(times).astimezone(UTC))


def _cron_problem(where: str, cron: str) -> Iterator[ParcoursError]:
    if len(cron.split()) != 5:
        yield wrong_value(where, f"{cron!r} is no cron text: minute, hour, day of month, month, day of week")
        return
    try:
        never = next(CronSim(cron, as_datetime(0)), None) is None
    except CronSimError as error:
        yield wrong_value(where, f"{cron!r} is no cron text: {str(error)[:1].lower()}{str(error)[1:]}")
        return
    if never:
        yield wrong_value(where, f"{cron!r} never comes")
