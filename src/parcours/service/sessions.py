"""Trying a journey: people who are invented or real, events that are fired, a clock that is moved by hand.

A session plays on a copy of the state in memory: nothing is sent, nothing is written, and other journeys take no part,
but those that the journey jumps into or calls. In a *test* only test profiles enter (everybody who is named here is
one), waits are short, and ways can be chosen; a *simulation* is what people would see, with waits as they are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import polars as pl

from parcours.core.clock import as_datetime, duration, iso
from parcours.core.errors import InputError, UnknownNameError, nearest
from parcours.core.facts import (
    DELIVERY_COLUMNS,
    INSTANT,
    NEW_PROFILE_COLUMNS,
    STEP_COLUMNS,
    Batch,
    DefinitionChange,
    Outputs,
    empty,
)
from parcours.core.schema import BOOLEAN
from parcours.engines.outside import Stub, StubbedOutside
from parcours.engines.recovery import read_history
from parcours.engines.tick import rules_of
from parcours.engines.virtual import VirtualRunner
from parcours.flow.delivery.attempts import Answer
from parcours.flow.delivery.planning import Planner
from parcours.flow.journeys.pressure.consent import TEST_PROFILE
from parcours.flow.journeys.telling.standing import due_of
from parcours.flow.journeys.telling.trace import trace
from parcours.service.invented import NOBODY, change_of, event_of, signal_of
from parcours.service.lines import Line, lines_of
from parcours.service.surroundings import Surroundings, member_of
from parcours.service.testmode import with_testing

if TYPE_CHECKING:
    from parcours.flow.journeys.definitions import JourneyDefinition
    from parcours.service.drafts import Drafted
    from parcours.service.wiring import Parts

Mode = Literal["test", "simulation"]


class Session:
    """A journey being tried. Made by :meth:`Journeys.test` and :meth:`Journeys.simulate`.

    Attributes:
        definition: the journey.
        lines: the log so far.
        lang: of the lines to come: ``en`` or ``fr``.
    """

    definition: JourneyDefinition
    lines: list[Line]
    lang: str = "en"

    def __init__(
        self,
        parts: Parts,
        draft: Drafted,
        around: Surroundings,
        mode: Mode,
        at: int,
        watch: Callable[[Line], None] | None = None,
    ) -> None:
        self.definition = definition = draft.definition
        self.lines = []
        self._mode = mode
        self._watch = watch
        self._steps: list[pl.DataFrame] = []
        self._deliveries: list[pl.DataFrame] = []
        self._told = (0, 0)  # the steps and deliveries that the log has told of
        self._sent = 0
        self._known = {one.id: one for one in (*around.journeys, definition)}
        self._segments = around.segments
        marks = {member_of(name): BOOLEAN for name in around.segments}
        self._schema = draft.schema.with_attributes({TEST_PROFILE: BOOLEAN, **marks})
        self._stubs: dict[str, Stub] = {}
        state = around.state
        state.widen(self._schema)
        outside = StubbedOutside(self._stubs, planner=Planner(draft.known))
        self._runner = VirtualRunner(state, outside, self._record)
        self._begin(parts, around, at)

    def _begin(self, parts: Parts, around: Surroundings, at: int) -> None:
        state, own = self._runner.state, self.definition
        action = "test_on" if self._mode == "test" else "publish"
        changes = (*around.changes, DefinitionChange("journey", own.id, own.version, action, own.to_json()))
        history = read_history(state, changes, parts.log, state.tick)
        state.book.require([state.readable(rule) for change in changes for rule in rules_of(change)], history, at)
        self._take(Batch(definitions=changes), at)

    # --- what happens ------------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """The instant of the clock, microseconds."""
        assert self._runner.now is not None
        return self._runner.now

    def person(
        self, profile: str, attributes: Mapping[str, Any] | None = None, segments: Mapping[str, bool] | None = None
    ) -> None:
        """Somebody is there: invented, or known by this id in the workspace; with these attributes and memberships.

        Raises:
            UnknownNameError: there is no such attribute or segment.
        """
        number = self._number(profile)
        values: dict[str, Any] = dict(attributes or {})
        if self._mode == "test":
            values[TEST_PROFILE] = True
        new = empty(NEW_PROFILE_COLUMNS)
        if number is None:
            number = self._runner.state.profiles
            row = {"_profile": number, "_profile_id": profile, "_time": as_datetime(self.now)}
            new = pl.DataFrame([row], schema=NEW_PROFILE_COLUMNS)
        self._take(Batch(new_profiles=new, profile_changes=self._changes(number, values)), self.now)
        if segments:
            self.member(profile, segments)

    def member(self, profile: str, segments: Mapping[str, bool]) -> None:
        """Somebody enters or leaves segments, whatever their rules say.

        Raises:
            UnknownNameError: there is no such segment, or person.
        """
        for name in segments:
            if name not in self._segments:
                raise UnknownNameError(f"there is no segment {name!r}", hint=nearest(name, self._segments))
        values = {member_of(name): inside for name, inside in segments.items()}
        self._take(Batch(profile_changes=self._changes(self._somebody(profile), values)), self.now)

    def set(self, profile: str, attributes: Mapping[str, Any]) -> None:
        """Attributes of somebody change.

        Raises:
            UnknownNameError: there is no such attribute, or person.
        """
        self._take(Batch(profile_changes=self._changes(self._somebody(profile), attributes)), self.now)

    def event(self, event: str, profile: str | None = None, properties: Mapping[str, Any] | None = None) -> None:
        """An event happens now; without ``profile`` it is about nobody (a business event).

        Raises:
            UnknownNameError: there is no such event type, property or person.
        """
        types = self._schema.events.get(event)
        if types is None:
            raise UnknownNameError(f"there are no events of type {event!r}", hint=nearest(event, self._schema.events))
        number = NOBODY if profile is None else self._somebody(profile)
        batch = event_of(event, number, self.now, properties or {}, types, f"tried {self._sent}")
        self._sent += 1
        self._take(Batch(events=(batch,)), self.now)

    def signal(self, profile: str, activity: str, signal: str, link: str | None = None) -> None:
        """Somebody did something with the last message of an activity: ``opened``, ``clicked`` …

        Raises:
            InputError: nothing was sent there.
        """
        number = self._somebody(profile)
        mine = self.deliveries.filter((pl.col("_profile") == number) & (pl.col("activity") == activity))
        if not mine.height:
            raise InputError(f"nothing was sent to {profile!r} at {activity!r}", code="nothing-sent")
        self._take(Batch(outcomes=signal_of(mine["key"][-1], signal, link, self.now)), self.now)

    def answer(self, activity: str, *, status: int = 200, body: object = None, result: str | None = None) -> None:
        """From now on this is what calls of an activity get: an HTTP status with a body, or (``result``) ``timedout``,
        ``capped`` or ``error``.

        Raises:
            UnknownNameError: there is no such activity.
        """
        self._check_activity(activity)
        text = None if body is None else json.dumps(body)
        self._stubs[activity] = Stub((Answer(status, text),)) if result is None else Stub(settled=result, body=text)

    def choose(self, activity: str, way: str | None = None, *, wait: str | None = None) -> None:
        """In a test: from now on people take this way out of an activity, or wait there so long.

        Raises:
            UnknownNameError: there is no such activity or way.
            InputError: this is no test, or that is no length of time.
        """
        if self._mode != "test":
            raise InputError("ways and waits are chosen in a test only", code="no-test", hint="journeys.test(…)")
        self.definition = with_testing(
            self.definition,
            branches={} if way is None else {activity: way},
            waits={} if wait is None else {activity: wait},
        )
        self._known[self.definition.id] = self.definition
        body = self.definition.to_json()
        change = DefinitionChange("journey", self.definition.id, self.definition.version, "edit", body)
        self._take(Batch(definitions=(change,)), self.now)

    def advance(self, length: str) -> None:
        """The clock moves on: ``2 days``.

        Raises:
            InputError: that is no length of time.
        """
        self._runner.advance(self.now + duration(length))
        self._tell()

    def advance_to(self, moment: int) -> None:
        """The clock moves on to this instant, microseconds.

        Raises:
            InputError: it lies before now.
        """
        if moment < self.now:
            raise InputError(f"cannot go back to {iso(moment)}", code="time-runs-forward")
        self._runner.advance(moment)
        self._tell()

    # --- what came of it ---------------------------------------------------------------------------------

    @property
    def steps(self) -> pl.DataFrame:
        """Every step so far: ``STEP_COLUMNS``."""
        return pl.concat([empty(STEP_COLUMNS), *self._steps])

    @property
    def deliveries(self) -> pl.DataFrame:
        """Every message and call so far: ``DELIVERY_COLUMNS``."""
        return pl.concat([empty(DELIVERY_COLUMNS), *self._deliveries])

    @property
    def messages(self) -> Sequence[Line]:
        """The messages so far, as people would get them."""
        return [line for line in self.lines if line.message is not None]

    @property
    def people(self) -> pl.DataFrame:
        """Who is where: ``profile``, ``run``, ``status`` (``waiting``, or how the run ended), ``activities``,
        ``due`` (when it goes on by itself)."""
        where = self._runner.state.journeys.where(self.definition.id).filter("main")
        ids = self._runner.state.ids(where["_profile"].to_numpy()).alias("profile")
        far = np.iinfo(np.int64).max
        due = pl.when(pl.col("due") < far).then("due").cast(INSTANT).alias("due")
        return where.select(ids, pl.col("number").alias("run"), "status", pl.col("activities").list.join("|"), due)

    @property
    def unreached(self) -> Sequence[tuple[str, str]]:
        """The ways out that nobody took: activity and label."""
        steps = self.steps.filter(pl.col("journey") == self.definition.id)
        taken = set(steps.select("activity", "outcome").iter_rows())
        ways = [(name, one.label) for name, activity in self.definition.activities.items() for one in activity.edges()]
        return [way for way in dict.fromkeys(ways) if way not in taken]

    def trace(self, profile: str, *, zone: str | None = None, lang: str = "en") -> Sequence[str]:
        """What happened to somebody, line by line, and what the person waits for.

        Raises:
            UnknownNameError: there is no such person.
        """
        number = self._somebody(profile)
        mine = self.steps.filter((pl.col("_profile") == number) & (pl.col("journey") == self.definition.id))
        due = due_of(self._runner.state.journeys, number, profile)
        return trace(mine, self.definition, zone or self.definition.head.zone_name, lang, due)

    def to_json(self) -> dict[str, Any]:
        """What came of it as plain data."""
        log = [{**asdict(line), "time": iso(line.time)} for line in self.lines]
        people = self.people.to_dicts()
        ways = [{"activity": activity, "way": way} for activity, way in self.unreached]
        return {"mode": self._mode, "now": iso(self.now), "log": log, "people": people, "unreached": ways}

    # --- how ---------------------------------------------------------------------------------------------

    def _take(self, batch: Batch, at: int) -> None:
        self._runner.take(batch, at)
        self._tell()

    def _record(self, at: int, outputs: Outputs) -> None:
        if outputs.heights[1]:
            self._steps.append(outputs.steps)
        if outputs.heights[2]:
            self._deliveries.append(outputs.deliveries)

    def _tell(self) -> None:
        """Add what happened since to the log."""
        all_steps, all_sent = self.steps, self.deliveries
        steps, deliveries = all_steps[self._told[0] :], all_sent[self._told[1] :]
        self._told = all_steps.height, all_sent.height
        lines = lines_of(steps, deliveries, self._known.values(), self.definition.id, self.lang)
        self.lines += lines
        if self._watch is not None:
            for line in lines:
                self._watch(line)

    def _number(self, profile: str) -> int | None:
        found = int(self._runner.state.register.known(pl.Series([profile]))[0])
        return None if found < 0 else found

    def _somebody(self, profile: str) -> int:
        number = self._number(profile)
        if number is None:
            raise UnknownNameError(
                f"nobody has the id {profile!r} here", code="unknown-profile", hint="invite them first: person(…)"
            )
        return number

    def _changes(self, number: int, values: Mapping[str, Any]) -> pl.DataFrame:
        return change_of(number, self.now, values, self._schema.attributes)

    def _check_activity(self, activity: str) -> None:
        if activity not in self.definition.activities:
            raise UnknownNameError(
                f"there is no activity {activity!r}", hint=nearest(activity, self.definition.activities)
            )
