"""What all activities share that hold a run until something is heard, or until a time-out (R8, R10)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from parcours.core.errors import ParcoursError
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import STAY, Activity, Edge, Moves, Names, Targets, edge, everyone
from parcours.flow.journeys.activities.timing import Length, deadline, length_problems


class Waiting(Activity, frozen=True, kw_only=True):
    """Holds the run until something is heard; without ``timeout`` for ever.

    Without ``on_timeout`` a run whose time is out goes on behind ``then`` as well (R8). In a test a time-out takes as
    long as the settings of the test say (journeys.md, section 13).
    """

    parks: ClassVar[bool] = True

    timeout: Length | None = None
    then: Targets = None
    on_timeout: Targets = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        yield from length_problems("timeout", self.timeout)

    def edges(self) -> tuple[Edge, ...]:
        heard = edge("event", self.then, "then")
        if self.on_timeout is None:
            return (heard, edge("timeout", self.then, "then"))
        return (heard, edge("timeout", self.on_timeout, "on_timeout"))

    def elapsed(self) -> str:
        return "timeout"

    def step(self, arrivals: Arrivals) -> Moves:
        return Moves(everyone(arrivals, STAY), due=deadline(arrivals, self.timeout))
