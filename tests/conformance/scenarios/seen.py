"""What happened in a scenario, in the words of the corpus."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

#: What a run does that has not ended.
NOT_ENTERED = "not_entered"


@dataclass(frozen=True)
class Step:
    """A step of a person; ``arrival`` counts all steps in the order in which they were reached."""

    journey: str
    node: str
    at: int
    instance: int
    via: str | None = None
    arrival: int = 0


@dataclass(frozen=True)
class Action:
    """An executed action."""

    at: int
    profile: str
    node: str
    params: Mapping[str, Any] | None = None
    attempts: int = 1
    result: str | None = None


@dataclass
class Run:
    """One run of a person: where it stands, or how it ended; ``called``: where it waits for an answer."""

    journey: str
    version: int
    profile: str
    instance: int
    waiting: list[str] = field(default_factory=list)
    called: str | None = None
    ended: str | None = None

    @property
    def state(self) -> str:
        """The state as ``final`` of an expectation writes it."""
        return self.ended or "waiting@" + "|".join(sorted(set(self.waiting)))


@dataclass
class Seen:
    """Everything that can be expected.

    ``runs`` in the order in which they started; ``journeys`` the status by id and version; ``discards`` as instant,
    person, reason; ``control`` as instant, action, result, rule; ``attributes`` by person at the end.
    """

    steps: dict[str, list[Step]] = field(default_factory=dict)
    actions: list[Action] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    discards: list[tuple[int, str, str]] = field(default_factory=list)
    control: list[tuple[int, str, str, str | None]] = field(default_factory=list)
    journeys: dict[tuple[str, int], str] = field(default_factory=dict)
    attributes: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def state(self, profile: str, journey: str, version: int | None = None) -> str:
        """State of the last run of a person in a journey, or in one version of it."""
        mine = [run for run in self.runs if run.profile == profile and run.journey == journey]
        mine = [run for run in mine if version in (None, run.version)]
        return mine[-1].state if mine else NOT_ENTERED

    def visits(self, node: str, until: int | None = None) -> int:
        """How many steps there were at a node, over all people."""
        return sum(step.node == node and (until is None or step.at <= until) for step in self.every_step())

    def every_step(self) -> Iterator[Step]:
        for steps in self.steps.values():
            yield from steps
