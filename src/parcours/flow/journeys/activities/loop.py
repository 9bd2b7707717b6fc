"""Loop: goes back to an earlier activity, a bounded number of times (journeys.md, section 21, line 16)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

import numpy as np

from parcours.core.errors import ParcoursError
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import Activity, Edge, Moves, Names, RuleText, Targets, edge, everyone
from parcours.flow.journeys.problems import wrong_value

_AGAIN, _NEXT = 0, 1


class Loop(Activity, frozen=True, kw_only=True):
    """Goes back to ``again`` at most ``times`` times, and behind ``then`` after that.

    It stands behind what is repeated, which therefore happens once more than ``times``. With ``until`` a run goes on as
    soon as this rule is true when it comes here.
    """

    kind: ClassVar[str] = "loop"

    again: str | tuple[str, ...]
    times: int
    until: Any = None
    then: Targets = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        if self.times < 1:
            yield wrong_value("times", "expected 1 or more")

    def edges(self) -> tuple[Edge, ...]:
        return (edge("again", self.again, "again"), edge("next", self.then, "then"))

    def rules(self) -> tuple[RuleText, ...]:
        return () if self.until is None else (RuleText("until", self.until),)

    def step(self, arrivals: Arrivals) -> Moves:
        moves = everyone(arrivals, _NEXT)
        open_ = np.flatnonzero(arrivals.laps < self.times)
        if self.until is not None and len(open_):
            open_ = open_[~arrivals.holds("until", open_)]
        moves[open_] = _AGAIN
        return Moves(moves)
