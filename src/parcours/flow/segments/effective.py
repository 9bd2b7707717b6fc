"""At which exact instant within a tick a membership changed.

Between two ticks the rule of a profile can change only at *candidate* instants: when a row came into or
went out of one of its windows, when an attribute changed, when the profile came to be. With one candidate
the answer is that instant. With several, the rule is evaluated at each of them, for all such profiles at
once, and the change took place at the first instant from which on it has held until now.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from parcours.kernel.attributes import AttributeChange
from parcours.kernel.book import FeatureBook
from parcours.kernel.evaluate import Compiled, Moment, evaluate
from parcours.kernel.rows import Bools, Int64s, Profiles

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
    everyone = np.unique(np.concatenate([flip.profiles for flip in flips]))
    points = _candidates([rules[flip.segment] for flip in flips], everyone, book, trace)
    owners, instants = points
    starts = np.searchsorted(owners, everyone, side="left")
    counts = np.searchsorted(owners, everyone, side="right") - starts
    single = np.full(len(everyone), trace.now, np.int64)
    single[counts >= 1] = instants[starts[counts >= 1]]
    several = everyone[counts > 1]
    exact = _Timeline(several, points, rules, flips, book, trace) if len(several) else None
    result = []
    for flip in flips:
        if rules[flip.segment].clocked:  # can change at any instant, seen by the tick only
            result.append(np.full(len(flip.profiles), trace.now))
            continue
        times = single[np.searchsorted(everyone, flip.profiles)]
        result.append(times if exact is None else exact.refine(flip, times))
    return result


def _candidates(rules: Sequence[Compiled], profiles: Profiles, book: FeatureBook, trace: TickTrace) -> Points:
    """The candidate instants of these profiles, sorted by profile and instant, each pair once."""
    who: list[Profiles] = [trace.created[0]]
    when: list[Int64s] = [trace.created[1]]
    for key in {key for rule in rules for key in rule.keys}:
        for change in book.feature(key).journal:  # type: ignore[arg-type]
            who.append(change.rows.profiles)
            when.append(change.instants)
    names = {name for rule in rules for name in rule.attributes}
    for attribute in trace.attributes:
        if attribute.attribute in names:
            who.append(attribute.profiles)
            when.append(attribute.instants)
    owners, instants = np.concatenate(who), np.concatenate(when)
    keep = np.isin(owners, profiles)
    owners, instants = owners[keep], np.clip(instants[keep], min(trace.prev + 1, trace.now), trace.now)
    order = np.lexsort((instants, owners))
    owners, instants = owners[order], instants[order]
    new = np.ones(len(owners), np.bool_)
    new[1:] = (owners[1:] != owners[:-1]) | (instants[1:] != instants[:-1])
    return owners[new], instants[new]


class _Timeline:
    """The rules of several segments evaluated at every candidate instant of some profiles."""

    def __init__(
        self,
        profiles: Profiles,
        points: Points,
        rules: Mapping[str, Compiled],
        flips: Sequence[Flips],
        book: FeatureBook,
        trace: TickTrace,
    ) -> None:
        several = np.isin(points[0], profiles)
        self._profiles = profiles
        self._owners, self._instants = points[0][several], points[1][several]
        self._starts = np.searchsorted(self._owners, profiles)
        involved = {flip.segment: rules[flip.segment] for flip in flips if np.isin(flip.profiles, profiles).any()}
        moment = Moment(trace.now, self._instants, trace.attributes)
        self._held = evaluate(involved, book, self._owners, moment, lambda _, who: np.zeros(len(who), np.bool_))

    def refine(self, flip: Flips, times: Int64s) -> Int64s:
        """The exact instants of those flips whose profile has several candidates; the others as they are."""
        place = np.searchsorted(self._profiles, flip.profiles)
        known = self._profiles[np.minimum(place, len(self._profiles) - 1)] == flip.profiles
        if not known.any():
            return times
        held = self._held[flip.segment].to_numpy()
        entered = np.zeros(len(self._profiles), np.bool_)
        entered[place[known]] = flip.entered[known]
        group = np.searchsorted(self._profiles, self._owners)
        differs = np.where(held != entered[group], np.arange(len(held)), -1)
        last = np.maximum.reduceat(differs, self._starts)
        ends = np.append(self._starts[1:], len(held)) - 1
        since = self._instants[np.minimum(np.maximum(last + 1, self._starts), ends)]
        return np.where(known, since[np.minimum(place, len(since) - 1)], times)
