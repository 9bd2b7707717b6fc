"""Date condition: sends each run along the first path whose period it is in (journeys.md, section 5).

Periods are read in the zone of the run: that of the journey, or of the person. A period includes its start and
excludes its end (J5).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec
import numpy as np
from numpy.typing import NDArray

from parcours.core.errors import DefinitionError, ParcoursError
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import Activity, Edge, Moves, Names, Targets, edge
from parcours.flow.journeys.activities.local import (
    Instants,
    Zones,
    constant_moment,
    instant_microseconds,
    local_microseconds,
    moment_of_text,
)
from parcours.flow.journeys.activities.paths import OTHERWISE, LabelledPath, first_true, path_edges, path_problems
from parcours.flow.journeys.problems import wrong_value


class Period(LabelledPath, frozen=True, kw_only=True):
    """One path: a time between two dates, or dates and times.

    Without ``from`` it has no beginning, without ``until`` no end. A date alone is its midnight, so ``until:
    2027-01-08`` leaves the 8th out.
    """

    since: str | None = msgspec.field(name="from", default=None)
    until: str | None = None

    def holds(self, at: Instants, zones: Zones) -> NDArray[np.bool_]:
        """Whether each instant lies in it."""
        found = np.ones(len(at), np.bool_)
        if self.since is not None:
            found &= at >= moment_of_text(self.since, zones)
        if self.until is not None:
            found &= at < moment_of_text(self.until, zones)
        return found

    def problems(self, where: str) -> Iterator[ParcoursError]:
        """What is wrong with the path at ``where``."""
        if self.since is None and self.until is None:
            yield DefinitionError(
                "a path needs from, until or both",
                code="missing-setting",
                where=where,
                hint="{label: sales, from: 2026-12-01, until: 2026-12-25, to: x}",
            )
        wrong = [name for name, text in (("from", self.since), ("until", self.until)) if _unknown(text)]
        for setting in wrong:
            yield DefinitionError(
                "no date and no date with a time",
                code="bad-time",
                where=f"{where}.{setting}",
                hint="for example 2026-12-01 or 2026-12-01T10:00",
            )
        if not wrong and self.since is not None and self.until is not None and not _in_order(self.since, self.until):
            yield wrong_value(f"{where}.until", "the period ends before it begins")


class DateCondition(Activity, frozen=True, kw_only=True):
    """Paths from top to bottom; who fits none goes to ``otherwise``, or ends normally when that is not given.

    A test takes the path that its settings name, if they name one.
    """

    kind: ClassVar[str] = "date_condition"

    paths: tuple[Period, ...]
    otherwise: Targets = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        yield from path_problems(self.paths, "paths: [{label: sales, from: 2026-12-01, until: 2026-12-25, to: x}]")
        for index, path in enumerate(self.paths):
            yield from path.problems(f"paths[{index}]")

    def edges(self) -> tuple[Edge, ...]:
        return (*path_edges(self.paths), edge(OTHERWISE, self.otherwise, "otherwise"))

    def step(self, arrivals: Arrivals) -> Moves:
        zones = arrivals.zones()
        return Moves(first_true(arrivals, self.paths, (path.holds(arrivals.at, zones) for path in self.paths)))


def _unknown(text: str | None) -> bool:
    return text is not None and constant_moment(text) is None


def _in_order(since: str, until: str) -> bool:
    """Whether a period has a length; of a local time and an instant nobody knows beforehand."""
    for read in (local_microseconds, instant_microseconds):
        start, end = read(since), read(until)
        if start is not None and end is not None:
            return start < end
    return True
