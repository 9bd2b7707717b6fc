"""At which exact instant within a tick a membership changed.

Between two ticks the rule of a profile can change only at *candidate* instants: when a row came into or
went out of one of its windows, when an attribute changed, when the profile came to be. With one candidate
the answer is that instant. With several, the rule is evaluated at each of them, for all such profiles at
once, and the change took place at the first instant from which on it has held until now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from parcours.kernel.aggregates.base import different
from parcours.kernel.attributes import AttributeChange
from parcours.kernel.book import FeatureBook
from parcours.kernel.evaluate import Compiled, MemberOf, evaluate
from parcours.kernel.keys import Key
from parcours.kernel.lookup import places
from parcours.kernel.reading import Moment
from parcours.kernel.rows import Bools, Int64s, Profiles
from parcours.kernel.threads import portions, together

#: Profiles whose candidate instants are compared at once: a table of them and all that changed stays small.
BLOCK = 8_192
#: Profiles are looked up in a table when at least one in so many of all is there.
SPARSE = 64

#: Parallel arrays: profiles and instants.
Points = tuple[Profiles, Int64s]
#: Parallel arrays: places of profiles, instants and numbers of sources.
Coded = tuple[NDArray[np.intp], Int64s, NDArray[np.intp]]


def nobody(segment: str, profiles: Profiles) -> Bools:
    """The membership of a segment without members."""
    return np.zeros(len(profiles), np.bool_)


@dataclass(frozen=True, slots=True)
class Flips:
    """Profiles whose membership in one segment changed in this tick, and to what."""

    segment: str
    profiles: Profiles
    entered: Bools


@dataclass(frozen=True, slots=True)
class BatchRun:
    """What the evaluation of a batch segment at instant ``at`` changed."""

    flips: Flips
    at: int


@dataclass(frozen=True, slots=True)
class TickTrace:
    """What happened to profiles within one tick: where candidate instants come from.

    ``linked`` are profiles about whose ids something became known, so that anything may have changed; ``runs`` are the
    evaluations of batch segments, by segment.
    """

    prev: int
    now: int
    attributes: Sequence[AttributeChange]
    created: tuple[Profiles, Int64s]
    linked: Profiles = field(default_factory=lambda: np.empty(0, np.int32))
    runs: Mapping[str, BatchRun] = field(default_factory=dict)


def effective_instants(
    flips: Sequence[Flips],
    rules: Mapping[str, Compiled],
    book: FeatureBook,
    trace: TickTrace,
    member: MemberOf = nobody,
) -> list[Int64s]:
    """For each set of flips the instants, in the order of its profiles.

    ``rules`` are the rules of the segments with references to other segments replaced by their rules, except to batch
    segments; who is in these after the tick ``member`` tells.
    """
    candidates = _Candidates(flips, rules, book, trace)
    first, last = candidates.spans(flips, rules)
    ends = np.cumsum([0] + [len(flip.profiles) for flip in flips]).tolist()
    result = [last[start:end] for start, end in pairwise(ends)]
    if (first < last).any():
        several = [(first < last)[start:end] for start, end in pairwise(ends)]
        open_ = [place for place, some in enumerate(several) if some.any()]
        involved = [_part(flips[place], several[place]) for place in open_]
        exact = _Timeline({flip.segment: rules[flip.segment] for flip in involved}, involved, candidates, member)
        for place, flip in zip(open_, involved, strict=True):
            result[place][several[place]] = exact.instants(flip)
    return result


def _part(flip: Flips, which: Bools) -> Flips:
    return Flips(flip.segment, flip.profiles[which], flip.entered[which])


def _different(some: Sequence[Profiles]) -> Profiles:
    """The different ones among these profiles, ascending."""
    everybody = np.concatenate(some)
    return different(everybody, int(everybody.max()) + 1)


class _Candidates:
    """The instants of this tick at which features and attributes changed, for profiles whose membership did.

    ``who``, ``when`` and ``source`` are parallel: a profile, by its place in ``profiles``, an instant, and what
    changed then, by its number. Number 0 is nothing.
    """

    def __init__(
        self, flips: Sequence[Flips], rules: Mapping[str, Compiled], book: FeatureBook, trace: TickTrace
    ) -> None:
        self.book, self.trace = book, trace
        self.profiles = _different([flip.profiles for flip in flips])
        self._place = _Places(self.profiles)
        self._numbers: dict[object, int] = {None: 1}
        self._read: dict[Compiled, list[int]] = {}
        for rule in dict.fromkeys(rules[flip.segment] for flip in flips):
            self._read[rule] = [self._numbers.setdefault(what, len(self._numbers) + 1) for what in _sources(rule)]
        parts = [self._points(1, [trace.created]), *self._changed()]
        self.who, self.when, self.source = (np.concatenate(some) for some in zip(*parts, strict=True))

    def _changed(self) -> list[Coded]:
        """The points of everything that is read. Each is looked up by itself, large ones by several threads."""
        wanted = [(number, what) for what, number in self._numbers.items() if what is not None]

        def look_up(part: Sequence[tuple[int, object]]) -> list[Coded]:
            return [self._points(number, _changes(what, self.book, self.trace)) for number, what in part]

        found = together([partial(look_up, part) for part in portions(wanted, len(self.profiles))])
        return [points for part in found for points in part]

    def _points(self, number: int, changes: Sequence[Points]) -> Coded:
        who, when = [], []
        for profiles, instants in changes:
            place, known = self._place.of(profiles)
            who.append(place)
            when.append(instants if known is None else instants[known])
        instants = np.concatenate(when) if when else np.empty(0, np.int64)
        earliest = min(self.trace.prev + 1, self.trace.now)
        owners = np.concatenate(who) if who else np.empty(0, np.intp)
        return owners, np.clip(instants, earliest, self.trace.now), np.full(len(owners), number)

    def numbers(self, rule: Compiled) -> list[int]:
        """The numbers of everything that the rule reads."""
        return self._read[rule]

    def spans(self, flips: Sequence[Flips], rules: Mapping[str, Compiled]) -> tuple[Int64s, Int64s]:
        """First and last candidate instant of each profile of each set; now where there is none."""
        read = [self.numbers(rules[flip.segment]) for flip in flips]
        width = max(1, *map(len, read))
        table = np.array([numbers + [0] * (width - len(numbers)) for numbers in read])
        counts = [len(flip.profiles) for flip in flips]
        sources = [np.repeat(column, counts) for column in table.T]
        places = self._place.of(np.concatenate([flip.profiles for flip in flips]))[0]
        first, last = np.empty(len(places), np.int64), np.empty(len(places), np.int64)

        def of_block(start: int) -> None:
            rows = self._of_block(places, start)
            own = [column[rows] for column in sources]
            first[rows], last[rows] = self._extremes(own, places[rows] - start, start)

        starts = range(0, len(self.profiles), BLOCK)
        together([partial(of_block, start) for start in starts])
        return first, last

    def _of_block(self, places: NDArray[np.intp], start: int) -> slice | Bools:
        """Which of these places lie in the block that begins at ``start``."""
        return slice(None) if len(self.profiles) <= BLOCK else (places >= start) & (places < start + BLOCK)

    def _extremes(
        self, sources: Sequence[NDArray[np.intp]], places: NDArray[np.intp], start: int
    ) -> tuple[Int64s, Int64s]:
        """First and last instant over the sources of each row. In between, instants are counted from the last tick."""
        prev, now = self.trace.prev, self.trace.now
        width = min(BLOCK, len(self.profiles) - start)
        points = self._of_block(self.who, start)
        small = np.uint32 if now - prev < 2**32 else np.uint64
        at, when = self.source[points] * width + (self.who[points] - start), (self.when[points] - prev).astype(small)
        first = np.full((len(self._numbers) + 1) * width, now - prev, small)
        last = np.zeros(len(first), small)
        np.minimum.at(first, at, when)
        np.maximum.at(last, at, when)
        earliest, latest = np.full(len(places), now - prev, small), np.zeros(len(places), small)
        for numbers in sources:
            cells = numbers * width + places
            np.minimum(earliest, first[cells], out=earliest)
            np.maximum(latest, last[cells], out=latest)
        latest[latest == 0] = now - prev
        return earliest.astype(np.int64) + prev, latest.astype(np.int64) + prev

    def points(self, rules: Iterable[Compiled], profiles: Profiles) -> Points:
        """The candidate instants of some rules and profiles, by profile and instant, each pair once."""
        read = np.zeros(len(self._numbers) + 1, np.bool_)
        read[[number for rule in rules for number in self.numbers(rule)]] = True
        kept = np.zeros(len(self.profiles), np.bool_)
        kept[self._place.of(profiles)[0]] = True
        keep = read[self.source] & kept[self.who]
        who, when = self.who[keep], self.when[keep]
        order = np.lexsort((when, who))
        who, when = who[order], when[order]
        new = np.ones(len(who), np.bool_)
        new[1:] = (who[1:] != who[:-1]) | (when[1:] != when[:-1])
        return self.profiles[who[new]], when[new]


def _sources(rule: Compiled) -> list[object]:
    """What a rule reads: features, attributes by name, and ``None`` for the profile itself.

    Nothing where the rule can change at any instant: that is seen by the tick only.
    """
    if rule.clocked:
        return []
    batches = map(_Membership, dict.fromkeys(rule.members))
    return [*rule.keys, *map(_Passing, rule.watched), *batches, *dict.fromkeys(rule.attributes), None]


@dataclass(frozen=True, slots=True)
class _Passing:
    """The rows that pass the edges of a window through which a rule looks at lists of events."""

    key: Key


@dataclass(frozen=True, slots=True)
class _Membership:
    """The membership in a batch segment."""

    segment: str


def _changes(what: object, book: FeatureBook, trace: TickTrace) -> list[Points]:
    """Profiles and instants at which a feature or an attribute changed."""
    if what is None:
        return []
    if isinstance(what, _Passing):
        return list(book.feature(what.key).crossings(trace.prev, trace.now))
    if isinstance(what, _Membership):
        run = trace.runs.get(what.segment)
        return [] if run is None else [(run.flips.profiles, np.full(len(run.flips.profiles), run.at))]
    if isinstance(what, str):
        return [(change.profiles, change.instants) for change in trace.attributes if change.attribute == what]
    return [(change.rows.profiles, change.instants) for change in book.feature(what).journal]  # type: ignore[arg-type]


class _Places:
    """The places of profiles in a sorted array that is not empty."""

    def __init__(self, profiles: Profiles) -> None:
        self._profiles = profiles
        self._table: NDArray[np.int32] | None = None
        room = int(profiles[-1]) + 2
        if room < len(profiles) * SPARSE:
            self._table = np.full(room, -1, np.int32)
            self._table[profiles] = np.arange(len(profiles), dtype=np.int32)

    def of(self, profiles: Profiles) -> tuple[NDArray[np.intp], Bools | None]:
        """The places of those of these profiles that are in the array, and which are (``None``: all)."""
        if self._table is None:
            found, known = places(self._profiles, profiles)
        else:
            found = self._table.take(profiles, mode="clip").astype(np.intp)
            known = found >= 0
        return (found, None) if known.all() else (found[known], known)


class _Timeline:
    """Some rules evaluated at every candidate instant of the profiles for which there are several."""

    def __init__(
        self, rules: Mapping[str, Compiled], flips: Sequence[Flips], candidates: _Candidates, member: MemberOf
    ) -> None:
        trace = candidates.trace
        self._profiles = _different([flip.profiles for flip in flips])
        self._owners, self._instants = candidates.points(rules.values(), self._profiles)
        self._starts = np.searchsorted(self._owners, self._profiles)

        def held(start: int) -> dict[str, Bools]:
            owners, instants = self._owners[start : start + BLOCK], self._instants[start : start + BLOCK]
            moment = Moment(trace.now, instants, trace.attributes)
            return evaluate(rules, candidates.book, owners, moment, self._members(trace, member, instants))

        candidates.book.look_back(dict.fromkeys(key for rule in rules.values() for key in rule.keys), len(self._owners))
        blocks = together([partial(held, start) for start in range(0, len(self._owners), BLOCK)])
        self._held = {name: np.concatenate([block[name] for block in blocks]) for name in rules}

    def _members(self, trace: TickTrace, member: MemberOf, instants: Int64s) -> MemberOf:
        """Who was in a batch segment at each of the instants."""

        def then(segment: str, profiles: Profiles) -> Bools:
            run, held = trace.runs.get(segment), member(segment, profiles)
            if run is None:
                return held
            return held ^ (np.isin(profiles, run.flips.profiles) & (instants < run.at))

        return then

    def instants(self, flip: Flips) -> Int64s:
        """For each profile the first instant from which on the rule has held (or not) until now."""
        held = self._held[flip.segment]
        place = np.searchsorted(self._profiles, flip.profiles)
        starts = self._starts[place]
        counts = np.append(self._starts[1:], len(held))[place] - starts
        rows = np.repeat(starts - np.cumsum(counts) + counts, counts) + np.arange(counts.sum())
        differs = np.where(held[rows] != np.repeat(flip.entered, counts), rows, -1)
        last = np.maximum.reduceat(differs, np.cumsum(counts) - counts)
        found: Int64s = self._instants[np.minimum(np.maximum(last + 1, starts), starts + counts - 1)]
        return found
