"""Rules of a workspace: rule tree -> text -> the same tree; what the language cannot say is refused by name."""

from __future__ import annotations

from typing import Any

import pytest

from parcours.core.errors import DefinitionError
from parcours.language.journey.print import print_expression
from parcours.language.journey.rules import print_row_rule, read_row_rule, read_rule
from parcours.language.rules.parse import parse_row_rule, parse_rule
from tests.language.shop import SEGMENTS, SHOP

SAME: list[dict[str, Any]] = [
    {"attribute": "age", "is": "45-54"},
    {"attribute": "city", "in": ["a", "b"]},
    {"attribute": "city", "starts_with": "a", "ignore_case": True},
    {"attribute": "income", "between": [1, 5]},
    {"attribute": "address.floor", "at_least": 2},
    {"attribute": "city", "is_set": False},
    {"attribute": "trial_ends", "in_next": "3 days"},
    {"attribute": "trial_ends", "in_last": "2 months"},
    {"none": [{"attribute": "children", "is": 2}, {"segment": "gold"}]},
    {"any_item": "cards", "where": {"field": "points", "at_least": 3}},
    {"all_items": "cards", "where": {"field": "points", "at_least": 3}},
    {"no_item": "cards", "where": {"field": "points", "at_least": 3}},
    {"event": "purchase", "at_least": 3},
    {"event": "purchase", "sum": "total", "in_last": "30 days", "more_than": 100},
    {"event": "purchase", "where": {"field": "store", "is": "Lyon"}, "between_ages": ["30 days", "60 days"]},
    {"event": "purchase", "average": "total", "at_least": 10},
    {"event": "purchase", "max": "total", "in_last": "3 months", "at_least": 10},
    {"event": "purchase", "distinct": "store", "at_least": 2},
    {"event": "purchase", "over": "items", "where": {"field": "brand", "is": "x"}, "at_least": 2},
    {"event": "purchase", "over": "items", "sum": "value", "in_last": "3 months", "at_least": 2},
    {"event": "purchase", "from": "2017-01-01", "until": "2017-02-01"},
    {"event": "purchase", "where": {"any_item": "items", "where": {"field": "value", "at_least": 3}}},
    {"event": "visit", "in_last": "7 days", "count": True, "is": 0},
]
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"event": "purchase", "this": "month", "at_least": 1}, "window"),
    ({"event": "purchase", "first": "store", "is": "x"}, "the first of events 'purchase'"),
    ({"attribute": "patience", "more_than": "3 days"}, "gt of duration, duration"),
]


@pytest.mark.parametrize("shape", SAME, ids=str)
def test_rule_trees_as_text(shape: dict[str, Any]) -> None:
    tree = parse_rule(shape, SHOP, SEGMENTS)
    assert read_rule(print_expression(tree), SHOP, SEGMENTS) == tree


@pytest.mark.parametrize(("shape", "part"), REFUSED, ids=str)
def test_what_cannot_be_said_is_named(shape: dict[str, Any], part: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        print_expression(parse_rule(shape, SHOP, SEGMENTS))
    assert caught.value.code == "not-expressible"
    assert part in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "currentEventField.total > 50.0",
        'currentEventField.timestamp >= date("2024-01-01T00:00:00Z")',
        'in("a", currentEventField.tags)',
        'currentEventField.items.first(currentEventField.value > 3.0).brand == "x"',
    ],
)
def test_row_rules(text: str) -> None:
    tree = read_row_rule(text, "purchase", SHOP)
    assert print_row_rule(tree) == text


def test_row_rules_are_those_of_the_rule_tree() -> None:
    tree = parse_row_rule({"any_item": "items", "where": {"field": "value", "at_least": 3}}, "purchase", SHOP)
    assert read_row_rule(print_row_rule(tree), "purchase", SHOP) == tree


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("currentEventField.totl > 1", "type.unknown-field"),
        ('#{Parcours.Profile.city} == "x"', "type.unknown-name"),
        ("currentEventField.timestamp > now()", "moving-window-in-row"),
        ("currentEventField.total", "type.bad-usage"),
    ],
)
def test_problems_of_row_rules(text: str, code: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_row_rule(text, "purchase", SHOP)
    assert [problem.code for problem in caught.value.problems] == [code]


def test_problems_of_rules() -> None:
    for rule, code in ((3, "parse.not-a-text"), ("count(#{Parcours.Events.purchas}) > 1", "type.unknown-name")):
        with pytest.raises(DefinitionError) as caught:
            read_rule(rule, SHOP, SEGMENTS)
        assert [problem.code for problem in caught.value.problems] == [code]
    with pytest.raises(DefinitionError) as caught:
        read_row_rule("true", "purchas", SHOP)
    assert [problem.hint for problem in caught.value.problems] == ["did you mean 'purchase'?"]
