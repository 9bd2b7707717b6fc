# ruff: noqa: E501 - rules and errors stand in one line each
"""What each form of the rule tree becomes, and what is said about forms that are wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import yaml

from parcours.core.clock import DAY, instant
from parcours.core.errors import DefinitionError
from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DECIMAL,
    DURATION,
    INTEGER,
    STRING,
    Type,
    list_of,
    object_of,
)
from parcours.language.check.literals import natural_type
from parcours.language.rules.parse import parse_row_rule, parse_rule
from parcours.language.rules.vocabulary import FOREVER
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
from parcours.language.window_kinds import Absolute, Calendar, Ever, Rolling, Window
from tests.language.shop import ITEM, SEGMENTS, SHOP


def rule(text: str) -> Node:
    return parse_rule(yaml.safe_load(text), SHOP, SEGMENTS)


def lit(value: Any, type_: Type | None = None) -> Literal:
    return Literal(value, type_ or natural_type(value))


def call(function: str, *args: Node, type_: Type = BOOLEAN) -> Call:
    return Call(function, args, type_)


def purchases(kind: str = "count", window: Window | None = None, type_: Type = INTEGER, **parts: Any) -> Aggregate:
    return Aggregate(kind, "purchase", window or Ever(), type_, **parts)


CITY, CHILDREN = Attribute(("city",), STRING), Attribute(("children",), INTEGER)
INCOME, BIRTHDAY = Attribute(("income",), DECIMAL), Attribute(("birthday",), DATE_ONLY)
TRIAL = Attribute(("trial_ends",), DATE_TIME)
TOTAL = Field(("total",), DECIMAL)
SILVER, GOLD = Member("silver"), Member("gold")

MEANINGS: list[tuple[str, Node]] = [
    # joining
    ("segment: silver", SILVER),
    ("all: [{segment: silver}, {segment: gold}]", call("and", SILVER, GOLD)),
    ("any: [{segment: silver}, {segment: gold}]", call("or", SILVER, GOLD)),
    ("none: [{segment: silver}, {segment: gold}]", call("not", call("or", SILVER, GOLD))),
    ("none: [{segment: silver}]", call("not", SILVER)),
    ("all: [{segment: silver}]", SILVER),
    ("not: {segment: silver}", call("not", SILVER)),
    ("value: true", lit(True)),
    # comparators
    ("{attribute: city, is: Lyon}", call("eq", CITY, lit("Lyon"))),
    ("{attribute: city, is_not: Lyon}", call("ne", CITY, lit("Lyon"))),
    ("{attribute: city, is: null}", call("is_null", CITY)),
    ("{attribute: city, is_not: null}", call("is_not_null", CITY)),
    ("{attribute: city, is_set: true}", call("is_not_null", CITY)),
    ("{attribute: city, is_set: false}", call("is_null", CITY)),
    ("{attribute: children, at_least: 2}", call("ge", CHILDREN, lit(2))),
    ("{attribute: children, more_than: 2}", call("gt", CHILDREN, lit(2))),
    ("{attribute: children, at_most: 2}", call("le", CHILDREN, lit(2))),
    ("{attribute: children, less_than: 2}", call("lt", CHILDREN, lit(2))),
    ("{attribute: children, between: [1, 3]}", call("and", call("ge", CHILDREN, lit(1)), call("le", CHILDREN, lit(3)))),
    (
        "{attribute: children, more_than: 1, is_not: 5}",
        call("and", call("gt", CHILDREN, lit(1)), call("ne", CHILDREN, lit(5))),
    ),
    ("{attribute: city, in: [a, b]}", call("in", CITY, ListOf((lit("a"), lit("b")), list_of(STRING)))),
    ("{attribute: city, not_in: [a]}", call("not", call("in", CITY, ListOf((lit("a"),), list_of(STRING))))),
    ("{attribute: city, contains: yo}", call("contains", CITY, lit("yo"))),
    ("{attribute: city, matches: ^L}", call("matches", CITY, lit("^L"))),
    ("{attribute: city, is: LYON, ignore_case: true}", call("equals_ignore_case", CITY, lit("LYON"))),
    (
        "{attribute: city, is_not: LYON, ignore_case: true}",
        call("not", call("equals_ignore_case", CITY, lit("LYON"))),
    ),
    ("{attribute: city, starts_with: L, ignore_case: true}", call("starts_with_ignore_case", CITY, lit("L"))),
    ("{attribute: city, matches: ^L, ignore_case: true}", call("matches", CITY, lit("(?i)^L"))),
    (
        "{attribute: city, in: [LYON], ignore_case: true}",
        call("in", call("lower", CITY, type_=STRING), ListOf((lit("lyon"),), list_of(STRING))),
    ),
    ("{attribute: city, is: LYON, ignore_case: false}", call("eq", CITY, lit("LYON"))),
    ("{attribute: city, is: {attribute: home_city}}", call("eq", CITY, Attribute(("home_city",), STRING))),
    ("{attribute: subscribed}", Attribute(("subscribed",), BOOLEAN)),
    ("{attribute: address.city, is: Lyon}", call("eq", Attribute(("address", "city"), STRING), lit("Lyon"))),
    ("compare: {left: {attribute: children}, op: '>', right: {attribute: income}}", call("gt", CHILDREN, INCOME)),
    # constants take the type of what they are compared with
    ("{attribute: income, at_least: 2}", call("ge", INCOME, lit(2.0))),
    ("{attribute: children, at_least: 2.0}", call("ge", CHILDREN, lit(2))),
    ("{attribute: children, at_least: 2.5}", call("ge", CHILDREN, lit(2.5))),
    ("{attribute: children, in: [1, 2.5]}", call("in", CHILDREN, ListOf((lit(1.0), lit(2.5)), list_of(DECIMAL)))),
    ("{attribute: birthday, before: '1990-01-01'}", call("lt", BIRTHDAY, lit(date(1990, 1, 1)))),
    ("{attribute: birthday, before: 1990-01-01}", call("lt", BIRTHDAY, lit(date(1990, 1, 1)))),
    ("{attribute: trial_ends, from: 2024-03-31}", call("ge", TRIAL, lit(datetime(2024, 3, 31, tzinfo=UTC)))),
    (
        "{attribute: trial_ends, after: '2024-03-31T02:00+02:00'}",
        call("gt", TRIAL, lit(datetime(2024, 3, 31, tzinfo=UTC))),
    ),
    (
        "{attribute: trial_ends, until: '2024-01-01', zone: Europe/Paris}",
        call("lt", TRIAL, lit(datetime(2023, 12, 31, 23, tzinfo=UTC))),
    ),
    (
        "{attribute: patience, at_least: 2 hours}",
        call("ge", Attribute(("patience",), DURATION), lit(timedelta(hours=2), DURATION)),
    ),
    # lists
    (
        "{attribute: interests, contains: tea}",
        call("contains_item", Attribute(("interests",), list_of(STRING)), lit("tea")),
    ),
    (
        "{any_item: interests, where: {item: true, starts_with: t}}",
        Quantifier("any", Attribute(("interests",), list_of(STRING)), call("starts_with", Field((), STRING), lit("t"))),
    ),
    (
        "{no_item: cards, where: {field: points, at_least: 3}}",
        Quantifier(
            "none",
            Attribute(("cards",), list_of(object_of({"kind": STRING, "points": INTEGER, "since": DATE_ONLY}))),
            call("ge", Field(("points",), INTEGER), lit(3)),
        ),
    ),
    (
        "{value: [1, 2], type: {list: decimal}, contains: 2}",
        call("contains_item", ListOf((lit(1.0), lit(2.0)), list_of(DECIMAL)), lit(2.0)),
    ),
    ("{attribute: city, in: {attribute: interests}}", call("in", CITY, Attribute(("interests",), list_of(STRING)))),
    # events
    ("event: purchase", call("ge", purchases(), lit(1))),
    ("{event: purchase, count: true, more_than: 3}", call("gt", purchases(), lit(3))),
    ("{event: purchase, is: 0}", call("eq", purchases(), lit(0))),
    (
        "{event: purchase, sum: total, at_least: 50}",
        call("ge", purchases("sum", type_=DECIMAL, value=TOTAL), lit(50.0)),
    ),
    (
        "{event: purchase, average: units, at_least: 2}",
        call("ge", purchases("average", type_=DECIMAL, value=Field(("units",), INTEGER)), lit(2.0)),
    ),
    (
        "{event: purchase, distinct: store, at_least: 2}",
        call("ge", purchases("distinct", value=Field(("store",), STRING)), lit(2)),
    ),
    (
        "{event: purchase, last: store, is: Lyon}",
        call("eq", purchases("last", type_=STRING, value=Field(("store",), STRING)), lit("Lyon")),
    ),
    (
        "{event: purchase, first: _time, after: '2024-01-01'}",
        call(
            "gt",
            purchases("first", type_=DATE_TIME, value=Field(("_time",), DATE_TIME)),
            lit(datetime(2024, 1, 1, tzinfo=UTC)),
        ),
    ),
    (
        "{event: purchase, where: {field: total, at_least: 50}, in_last: 30 days}",
        call("ge", purchases(window=Rolling(30 * DAY), where=call("ge", TOTAL, lit(50.0))), lit(1)),
    ),
    (
        "{event: purchase, over: items, where: {all: [{field: brand, is: x}, {event_field: online}]}, sum: value, more_than: 5}",
        call(
            "gt",
            purchases(
                "sum",
                type_=DECIMAL,
                over=("items",),
                where=call("and", call("eq", Field(("brand",), STRING), lit("x")), Field(("online",), BOOLEAN, 1)),
                value=Field(("value",), DECIMAL),
            ),
            lit(5.0),
        ),
    ),
    (
        "{event: purchase, where: {any_item: items, where: {all: [{field: brand, is: x}, {event_field: online}]}}}",
        call(
            "ge",
            purchases(
                where=Quantifier(
                    "any",
                    Field(("items",), list_of(ITEM)),
                    call("and", call("eq", Field(("brand",), STRING), lit("x")), Field(("online",), BOOLEAN, 1)),
                )
            ),
            lit(1),
        ),
    ),
]


@pytest.mark.parametrize(("text", "node"), MEANINGS, ids=[text for text, _ in MEANINGS])
def test_what_a_rule_means(text: str, node: Node) -> None:
    assert rule(text) == node


WINDOWS: list[tuple[str, Window]] = [
    ("in_last: 90 days", Rolling(90 * DAY)),
    ("between_ages: [30 days, 60 days]", Rolling(60 * DAY, 30 * DAY)),
    ("more_than_ago: 28 days", Rolling(FOREVER, 28 * DAY)),
    ("this: month", Calendar("month")),
    ("last: week", Calendar("week", -1, -1)),
    ("last_units: {unit: month, count: 3}", Calendar("month", -3, -1)),
    ("last_units: {unit: month, count: 3, include_current: true}", Calendar("month", -2, 0)),
    ("units: {unit: day, from: -3, to: -2}", Calendar("day", -3, -2)),
    ("this: day, zone: Europe/Paris", Calendar("day", zone="Europe/Paris")),
    ("from: 2024-01-01", Absolute(instant("2024-01-01"))),
    ("until: '2024-01-01'", Absolute(None, instant("2024-01-01"))),
    (
        "from: 2024-01-01, until: 2024-07-01, zone: Europe/Paris",
        Absolute(instant("2023-12-31T23:00"), instant("2024-06-30T22:00")),
    ),
]


@pytest.mark.parametrize(("text", "window"), WINDOWS, ids=[text for text, _ in WINDOWS])
def test_windows_of_events(text: str, window: Window) -> None:
    assert rule(f"{{event: purchase, {text}}}") == call("ge", purchases(window=window), lit(1))


DATE_WINDOWS: list[tuple[str, Window]] = [
    ("in_last: 1 day", Rolling(DAY)),
    ("in_next: 3 days", Rolling(0, -3 * DAY)),
    ("more_than_ago: 3 days", Rolling(FOREVER, 3 * DAY)),
    ("more_than_ahead: 3 days", Rolling(-3 * DAY, -FOREVER)),
    ("this: month", Calendar("month", future=True)),
    ("next: month", Calendar("month", 1, 1, future=True)),
    ("next_units: {unit: week, count: 2}", Calendar("week", 1, 2, future=True)),
    ("next_units: {unit: week, count: 2, include_current: true}", Calendar("week", 0, 1, future=True)),
    ("units: {unit: day, from: 2, to: 3}, zone: Asia/Tokyo", Calendar("day", 2, 3, "Asia/Tokyo", future=True)),
]


@pytest.mark.parametrize(("text", "window"), DATE_WINDOWS, ids=[text for text, _ in DATE_WINDOWS])
def test_windows_of_dates(text: str, window: Window) -> None:
    assert rule(f"{{attribute: trial_ends, {text}}}") == InWindow(TRIAL, window)


def test_last_is_a_window_or_the_latest_value() -> None:
    assert rule("{event: purchase, last: month}") == rule("{event: purchase, units: {unit: month, from: -1, to: -1}}")
    latest = purchases("last", type_=STRING, value=Field(("month",), STRING))
    assert rule("{event: purchase, last: {field: month}, is: May}") == call("eq", latest, lit("May"))


def test_a_rule_about_one_event() -> None:
    found = parse_row_rule({"field": "total", "at_least": 5}, "purchase", SHOP)
    assert found == call("ge", TOTAL, lit(5.0))


# --- errors --------------------------------------------------------------------------------------------

# fmt: off
ERRORS = [
    ("[1]", "rule: expected a rule, which is a mapping, found [1]"),
    ("{}", "rule: the rule is empty"),
    ("{attribut: city, is: x}", "rule: nothing says what the condition is about: found attribut, is"),
    ("{attribute: city, iss: x}", "rule.iss: 'iss' is not a key that can stand here"),
    ("{all: [{segment: gold}], any: [{segment: gold}]}", "rule: all and any cannot stand in one rule"),
    ("{all: {segment: gold}}", 'rule.all: expected a list, found {"segment": "gold"}'),
    ("{any: []}", "rule.any: expected at least one rule, found an empty list"),
    ("{attribute: city, in: [a, [b]]}", 'rule.in[1]: expected one value, found ["b"]'),
    ("{attribute: city, in: a}", 'rule.in: expected a list, found "a"'),
    ("{attribute: city, is: [a, b]}", 'rule.is: expected one value, found ["a", "b"]'),
    ("{attribute: city, at_least: null}", "rule.at_least: expected one value, found nothing"),
    ("{attribute: 3, is: a}", "rule.attribute: expected the name of an attribute, found 3"),
    ("{attribute: a..b, is: a}", 'rule.attribute: expected the name of an attribute, found "a..b"'),
    ("{attribute: children, between: [1]}", "rule.between: expected two values, found [1]"),
    ("{attribute: children, is: .nan}", "rule.is: nan is not a number one can compare with"),
    ("{attribute: children, is: 99999999999999999999}", "rule.is: 99999999999999999999 does not fit into 64 bits"),
    ("{attribute: city, is_set: maybe}", 'rule.is_set: expected true or false, found "maybe"'),
    ("{attribute: children, at_least: 3, ignore_case: true}", "rule.ignore_case: there is no text whose case could be ignored"),
    ("{attribute: city, is: a, zone: Europe/Paris}", "rule.zone: a time zone changes nothing here"),
    ("{event: purchase, in_last: 0 months}", "rule.in_last: '0 months' is not a length of time"),
    ("{event: purchase, in_last: 30}", "rule.in_last: 30 is not a length of time"),
    (f"{{event: purchase, in_last: {'9' * 400} days}}", f"rule.in_last: '{'9' * 37}...' is too long a time"),
    (f"{{attribute: patience, at_least: {'9' * 400} days}}", f"rule.at_least: expected a length of time, found a text: '{'9' * 56}..."),
    ("{event: purchase, in_last: 20000000 days}", "rule.in_last: '20000000 days' is no useful length of time"),
    ("{event: purchase, in_last: 0 days}", "rule.in_last: '0 days' is no useful length of time"),
    ("{event: purchase, between_ages: [3 days, 2 days]}", "rule.between_ages: the first age must be smaller than the second"),
    ("{event: purchase, in_next: 3 days}", "rule.in_next: 'in_next' lies in the future, where there are no events"),
    ("{event: purchase, this: mont}", 'rule.this: "mont" is not a calendar unit'),
    ("{event: purchase, this: month, zone: Europe/Pari}", 'rule.zone: "Europe/Pari" is not a time zone'),
    ("{event: purchase, this: month, in_last: 3 days}", "rule: in_last and this are two windows; an event condition has one"),
    ("{event: purchase, from: 2024-02-01, until: 2024-02-01}", "rule.until: the window ends before it starts"),
    ("{event: purchase, from: yesterday}", "rule.from: 'yesterday' is not a date or time"),
    ("{event: purchase, last_units: {unit: month, count: 0}}", "rule.last_units.count: expected a whole number of at least 1, found 0"),
    ("{event: purchase, last_units: {unit: month, cont: 1}}", "rule.last_units.cont: 'cont' is not a key that can stand here"),
    ("{event: purchase, units: {unit: day, from: 1, to: 2}}", "rule.units: 'units' lies in the future, where there are no events"),
    ("{event: purchase, sum: total, max: total, is: 3}", "rule: sum and max cannot be computed in one condition"),
    ("{event: purchase, sum: true, is: 3}", "rule.sum: expected the name of a property, found true"),
    ("{field: total, is: 3}", "rule.field: 'field' belongs to an event or a list element, and there is none here"),
    ("{event: purchase, where: {item: true, is: 3}}", "rule.where.item: 'item' belongs to an event or a list element, and there is none here"),
    ("{any_item: cards}", "rule: 'where' is missing"),
    ("{compare: {left: 3, op: '=>', right: 3}}", 'rule.compare.op: "=>" is not a comparison'),
    ("{compare: {left: 3, op: '>'}}", "rule.compare: 'right' is missing"),
    ("{call: length, args: 3}", "rule.args: expected a list, found 3"),
    ("{value: 3, type: number, is: 3}", "rule.type: 'number' is not a type"),
    ("{attribute: city, is: a, ignore_case: maybe}", 'rule.ignore_case: expected true or false, found "maybe"'),
    ("{attribute: city, in: []}", "rule.in: expected at least one value, found an empty list"),
    ("{attribute: children, in: {attribute: city}}", "rule.in.attribute: expected a list, found a text"),
    ("{attribute: trial_ends, before: soon, zone: Europe/Paris}", "rule.before: 'soon' is not a date or time"),
    ("{attribute: city, matches: {attribute: home_city}, ignore_case: true}", "rule.matches: the pattern must be a constant"),
    ("{attribute: city, fits: {attribute: home_city}}", "rule.fits: argument 2 of fits must be a constant: a form with wildcards"),
    ("{compare: 3}", "rule.compare: expected a comparison, which is a mapping, found 3"),
    ("{any_item: 3, where: {field: kind, is: a}}", "rule.any_item: expected the name of a list, found 3"),
    ("{any_item: interests, where: {item: 3}}", "rule.where.item: expected true or false, found 3"),
    ("{any_item: interests, where: {field: a, up: 9, is: 3}}", "rule.where.up: expected a whole number of at least 0, found 9"),
    ("{event: purchase, between_ages: 3 days}", 'rule.between_ages: expected two values, found "3 days"'),
    ("{event: purchase, between_ages: [3 days, soon]}", "rule.between_ages[1]: 'soon' is not a length of time"),
    ("{event: purchase, last_units: month}", 'rule.last_units: expected calendar units, which is a mapping, found "month"'),
    ("{event: purchase, last_units: {unit: month, count: 2, include_current: 1}}", "rule.last_units.include_current: expected true or false, found 1"),
    ("{event: purchase, units: {unit: month, from: -2}}", "rule.units.to: expected a whole number, found nothing"),
    ("{event: purchase, units: {unit: month, from: -2, to: -3}}", "rule.units: the window ends before it starts"),
    ("{event: purchase, in_last: 3 days, zone: Europe/Paris}", "rule.zone: a time zone changes nothing here"),
    ("{event: purchase, from: soon, zone: Europe/Paris}", "rule.from: 'soon' is not a date or time"),
    ("{event: purchase, over: 3}", "rule.over: expected the name of a list in the event, found 3"),
    ("{segment: [a]}", 'rule.segment: expected the name of a segment, found ["a"]'),
]
# fmt: on


def problems(text: str) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        rule(text)
    return [f"{problem.where}: {problem.message}" for problem in caught.value.problems]


@pytest.mark.parametrize(("text", "problem"), ERRORS, ids=[text for text, _ in ERRORS])
def test_what_is_said_about_wrong_forms(text: str, problem: str) -> None:
    assert problems(text)[0] == problem


def test_all_problems_are_reported_at_once() -> None:
    """Those of form and those of names, in parts that lie beside and inside each other."""
    found = problems(
        """
        all:
          - {attribute: cty, iss: Lyon, is: 3}
          - {event: purchase, where: {field: totl, at_least: 3}, in_last: 3 mnths}
          - {segment: silvr}
          - {none: [{event: purchse}, {attribute: city, is: 3}]}
        """
    )
    assert sorted(found) == [
        "rule.all[0].attribute: there is no attribute 'cty'",
        "rule.all[0].iss: 'iss' is not a key that can stand here",
        "rule.all[1].in_last: '3 mnths' is not a length of time",
        "rule.all[1].where.field: event 'purchase' has no property 'totl'",
        "rule.all[2].segment: there is no segment 'silvr'",
        "rule.all[3].none[0].event: there is no event type 'purchse'",
        "rule.all[3].none[1].is: expected a text, found a whole number: 3",
    ]


def test_the_whole_text_of_an_error() -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_rule({"all": [{"event": "purchse"}, {"attribute": "children", "at_least": "3"}]}, SHOP, SEGMENTS)
    assert str(caught.value) == (
        "rule: the rule has 2 problems\n"
        "  - rule.all[0].event: there is no event type 'purchse'\n"
        "      hint: did you mean 'purchase'?\n"
        "  - rule.all[1].at_least: expected a whole number, found a text: '3'\n"
        "      hint: write the number without quotes"
    )


@pytest.mark.parametrize("width", [1, 2, 3])
def test_a_rule_that_contains_itself_is_refused(width: int) -> None:
    """Doubled at every level it would never end."""
    circle: dict[str, object] = {}
    circle["all"] = [circle] * width
    with pytest.raises(DefinitionError) as caught:
        parse_rule(circle, SHOP)
    assert [str(problem) for problem in caught.value.problems] == ["rule: rules are nested more than 40 deep"]


def test_a_rule_that_is_too_large_is_refused() -> None:
    with pytest.raises(DefinitionError) as caught:
        parse_rule({"any": [{"segment": "silver"}] * 20_000}, SHOP)
    assert [problem.code for problem in caught.value.problems] == ["too-large"]


def test_many_problems_still_fit_on_a_screen() -> None:
    with pytest.raises(DefinitionError, match="30 problems, of which these are the first 20") as caught:
        parse_rule({"any": [{"attribute": f"a{number}"} for number in range(30)]}, SHOP)
    assert len(caught.value.problems) == 20
