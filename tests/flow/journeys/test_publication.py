"""Rules that look at other journeys and at the version before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from parcours.core.errors import DefinitionError
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.publication import Target, jump_problems, rule_of, version_problems
from tests.flow.journeys.definitions.bodies import minimal, problems, read
from tests.flow.journeys.small import Jump, Parked

LIVE = Target("event", None, startable=True)


def jumping(to: str, **settings: Any) -> JourneyDefinition:
    return replace(read(minimal(**settings)), activities={"go": Jump(journey=to)})


def codes(definition: JourneyDefinition, others: Mapping[str, Target]) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.where) for problem in jump_problems(definition, others)]


def test_a_jump_that_may_be() -> None:
    assert codes(jumping("b"), {"b": LIVE}) == []
    assert codes(jumping("b", namespace="id"), {"b": replace(LIVE, namespace="id")}) == []
    assert codes(jumping("b"), {"b": replace(LIVE, jumps=frozenset({"c"})), "c": LIVE}) == []


@pytest.mark.parametrize(
    ("settings", "others", "expected"),
    [
        ({}, {}, ("jump-target-not-live", "activities.go.journey")),
        ({}, {"b": replace(LIVE, startable=False)}, ("jump-target-not-live", "activities.go.journey")),
        ({}, {"b": replace(LIVE, entry="segment")}, ("jump-target-segment-entry", "activities.go.journey")),
        ({}, {"b": replace(LIVE, entry="business_event")}, ("jump-target-segment-entry", "activities.go.journey")),
        ({"namespace": "x"}, {"b": replace(LIVE, namespace="y")}, ("jump-target-namespace", "activities.go.journey")),
        ({"entry": {"segment": "gold"}}, {"b": LIVE}, ("jump-with-segment-entry", "activities.go")),
        ({"entry": {"read": "gold"}}, {"b": LIVE}, ("jump-with-segment-entry", "activities.go")),
        ({}, {"b": replace(LIVE, jumps=frozenset({"j"}))}, ("jump-loop", "activities.go.journey")),
        (
            {},
            {
                "b": replace(LIVE, jumps=frozenset({"b", "c"})),
                "c": replace(LIVE, jumps=frozenset({"b", "j"})),
            },
            ("jump-loop", "activities.go.journey"),
        ),
    ],
)
def test_a_jump_that_may_not(settings: dict[str, Any], others: Mapping[str, Target], expected: tuple[str, str]) -> None:
    assert codes(jumping("b", **settings), others) == [expected]


def test_a_journey_does_not_jump_into_itself() -> None:
    assert codes(jumping("j"), {}) == [("jump-loop", "activities.go.journey")]


def test_a_journey_that_waits_for_a_segment_does_not_jump() -> None:
    definition = jumping("b")
    waiting = replace(definition, activities={"w": Parked(segment="gold", then="go"), **definition.activities})
    assert codes(waiting, {"b": LIVE}) == [("jump-with-segment-entry", "activities.go")]


def test_a_target_is_made_of_a_definition() -> None:
    target = Target.of(jumping("b", namespace="id"), startable=True)
    assert target == Target("event", "id", startable=True, jumps=frozenset({"b"}))


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ({}, {}, []),
        ({}, {"entry": {"event": "purchase"}}, []),
        ({}, {"entry": {"segment": "gold"}}, [("entry-type-changed", "entry")]),
        ({}, {"entry": {"segment": "gold"}, "version_rules": "free"}, []),
        (
            {"entry": {"segment": "silver"}},
            {"entry": {"segment": "gold"}},
            [("entry-segment-changed", "entry.segment")],
        ),
        ({"entry": {"segment": "gold"}}, {"entry": {"segment": "gold", "on": "exit"}}, []),
        (
            {"entry": {"segment": "gold"}},
            {"entry": {"segment": "gold"}, "namespace": "x"},
            [("entry-segment-changed", "namespace")],
        ),
        (
            {"entry": {"read": "silver"}},
            {"entry": {"read": "gold"}},
            [("entry-segment-changed", "entry.read")],
        ),
        ({}, {"reentry": {"allowed": False}}, [("reentrance-changed", "reentry.allowed")]),
        ({}, {"reentry": {"wait": "6 minutes"}}, [("reentrance-changed", "reentry.wait")]),
        ({}, {"reentry": {"wait": "300 seconds"}}, []),
        ({"reentry": {"allowed": False}}, {"reentry": {"allowed": False, "wait": "1 day"}}, []),
    ],
)
def test_what_a_version_may_not_change(
    old: dict[str, Any], new: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    found = version_problems(read(minimal(**new), 2), read(minimal(**old), 1))
    assert [(problem.code, problem.where) for problem in found] == expected


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ({**minimal(), "entry": {}}, "entry_must_be_event"),
        ({key: value for key, value in minimal().items() if key != "entry"}, "entry_must_be_event"),
        (minimal(start="a", activities={"a": {"type": "wait"}}), "incomplete_activity"),
        (minimal(start="a", activities={"a": {"type": "wait", "for": "1 s", "then": "a"}}), "loop"),
        (minimal(activities={"done": {"type": "end"}, "b": {"type": "end"}}), "disconnected"),
        (
            minimal(start=["w", "done"], activities={"done": {"type": "end"}, "w": {"type": "wait", "for": "1 s"}}),
            "parallel_only_events_and_waits",
        ),
        (
            minimal(start="r", activities={"r": {"type": "wait_for_signal", "of": "n1", "signal": "opened"}}),
            "reaction_needs_message",
        ),
    ],
)
def test_problems_have_the_names_of_rules(body: dict[str, Any], rule: str) -> None:
    assert [rule_of(problem) for problem in problems(body)] == [rule]


def test_other_problems_are_named_by_their_code() -> None:
    assert rule_of(DefinitionError("x", code="jump-loop")) == "jump_loop"
