"""The settings of a journey itself: what they mean in microseconds, and what is refused."""

from __future__ import annotations

import datetime
import json
from typing import Any

import pytest

from parcours.core.clock import DAY, HOUR, MINUTE, SECOND, instant
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.language.tree import Field, Given, walk
from tests.flow.journeys.definitions.bodies import minimal, places, problems, read

EVERYTHING = {
    "journey": "welcome",
    "name": "Welcome",
    "tags": ["new"],
    "namespace": "customer_id",
    "entry": {
        "event": "visit",
        "where": {"field": "total", "at_least": 1},
        "when": {"attribute": "size", "at_least": 2},
        "supplemental": "page",
        "id": "n1",
        "label": "A visit",
    },
    "reentry": {"allowed": True, "wait": "1 hour"},
    "on_entry_inside": "queue",
    "starts": "2026-03-01T10:00",
    "ends": "2026-04-01T10:00:00Z",
    "at_end": "exit",
    "zone": {"profile": True, "otherwise": "Europe/Paris"},
    "step_timeout": "10 seconds",
    "stay": "30 days",
    "exit_when": [{"event": "purchase", "where": {"field": "total", "more_than": 5}}, {"segment": "gold"}],
    "rule_sets": ["evenings"],
    "priority": 70,
    "version_rules": "free",
    "goal": {"event": "purchase", "where": {"field": "total", "more_than": 9}, "within": "7 days"},
    "holdout": 10,
    "test": {"wait": "1 minute", "waits": {"pause": "2 minutes"}, "max_profiles": 5, "branches": {"pause": "elapsed"}},
    "start": ["pause", "bought"],
    "activities": {
        "pause": {"type": "wait", "for": "1 day", "then": "done"},
        "bought": {"type": "wait_for_event", "event": "purchase", "then": "done"},
        "done": {"type": "end"},
    },
}


def test_every_setting_has_its_meaning() -> None:
    definition = read(EVERYTHING, 4)
    head = definition.head
    assert (definition.id, definition.version, definition.name, definition.namespace) == (
        "welcome",
        4,
        "Welcome",
        "customer_id",
    )
    assert (definition.entry.kind, definition.entry.trigger, definition.entry.heard_as) == ("event", "visit", ("n1",))
    assert (definition.reentry.pause, head.on_entry_inside) == (HOUR, "queue")
    assert (head.opens, head.closes, head.at_end) == (
        instant("2026-03-01T09:00Z"),
        instant("2026-04-01T10:00Z"),
        "exit",
    )
    assert (head.zone_name, head.zone_of_person) == ("Europe/Paris", True)
    assert (head.step_limit, head.stay_limit) == (10 * SECOND, 30 * DAY)
    assert (head.rule_sets, head.priority, head.version_rules, head.holdout) == (("evenings",), 70, "free", 10)
    assert definition.goal is not None
    assert definition.goal.window == 7 * DAY
    assert head.test.pauses == {"": MINUTE, "pause": 2 * MINUTE}
    assert (head.test.max_profiles, head.test.branches) == (5, {"pause": "elapsed"})
    assert definition.start == ("pause", "bought")
    assert definition.events() == {"visit", "purchase"}
    assert set(definition.rules) == {"entry.where", "entry.when", "exit_when[0].where", "goal.where"}
    (bought, gold) = definition.exits()
    assert bought[:2] == ("purchase", None)
    assert bought[2] == definition.rule("exit_when[0].where")
    assert gold == (None, "gold", None)
    assert definition.profile_rules() == (definition.rule("entry.when"),)
    assert JourneyDefinition.from_json(json.loads(json.dumps(definition.to_json()))) == definition


def test_defaults() -> None:
    head = read(minimal()).head
    assert (head.opens, head.closes, head.at_end, head.zone_name, head.zone_of_person) == (
        None,
        None,
        "close",
        "UTC",
        False,
    )
    assert (head.step_limit, head.stay_limit) == (30 * SECOND, 91 * DAY)
    assert (head.on_entry_inside, head.version_rules, head.priority, head.holdout) == ("drop", "strict", 0, 0)
    assert head.test.pauses == {"": 10 * SECOND}
    assert read(minimal(stay=None)).head.stay_limit is None


def test_a_journey_may_consist_of_its_entry() -> None:
    assert read(minimal(start=[], activities={})).start == ()


@pytest.mark.parametrize(
    ("starts", "expected"),
    [
        ("2026-03-29T02:30", "2026-03-29T01:30Z"),  # does not exist: moved on by the gap, 03:30 in summer time
        ("2026-10-25T02:30", "2026-10-25T00:30Z"),  # comes twice: the first
        ("2026-06-01", "2026-05-31T22:00Z"),
        ("2026-06-01T10:00+09:00", "2026-06-01T01:00Z"),
        (datetime.datetime.fromisoformat("2026-06-01T10:00"), "2026-06-01T08:00Z"),
        (datetime.date(2026, 6, 1), "2026-05-31T22:00Z"),
    ],
)
def test_local_dates_are_read_in_the_zone_of_the_journey(starts: object, expected: str) -> None:
    definition = read(minimal(starts=starts, zone="Europe/Paris"))
    assert definition.head.opens == instant(expected)
    assert JourneyDefinition.from_json(json.loads(json.dumps(definition.to_json()))) == definition


def test_the_stay_of_a_read_that_forces_people_out_is_its_period() -> None:
    schedule = {"type": "recurring", "every": "2 days", "force_reentrance": True}
    assert read(minimal(entry={"read": "silver", "schedule": schedule})).head.stay_limit == 2 * DAY


@pytest.mark.parametrize(
    ("entry", "kind", "steps", "segments"),
    [
        ({"segment": "silver"}, "segment", ("entry",), ("silver",)),
        ({"segment": "silver", "on": "both", "include_members": True}, "segment", ("entry",), ("silver",)),
        ({"read": "gold", "rate": 500, "spread": "2 hours"}, "read", ("entry",), ("gold",)),
        (
            {"business_event": "visit", "read": "gold", "id": "n1", "read_id": "n2"},
            "business_event",
            ("n1", "n2"),
            ("gold",),
        ),
    ],
)
def test_kinds_of_entry(entry: dict[str, Any], kind: str, steps: tuple[str, ...], segments: tuple[str, ...]) -> None:
    found = read(minimal(entry=entry)).entry
    assert (found.kind, found.heard_as, found.segments) == (kind, steps, segments)


def test_boolean_keys_of_yaml_1_1_are_read_in_activities_too() -> None:
    waiting = {"type": "wait_for_segment", "segment": "gold", True: "exit"}
    assert read(minimal(start="w", activities={"w": waiting})).activities["w"].on == "exit"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"entry": {}}, [("entry", "entry-must-be-event")]),
        ({"entry": {"event": "visit", "segment": "gold"}}, [("entry", "entry-must-be-event")]),
        ({"entry": {"event": "visit", "read": "gold"}}, [("entry", "entry-must-be-event")]),
        ({"entry": {"business_event": "visit"}}, [("entry.read", "missing-setting")]),
        ({"entry": {"event": "vist"}}, [("entry.event", "unknown-name")]),
        ({"entry": {"read": "sliver"}}, [("entry.read", "unknown-name")]),
        (
            {"entry": {"event": "visit", "where": {"field": "totl", "is": 3}}},
            [("entry.where.field", "unknown-property")],
        ),
        (
            {"entry": {"event": "visit", "when": {"attribute": "siz", "is": 3}}},
            [("entry.when.attribute", "unknown-attribute")],
        ),
        ({"entry": {"event": "visit", "supplemental": "ordr"}}, [("entry.supplemental", "unknown-name")]),
        ({"entry": {"event": "visit", "rate": 5}}, [("entry.rate", "unknown-setting")]),
        ({"entry": {"segment": "gold", "where": {"field": "x", "is": 1}}}, [("entry.where", "unknown-setting")]),
        ({"entry": {"read": "gold", "rate": 0}}, [("entry.rate", "bad-setting")]),
        ({"entry": {"read": "gold", "spread": "long"}}, [("entry.spread", "bad-duration")]),
        ({"entry": {"read": "gold", "schedule": {"typ": "once"}}}, [("entry.schedule.typ", "unknown-setting")]),
        ({"entry": {"read": "gold", "schedule": {"type": "recurring"}}}, [("entry.schedule.every", "missing-setting")]),
        ({"entry": {"event": "visit", "id": "a b"}}, [("entry.id", "bad-name")]),
        ({"entry": {"event": "visit", "id": "done"}}, [("activities.done", "bad-setting")]),
        ({"starts": "soon"}, [("starts", "bad-time")]),
        ({"starts": 3}, [("starts", "bad-setting")]),
        ({"starts": "2026-03-02", "ends": "2026-03-01"}, [("ends", "bad-setting")]),
        ({"zone": "Europe/Pariss"}, [("zone", "bad-setting")]),
        ({"zone": {"profile": True, "otherwise": "Mars"}}, [("zone.otherwise", "bad-setting")]),
        ({"zone": {"profile": True, "otherwhise": "UTC"}}, [("zone.otherwhise", "unknown-setting")]),
        ({"at_end": "leave"}, [("at_end", "bad-setting")]),
        ({"step_timeout": "0 s"}, [("step_timeout", "bad-duration")]),
        ({"stay": "2 months"}, [("stay", "bad-duration")]),
        ({"exit_when": [{"segment": "gold"}, {}]}, [("exit_when[1]", "bad-setting")]),
        ({"exit_when": [{"segment": "gld"}]}, [("exit_when[0].segment", "unknown-name")]),
        ({"exit_when": [{"event": "x"}]}, [("exit_when[0].event", "unknown-name")]),
        ({"exit_when": [{"segment": "gold", "were": 1}]}, [("exit_when[0].were", "unknown-setting")]),
        ({"priority": 101}, [("priority", "bad-setting")]),
        ({"holdout": 101}, [("holdout", "bad-setting")]),
        ({"goal": {"event": "buy"}}, [("goal.event", "unknown-name")]),
        ({"goal": {"event": "visit", "within": "x"}}, [("goal.within", "bad-duration")]),
        ({"goal": {"evnt": "visit"}}, [("goal.evnt", "unknown-setting"), ("goal.event", "missing-setting")]),
        ({"test": {"waits": {"dne": "1 s"}}}, [("test.waits.dne", "unknown-name")]),
        ({"test": {"branches": {"dne": "x"}}}, [("test.branches.dne", "unknown-name")]),
        ({"test": {"max_profiles": 0}}, [("test.max_profiles", "bad-setting")]),
        ({"start": ["done", "dne"]}, [("start", "unknown-name")]),
        ({"on_entry_inside": "wait"}, [("on_entry_inside", "bad-setting")]),
        ({"activities": {"entry": {"type": "end"}}, "start": "entry"}, [("activities.entry", "bad-setting")]),
    ],
)
def test_what_is_refused_is_named(settings: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert places(minimal(**settings)) == expected


def test_rule_sets_are_looked_up_where_they_are_known() -> None:
    body = minimal(rule_sets=["evenings"])
    assert read(body, rule_sets=["evenings"]).head.rule_sets == ("evenings",)
    assert places(body, rule_sets=["evening"]) == [("rule_sets[0]", "unknown-name")]
    assert problems(body, rule_sets=["evening"])[0].hint == "did you mean 'evening'?"


def test_problems_of_the_journey_come_first_then_from_left_to_right() -> None:
    body = minimal(
        priority=200,
        start="a",
        activities={
            "c": {"type": "wait", "for": "x", "then": None},
            "a": {"type": "wait", "for": "x", "then": "b"},
            "lost": {"type": "end"},
            "b": {"type": "wait", "for": "x", "then": "c"},
        },
    )
    assert [where for where, _ in places(body)] == [
        "priority",
        "activities.a.for",
        "activities.b.for",
        "activities.c.for",
        "activities.lost",
    ]


def test_rules_read_what_was_heard_before() -> None:
    def body(event: str) -> dict[str, Any]:
        condition = {"type": "condition", "paths": [{"when": {"journey": f"@{{{event}.total}} > 3"}, "to": "after"}]}
        activities = {"first": condition, "after": {"type": "wait_for_event", "event": "purchase"}}
        return minimal(start="first", activities=activities)

    rule = read(body("visit")).rules["activities.first.paths[0].when"]
    assert [part.path for part in walk(rule) if isinstance(part, Given)] == [("event", "visit", "total")]
    assert places(body("purchase"))[0][0] is not None
    assert all(where.startswith("activities.first.paths[0].when") for where, _ in places(body("purchase")) if where)


def test_row_rules_are_about_the_row() -> None:
    rule = read(minimal(goal={"event": "purchase", "where": {"field": "total", "is": 3}})).rule("goal.where")
    assert rule is not None
    assert [part.path for part in walk(rule) if isinstance(part, Field)] == [("total",)]


def test_one_activity_that_cannot_be_read_is_one_problem() -> None:
    asks = {"journey": "@{purchase.total} > 3"}
    body = minimal(
        start="bought",
        activities={
            "opened": {"type": "wait_for_signal", "of": "mail", "signal": "opened", "then": "check"},
            "check": {"type": "condition", "paths": [{"when": asks, "to": "last"}], "otherwise": "late"},
            "bought": {"type": "wait_for_event", "event": "purchase", "then": "mail"},
            "mail": {"type": "email", "subject": "s", "body": "b", "then": "opened"},
            "last": {"type": "wait", "for": "x"},
            "late": {"type": "end"},
        },
    )
    assert [where for where, _ in places(body)] == ["activities.mail.to", "activities.last.for"]
    body["activities"]["mail"] |= {"to": "a@b.c", "then": "openned"}
    del body["activities"]["last"]["for"]
    assert [where for where, _ in places(body)] == ["activities.mail.then", "activities.last.for"]
