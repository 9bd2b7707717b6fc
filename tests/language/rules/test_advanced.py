"""What the rule tree says beyond conditions on one attribute or event: sequences, samples, lists, free windows."""

# ruff: noqa: E501 - rules stand in one line each

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import yaml

from parcours.core.clock import DAY, HOUR, instant
from parcours.core.errors import DefinitionError
from parcours.core.schema import STRING
from parcours.language.check.names import PROFILE_ID
from parcours.language.reference import Person, evaluate, holds
from parcours.language.rules.json_schema import rule_schema
from parcours.language.rules.parse import parse_rule
from parcours.language.rules.print import print_rule, print_value
from parcours.language.tree import Attribute, Call, InWindow, Member, Node
from parcours.language.window_kinds import Calendar, Edge, Relative, Rolling
from parcours.language.windows import relative
from tests.language.rules.test_json_schema import Validator
from tests.language.shop import SEGMENTS, SHOP

NOW = instant(datetime(2024, 3, 31, 12, tzinfo=UTC))
RULES = Validator(rule_schema())

#: Rules, and what print makes of them when that is another form.
WRITTEN: list[tuple[str, str | None]] = [
    ("{segment: {any: [silver, gold]}}", "{any: [{segment: silver}, {segment: gold}]}"),
    ("{segment: {none: [silver, gold]}}", "{none: [{segment: silver}, {segment: gold}]}"),
    ("{segment: {all: [silver, gold]}}", "{all: [{segment: silver}, {segment: gold}]}"),
    ("{sample: 10 %, seed: spring}", "{sample: 10 %, seed: spring}"),
    ("{sample: '12.5%'}", "{sample: 12.5 %, seed: sample}"),
    ("{attribute: city, fits: 'P?ris*'}", None),
    ("{attribute: city, fits: 'p?ris*', ignore_case: true}", None),
    ("{attribute: birthday, anniversary: {in_next: 7 days}}", None),
    *((f"{{attribute: birthday, anniversary: {{{key}: {unit}}}}}", None) for key in ("this", "last", "next") for unit in ("day", "week", "month", "quarter", "year")),
    ("{attribute: birthday, anniversary: {in_last: 30 days}}", None),
    ("{attribute: trial_ends, anniversary: {in_next: 2 months}}", None),
    ("{attribute: trial_ends, anniversary: {in_last: 1 month}}", None),
    ("{attribute: birthday, anniversary: {in_last: 1 day}}", "{attribute: birthday, anniversary: {this: day}}"),
    ("{not: {attribute: birthday, anniversary: {this: day}}}", None),
    ("{attribute: trial_ends, in_next: 1 month}", None),
    ("{attribute: trial_ends, in_last: 2 quarters}", "{attribute: trial_ends, in_last: 6 months}"),
    ("{attribute: trial_ends, more_than_ago: 1 year}", None),
    ("{attribute: trial_ends, more_than_ahead: 18 months}", None),
    ("{attribute: trial_ends, between_ages: [10 days, 2 months]}", "{attribute: trial_ends, window: {after: now - 2 months, to: now - 10 days}}"),
    ("{attribute: trial_ends, between_ages: [1 month, 1 year]}", None),
    ("{attribute: trial_ends, window: {from: start of month, before: start of day + 2 days}}", None),
    ("{attribute: trial_ends, window: {after: now - 1 month, zone: Europe/Paris}}", "{attribute: trial_ends, window: {after: now - 1 month}}"),
    ("{attribute: trial_ends, window: {from: start of year - 1 quarter, to: now, zone: Europe/Paris}}", "{attribute: trial_ends, window: {from: start of year - 3 months, to: now, zone: Europe/Paris}}"),
    ("{attribute: trial_ends, window: {absolute: {start: 0, end: 86400000000}}}", None),
    ("{attribute: trial_ends, window: {from: now - 2 days, to: now}}", None),
    ("{attribute: trial_ends, window: {relative: {}}}", None),
    ("{event: purchase, window: {from: start of month - 1 month, to: now}, at_least: 2}", "{event: purchase, window: {from: start of month - 1 month, to: now}, at_least: 2}"),
    ("{event: purchase, previous: month}", "{event: purchase, last: month}"),
    ("{event: purchase, last: total, previous: month, at_least: 3}", None),
    ("{event: purchase, latest: month, is: May}", None),
    ("{event: purchase, earliest: store, is: a}", "{event: purchase, first: store, is: a}"),
    ("{sequence: [{event: visit}, {event: purchase}]}", None),
    ("{sequence: [{event: visit, where: {field: page, is: home}, count: 2}, {event: purchase, within: 2 days, not_before: 1 hour}], in_last: 30 days}", None),
    ("{sequence: [{event: visit, this: month}, {event: purchase, within: 1 month, where: {field: total, at_least: 5}}]}", None),
    ("{sequence: [{event: purchase}, {event: purchase, where: {compare: {left: {field: store}, op: '==', right: {field: store, up: 1}}}}]}", None),
    ("{sequence: [{event: purchase}, {event: purchase, where: {any_item: items, where: {compare: {left: {field: value}, op: '>', right: {event_field: total}}}}}]}", None),
    ("{sequence: [{event: visit, where: {all: [{field: page, is: a}, {field: page, is_not: b}]}, also: {attribute: city, is: Paris}}]}", None),
    ("{sequence: [{event: purchase, where: {field: total, between: [1, 2]}}]}", None),
    ("{any_item: cards, where: {field: points, at_least: 5}}", None),
    ("{any_item: {each: cards, where: {field: kind, is: gold}}, where: {field: points, at_least: 5}}", None),
    ("{all_items: {all_events: true}, where: {field: eventType, is: visit}}", None),
    ("{any_item: {all_events: [visit]}, where: {field: page, is: home}}", None),
    ("{any_item: interests, where: {item: true, is: a}}", None),
    ("{any_item: cards, where: {any_item: {attribute: interests}, where: {compare: {left: {item: true}, op: '==', right: {field: kind, up: 1}}}}}", None),
    ("{compare: {left: {call: size, args: [{call: keys, args: [{each: cards, group_by: {field: kind}}]}]}, op: '>', right: 1}}", None),
    ("{call: contains_item, args: [{each: cards, give: {field: kind}}, gold]}", "{each: cards, give: {field: kind}, contains: gold}"),
    ("{call: first_item, args: [{each: scores, sort_down_by: {item: true}}], at_least: 3}", None),
    ("{each: cards, where: {field: points, at_least: 5}, is: {each: cards, sort_by: {field: points}}}", None),
    ("{part: floor, of: {attribute: address}, at_least: 2}", None),
    ("{compare: {left: {part: city, of: {object: {city: Paris, n: 3}}}, op: '==', right: {attribute: city}}}", None),
    ("{attribute: trial_ends, after: {now: true}}", None),
    ("{now: true, after: '2024-01-01'}", "{now: true, after: '2024-01-01T00:00:00Z'}"),
    ("{given: event.order.total, type: decimal, at_least: 5}", None),
    ("{fetched: source.weather.degrees, with: {city: {attribute: city}}, type: decimal, at_least: 20}", None),
    ("{random: 0, less_than: 0.5}", None),
    ("{attribute: patience, less_than: '-3 days'}", None),
    ("{attribute: [address, city], is: Paris}", "{attribute: address.city, is: Paris}"),
    ("{value: {event: purchase, latest: due}, in_last: 30 days}", None),
]  # fmt: skip


def read(text: str) -> Node:
    return parse_rule(yaml.safe_load(text), SHOP, SEGMENTS)


@pytest.mark.parametrize(("written", "printed"), WRITTEN, ids=[text for text, _ in WRITTEN])
def test_a_rule_is_read_printed_and_read_again(written: str, printed: str | None) -> None:
    node = read(written)
    found = json.loads(json.dumps(print_rule(node)))
    assert parse_rule(found, SHOP, SEGMENTS) == node
    if printed is not None:
        wanted = yaml.safe_load(printed)
        assert {key: found[key] for key in wanted} == wanted
    elif not any(word in written for word in ("is: {each", "compare", "event: purchase, last: total", "latest: due")):
        assert found == yaml.safe_load(written)


@pytest.mark.parametrize("text", [text for text, _ in WRITTEN])
def test_the_json_schema_knows_it(text: str) -> None:
    shape = json.loads(json.dumps(yaml.safe_load(text)))
    assert RULES.accepts(shape)
    assert RULES.accepts(json.loads(json.dumps(print_rule(read(text)))))


def test_what_the_forms_are() -> None:
    assert read("{segment: {none: [silver, gold]}}") == read("{none: [{segment: silver}, {segment: gold}]}")
    assert read("{segment: {any: [gold]}}") == Member("gold")
    window = read("{attribute: trial_ends, in_last: 1 month}")
    assert isinstance(window, InWindow)
    assert window.window == Relative(Edge(-1, "month", closed=False), Edge())
    sample = read("{sample: 10 %}")
    assert isinstance(sample, Call)
    assert isinstance(sample.args[0], Call)
    assert sample.args[0].args[0] == Attribute((PROFILE_ID,), STRING)


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("window: {from: start of month, before: start of month + 1 month}", Calendar("month", 0, 0, future=True)),
        ("window: {after: now - 3 days, to: now}", Rolling(3 * DAY)),
        ("window: {from: now - 3 days, to: now + 12 hours}", Rolling(3 * DAY, -12 * HOUR, closed=True)),
        ("window: {before: start of week}", relative(None, Edge(0, "day", "week", closed=False))),
    ],
)
def test_free_windows_have_one_canonical_form(window: str, expected: object) -> None:
    node = read(f"{{attribute: trial_ends, {window}}}")
    assert isinstance(node, InWindow)
    assert node.window == expected


WRONG: list[tuple[str, str]] = [
    ("{segment: {some: [silver]}}", "not-one-of"),
    ("{segment: {any: [silver, brass]}}", "unknown-segment"),
    ("{sample: 10, seed: a}", "bad-share"),
    ("{sample: 120 %}", "bad-share"),
    ("{sample: 10 %, sed: a}", "unknown-key"),
    ("{attribute: birthday, anniversary: 7 days}", "not-a-mapping"),
    ("{attribute: birthday, anniversary: {in_next: 7 days, this: month}}", "not-one-of"),
    ("{attribute: birthday, anniversary: {in_next: 7 hours}}", "bad-duration"),
    ("{attribute: birthday, anniversary: {this: decade}}", "bad-unit"),
    ("{attribute: birthday, anniversary: {more_than_ago: 7 days}}", "not-one-of"),
    ("{attribute: trial_ends, window: {from: soon}}", "bad-edge"),
    ("{attribute: trial_ends, window: {from: now - 3 fortnights}}", "bad-edge"),
    ("{attribute: trial_ends, window: {from: now, after: now}}", "two-windows"),
    ("{attribute: trial_ends, window: {zone: Europe/Paris}}", "missing-key"),
    ("{attribute: trial_ends, window: {rolling: {oldest: many}}}", "not-a-mapping"),
    ("{attribute: trial_ends, window: {relative: {lower: 3}}}", "not-a-mapping"),
    ("{attribute: trial_ends, window: {rolling: {oldest: 3, newest: 5}}}", "empty-window"),
    ("{sequence: {event: visit}}", "not-a-list"),
    ("{sequence: []}", "empty-list"),
    ("{sequence: [{event: visit, within: 2 days}]}", "no-event-before"),
    ("{sequence: [{event: visit}, {event: visit, within: soon}]}", "bad-duration"),
    ("{sequence: [{event: vist}]}", "unknown-event-type"),
    ("{sequence: [{where: {field: page, is: a}}]}", "missing-key"),
    ("{sequence: [{event: visit, count: 0}]}", "bad-count"),
    ("{sequence: [{event: visit, in_last: 2 days, this: month}]}", "two-windows"),
    ("{sequence: [{event: visit, in_next: 2 days}]}", "unknown-key"),
    ("{each: cards, is: []}", "not-one-of"),
    ("{each: cards, where: {field: pionts, at_least: 5}, is_set: true}", "unknown-property"),
    ("{part: x, is: a}", "missing-key"),
    ("{now: false, after: '2024-01-01'}", "not-true-or-false"),
    ("{random: -1, less_than: 1}", "bad-count"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "code"), WRONG, ids=[text for text, _ in WRONG])
def test_what_is_wrong_is_said(text: str, code: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        read(text)
    assert code in [problem.code for problem in caught.value.problems]


# --- meaning -------------------------------------------------------------------------------------------


def visit(hours: float, **properties: object) -> dict[str, object]:
    return {"_time": int(NOW - hours * HOUR), **properties}


def test_a_sequence_looks_at_order_distance_and_conditions() -> None:
    rule = read(
        "{sequence: [{event: visit, where: {field: page, is: home}}, {event: purchase, within: 2 days, not_before: 1 hour}], in_last: 30 days}"
    )
    home, other = {"page": "home"}, {"page": "other"}

    def bought(visits: list[dict[str, object]], purchases: list[dict[str, object]]) -> bool:
        return holds(rule, Person(events={"visit": visits, "purchase": purchases}), NOW)

    assert bought([visit(50, **home)], [visit(10)])
    assert bought([visit(50, **home)], [visit(2)])
    assert not bought([visit(50, **home)], [visit(1)])
    assert not bought([visit(10, **home)], [visit(9.5)])
    assert not bought([visit(10, **home)], [visit(20)])
    assert not bought([visit(10, **other)], [visit(5)])
    assert not bought([visit(31 * 24, **home)], [visit(31 * 24 - 5)])


def test_an_anniversary_comes_every_year() -> None:
    rule = read("{attribute: birthday, anniversary: {in_next: 7 days}}")
    days = {"1990-04-01": True, "1990-04-07": True, "1990-04-08": False, "1990-03-31": False, "2024-04-02": True}
    assert {day: holds(rule, Person({"birthday": date.fromisoformat(day)}), NOW) for day in days} == days
    end = instant(datetime(2024, 12, 28, tzinfo=UTC))
    assert holds(rule, Person({"birthday": date(1990, 1, 2)}), end)
    for text, first, last in (
        ("in_last: 7 days", "03-25", "03-31"),
        ("this: day", "03-31", "03-31"),
        ("next: month", "04-01", "04-30"),
        ("last: week", "03-18", "03-24"),
        ("in_next: 1 month", "04-01", "04-30"),
        ("in_last: 1 month", "03-01", "03-31"),
    ):
        again = read(f"{{attribute: birthday, anniversary: {{{text}}}}}")
        found = [
            day for day in range(366) if holds(again, Person({"birthday": date(2000, 1, 1) + timedelta(day)}), NOW)
        ]
        days = [(date(2000, 1, 1) + timedelta(day)).strftime("%m-%d") for day in found]
        assert (days[0], days[-1]) == (first, last)


def test_a_sample_is_the_same_for_ever() -> None:
    rule = read("{sample: 10 %, seed: spring}")
    chosen = [number for number in range(1_000) if holds(rule, Person({PROFILE_ID: f"C{number}"}), NOW)]
    assert 70 < len(chosen) < 130
    assert (
        chosen[:5]
        == [number for number in range(1_000) if evaluate(rule.args[0], Person({PROFILE_ID: f"C{number}"}), NOW) < 0.1][
            :5
        ]
    )  # type: ignore[union-attr]


def test_values_of_any_type_are_printed() -> None:
    shape = {"each": "cards", "sort_down_by": {"field": "points"}}
    node = read("{compare: {left: {each: cards, sort_down_by: {field: points}}, op: '==', right: {attribute: cards}}}")
    assert isinstance(node, Call)
    assert print_value(node.args[0]) == shape
