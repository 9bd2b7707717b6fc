"""A version of a journey and what is going on with it (journeys.md, section 12)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from parcours.core.clock import DAY, SECOND
from parcours.flow.journeys.activities.arriving import JourneySettings, Mode
from parcours.flow.journeys.activities.base import Activity, SignalListener
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.plan import Plan
from parcours.flow.journeys.rounds import Rounds
from parcours.language.tree import Node
from parcours.language.tree_json import from_json, to_json

#: The statuses of a version (journeys.md, section 12).
DRAFT, LIVE, PAUSED, CLOSED, STOPPED, FINISHED = "draft", "live", "paused", "closed", "stopped", "finished"
TESTED, DRY = "draft_test", "dry_run"
#: Statuses of versions that are over: nobody is inside and nobody enters.
OVER = frozenset({STOPPED, FINISHED, DRAFT})
#: Statuses in which people inside go on.
RUNNING = frozenset({LIVE, PAUSED, CLOSED, TESTED, DRY})
#: A test that nobody enters for so long is over (section 12).
TEST_IDLE = 7 * DAY
#: The least that waits of a test last where something waits for signals of messages (section 13).
SLOWEST = 40 * SECOND
_MODES: Mapping[str, Mode] = {TESTED: "test", DRY: "dry"}


class Version:
    """One version of a journey and what is going on with it.

    Attributes:
        status: of section 12.
        opened, closed: instants of publication and of closing, ``None`` before.
        ended: whether it was its end date that closed it.
        discards: while paused, whether people before an action leave instead of being held.
        until: the instant at which a pause ends by itself.
        exit_rule: the attribute rule that takes people out at the next action, set while paused (R14).
        read: when the last one of the last read of its schedule has entered.
        testers, tested: how many profiles a test has let in; when the last one, or when it began.
        rounds: the reads of a segment that are to come or under way.
    """

    def __init__(self, plan: Plan, status: str, opened: int) -> None:
        self.plan = plan
        self.status = status
        self.opened = opened
        self.closed: int | None = None
        self.ended = False
        self.discards = False
        self.until: int | None = None
        self.exit_rule: Node | None = None
        self.testers = 0
        self.tested = opened
        self.read: int | None = None
        self.rounds = Rounds.of(plan.definition, opened)

    @property
    def definition(self) -> JourneyDefinition:
        return self.plan.definition

    @property
    def index(self) -> int:
        return self.plan.index

    @property
    def mode(self) -> Mode:
        return _MODES.get(self.status, "live")

    @property
    def stay(self) -> int | None:
        """The longest stay of a run, microseconds."""
        return self.definition.head.stay_limit

    @property
    def settings(self) -> JourneySettings:
        """What activities may read of the journey."""
        head, testing = self.definition.head, self.definition.head.test
        seed = f"{self.definition.id}/{self.definition.version}"
        pauses = testing.pauses
        if any(_waits_for_signal(activity) for activity in self.definition.activities.values()):
            pauses[""] = max(pauses[""], SLOWEST)
        own = (self.definition.id, self.definition.version, seed, head.step_limit, pauses, testing.branches)
        return JourneySettings(*own)

    @property
    def priority(self) -> int:
        """From 0 to 100, the higher the more important."""
        return self.definition.head.priority

    @property
    def next_read(self) -> int | None:
        """When people enter next by its schedule; a journey that is paused counts as live (section 12)."""
        head = self.definition.head
        if self.rounds is None or self.status not in (LIVE, PAUSED):
            return None
        found = self.rounds.next_from(head.opens)
        return None if found is None or (head.closes is not None and found >= head.closes) else found

    @property
    def recurs(self) -> bool:
        """Whether its segment is read again and again."""
        return self.definition.entry.timetable.type == "recurring"

    @property
    def finishes(self) -> int | None:
        """When it is finished: one longest stay after it was closed, or after a read that happens once (section 12)."""
        over = self.closed if self.status == CLOSED else None
        if self.status in (LIVE, PAUSED) and not self.recurs:
            over = self.read
        return None if over is None or self.stay is None else over + self.stay

    def marks(self) -> Iterator[int]:
        """The instants at which something happens to the version as a whole."""
        head = self.definition.head
        if self.status in (LIVE, PAUSED) and head.closes is not None:
            yield head.closes
        if self.status == PAUSED and self.until is not None:
            yield self.until
        if self.status == TESTED:
            yield self.tested + TEST_IDLE
        if self.finishes is not None:
            yield self.finishes
        if self.status in (LIVE, PAUSED) and self.recurs and self.read is not None:
            yield self.read
        if self.status in (LIVE, PAUSED, TESTED, DRY) and self.rounds is not None and self.rounds.next is not None:
            yield self.rounds.next

    def to_json(self) -> dict[str, object]:
        """Everything but the plan, as plain data."""
        names = ("status", "opened", "closed", "ended", "discards", "until", "testers", "tested", "read")
        own = {name: getattr(self, name) for name in names}
        rule = None if self.exit_rule is None else to_json(self.exit_rule)
        return {**own, "exit_rule": rule, "definition": self.definition.to_json()}

    @staticmethod
    def from_json(shape: Mapping[str, Any], index: int) -> Version:
        """The inverse of :meth:`to_json`, without what rounds hold."""
        definition = JourneyDefinition.from_json(shape["definition"])
        version = Version(Plan(definition, index), shape["status"], shape["opened"])
        for name in ("closed", "ended", "discards", "until", "testers", "tested", "read"):
            setattr(version, name, shape[name])
        version.exit_rule = None if shape["exit_rule"] is None else from_json(shape["exit_rule"])
        return version


def _waits_for_signal(activity: Activity) -> bool:
    """Whether it waits for a signal of a message, and only so long."""
    listens = any(isinstance(listener, SignalListener) for listener in activity.listens())
    return listens and getattr(activity, "timeout", None) is not None
