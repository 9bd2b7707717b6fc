"""Filter expressions written again, and rules that stay in force."""

# ruff: noqa: E501 - expressions stand in few lines

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import instant
from parcours.core.errors import DefinitionError
from parcours.core.schema import BOOLEAN, DATE_ONLY, DATE_TIME, DECIMAL, INTEGER, STRING, Schema, Type
from parcours.language.filters.context import Context
from parcours.language.filters.fields import Target
from parcours.language.filters.print import format_filter, print_filter, print_filters
from parcours.language.filters.read import read
from parcours.language.filters.rules import read_filters
from parcours.language.frontends import print_in, read_rule
from parcours.language.reference import Person, holds
from parcours.language.tree import Attribute, InWindow
from parcours.language.window_kinds import Calendar
from tests.language.shop import SHOP

STANDING = [
    "today", "yesterday|tomorrow", "today-30D..today", "..today", "today..", "<today", ">today", "month", "week", "quarter",
    "today-1M..", "<today+2Q", "today-1Y..today", "-CM..CM", "-CY..CY", "..CM", ">CM", "-CM-1M..", "<-CM", "-CW-2W..CW-1W", "..CW+1W", "now..", "<now", ">now", "..now",
    "<>today", "2026-03-01..2026-03-31", "2026-03-01", "<>2026-03-01", "''", "<>''", "..2026-03-01|today..",
]  # fmt: skip
OF_TYPES: list[tuple[Type, list[str]]] = [
    (STRING, ["FR", "FR|BE|'A|B'", "<>FR", "''", "<>''", "A*", "*a*", "@*a*", "<>*a", "a?b*", "@paris", "Bicycle..Car", "..Car", "@a..@b", ">a&<b", "(a*|b)&<>''", "O'Brien", "b@x.fr", "'@x'", "''''", "*"]),
    (INTEGER, ["1", "1..2", "..1", "1..", "1|5|10..20", ">1&<5|100", "<>3", "''", "<>''", "-5"]),
    (DECIMAL, ["1.5", "-0.25..2", "1000000", "<>0"]),
    (BOOLEAN, ["yes", "<>no"]),
    (DATE_ONLY, STANDING),
    (DATE_TIME, ["2026-03-01", "2026-03-01..2026-03-05", "<2026-03-01", "2026-03-01..", "<>2026-03-01", "2026-03-01T10:00:00+00:00", "today", "today-7D..", ">now"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("type_", "text"), [(type_, text) for type_, texts in OF_TYPES for text in texts], ids=lambda part: str(part)
)
def test_what_is_printed_is_read_back(type_: Type, text: str) -> None:
    field = Attribute(("x",), type_)
    node = read(text, Target(field))
    assert read(print_filter(node, field), Target(field)) == node


@given(st.text(alphabet="ab'|&()<>=@*?%. é", max_size=8))
def test_any_text_is_read_back(text: str) -> None:
    field = Attribute(("x",), STRING)
    try:
        node = read(text, Target(field), Context(user="u", lists={}))
    except DefinitionError:
        return
    assert read(print_filter(node, field), Target(field)) == node
    assert read(format_filter(text), Target(field), Context(user="u", lists={})) == node or text.strip().startswith("%")


@pytest.mark.parametrize(
    ("text", "formatted"),
    [
        (" FR |  BE ", "FR|BE"),
        ("( (a|b) ) & 'c'", "(a|b)&c"),
        ("(a&b)|c", "a&b|c"),
        ("'A & B' | x", "'A & B'|x"),
        (">= 1", ">=1"),
    ],
)
def test_formatting_takes_out_what_is_not_needed(text: str, formatted: str) -> None:
    assert format_filter(text) == formatted


def test_a_rule_of_several_attributes() -> None:
    written = {"city": "Paris|Lyon", "income": "1000..2000", "birthday": "month", "address.floor": ">2"}
    node = read_rule({"filter": written}, SHOP)
    assert print_in(node, "filter") == written
    assert print_filters(node) == written


def test_problems_of_all_attributes_are_said_with_their_place() -> None:
    with pytest.raises(DefinitionError) as caught:
        read_rule({"filter": {"cty": "a", "income": "a|1", "birthday": "soon"}}, SHOP)
    assert [(problem.where, problem.code) for problem in caught.value.problems] == [
        ("rule.filter.cty", "unknown-attribute"),
        ("rule.filter.income", "type.mismatch"),
        ("rule.filter.birthday", "type.mismatch"),
    ]


def test_without_a_day_of_today_days_move_on() -> None:
    node = read_filters({"d": "today-1D..today"}, Schema(attributes={"d": DATE_ONLY}))
    assert node == InWindow(Attribute(("d",), DATE_ONLY), Calendar("day", -1, 0, future=True))
    person = Person({"d": date(2026, 3, 11)})
    moments = [instant(datetime(2026, 3, day, 12, tzinfo=UTC)) for day in (10, 11, 12, 13)]
    assert [holds(node, person, now) for now in moments] == [False, True, True, False]


@pytest.mark.parametrize("text", [text for text in STANDING if not text.endswith("now") and text not in ("''", "<>''")])
def test_a_rule_that_stays_in_force_says_the_same_each_day(text: str) -> None:
    field = Attribute(("d",), DATE_ONLY)
    standing = read(text, Target(field))
    for day in (date(2026, 3, 1), date(2026, 3, 11), date(2026, 12, 31), date(2028, 2, 29)):
        fixed = read(text, Target(field), Context(today=day))
        for away in (-400, -40, -14, -7, -1, 0, 1, 7, 30, 365):
            value = date.fromordinal(day.toordinal() + away)
            now = instant(datetime(day.year, day.month, day.day, 13, tzinfo=UTC))
            assert holds(standing, Person({"d": value}), now) == holds(fixed, Person({"d": value}), now), (day, value)


@pytest.mark.parametrize("text", ["today-1M", "CM", "-CM+1D", "D10", "p1", "15", "month-1M"])
def test_days_that_are_no_edge_of_a_window_cannot_stay_in_force(text: str) -> None:
    with pytest.raises(DefinitionError) as caught:
        read(text, Target(Attribute(("d",), DATE_ONLY)))
    assert [problem.code for problem in caught.value.problems] == ["type.not-standing"]


def test_what_filters_cannot_say_is_refused() -> None:
    for shape in (
        {"segment": "gold"},
        {"event": "visit"},
        {"attribute": "city", "matches": "a+"},
        {"attribute": "city", "contains": "a*"},
    ):
        with pytest.raises(DefinitionError) as caught:
            print_filters(read_rule(shape, SHOP))
        assert caught.value.code == "not-expressible"
