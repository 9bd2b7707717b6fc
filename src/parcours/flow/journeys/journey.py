"""One journey: its versions and its runs."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.activities.base import NEVER
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.instances import RunTable
from parcours.flow.journeys.memory import Memory
from parcours.flow.journeys.plan import Plan
from parcours.flow.journeys.timers import Timers
from parcours.flow.journeys.versions import DRAFT, DRY, LIVE, OVER, PAUSED, RUNNING, TESTED, Version


class Journey:
    """One journey: its versions and its runs.

    Attributes:
        number: position among the journeys in the order in which they came.
        versions: their positions are what ``runs.version`` holds.
        queued: entries that wait for the end of a run: columns ``_profile``, ``time`` and what is needed to enter.
    """

    def __init__(self, id: str, number: int) -> None:
        self.id = id
        self.number = number
        self.versions: list[Version] = []
        self.runs = RunTable()
        self.timers = Timers()
        self.memory = Memory()
        self.queued: dict[str, pl.DataFrame] = {}
        self._listening: list[Plan] = []  # what ``_listened`` was found from: it is asked in every wave
        self._listened: frozenset[str] = frozenset()

    @property
    def newest(self) -> Version:
        """The version that was published last."""
        return self.versions[-1]

    @property
    def entrance(self) -> Version | None:
        """The version to enter, or that refuses entries: the one that is live, else the newest that was published for
        real. After a roll-back the live one is not the newest."""
        published = [version for version in reversed(self.versions) if version.status not in (TESTED, DRY, DRAFT)]
        return next((version for version in published if version.status in (LIVE, PAUSED)), next(iter(published), None))

    @property
    def trials(self) -> list[Version]:
        """Versions in test mode or a dry run."""
        return [version for version in self.versions if version.status in (TESTED, DRY)]

    @property
    def doors(self) -> list[Version]:
        """All versions that notice entries; first those in test mode, whose test profiles are while it is on."""
        entrance = self.entrance
        tested = [version for version in self.trials if version.status == TESTED]
        others = [version for version in self.trials if version.status != TESTED]
        return [*tested, *([] if entrance is None or entrance.status in OVER else [entrance]), *others]

    def version(self, number: int | None) -> Version | None:
        """The version with this number, or the newest."""
        if number is None:
            return self.versions[-1] if self.versions else None
        return next((known for known in self.versions if known.definition.version == number), None)

    def add(self, definition: JourneyDefinition, status: str, opened: int) -> Version:
        """A version beside the others; one that was known takes its new status."""
        known = self.version(definition.version)
        if known is None:
            known = Version(Plan(definition, len(self.versions)), status, opened)
            self.versions.append(known)
        else:
            fresh = Version(Plan(definition, known.index), status, opened)
            self.versions[known.index] = known = fresh
        return known

    def listened(self) -> frozenset[str]:
        """The event types that matter to runs inside."""
        alive = [version.plan for version in self.versions if version.status in RUNNING]
        if alive != self._listening:
            self._listening = alive
            self._listened = frozenset[str]().union(*(plan.listened() for plan in alive))
        return self._listened

    def arm(self, slots: NDArray[np.int32]) -> None:
        """Set timers for these runs, from the columns."""
        due = self.runs.due[slots]
        self.timers.push(due[due != NEVER], slots[due != NEVER])

    @property
    def priority(self) -> int:
        """The highest of its versions that people are in or may enter."""
        return max((version.priority for version in self.versions if version.status in RUNNING), default=0)

    @property
    def precedence(self) -> tuple[int, str]:
        """Who comes first of several journeys that people enter at one instant: the higher priority, then the id."""
        return -self.priority, self.id

    @property
    def many_runs(self) -> bool:
        """Whether somebody may have several runs at once."""
        heads = [version.definition.head for version in self.versions]
        return any(
            head.on_entry_inside == "parallel"
            or head.entry.supplemental is not None
            or head.entry.kind == "business_event"
            for head in heads
        )

    def notices(self, event: str) -> bool:
        """Whether events of this type matter to somebody: who is inside, or who may enter."""
        return (
            event in self.listened()
            or any(version.definition.entry.event == event for version in self.doors)
            or any(named == event for version in self.versions for named, _, _ in version.definition.exits())
        )

    def notices_change(self, segment: str) -> bool:
        """Whether changes of this segment do."""
        for version in self.versions:
            entry = version.definition.entry
            named = {segment for _, segment, _ in version.definition.exits()}
            if segment in version.plan.segments or segment in entry.segments or segment in named:
                return True
        return False

    def status(self) -> str:
        """The status of the newest version."""
        return self.newest.status if self.versions else ""
