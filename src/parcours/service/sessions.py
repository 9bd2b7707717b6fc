"""Trying a journey: people who are invented or real, events that are fired, a clock that is moved by hand.

A session plays on a copy of the state in memory: nothing is sent, nothing is written, and other journeys take no part,
but those that the journey jumps into or calls. In a *test* only test profiles enter (everybody who is named here is
one), waits are short, and ways can be chosen; a *simulation* is what people would see, with waits as they are.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import polars as pl

from parcours.core.clock import as_datetime, duration, iso
from parcours.core.errors import DeliveryError, InputError, ParcoursError, UnknownNameError, nearest
from parcours.core.facts import (
    DELIVERY_COLUMNS,
    INSTANT,
    NEW_PROFILE_COLUMNS,
    OUTCOME_COLUMNS,
    STEP_COLUMNS,
    Batch,
    DefinitionChange,
    EventBatch,
    Outputs,
    empty,
)
from parcours.core.schema import BOOLEAN, Type, polars_type
from parcours.engines.outside import CALL, SEAT, SOURCE, Stub, StubbedOutside
from parcours.engines.recovery import read_history
from parcours.engines.state import State
from parcours.engines.tick import rules_of
from parcours.engines.virtual import VirtualRunner
from parcours.flow.delivery.attempts import Answer
from parcours.flow.delivery.planning import Planner
from parcours.flow.delivery.templates import render
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.pressure.consent import TEST_PROFILE
from parcours.flow.journeys.state import JourneysState
from parcours.flow.journeys.telling.standing import due_of
from parcours.flow.journeys.telling.trace import told, trace
from parcours.language.contexts.shapes import converted
from parcours.language.tree import Attribute, Call, Node
from parcours.language.tree import Literal as Constant
from parcours.language.tree_json import to_json

if TYPE_CHECKING:
    from parcours.service.drafts import Drafted
    from parcours.service.wiring import Parts

Mode = Literal["test", "simulation"]
_CALLS = (CALL, SOURCE, SEAT)
_NOBODY = -1


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log: when (microseconds), who, where, and what happened; ``message`` are the fields of a message
    as the person would get it."""

    time: int
    profile: str
    activity: str
    text: str
    message: Mapping[str, str] | None = None

    def __str__(self) -> str:
        return f"{iso(self.time)}  {self.profile}  {self.text}"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What there is around a journey that is tried.

    Attributes:
        state: a copy of the live state without its journeys, or an empty one.
        segments: rules of segments that are published.
        journeys: the published journeys that it may jump into or call.
        around: rule sets and suppressed addresses, where ``state`` does not know them.
    """

    state: State
    segments: Mapping[str, Node]
    journeys: Sequence[JourneyDefinition] = ()
    around: Sequence[DefinitionChange] = ()


class Session:
    """A journey being tried. Made by :meth:`Journeys.test` and :meth:`Journeys.simulate`.

    Attributes:
        definition: the journey.
        lines: the log so far.
    """

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
        self.lines: list[Line] = []
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
        state = self._runner.state
        segments = [
            DefinitionChange("segment", name, 1_000_000, "publish", {"rule": to_json(_marked(name, rule))})
            for name, rule in around.segments.items()
        ]
        action = "test_on" if self._mode == "test" else "publish"
        own = DefinitionChange(
            "journey", self.definition.id, self.definition.version, action, self.definition.to_json()
        )
        others = [DefinitionChange("journey", one.id, one.version, "publish", one.to_json()) for one in around.journeys]
        changes = (*segments, *around.around, *others, own)
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
        number = _NOBODY if profile is None else self._somebody(profile)
        values = properties or {}
        _check_names(values, types, f"event {event!r} has no property")
        columns: dict[str, pl.Series] = {
            "_event_id": pl.Series([f"tried {self._sent}"]),
            "_profile": pl.Series([number], dtype=pl.Int32),
            "_time": pl.Series([self.now]).cast(INSTANT),
        }
        columns |= {name: _column(values.get(name), kind) for name, kind in types.items()}
        self._sent += 1
        self._take(Batch(events=(EventBatch(event, pl.DataFrame(columns)),)), self.now)

    def signal(self, profile: str, activity: str, signal: str, link: str | None = None) -> None:
        """Somebody did something with the last message of an activity: ``opened``, ``clicked`` …

        Raises:
            InputError: nothing was sent there.
        """
        number = self._somebody(profile)
        mine = self.deliveries.filter((pl.col("_profile") == number) & (pl.col("activity") == activity))
        if not mine.height:
            raise InputError(f"nothing was sent to {profile!r} at {activity!r}", code="nothing-sent")
        row = {"key": mine["key"][-1], "result": signal, "attempts": 1, "detail": link, "answer": None}
        frame = pl.DataFrame([row], schema_overrides={"attempts": pl.Int32, "detail": pl.String, "answer": pl.String})
        moment = pl.Series([self.now]).cast(INSTANT)
        self._take(Batch(outcomes=frame.with_columns(time=moment, started=moment).select(*OUTCOME_COLUMNS)), self.now)

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
        lines = sorted([*self._said(steps), *self._shown(deliveries)], key=lambda line: line.time)
        self.lines += lines
        if self._watch is not None:
            for line in lines:
                self._watch(line)

    def _said(self, steps: pl.DataFrame) -> Iterator[Line]:
        for journey, definition in self._known.items():
            for part in told(steps.filter(pl.col("journey") == journey), definition, definition.head.zone_name):
                who = part.run.split("/", 2)[-1]
                name = "" if journey == self.definition.id else f"{journey}: "
                yield Line(part.time, who, part.activity, name + part.text)

    def _shown(self, deliveries: pl.DataFrame) -> Iterator[Line]:
        texts = {
            (one.id, one.version, activity): sources
            for one in self._known.values()
            for activity, sources in one.templates().items()
        }
        for row in deliveries.iter_rows(named=True):
            at, who = int(row["decided"].timestamp() * 1e6), row["run"].split("/", 2)[-1]
            if row["channel"] in _CALLS:
                if row["channel"] != SEAT:
                    yield Line(at, who, row["activity"], f"call from {row['activity']}: {row['content']}")
                continue
            try:
                fields = dict(render(row, texts, at).fields)
            except DeliveryError as error:
                yield Line(at, who, row["activity"], f"message of {row['activity']} fails: {error.message}")
                continue
            shown = fields.get("subject") or fields.get("text") or fields.get("body") or ""
            yield Line(at, who, row["activity"], f"{row['channel']} from {row['activity']}: {shown[:120]}", fields)

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
        _check_names(values, self._schema.attributes, "there is no attribute")
        columns: dict[str, pl.Series] = {
            "_profile": pl.Series([number], dtype=pl.Int32),
            "_time": pl.Series([self.now]).cast(INSTANT),
            "_set": pl.Series([list(values)], dtype=pl.List(pl.String)),
        }
        columns |= {name: _column(value, self._schema.attributes[name]) for name, value in values.items()}
        return pl.DataFrame(columns)

    def _check_activity(self, activity: str) -> None:
        if activity not in self.definition.activities:
            raise UnknownNameError(
                f"there is no activity {activity!r}", hint=nearest(activity, self.definition.activities)
            )


def member_of(segment: str) -> str:
    """The attribute that says in a session whether somebody is in a segment, whatever its rule says."""
    return f"segment {segment}"


def _marked(name: str, rule: Node) -> Node:
    """The rule of a segment, unless the person's own mark says otherwise."""

    def marked(function: str, value: bool) -> Node:
        return Call(function, (Attribute((member_of(name),), BOOLEAN), Constant(value, BOOLEAN)), BOOLEAN)

    left = Call("and", (marked("ne", False), rule), BOOLEAN)
    return Call("or", (marked("eq", True), left), BOOLEAN)


def _check_names(values: Iterable[str], known: Mapping[str, Type], what: str) -> None:
    for name in values:
        if name not in known:
            raise UnknownNameError(f"{what} {name!r}", hint=nearest(name, known))


def _column(value: Any, type_: Type) -> pl.Series:
    try:
        return pl.Series([converted(value, type_)], dtype=polars_type(type_))
    except (TypeError, ValueError, ParcoursError, pl.exceptions.PolarsError) as error:
        raise InputError(f"{value!r} is no {type_}", code="wrong-type") from error


def with_testing(
    definition: JourneyDefinition,
    *,
    wait: str | None = None,
    waits: Mapping[str, str] | None = None,
    branches: Mapping[str, str] | None = None,
) -> JourneyDefinition:
    """The journey with other settings of its test.

    Raises:
        UnknownNameError: there is no such activity, or no such way out of it.
        InputError: that is no length of time.
    """
    for name, way in (branches or {}).items():
        ways = [one.label for one in _activity(definition, name).edges()]
        if way not in ways:
            raise UnknownNameError(f"there is no way {way!r} out of {name!r}", hint=nearest(way, ways))
    for name, length in (waits or {}).items():
        _activity(definition, name)
        duration(length)
    testing = definition.head.test
    shape: dict[str, Any] = {
        "wait": wait or testing.wait,
        "waits": {**testing.waits, **(waits or {})},
        "max_profiles": testing.max_profiles,
        "branches": {**testing.branches, **(branches or {})},
    }
    plain = definition.to_json()
    body: Any = plain["body"]
    return JourneyDefinition.from_json({**plain, "body": {**body, "test": shape}})


def _activity(definition: JourneyDefinition, name: str) -> Any:
    if name not in definition.activities:
        raise UnknownNameError(f"there is no activity {name!r}", hint=nearest(name, definition.activities))
    return definition.activities[name]


def copied(state: State) -> State:
    """A copy of a state without its journeys, which changes nothing of the state that is live."""
    live, bare = state.journeys, JourneysState()
    bare.board, bare.suppressed, bare.signals = live.board, live.suppressed, live.signals
    state.journeys = bare
    try:
        parts = {name: _copy(part) for name, part in state.dump().items()}
    finally:
        state.journeys = live
    return State.load(parts)


def _copy(part: Any) -> Any:
    return part if isinstance(part, pl.DataFrame | bytes) else copy.deepcopy(part)
