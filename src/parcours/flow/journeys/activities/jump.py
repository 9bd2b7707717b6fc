"""Jump: starts a run of another journey for the same person, and goes on at the same moment (journeys.md, R16)."""

from __future__ import annotations

from typing import ClassVar

from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import Moves, everyone
from parcours.flow.journeys.activities.starting import Starting


class Jump(Starting, frozen=True, kw_only=True):
    """Starts the newest live version of ``journey``; ``values`` are the properties of its first event.

    Who is inside it already passes, silently. Where it cannot be started, or refuses the entry, the step fails (J18):
    the run goes on behind ``on_error``, or ends in error when that is not given (R7).
    """

    kind: ClassVar[str] = "jump"

    def step(self, arrivals: Arrivals) -> Moves:
        return Moves(everyone(arrivals, 0), target=self.journey, payload=self.payload(arrivals))
