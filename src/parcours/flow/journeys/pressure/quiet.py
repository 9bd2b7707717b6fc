"""Quiet hours: the instant at which each run may pass (journeys.md, section 19)."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from parcours.core.clock import DAY
from parcours.flow.journeys.pressure.local import clock_time, local_time, time_on
from parcours.flow.journeys.pressure.rule_sets import OF_PROFILE, WEEKDAYS, QuietHours
from parcours.language.functions.zones import zone_of

Instants: TypeAlias = NDArray[np.int64]
#: The release of a run that quiet hours do not let pass within :attr:`QuietHours.hold`: it is dropped at the end of it.
NEVER = int(np.iinfo(np.int64).max)
#: Weeks from 1970-01-01, a Thursday, so 0 is the weekday three days after Monday.
_THURSDAY = 3
_ROUNDS = 64


class Held(NamedTuple):
    """What quiet hours do with each run: ``release`` as of :func:`release`, over all rules that queue; ``discard``
    where a rule that discards is in force."""

    release: Instants
    discard: NDArray[np.bool_]


def release(rule: QuietHours, at: Instants, codes: NDArray[np.integer], names: Sequence[str]) -> Instants:
    """The instant at which each run may pass: ``at`` itself outside of quiet hours, else their end.

    Periods that overlap or touch are one. A local time that the clocks skip is moved forward by the gap, of one that
    they show twice the first counts (J8). A person without a time zone, or with one that does not exist, has no quiet
    hours where the rule asks for the person's.

    Args:
        at: instants, microseconds.
        codes: per run the position of the person's zone in ``names``; negative where there is none.

    Returns:
        Instants; :data:`NEVER` where quiet hours last longer than the rule holds anybody.
    """
    if not len(at):
        return at.copy()
    if rule.zone != OF_PROFILE:
        return _in_zone(rule, at, rule.zone)
    found = at.copy()
    order = np.argsort(codes, kind="stable")
    different, firsts = np.unique(codes[order], return_index=True)
    for code, places in zip(different.tolist(), np.split(order, firsts[1:]), strict=True):
        if code >= 0 and names[code] and zone_of(names[code]) is not None:
            found[places] = _in_zone(rule, at[places], names[code])
    return found


def held(rules: Sequence[QuietHours], at: Instants, codes: NDArray[np.integer], names: Sequence[str]) -> Held:
    """What several rules do: who is discarded at once, and until when all queueing rules together hold the others."""
    discard = np.zeros(len(at), bool)
    for rule in rules:
        if rule.handling == "discard":
            discard |= release(rule, at, codes, names) > at
    queues = [rule for rule in rules if rule.handling == "queue"]
    return Held(_together(queues, at, codes, names), discard)


def _together(rules: Sequence[QuietHours], at: Instants, codes: NDArray[np.integer], names: Sequence[str]) -> Instants:
    """The first instants at which every rule lets pass; each round goes to the end of a period of some rule."""
    latest = at + min((rule.longest for rule in rules), default=0)
    now = at.copy()
    for _ in range(_ROUNDS if len(rules) > 1 else 1):
        before = now.copy()
        for rule in rules:
            inside = np.flatnonzero(now != NEVER)
            now[inside] = release(rule, now[inside], codes[inside], names)
        if np.array_equal(now, before):
            break
    return np.where(now > latest, NEVER, now)


def _in_zone(rule: QuietHours, at: Instants, zone: str) -> Instants:
    latest = at + rule.longest
    starts, ends = _periods(rule, zone, int(at.min()) // DAY, int(latest.max()) // DAY)
    if not len(starts):
        return at.copy()
    place = np.searchsorted(starts, at, side="right") - 1
    end = ends[np.maximum(place, 0)]
    found = np.where((place >= 0) & (at < end), end, at)
    return np.where(found > latest, NEVER, found)


@functools.lru_cache(maxsize=4_096)
def _periods(rule: QuietHours, zone: str, first: int, last: int) -> tuple[Instants, Instants]:
    """Starts and ends of all quiet hours in ``zone`` that touch the days from ``first`` to ``last`` (counted from
    1970-01-01 in UTC), apart from each other and in order."""
    # A period may begin two days before: by its length, and by the distance of the zone from UTC.
    found = [*_weekly(rule, zone, range(first - 2, last + 3)), *_dated(rule, zone)]
    pairs = np.array(sorted(pair for pair in found if pair[0] < pair[1]), np.int64).reshape(-1, 2)
    if not len(pairs):
        return pairs[:, 0], pairs[:, 1]
    reached = np.maximum.accumulate(pairs[:, 1])
    opens = np.concatenate(([True], pairs[1:, 0] > reached[:-1]))
    firsts = np.flatnonzero(opens)
    return pairs[firsts, 0], reached[np.append(firsts[1:] - 1, len(pairs) - 1)]


def _weekly(rule: QuietHours, zone: str, days: range) -> Iterator[tuple[int, int]]:
    for weekly in rule.weekly:
        begin, end = clock_time(weekly.from_) or 0, clock_time(weekly.to) or 0
        end += 86_400 if end <= begin else 0
        numbers = {WEEKDAYS.index(day) for day in weekly.days}
        for day in days:
            if (day + _THURSDAY) % 7 in numbers:
                yield time_on(day, begin, zone), time_on(day, end, zone)


def _dated(rule: QuietHours, zone: str) -> Iterator[tuple[int, int]]:
    for dates in rule.dates:
        first, last = local_time(dates.from_), local_time(dates.until)
        if first is not None and last is not None:
            yield first.in_zone(zone), last.in_zone(zone)
