"""Lists of events become aggregates, and mean the same."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import DAY, instant
from parcours.core.schema import DECIMAL, INTEGER, STRING, Schema, list_of, object_of
from parcours.kernel.narrow import reads_events
from parcours.language import pql
from parcours.language.lower import lower
from parcours.language.pql import PqlScope
from parcours.language.reference import Person, evaluate
from parcours.language.rules.parse import parse_rule
from parcours.language.tree import Node

ITEM = object_of({"product": STRING, "quantity": INTEGER})
SCHEMA = Schema(
    {"city": STRING, "age": INTEGER},
    {
        "purchase": {"total": DECIMAL, "store": STRING, "items": list_of(ITEM)},
        "view": {"page": STRING, "store": STRING},
    },
)
SCOPE = PqlScope.of_schema(SCHEMA, ["silver"])
NOW = instant("2024-05-15T12:00:00Z")

#: What PQL says, and the same as a rule tree.
SAME: list[tuple[str, dict[str, Any]]] = [
    (
        'xEvent[eventType = "purchase" and timestamp occurs < 30 days before now].count() >= 3',
        {"event": "purchase", "in_last": "30 days", "at_least": 3},
    ),
    (
        'xEvent[eventType = "purchase" and timestamp occurs < 90 days before now '
        "and timestamp occurs >= 30 days before now].count() >= 3",
        {"event": "purchase", "between_ages": ["30 days", "90 days"], "at_least": 3},
    ),
    (
        "xEvent[timestamp occurs >= 1 month before now and timestamp occurs < 1 year before now]"
        '[eventType = "purchase"].count() >= 3',
        {"event": "purchase", "between_ages": ["1 month", "1 year"], "at_least": 3},
    ),
    (
        'xEvent[timestamp occurs this month and total > 50 and eventType = "purchase"].sum(total) > 100',
        {
            "event": "purchase",
            "sum": "total",
            "where": {"field": "total", "more_than": 50},
            "this": "month",
            "more_than": 100,
        },
    ),
    (
        'not(chain(xEvent, timestamp, [C0: WHAT(eventType = "view" and page = "home") WHEN(< 8 days before now)]))',
        {
            "not": {
                "event": "view",
                "where": {"field": "page", "is": "home"},
                "in_last": "8 days",
            }
        },
    ),
    (
        'xEvent[eventType = "view"].map(store).distinct().count() > 1',
        {"event": "view", "distinct": "store", "more_than": 1},
    ),
    (
        'chain(xEvent, timestamp, [C0: WHAT(eventType = "view") COUNT(4)])',
        {"event": "view", "at_least": 4},
    ),
    (
        'exists E from xEvent where E.eventType = "purchase", I from E.items where I.product = "milk"',
        {
            "event": "purchase",
            "where": {"any_item": "items", "where": {"field": "product", "is": "milk"}},
        },
    ),
    (
        'xEvent[eventType = "purchase"].items[product = "milk"].sum(quantity) > 3',
        {
            "event": "purchase",
            "over": "items",
            "where": {"field": "product", "is": "milk"},
            "sum": "quantity",
            "more_than": 3,
        },
    ),
]

#: Forms that stay lists, because an aggregate cannot say them.
LISTS = [
    "xEvent.count() > 3",
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "purchase")])',
    'xEvent[eventType = "view" and store = ^city].count() > 0',
    'xEvent[eventType in ["view", "purchase"]].count() > 1',
    'xEvent[eventType = "purchase"].groupBy(store).keys().count() > 1',
    'xEvent[eventType = "purchase" and timestamp occurs < 3 days before now and timestamp occurs today].count() > 0',
]

FORMS = [
    *(text for text, _ in SAME),
    *LISTS,
    'xEvent[eventType = "purchase" and timestamp occurs this year].max(total) >= 20.0',
    'xEvent[eventType = "purchase" and timestamp occurs < 3 days after now].count() = 0',
    'xEvent[eventType = "purchase" and timestamp occurs before tomorrow].average(total) > 5.5',
    'forall E from xEvent where E.eventType != "purchase" or E.total > 5.0',
    'xEvent[eventType = "purchase" and store.startsWith("A")].total.min() < 10.0',
    'not (select E from xEvent where E.eventType = "view" and E.page.isNull())',
    'xEvent[eventType = "purchase" and items.exists(quantity > 2)].count() != 1',
    'xEvent[eventType = "purchase" and not(store = "A")].count() > 0',
]


def _read(text: str) -> Node:
    return pql.read(text, SCOPE, usage="rule")


@pytest.mark.parametrize(("text", "tree"), SAME, ids=[text for text, _ in SAME])
def test_equal_questions_are_equal_trees(text: str, tree: dict[str, Any]) -> None:
    assert lower(_read(text), SCHEMA) == lower(parse_rule(tree, SCHEMA, ["silver"], "rule"), SCHEMA)


@pytest.mark.parametrize("text", LISTS)
def test_what_no_aggregate_says_stays_a_list(text: str) -> None:
    assert reads_events(lower(_read(text), SCHEMA))


@pytest.mark.parametrize("text", FORMS)
def test_lowering_twice_changes_nothing(text: str) -> None:
    once = lower(_read(text), SCHEMA)
    assert lower(once, SCHEMA) == once


_TIMES = st.one_of(
    st.integers(NOW - 40 * DAY, NOW + 5 * DAY),
    st.sampled_from([NOW, NOW - 30 * DAY, NOW - 8 * DAY, NOW - 3 * DAY, instant("2024-05-01T00:00:00Z")]),
)
_STORES = st.sampled_from(["A", "AB", "B", "", None])
_ITEMS = st.lists(
    st.fixed_dictionaries({"product": st.sampled_from(["milk", "bread", None]), "quantity": st.integers(0, 4)}),
    max_size=3,
)
_PURCHASE = st.fixed_dictionaries(
    {"_time": _TIMES, "total": st.sampled_from([None, 0.1, 5.0, 19.99, 60.0]), "store": _STORES, "items": _ITEMS}
)
_VIEW = st.fixed_dictionaries({"_time": _TIMES, "page": st.sampled_from(["home", "cart", None]), "store": _STORES})


@given(purchases=st.lists(_PURCHASE, max_size=6), views=st.lists(_VIEW, max_size=6), city=_STORES)
def test_the_meaning_stays(purchases: list[dict[str, Any]], views: list[dict[str, Any]], city: str | None) -> None:
    person = Person({"city": city}, {"purchase": purchases, "view": views})
    for text in FORMS:
        node = _read(text)
        assert evaluate(lower(node, SCHEMA), person, NOW) == evaluate(node, person, NOW), text


def test_times_of_events_are_their_own() -> None:
    moment = datetime(2024, 5, 14, tzinfo=UTC)
    person = Person({}, {"view": [{"_time": instant(moment), "page": "home"}]})
    rule = lower(_read('xEvent[eventType = "view"].timestamp.max() = date(2024, 5, 14)'), SCHEMA)
    assert not reads_events(rule)
    assert evaluate(rule, person, NOW) is True
    assert evaluate(rule, person, NOW - timedelta(days=3) // timedelta(microseconds=1)) is not True
