"""Queries as rules of a workspace: about profiles, and about single events."""

from __future__ import annotations

import pytest

from parcours.core.errors import DefinitionError
from parcours.core.schema import BOOLEAN, DATE_TIME, DECIMAL, INTEGER, STRING, Schema, list_of, object_of
from parcours.language.check.carets import show
from parcours.language.frontends import read_row_rule, read_rule
from parcours.language.tree import Aggregate, Call, Field, Literal
from parcours.language.window_kinds import Rolling

SCHEMA = Schema(
    {"country": STRING, "age": INTEGER},
    {"purchase": {"total": DECIMAL, "items": list_of(object_of({"sku": STRING}))}, "login": {"device": STRING}},
)
DAY = 86_400_000_000


def test_what_is_asked_of_events_is_an_aggregate():
    rule = 'xEvent[eventType = "purchase" and timestamp occurs < 7 days before now].count() > 2'
    count = Aggregate("count", "purchase", Rolling(7 * DAY), INTEGER)
    assert read_rule({"pql": rule}, SCHEMA) == Call("gt", (count, Literal(2, INTEGER)), BOOLEAN)


def test_a_rule_about_single_events_reads_their_properties():
    node = read_row_rule({"pql": "total > 5 and timestamp > date(2020, 1, 1)"}, "purchase", SCHEMA)
    assert isinstance(node, Call)
    assert Field(("_time",), DATE_TIME) in node.args[1].args
    assert read_row_rule({"pql": 'items[sku = "PS"]'}, "purchase", SCHEMA).type == BOOLEAN


@pytest.mark.parametrize("rule", ["device = 1", "^total = 1", "xEvent", "totl > 5", "total", 'inSegment("vip")'])
def test_a_rule_about_single_events_reads_nothing_else(rule):
    with pytest.raises(DefinitionError) as caught:
        read_row_rule({"pql": rule}, "purchase", SCHEMA)
    assert caught.value.problems


def test_problems_are_shown_where_they_are():
    query = 'country = "FR"\n  and agee > 18\n  and countr.startWith("F")'
    with pytest.raises(DefinitionError) as caught:
        read_rule({"pql": query}, SCHEMA)
    assert show(caught.value, query) == (
        "2:7: there is no property agee\n"
        "2 |   and agee > 18\n"
        "          ^^^^\n"
        "  hint: did you mean 'age'?\n"
        "\n"
        "3:7: there is no property countr\n"
        '3 |   and countr.startWith("F")\n'
        "          ^^^^^^\n"
        "  hint: did you mean 'country'?\n"
        "\n"
        "3:14: there is no method startWith\n"
        '3 |   and countr.startWith("F")\n'
        "                 ^^^^^^^^^\n"
        "  hint: did you mean 'startsWith'?"
    )
    assert [problem.to_json()["where"] for problem in caught.value.problems] == [
        "rule.pql:2:7",
        "rule.pql:3:7",
        "rule.pql:3:14",
    ]


def test_a_rule_that_is_no_text():
    with pytest.raises(DefinitionError, match="expected a query as text"):
        read_rule({"pql": ["a"]}, SCHEMA)
