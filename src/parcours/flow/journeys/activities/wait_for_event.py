"""Wait for an event: holds a run until the person does something, or until a time-out (journeys.md, section 7).

An event counts when its time is after the arrival at this activity and not after the time-out: an event exactly
at the time-out is in time (J15), one at the very instant of arrival is not heard (J1, R11). Among several the
earliest wins; among equal times the one that arrived first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from parcours.core.clock import duration
from parcours.core.errors import ParcoursError, UnknownNameError, nearest
from parcours.flow.journeys.activities.base import (
    NEVER,
    STAY,
    Activity,
    Arrivals,
    Edge,
    Listener,
    Moves,
    Names,
    RuleText,
    World,
    everyone,
)
from parcours.flow.journeys.problems import duration_problem


class WaitForEvent(Activity, frozen=True):
    """Holds the run until an event of type ``event`` that meets ``where``; without ``timeout`` for ever.

    Without ``on_timeout`` a run whose time is out goes on behind ``then`` as well (R8).
    """

    kind: ClassVar[str] = "wait_for_event"

    event: str
    where: Any = None
    timeout: str | int | float | None = None
    then: str | None = None
    on_timeout: str | None = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        if self.event not in names.schema.events:
            yield UnknownNameError(
                f"there is no event type {self.event!r}",
                where="event",
                hint=nearest(self.event, names.schema.events) or "import some of these events first",
            )
        if self.timeout is not None:
            yield from duration_problem("timeout", self.timeout)

    def edges(self) -> tuple[Edge, ...]:
        if self.on_timeout is None:
            return (Edge("event", self.then, "then"), Edge("timeout", self.then, "then"))
        return (Edge("event", self.then, "then"), Edge("timeout", self.on_timeout, "on_timeout"))

    def rules(self) -> tuple[RuleText, ...]:
        return () if self.where is None else (RuleText("where", self.where, self.event),)

    def listens(self) -> tuple[Listener, ...]:
        return (Listener(self.event, "event", None if self.where is None else "where"),)

    def elapsed(self) -> str:
        return "timeout"

    def step(self, arrivals: Arrivals, world: World) -> Moves:
        if self.timeout is None:
            due = np.full(len(arrivals), NEVER, np.int64)
        else:
            due = arrivals.at + np.int64(duration(self.timeout))
        return Moves(everyone(arrivals, STAY), due=due)
