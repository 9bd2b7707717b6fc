"""Join: branches of a run wait here for each other, and go on as one (journeys.md, section 21, line 15)."""

from __future__ import annotations

from typing import ClassVar

from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import STAY, Activity, Edge, Moves, Targets, edge, everyone


class Join(Activity, frozen=True, kw_only=True):
    """The run goes on behind ``then`` when every branch that can still come here has come. A branch that ends elsewhere
    is waited for no longer."""

    kind: ClassVar[str] = "join"
    parks: ClassVar[bool] = True
    joins: ClassVar[bool] = True

    then: Targets = None

    def edges(self) -> tuple[Edge, ...]:
        return (edge("next", self.then, "then"),)

    def step(self, arrivals: Arrivals) -> Moves:
        return Moves(everyone(arrivals, STAY))
