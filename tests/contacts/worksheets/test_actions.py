"""Add, reduce, refine and hand work (sections 8 to 10)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from parcours.contacts.office import setup as settings
from parcours.contacts.people import cards
from parcours.contacts.worksheets import criteria, headers, lines
from parcours.contacts.worksheets.actions import (
    add_contacts,
    add_line,
    change_line_contact,
    delete_line,
    reduce_contacts,
    refine_contacts,
)
from parcours.core.errors import DefinitionError, InputError, OpenQuestion, Refused, UnknownNameError
from tests.contacts.worksheets.crm import Crm, company, person


def no(text: str) -> dict[str, dict[str, str]]:
    return {"contact": {"no": text}}


NORTH = {"contact": {"territory_code": "N"}}


@pytest.fixture
def sheet(crm: Crm) -> str:
    return str(crm.do(headers.create, description="Try")["no"])


def test_an_add_makes_lines_in_order_and_one_action(crm: Crm, sheet: str) -> None:
    outcome = crm.do(add_contacts, sheet, {})
    assert crm.who(sheet) == outcome.contacts.to_list() == ["P3", "C1", "P1", "C2", "C3"]
    assert crm.numbers(sheet) == [10_000, 20_000, 30_000, 40_000, 50_000]
    assert (outcome.count, outcome.action, crm.steps(sheet)) == (5, 1, (1, 0))


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ["P1"]),
        ({"allow_related_companies": True}, ["C1", "P1"]),
        ({"expand_companies": True}, ["C1", "P1"]),
        ({"expand_companies": True, "ignore_exclusion": True}, ["C1", "P1", "P2"]),
    ],
)
def test_options_bring_companies_and_flagged_contacts(
    crm: Crm, sheet: str, options: dict[str, bool], expected: list[str]
) -> None:
    crm.do(add_contacts, sheet, no("P1|P2"), **options)
    assert crm.who(sheet) == expected


def test_a_flagged_person_pulls_in_its_company_but_stays_out(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, no("P2"), allow_related_companies=True)
    assert crm.who(sheet) == ["C1"]


def test_those_there_already_come_again_only_when_allowed(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, no("C1"))
    assert crm.do(add_contacts, sheet, no("C1")).count == 0
    assert crm.do(add_contacts, sheet, no("C1|C2"), allow_existing=True).count == 2
    assert crm.who(sheet) == ["C1", "C1", "C2"]
    assert crm.steps(sheet) == (3, 0)


def test_reduce_takes_matches_away_and_refine_the_others(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, {})
    crm.do(add_contacts, sheet, no("C2"), allow_existing=True)
    assert crm.do(reduce_contacts, sheet, no("C2")).contacts.to_list() == ["C2", "C2"]
    crm.do(refine_contacts, sheet, NORTH)
    assert crm.who(sheet) == ["C1"]


def test_entire_companies(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, {})
    crm.do(refine_contacts, sheet, no("P2"), entire_companies=True)
    assert crm.who(sheet) == ["C1", "P1"]
    crm.do(reduce_contacts, sheet, no("P1"), entire_companies=True)
    assert crm.who(sheet) == []


def test_a_line_without_contact_never_matches(crm: Crm, sheet: str) -> None:
    crm.do(add_line, sheet)
    crm.do(add_contacts, sheet, no("C1"))
    assert crm.steps(sheet) == (1, 0)
    crm.do(reduce_contacts, sheet, {})
    assert crm.who(sheet) == [""]
    crm.do(refine_contacts, sheet, {})
    assert crm.who(sheet) == []


def test_broken_filters_and_options_change_nothing(crm: Crm, sheet: str) -> None:
    with pytest.raises(DefinitionError):
        crm.do(add_contacts, sheet, no("C1|"))
    with pytest.raises(InputError, match="no option 'entire_companies'"):
        crm.do(add_contacts, sheet, {}, entire_companies=True)
    assert crm.steps(sheet) == (0, 0)


# --- the empty segment ---


def test_emptying_asks_only_with_more_than_one_action(crm: Crm, sheet: str) -> None:
    crm.do(lambda desk: lines.insert(desk, lines.initialised(desk, headers.view(desk, sheet), ["C1"], 10_000)))
    crm.do(reduce_contacts, sheet, {}, answers={})
    assert (crm.asked, crm.steps(sheet)) == ([], (1, 0))
    crm.do(add_contacts, sheet, no("C1"), answers={})
    with pytest.raises(OpenQuestion, match="empty"):
        crm.do(refine_contacts, sheet, no("C2"), answers={})
    assert crm.who(sheet) == ["C1"]


@pytest.mark.parametrize(("answer", "left"), [(True, 0), (False, 2)])
def test_a_reset_forgets_the_criteria(crm: Crm, sheet: str, answer: bool, left: int) -> None:
    crm.do(add_contacts, sheet, no("C1"), answers={})
    outcome = crm.do(reduce_contacts, sheet, no("C1"), answers={"reset_criteria": answer})
    assert (outcome.reset, crm.steps(sheet), crm.asked) == (answer, (left, 0), ["reset_criteria"])


def test_by_program_nothing_is_forgotten(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, no("C1"))
    crm.do(reduce_contacts, sheet, no("C1"))
    assert crm.steps(sheet) == (2, 0)


# --- hand work ---


def test_hand_work_is_recorded_as_actions_on_the_contact_number(crm: Crm, sheet: str) -> None:
    first = crm.do(add_line, sheet, "c1")
    crm.do(add_line, sheet, "C1")
    changed = crm.do(change_line_contact, sheet, first["line_no"], "C3")
    crm.do(delete_line, sheet, 20_000)
    assert (changed["line_no"], changed["contact_company"], changed["salesperson_code"]) == (10_000, "C3", "SP9")
    assert crm.who(sheet) == ["C3"]
    told = [(one["action"], one["source"], one["filters"]) for one in crm.see(criteria.actions, sheet)]
    assert told == [
        ("add", "hand", no("C1")),
        ("add", "hand", no("C1")),
        ("reduce", "hand", no("C1")),
        ("add", "hand", no("C3")),
        ("reduce", "hand", no("C1")),
    ]


def test_blank_lines_record_half_of_it_or_nothing(crm: Crm, sheet: str) -> None:
    crm.do(add_line, sheet)
    crm.do(change_line_contact, sheet, 10_000, "C1")
    assert crm.steps(sheet) == (1, 0)
    crm.do(change_line_contact, sheet, 10_000, "")
    assert (crm.steps(sheet), crm.who(sheet)) == ((2, 0), [""])
    crm.do(delete_line, sheet, 10_000)
    assert (crm.steps(sheet), crm.who(sheet)) == ((2, 0), [])


def test_numbers_with_signs_of_the_filter_language_are_quoted(crm: Crm, sheet: str) -> None:
    crm.contacts(company("A&B|C"))
    crm.do(add_line, sheet, "A&B|C")
    crm.do(criteria.save, sheet, "ODD")
    other = crm.do(headers.create)["no"]
    crm.do(criteria.reuse, other, "ODD")
    assert crm.who(other) == ["A&B|C"]


def test_a_flagged_contact_is_typed_only_if_somebody_says_so(crm: Crm, sheet: str) -> None:
    for answers in (None, {"add_excluded_contact": False}):
        with pytest.raises(Refused) as refused:
            crm.do(add_line, sheet, "P2", answers=answers)
        assert refused.value.code == "contact-excluded"
    crm.do(add_line, sheet, "P2", answers={"add_excluded_contact": True})
    crm.do(add_line, sheet, "P2", ignore_exclusion=True)
    crm.do(settings.put, "excluded_by_hand", "allow")
    crm.do(add_line, sheet, "P2")
    crm.do(settings.put, "excluded_by_hand", "refuse")
    with pytest.raises(Refused):
        crm.do(add_line, sheet, "P2", answers={"add_excluded_contact": True})
    assert crm.who(sheet) == ["P2"] * 3


def test_the_reference_does_not_look_at_the_flag_by_hand(crm: Crm, sheet: str) -> None:
    crm.reference = True
    crm.do(add_line, sheet, "P2", answers={})
    assert (crm.who(sheet), crm.asked) == (["P2"], [])


def test_unknown_things_are_named(crm: Crm, sheet: str) -> None:
    with pytest.raises(UnknownNameError, match="no contact 'C11'"):
        crm.do(add_line, sheet, "C11")
    with pytest.raises(UnknownNameError, match="no line 7"):
        crm.do(delete_line, sheet, 7)
    with pytest.raises(UnknownNameError, match="no segment 'X'"):
        crm.do(add_contacts, "X", {})


# --- two people at once ---


def test_a_worksheet_that_somebody_changed_is_a_conflict(crm: Crm, sheet: str) -> None:
    seen = crm.see(headers.view, sheet)["version"]
    outcome = crm.do(add_contacts, sheet, no("C1"), expected_version=seen)
    with pytest.raises(Refused) as refused:
        crm.do(reduce_contacts, sheet, no("C1"), expected_version=seen)
    assert refused.value.code == "conflict"
    crm.do(reduce_contacts, sheet, no("C1"), expected_version=outcome.version)


def test_of_two_at_the_same_moment_one_is_refused(crm: Crm, sheet: str) -> None:
    seen = crm.see(headers.view, sheet)["version"]

    def try_it(contact: str) -> str:
        try:
            crm.do(add_contacts, sheet, no(contact), expected_version=seen)
        except Refused as refused:
            return refused.code
        return contact

    with ThreadPoolExecutor(4) as pool:
        told = sorted(pool.map(try_it, ["C1", "C2", "C3", "P3"]), reverse=True)
    assert told[:3] == ["conflict"] * 3
    assert crm.who(sheet) == told[3:]


def test_contacts_of_today_are_selected(crm: Crm, sheet: str) -> None:
    crm.do(cards.change, "C3", territory_code="N")
    crm.do(add_contacts, sheet, NORTH)
    assert crm.who(sheet) == ["C1", "C2", "C3"]
    crm.contacts(person("P9", "C2"))
    crm.do(add_contacts, sheet, no("P9"))
    assert crm.who(sheet)[-1] == "P9"
