"""Fork: a run takes several ways at once (journeys.md, section 21, line 15).

Other than a race, of which only one way is taken, every branch goes on by itself, with all that the run knows. They
come together again at a join; without one, the run has ended when the last of them has.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from parcours.core.errors import DefinitionError, ParcoursError
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import ALL, Activity, Edge, Moves, Names, Targets, edge, everyone


class Fork(Activity, frozen=True, kw_only=True):
    """Takes all ``branches`` at once; each is the name of an activity, or several that race."""

    kind: ClassVar[str] = "fork"
    forks: ClassVar[bool] = True

    branches: tuple[str | tuple[str, ...], ...]

    def check(self, names: Names) -> Iterator[ParcoursError]:
        if len(self.branches) < 2:
            yield DefinitionError(
                "a fork needs at least two branches", code="missing-setting", where="branches", hint="branches: [a, b]"
            )

    def edges(self) -> tuple[Edge, ...]:
        return tuple(_branch(index, to) for index, to in enumerate(self.branches))

    def step(self, arrivals: Arrivals) -> Moves:
        return Moves(everyone(arrivals, ALL))


def _branch(index: int, to: Targets) -> Edge:
    return edge(f"branch {index + 1}", to, f"branches[{index}]")
