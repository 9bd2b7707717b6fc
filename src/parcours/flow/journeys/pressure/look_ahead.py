"""Entries that are kept for journeys of higher priority whose scheduled read comes in the same period (section 19)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from parcours.flow.journeys.pressure.caps import Bools, Instants, PeriodCounter, Profiles, Zones
from parcours.flow.journeys.pressure.rule_sets import EntryCap, RuleSet


@dataclass(frozen=True, slots=True)
class Upcoming:
    """A journey of higher priority that is going to read a segment.

    Attributes:
        at: the instant of its next read.
        rule_sets: the sets that it names.
        members: the members of the segment at present, ascending; asked for only where a rule keeps entries for them
            alone.
    """

    at: int
    rule_sets: Sequence[str]
    members: Callable[[], Profiles]

    def is_under(self, rule_set: RuleSet) -> bool:
        """Whether its entries count in that set."""
        return rule_set.everywhere or rule_set.name in self.rule_sets


class Kept:
    """The counter of an entry cap, of which one entry is kept for each journey that comes in the same period."""

    def __init__(self, counter: PeriodCounter, rule: EntryCap, upcoming: Sequence[Upcoming]) -> None:
        self._counter = counter
        self._rule = rule
        self._upcoming = upcoming

    def fits(self, profiles: Profiles, at: Instants, zones: Zones | None) -> Bools:
        """Whether one more leaves enough entries to those who come."""
        kept = np.zeros(len(profiles), np.int64)
        for journey in self._upcoming:
            comes = self._counter.together(at, journey.at, zones)
            if self._rule.look_ahead == "members" and comes.any():
                comes &= np.isin(profiles, journey.members())
            kept += comes
        return self._counter.left(profiles, at, zones) > kept

    def add(self, profiles: Profiles, at: Instants, zones: Zones | None) -> None:
        """Count one more."""
        self._counter.add(profiles, at, zones)

    def copy(self) -> Kept:
        return Kept(self._counter.copy(), self._rule, self._upcoming)
