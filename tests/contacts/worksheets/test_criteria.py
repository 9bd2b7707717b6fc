"""Criteria: shown as a tree, saved, run again elsewhere (sections 3.3 and 12)."""

from __future__ import annotations

from typing import Any

import pytest

from parcours.contacts.people import cards
from parcours.contacts.worksheets import criteria, headers
from parcours.contacts.worksheets.actions import add_contacts, add_line, reduce_contacts, refine_contacts
from parcours.contacts.worksheets.history import go_back
from parcours.core.errors import OpenQuestion, Refused, UnknownNameError
from tests.contacts.worksheets.crm import Crm, company

NORTH = {"contact": {"territory_code": "N"}}


@pytest.fixture
def sheet(crm: Crm) -> str:
    return str(crm.do(headers.create, description="First")["no"])


@pytest.fixture
def other(crm: Crm) -> str:
    return str(crm.do(headers.create, description="Other")["no"])


def refusal(crm: Crm, *call: Any) -> str:
    with pytest.raises(Refused) as refused:
        crm.do(*call)
    return refused.value.code


# --- the tree ---


def test_filters_stand_below_their_actions(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, {**NORTH, "mailing_group": {"code": ""}}, expand_companies=True, allow_existing=False)
    crm.do(reduce_contacts, sheet, {})
    crm.do(refine_contacts, sheet, {"contact": {"type": "person", "name": "A*"}, "none_of": [NORTH]})
    shown = crm.see(criteria.tree, sheet)
    assert [(line["line_no"], line["type"], line["indentation"]) for line in shown] == [
        (1, "action", 0), (2, "filter", 1), (3, "action", 0), (4, "action", 0), (5, "filter", 1), (6, "filter", 1),
    ]  # fmt: skip
    assert [(line["action"], line["no_of_filters"], line["options"]) for line in shown if line["type"] == "action"] == [
        ("add", 1, {"expand_companies": True}),
        ("reduce", 0, {}),
        ("refine", 2, {}),
    ]
    assert [(line["sub_table"], line["text"]) for line in shown if line["type"] == "filter"] == [
        ("contact", "territory_code: N"),
        ("contact", "type: person, name: A*"),
        ("none_of", "contact: territory_code: N"),
    ]


def test_a_profile_answer_is_shown_as_question_and_answer(crm: Crm, sheet: str) -> None:
    lines = [(10, "question", "Size"), (20, "answer", "small"), (30, "question", "Branch"), (40, "answer", "food")]
    crm.load(
        crm_questionnaires=[{"code": "Q"}],
        crm_questionnaire_lines=[
            {"questionnaire_code": "Q", "line_no": no, "type": kind, "description": text} for no, kind, text in lines
        ],
    )
    crm.do(add_contacts, sheet, {"profile_answer": {"questionnaire": "Q", "line_no": "40"}})
    crm.do(add_contacts, sheet, {"profile_answer": {"questionnaire": "Q", "line_no": "20..40"}})
    texts = [line["text"] for line in crm.see(criteria.tree, sheet) if line["type"] == "filter"]
    assert texts == ["Branch: food", "questionnaire: Q, line_no: 20..40"]


def test_what_a_user_ran_last_is_proposed_again(crm: Crm, sheet: str, other: str) -> None:
    assert crm.see(criteria.last_used, "add") is None
    crm.do(add_contacts, sheet, NORTH, expand_companies=True)
    crm.do(add_line, other, "C1")
    assert crm.see(criteria.last_used, "add") == {"options": {"expand_companies": True}, "filters": NORTH}
    assert crm.see(criteria.last_used, "refine") is None


def test_every_action_says_what_it_did_to_the_lines(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, {})
    all_of_them = len(crm.lines(sheet))
    crm.do(refine_contacts, sheet, NORTH)
    crm.do(reduce_contacts, sheet, {"contact": {"no": "NOBODY"}})
    left = len(crm.lines(sheet))
    shown = crm.see(criteria.with_effects, sheet)
    assert 0 < left < all_of_them
    assert [(one["number"], one["inserted"], one["deleted"]) for one in shown] == [
        (1, all_of_them, 0), (2, 0, all_of_them - left), (3, 0, 0),
    ]  # fmt: skip
    crm.do(go_back, sheet, steps=2)
    again = crm.see(criteria.with_effects, sheet, undone_ones=True)
    assert [(one["action"], one["inserted"], one["deleted"]) for one in again] == [
        ("refine", 0, all_of_them - left), ("reduce", 0, 0),
    ]  # fmt: skip


# --- saving ---


def test_saving_needs_actions_and_a_code_of_its_own(crm: Crm, sheet: str) -> None:
    assert refusal(crm, criteria.save, sheet, "") == "no-criteria-actions"
    crm.do(add_contacts, sheet, NORTH)
    assert refusal(crm, criteria.save, sheet, " ") == "criteria-code-required"
    crm.do(criteria.save, sheet, "north", "The north")
    assert refusal(crm, criteria.save, sheet, "NORTH") == "criteria-code-exists"
    saved = crm.see(criteria.saved, "north")
    assert (saved["description"], saved["by"], saved["no_of_actions"]) == ("The north", "ann", 1)


def test_what_was_undone_is_not_saved(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, NORTH)
    crm.do(reduce_contacts, sheet, {})
    crm.do(go_back, sheet)
    assert [one["action"] for one in crm.do(criteria.save, sheet, "N")["actions"]] == ["add"]


def test_saved_criteria_are_described_and_deleted(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, NORTH)
    crm.do(criteria.save, sheet, "A")
    crm.do(criteria.save, sheet, "B")
    crm.do(criteria.describe_saved, "a", "Renamed")
    crm.do(criteria.delete_saved, "b")
    assert [(row["code"], row["description"]) for row in crm.see(criteria.every_saved)] == [("A", "Renamed")]
    with pytest.raises(UnknownNameError, match="no set of saved criteria 'B'"):
        crm.see(criteria.saved, "B")


def test_deleted_criteria_come_back_as_they_were(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, NORTH)
    crm.do(criteria.save, sheet, "A", "First")
    before = crm.see(criteria.saved, "A")
    crm.do(criteria.delete_saved, "a")
    crm.do(criteria.restore_saved, "a")
    assert crm.see(criteria.saved, "A") == before
    assert refusal(crm, criteria.restore_saved, "A") == "criteria-code-exists"
    crm.do(criteria.describe_saved, "A", "Second")
    crm.do(criteria.delete_saved, "A")
    assert crm.do(criteria.restore_saved, "A")["description"] == "Second"
    with pytest.raises(UnknownNameError, match="no saved criteria 'B' were deleted"):
        crm.do(criteria.restore_saved, "B")


# --- reuse ---


def test_reuse_runs_on_the_contacts_of_now_action_by_action(crm: Crm, sheet: str, other: str) -> None:
    crm.do(add_contacts, sheet, NORTH)
    crm.do(reduce_contacts, sheet, {"contact": {"no": "C1"}})
    crm.do(criteria.save, sheet, "N")
    crm.contacts(company("C4", territory_code="N"))
    outcomes = crm.do(criteria.reuse, other, "N")
    assert outcomes is not None
    assert [(one.count, one.action) for one in outcomes] == [(3, 1), (1, 2)]
    assert crm.who(other) == ["C2", "C4"]
    assert [one["source"] for one in crm.see(criteria.actions, other)] == ["criteria", "criteria"]
    crm.do(go_back, other)
    assert crm.who(other) == ["C1", "C2", "C4"]


def test_reuse_on_a_used_segment_asks(crm: Crm, sheet: str, other: str) -> None:
    crm.do(add_contacts, sheet, NORTH)
    crm.do(criteria.save, sheet, "N")
    crm.do(add_line, other, "C1")
    with pytest.raises(OpenQuestion):
        crm.do(criteria.reuse, other, "N", answers={})
    assert crm.do(criteria.reuse, other, "N", answers={"reuse_on_used_segment": False}) is None
    crm.do(criteria.reuse, other, "N", answers={"reuse_on_used_segment": True})
    assert (crm.who(other), crm.steps(other)) == (["C1", "C2"], (2, 0))


def test_options_run_again_and_so_does_a_flag_ignored_by_hand(crm: Crm, sheet: str, other: str) -> None:
    crm.do(add_contacts, sheet, {"contact": {"no": "P1"}}, expand_companies=True, ignore_exclusion=True)
    crm.do(add_line, sheet, "P2", ignore_exclusion=True)
    crm.do(criteria.save, sheet, "X")
    crm.do(criteria.reuse, other, "X")
    assert crm.who(other) == ["C1", "P1", "P2"]
    crm.do(cards.change, "P1", exclude_from_segment=True)
    third = crm.do(headers.create)["no"]
    crm.do(criteria.reuse, third, "X")
    assert crm.who(third) == ["C1", "P1", "P2"]


@pytest.mark.parametrize(("reference", "left"), [(False, ["C1", "P1"]), (True, ["P1"])])
def test_the_reference_drops_entire_companies_of_a_saved_refine(
    crm: Crm, sheet: str, other: str, reference: bool, left: list[str]
) -> None:
    crm.do(add_contacts, sheet, {})
    crm.do(refine_contacts, sheet, {"contact": {"no": "P1"}}, entire_companies=True)
    assert crm.who(sheet) == ["C1", "P1"]
    crm.do(criteria.save, sheet, "X")
    crm.reference = reference
    crm.do(criteria.reuse, other, "X")
    assert crm.who(other) == left


def test_a_conflict_comes_before_any_action_runs(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, NORTH)
    crm.do(criteria.save, sheet, "N")
    with pytest.raises(Refused, match="expected version 1"):
        crm.do(criteria.reuse, sheet, "N", expected_version=1)
    with pytest.raises(UnknownNameError):
        crm.do(criteria.reuse, sheet, "NOPE")
