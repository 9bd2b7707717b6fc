"""Which parts of a rule the simple editor cannot show."""

from __future__ import annotations

import pytest
import yaml

from parcours.core.schema import BOOLEAN, STRING
from parcours.language.rules.parse import parse_rule
from parcours.language.rules.simple import beyond_simple
from parcours.language.tree import Attribute, InWindow
from parcours.language.window_kinds import Rolling
from tests.language.shop import SEGMENTS, SHOP

SIMPLE = [
    "{all: [{attribute: city, is: Paris}, {any: [{segment: gold}, {not: {segment: silver}}]}]}",
    "{event: purchase, where: {field: total, at_least: 5}, in_last: 30 days, at_least: 3}",
    "{event: purchase, over: items, where: {event_field: store, is: a}, sum: value, this: month, more_than: 3}",
    "{any_item: cards, where: {all: [{field: kind, is: a}, {field: points, at_least: 2}]}}",
    "{sequence: [{event: visit}, {event: purchase, within: 2 days}]}",
    "{attribute: city, is: {attribute: home_city}}",
    "{sample: 10 %}",
    "{attribute: birthday, anniversary: {in_next: 7 days}}",
    "{value: true}",
]


@pytest.mark.parametrize("text", SIMPLE)
def test_conditions_in_groups_are_simple(text: str) -> None:
    assert beyond_simple(parse_rule(yaml.safe_load(text), SHOP, SEGMENTS)) == []


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        (
            "{all: [{segment: gold}, {call: length, args: [{attribute: city}], more_than: 3}]}",
            "rule.all[1]",
            "a function",
        ),
        ("{attribute: trial_ends, window: {from: start of month}}", "rule", "a window with ends of its own"),
        ("{any_item: {all_events: true}, where: {field: eventType, is: a}}", "rule.any_item", "the list of all events"),
        ("{attribute: trial_ends, after: {now: true}}", "rule.after", "the time of evaluation as a value"),
        ("{value: {event: purchase, latest: due}, in_last: 3 days}", "rule", "a window of a computed value"),
    ],
)
def test_the_part_that_is_not_is_named(text: str, where: str, what: str) -> None:
    found = beyond_simple(parse_rule(yaml.safe_load(text), SHOP, SEGMENTS))
    assert [(part.where, part.what) for part in found] == [(where, what)]


def test_what_the_rule_tree_cannot_say_is_beyond_it() -> None:
    (part,) = beyond_simple(InWindow(Attribute(("birthday",), STRING), Rolling(0, 5), BOOLEAN))
    assert part.shape is None
