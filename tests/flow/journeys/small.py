"""Activities with nothing but what the rules of graphs look at, and graphs made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import polars as pl

from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import (
    Activity,
    Edge,
    EventListener,
    Listener,
    Moves,
    SegmentListener,
    SignalListener,
    Targets,
    edge,
)


class Step(Activity, frozen=True):
    """Goes on at once."""

    kind: ClassVar[str] = "step"

    then: Targets = None
    on_error: Targets = None

    def edges(self) -> tuple[Edge, ...]:
        return (edge("next", self.then, "then"), edge("error", self.on_error, "on_error"))


class Message(Step, frozen=True):
    kind: ClassVar[str] = "message"
    acts: ClassVar[bool] = True

    def templates(self) -> Mapping[str, str]:
        return {"channel": "email"}


class Call(Step, frozen=True):
    """Holds the run until its answer is there, so it is no message."""

    kind: ClassVar[str] = "calling"
    acts: ClassVar[bool] = True

    def answered(self, arrivals: Arrivals, answers: pl.DataFrame) -> Moves:
        raise NotImplementedError


class Jump(Step, frozen=True):
    kind: ClassVar[str] = "jump"

    journey: str = ""


class Update(Step, frozen=True):
    kind: ClassVar[str] = "update_profile"


class Parked(Activity, frozen=True):
    """Waits for an event, a segment or a signal of a message."""

    kind: ClassVar[str] = "parked"
    parks: ClassVar[bool] = True

    event: str | None = None
    segment: str | None = None
    of: str | None = None
    timeout: Any = None
    then: Targets = None
    on_timeout: Targets = None

    def edges(self) -> tuple[Edge, ...]:
        late = (
            edge("timeout", self.then, "then")
            if self.on_timeout is None
            else edge("timeout", self.on_timeout, "on_timeout")
        )
        return (edge("event", self.then, "then"), late)

    def listens(self) -> tuple[Listener, ...]:
        found: list[Listener] = []
        if self.event is not None:
            found.append(EventListener(self.event, "event"))
        if self.segment is not None:
            found.append(SegmentListener(self.segment, frozenset({"enter"}), "event"))
        if self.of is not None:
            found.append(SignalListener(self.of, "opened", "event"))
        return tuple(found)


class Loop(Activity, frozen=True):
    kind: ClassVar[str] = "loop"

    again: Targets = None
    then: Targets = None

    def edges(self) -> tuple[Edge, ...]:
        return (edge("again", self.again, "again"), edge("next", self.then, "then"))


class End(Activity, frozen=True):
    kind: ClassVar[str] = "end"
