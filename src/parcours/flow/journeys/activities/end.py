"""End: marks the end of a path. A path may also just stop; both count as finished (journeys.md, R12)."""

from __future__ import annotations

from typing import ClassVar

from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import FINISH, Activity, Moves, everyone


class End(Activity, frozen=True, kw_only=True):
    """The run ends here, normally."""

    kind: ClassVar[str] = "end"

    def step(self, arrivals: Arrivals) -> Moves:
        return Moves(everyone(arrivals, FINISH))
