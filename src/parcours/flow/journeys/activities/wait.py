"""Wait: holds a run for a length of time (journeys.md, section 6). A day is 24 hours, whatever the clocks do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec
import numpy as np

from parcours.core.clock import duration
from parcours.core.errors import ParcoursError
from parcours.flow.journeys.activities.base import STAY, Activity, Arrivals, Edge, Moves, Names, World, everyone
from parcours.flow.journeys.problems import duration_problem


class Wait(Activity, frozen=True):
    """Holds the run for ``for``, measured from its arrival; no limit on the length."""

    kind: ClassVar[str] = "wait"

    length: str | int | float = msgspec.field(name="for")
    then: str | None = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        yield from duration_problem("for", self.length)

    def edges(self) -> tuple[Edge, ...]:
        return (Edge("elapsed", self.then, "then"),)

    def elapsed(self) -> str:
        return "elapsed"

    def step(self, arrivals: Arrivals, world: World) -> Moves:
        return Moves(everyone(arrivals, STAY), due=arrivals.at + np.int64(duration(self.length)))
