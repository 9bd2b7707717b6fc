"""Print then parse gives the same tree, for everything that can be parsed."""

from __future__ import annotations

import contextlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from parcours.core.errors import DefinitionError, RuleError
from parcours.core.schema import ANY, BOOLEAN, STRING, Schema
from parcours.language import tree, tree_json
from parcours.language.check import check_condition
from parcours.language.rules.parse import parse_row_rule, parse_rule
from parcours.language.rules.print import print_row_rule, print_rule
from parcours.language.tree import Attribute, Call, Events, Field, InWindow, Literal, Sequence, SequenceStep
from parcours.language.window_kinds import Rolling
from parcours.testing import strategies
from tests.language.rules import shapes
from tests.language.shop import SEGMENTS, SHOP


@given(shapes.rules())
def test_a_rule_survives_print_and_parse(shape: dict[str, Any]) -> None:
    node = parse_rule(shape, SHOP, SEGMENTS)
    printed = json.loads(json.dumps(print_rule(node)))
    again = parse_rule(printed, SHOP, SEGMENTS)
    assert again == node
    assert tree_json.fingerprint(again) == tree_json.fingerprint(node)


@given(shapes.row_rules())
def test_a_row_rule_survives_print_and_parse(shape: dict[str, Any]) -> None:
    node = parse_row_rule(shape, "purchase", SHOP)
    assert parse_row_rule(print_row_rule(node), "purchase", SHOP) == node


@given(shapes.rules())
def test_printing_is_stable(shape: dict[str, Any]) -> None:
    printed = print_rule(parse_rule(shape, SHOP, SEGMENTS))
    assert print_rule(parse_rule(printed, SHOP, SEGMENTS)) == printed


@given(st.data())
@settings(max_examples=60)
def test_any_tree_is_printed_and_read_back(data: st.DataObject) -> None:
    schema: Schema = data.draw(strategies.schemas())
    with contextlib.suppress(DefinitionError):  # windows without any instant
        node = check_condition(data.draw(strategies.rules(schema)), schema)
        event("printed")
        printed = json.loads(json.dumps(_printed(node)))
        assert _parsed(printed, schema) == node
        assert check_condition(tree_json.from_json(tree_json.to_json(node)), schema) == node


def _printed(node: tree.Node) -> object:
    """The rule tree, or the error, which is no rule tree."""
    try:
        return print_rule(node)
    except DefinitionError as error:
        return str(error)


def _parsed(printed: object, schema: Schema) -> tree.Node | str:
    try:
        return parse_rule(printed, schema)
    except DefinitionError as error:
        return str(error)


SHORTEST = [
    ({"event": "purchase", "count": True, "at_least": 1}, {"event": "purchase"}),
    ({"not": {"attribute": "city", "in": ["a"]}}, {"attribute": "city", "not_in": ["a"]}),
    ({"attribute": "city", "is": None}, {"attribute": "city", "is_set": False}),
    ({"all": [{"segment": "silver"}]}, {"segment": "silver"}),
    ({"none": [{"segment": "silver"}]}, {"not": {"segment": "silver"}}),
    ({"attribute": "children", "between": [1, 3]}, {"attribute": "children", "between": [1, 3]}),
    (
        {"all": [{"attribute": "children", "at_least": 1}, {"attribute": "children", "at_most": 3}]},
        {"attribute": "children", "between": [1, 3]},
    ),
    (
        {"compare": {"left": {"attribute": "children"}, "op": ">=", "right": {"value": 2}}},
        {"attribute": "children", "at_least": 2},
    ),
    (
        {"event": "purchase", "last_units": {"unit": "month", "count": 1}},
        {"event": "purchase", "last": "month"},
    ),
    ({"event": "purchase", "in_last": "2 weeks"}, {"event": "purchase", "in_last": "14 days"}),
    ({"attribute": "trial_ends", "is": "2024-01-01"}, {"attribute": "trial_ends", "is": "2024-01-01T00:00:00Z"}),
    (
        {"event": "purchase", "last": {"field": "month"}, "is": "May"},
        {"event": "purchase", "latest": "month", "is": "May"},
    ),
]


@pytest.mark.parametrize(("written", "printed"), SHORTEST)
def test_the_shortest_form_is_printed(written: object, printed: object) -> None:
    assert print_rule(parse_rule(written, SHOP, SEGMENTS)) == printed


def test_a_count_as_a_value_keeps_its_comparator() -> None:
    """A bare event is a count where a value stands, and a condition where a rule stands."""
    shape = {"call": "if", "args": [{"event": "visit", "at_least": 1}, {"value": True}, {"value": False}]}
    node = parse_rule(shape, SHOP)
    assert parse_rule(print_rule(node), SHOP) == node


_VISIT = SequenceStep(Call("eq", (Field(("eventType",), STRING), Literal("visit", STRING)), BOOLEAN))
IN_NO_FORM = [
    InWindow(Attribute(("birthday",), STRING), Rolling(0, 5)),
    Sequence(Attribute(("cards",), ANY), ("since",), (_VISIT,)),
    Sequence(Events(ANY), ("timestamp",), (SequenceStep(Literal(True, BOOLEAN)),)),
    Sequence(Events(ANY), ("timestamp",), (replace(_VISIT, when=Literal(True, BOOLEAN)),)),
]


@pytest.mark.parametrize("node", IN_NO_FORM)
def test_a_tree_without_a_form_says_so(node: tree.Node) -> None:
    with pytest.raises(RuleError) as caught:
        print_rule(node)
    assert caught.value.code == "not-expressible"
