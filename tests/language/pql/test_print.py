"""Trees from elsewhere as queries: aggregates in the form that is read back as such, and what has no form."""

from __future__ import annotations

from datetime import timedelta

import pytest

from parcours.core.errors import DefinitionError
from parcours.core.schema import (
    BOOLEAN,
    DATE_TIME,
    DECIMAL,
    DURATION,
    INTEGER,
    STRING,
    Schema,
    list_of,
    object_of,
)
from parcours.language.frontends import read_rule
from parcours.language.pql import format, print_pql
from parcours.language.rules.parse import parse_rule
from parcours.language.tree import Attribute, Call, Chance, Field, Given, Literal, Quantifier

SCHEMA = Schema(
    {"country": STRING, "age": INTEGER, "trial_ends": DATE_TIME, "tags": list_of(STRING)},
    {"purchase": {"total": DECIMAL, "items": list_of(object_of({"sku": STRING, "qty": INTEGER}))}, "login": {}},
)


@pytest.mark.parametrize(
    ("rule", "query"),
    [
        ({"attribute": "country", "is": "FR"}, 'country = "FR"'),
        ({"attribute": "country", "is_not": "FR"}, 'country != "FR"'),
        ({"attribute": "age", "at_least": 18}, "age >= 18"),
        ({"segment": "vip"}, 'inSegment("vip")'),
        ({"segment_status": "vip", "is_not": "never"}, 'segmentStatus("vip") != "never"'),
        ({"attribute": "trial_ends", "in_last": "3 days"}, "trial_ends occurs < 3 days before now"),
        ({"event": "purchase"}, 'xEvent[eventType = "purchase"].count() >= 1'),
        (
            {"event": "purchase", "in_last": "30 days", "at_least": 3},
            'xEvent[eventType = "purchase" and timestamp occurs < 30 days before now].count() >= 3',
        ),
        (
            {
                "event": "purchase",
                "this": "month",
                "where": {"field": "total", "more_than": 5},
                "sum": "total",
                "at_least": 9,
            },
            'xEvent[eventType = "purchase" and timestamp occurs this month and total > 5.0].sum(total) >= 9.0',
        ),
        (
            {"event": "purchase", "over": "items", "where": {"field": "sku", "is": "PS"}, "sum": "qty", "more_than": 3},
            'xEvent[eventType = "purchase"].items[sku = "PS"].sum(qty) > 3',
        ),
    ],
)
def test_rules_of_the_rule_tree(rule, query):
    node = parse_rule(rule, SCHEMA, None)
    assert print_pql(node) == query
    assert read_rule(query, SCHEMA, language="pql") == node


@pytest.mark.parametrize(
    "rule",
    [
        {"event": "purchase", "between_ages": ["30 days", "60 days"]},
        {"event": "purchase", "last_units": {"unit": "month", "count": 3}},
        {"event": "purchase", "distinct": "total", "at_least": 2},
        {"event": "purchase", "from": "2017-01-01", "until": "2017-02-01"},
        {"none": [{"event": "login"}, {"attribute": "tags", "contains": "x"}]},
    ],
)
def test_other_rules_print_as_something_that_is_read(rule):
    assert read_rule(print_pql(parse_rule(rule, SCHEMA, None)), SCHEMA, language="pql")


@pytest.mark.parametrize(
    ("node", "part"),
    [
        (Call("upper", (Attribute(("country",), STRING),), STRING), "the function upper"),
        (Literal(timedelta(1), DURATION), "a length of time"),
        (Literal(float("inf"), DECIMAL), "the number inf"),
        (Chance("uuid", 1, STRING), "a node of kind chance"),
        (Given(("journey", "x"), STRING), "a value of the journey"),
        (Field(("total",), DECIMAL), "a property of a single event that stands alone"),
    ],
)
def test_what_has_no_form_is_named(node, part):
    with pytest.raises(DefinitionError, match=part) as caught:
        print_pql(node)
    assert caught.value.code == "not-expressible"


def test_names_that_stand_for_something_else_are_written_with_their_owner():
    assert print_pql(Attribute(("now",), STRING)) == "$1.now"
    assert print_pql(Attribute(("first name", "sum"), STRING)) == '$1.get("first name").sum'
    rows = Attribute(("xs",), list_of(object_of({"in": STRING})))
    inner = Call("is_null", (Field(("in",), STRING),), BOOLEAN)
    assert print_pql(Quantifier("any", rows, inner)) == "exists x from xs where x.in.isNull()"


def test_long_queries_are_broken_at_their_outermost_joints():
    text = (
        'country="FR" AND NOT(xEvent[eventType="purchase" and timestamp occurs < 30 days before now and total>50.0]'
        ".count()>=3 or (exists E from xEvent: E.total>100))"
    )
    assert format(text) == (
        'country = "FR"\n'
        "and not (\n"
        '  xEvent[eventType = "purchase" and timestamp occurs < 30 days before now and total > 50.0].count() >= 3\n'
        "  or (exists E from xEvent where E.total > 100)\n"
        ")"
    )
