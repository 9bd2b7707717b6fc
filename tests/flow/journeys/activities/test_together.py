"""Activities in real ticks, from definitions as they are written to rows."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest

from parcours.core.clock import HOUR, SECOND, instant, iso
from parcours.core.facts import (
    EVENT_COLUMNS,
    INSTANT,
    NEW_PROFILE_COLUMNS,
    PROFILE_CHANGE_COLUMNS,
    Batch,
    DefinitionChange,
    EventBatch,
    Outputs,
)
from parcours.core.schema import DECIMAL, INTEGER, STRING, Schema, list_of
from parcours.engines.outside import Stub, StubbedOutside
from parcours.engines.state import State
from parcours.engines.virtual import VirtualRunner
from parcours.flow.delivery.attempts import Answer
from parcours.flow.journeys.definitions import read_journey

SCHEMA = Schema(
    {"email": STRING, "phone": STRING, "tier": STRING, "size": INTEGER, "lists": list_of(STRING)},
    {"visit": {"page": STRING, "total": DECIMAL}, "ping": {"n": INTEGER}},
)
START = instant("2026-03-02T10:00:00Z")
PEOPLE = ["ann", "ben", "cid", "dan"]


class World:
    """Four people, one or more journeys, and a clock."""

    def __init__(self, *bodies: dict[str, Any], stubs: dict[str, Stub] | None = None) -> None:
        self.rows: list[pl.DataFrame] = []
        self.sent: list[pl.DataFrame] = []
        self.runner = VirtualRunner(State(SCHEMA), StubbedOutside(stubs), self._record)
        attributes = {
            "email": [f"{name}@example.org" for name in PEOPLE[:3]] + [None],
            "phone": [None, "+2", "+3", None],
            "size": [1, 2, 3, 4],
        }
        head = {"_profile": range(4), "_time": [START - HOUR] * 4}
        new = pl.DataFrame({**head, "_profile_id": PEOPLE}).cast({"_time": INSTANT}).select(list(NEW_PROFILE_COLUMNS))
        changes = pl.DataFrame({**head, "_set": [[*attributes]] * 4, **attributes}).cast({"_time": INSTANT})
        typed = {"_profile": pl.Int32}
        batch = Batch(new_profiles=new.cast(typed), profile_changes=changes.cast(typed))
        assert list(PROFILE_CHANGE_COLUMNS) == changes.columns[:3]
        self.runner.take(batch, START - HOUR)
        for number, body in enumerate(bodies):
            definition = read_journey(body, SCHEMA, [])
            change = DefinitionChange("journey", definition.id, 1, "publish", definition.to_json())
            self.runner.take(Batch(definitions=(change,)), START - HOUR + SECOND + number)

    def _record(self, at: int, outputs: Outputs) -> None:
        self.rows.append(outputs.steps)
        self.sent.append(outputs.deliveries)

    def visit(self, *people: str, at: int = START, **properties: Any) -> World:
        for person in people:
            row = {"_event_id": f"{person}{at}", "_profile": PEOPLE.index(person), "_time": at, **properties}
            frame = pl.DataFrame([row]).cast({"_profile": pl.Int32, "_time": INSTANT})
            assert list(EVENT_COLUMNS) == frame.columns[:3]
            self.runner.take(Batch(events=(EventBatch("visit", frame),)), at)
        return self

    def until(self, at: str) -> World:
        self.runner.advance(instant(at))
        return self

    def steps(self, person: str) -> list[str]:
        """``activity outcome`` of each step of a person, in order, without those of waiting."""
        outcome, profile = pl.col("outcome"), pl.col("_profile")
        mine = pl.concat(self.rows).filter((profile == PEOPLE.index(person)) & (outcome != "waiting"))
        return [f"{row['activity']} {row['outcome']}" for row in mine.iter_rows(named=True)]

    def times(self, activity: str, outcome: str) -> dict[str, str]:
        """By person, when a step had this outcome."""
        rows = pl.concat(self.rows).filter((pl.col("activity") == activity) & (pl.col("outcome") == outcome))
        found = rows.select("_profile", pl.col("time").to_physical()).iter_rows()
        return {PEOPLE[profile]: iso(time) for profile, time in found}

    def deliveries(self, channel: str) -> list[tuple[str, dict[str, Any]]]:
        found = pl.concat(self.sent).filter(pl.col("channel") == channel)
        return [(PEOPLE[row["_profile"]], json.loads(row["content"])) for row in found.iter_rows(named=True)]


def journey(start: str | list[str], activities: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"journey": "j", "entry": {"event": "visit"}, "start": start, "activities": activities, **more}


def test_an_answer_is_read_by_conditions_values_and_templates() -> None:
    world = World(
        journey(
            "ask",
            {
                "ask": {
                    "type": "custom_action",
                    "action": "crm",
                    "values": {"page": {"journey": "@{visit.page}"}},
                    "then": "tell",
                    "on_error": "sorry",
                },
                "tell": {
                    "type": "email",
                    "to": "{{ profile.email }}",
                    "subject": "{{ action.ask.price }}",
                    "body": "{{ events.visit.page }} {{ values.total }}",
                    "values": {"total": {"journey": "@{visit.total}"}},
                },
                "sorry": {"type": "sms", "to": "{{ profile.phone }}", "text": "{{ action.ask.status_code }}"},
            },
        ),
        stubs={"ask": Stub(by_profile={"ann": Stub((Answer(200, body='{"price": 7}'),)), "ben": Stub((Answer(404),))})},
    )
    world.visit("ann", "ben", page="home", total=1.5).until("2026-03-02T11:00:00Z")
    assert world.deliveries("http") == [
        (name, {"action": "crm", "values": {"page": "home"}, "timeout": 30 * SECOND}) for name in ("ann", "ben")
    ]
    ((_, mail),) = world.deliveries("email")
    assert mail["action"]["ask"]["price"] == 7
    assert mail["events"]["visit"]["page"] == "home"
    assert mail["values"] == {"total": 1.5}
    ((_, text),) = world.deliveries("sms")
    assert text["action"]["ask"]["status_code"] == "http_404"
    assert world.steps("ben")[1:] == ["ask error", "sorry next", "sorry finished"]


def test_own_writes_are_read_by_the_next_step_and_lists_grow() -> None:
    gold = {"attribute": "tier", "is": "gold"}
    world = World(
        journey(
            "set",
            {
                "set": {"type": "update_profile", "values": {"tier": "gold"}, "then": "on"},
                "on": {"type": "add_to_list", "list": "vip", "then": "more"},
                "more": {"type": "add_to_list", "list": "news", "then": "off"},
                "off": {"type": "remove_from_list", "list": "vip", "then": "look"},
                "look": {
                    "type": "condition",
                    "paths": [
                        {
                            "label": "both",
                            "when": {"all": [gold, {"attribute": "lists", "contains": "news"}]},
                            "to": "tell",
                        }
                    ],
                },
                "tell": {"type": "email", "to": "{{ profile.email }}", "subject": "s", "body": "{{ profile.lists }}"},
            },
        )
    )
    world.visit("ann").until("2026-03-02T11:00:00Z")
    assert world.steps("ann")[-3:] == ["look both", "tell next", "tell finished"]
    ((_, mail),) = world.deliveries("email")
    assert mail["profile"]["lists"] == ["news"]


def test_branches_of_a_fork_go_on_as_one_behind_the_join() -> None:
    world = World(
        journey(
            "fork",
            {
                "fork": {"type": "fork", "branches": ["mail", "wait"]},
                "mail": {"type": "email", "to": "{{ profile.email }}", "subject": "s", "body": "b", "then": "join"},
                "wait": {"type": "wait", "for": "2 hours", "then": "join"},
                "join": {"type": "join", "then": "end"},
                "end": {"type": "end"},
            },
        )
    )
    world.visit("ann").until("2026-03-02T13:00:00Z")
    assert sorted(world.steps("ann")) == sorted(
        ["entry entered", "fork forked", "mail next", "wait elapsed", "join next", "end finished"]
    )
    assert world.times("join", "next") == {"ann": "2026-03-02T12:00:00Z"}


def test_a_loop_repeats_until_its_rule_is_true_or_its_rounds_are_over() -> None:
    world = World(
        journey(
            "wait",
            {
                "wait": {"type": "wait", "time_of_day": "09:00", "then": "text"},
                "text": {"type": "sms", "to": "{{ profile.phone }}", "text": "t", "then": "loop"},
                "loop": {
                    "type": "loop",
                    "again": "wait",
                    "times": 3,
                    "until": {"attribute": "size", "at_least": 2},
                    "then": "end",
                },
                "end": {"type": "end"},
            },
            zone="Europe/Paris",
        )
    )
    world.visit("ann", "ben").until("2026-03-10T00:00:00Z")
    assert world.steps("ann").count("loop again") == 3
    assert [name for name, _ in world.deliveries("sms")].count("ann") == 4
    assert world.times("end", "finished") == {"ann": "2026-03-06T08:00:00Z", "ben": "2026-03-03T08:00:00Z"}


def test_an_event_that_is_sent_is_heard_by_the_run_that_sent_it() -> None:
    world = World(
        journey(
            "fork",
            {
                "fork": {"type": "fork", "branches": ["hear", "pause"]},
                "hear": {
                    "type": "wait_for_event",
                    "event": "ping",
                    "where": {"field": "n", "at_least": 3},
                    "timeout": "1 day",
                    "on_timeout": "end",
                    "then": "tell",
                },
                "pause": {"type": "wait", "for": "1 hour", "then": "send"},
                "send": {
                    "type": "send_event",
                    "event": "ping",
                    "values": {"n": {"journey": "#{Parcours.Profile.size}"}},
                },
                "tell": {"type": "sms", "to": "{{ profile.phone }}", "text": "{{ event.n }}"},
                "end": {"type": "end"},
            },
        )
    )
    world.visit("ben", "cid").until("2026-03-04T10:00:00Z")
    assert [(name, content["event"]["n"]) for name, content in world.deliveries("sms")] == [("cid", 3)]
    assert world.times("hear", "timeout") == {"ben": "2026-03-03T10:00:00Z"}


def test_the_first_open_channel_is_taken() -> None:
    world = World(
        journey(
            "choose",
            {
                "choose": {
                    "type": "choose_channel",
                    "ranking": ["sms", "email"],
                    "messages": {
                        "sms": {"to": "{{ profile.phone }}", "text": "t"},
                        "email": {"to": "{{ profile.email }}", "subject": "s", "body": "b"},
                    },
                    "then": "end",
                },
                "end": {"type": "end"},
            },
        )
    )
    world.visit(*PEOPLE).until("2026-03-02T11:00:00Z")
    assert world.deliveries("sms") == [(name, {"profile": {"phone": f"+{n}"}}) for name, n in (("ben", 2), ("cid", 3))]
    assert world.deliveries("email") == [("ann", {"profile": {"email": "ann@example.org"}})]
    assert world.steps("dan") == ["entry entered", "choose next", "end finished"]


def test_seats_are_exact() -> None:
    world = World(
        journey(
            "split",
            {
                "split": {
                    "type": "split",
                    "exact": True,
                    "paths": [{"label": "A", "percent": 50, "to": "cap"}, {"label": "B", "percent": 50}],
                },
                "cap": {"type": "profile_cap", "most": 1, "then": "end"},
                "end": {"type": "end"},
            },
        )
    )
    world.visit(*PEOPLE).until("2026-03-02T11:00:00Z")
    assert [len(world.times("split", label)) for label in ("A", "B")] == [2, 2]
    assert len(world.times("cap", "next")) == 1
    assert len(world.times("cap", "otherwise")) == 1


def test_a_call_comes_back_with_the_end_of_the_other_run() -> None:
    inner = journey(
        "pause",
        {
            "pause": {"type": "wait", "for": "3 hours", "then": "text"},
            "text": {"type": "sms", "to": "+9", "text": "{{ event.page }}"},
        },
    )
    outer = journey(
        "call",
        {
            "call": {"type": "call", "journey": "inner", "values": {"page": "called"}, "then": "mail"},
            "mail": {
                "type": "email",
                "to": "{{ profile.email }}",
                "subject": "{{ action.call.status_code }}",
                "body": "b",
            },
        },
    )
    inner = {**inner, "journey": "inner", "entry": {"event": "visit", "where": {"field": "page", "is": "inner"}}}
    world = World(inner, outer)
    world.visit("ann", page="home").until("2026-03-02T14:00:00Z")
    assert world.times("call", "next") == {"ann": "2026-03-02T13:00:00Z"}
    ((_, mail),) = world.deliveries("email")
    assert mail["action"]["call"]["status_code"] == "finished"
    ((_, text),) = world.deliveries("sms")
    assert text["event"]["page"] == "called"


@pytest.mark.parametrize(("when", "expected"), [(True, "2026-03-02T11:00:00Z"), (False, "2026-03-02T13:00:00Z")])
def test_of_racing_waits_only_those_take_part_whose_condition_is_true(when: bool, expected: str) -> None:
    short = {"attribute": "size", "at_least": 1 if when else 9}
    world = World(
        journey(
            ["short", "long"],
            {
                "short": {"type": "wait", "for": "1 hour", "when": short, "then": "end"},
                "long": {"type": "wait", "for": "3 hours", "then": "end"},
                "end": {"type": "end"},
            },
        )
    )
    world.visit("ann").until("2026-03-02T20:00:00Z")
    assert world.times("end", "finished") == {"ann": expected}
