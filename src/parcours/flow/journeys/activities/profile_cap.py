"""Profile cap: only so many people take the path, the rest goes another way (journeys.md, section 5).

The cap is exact, whatever its size (section 21, line 37): each run asks for a seat, and one that gets none goes on
at once behind ``otherwise``. It counts per version of the journey; a new version begins at 0.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import numpy as np
import polars as pl

from parcours.core.errors import ParcoursError
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import Activity, Edge, Moves, Names, Targets, edge, everyone
from parcours.flow.journeys.activities.calls import fine
from parcours.flow.journeys.activities.paths import OTHERWISE
from parcours.flow.journeys.activities.seats import ask_for_seat
from parcours.flow.journeys.activities.timing import chosen_path
from parcours.flow.journeys.problems import wrong_value

_NEXT, _OTHERS = 0, 1


class ProfileCap(Activity, frozen=True, kw_only=True):
    """The first ``most`` runs go on behind ``then``, all later ones behind ``otherwise``.

    A test and a dry run count nothing: all take ``then``, or what the settings of the test say.
    """

    kind: ClassVar[str] = "profile_cap"

    most: int = 1000
    then: Targets = None
    otherwise: Targets = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        if self.most < 1:
            yield wrong_value("most", "expected 1 or more")

    def edges(self) -> tuple[Edge, ...]:
        return (edge("next", self.then, "then"), edge(OTHERWISE, self.otherwise, "otherwise"))

    def step(self, arrivals: Arrivals) -> Moves:
        if arrivals.mode == "live":
            return ask_for_seat(arrivals, self.most)
        return Moves(everyone(arrivals, chosen_path(arrivals, ("next", OTHERWISE)) or _NEXT))

    def answered(self, arrivals: Arrivals, answers: pl.DataFrame) -> Moves:
        return Moves(np.where(fine(answers), _NEXT, _OTHERS).astype(np.int16))
