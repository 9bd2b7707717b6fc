"""Nodes that make lists and objects and look at elements: their types are found anew, whatever they said before."""

from __future__ import annotations

from dataclasses import replace

import pytest

from parcours.core.errors import DefinitionError
from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    STRING,
    Schema,
    Type,
    list_of,
    map_of,
    object_of,
)
from parcours.language.check import Beside, check_condition, check_node, events_type
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Call,
    Chance,
    Each,
    Events,
    Fetched,
    Field,
    Given,
    InWindow,
    ListOf,
    Literal,
    Node,
    Now,
    ObjectOf,
    Quantifier,
    Sequence,
    SequenceStep,
    Step,
    walk,
)
from parcours.language.tree_json import from_json, to_json
from parcours.language.window_kinds import Ever, Rolling
from tests.language.shop import ITEM, SEGMENTS, SHOP

CARDS = Attribute(("cards",), ANY)
POINTS = Field(("points",), ANY)
MANY = Call("gt", (POINTS, Literal(3, INTEGER)), ANY)
EVENTS = Events(ANY)
TYPE = Field(("eventType",), ANY)


def is_event(name: str) -> Node:
    return Call("eq", (TYPE, Literal(name, STRING)), ANY)


TYPES: list[tuple[Node, Type]] = [
    (Now(), DATE_TIME),
    (EVENTS, events_type(SHOP)),
    (Chance("random", 0, ANY), DECIMAL),
    (Chance("uuid", 1, ANY), STRING),
    (Given(("event", "order", "total"), DECIMAL), DECIMAL),
    (Fetched(("source", "weather", "degrees"), ("city",), (Attribute(("city",), ANY),), DECIMAL), DECIMAL),
    (Step(Attribute(("address",), ANY), "floor", ANY), INTEGER),
    (Step(CARDS, "points", ANY), list_of(INTEGER)),
    (Step(EVENTS, "items", ANY), list_of(ITEM)),
    (Step(Step(EVENTS, "items", ANY), "labels", ANY), list_of(STRING)),
    (Each("filter", CARDS, MANY, ANY), SHOP.attributes["cards"]),
    (Each("map", CARDS, POINTS, ANY), list_of(INTEGER)),
    (Each("map", CARDS, Field((), ANY), ANY), SHOP.attributes["cards"]),
    (Each("group", CARDS, Field(("kind",), ANY), ANY), map_of(SHOP.attributes["cards"])),
    (Each("descending", CARDS, POINTS, ANY), SHOP.attributes["cards"]),
    (ObjectOf(("n", "c"), (Literal(1, INTEGER), CARDS), ANY), object_of({"n": INTEGER, "c": SHOP.attributes["cards"]})),
    (ListOf((), list_of(STRING)), list_of(STRING)),
    (ListOf((Literal(1, INTEGER),), list_of(DECIMAL)), list_of(DECIMAL)),
    (Sequence(EVENTS, ("timestamp",), (SequenceStep(is_event("visit")), SequenceStep(is_event("purchase")))), BOOLEAN),
    (Quantifier("any", EVENTS, InWindow(Field(("timestamp",), ANY), Rolling(5))), BOOLEAN),
    (InWindow(Call("add_days", (Attribute(("birthday",), ANY), Literal(1, INTEGER)), ANY), Rolling(5)), BOOLEAN),
]


@pytest.mark.parametrize(
    ("node", "type_"), TYPES, ids=[f"{node.tag}-{number}" for number, (node, _) in enumerate(TYPES)]
)
def test_types_are_found(node: Node, type_: Type) -> None:
    typed = check_node(node, SHOP, SEGMENTS)
    assert typed.type == type_
    assert not any(part.type == ANY for part in walk(typed))
    assert check_node(from_json(to_json(typed)), SHOP, SEGMENTS) == typed


def test_bodies_see_the_rows_around_them() -> None:
    outer = Field(("points",), ANY, up=1)
    inner = Quantifier("any", CARDS, Call("gt", (outer, POINTS), ANY))
    typed = check_node(Each("filter", CARDS, inner, ANY), SHOP)
    assert isinstance(typed, Each)
    assert [part.type for part in walk(typed.body) if isinstance(part, Field)] == [INTEGER, INTEGER]


def test_a_step_of_a_sequence_sees_the_steps_before_it() -> None:
    store = [Field(("store",), ANY, up) for up in (0, 1)]
    again = Call("and", (is_event("purchase"), Call("eq", tuple(store), ANY)), ANY)
    steps = (SequenceStep(is_event("purchase")), SequenceStep(again))
    assert check_condition(Sequence(EVENTS, ("timestamp",), steps), SHOP).type == BOOLEAN
    with pytest.raises(DefinitionError) as caught:
        check_condition(Sequence(EVENTS, ("timestamp",), tuple(reversed(steps))), SHOP)
    assert [problem.code for problem in caught.value.problems] == ["field-outside-row"]


def test_the_events_follow_the_schema_of_today() -> None:
    old = check_node(Step(EVENTS, "page", ANY), SHOP)
    wider = SHOP.with_event("visit", {"seconds": INTEGER})
    again = check_node(old, wider)
    assert isinstance(again, Step)
    assert again.value.type == events_type(wider)


def test_properties_that_no_type_holds_both_of_are_untyped() -> None:
    schema = Schema(events={"a": {"x": INTEGER, "y": INTEGER}, "b": {"x": STRING, "y": DECIMAL}})
    element = events_type(schema).element
    assert element is not None
    assert dict(element.fields) == {
        "eventType": STRING,
        "timestamp": DATE_TIME,
        "x": ANY,
        "y": DECIMAL,
    }


def test_events_of_some_types_have_their_own_properties() -> None:
    schema = Schema(events={"a": {"x": INTEGER}, "b": {"x": STRING}})
    typed = check_node(Step(Events(ANY, ("b",)), "x", ANY), schema)
    assert typed.type == list_of(STRING)
    assert check_node(typed, schema) == typed


def test_values_from_beside_the_profile_are_looked_up() -> None:
    beside = Beside(given={("event", "order", "total"): DECIMAL}.get)
    node = Given(("event", "order", "total"), ANY)
    assert check_node(node, SHOP, beside=beside).type == DECIMAL
    with pytest.raises(DefinitionError) as caught:
        check_node(replace(node, path=("event", "order", "totl")), SHOP, beside=beside)
    assert [problem.code for problem in caught.value.problems] == ["unknown-value"]


WRONG: list[tuple[Node, str]] = [
    (Step(Attribute(("city",), ANY), "x", ANY), "no-parts"),
    (Step(CARDS, "pionts", ANY), "unknown-property"),
    (Each("filter", CARDS, POINTS, ANY), "not-a-condition"),
    (Each("filter", Attribute(("city",), ANY), MANY, ANY), "expected-list"),
    (Each("sideways", CARDS, MANY, ANY), "unknown-word"),
    (Each("ascending", CARDS, Field((), ANY), ANY), "not-orderable"),
    (ObjectOf(("a", "a"), (Literal(1, INTEGER), Literal(2, INTEGER)), ANY), "defined-twice"),
    (ObjectOf(("a",), (), ANY), "bad-node"),
    (Sequence(EVENTS, ("timestamp",), ()), "empty-list"),
    (Sequence(EVENTS, ("store",), (SequenceStep(is_event("visit")),)), "expected-date"),
    (Sequence(EVENTS, ("timestamp",), (SequenceStep(is_event("visit"), count=0),)), "bad-count"),
    (Sequence(EVENTS, ("timestamp",), (SequenceStep(TYPE),)), "not-a-condition"),
    (Chance("dice", 0, ANY), "unknown-word"),
    (
        Aggregate("count", "visit", Ever(), ANY, where=Call("lt", (Field(("_time",), ANY), Now()), ANY)),
        "profile-in-row",
    ),
    (Aggregate("count", "visit", Ever(), ANY, where=Quantifier("any", EVENTS, is_event("a"))), "profile-in-row"),
]


@pytest.mark.parametrize(("node", "code"), WRONG, ids=[f"{code}-{number}" for number, (_, code) in enumerate(WRONG)])
def test_what_is_wrong_is_said(node: Node, code: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        check_node(node, SHOP, SEGMENTS)
    assert code in [problem.code for problem in caught.value.problems]
