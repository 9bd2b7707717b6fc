"""What an edit of a segment touches: the segments that refer to it, and journeys that listen to it or read it.

Publishing an edit starts no journey and wakes nobody, for journeys notice only what changes later (journeys.md, section
8). But it decides who can come from then on, and how conditions about the segment turn out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from parcours.engines.state import State
from parcours.engines.tick import StatePeople
from parcours.flow.journeys.activities.base import SegmentListener
from parcours.flow.journeys.admission import Admission
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.entrants import Entrants
from parcours.flow.journeys.inputs import JourneyInputs
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.steplog import StepLog
from parcours.flow.journeys.versions import RUNNING, Version
from parcours.flow.journeys.work import Work
from parcours.kernel.beside import Beside
from parcours.kernel.evaluate import holds
from parcours.kernel.rows import Bools, Int64s, Profiles
from parcours.language.tree import Node, members

#: How a journey uses a segment: people come by entering or leaving it, it is read as a whole, somebody inside waits for
#: a change of membership, is taken out by one, or a condition reads it.
Use: TypeAlias = Literal["entry", "read", "wait", "exit", "condition"]


@dataclass(frozen=True, slots=True)
class SegmentTouched:
    """A published segment that refers to an edited one, directly or not: who would enter and leave it at once.

    A batch segment is evaluated later, by its schedule.
    """

    segment: str
    entering: int
    leaving: int


@dataclass(frozen=True, slots=True)
class JourneyTouched:
    """A version of a journey, which people are in or enter, that uses a segment whose members an edit changes.

    Attributes:
        journey, name, version, status: which one.
        segment: the segment that it uses: the edited one, or one that refers to it.
        uses: how it does.
        inside: people who are in the journey now.
        moving: those of them who enter or leave the segment by the edit.
        admitted: of those who enter (or leave, whatever it listens to), how many its rules would let in now.
            Publishing starts none of them, for it is no change that journeys notice; they come when they enter anew.
    """

    journey: str
    name: str
    version: int
    status: str
    segment: str
    uses: list[Use]
    inside: int
    moving: int
    admitted: int


class Edit:
    """An edit of a published segment in a state that nobody changes meanwhile.

    Args:
        everybody: who there is.
        held: for whom the edited rule holds, in the order of ``everybody``.
    """

    def __init__(self, state: State, segment: str, everybody: Profiles, held: Bools) -> None:
        assert state.now is not None
        self._state, self._now, self._everybody = state, state.now, everybody
        self._after: dict[str, Bools] = {}  # by profile number
        self._edited = segment
        self._note(segment, held)
        for name, item in state.segments.published.items():  # in order of dependency
            if name != segment and item.schedule is None and not self._after.keys().isdisjoint(item.rule.members):
                self._note(name, holds(item.rule, state.book, everybody, self._now, self.member))

    def _note(self, segment: str, held: Bools) -> None:
        self._after[segment] = np.zeros(self._state.profiles, np.bool_)
        self._after[segment][self._everybody] = held

    def member(self, segment: str, profiles: Profiles) -> Bools:
        """Whether each is in a segment after the edit."""
        after = self._after.get(segment)
        return self._state.segments.bits.get(segment, profiles) if after is None else after[profiles]

    def moving(self, segment: str) -> tuple[Profiles, Profiles]:
        """Who enters and who leaves a segment by the edit."""
        before = self._state.segments.bits.get(segment, self._everybody)
        after = self.member(segment, self._everybody)
        return self._everybody[after & ~before], self._everybody[before & ~after]

    def segments(self) -> Iterator[SegmentTouched]:
        """The other segments that it touches."""
        for name in self._after:
            if name != self._edited:
                entering, leaving = self.moving(name)
                yield SegmentTouched(name, len(entering), len(leaving))

    def journeys(self) -> Iterator[JourneyTouched]:
        """The journeys that it touches, a row for each version and segment."""
        inputs = JourneyInputs(prev=self._now, now=self._now, people=_PeopleAfter(self._state, self._now, self))
        rules = Admission(Work(self._state.journeys, inputs, StepLog()))
        for journey in sorted(self._state.journeys.in_order(), key=lambda one: one.id):
            for version in journey.versions:
                if version.status in RUNNING:
                    for segment in self._after:
                        uses = uses_of(version.definition, segment)
                        if uses:
                            yield self._touched(rules, journey, version, segment, uses)

    def _touched(
        self, rules: Admission, journey: Journey, version: Version, segment: str, uses: list[Use]
    ) -> JourneyTouched:
        entering, leaving = self.moving(segment)
        slots = journey.runs.inside()
        inside = np.unique(journey.runs.profile[slots])
        admitted = 0
        if "entry" in uses and version in journey.doors:
            for direction, moved in (("enter", entering), ("exit", leaving)):
                if version.definition.entry.admits(direction):
                    found = Entrants(moved, np.full(len(moved), self._now), direction)
                    admitted += int((rules.reasons(journey, version, found) == "").sum())
        return JourneyTouched(
            journey=journey.id,
            name=version.definition.name,
            version=version.definition.version,
            status=version.status,
            segment=segment,
            uses=uses,
            inside=len(inside),
            moving=int(np.isin(inside, np.concatenate((entering, leaving))).sum()),
            admitted=admitted,
        )


def uses_of(journey: JourneyDefinition, segment: str) -> list[Use]:
    """How a journey uses a segment; empty: not at all."""
    heard = {listener.segment for _, listener in journey.listeners() if isinstance(listener, SegmentListener)}
    found: Mapping[Use, bool] = {
        "entry": journey.entry.segment == segment,
        "read": journey.entry.read == segment,
        "wait": segment in heard,
        "exit": any(named == segment for _, named, _ in journey.exits()),
        "condition": any(segment in members(rule) for rule in journey.rules.values()),
    }
    return [use for use, is_so in found.items() if is_so]


class _PeopleAfter(StatePeople):
    """The profiles of a state, with their memberships after an edit."""

    def __init__(self, state: State, now: int, edit: Edit) -> None:
        super().__init__(state, now)
        self._edit = edit

    def holds(self, rule: Node, profiles: Profiles, beside: Beside, clock: Int64s) -> Bools:
        state = self._state
        return holds(state.compiled(rule), state.book, profiles, self._now, self._edit.member, beside, clock)
