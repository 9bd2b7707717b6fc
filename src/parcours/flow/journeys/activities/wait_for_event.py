"""Wait for an event: holds a run until the person does something, or until a time-out (journeys.md, section 7).

An event counts when its time is after the arrival at this activity and not after the time-out: an event exactly
at the time-out is in time (J15), one at the very instant of arrival is not heard (J1, R11). Among several the
earliest wins; among equal times the one that arrived first.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal

from parcours.core.clock import duration
from parcours.core.errors import ParcoursError, UnknownNameError, nearest
from parcours.flow.journeys.activities.base import EventListener, Names, RuleText
from parcours.flow.journeys.activities.timing import Length, length_problems
from parcours.flow.journeys.activities.waiting import Waiting


class WaitForEvent(Waiting, frozen=True, kw_only=True):
    """Holds the run until an event of type ``event`` that meets ``where``; without ``timeout`` for ever.

    Without ``on_timeout`` a run whose time is out goes on behind ``then`` as well (R8). With ``look_back`` events from
    before the arrival count, too: since the run began (``entry``), or as far back as a length of time (section 21,
    line 19).
    """

    kind: ClassVar[str] = "wait_for_event"

    event: str
    where: Any = None
    look_back: Literal["entry"] | Length | None = None

    def check(self, names: Names) -> Iterator[ParcoursError]:
        if self.event not in names.schema.events:
            yield UnknownNameError(
                f"there is no event type {self.event!r}",
                where="event",
                hint=nearest(self.event, names.schema.events) or "import some of these events first",
            )
        yield from super().check(names)
        if self.look_back != "entry":
            yield from length_problems("look_back", self.look_back)

    def rules(self) -> tuple[RuleText, ...]:
        return () if self.where is None else (RuleText("where", self.where, self.event),)

    def listens(self) -> tuple[EventListener, ...]:
        rule = None if self.where is None else "where"
        return (EventListener(self.event, "event", rule, self._back()),)

    def _back(self) -> Literal["entry"] | int | None:
        if self.look_back is None:
            return None
        return "entry" if self.look_back == "entry" else duration(self.look_back)
