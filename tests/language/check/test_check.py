"""Names and types: what is accepted, what is said about the rest, and that checking again changes nothing."""

# ruff: noqa: E501 - rules and errors stand in one line each

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given

from parcours.core.errors import DefinitionError, UnknownNameError
from parcours.core.schema import ANY, BOOLEAN, DATE_TIME, DECIMAL, INTEGER, STRING, Schema
from parcours.language import tree_json
from parcours.language.check import check_condition, check_row_condition
from parcours.language.frontends import read_rule
from parcours.language.rules.parse import parse_rule
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Call,
    Field,
    InWindow,
    ListOf,
    Literal,
    Member,
    Node,
    Quantifier,
)
from parcours.language.window_kinds import Calendar, Ever, Rolling, Window
from tests.language.rules import shapes
from tests.language.shop import SEGMENTS, SHOP

# fmt: off
ERRORS: list[tuple[str, str, str | None]] = [
    # names
    ("{attribute: cty, is: a}", "rule.attribute: there is no attribute 'cty'", "did you mean 'city'?"),
    ("{attribute: purchase, is: a}", "rule.attribute: there is no attribute 'purchase'", "'purchase' is an event type: write {event: purchase}"),
    ("{attribute: address.ctiy, is: a}", "rule.attribute: 'address' has no property 'ctiy'", "did you mean 'city'?"),
    ("{attribute: city.name, is: a}", "rule.attribute: 'city' is a text: it has no 'name'", None),
    ("{attribute: cards.kind, is: a}", "rule.attribute: 'cards' is a list (of object {kind: string, points: integer, since: dateOnly}): it has no 'kind'", "look into the list with {any_item: cards, where: {field: kind, …}}"),
    ("{segment: silvr}", "rule.segment: there is no segment 'silvr'", "did you mean 'silver'?"),
    ("{event: purchse}", "rule.event: there is no event type 'purchse'", "did you mean 'purchase'?"),
    ("{event: refund}", "rule.event: there is no event type 'refund'", "known names: purchase, visit"),
    ("{event: purchase, sum: totl, is: 3}", "rule.sum: event 'purchase' has no property 'totl'", "did you mean 'total'?"),
    ("{event: purchase, over: itms}", "rule.over: event 'purchase' has no property 'itms'", "did you mean 'items'?"),
    ("{event: purchase, over: items, where: {field: brnd, is: a}}", "rule.where.field: an element of 'items' has no property 'brnd'", "did you mean 'brand'?"),
    ("{event: purchase, over: items, where: {event_field: stor, is: a}}", "rule.where.event_field: event 'purchase' has no property 'stor'", "did you mean 'store'?"),
    ("{call: lenght, args: [{attribute: city}], is: 3}", "rule.call: there is no function 'lenght'", "did you mean 'length'?"),
    # types
    ("{attribute: city, is: 3}", "rule.is: expected a text, found a whole number: 3", 'put it in quotes: "3"'),
    ("{attribute: city, is: true}", "rule.is: expected a text, found true or false: True", 'put it in quotes: "true"'),
    ("{attribute: city, in: [a, 3]}", "rule.in[1]: expected a text, found a whole number: 3", 'put it in quotes: "3"'),
    ("{attribute: children, at_least: many}", "rule.at_least: expected a whole number, found a text: 'many'", None),
    ("{attribute: income, between: ['1', 2]}", "rule.between[0]: expected a number, found a text: '1'", "write the number without quotes"),
    ("{attribute: subscribed, is: 'yes'}", "rule.is: expected true or false, found a text: 'yes'", None),
    ("{attribute: birthday, before: soon}", "rule.before: expected a date, found a text: 'soon'", "dates are written in quotes or bare, as 2026-03-14"),
    ("{attribute: birthday, before: '1990-01-01T10:00'}", "rule.before: expected a date, found a text: '1990-01-01T10:00'", "dates are written in quotes or bare, as 2026-03-14"),
    ("{attribute: trial_ends, before: 3}", "rule.before: expected a date and time, found a whole number: 3", "dates are written in quotes or bare, as 2026-03-14T10:30Z"),
    ("{attribute: patience, less_than: 3}", "rule.less_than: expected a length of time, found a whole number: 3", "write a number and a unit: 30 minutes, 12 hours, 90 days"),
    ("{attribute: interests, is: tea}", "rule.is: expected a list (of string), found a text: 'tea'", "contains: tests whether the list holds one value"),
    ("{attribute: interests, contains: 3}", "rule.contains: expected a text, found a whole number: 3", 'put it in quotes: "3"'),
    ("{attribute: children, contains: a}", "rule.attribute: expected a text, found a whole number", None),
    ("{attribute: subscribed, at_least: true}", "rule.at_least: true or false has no order", "numbers, texts, dates and lengths of time can be larger or smaller; others compare with is and is_not"),
    ("{attribute: city, is: {attribute: children}}", "rule.is: a text cannot be compared with a whole number", None),
    ("{attribute: address, is_set: true, is: a}", "rule.is: expected an object, found a text: 'a'", None),
    ("{attribute: city, matches: '('}", "rule.matches: '(' is not a pattern: a group is not closed", "for example '^A.*z$'"),
    ("{call: hour, args: [{attribute: trial_ends}, Europe/Pari], is: 3}", "rule.call: 'Europe/Pari' is not a time zone", "for example 'Europe/Paris'"),
    ("{call: lower, args: [{attribute: children}], is: a}", "rule.call: lower cannot be applied to (integer)", "it takes (string) → string"),
    ("{attribute: children}", "rule.attribute: expected a condition, which is true or false, found a whole number", "compare it with something: at_least: 1"),
    ("{event: purchase, sum: total}", "rule: expected a condition, which is true or false, found a number", "compare it with something: at_least: 1"),
    ("{any: [{attribute: city}]}", "rule.any[0].attribute: expected a condition, which is true or false, found a text", "compare it with something: is, in …"),
    # lists, rows, windows
    ("{any_item: city, where: {item: true, is: a}}", "rule.any_item: expected a list, 'city' is a text", None),
    ("{event: purchase, over: tags}", "rule.over: expected a list of objects, 'tags' is a list (of string)", None),
    ("{event: purchase, sum: store, is: 3}", "rule.sum: sum works on numbers, found a text", None),
    ("{event: purchase, max: tags, is: 3}", "rule.max: max works on single values, found a list (of string)", "lists of objects are looked into with over:"),
    ("{event: purchase, where: {attribute: city, is: a}}", "rule.where.attribute: an attribute of the profile cannot stand in a rule about single rows", "a row rule reads the row's own properties; put what is about the profile beside it, in all: [...]"),
    ("{event: purchase, where: {segment: silver}}", "rule.where.segment: membership of a segment cannot stand in a rule about single rows", "a row rule reads the row's own properties; put what is about the profile beside it, in all: [...]"),
    ("{event: purchase, where: {event: visit}}", "rule.where: a value computed from the profile's events cannot stand in a rule about single rows", "a row rule reads the row's own properties; put what is about the profile beside it, in all: [...]"),
    ("{event: purchase, where: {field: due, in_next: 3 days}}", "rule.where.in_next: a window that moves with the clock cannot stand in a rule about single rows", "use fixed dates here (before, after, from, until), or a window of the event condition itself"),
    ("{attribute: city, in_last: 3 days}", "rule.attribute: expected a date, or a date and time, found a text", None),
]
# fmt: on


@pytest.mark.parametrize(("text", "problem", "hint"), ERRORS, ids=[text for text, _, _ in ERRORS])
def test_what_is_said(text: str, problem: str, hint: str | None) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_rule(yaml.safe_load(text), SHOP, SEGMENTS)
    (found,) = caught.value.problems
    assert (f"{found.where}: {found.message}", found.hint) == (problem, hint)


def test_unknown_names_are_errors_of_their_own() -> None:
    with pytest.raises(DefinitionError) as caught:
        read_rule({"all": [{"event": "x"}, {"attribute": "x"}, {"segment": "x"}]}, SHOP, SEGMENTS)
    assert all(isinstance(problem, UnknownNameError) for problem in caught.value.problems)
    assert [problem.code for problem in caught.value.problems] == [
        "unknown-event-type",
        "unknown-attribute",
        "unknown-segment",
    ]


def test_before_any_data_the_hint_says_why_nothing_is_known() -> None:
    with pytest.raises(DefinitionError, match="they become known with the first data"):
        read_rule({"event": "purchase"}, Schema())


def test_without_a_list_of_segments_any_name_is_accepted() -> None:
    assert read_rule({"segment": "whatever"}, SHOP) == Member("whatever")


def test_inside_a_list_of_the_profile_its_attributes_can_be_read() -> None:
    shape = {
        "any_item": "cards",
        "where": {"compare": {"left": {"field": "kind"}, "op": "=", "right": {"attribute": "city"}}},
    }
    node = read_rule(shape, SHOP)
    assert isinstance(node, Quantifier)
    assert node.where == Call("eq", (Field(("kind",), STRING), Attribute(("city",), STRING)), BOOLEAN)


# --- nodes ---------------------------------------------------------------------------------------------


@given(shapes.rules())
def test_checking_again_changes_nothing(shape: dict[str, Any]) -> None:
    node = parse_rule(shape, SHOP, SEGMENTS)
    assert read_rule(node, SHOP, SEGMENTS) == node
    assert read_rule(tree_json.from_json(tree_json.to_json(node)), SHOP, SEGMENTS) == node


def test_a_node_follows_a_widened_schema() -> None:
    """A column that has become decimal: the constant beside it follows, and equal rules stay equal trees."""
    old = Schema(attributes={"visits": INTEGER})
    new = Schema(attributes={"visits": DECIMAL})
    rule = {"attribute": "visits", "at_least": 3}
    assert read_rule(read_rule(rule, old), new) == read_rule(rule, new)


def test_a_node_is_checked_against_the_names_of_today() -> None:
    node = read_rule({"attribute": "city", "is": "a"}, SHOP)
    with pytest.raises(DefinitionError) as caught:
        read_rule(node, Schema(attributes={"town": STRING}))
    assert [problem.where for problem in caught.value.problems] == ["rule.args[0]"]


UNSOUND: list[tuple[Node, str]] = [
    (Call("eq", (Literal("x", INTEGER), Literal(1, INTEGER)), BOOLEAN), "rule.args[0]: 'x' is not a whole number"),
    (Call("?", (), ANY), "rule: there is no function '?'"),
    (Field(("total",), DECIMAL), "rule: there is no event or list element here whose property could be read"),
    (Quantifier("some", Attribute(("interests",), ANY), Literal(True, BOOLEAN)), "rule: 'some' is no quantifier"),
    (
        Call("ge", (Aggregate("median", "visit", Ever(), ANY), Literal(1, INTEGER)), BOOLEAN),
        "rule.args[0]: 'median' is no aggregate",
    ),
    (
        Call("ge", (Aggregate("sum", "visit", Ever(), ANY), Literal(1, INTEGER)), BOOLEAN),
        "rule.args[0].sum: nothing says what the sum is taken of",
    ),
    (
        Call("coalesce", (ListOf((Literal("a", STRING), Literal(1, INTEGER)), ANY),), ANY),
        "rule.args[0]: the list mixes a text and a whole number",
    ),
]


@pytest.mark.parametrize(("node", "problem"), UNSOUND, ids=[problem for _, problem in UNSOUND])
def test_trees_made_by_programs_are_checked_too(node: Node, problem: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        check_condition(node, SHOP)
    found = caught.value.problems[0]
    assert f"{found.where}: {found.message}" == problem


@pytest.mark.parametrize(
    ("window", "message"),
    [
        (Rolling(3, 3), "the window ends before it starts"),
        (Calendar("month", 1, 0), "the window ends before it starts"),
        (Calendar("decade"), "'decade' is no calendar unit"),
        (Calendar("day", zone="Mars/Base"), "'Mars/Base' is not a time zone"),
    ],
)
def test_windows_of_nodes_are_checked(window: Window, message: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        check_condition(InWindow(Attribute(("trial_ends",), DATE_TIME), window), SHOP)
    assert [problem.message for problem in caught.value.problems] == [message]


def test_a_condition_on_an_event_of_an_unknown_type() -> None:
    with pytest.raises(DefinitionError, match="there is no event type 'purchse'"):
        check_row_condition(Literal(True, BOOLEAN), "purchse", SHOP)


def test_literals_of_functions_take_the_reading_that_fits() -> None:
    shape = {"call": "days_between", "args": [{"attribute": "birthday"}, "2024-02-29"], "at_least": 3}
    again = {
        "call": "days_between",
        "args": [{"attribute": "birthday"}, {"value": "2024-02-29", "type": "dateOnly"}],
        "at_least": 3,
    }
    assert read_rule(shape, SHOP) == read_rule(again, SHOP)
