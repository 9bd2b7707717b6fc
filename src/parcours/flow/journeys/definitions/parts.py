"""The settings of a journey itself, as they are written, with what they mean in microseconds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from parcours.core.clock import duration
from parcours.core.errors import DefinitionError, ParcoursError
from parcours.flow.journeys.definitions.dates import instant_in
from parcours.flow.journeys.definitions.entry import Entry
from parcours.flow.journeys.definitions.problems import date_problem, length_problem, zone_problem
from parcours.flow.journeys.problems import unknown_activity, wrong_value


class Reentry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether a profile may enter again, and the least time between two entries (J16); five minutes if not said."""

    allowed: bool = True
    wait: str | int | float = "5 minutes"

    @property
    def pause(self) -> int:
        """``wait`` in microseconds."""
        return duration(self.wait)


class ZoneOfPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The zone of the person's profile; of who has none it is ``otherwise``."""

    profile: bool
    otherwise: str = "UTC"


class ExitRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What takes a person out at once: an event that meets ``where``, or entering ``segment`` (R14)."""

    event: str | None = None
    where: Any = None
    segment: str | None = None


class Goal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the journey is for: an event that meets ``where``, ``within`` this time after the entry, or ever."""

    event: str
    where: Any = None
    within: str | int | float | None = None

    @property
    def window(self) -> int | None:
        """``within`` in microseconds."""
        return None if self.within is None else duration(self.within)


class Testing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Test mode (journeys.md, section 13): how long every wait and time-out lasts, or that of one activity; how many
    test profiles may enter (no limit if not said); which path is taken at an activity instead of the first one."""

    __test__ = False  # this is no test, whatever its name

    wait: str | int | float = "10 seconds"
    waits: dict[str, str | int | float] = {}
    max_profiles: int | None = None
    branches: dict[str, str] = {}

    @property
    def pauses(self) -> dict[str, int]:
        """How long a wait lasts by activity, ``""`` for all others, in microseconds."""
        return {"": duration(self.wait), **{name: duration(length) for name, length in self.waits.items()}}


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a definition says; lengths of time and dates as they are written, and parsed.

    No maximum stay is ``stay: null``; a local ``starts`` or ``ends`` is read in the zone of the journey. With
    ``on_paused: keep`` entries that come during a pause, and events for people who are held, count when it is over.
    With ``identity: resolved`` events of every identity type count (section 21, lines 17 and 49).
    """

    journey: str
    entry: Entry
    start: str | tuple[str, ...]
    activities: dict[str, Any]
    name: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    namespace: str | None = None
    identities: Literal["single", "resolved"] = msgspec.field(name="identity", default="single")
    reentry: Reentry = Reentry()
    on_entry_inside: Literal["drop", "queue", "restart", "parallel"] = "drop"
    on_paused: Literal["drop", "keep"] = "drop"
    starts: Any = None
    ends: Any = None
    at_end: Literal["close", "exit"] = "close"
    zone: str | ZoneOfPerson = "UTC"
    step_timeout: str | int | float = "30 seconds"
    stay: str | int | float | None = "91 days"
    exit_when: tuple[ExitRule, ...] = ()
    rule_sets: tuple[str, ...] = ()
    priority: int = 0
    version_rules: Literal["strict", "free"] = "strict"
    goal: Goal | None = None
    holdout: int | float = 0
    test: Testing = Testing()

    @property
    def zone_name(self) -> str:
        """The zone of the journey: the fixed one, or that of people who have none."""
        return self.zone if isinstance(self.zone, str) else self.zone.otherwise

    @property
    def zone_of_person(self) -> bool:
        """Whether local times are those of the person."""
        return not isinstance(self.zone, str) and self.zone.profile

    @property
    def opens(self) -> int | None:
        """The instant from which people may enter; ``None``: from publication."""
        return None if self.starts is None else instant_in(self.starts, self.zone_name)

    @property
    def closes(self) -> int | None:
        """The instant from which nobody may enter any more (J5: then it is over)."""
        return None if self.ends is None else instant_in(self.ends, self.zone_name)

    @property
    def step_limit(self) -> int:
        """How long a call may take, with all its retries."""
        return duration(self.step_timeout)

    @property
    def stay_limit(self) -> int | None:
        """The longest stay; of a read that forces people out at the next time it is the time until then (section 9)."""
        plan = self.entry.schedule
        if plan is not None and plan.force_reentrance and plan.period is not None:
            return plan.period
        return None if self.stay is None else duration(self.stay)

    @property
    def beginnings(self) -> tuple[str, ...]:
        """Where people go from the entry: several activities race, none: the run ends."""
        return (self.start,) if isinstance(self.start, str) else self.start

    @property
    def identity(self) -> str | None:
        """The identity type of the whole journey."""
        return self.namespace or self.entry.namespace


def settings_problems(head: Head, activities: Mapping[str, object]) -> Iterator[ParcoursError]:
    """What is wrong with the settings of a journey by themselves."""
    zone = head.zone_name
    yield from zone_problem("zone" if isinstance(head.zone, str) else "zone.otherwise", zone)
    yield from head.entry.check(zone)
    yield from length_problem("reentry.wait", head.reentry.wait, least=0)
    yield from _date_problems(head, zone)
    yield from length_problem("step_timeout", head.step_timeout)
    if head.stay is not None:
        yield from length_problem("stay", head.stay)
    for index, rule in enumerate(head.exit_when):
        yield from _exit_problems(f"exit_when[{index}]", rule)
    if not 0 <= head.priority <= 100:
        yield wrong_value("priority", "priorities go from 0 to 100")
    if not 0 <= head.holdout <= 100:
        yield wrong_value("holdout", "the hold-out group is a share from 0 to 100 percent")
    if head.goal is not None and head.goal.within is not None:
        yield from length_problem("goal.within", head.goal.within)
    yield from _test_problems(head.test, activities)


def _date_problems(head: Head, zone: str) -> Iterator[ParcoursError]:
    found = [*date_problem("starts", head.starts, zone), *date_problem("ends", head.ends, zone)]
    yield from found
    if found or [*zone_problem("zone", zone)] or head.opens is None or head.closes is None:
        return
    if head.opens >= head.closes:
        yield wrong_value("ends", "the journey ends before it starts")


def _exit_problems(where: str, rule: ExitRule) -> Iterator[ParcoursError]:
    if (rule.event is None) == (rule.segment is None):
        hint = "{event: purchase, where: …} or {segment: gold}"
        message = "an exit rule names either an event or a segment"
        yield DefinitionError(message, code="bad-setting", where=where, hint=hint)
    elif rule.event is None and rule.where is not None:
        yield wrong_value(f"{where}.where", "'where' is about the rows of an event")


def _test_problems(test: Testing, activities: Mapping[str, object]) -> Iterator[ParcoursError]:
    yield from length_problem("test.wait", test.wait, least=0)
    for name, length in test.waits.items():
        yield from length_problem(f"test.waits.{name}", length, least=0)
    for setting, names in (("waits", test.waits), ("branches", test.branches)):
        for name in names:
            if name not in activities:
                yield unknown_activity(f"test.{setting}.{name}", name, activities)
    if test.max_profiles is not None and test.max_profiles < 1:
        yield wrong_value("test.max_profiles", "at least one test profile must be able to enter")
