"""Filters as plain data: read, written, refused with every problem in its place."""

from __future__ import annotations

from typing import Any

import pytest

from parcours.contacts.office import Days, Desk, Office
from parcours.contacts.selection import Filters, check_filters
from parcours.contacts.selection.subtables import SUB_TABLES, sub_table
from parcours.core.errors import DefinitionError, UnknownNameError


def problems(office: Office, days: Days, shape: Any) -> list[tuple[str, str | None]]:
    with office.look(days) as desk, pytest.raises(DefinitionError) as raised:
        check_filters(desk, shape)
    return [(problem.code, problem.where) for problem in raised.value.problems]


def test_plain_data_comes_back_in_its_neutral_form(office: Office, days: Days) -> None:
    shape = {
        "contact": {"no": "C1", "name": " "},
        "profile_answer": {"line_no": 20000},
        "mailing_group": {},
        "any_of": [{"contact": {"exclude_from_segment": True}}, {"interaction": {}}],
        "none_of": [],
        "rule": {"segment": "silver"},
    }
    neutral = {
        "contact": {"no": "C1"},
        "profile_answer": {"line_no": "20000"},
        "any_of": [{"contact": {"exclude_from_segment": "yes"}}],
        "rule": {"segment": "silver"},
    }
    with office.look(days) as desk:
        assert check_filters(desk, shape).to_json() == neutral
        assert check_filters(desk, neutral).to_json() == neutral
        assert check_filters(desk, None).blank


def test_every_problem_is_told_with_its_place(office: Office, days: Days) -> None:
    shape = {
        "contact": {"no": "(", "type": "robot", "salesperson": "A", "salesperson_code": "B", "nme": "x"},
        "any_of": [{"interaction": {"date": "2026-13-01"}}],
    }
    assert problems(office, days, shape) == [
        ("parse.value-expected", "filters.contact.no"),
        ("type.option", "filters.contact.type"),
        ("twice", "filters.contact.salesperson_code"),
        ("unknown-field", "filters.contact.nme"),
        ("type.no-such-day", "filters.any_of[0].interaction.date"),
    ]


def test_what_is_no_filter_is_refused(office: Office, days: Days) -> None:
    assert problems(office, days, ["contact"]) == [("not-a-mapping", "filters")]
    assert problems(office, days, {"contcts": {"no": "C1"}}) == [("unknown-table", "filters.contcts")]
    assert problems(office, days, {"contact": "C1"}) == [("not-a-mapping", "filters.contact")]
    assert problems(office, days, {"contact": {"no": ["C1"]}}) == [("parse.not-a-text", "filters.contact.no")]
    assert problems(office, days, {"none_of": {"contact": {}}}) == [("not-a-list", "filters.none_of")]


def test_groups_may_not_be_nested_for_ever(office: Office, days: Days) -> None:
    shape: dict[str, Any] = {"contact": {"no": "C1"}}
    for _ in range(40):
        shape = {"any_of": [shape]}
    assert [code for code, _ in problems(office, days, shape)] == ["too-deep"]


def test_spans_count_in_the_expression(office: Office, days: Days) -> None:
    with office.look(days) as desk, pytest.raises(DefinitionError) as raised:
        check_filters(desk, {"contact": {"type": "person|robot"}})
    problem = raised.value.problems[0]
    assert problem.span is not None
    assert (problem.source, problem.span.start, problem.span.end) == ("person|robot", 7, 12)


def test_the_reference_tables_are_all_here() -> None:
    offered = {name: table.offered for name, table in SUB_TABLES.items()}
    assert len(offered) == 8
    assert all(table.field(name) for name, table in SUB_TABLES.items() for name in table.offered)
    with pytest.raises(UnknownNameError, match="'contcts'"):
        sub_table("contcts")


def test_tokens_take_what_the_company_has_set_up(office: Office, days: Days) -> None:
    from parcours.contacts.office.setup import put
    from parcours.contacts.selection.filters import context_of
    from parcours.contacts.tables import setup

    with office.change("set up", days) as desk:
        put(desk, "company_name", "Cronus")
        put(desk, "fiscal_month", 4)
        desk.add(setup.users, id="ann", lists={"mycustomers": ["K1"]})
    from parcours.contacts.office import Person

    with office.look(days, Person("ann")) as desk:
        context = context_of(desk)
    assert (context.company, context.fiscal_month, context.user) == ("Cronus", 4, "ann")
    assert context.lists == {"mycustomers": ["K1"]}
    assert (context.today, context.working) == (days.today, days.work_date)


def test_filters_may_be_given_as_they_are(office: Office, days: Days) -> None:
    def check(desk: Desk) -> None:
        filters = Filters({"contact": {"no": "C1"}})
        assert check_filters(desk, filters) is filters

    with office.look(days) as desk:
        check(desk)
