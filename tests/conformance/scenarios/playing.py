"""Plays a scenario: the world as it is at the start, then everything in the timeline."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from parcours.core.clock import SECOND, instant
from parcours.core.facts import INSTANT, OUTCOME_COLUMNS, Batch, DefinitionChange, EventBatch
from parcours.engines.outside import Stub, StubbedOutside
from parcours.engines.state import State
from parcours.engines.virtual import VirtualRunner
from parcours.flow.delivery.attempts import Answer
from parcours.flow.delivery.limits import Capping, Gate, Throttle
from parcours.language.frontends import read_rule
from parcours.language.functions.iso import read_duration
from parcours.language.tree_json import to_json
from tests.conformance.scenarios.controls import Controls
from tests.conformance.scenarios.names import journeys_of, member_of, names_of, nodes_of
from tests.conformance.scenarios.people import NOBODY, changes, events, new_profiles, people_of, suppressed
from tests.conformance.scenarios.reading import complete
from tests.conformance.scenarios.seen import Seen
from tests.conformance.scenarios.watching import Spy, Watcher

#: How a click on a link that is no content is told.
_LINKS = {"unsubscribe": "unsubscribed", "mirror": "mirrored"}
#: From this many people on, those of one entry are one input.
_MANY = 2000


def play(case: Mapping[str, Any]) -> Seen:
    """Everything that happened in a scenario up to its end."""
    return Stage(case).play()


class Stage:
    """One scenario on its way. What moves time are the three methods in front, so that others may move it otherwise."""

    def __init__(self, case: Mapping[str, Any]) -> None:
        self.case = case = complete(case)
        self.names = names_of(case)
        self.schema = self.names.schema(case)
        self.people = people_of(case, self.names)
        self.numbers = {person.id: number for number, person in enumerate(self.people)}
        self.outside = StubbedOutside(_stubs(case), _gates(case), silent=_told(case))
        self.spy = Spy()
        nodes = {node["id"]: node for node in nodes_of(case)}
        self.watcher = Watcher(lambda number: self.people[number].id, self.outside, self.spy, nodes)
        self.runner = VirtualRunner(State(self.schema), self.outside, self.watcher.record)
        self.controls = Controls(case, self.names, self.schema)
        self.sent = 0
        self.end = instant(case["timeline"][-1]["at"])

    # --- time ---------------------------------------------------------------------------------------------

    def take(self, batch: Batch, at: int) -> None:
        """An input at ``at``."""
        self.runner.take(batch, at)

    def reach(self, at: int) -> None:
        """Everything before something is decided at ``at``."""
        self.runner.reach(at)

    def advance(self, until: int) -> None:
        """Let time pass."""
        self.runner.advance(until)

    # --- the play -----------------------------------------------------------------------------------------

    def play(self) -> Seen:
        """Everything that happens."""
        with self.spy.listening():
            return self._play()

    def _play(self) -> Seen:
        timeline = self.case["timeline"]
        self._begin(min([instant(timeline[0]["at"]), *self._first_reads()]) - SECOND)
        for entry in timeline:
            self._input(entry, instant(entry["at"]))
        self.advance(self.end)
        seen = self.watcher.seen(self.end)
        seen.control = self.controls.results
        seen.journeys = self.controls.statuses(self.runner.state)
        seen.attributes = self._attributes()
        return seen

    def _first_reads(self) -> list[int]:
        """When journeys that run at the start read their segment first."""
        started = [
            journey for journey in journeys_of(self.case) if journey.get("status") in ("live", "draft_test", "dry_run")
        ]
        schedules = [journey.get("properties", {}).get("schedule", {}) for journey in started]
        return [instant(schedule["at"]) for schedule in schedules if schedule.get("at")]

    # --- the start ----------------------------------------------------------------------------------------

    def _begin(self, at: int) -> None:
        rows = [(number, person.attributes) for number, person in enumerate(self.people)]
        self.take(Batch(new_profiles=new_profiles(self.people, at), profile_changes=changes(rows, self.schema, at)), at)
        segments = tuple(self._segment(name) for name in self.case.get("segments", {}))
        around = (*self._rule_sets(), *self._suppression())
        if segments or around:
            self.take(Batch(definitions=(*segments, *around)), at + 1)
        for number, change in enumerate(self.controls.at_the_start()):
            self.take(Batch(definitions=(change,)), at + 2 + number)

    def _segment(self, name: str) -> DefinitionChange:
        rule = read_rule({"attribute": member_of(name), "is": True}, self.schema)
        return DefinitionChange("segment", name, 1, "publish", {"rule": to_json(rule)})

    def _rule_sets(self) -> list[DefinitionChange]:
        sets = self.case.get("rule_sets", {})
        return [DefinitionChange("rule_set", name, 1, "publish", {"rule_set": name, **sets[name]}) for name in sets]

    def _suppression(self) -> list[DefinitionChange]:
        found = suppressed(self.case)
        return [DefinitionChange("suppression", "", 1, "add", {"addresses": found})] if found else []

    # --- the timeline -------------------------------------------------------------------------------------

    def _input(self, entry: Mapping[str, Any], at: int) -> None:
        match entry:
            case {"event": {"profiles": {"prefix": prefix, "count": count}} as event}:
                self._events(event, [f"{prefix}{number}" for number in range(1, count + 1)], at)
            case {"event": event}:
                self._event(event, [self.numbers[event["profile"]]], at)
            case {"business_event": event}:
                self._event(event, [NOBODY], at)
            case {"segment": segment}:
                member = {member_of(segment["name"]): segment["status"] == "enter"}
                self._set(segment["profile"], member, at)
            case {"set_profile": change}:
                self._set(change["profile"], change["attrs"], at)
            case {"reaction": reaction}:
                self._react(reaction, at)
            case {"control": control}:
                self._control(control, at)
            case _:  # what is due at this very instant still comes behind inputs that follow (J15)
                self.reach(at)

    def _events(self, event: Mapping[str, Any], people: Sequence[str], at: int) -> None:
        """Each person is an input of its own; very many are one, where they cannot be in each other's way."""
        numbers = [self.numbers[person] for person in people]
        if len(numbers) >= _MANY:
            self._event(event, numbers, at)
            return
        for number in numbers:
            self._event(event, [number], at)

    def _event(self, event: Mapping[str, Any], numbers: Sequence[int], at: int) -> None:
        name, types = event["name"], self.schema.events[event["name"]]
        rows = events(numbers, event.get("payload", {}), types, at, self.sent)
        self.sent += len(numbers)
        self.take(Batch(events=(EventBatch(name, rows),)), at)

    def _set(self, person: str, values: Mapping[str, Any], at: int) -> None:
        self.take(Batch(profile_changes=changes([(self.numbers[person], values)], self.schema, at)), at)

    def _react(self, reaction: Mapping[str, Any], at: int) -> None:
        self.reach(at)
        key = self.watcher.key_of(self.numbers[reaction["profile"]], reaction["node"])
        if key is None:
            return
        kind = _LINKS.get(reaction.get("link", ""), reaction["kind"])
        row = {"key": key, "result": kind, "attempts": 1, "detail": None, "time": at, "started": at, "answer": None}
        plain = {name: pl.Int64 if kind == INSTANT else kind for name, kind in OUTCOME_COLUMNS.items()}
        outcomes = pl.DataFrame([row], schema=plain).cast(dict(OUTCOME_COLUMNS))
        self.take(Batch(outcomes=outcomes), at)

    def _control(self, control: Mapping[str, Any], at: int) -> None:
        self.reach(at)
        for change in self.controls.decide(control, at, self.runner.state):
            self.take(Batch(definitions=(change,)), at)

    # --- the end ------------------------------------------------------------------------------------------

    def _attributes(self) -> dict[str, Mapping[str, Any]]:
        names = list(dict(self.names.attributes.fields))
        if not names or "profile_attrs" not in self.case["expect"]:
            return {}
        state = self.runner.state
        self.take(Batch(), self.runner.now or 0)  # takes in what the last tick wrote
        frame = state.book.attributes.frame(names, np.arange(len(self.people), dtype=np.int32))
        return {person.id: row for person, row in zip(self.people, frame.to_dicts(), strict=True)}


def _told(case: Mapping[str, Any]) -> frozenset[str]:
    """Messages of which the timeline says when they were sent; all others are sent at once."""
    reactions = [entry["reaction"] for entry in case["timeline"] if "reaction" in entry]
    return frozenset(reaction["node"] for reaction in reactions if reaction["kind"] == "sent")


def _stubs(case: Mapping[str, Any]) -> dict[str, Stub]:
    return {node: _stub(stub) for node, stub in case.get("stubs", {}).items()}


def _stub(written: Mapping[str, Any]) -> Stub:
    by_profile = {person: _stub(stub) for person, stub in written.get("by_profile", {}).items()}
    outcome = written.get("outcome")
    if outcome is not None:
        settled = {"timeout": "timedout"}.get(outcome, outcome)
        return Stub(by_profile=by_profile, settled=settled, body=json.dumps(written.get("data")))
    answers = tuple(_answer(answer) for answer in written.get("attempts", ()))
    return Stub(answers or (Answer(200),), by_profile)


def _answer(written: Mapping[str, Any]) -> Answer:
    takes = read_duration(written["takes"]) if "takes" in written else None
    body = json.dumps(written["body"]) if "body" in written else None
    return Answer(written["status"], body, took=0 if takes is None else round(takes.total_seconds() * SECOND))


def _gates(case: Mapping[str, Any]) -> dict[str, Gate]:
    """The rate rules of each node, shared by those that call the same endpoint."""
    capping = {
        name: Capping(rule["maxCallsCount"], rule["periodInMs"] * 1000)
        for name, rule in case.get("capping", {}).items()
    }
    throttles = {name: Throttle(rule["maxThroughput"]) for name, rule in case.get("throttling", {}).items()}
    gates = {
        name: Gate([throttles[name]] if name in throttles else [], [capping[name]] if name in capping else [])
        for name in {*capping, *throttles}
    }
    nodes = ((node["id"], _endpoint(node)) for node in nodes_of(case))
    return {node: gates[endpoint] for node, endpoint in nodes if endpoint in gates}


def _endpoint(node: Mapping[str, Any]) -> str | None:
    params = node.get("params", {})
    found = params.get("endpoint") or params.get("data_source", {}).get("endpoint")
    return None if found is None else str(found)
