"""Send an event: puts an event about the person into the workspace, as if it had come from outside.

It comes back with the next tick: features and segments count it, and every journey that listens to it hears it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import msgspec

from parcours.core.errors import ParcoursError, UnknownNameError, nearest
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import Activity, Edge, Moves, Names, RuleText, Targets, edge, everyone
from parcours.flow.journeys.activities.values import expressions, table, value_problems


class SendEvent(Activity, frozen=True, kw_only=True):
    """Sends an event of type ``event`` with ``values`` as its properties: constants, or expressions
    (``{journey: "…"}``). Its time is the arrival here. A dry run sends none."""

    kind: ClassVar[str] = "send_event"
    acts: ClassVar[bool] = True

    event: str
    values: dict[str, Any] = msgspec.field(default_factory=dict)
    then: Targets = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        events = names.schema.events
        if self.event not in events:
            hint = nearest(self.event, events) or "declare it, or import some of these events first"
            yield UnknownNameError(f"there is no event type {self.event!r}", where="event", hint=hint)
        for name in self.values:
            if self.event in events and name not in events[self.event]:
                yield UnknownNameError(
                    f"there is no property {name!r} of {self.event!r}",
                    where=f"values.{name}",
                    hint=nearest(name, events[self.event]),
                )
        yield from value_problems("values", self.values, events.get(self.event))

    def edges(self) -> tuple[Edge, ...]:
        return (edge("next", self.then, "then"),)

    def rules(self) -> tuple[RuleText, ...]:
        return expressions("values", self.values, ("event", self.event))

    def step(self, arrivals: Arrivals) -> Moves:
        return Moves(everyone(arrivals, 0), event=self.event, events=table(arrivals, "values", self.values))
