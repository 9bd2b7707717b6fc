"""At which exact instant within a tick a membership changed.

Between two ticks the rule of a profile can change only at *candidate* instants: when a row came into or
went out of one of its windows, when an attribute changed, when the profile came to be. With one candidate
the answer is that instant. With several, the rule is evaluated at each of them, for all such profiles at
once, and the change took place at the first instant from which on it has held until now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from parcours.kernel.attributes import AttributeChange
from parcours.kernel.book import FeatureBook, Key
from parcours.kernel.evaluate import Compiled, MemberOf, Moment, evaluate
from parcours.kernel.lookup import places
from parcours.kernel.rows import Bools, Int64s, Profiles
from parcours.kernel.windows import ALWAYS

#: Profiles whose candidate instants are compared at once: a table of them and all that changed stays small.
BLOCK = 32_768

#: Parallel arrays: profiles and instants.
Points = tuple[Profiles, Int64s]


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

    ``runs`` are the evaluations of batch segments, by segment.
    """

    prev: int
    now: int
    attributes: Sequence[AttributeChange]
    created: tuple[Profiles, Int64s]
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


class _Candidates:
    """The instants of this tick at which features and attributes changed, for profiles whose membership did.

    ``who``, ``when`` and ``source`` are parallel: a profile, by its place in ``profiles``, an instant, and what
    changed then, by its number. Number 0 is nothing.
    """

    def __init__(
        self, flips: Sequence[Flips], rules: Mapping[str, Compiled], book: FeatureBook, trace: TickTrace
    ) -> None:
        self.book, self.trace = book, trace
        self.profiles = np.unique(np.concatenate([flip.profiles for flip in flips]))
        self._numbers: dict[object, int] = {None: 1}
        who, when, source = [trace.created[0]], [trace.created[1]], [1]
        wanted = dict.fromkeys(what for flip in flips for what in _sources(rules[flip.segment]))
        for what in wanted:
            for profiles, instants in _changes(what, book, trace):
                who.append(profiles)
                when.append(instants)
                source.append(self._numbers.setdefault(what, len(self._numbers) + 1))
        place, known = places(self.profiles, np.concatenate(who))
        self.who = place[known]
        self.source = np.repeat(source, [len(some) for some in who])[known]
        self.when = np.minimum(np.maximum(np.concatenate(when)[known], min(trace.prev + 1, trace.now)), trace.now)

    def numbers(self, rule: Compiled) -> list[int]:
        """The numbers of everything that changed in this tick and that the rule reads."""
        return [number for what in _sources(rule) if (number := self._numbers.get(what)) is not None]

    def spans(self, flips: Sequence[Flips], rules: Mapping[str, Compiled]) -> tuple[Int64s, Int64s]:
        """First and last candidate instant of each profile of each set; now where there is none."""
        read = [self.numbers(rules[flip.segment]) for flip in flips]
        width = max(1, *map(len, read))
        table = np.array([numbers + [0] * (width - len(numbers)) for numbers in read])
        sources = np.repeat(table, [len(flip.profiles) for flip in flips], axis=0)
        places = np.searchsorted(self.profiles, np.concatenate([flip.profiles for flip in flips]))
        first, last = np.full(len(places), self.trace.now), np.full(len(places), ALWAYS)
        for start in range(0, len(self.profiles), BLOCK):
            rows = self._of_block(places, start)
            first[rows], last[rows] = self._extremes(sources[rows], places[rows] - start, start)
        last[last == ALWAYS] = self.trace.now
        return first, last

    def _of_block(self, places: NDArray[np.intp], start: int) -> slice | Bools:
        """Which of these places lie in the block that begins at ``start``."""
        return slice(None) if len(self.profiles) <= BLOCK else (places >= start) & (places < start + BLOCK)

    def _extremes(self, sources: NDArray[np.intp], places: NDArray[np.intp], start: int) -> tuple[Int64s, Int64s]:
        """First and last instant over the sources of each row."""
        width = min(BLOCK, len(self.profiles) - start)
        points = self._of_block(self.who, start)
        at, when = self.source[points] * width + self.who[points] - start, self.when[points]
        first = np.full((len(self._numbers) + 1) * width, self.trace.now)
        last = np.full(len(first), ALWAYS)
        np.minimum.at(first, at, when)
        np.maximum.at(last, at, when)
        cells = sources * width + places[:, None]
        return first[cells].min(axis=1), last[cells].max(axis=1)

    def points(self, rules: Iterable[Compiled], profiles: Profiles) -> Points:
        """The candidate instants of some rules and profiles, by profile and instant, each pair once."""
        read = np.zeros(len(self._numbers) + 1, np.bool_)
        read[[number for rule in rules for number in self.numbers(rule)]] = True
        kept = np.zeros(len(self.profiles), np.bool_)
        kept[np.searchsorted(self.profiles, profiles)] = True
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


class _Timeline:
    """Some rules evaluated at every candidate instant of the profiles for which there are several."""

    def __init__(
        self, rules: Mapping[str, Compiled], flips: Sequence[Flips], candidates: _Candidates, member: MemberOf
    ) -> None:
        trace = candidates.trace
        self._profiles = np.unique(np.concatenate([flip.profiles for flip in flips]))
        self._owners, self._instants = candidates.points(rules.values(), self._profiles)
        self._starts = np.searchsorted(self._owners, self._profiles)
        moment = Moment(trace.now, self._instants, trace.attributes)
        self._held = evaluate(rules, candidates.book, self._owners, moment, self._members(trace, member))

    def _members(self, trace: TickTrace, member: MemberOf) -> MemberOf:
        """Who was in a batch segment at each of the instants."""

        def then(segment: str, profiles: Profiles) -> Bools:
            run, held = trace.runs.get(segment), member(segment, profiles)
            if run is None:
                return held
            return held ^ (np.isin(profiles, run.flips.profiles) & (self._instants < run.at))

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
