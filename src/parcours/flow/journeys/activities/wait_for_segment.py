"""Wait for a segment: holds a run until the person enters or leaves it, or until a time-out (journeys.md, section 8).

A change of the other kind moves nobody. Only changes after the arrival count (J1): who is a member already waits.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from parcours.core.errors import ParcoursError
from parcours.flow.journeys.activities.base import Names, SegmentListener
from parcours.flow.journeys.activities.waiting import Waiting
from parcours.flow.journeys.problems import unknown_segment

_DIRECTIONS = {"enter": frozenset({"enter"}), "exit": frozenset({"exit"}), "both": frozenset({"enter", "exit"})}


class WaitForSegment(Waiting, frozen=True, kw_only=True):
    """Holds the run until its person enters (``on: enter``) or leaves (``exit``) ``segment``, or either (``both``).

    Without ``timeout`` for ever; without ``on_timeout`` a run whose time is out goes on behind ``then`` as well (R8).
    """

    kind: ClassVar[str] = "wait_for_segment"

    segment: str
    on: Literal["enter", "exit", "both"] = "enter"

    def check(self, names: Names) -> Iterator[ParcoursError]:
        if names.segments is not None and self.segment not in names.segments:
            yield unknown_segment("segment", self.segment, names.segments)
        yield from super().check(names)

    def listens(self) -> tuple[SegmentListener, ...]:
        return (SegmentListener(self.segment, _DIRECTIONS[self.on], "event"),)
