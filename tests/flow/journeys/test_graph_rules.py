"""The rules of graphs, one by one: what each refuses, where, and what it lets pass."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from parcours.flow.journeys.activities.base import Activity
from parcours.flow.journeys.graph import Start
from parcours.flow.journeys.graph_rules import graph_problems
from tests.flow.journeys.small import Call, End, Loop, Message, Parked, Step

Graph = Mapping[str, Activity]


def found(start: Start, graph: Graph) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.where) for problem in graph_problems(start, graph)]


GOOD: list[tuple[Start, Graph]] = [
    ("a", {"a": End()}),
    ((), {}),
    ("a", {"a": Message(then="b"), "b": Parked(of="a", then="c", on_timeout="c"), "c": End()}),
    (("a", "b"), {"a": Parked(then="c"), "b": Parked(event="buy"), "c": End()}),
    ("a", {"a": Step(then=("b", "c")), "b": Parked(), "c": Parked(event="buy")}),
    ("a", {"a": Step(then="b"), "b": Loop(again="a", then="c"), "c": End()}),
    ("a", {"a": Step(then="b"), "b": Loop(again="b", then="c"), "c": End()}),
    # the message stands before the wait only on one path: that is a warning, no problem
    ("a", {"a": Parked(then="m", on_timeout="r"), "m": Message(then="r"), "r": Parked(of="m")}),
    # round a bounded loop the message stands before the wait
    ("a", {"a": Parked(of="m", then="m"), "m": Message(then="l"), "l": Loop(again="a")}),
]


@pytest.mark.parametrize(("start", "graph"), GOOD)
def test_graphs_without_problems(start: Start, graph: Graph) -> None:
    assert found(start, graph) == []


@pytest.mark.parametrize(
    ("start", "graph", "expected"),
    [
        ("b", {"a": End()}, [("unknown-name", "start")]),
        (("a", "b"), {"a": Parked()}, [("unknown-name", "start")]),
        ("a", {"a": Step(then=("b", "c")), "c": Parked()}, [("unknown-name", "activities.a.then")]),
        ("a", {"a": Parked(then="x")}, [("unknown-name", "activities.a.then")]),
        ("a", {"a": Step(then="b"), "b": Step(then="a")}, [("cycle", "activities.a")]),
        ("a", {"a": Step(then="a")}, [("cycle", "activities.a")]),
        ("a", {"a": Step(on_error="b"), "b": Step(then="c"), "c": Step(then="b")}, [("cycle", "activities.b")]),
        ("a", {"a": End(), "b": Step(then="a")}, [("unreachable-activity", "activities.b")]),
        (
            "a",
            {"a": Loop(again="b", then="c"), "b": Step(), "c": End()},
            [("loop-leads-forward", "activities.a.again"), ("unreachable-activity", "activities.b")],
        ),
        (("a", "b"), {"a": Parked(), "b": Message()}, [("parallel-only-events-and-waits", "start")]),
        (
            "a",
            {"a": Step(then=("b", "c")), "b": Message(), "c": Step()},
            [("parallel-only-events-and-waits", "activities.a.then")] * 2,
        ),
        (("a", "a"), {"a": Parked()}, [("bad-setting", "start")]),
        ("a", {"a": Parked(of="n1")}, [("reaction-needs-message", "activities.a.of")]),
        ("a", {"a": Parked(of="b", then="b"), "b": Message()}, [("reaction-needs-message", "activities.a.of")]),
        ("a", {"a": Call(then="b"), "b": Parked(of="a")}, [("reaction-needs-message", "activities.b.of")]),
        ("a", {"a": Step(then="b"), "b": Parked(of="a")}, [("reaction-needs-message", "activities.b.of")]),
    ],
)
def test_a_rule_names_what_breaks_it(start: Start, graph: Graph, expected: list[tuple[str, str]]) -> None:
    assert found(start, graph) == expected


def test_hints_name_what_can_be_done() -> None:
    (problem,) = graph_problems("a", {"a": Message(then="b"), "b": Message(then="c"), "c": Parked(of="zz")})
    assert problem.hint == "known names: a, b"
    (problem,) = graph_problems("first", {"first": Message(then="c"), "c": Parked(of="frist")})
    assert problem.hint == "did you mean 'first'?"
    (problem,) = graph_problems("a", {"a": Step(then="a")})
    assert "again: a" in str(problem.hint)


def test_an_edge_back_to_the_entry_is_a_loop_and_no_unknown_name():
    (problem,) = graph_problems("a", {"a": Step(then="n1")}, ("n1",))
    assert (problem.code, problem.where) == ("cycle", "activities.a.then")
