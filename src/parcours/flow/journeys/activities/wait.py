"""Wait: holds a run for a length of time, or until an instant (journeys.md, section 6).

A day is 24 hours, whatever the clocks do. An instant that has passed, or is not known, lets the run go on at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from parcours.core.clock import duration, is_zone
from parcours.core.errors import DefinitionError, ParcoursError
from parcours.flow.journeys.activities.base import (
    STAY,
    Activity,
    Arrivals,
    Edge,
    Moves,
    Names,
    RuleText,
    World,
    everyone,
)
from parcours.flow.journeys.columns import microseconds
from parcours.flow.journeys.problems import duration_problem, wrong_value


class Wait(Activity, frozen=True):
    """Holds the run for ``for``, measured from its arrival, or until the instant that an expression gives.

    No limit on the length. ``until`` is an expression about the profile (``{journey: "…"}``) with the values at the end
    of the tick in which the run arrives; local times are read in ``zone``.
    """

    kind: ClassVar[str] = "wait"

    length: str | int | float | None = msgspec.field(name="for", default=None)
    until: Any = None
    zone: str = "UTC"
    then: str | None = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        if (self.length is None) == (self.until is None):
            hint = 'for: 7 days, or until: {journey: "…"}'
            yield DefinitionError("a wait needs either for or until", code="missing-setting", where="for", hint=hint)
        if self.length is not None:
            yield from duration_problem("for", self.length)
        if not is_zone(self.zone):
            yield wrong_value("zone", f"{self.zone!r} is not a time zone")

    def rules(self) -> tuple[RuleText, ...]:
        zone = self.zone if is_zone(self.zone) else "UTC"
        return () if self.until is None else (RuleText("until", self.until, usage="time", zone=zone),)

    def edges(self) -> tuple[Edge, ...]:
        return (Edge("elapsed", self.then, "then"),)

    def elapsed(self) -> str:
        return "elapsed"

    def step(self, arrivals: Arrivals, world: World) -> Moves:
        return Moves(everyone(arrivals, STAY), due=self._due(arrivals, world))

    def _due(self, arrivals: Arrivals, world: World) -> NDArray[np.int64]:
        if self.length is not None:
            return arrivals.at + np.int64(duration(self.length))
        found = microseconds(world.values(arrivals.rules["until"], arrivals.profile))
        return np.maximum(arrivals.at, found)
