"""Journeys as the specification tells them, one person and one thing at a time, over plain data.

Nothing here is shared with the runtime but the definitions, the length of texts such as ``5 minutes`` and the stable
hash of draws. A :class:`Interpreter` is told the same ticks as the runtime (see ``stage.py`` for their form) and gives
step rows and deliveries as tuples. It is slow on purpose: whoever reads it beside shared/spec/journeys.md should find
every rule in the words of the rule.
"""

from __future__ import annotations

import heapq
import itertools
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from parcours.core.clock import DAY, MINUTE, SECOND, duration, instant
from parcours.language.functions.samples import hashes_of, shares_of

NEVER = 2**63 - 1
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MESSAGES = ("email", "sms", "push", "webhook")
#: What pauses, consent, quiet hours and caps stand in front of.
ACTS = (*MESSAGES, "choose_channel", "custom_action", "update_profile", "jump", "call", "send_event")
ACTS += ("add_to_list", "remove_from_list")
PARKS = ("wait", "wait_for_event", "wait_for_segment", "wait_for_signal", "join")
RUNNING = ("live", "paused", "closed", "draft_test", "dry_run")
Shape = dict[str, Any]


# --- what there is -------------------------------------------------------------------------------------------


@dataclass
class Version:
    """One version of a journey."""

    number: int
    body: Shape
    status: str
    opened: int
    closed: int | None = None
    ended: bool = False
    discards: bool = False
    until: int | None = None
    exit_rule: Shape | None = None
    testers: int = 0
    tested: int = 0
    reads: int = 0
    next_read: int | None = None
    last_entry: int | None = None
    joined: set[str] = field(default_factory=set)

    @property
    def mode(self) -> str:
        return {"draft_test": "test", "dry_run": "dry"}.get(self.status, "live")

    @property
    def priority(self) -> int:
        return int(self.body.get("priority", 0))

    @property
    def entry(self) -> Shape:
        return self.body["entry"]

    @property
    def activities(self) -> dict[str, Shape]:
        return self.body["activities"]

    @property
    def stay(self) -> int | None:
        schedule = self.entry.get("schedule", {})
        if schedule.get("force_reentrance"):
            return duration(schedule["every"])
        stay = self.body.get("stay", "91 days")
        return None if stay is None else duration(stay)

    @property
    def recurs(self) -> bool:
        return bool(self.entry.get("schedule", {}).get("type") == "recurring")

    @property
    def finish(self) -> int | None:
        """One maximum stay after it was closed, or after a read that happens once (section 12)."""
        over = self.closed if self.status == "closed" else None
        if self.status in ("live", "paused") and not self.recurs:
            over = self.last_entry
        return None if over is None or self.stay is None else over + self.stay

    def moment(self, name: str) -> int | None:
        return None if self.body.get(name) is None else instant(self.body[name])

    def test_wait(self, name: str) -> int:
        test = self.body.get("test", {})
        if name in test.get("waits", {}):
            return duration(test["waits"][name])
        least = duration(test.get("wait", "10 seconds"))
        timed = [s for s in self.activities.values() if s["type"] == "wait_for_signal" and "timeout" in s]
        return max(least, 40 * SECOND) if timed else least

    def zone(self, person: Person) -> str:
        zone = self.body.get("zone", "UTC")
        return zone if isinstance(zone, str) else person.value("timezone") or zone["otherwise"]


@dataclass
class Journey:
    """A journey: its versions, oldest first."""

    id: str
    position: int
    versions: list[Version] = field(default_factory=list)

    @property
    def entrance(self) -> Version | None:
        """The newest version that may be entered, or else the newest that was ever published for real."""
        published = [v for v in reversed(self.versions) if v.status not in ("draft_test", "dry_run", "draft")]
        return next((v for v in published if v.status in ("live", "paused")), next(iter(published), None))

    @property
    def doors(self) -> list[Version]:
        """The versions that notice entries: those in test mode first, then the published one, then dry runs."""
        door = self.entrance
        tested = [v for v in self.versions if v.status == "draft_test"]
        open_ = [] if door is None or door.status in ("stopped", "finished") else [door]
        return [*tested, *open_, *(v for v in self.versions if v.status == "dry_run")]

    def meant(self, version: Version, person: Person) -> bool:
        """Beside a published version a test is for test profiles only."""
        alone = self.doors[-1].status == "draft_test"
        return version.status != "draft_test" or alone or person.value("test_profile") is True

    def precedence(self, person: Person | None = None) -> tuple[int, int, str]:
        """Which of several journeys hears something first (section 21, line 38); without a person: reads first."""
        priority = max((v.priority for v in self.versions if v.status in RUNNING), default=0)
        inside = [] if person is None else [run.entered for run in person.of(self) if run.ended is None]
        return -priority, min(inside, default=NEVER), self.id

    def version(self, number: int | None) -> Version | None:
        if number is None:
            return self.versions[-1] if self.versions else None
        return next((v for v in self.versions if v.number == number), None)


@dataclass(eq=False)
class Run:
    """A run of a person, with all that it has heard."""

    journey: Journey
    version: Version
    person: Person
    number: int
    entered: int
    way: str
    supplement: str | None
    mode: str
    tokens: list[Token] = field(default_factory=list)
    events: dict[str, Shape] = field(default_factory=dict)
    last_event: Shape = field(default_factory=dict)
    answers: dict[str, Shape] = field(default_factory=dict)
    qualification: Shape = field(default_factory=dict)
    trouble: str | None = None
    snapshot: Shape | None = None
    waited: bool = False
    past: list[tuple[str, int, str, Shape]] = field(default_factory=list)
    ended: int | None = None
    status: str = ""
    failed: str = ""
    laps: int = 0
    caller: Token | None = None

    @property
    def precedence(self) -> tuple[int, int, str, int]:
        """Which of several runs of a person goes first (section 21, line 38)."""
        return -self.version.priority, self.entered, self.journey.id, self.number

    @property
    def key(self) -> str:
        return f"{self.journey.id}/{self.number}/{self.person.id}"


@dataclass(eq=False)
class Token:
    """Where a run stands; a run that forked has several."""

    run: Run
    place: tuple[str, ...] = ()
    arrived: int = 0
    due: int = NEVER
    winner: str = ""
    held: str = ""
    laps: int = 0
    #: By which forks it came about.
    path: int = 0
    loops: dict[str, int] = field(default_factory=dict)
    pending: list[tuple[str, int, str, Shape]] = field(default_factory=list)

    @property
    def visit(self) -> int:
        """Tells the visits of the run to an activity apart."""
        return self.laps + 1 + 100_000 * self.path

    def branch(self, fork: str, index: int) -> int:
        """The path of its branch behind an edge of a fork."""
        return int((self.path * 1_000_003 + zlib.crc32(f"{fork}/{index}".encode())) % 2**31)


@dataclass(eq=False)
class Person:
    """A person: attributes, what was written in this tick, memberships, and all runs."""

    id: str
    attributes: Shape
    written: Shape = field(default_factory=dict)
    segments: set[str] = field(default_factory=set)
    runs: list[Run] = field(default_factory=list)
    queued: list[tuple[Journey, Version, Entering]] = field(default_factory=list)
    sent: list[tuple[str, int]] = field(default_factory=list)
    entries: list[tuple[str, int]] = field(default_factory=list)

    def value(self, name: str, run: Run | None = None) -> Any:
        """The current value of an attribute; of a run that a read began, that of the read until its first wait."""
        if run is not None and run.snapshot is not None:
            return run.snapshot.get(name)
        return self.written.get(name, self.attributes.get(name))

    def tokens(self) -> Iterator[Token]:
        return (token for run in self.runs if run.ended is None for token in run.tokens)

    def of(self, journey: Journey) -> list[Run]:
        return [run for run in self.runs if run.journey is journey]


@dataclass
class Entering:
    """Somebody who may enter."""

    at: int
    way: str
    detail: str | None
    supplement: str | None = None
    event: str | None = None
    payload: Shape = field(default_factory=dict)


# --- the interpreter -----------------------------------------------------------------------------------------


class Interpreter:
    """All journeys of a small world.

    Args:
        segments: by name the rule on the attributes of a person that makes a member.
    """

    def __init__(self, segments: dict[str, Shape]) -> None:
        self.rules = segments
        self.people: dict[str, Person] = {}
        self.journeys: dict[str, Journey] = {}
        self.rule_sets: dict[str, Shape] = {}
        self.suppressed: set[str] = set()
        self.early: list[list[Any]] = []
        self.later: list[tuple[Journey, Version, int, str, Entering]] = []
        self.own_changes: list[list[Any]] = []
        self.own_events: list[list[Any]] = []
        self.prev = 0
        self.steps: list[tuple[Any, ...]] = []
        self.calls: list[tuple[Any, ...]] = []
        self._ahead: list[Any] = []
        self._turn = itertools.count()
        self._turns: dict[Any, int] = {}
        self._now_moving = 0

    # --- one tick ---

    def tick(self, inputs: Shape) -> tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]:
        """Take in the inputs of a tick; the step rows and the deliveries of it."""
        now, more = inputs["now"], inputs.get("more", False)
        self.steps, self.calls = [], []
        events = self.own_events + inputs.get("events", [])
        changes = self.own_changes + inputs.get("set", [])
        self.own_events, self.own_changes = [], []
        for person in self.people.values():
            person.written = {}
        for id_, attributes in inputs.get("new", []):
            self.people[id_] = Person(id_, dict(attributes))
            self._members(self.people[id_])
        items = self._changes(changes, now)
        for control in inputs.get("controls", []):
            self._control(control, now)
            self._run()
        if self.journeys:
            items += self._outcomes(inputs.get("outcomes", []), now) + self._events(events, now)
            self._live(items, now, now - 1 if more else now)
        self.prev = now
        return self.steps, self.calls

    def _members(self, person: Person) -> None:
        person.segments = {name for name, rule in self.rules.items() if self._plain(rule, person.attributes.get)}

    def _changes(self, changes: list[list[Any]], now: int) -> list[tuple[Any, ...]]:
        """Set attributes; the changes of membership that follow, each at the instant from which on it has held."""
        items: list[tuple[Any, ...]] = []
        rows = [(id_, min(max(time, self.prev), now), values) for id_, time, values in changes]
        for person in self.people.values():
            before, moments = set(person.segments), {}
            for _, time, values in sorted((row for row in rows if row[0] == person.id), key=lambda row: row[1]):
                person.attributes.update(values)
                earlier = set(person.segments)
                self._members(person)
                moments |= dict.fromkeys(earlier ^ person.segments, time)
            for name in sorted(before ^ person.segments):
                direction = "enter" if name in person.segments else "exit"
                items.append((moments[name], 2, person, self._change, (name, direction)))
        return items

    def _outcomes(self, outcomes: list[list[Any]], now: int) -> list[tuple[Any, ...]]:
        items = []
        for outcome in outcomes:
            person = self.people.get(outcome[0].split("/")[2])
            if person is not None:
                items.append((min(outcome[2], now), 0, person, self._outcome, (outcome,)))
        return items

    def _events(self, events: list[list[Any]], now: int) -> list[tuple[Any, ...]]:
        rows = sorted(self.early + events, key=lambda event: event[0])  # by type; within one as they came
        self.early = [event for event in rows if event[2] > now]
        items = []
        for type_, id_, time, event_id, payload in (event for event in rows if event[2] <= now):
            person = None if id_ is None else self.people[id_]
            items.append((time, 1, person, self._event, (type_, event_id, payload)))
        return items

    def _live(self, items: list[tuple[Any, ...]], now: int, last: int) -> None:
        """Everything in order of time. An event about nobody comes behind the other inputs of its instant; then what
        happens to versions as a whole, and what is due."""
        items.sort(key=lambda item: (item[0], item[1] == 2))
        while True:
            marks = [mark for mark in self._marks() if mark <= last]
            nobody = [item for item in items if item[2] is None]
            at = min([*marks, *(item[0] for item in nobody)], default=None)
            if at is None:
                break
            items = self._stretch(items, at, at - 1, at if last == now else at - 1)
            told = [item for item in nobody if item[0] == at]
            for item in told:
                self._business_event(at, *item[4])
                items.remove(item)
            if not told:
                self._pass_mark(at)
            self._run()
        self._stretch(items, now, last, last)

    def _stretch(self, items: list[tuple[Any, ...]], inputs: int, timers: int, reads: int) -> list[tuple[Any, ...]]:
        """Inputs up to one instant, timers and turns of reads up to others; what is left."""
        due = [item for item in items if item[0] <= inputs and item[2] is not None]
        left = [item for item in items if item not in due]
        for entry in [entry for entry in self.later if entry[4].at <= reads]:
            self.later.remove(entry)
            due.append((entry[4].at, 3, self.people[entry[3]], self._turn_of_read, entry[:2] + entry[4:]))
        due.sort(key=lambda item: (item[0], item[1] if item[1] > 1 else 0, _of_read(item)))
        for person in self.people.values():
            self._live_one([item for item in due if item[2] is person], person, timers)
        return left

    def _live_one(self, items: list[tuple[Any, ...]], person: Person, timers: int) -> None:
        """One person through inputs and timers, in order of time, inputs first (J15)."""
        while True:
            waiting = [token for token in person.tokens() if token.due <= timers]
            first = min(waiting, key=lambda token: (token.due, token.run.precedence), default=None)
            if items and (first is None or items[0][0] <= first.due):
                time, _, _, does, told = items.pop(0)
                does(person, time, *told)
            elif first is not None:
                self._elapse(first, first.due)
            else:
                return
            self._run()

    # --- moving ---

    def _send(self, token: Token, place: tuple[str, ...], at: int) -> None:
        """A token is about to arrive."""
        run = token.run
        names = list(run.version.activities)
        rank = (min(map(names.index, place)), len(place) > 1)
        version = (-run.version.priority, run.journey.id, run.journey.versions.index(run.version))
        order = (self._now_moving, version, rank, next(self._turn))
        token.place, token.due, token.held = (), NEVER, ""
        heapq.heappush(self._ahead, (order, token, place, at))

    def _run(self) -> None:
        """Let all arrive that are about to. Of several runs of a person one moves as far as it comes, then the next one
        (section 21, line 38); those that it begins have its turn."""
        while self._ahead:
            for person in {id(token.run.person): token.run.person for _, token, _, _ in self._ahead}.values():
                mine = {token.run.precedence for _, token, _, _ in self._ahead if token.run.person is person}
                self._turns |= {(person.id, precedence): turn for turn, precedence in enumerate(sorted(mine))}
            self._ahead = [
                ((self._turns[token.run.person.id, token.run.precedence], *order[1:]), token, place, at)
                for order, token, place, at in self._ahead
            ]
            heapq.heapify(self._ahead)
            while self._ahead:
                (self._now_moving, *_), token, place, at = heapq.heappop(self._ahead)
                if token.run.version.activities[place[0]]["type"] in PARKS:
                    self._wait(token, place, at)
                else:
                    self._do(token, place[0], at)
            self._now_moving = 0
            self._join()

    def _wait(self, token: Token, place: tuple[str, ...], at: int) -> None:
        """Stand at a wait or event, or at several that race (R4, R5, R9)."""
        run = token.run
        shapes = [(name, run.version.activities[name]) for name in place]
        inside = [(name, shape) for name, shape in shapes if "when" not in shape or self._holds(shape["when"], run)]
        for name, shape in inside:
            self._log(run, name, shape["type"], "waiting", at, "|".join(place) if len(place) > 1 else None)
        if not inside:
            self._end(token, place[0], at, "finished")
            return
        run.snapshot, run.waited = None, True
        dues = [(self._due(run, name, shape, at), turn, name) for turn, (name, shape) in enumerate(inside)]
        due, _, winner = min(dues)
        self._park(token, place, at, due, winner, "")
        self._hear_past(token)

    def _park(self, token: Token, place: tuple[str, ...], at: int, due: int, winner: str, held: str) -> None:
        run, stay = token.run, token.run.version.stay
        if stay is not None and run.entered + stay < due:  # J9
            due, winner = run.entered + stay, "stay"
        token.place, token.arrived, token.due, token.winner, token.held = place, at, due, winner, held
        if "read" in run.version.entry and not run.waited and run.snapshot is None:  # R17: time passes from here on
            run.snapshot = {**run.person.attributes, **run.person.written}

    def _due(self, run: Run, name: str, shape: Shape, at: int) -> int:
        """When a wait, or the time-out of an event, is over."""
        if shape["type"] != "wait":
            if "timeout" not in shape:
                return NEVER  # R10
            return at + (run.version.test_wait(name) if run.mode == "test" else duration(shape["timeout"]))
        if run.mode != "live":
            return at + run.version.test_wait(name) if run.mode == "test" else at
        zone = ZoneInfo(shape.get("zone") or run.version.zone(run.person))
        found = at + duration(shape["for"]) if "for" in shape else self._moment(shape, at, zone)
        later = int(self._draw(run, name, "spread") * duration(shape["spread"])) if "spread" in shape else 0
        return max(at, found + later)

    @staticmethod
    def _moment(shape: Shape, at: int, zone: ZoneInfo) -> int:
        if "until_local" in shape:
            return _instant_of(datetime.fromisoformat(shape["until_local"]), zone)
        hours, minutes = map(int, shape["time_of_day"].split(":"))
        today = _local(at, zone).replace(hour=hours, minute=minutes, second=0, microsecond=0)
        days = [today + timedelta(days=ahead) for ahead in range(-1, 10)]
        days = [day for day in days if WEEKDAYS[day.weekday()] in shape.get("weekdays", WEEKDAYS)]
        return min(moment for moment in (_instant_of(day, zone) for day in days) if moment > at)

    def _elapse(self, token: Token, at: int) -> None:
        """The timer of a token has come."""
        run, winner = token.run, token.winner
        if winner == "stay":
            self._end_run(run, at, "instance_timed_out")
        elif winner == "release":
            self._do(token, token.place[0], at)
        else:
            shape = run.version.activities[winner]
            if shape["type"] == "wait":
                self._leave(token, winner, "elapsed", shape.get("then"), at)
            else:
                self._leave(token, winner, "timeout", shape.get("on_timeout", shape.get("then")), at)  # R8

    def _leave(self, token: Token, name: str, outcome: str, to: Any, at: int, detail: str | None = None) -> None:
        """Leave an activity by an edge."""
        self._log(token.run, name, token.run.version.activities[name]["type"], outcome, at, detail)
        self._go(token, name, to, at)

    def _go(self, token: Token, name: str, to: Any, at: int) -> None:
        place = () if to is None else (to,) if isinstance(to, str) else tuple(to)
        if place:
            self._send(token, place, at)
        else:
            self._end(token, name, at, "finished")  # R12

    def _fail(self, token: Token, name: str, code: str, at: int, remember: bool = True) -> None:
        """R7, R13."""
        run, shape = token.run, token.run.version.activities[name]
        run.trouble = code.removeprefix("http_")
        self._log(run, name, shape["type"], "error", at, code)
        if shape.get("on_error"):
            self._go(token, name, shape["on_error"], at)
        else:
            self._end(token, name, at, "timed_out" if code == "timedOut" else "error", name)

    # --- ending ---

    def _end(self, token: Token, name: str, at: int, how: str, why: str | None = None) -> None:
        """A token is at its end; the run with its last one."""
        token.run.failed, token.run.laps = name, token.laps
        token.run.tokens.remove(token)
        if not token.run.tokens:
            self._over(token.run, name, at, how, why)

    def _end_run(self, run: Run, at: int, how: str, why: str | None = None) -> None:
        """A run is taken out wherever it stands."""
        name = run.tokens[-1].place[0]
        run.tokens.clear()
        self._over(run, name, at, how, why)

    def _over(self, run: Run, name: str, at: int, how: str, why: str | None) -> None:
        run.ended, run.status = at, how
        self._log(run, name, "end", how, at, why)
        self._next_in_line(run, at)
        if run.caller is not None and run.caller in run.caller.run.tokens and run.caller.held == "child":
            self._answered(run.caller, run.caller.place[0], how, None, at)

    def _next_in_line(self, run: Run, at: int) -> None:
        """Who waited for the end of this run enters now: the first one that is let in."""
        person = run.person
        for waiting in [one for one in person.queued if one[0] is run.journey and one[2].supplement == run.supplement]:
            _, version, entering = waiting
            entering.at = at
            door = version if version.mode != "live" else run.journey.entrance
            if door is not None and self._inside(person, run.journey, entering):
                return
            person.queued.remove(waiting)
            if door is not None and door.status in ("stopped", "finished"):
                self._discard(person, run.journey, door, entering, "journey_closed")
            elif door is not None and self._enter(person, run.journey, door, entering) is not None:
                return

    def _send_away(self, journey: Journey, version: Version, now: int, reason: str | None) -> None:
        """Nobody enters any more who waits before this version."""
        for person in self.people.values():
            for waiting in list(person.queued):
                door = waiting[1] if waiting[1].mode != "live" else waiting[0].entrance
                if waiting[0] is journey and door is version:
                    person.queued.remove(waiting)
                    waiting[2].at = now
                    if reason is not None:
                        self._discard(person, journey, version, waiting[2], reason)

    # --- doing ---

    def _do(self, token: Token, name: str, at: int) -> None:
        """An activity that parks nobody."""
        run, shape = token.run, token.run.version.activities[name]
        token.place, token.held, token.due = (name,), "", NEVER
        kind = shape["type"]
        if kind in ACTS and not self._passes(token, name, shape, at):
            return
        does = "message" if kind in MESSAGES else "finish" if kind == "end" else kind
        getattr(self, f"_{does}")(token, run, name, shape, at)

    def _passes(self, token: Token, name: str, shape: Shape, at: int) -> bool:
        """What stands in front of actions: exit attribute, pause, dry run, consent, suppression, quiet hours, caps."""
        run, version, person = token.run, token.run.version, token.run.person
        if version.exit_rule is not None and self._holds(version.exit_rule, run):
            self._end(token, name, at, "exited", "attribute")
            return False
        if version.status == "paused":
            if version.discards:
                self._end(token, name, at, "exited", "paused")
            else:
                self._hold(token, name, at, NEVER, "pause")
            return False
        if run.mode == "dry":
            return self._pass_by(token, name, shape, at, "dry_run")
        if shape["type"] in MESSAGES or shape.get("consent"):
            channel = shape.get("consent") or shape["type"]
            if person.value(f"consent_{channel}") is False:
                return self._pass_by(token, name, shape, at, "no_consent")
            if shape["type"] == "email" and person.value("email") in self.suppressed:
                return self._pass_by(token, name, shape, at, "suppressed")
        if shape["type"] not in MESSAGES or shape.get("transactional"):
            return True
        rules = [self.rule_sets[set_] for set_ in shape.get("rule_sets", ()) if set_ in self.rule_sets]
        for rule in (rule for rule in rules if rule["type"] == "quiet_hours"):
            end = _quiet_until(rule, at)
            if end > at and rule["handling"] == "discard":
                self._end(token, name, at, "exited", "quiet_hours")
                return False
            if end > at:
                self._hold(token, name, at, end, "quiet_hours")
                return False
        if not self._fits(person, shape, shape["type"], at):
            return self._pass_by(token, name, shape, at, "cap")
        self._count(person, shape, shape["type"], at)
        return True

    def _caps(self, shape: Shape, channel: str) -> list[Shape]:
        rules = [self.rule_sets[set_] for set_ in shape.get("rule_sets", ()) if set_ in self.rule_sets]
        return [rule for rule in rules if rule["type"] == "channel_cap" and channel in rule["channels"]]

    def _fits(self, person: Person, shape: Shape, channel: str, at: int) -> bool:
        """Whether one more message stays within all daily caps."""
        for rule in self._caps(shape, channel):
            today = [time for id_, time in person.sent if id_ == id(rule) and time // DAY == at // DAY]
            if len(today) >= rule["cap"]:
                return False
        return True

    def _count(self, person: Person, shape: Shape, channel: str, at: int) -> None:
        person.sent += [(id(rule), at) for rule in self._caps(shape, channel)]

    def _pass_by(self, token: Token, name: str, shape: Shape, at: int, why: str) -> bool:
        self._leave(token, name, "passed", shape.get("then"), at, why)
        return False

    def _hold(self, token: Token, name: str, at: int, until: int, why: str) -> None:
        self._log(token.run, name, token.run.version.activities[name]["type"], "held", at, why)
        self._park(token, (name,), at, until, "release", why)

    def _call_out(self, token: Token, name: str, channel: str, at: int, content: Any = None) -> None:
        """Hold the run until the outcome is there."""
        self._log(token.run, name, token.run.version.activities[name]["type"], "waiting", at)
        self._deliver(token, name, channel, at, content)
        self._park(token, (name,), at, NEVER, "", "calling")

    def _deliver(self, token: Token, name: str, channel: str, at: int, content: Any = None) -> None:
        key = f"{token.run.key}/{name}/{token.visit}"
        self.calls.append((key, channel, token.run.version.number, name, at, content))

    def _message(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        shown = {"email": "body", "webhook": "body"}.get(shape["type"], "text")
        content = run.last_event.get("total") if "event.total" in str(shape.get(shown, "")) else None
        self._deliver(token, name, shape["type"], at, content)
        self._leave(token, name, "next", shape.get("then"), at)

    def _choose_channel(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        def accepts(channel: str) -> bool:
            address = run.person.value({"email": "email", "sms": "phone"}[channel])
            wanted = run.person.value(f"consent_{channel}") is not False and address not in self.suppressed
            return wanted and address is not None and self._fits(run.person, shape, channel, at)

        found = next((channel for channel in shape["ranking"] if accepts(channel)), None)
        if found is not None:
            self._count(run.person, shape, found, at)
            self._deliver(token, name, found, at)
        self._leave(token, name, "next", shape.get("then"), at, found or "no_channel")

    def _custom_action(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        values = {key: self._value(value, run) for key, value in shape.get("values", {}).items()}
        self._call_out(token, name, "http", at, values.get("n"))

    def _condition(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        if "source" in shape:
            self._call_out(token, name, "source", at)
        else:
            self._decide(token, run, name, shape, at)

    def _decide(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        """R6; a test may name the path."""
        wanted = run.version.body.get("test", {}).get("branches", {}).get(name) if run.mode == "test" else None
        labels = [path["label"] for path in shape["paths"]]
        if wanted in (*labels, "otherwise"):
            taken = wanted
        else:
            taken = next((path["label"] for path in shape["paths"] if self._holds(path["when"], run)), "otherwise")
        ways = {path["label"]: path.get("to") for path in shape["paths"]} | {"otherwise": shape.get("otherwise")}
        self._leave(token, name, taken, ways[taken], at)

    def _split(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        path = shape["paths"][0]
        if run.mode == "test":
            wanted = run.version.body.get("test", {}).get("branches", {}).get(name)
            path = next((path for path in shape["paths"] if path["label"] == wanted), path)
        else:
            draw = self._draw(run, name, "", sticky=shape.get("sticky", False))
            reached = itertools.accumulate(path["percent"] for path in shape["paths"])
            path = next(path for path, end in zip(shape["paths"], reached, strict=True) if draw < end / 100)
        self._leave(token, name, path["label"], path.get("to"), at)

    def _time_condition(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        local = _local(at, ZoneInfo(run.version.zone(run.person)))
        taken = next((path for path in shape["paths"] if _is_time(path, local)), None)
        label, to = ("otherwise", shape.get("otherwise")) if taken is None else (taken["label"], taken.get("to"))
        self._leave(token, name, label, to, at)

    def _date_condition(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        zone = ZoneInfo(run.version.zone(run.person))

        def inside(path: Shape) -> bool:
            first = _instant_of(datetime.fromisoformat(path["from"]), zone) if "from" in path else -NEVER
            last = _instant_of(datetime.fromisoformat(path["until"]), zone) if "until" in path else NEVER
            return first <= at < last

        taken = next((path for path in shape["paths"] if inside(path)), None)
        label, to = ("otherwise", shape.get("otherwise")) if taken is None else (taken["label"], taken.get("to"))
        self._leave(token, name, label, to, at)

    def _profile_cap(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        if run.mode == "live":
            self._call_out(token, name, "seat", at)
        else:
            self._leave(token, name, "next", shape.get("then"), at)

    def _update_profile(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        values = {key: self._value(value, run) for key, value in shape["values"].items()}
        self._write(run, at, values)
        self._leave(token, name, "next", shape.get("then"), at)

    def _write(self, run: Run, at: int, values: Shape) -> None:
        """J2: read by the next step, and by everything from the next tick on."""
        run.person.written.update(values)
        if run.snapshot is not None:
            run.snapshot.update(values)
        self.own_changes.append([run.person.id, at, values])

    def _add_to_list(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        lists = run.person.value("lists", run) or []
        self._write(run, at, {"lists": lists if shape["list"] in lists else [*lists, shape["list"]]})
        self._leave(token, name, "next", shape.get("then"), at)

    def _remove_from_list(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        lists = run.person.value("lists", run) or []
        self._write(run, at, {"lists": [each for each in lists if each != shape["list"]]})
        self._leave(token, name, "next", shape.get("then"), at)

    def _send_event(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        values = {key: self._value(value, run) for key, value in shape.get("values", {}).items()}
        id_ = f"{run.key}/{name}/{token.visit - 1}"
        self.own_events.append([shape["event"], run.person.id, at, id_, values])
        self._leave(token, name, "next", shape.get("then"), at)

    def _jump(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        """R16, J18."""
        result, _ = self._begin_other(run, shape, at, "jump")
        if result == "failed":
            self._fail(token, name, "error", at)
        else:
            self._leave(token, name, "next", shape.get("then"), at, result)

    def _call(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        result, begun = self._begin_other(run, shape, at, "call")
        if result == "failed":
            self._fail(token, name, "error", at)
        elif begun is None:
            self._leave(token, name, "next", shape.get("then"), at, result)
        else:
            begun.caller = token
            self._log(run, name, "call", "waiting", at)
            self._park(token, (name,), at, NEVER, "", "child")

    def _begin_other(self, run: Run, shape: Shape, at: int, way: str) -> tuple[str, Run | None]:
        journey = self.journeys.get(shape["journey"])
        door = None if journey is None else journey.entrance
        if door is not None and door.status in ("stopped", "finished"):
            door = None
        if journey is not None and door is None:
            door = next((v for v in reversed(journey.versions) if v.status == "draft_test"), None)
        if journey is None or door is None:
            return "failed", None
        payload = {key: self._value(value, run) for key, value in shape.get("values", {}).items()}
        trigger = door.entry.get("event") if shape.get("values") else None
        entering = Entering(at, way, None, None, trigger, payload)
        if self._inside(run.person, journey, entering):
            return "skipped", None
        begun = self._enter(run.person, journey, door, entering)
        return ("failed" if begun is None else "ok"), begun

    def _fork(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        self._log(run, name, "fork", "forked", at)
        more = [
            Token(run, (name,), at, laps=token.laps, loops=dict(token.loops), path=token.branch(name, index))
            for index in range(1, len(shape["branches"]))
        ]
        run.tokens += more
        for branch, to in zip([token, *more], shape["branches"], strict=True):
            self._go(branch, name, to, at)

    def _join(self) -> None:
        """Branches go on as one when all that can still come have come."""
        for person in self.people.values():
            for run in [run for run in person.runs if run.ended is None]:
                joins = [name for name, shape in run.version.activities.items() if shape["type"] == "join"]
                for name in joins:
                    self._join_at(run, name)

    def _join_at(self, run: Run, name: str) -> None:
        here = [token for token in run.tokens if token.place == (name,)]
        others = [token for token in run.tokens if token.place != (name,)]
        if not here or any(name in reached(run.version.activities, token.place) for token in others):
            return
        at = max(token.arrived for token in here)
        first = here[0]
        first.laps = max(token.laps for token in here)
        first.path = min(token.path for token in here)
        for token in here[1:]:
            run.tokens.remove(token)
        self._leave(first, name, "next", run.version.activities[name].get("then"), at)

    def _loop(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        laps = token.loops.get(name, 0)
        if laps < shape["times"] and not ("until" in shape and self._holds(shape["until"], run)):
            token.loops[name] = laps + 1
            token.laps += 1
            self._leave(token, name, "again", shape["again"], at)
        else:
            token.loops[name] = 0
            self._leave(token, name, "next", shape.get("then"), at)

    def _finish(self, token: Token, run: Run, name: str, shape: Shape, at: int) -> None:
        self._end(token, name, at, "finished")

    # --- hearing ---

    def _event(self, person: Person, at: int, type_: str, id_: str, payload: Shape) -> None:
        """An event about a person: exit rules first (R14, J22), then who listens, then entries (R11)."""
        for journey in sorted(self.journeys.values(), key=lambda journey: journey.precedence(person)):
            moved = False
            for version in [version for version in journey.versions if version.status in RUNNING]:
                for rule in version.body.get("exit_when", ()):
                    met = rule.get("event") == type_ and (
                        "where" not in rule or self._plain(rule["where"], payload.get)
                    )
                    moved |= met and self._take_out(person, journey, version, at, f"event {type_}")
            for run in [run for run in person.of(journey) if run.ended is None]:
                moved |= self._tell(run, type_, at, id_, payload)
            for version in journey.doors:
                if version.entry.get("event") == type_ and not moved and journey.meant(version, person):
                    named = version.entry.get("supplemental")
                    supplement = None if named is None else payload.get(named)
                    entering = Entering(at, "event", id_, supplement, type_, payload)
                    if "where" in version.entry and not self._plain(version.entry["where"], payload.get):
                        self._discard(person, journey, version, entering, "qualification_not_met")
                    else:
                        moved = self._enter(person, journey, version, entering) is not None
                    moved = moved or version.status == "draft_test"

    def _take_out(self, person: Person, journey: Journey, version: Version, at: int, why: str) -> bool:
        """All runs of a person in a version."""
        inside = [run for run in person.of(journey) if run.ended is None and run.version is version]
        gone = [run for run in inside if run.entered <= at and any(token.place for token in run.tokens)]
        for run in gone:
            self._end_run(run, at, "exited", why)
        return bool(gone)

    def _tell(self, run: Run, type_: str, at: int, id_: str, payload: Shape) -> bool:
        """An event for a run: one step of each of its branches at most."""
        if run.version.status not in RUNNING:
            return False
        if at >= run.entered:
            run.past.append((type_, at, id_, payload))
        moved = False
        for token in list(run.tokens):
            if token.held == "calling" and at >= token.arrived:
                token.pending.append((type_, at, id_, payload))  # R11: a busy run hears it afterwards
            elif token.place and not token.held and token.arrived <= at <= token.due:
                moved |= self._hear(token, type_, at, id_, payload, at)
        return moved

    def _hear(self, token: Token, type_: str, time: int, id_: str, payload: Shape, at: int, back: bool = False) -> bool:
        """The upper activity of a place that listens hears it."""
        run = token.run
        for name in token.place:
            shape = run.version.activities[name]
            if shape["type"] != "wait_for_event" or shape["event"] != type_:
                continue
            if back and "look_back" not in shape:
                continue
            if "where" in shape and not self._plain(shape["where"], payload.get):
                continue
            named = run.version.entry.get("supplemental")
            if named is not None and payload.get(named) not in (None, run.supplement):
                continue
            run.events[type_] = run.last_event = payload
            self._leave(token, name, "event", shape.get("then"), at, id_)
            return True
        return False

    def _hear_past(self, token: Token) -> None:
        """On arrival: look-back, then what came while the run was busy."""
        run, at = token.run, token.arrived
        for name in token.place:
            shape = run.version.activities[name]
            back = shape.get("look_back")
            if back is None:
                continue
            since = run.entered if back == "entry" else max(run.entered, at - duration(back) - 1)
            for type_, time, id_, payload in sorted(run.past, key=lambda event: event[1]):
                if since < time <= at and self._hear(token, type_, time, id_, payload, at, back=True):
                    return
        while token.pending and token.place and not token.held:
            type_, time, id_, payload = token.pending.pop(0)
            if self._hear(token, type_, time, id_, payload, at):
                return

    def _change(self, person: Person, at: int, segment: str, direction: str) -> None:
        """Somebody entered or left a segment."""
        for journey in sorted(self.journeys.values(), key=lambda journey: journey.precedence(person)):
            moved = False
            for version in [version for version in journey.versions if version.status in RUNNING]:
                if direction == "enter" and version.entry.get("read") == segment:
                    version.joined.add(person.id)
                for rule in version.body.get("exit_when", ()):
                    if rule.get("segment") == segment and direction == "enter":
                        moved |= self._take_out(person, journey, version, at, f"segment {segment}")
            for run in [run for run in person.of(journey) if run.ended is None]:
                for token in list(run.tokens):
                    moved |= self._hear_change(token, segment, direction, at)
            for version in journey.doors:
                if version.entry.get("segment") == segment and not moved and journey.meant(version, person):
                    entering = Entering(at, direction, f"{direction} {segment}")
                    if version.entry.get("on", "enter") not in (direction, "both"):
                        self._discard(person, journey, version, entering, "behaviour_mismatch")
                    else:
                        moved = self._enter(person, journey, version, entering) is not None
                    moved = moved or version.status == "draft_test"

    def _hear_change(self, token: Token, segment: str, direction: str, at: int) -> bool:
        run = token.run
        if not token.place or token.held or run.version.status not in RUNNING or not token.arrived <= at <= token.due:
            return False
        for name in token.place:
            shape = run.version.activities[name]
            listens = shape["type"] == "wait_for_segment" and shape["segment"] == segment
            if listens and shape.get("on", "enter") in (direction, "both"):
                run.qualification = {"status": direction, "segment": segment, "time": at}
                self._leave(token, name, "event", shape.get("then"), at, f"{direction} {segment}")
                return True
        return False

    def _outcome(self, person: Person, at: int, outcome: list[Any]) -> None:
        """What became of a call or a message."""
        key, result, _, answer = outcome
        journey_id, number, _, name, visit = key.split("/")
        journey = self.journeys.get(journey_id)
        found = [] if journey is None else [run for run in person.of(journey) if run.number == int(number)]
        for run in [run for run in found if run.ended is None and run.version.status in RUNNING]:
            for token in list(run.tokens):
                if token.held == "calling" and token.place == (name,) and token.visit == int(visit):
                    self._answered(token, name, result, answer, at)
                elif token.place and not token.held and token.arrived <= at <= token.due:
                    self._hear_signal(token, name, result, at, key)

    def _hear_signal(self, token: Token, of: str, signal: str, at: int, key: str) -> None:
        for name in token.place:
            shape = token.run.version.activities[name]
            if shape["type"] == "wait_for_signal" and (shape["of"], shape["signal"]) == (of, signal):
                self._leave(token, name, "event", shape.get("then"), at, key)
                return

    def _answered(self, token: Token, name: str, result: str, answer: Shape | None, at: int) -> None:
        """A call is answered, or the run that was called has ended."""
        run, shape = token.run, token.run.version.activities[name]
        remembered = shape["source"]["name"] if "source" in shape else name
        run.answers[remembered] = {**(answer or {}), "status_code": "http_200" if result == "ok" else result}
        fine = result == "ok"
        match shape["type"]:
            case "call":
                if result in ("finished", "exited"):
                    self._leave(token, name, "next", shape.get("then"), at, result)
                else:
                    self._fail(token, name, "error", at)
            case "profile_cap":
                label, to = ("next", shape.get("then")) if fine else ("otherwise", shape.get("otherwise"))
                self._leave(token, name, label, to, at)
            case "custom_action" if result == "timedout" and "on_timeout" in shape:
                run.trouble = "timedOut"
                self._leave(token, name, "timeout", shape["on_timeout"], at)
            case _ if not fine:
                code = {"timedout": "timedOut", "capped": "capped"}.get(result, "error")
                self._fail(token, name, result if result.startswith("http_") else code, at)
            case "condition":
                self._decide(token, run, name, shape, at)
            case _:
                self._leave(token, name, "next", shape.get("then"), at)

    # --- entering ---

    def _inside(self, person: Person, journey: Journey, entering: Entering) -> bool:
        """A run of the same key in any version; J15: one that ends at this very instant has not ended yet."""
        runs = [run for run in person.of(journey) if run.supplement == entering.supplement]
        return any(run.ended is None or entering.at < run.ended for run in runs)

    def _enter(self, person: Person, journey: Journey, version: Version, entering: Entering) -> Run | None:
        """R2: a run, if no rule refuses it."""
        reason = self._against(person, journey, version, entering)
        if reason == "already_in_journey":
            match version.body.get("on_entry_inside", "drop"):
                case "parallel":
                    reason = ""
                case "restart":
                    runs = [run for run in person.of(journey) if run.ended is None]
                    for run in [run for run in runs if run.supplement == entering.supplement]:
                        self._end_run(run, entering.at, "exited", "restarted")
                    reason = ""
                case "queue":
                    person.queued.append((journey, version, entering))
                    return None
                case _:
                    reason = "" if "business_event" in version.entry else reason
        if reason:
            self._discard(person, journey, version, entering, reason)
            return None
        return self._begin(person, journey, version, entering)

    def _against(self, person: Person, journey: Journey, version: Version, entering: Entering) -> str:
        at, opens, closes = entering.at, version.moment("starts"), version.moment("ends")
        if version.status == "paused":
            return "journey_paused"
        if version.status == "closed" and not version.ended:
            return "journey_closed"
        if opens is not None and at < opens:
            return "before_start"
        if version.ended or (closes is not None and at >= closes):
            return "after_end"
        if version.status == "draft_test" and person.value("test_profile") is not True:
            return "not_a_test_profile"
        if "when" in version.entry and not self._plain(version.entry["when"], person.value):
            return "entry_condition_not_met"
        if self._inside(person, journey, entering):
            return "already_in_journey"
        runs = [run for run in person.of(journey) if run.supplement == entering.supplement and run.mode == version.mode]
        rule, forced = version.body.get("reentry", {}), version.entry.get("schedule", {}).get("force_reentrance")
        if not rule.get("allowed", True) and entering.way != "business_event" and not forced:
            return "reentrance_not_allowed" if runs else ""
        pause = duration(rule.get("wait", 5 * MINUTE // SECOND))
        paused = entering.way not in ("read", "business_event")
        return "reentrance_wait" if paused and any(at - run.entered < pause for run in runs) else ""

    def _begin(self, person: Person, journey: Journey, version: Version, entering: Entering) -> Run | None:
        at, number = entering.at, self._number(person, journey)
        if version.status == "draft_test":
            version.tested = max(version.tested, at)
            most = version.body.get("test", {}).get("max_profiles")
            if most is not None and version.testers >= most:
                self._discard(person, journey, version, entering, "test_profile_limit")
                return None
            version.testers += 1
        name = version.entry.get("id", "entry")
        if (
            version.mode == "live"
            and self._draw_of(person, f"{journey.id}/holdout") < version.body.get("holdout", 0) / 100
        ):
            self._row(journey, version, number, person, name, "entry", "held_out", at, entering.detail)
            return None
        refused = self._over_cap(person, journey, version, at)
        if refused:
            self._discard(person, journey, version, entering, refused)
            return None
        run = Run(journey, version, person, number + 1, at, entering.way, entering.supplement, version.mode)
        run.qualification = {"status": entering.way, "time": at}
        if entering.event is not None:
            run.events[entering.event] = run.last_event = entering.payload
        person.runs.append(run)
        self._log(run, name, "entry", "entered", at, entering.detail)
        if "business_event" in version.entry:
            self._log(run, version.entry.get("read_id", "read"), "entry", "entered", at, entering.detail)
        start = version.body["start"]
        run.tokens.append(Token(run, ()))
        self._send(run.tokens[0], (start,) if isinstance(start, str) else tuple(start), at)
        return run

    def _over_cap(self, person: Person, journey: Journey, version: Version, at: int) -> str:
        """Rule sets of the journey: entries a day, of which some are kept for reads to come, and runs at once."""
        if version.mode != "live":
            return ""
        names = [name for name in version.body.get("rule_sets", ()) if name in self.rule_sets]
        for name in names:
            rule = self.rule_sets[name]
            today = [time for set_, time in person.entries if set_ == name and time // DAY == at // DAY]
            if rule["type"] == "journey_entry_cap" and len(today) >= rule["cap"]:
                return "entry_cap"
            if (
                rule["type"] == "journey_entry_cap"
                and len(today) + self._to_come(journey, version, name, at) >= rule["cap"]
            ):
                return "lower_priority"
        for name in names:
            rule = self.rule_sets[name]
            runs = [run for run in person.runs if run.ended is None and name in run.version.body.get("rule_sets", ())]
            if rule["type"] == "journey_concurrency_cap" and len(runs) >= rule["cap"]:
                return "concurrency_cap"
        person.entries += [(name, at) for name in names]
        return ""

    def _to_come(self, journey: Journey, version: Version, rule_set: str, at: int) -> int:
        """Section 19: how many journeys of higher priority under that set read their segment later that day."""
        found = 0
        for other in (each for one in self.journeys.values() if one is not journey for each in one.versions):
            under = other.status in ("live", "paused") and rule_set in other.body.get("rule_sets", ())
            if not under or other.priority <= version.priority or other.next_read is None:
                continue
            opens, closes = other.moment("starts"), other.moment("ends")
            comes: int | None = other.next_read
            while comes is not None and opens is not None and comes < opens:
                comes = self._next_read(other, comes)
            if comes is not None and (closes is None or comes < closes):
                found += at <= comes and comes // DAY == at // DAY
        return found

    @staticmethod
    def _number(person: Person, journey: Journey) -> int:
        return max((run.number for run in person.of(journey)), default=0)

    def _discard(self, person: Person, journey: Journey, version: Version, entering: Entering, reason: str) -> None:
        number, name = self._number(person, journey), version.entry.get("id", "entry")
        self._row(journey, version, number, person, name, "discard", reason, entering.at, entering.detail)

    # --- reads ---

    def _business_event(self, at: int, type_: str, id_: str, payload: Shape) -> None:
        for journey in sorted(self.journeys.values(), key=Journey.precedence):
            for version in journey.doors:
                met = "where" not in version.entry or self._plain(version.entry["where"], payload.get)
                if version.entry.get("business_event") == type_ and met and version.status not in ("paused", "closed"):
                    self._read(journey, version, at, "business_event", type_, payload)

    def _read(
        self,
        journey: Journey,
        version: Version,
        at: int,
        way: str,
        event: str | None = None,
        payload: Shape | None = None,
    ) -> int:
        """All members enter, or of an incremental read who joined since the one before; when the last one does."""
        segment, schedule = version.entry["read"], version.entry.get("schedule", {})
        members = [person for person in self.people.values() if segment in person.segments]
        if schedule.get("incremental") and version.reads:
            members = [person for person in members if person.id in version.joined]
        version.joined, version.reads = set(), version.reads + 1
        spread, last = duration(version.entry.get("spread", 0)), at
        for person in members:
            share = self._draw_of(person, f"{journey.id}/read/{version.reads}")
            entering = Entering(at + int(share * spread), way, f"read {segment}", None, event, payload or {})
            last = max(last, entering.at)
            if entering.at > at:
                self.later.append((journey, version, at, person.id, entering))
            else:
                self._turn_of_read(person, at, journey, version, entering)
        self._run()
        return last

    def _turn_of_read(self, person: Person, at: int, journey: Journey, version: Version, entering: Entering) -> None:
        if version.status in ("live", "draft_test", "dry_run"):
            self._enter(person, journey, version, entering)

    def _next_read(self, version: Version, after: int) -> int | None:
        schedule = version.entry.get("schedule", {})
        if "read" not in version.entry or "business_event" in version.entry:
            return None
        first = instant(schedule["at"]) if "at" in schedule else version.opened
        if after < first:
            return first
        if schedule.get("type", "once") == "once":
            return None
        every = duration(schedule["every"])
        found = first + ((after - first) // every + 1) * every
        return None if "until" in schedule and found > instant(schedule["until"]) else found  # J19

    # --- versions ---

    def _control(self, control: Shape, now: int) -> None:
        if control["kind"] == "rule_set":
            self.rule_sets[control["id"]] = control["body"]
            return
        if control["kind"] == "suppression":
            self.suppressed |= set(control["body"]["addresses"])
            return
        if control["kind"] == "segment":
            return
        journey = self.journeys.setdefault(control["id"], Journey(control["id"], len(self.journeys)))
        version = journey.version(control.get("version"))
        body = control.get("body", {})
        match control["action"]:
            case "publish" | "test_on" | "dry_run_on" as action:
                status = {"test_on": "draft_test", "dry_run_on": "dry_run"}.get(action, "live")
                self._publish(journey, version, control.get("version", 1), body, status, now)
            case "test_off" | "dry_run_off" if version is not None and version.mode != "live":
                self._clear(journey, version, now)
                version.status = "draft"
            case "close" if version is not None:
                self._shut(version, now)
            case "stop":
                self._stop(journey, version, now)
            case "pause" if version is not None and version.status == "live":
                version.status, version.discards = "paused", body.get("profiles") == "discard"
                version.until = now + duration(body["for"]) if "for" in body else None
                self.later = [entry for entry in self.later if entry[1] is not version]
            case "resume" if version is not None and version.status == "paused":
                self._resume(journey, version, now)
            case "set_attribute_exit" if version is not None:
                version.exit_rule = body["when"]
            case "retry" if version is not None and version.status in RUNNING:
                self._retry(journey, version, now)

    def _publish(
        self, journey: Journey, known: Version | None, number: int, body: Shape, status: str, now: int
    ) -> None:
        if status == "live":
            for other in journey.versions:
                if other.number != number and other.status in ("live", "paused"):
                    self._shut(other, now)  # R15
        known = journey.version(number)
        if known is not None and known.mode != "live":
            self._clear(journey, known, now)
        fresh = Version(number, body, status, now, tested=now)
        if known is None:
            journey.versions.append(fresh)
        else:
            journey.versions[journey.versions.index(known)] = fresh
        fresh.next_read = self._next_read(fresh, now - 1)
        if fresh.entry.get("include_members"):
            segment = fresh.entry["segment"]
            for person in self.people.values():
                if segment in person.segments:
                    self._enter(person, journey, fresh, Entering(now, "enter", f"member {segment}"))

    def _shut(self, version: Version, now: int) -> None:
        if version.status in ("live", "paused"):
            version.status, version.closed, version.until = "closed", now, None

    def _stop(self, journey: Journey, version: Version | None, now: int) -> None:
        for each in journey.versions if version is None else [version]:
            if each.status in RUNNING:
                self._send_away(journey, each, now, "journey_closed")
                self._end_everybody(journey, each, now, "stopped", None)
                each.status = "stopped"
                self.later = [entry for entry in self.later if entry[1] is not each]

    def _retry(self, journey: Journey, version: Version, now: int) -> None:
        """The last run of each person (and second identifier), where it failed, goes on from the step that failed."""
        for person in self.people.values():
            last = {run.supplement: run for run in person.of(journey)}
            for run in last.values():
                if run.version is version and run.status in ("error", "timed_out"):
                    run.ended, run.status = None, ""
                    run.tokens.append(Token(run, laps=run.laps + 1))
                    self._send(run.tokens[0], (run.failed,), now)

    def _clear(self, journey: Journey, version: Version, now: int) -> None:
        """A test or a dry run is over: nobody was ever in it."""
        why = "test_off" if version.mode == "test" else "dry_run_off"
        self._send_away(journey, version, now, None)
        self._end_everybody(journey, version, now, "exited", why)
        for person in self.people.values():
            for run in person.of(journey):
                if run.version is version:
                    run.mode = "forgotten"

    def _end_everybody(self, journey: Journey, version: Version, now: int, how: str, why: str | None) -> None:
        for person in self.people.values():
            for run in [run for run in person.of(journey) if run.ended is None and run.version is version]:
                self._end_run(run, now, how, why)

    def _resume(self, journey: Journey, version: Version, now: int) -> None:
        """Who is held goes on, with the values of now."""
        version.status, version.until = "live", None
        for person in self.people.values():
            for run in [run for run in person.of(journey) if run.ended is None and run.version is version]:
                for token in [token for token in run.tokens if token.held == "pause"]:
                    run.snapshot, run.waited = None, True
                    self._send(token, token.place, now)
        self._run()

    def _marks(self) -> Iterator[int]:
        """When something happens to a version as a whole."""
        for journey in self.journeys.values():
            for version in journey.versions:
                closes, on = version.moment("ends"), version.status in ("live", "paused")
                yield from [closes] if on and closes is not None else []
                yield from [version.until] if version.status == "paused" and version.until is not None else []
                yield from [version.tested + 7 * DAY] if version.status == "draft_test" else []
                yield from [version.last_entry] if on and version.recurs and version.last_entry is not None else []
                finish = version.finish
                yield from [] if finish is None else [finish]
                if version.status in ("live", "paused", "draft_test", "dry_run") and version.next_read is not None:
                    yield version.next_read

    def _pass_mark(self, at: int) -> None:
        for journey in sorted(self.journeys.values(), key=Journey.precedence):
            for version in journey.versions:
                self._occurrence(journey, version, at)
                self._time(journey, version, at)

    def _occurrence(self, journey: Journey, version: Version, at: int) -> None:
        if version.next_read is None or version.next_read > at or version.status in ("closed", "stopped", "finished"):
            return
        if version.status == "draft":
            return
        schedule = version.entry.get("schedule", {})
        version.next_read = self._next_read(version, at)
        last = at
        if version.status != "paused":
            if schedule.get("force_reentrance"):
                self._end_everybody(journey, version, at, "exited", "forced_reentrance")
            last = self._read(journey, version, at, "read")
        if version.next_read is None:
            version.last_entry = last

    def _time(self, journey: Journey, version: Version, at: int) -> None:
        closes = version.moment("ends")
        if version.status == "paused" and version.until is not None and version.until <= at:
            self._resume(journey, version, at)
        if version.status in ("live", "paused") and closes is not None and closes <= at:
            version.ended = True
            if version.body.get("at_end") == "exit":
                self._end_everybody(journey, version, at, "exited", "end_date")
            self._shut(version, at)
        if version.status in ("live", "paused") and version.recurs and (version.last_entry or NEVER) <= at:
            self._shut(version, at)
        if version.status == "draft_test" and version.tested + 7 * DAY <= at:
            self._clear(journey, version, at)
            version.status = "draft"
        if version.finish is not None and version.finish <= at:
            version.status = "finished"

    # --- values ---

    def _holds(self, rule: Shape, run: Run) -> bool:
        """A rule about a run."""
        if "segment" in rule:
            return rule["segment"] in run.person.segments
        if "journey" in rule:
            found = re.fullmatch(r"(@(?:action)?\{[^}]+\}) (>=|==) (\S+)", rule["journey"])
            assert found is not None, rule
            left, right = self._read_path(found[1], run), found[3]
            if left is None:
                return False
            return left >= int(right) if found[2] == ">=" else str(left) == right.strip('"')
        return self._plain(rule, lambda name: run.person.value(name, run))

    @staticmethod
    def _plain(rule: Shape, value: Any) -> bool:
        """A rule about attributes, or about properties of an event; a comparison with null is false."""
        found = value(rule.get("attribute", rule.get("field")))
        if "is" in rule:
            return bool(found == rule["is"])
        return found is not None and found >= rule["at_least"]

    def _value(self, written: Any, run: Run) -> Any:
        match written:
            case {"journey": text} if len(written) == 1:
                return self._read_path(text, run)
            case dict():
                return {name: self._value(part, run) for name, part in written.items()}
            case list():
                return [self._value(part, run) for part in written]
            case _:
                return written

    @staticmethod
    def _read_path(text: str, run: Run) -> Any:
        root, name, rest = re.fullmatch(r"@(action)?\{(\w+)\.(\w+)\}", text).groups()  # type: ignore[union-attr]
        if root == "action":
            return run.answers.get(name, {}).get(rest)
        if name == "journey":
            return run.trouble
        return run.events.get(name, {}).get(rest)

    def _draw(self, run: Run, name: str, salt: str, sticky: bool = False) -> float:
        seed = f"{run.journey.id}/{run.version.number}/{name}/{salt}"
        return self._draw_of(run.person, seed, None if sticky else run.number)

    @staticmethod
    def _draw_of(person: Person, seed: str, number: int | None = None) -> float:
        turn = None if number is None else np.array([number], np.int32)
        return float(shares_of(hashes_of(pl.Series([person.id])), seed, turn)[0])

    # --- rows ---

    def _log(self, run: Run, name: str, kind: str, outcome: str, at: int, detail: str | None = None) -> None:
        self._row(run.journey, run.version, run.number, run.person, name, kind, outcome, at, detail)

    def _row(
        self,
        journey: Journey,
        version: Version,
        number: int,
        person: Person,
        name: str,
        kind: str,
        outcome: str,
        at: int,
        detail: str | None,
    ) -> None:
        run = f"{journey.id}/{number}/{person.id}"
        self.steps.append((journey.id, version.number, run, name, kind, outcome, at, detail))

    # --- what it looks like from outside ---

    def standing(self) -> dict[str, tuple[str, list[str]]]:
        """By run: how it is, and the activities before which it stands."""
        return {
            run.key: (run.status or "waiting", sorted(name for token in run.tokens for name in token.place))
            for person in self.people.values()
            for run in person.runs
            if run.mode != "forgotten"
        }


def _of_read(item: tuple[Any, ...]) -> tuple[int, int, str]:
    """Which turn of a read comes first at one instant; all other things keep their order."""
    return item[4][0].precedence() if item[1] == 3 else (0, 0, "")


# --- time ----------------------------------------------------------------------------------------------------


def _local(at: int, zone: ZoneInfo) -> datetime:
    """What the clocks show."""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(zone).replace(tzinfo=None)


def _instant_of(local: datetime, zone: ZoneInfo) -> int:
    """J8: the first of two; a time that the clocks skip is moved forward by the gap."""
    aware = local.replace(tzinfo=zone, fold=0)
    return (aware.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _is_time(path: Shape, local: datetime) -> bool:
    """J5: half open; over midnight it belongs to the day before."""
    now = local.strftime("%H:%M")
    first, last, days = path.get("from", "00:00"), path.get("until", "24:00"), path.get("days") or WEEKDAYS
    today, before = WEEKDAYS[local.weekday()] in days, WEEKDAYS[local.weekday() - 1] in days
    if first < last:
        return today and first <= now < last
    return (today and now >= first) or (before and now < last)


def _quiet_until(rule: Shape, at: int) -> int:
    """The end of the quiet hours that this instant lies in, in UTC, or the instant itself."""
    for weekly in rule["weekly"]:
        first, last = (int(text[:2]) * 60 + int(text[3:]) for text in (weekly["from"], weekly["to"]))
        for day in (at // DAY - 1, at // DAY):
            begin = day * DAY + first * MINUTE
            end = day * DAY + (last + (1440 if last <= first else 0)) * MINUTE
            if begin <= at < end:
                return end
    return at


def reached(activities: dict[str, Shape], place: tuple[str, ...]) -> set[str]:
    """All activities that can be reached from a place by one edge or more."""
    found: set[str] = set()
    ahead = list(place)
    while ahead:
        shape = activities[ahead.pop()]
        edges = [shape.get(name) for name in ("then", "otherwise", "on_timeout", "on_error", "again")]
        edges += [path.get("to") for path in shape.get("paths", ())] + list(shape.get("branches", ()))
        names = {name for to in edges if to is not None for name in ((to,) if isinstance(to, str) else to)}
        ahead += names - found
        found |= names
    return found
