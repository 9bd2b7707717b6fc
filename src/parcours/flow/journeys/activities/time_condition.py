"""Time condition: sends each run along the first path whose hours and days of the week it is (journeys.md, section 5).

Hours and days are those that the clocks show where the run is: in the zone of the journey, or of the person. A range
of hours includes its start and excludes its end; one whose end is before its start goes on after midnight, and what
lies after midnight belongs to the day before (J5): ``days: [fri], from: "22:00", until: "04:00"`` is true on Saturday
at three, and not on Friday at three.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal, TypeAlias

import msgspec
import numpy as np
from numpy.typing import NDArray

from parcours.core.clock import DAY
from parcours.core.errors import DefinitionError, ParcoursError
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import Activity, Edge, Moves, Names, Targets, edge
from parcours.flow.journeys.activities.local import WEEKDAYS, Instants, time_of_day, to_local, weekday
from parcours.flow.journeys.activities.paths import OTHERWISE, LabelledPath, first_true, path_edges, path_problems
from parcours.flow.journeys.problems import wrong_value

Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Hours(LabelledPath, frozen=True, kw_only=True):
    """One path: some days of the week, some hours, or these hours on these days.

    Without ``from`` the hours begin at midnight, without ``until`` they end there; without ``days`` every day counts.
    """

    days: tuple[Weekday, ...] = ()
    since: str | None = msgspec.field(name="from", default=None)
    until: str | None = None

    def holds(self, local: Instants) -> NDArray[np.bool_]:
        """Whether it is true at each of these local times."""
        allowed = np.array([not self.days or name in self.days for name in WEEKDAYS])
        start, end = time_of_day(self.since or "00:00") or 0, time_of_day(self.until or "24:00") or 0
        day, hour = weekday(local), local % DAY
        if start < end:
            return allowed[day] & (hour >= start) & (hour < end)
        return (allowed[day] & (hour >= start)) | (allowed[day - 1] & (hour < end))

    def problems(self, where: str) -> Iterator[ParcoursError]:
        """What is wrong with the path at ``where``."""
        if not self.days and self.since is None and self.until is None:
            yield DefinitionError(
                "a path needs hours or days",
                code="missing-setting",
                where=where,
                hint='{label: day, days: [mon, tue], from: "09:00", until: "17:00", to: x}',
            )
        for setting, text in (("from", self.since), ("until", self.until)):
            if text is not None and time_of_day(text) is None:
                yield DefinitionError(
                    f"{text!r} is no time of day", code="bad-time", where=f"{where}.{setting}", hint='write "09:00"'
                )
        if self.since is not None and self.until is not None and time_of_day(self.since) == time_of_day(self.until):
            yield wrong_value(f"{where}.until", "the hours end when they begin: leave both out for the whole day")
        if self.since is not None and time_of_day(self.since) == DAY:
            yield wrong_value(f"{where}.from", 'the last day ends at "24:00"; the next begins at "00:00"')


class TimeCondition(Activity, frozen=True, kw_only=True):
    """Paths from top to bottom; who fits none goes to ``otherwise``, or ends normally when that is not given.

    A test takes the path that its settings name, if they name one.
    """

    kind: ClassVar[str] = "time_condition"

    paths: tuple[Hours, ...]
    otherwise: Targets = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        yield from path_problems(self.paths, 'paths: [{label: day, from: "09:00", until: "17:00", to: x}]')
        for index, path in enumerate(self.paths):
            yield from path.problems(f"paths[{index}]")

    def edges(self) -> tuple[Edge, ...]:
        return (*path_edges(self.paths), edge(OTHERWISE, self.otherwise, "otherwise"))

    def step(self, arrivals: Arrivals) -> Moves:
        local = to_local(arrivals.at, arrivals.zones())
        return Moves(first_true(arrivals, self.paths, (path.holds(local) for path in self.paths)))
