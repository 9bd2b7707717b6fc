"""At which exact instant within a tick a membership changed.

Between two ticks the rule of a profile can change only at *candidate* instants: when a row came into or
went out of one of its windows, when an attribute changed, when the profile came to be. With one candidate
the answer is that instant. With several, the rule is evaluated at each of them, for all such profiles at
once, and the change took place at the first instant from which on it has held until now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from parcours.kernel.attributes import AttributeChange
from parcours.kernel.book import FeatureBook
from parcours.kernel.evaluate import Compiled, Moment, evaluate
from parcours.kernel.index import order_by_profile
from parcours.kernel.rows import Bools, Int64s, Profiles
from parcours.kernel.windows import ALWAYS

#: Parallel arrays: profiles and instants.
Points = tuple[Profiles, Int64s]


@dataclass(frozen=True, slots=True)
class Flips:
    """Profiles whose membership in one segment changed in this tick, and to what."""

    segment: str
    profiles: Profiles
    entered: Bools


@dataclass(frozen=True, slots=True)
class TickTrace:
    """What happened to profiles within one tick: where candidate instants come from."""

    prev: int
    now: int
    attributes: Sequence[AttributeChange]
    created: tuple[Profiles, Int64s]


def effective_instants(
    flips: Sequence[Flips], rules: Mapping[str, Compiled], book: FeatureBook, trace: TickTrace
) -> list[Int64s]:
    """For each set of flips the instants, in the order of its profiles.

    ``rules`` are the rules of the segments with references to other segments replaced by their rules.
    """
    causes = _Causes(book, trace)
    spans = [causes.span(rules[flip.segment], flip.profiles) for flip in flips]
    several = [first < last for first, last in spans]
    result = [last for _, last in spans]
    open_ = [place for place in range(len(flips)) if several[place].any()]
    if open_:
        involved = [_part(flips[place], several[place]) for place in open_]
        exact = _Timeline({flip.segment: rules[flip.segment] for flip in involved}, involved, book, trace)
        for place, flip in zip(open_, involved, strict=True):
            result[place][several[place]] = exact.instants(flip)
    return result


def _part(flip: Flips, which: Bools) -> Flips:
    return Flips(flip.segment, flip.profiles[which], flip.entered[which])


@dataclass(frozen=True, slots=True)
class _Cause:
    """First and last instant at which something changed for each of some profiles, ascending."""

    profiles: Profiles
    first: Int64s
    last: Int64s


class _Causes:
    """What can have changed a rule in this tick: per feature and attribute for whom, first and last when."""

    def __init__(self, book: FeatureBook, trace: TickTrace) -> None:
        self._book, self._trace = book, trace
        self._known: dict[object, _Cause | None] = {}

    def span(self, rule: Compiled, profiles: Profiles) -> tuple[Int64s, Int64s]:
        """First and last candidate instant of each of these profiles (ascending); now where there is none."""
        now = self._trace.now
        if rule.clocked:  # can change at any instant, seen by the tick only
            return np.full(len(profiles), now), np.full(len(profiles), now)
        first, last = np.full(len(profiles), now), np.full(len(profiles), ALWAYS)
        for cause in self._of(rule):
            at = np.minimum(np.searchsorted(cause.profiles, profiles), len(cause.profiles) - 1)
            hit = cause.profiles[at] == profiles
            at = at[hit]
            first[hit] = np.minimum(first[hit], cause.first[at])
            last[hit] = np.maximum(last[hit], cause.last[at])
        last[last == ALWAYS] = now
        return first, last

    def _of(self, rule: Compiled) -> Iterator[_Cause]:
        for what in (*rule.keys, *dict.fromkeys(rule.attributes), None):
            if what not in self._known:
                self._known[what] = _cause(*_points([what], self._book, self._trace))
            cause = self._known[what]
            if cause is not None:
                yield cause


def _points(what: Iterable[object], book: FeatureBook, trace: TickTrace) -> Points:
    """Profiles and instants at which these features, attributes (by name) or, for ``None``, they themselves changed."""
    who: list[Profiles] = [np.empty(0, np.int32)]
    when: list[Int64s] = [np.empty(0, np.int64)]
    for source in what:
        if source is None:
            who.append(trace.created[0])
            when.append(trace.created[1])
        elif isinstance(source, str):
            who += [change.profiles for change in trace.attributes if change.attribute == source]
            when += [change.instants for change in trace.attributes if change.attribute == source]
        else:
            journal = book.feature(source).journal  # type: ignore[arg-type]
            who += [change.rows.profiles for change in journal]
            when += [change.instants for change in journal]
    return np.concatenate(who), np.clip(np.concatenate(when), min(trace.prev + 1, trace.now), trace.now)


def _cause(who: Profiles, when: Int64s) -> _Cause | None:
    if not len(who):
        return None
    order = order_by_profile(who)
    who, when = who[order], when[order]
    starts = np.flatnonzero(np.append(True, who[1:] != who[:-1]))
    return _Cause(who[starts], np.minimum.reduceat(when, starts), np.maximum.reduceat(when, starts))


class _Timeline:
    """Some rules evaluated at every candidate instant of the profiles for which there are several."""

    def __init__(
        self, rules: Mapping[str, Compiled], flips: Sequence[Flips], book: FeatureBook, trace: TickTrace
    ) -> None:
        self._profiles = np.unique(np.concatenate([flip.profiles for flip in flips]))
        what = {key for rule in rules.values() for key in rule.keys}
        names = {name for rule in rules.values() for name in rule.attributes}
        who, when = _points([*what, *names, None], book, trace)
        self._owners, self._instants = _different(who, when, self._profiles)
        self._starts = np.searchsorted(self._owners, self._profiles)
        moment = Moment(trace.now, self._instants, trace.attributes)
        self._held = evaluate(rules, book, self._owners, moment, lambda _, who: np.zeros(len(who), np.bool_))

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


def _different(who: Profiles, when: Int64s, profiles: Profiles) -> Points:
    """Those of ``profiles``, sorted by profile and instant, each pair once."""
    keep = np.isin(who, profiles)
    who, when = who[keep], when[keep]
    order = np.lexsort((when, who))
    who, when = who[order], when[order]
    new = np.append(True, (who[1:] != who[:-1]) | (when[1:] != when[:-1]))[: len(who)]
    return who[new], when[new]
