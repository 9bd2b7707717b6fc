"""Going back and forth (section 11): the very lines, or as the reference does it."""

from __future__ import annotations

from typing import Any

import pytest

from parcours.contacts.people import removal
from parcours.contacts.tables import contacts, opportunities, worksheets
from parcours.contacts.worksheets import headers, history, lines
from parcours.contacts.worksheets.actions import (
    add_contacts,
    add_line,
    change_line_contact,
    delete_line,
    reduce_contacts,
    refine_contacts,
)
from parcours.contacts.worksheets.history import go_back, redo
from parcours.core.errors import OpenQuestion, Refused
from tests.contacts.worksheets.crm import Crm


def no(text: str) -> dict[str, dict[str, str]]:
    return {"contact": {"no": text}}


@pytest.fixture
def sheet(crm: Crm) -> str:
    return str(crm.do(headers.create, description="Header text")["no"])


def test_nothing_to_undo_asks_nothing(crm: Crm, sheet: str) -> None:
    assert crm.do(go_back, sheet, answers={}) is None
    assert crm.do(redo, sheet) is None
    assert crm.asked == []


def test_a_user_is_asked_and_may_decline(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, no("C1"))
    assert crm.do(go_back, sheet, answers={"undo_last_action": False}) is None
    assert crm.who(sheet) == ["C1"]
    with pytest.raises(OpenQuestion, match="Undo"):
        crm.do(go_back, sheet, answers={})
    step = crm.do(go_back, sheet, answers={"undo_last_action": True})
    assert step is not None
    assert (step.inserted, step.deleted, crm.who(sheet), crm.steps(sheet)) == (0, 1, [], (0, 1))


def test_lines_come_back_with_number_place_and_hand_edits(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, {})
    crm.do(lines.set_line, sheet, 20_000, "description", "Own text")
    before = crm.lines(sheet)
    crm.do(reduce_contacts, sheet, no("C1|C2"))
    assert crm.numbers(sheet) == [10_000, 30_000, 50_000]
    crm.do(go_back, sheet)
    assert crm.lines(sheet) == before


def test_undoing_an_add_removes_only_what_it_inserted(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, no("C1|C3"))
    before = crm.lines(sheet)
    crm.do(add_contacts, sheet, no("C1|C2"), allow_existing=True)
    crm.do(go_back, sheet)
    assert crm.lines(sheet) == before


def test_redo_brings_everything_back_edits_made_since_included(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, no("C1|C2|C3"))
    crm.do(refine_contacts, sheet, no("C1|C2"))
    crm.do(lines.set_line, sheet, 10_000, "description", "typed after")
    after = crm.lines(sheet)
    crm.do(go_back, sheet, steps=2)
    assert (crm.who(sheet), crm.steps(sheet)) == ([], (0, 2))
    step = crm.do(redo, sheet, steps=5)
    assert step is not None
    assert ([one["action"] for one in step.actions], crm.lines(sheet), crm.steps(sheet)) == (
        ["add", "refine"],
        after,
        (2, 0),
    )


def test_a_new_action_ends_what_could_be_done_again(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, no("C1|C2"))
    crm.do(go_back, sheet)
    crm.do(add_contacts, sheet, no("C3"))
    assert (crm.do(redo, sheet), crm.steps(sheet)) == (None, (1, 0))
    rows = crm.see(lambda desk: [desk.count(table) for table in (worksheets.worksheet_shelf, history.HISTORY)])
    assert rows == [0, 1]


def test_an_action_without_effect_is_undone_by_lowering_the_count(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, no("C1"))
    crm.do(add_contacts, sheet, no("C1"))
    crm.do(go_back, sheet)
    assert (crm.who(sheet), crm.steps(sheet)) == (["C1"], (1, 1))


def test_the_empty_question_comes_up_while_undoing(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, no("NOBODY"))
    crm.do(add_contacts, sheet, no("C1"))
    crm.do(go_back, sheet, answers={"undo_last_action": True, "reset_criteria": True})
    assert (crm.asked, crm.steps(sheet)) == (["undo_last_action", "reset_criteria"], (0, 0))


def test_hand_work_is_undone_action_by_action(crm: Crm, sheet: str) -> None:
    crm.do(add_line, sheet)
    states = [crm.lines(sheet)]
    works: list[tuple[Any, ...]] = [
        (change_line_contact, 10_000, "C1"),
        (add_line, "C2"),
        (change_line_contact, 10_000, "P1"),
        (change_line_contact, 20_000, ""),
        (delete_line, 10_000),
    ]
    for operation, *arguments in works:
        crm.do(operation, sheet, *arguments)
        states.append(crm.lines(sheet))
    assert crm.steps(sheet) == (6, 0)
    for steps, state in ((1, states[4]), (1, states[3]), (2, states[2]), (1, states[1]), (1, states[0])):
        crm.do(go_back, sheet, steps=steps)
        assert crm.lines(sheet) == state
    crm.do(redo, sheet, steps=6)
    assert crm.lines(sheet) == states[5]


def test_a_number_taken_meanwhile_is_not_taken_from_its_line(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, no("C1|C2"))
    crm.do(reduce_contacts, sheet, no("C2"))
    crm.do(lambda desk: lines.insert(desk, lines.initialised(desk, headers.view(desk, sheet), ["C3"], 20_000)))
    crm.do(go_back, sheet)
    assert list(zip(crm.who(sheet), crm.numbers(sheet), strict=True)) == [
        ("C1", 10_000),
        ("C3", 20_000),
        ("C2", 30_000),
    ]


def test_contacts_that_are_gone_or_moved_meanwhile(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, no("C2|C3|P1"))
    crm.do(reduce_contacts, sheet, {})
    crm.do(removal.delete, "C3")
    crm.do(lambda desk: desk.change_many(contacts.contacts, [contacts.contacts.c.no == "P1"], company_no="C2"))
    crm.do(go_back, sheet)
    assert [(line["contact_no"], line["contact_company"]) for line in crm.lines(sheet)] == [
        ("P1", "C2"),
        ("C2", "C2"),
        ("", "C3"),
    ]


def test_tasks_leave_the_worksheet_with_their_contact_and_come_back(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, no("C1|C2"))
    crm.do(add_contacts, sheet, no("C2"), allow_existing=True)
    crm.load(crm_tasks=[{"no": f"T{no}", "contact_no": f"C{no}", "segment_no": sheet} for no in (1, 2)])

    def of_sheet() -> list[str]:
        return [row["no"] for row in crm.see(lambda desk: desk.rows(opportunities.tasks, segment_no=sheet))]

    crm.do(delete_line, sheet, 10_000)
    crm.do(delete_line, sheet, 20_000)
    assert of_sheet() == ["T2"]
    crm.do(go_back, sheet, steps=2)
    assert of_sheet() == ["T1", "T2"]
    crm.do(go_back, sheet, steps=2)
    assert of_sheet() == []
    crm.do(redo, sheet, steps=2)
    assert of_sheet() == ["T1", "T2"]


def test_two_people_undo_the_same_action_once(crm: Crm, sheet: str) -> None:
    crm.do(add_contacts, sheet, no("C1"))
    version = crm.do(add_contacts, sheet, no("C2")).version
    crm.do(go_back, sheet, expected_version=version)
    with pytest.raises(Refused) as refused:
        crm.do(go_back, sheet, expected_version=version)
    assert (refused.value.code, crm.who(sheet)) == ("conflict", ["C1"])


# --- the reference ---


@pytest.fixture
def old(crm: Crm) -> Crm:
    crm.reference = True
    return crm


def test_the_reference_rebuilds_lines_at_the_end_in_reverse_order(old: Crm, sheet: str) -> None:
    old.do(add_contacts, sheet, {})
    old.do(lines.set_line, sheet, 20_000, "description", "Own text")
    old.do(reduce_contacts, sheet, no("C1|C2"))
    old.do(go_back, sheet)
    assert list(zip(old.who(sheet), old.numbers(sheet), strict=True)) == [
        ("P3", 10_000),
        ("P1", 30_000),
        ("C3", 50_000),
        ("C2", 60_000),
        ("C1", 70_000),
    ]
    assert {line["description"] for line in old.lines(sheet)} == {"Header text"}


def test_the_reference_takes_every_line_of_the_contacts_added(old: Crm, sheet: str) -> None:
    old.do(add_contacts, sheet, no("C1|C3"))
    old.do(add_contacts, sheet, no("C1|C2"), allow_existing=True)
    old.do(go_back, sheet)
    assert (old.who(sheet), old.steps(sheet), old.do(redo, sheet)) == (["C3"], (1, 0), None)


def test_the_reference_numbers_from_the_highest_line_before_the_undoing(old: Crm, sheet: str) -> None:
    old.do(add_contacts, sheet, no("C1|C2"))
    old.do(refine_contacts, sheet, no("NOBODY"))
    old.do(go_back, sheet)
    assert list(zip(old.who(sheet), old.numbers(sheet), strict=True)) == [("C2", 10_000), ("C1", 20_000)]
