"""Why a rule holds, and when that changes by time alone."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from parcours.core.clock import DAY, instant
from parcours.core.schema import BOOLEAN, DATE_ONLY, DATE_TIME, DECIMAL, INTEGER, STRING, Schema
from parcours.language.explain import explain, next_change
from parcours.language.frontends import read_rule
from parcours.language.reference import Person, evaluate
from parcours.language.rules.parse import parse_rule
from parcours.language.tree import Aggregate, Attribute, Call, Field, InWindow, Literal, Member, Node
from parcours.language.window_kinds import Absolute, Calendar, Ever, Rolling, Window
from parcours.language.windows import time_dependent
from parcours.testing import strategies as make

NOW = instant("2024-03-31T12:00")
FAST = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
PERSON = Person(
    attributes={"birthday": date(2024, 4, 2), "name": "Ada"},
    events={"purchase": [{"_time": NOW - 5 * DAY, "total": 8.0}, {"_time": NOW - DAY, "total": 4.0}]},
)
TOTAL = Field(("total",), DECIMAL)


def call(name: str, *args: Node) -> Call:
    return Call(name, args, BOOLEAN)


def spent(window: Window, least: float) -> Node:
    return call("ge", Aggregate("sum", "purchase", window, DECIMAL, value=TOTAL), Literal(least, DECIMAL))


def test_every_part_shows_its_value():
    rule = call("and", spent(Rolling(30 * DAY), 10.0), call("eq", Attribute(("name",), STRING), Literal("Bob", STRING)))
    found = explain(rule, PERSON, NOW)
    assert (found.value, found.held) == (False, False)
    assert [part.held for part in found.parts] == [True, False]
    total, least = found.parts[0].parts
    assert (total.value, total.held, least.value) == (12.0, None, 10.0)
    assert [event["total"] for event in total.events] == [8.0, 4.0]
    assert [part.value for part in found.parts[1].parts] == ["Ada", "Bob"]


def test_a_missing_flag_does_not_hold():
    found = explain(Attribute(("member",), BOOLEAN), PERSON, NOW)
    assert (found.value, found.held) == (None, False)


def test_events_of_line_items_are_shown_once():
    items = [{"price": 1.0}, {"price": 2.0}]
    person = Person(events={"purchase": [{"_time": NOW, "items": items}]})
    node = Aggregate("sum", "purchase", Ever(), DECIMAL, ("items",), value=Field(("price",), DECIMAL))
    found = explain(node, person, NOW)
    assert found.value == 3.0
    assert found.events == tuple(person.events["purchase"])


def test_other_segments_are_opened_when_their_rules_are_known():
    rules = {"spender": spent(Rolling(30 * DAY), 10.0)}
    assert explain(Member("spender"), PERSON, NOW).parts == ()
    found = explain(Member("spender"), replace(PERSON, rules=rules), NOW)
    assert found.held is True
    assert [part.node for part in found.parts] == [rules["spender"]]


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (spent(Rolling(30 * DAY), 10.0), NOW + 25 * DAY),
        (spent(Rolling(30 * DAY, closed=True), 10.0), NOW + 25 * DAY + 1),
        (spent(Rolling(30 * DAY), 4.0), NOW + 29 * DAY),
        (spent(Rolling(30 * DAY), 13.0), None),
        (spent(Rolling(60 * DAY, 30 * DAY), 10.0), NOW + 29 * DAY),
        (spent(Calendar("month"), 10.0), instant("2024-04-01")),
        (spent(Calendar("month", -1, -1, "Europe/Paris"), 10.0), instant("2024-03-31T22:00")),
        (spent(Ever(), 10.0), None),
        (InWindow(Attribute(("birthday",), DATE_ONLY), Rolling(0, -DAY)), instant("2024-04-01")),
        (InWindow(Attribute(("birthday",), DATE_ONLY), Calendar("day")), instant("2024-04-02")),
        (InWindow(Attribute(("unknown",), DATE_ONLY), Calendar("day")), None),
        (
            InWindow(
                Aggregate("first", "purchase", Rolling(30 * DAY), DATE_TIME, value=Field(("_time",), DATE_TIME)), Ever()
            ),
            NOW + 29 * DAY,
        ),
        (Attribute(("name",), STRING), None),
    ],
)
def test_next_change(node, expected):
    assert next_change(node, PERSON, NOW) == expected


def test_an_event_of_the_future_counts_when_its_time_comes():
    person = Person(events={"purchase": [{"_time": NOW + DAY, "total": 50.0}]})
    assert next_change(spent(Ever(), 10.0), person, NOW) == NOW + DAY
    assert next_change(spent(Absolute(None, NOW + 2 * DAY), 10.0), person, NOW) == NOW + DAY
    assert next_change(spent(Absolute(None, NOW + DAY), 10.0), person, NOW) is None


def test_other_segments_change_too_when_their_rules_are_known():
    person = replace(PERSON, rules={"spender": spent(Rolling(30 * DAY), 10.0)})
    assert next_change(call("not", Member("spender")), PERSON, NOW) is None
    assert next_change(call("not", Member("spender")), person, NOW) == NOW + 25 * DAY


def test_a_horizon_that_is_not_looked_beyond():
    rule = spent(Rolling(30 * DAY), 10.0)
    assert next_change(rule, PERSON, NOW, until=NOW + 25 * DAY - 1) is None
    assert next_change(rule, PERSON, NOW, until=NOW + 25 * DAY) == NOW + 25 * DAY


@FAST
@given(st.data())
def test_nothing_changes_before_the_next_change(data):
    schema = data.draw(make.schemas())
    node = data.draw(st.one_of(make.rules(schema, depth=2), _comparisons(schema)))
    person, now = data.draw(make.histories(schema, profiles=1)).person(0), data.draw(make.instants())
    before, found = evaluate(node, person, now), next_change(node, person, now)
    note(f"{node} {found}")
    for moment in data.draw(st.lists(make.instants(120), min_size=3, max_size=10)):
        if moment >= now and (found is None or moment < found):
            assert evaluate(node, person, moment) == before
    if found is not None:
        assert evaluate(node, person, found) != before
        assert evaluate(node, person, found - 1) == before
        assert time_dependent(node)


def _comparisons(schema):
    """Counts and sums beside small numbers: rules that time does change."""
    numbers = make.aggregates(schema.events, INTEGER, 0).filter(lambda node: node is not None)
    return st.builds(lambda node, least: call("ge", node, Literal(least, INTEGER)), numbers, st.integers(1, 3))


def test_sequences_and_lists_are_explained_by_the_list_they_read() -> None:
    schema = Schema({}, {"visit": {"page": STRING}, "purchase": {"total": DECIMAL}})
    now = instant("2024-01-10")
    events = {
        "visit": [{"_time": instant("2024-01-08"), "page": "a"}],
        "purchase": [{"_time": instant("2024-01-09"), "total": 70.0}],
    }
    rule = read_rule(
        {
            "pql": 'chain(xEvent, timestamp, [A: WHAT(eventType = "visit") WHEN(< 5 days before now), '
            'B: WHAT(eventType = "purchase") WHEN(<= 2 days after A)])'
        },
        schema,
    )
    found = explain(rule, Person(events=events), now)
    assert found.held is True
    assert len(found.parts) == 1
    assert next_change(rule, Person(events=events), now) == instant("2024-01-13")


@pytest.mark.parametrize(
    ("rule", "turn"),
    [
        ({"call": "ge", "args": [{"call": "hour", "args": [{"now": True}]}, {"value": 8}]}, "2024-01-10T08:00:00Z"),
        ({"call": "eq", "args": [{"call": "month", "args": [{"now": True}]}, {"value": 3}]}, "2024-03-01"),
    ],
)
def test_the_next_change_of_what_computes_with_now(rule: dict[str, object], turn: str) -> None:
    node = read_rule(rule, Schema())
    assert next_change(node, Person(), instant("2024-01-10T03:00:00Z")) == instant(turn)


def _history() -> Person:
    days = {"visit": (1, 3, 8), "purchase": (2, 9)}
    rows = {
        kind: [{"_time": instant("2024-01-01") + day * DAY, "page": f"{kind}{day}"} for day in found]
        for kind, found in days.items()
    }
    return Person(events=rows)


@pytest.mark.parametrize(
    ("rule", "pages"),
    [
        (
            {"any_item": {"all_events": True}, "where": {"field": "eventType", "is": "purchase"}},
            ["purchase2", "purchase9"],
        ),
        ({"no_item": {"all_events": True}, "where": {"field": "page", "is": "visit3"}}, ["visit3"]),
        ({"all_items": {"all_events": True}, "where": {"field": "page", "is_not": "visit3"}}, ["visit3"]),
        ({"sequence": [{"event": "visit"}, {"event": "purchase"}]}, ["visit1", "purchase2"]),
        ({"sequence": [{"event": "visit", "count": 3}, {"event": "purchase"}]}, ["visit8", "purchase9"]),
        (
            {"sequence": [{"event": "purchase"}, {"event": "visit"}, {"event": "purchase"}]},
            ["purchase2", "visit3", "purchase9"],
        ),
        ({"sequence": [{"event": "purchase", "where": {"field": "page", "is": "purchase9"}}, {"event": "visit"}]}, []),
    ],
)
def test_the_events_behind_lists_and_sequences_are_shown(rule: dict[str, object], pages: list[str]) -> None:
    schema = Schema(events={"visit": {"page": STRING}, "purchase": {"page": STRING}})
    found = explain(read_rule(rule, schema), _history(), instant("2024-01-20"))
    assert [event["page"] for event in found.events] == pages


def test_a_filtered_list_shows_its_events_where_it_stands() -> None:
    schema = Schema(events={"visit": {"page": STRING}})
    kept = {"each": {"all_events": True}, "where": {"field": "page", "is": "visit3"}}
    found = explain(parse_rule({"call": "is_empty", "args": [kept]}, schema), _history(), instant("2024-01-20"))
    assert found.held is False
    assert [event["page"] for part in found.parts for event in part.events] == ["visit3"]


def test_what_depends_on_the_clock_says_so() -> None:
    schema = Schema({"birthday": DATE_ONLY})
    again = read_rule({"attribute": "birthday", "anniversary": {"in_next": "7 days"}}, schema)
    plain = read_rule({"attribute": "birthday", "in_next": "7 days"}, schema)
    person = Person({"birthday": date(1990, 1, 20)})
    now = instant("2024-01-10T15:30")
    assert (explain(again, person, now).clocked, explain(plain, person, now).clocked) == (True, False)
    assert next_change(again, person, now) == instant("2024-01-13")


def test_a_part_that_fails_says_so_and_spoils_nothing_else() -> None:
    schema = Schema({"age": INTEGER, "name": STRING})
    fails = {"compare": {"left": {"call": "add_exact", "args": [{"attribute": "age"}, 2**62]}, "op": ">", "right": 0}}
    rule = parse_rule({"any": [{"attribute": "name", "is": "Ada"}, fails]}, schema)
    person = Person({"age": 2**62, "name": "Ada"})
    found = explain(rule, person, NOW)
    assert (found.held, found.failed) == (True, None)
    assert found.parts[1].failed is not None
    assert found.parts[1].held is False
    assert next_change(rule, person, NOW) is None
    alone = explain(parse_rule(fails, schema), person, NOW)
    assert (alone.held, alone.value) == (False, None)
