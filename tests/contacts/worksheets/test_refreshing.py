"""Criteria run again on today's contacts: who came and who went."""

from __future__ import annotations

import pytest

from parcours.contacts.people import cards
from parcours.contacts.worksheets import criteria, headers, lines, previews
from parcours.contacts.worksheets.actions import add_contacts, add_line, delete_line, reduce_contacts, refine_contacts
from parcours.contacts.worksheets.history import go_back, redo
from parcours.contacts.worksheets.refreshing import refresh
from tests.contacts.worksheets.crm import Crm, company


@pytest.fixture
def sheet(crm: Crm) -> str:
    """Everybody of territory N, without salesperson SP2."""
    no = str(crm.do(headers.create, description="North")["no"])
    crm.do(add_contacts, no, {"contact": {"territory_code": "N"}})
    crm.do(reduce_contacts, no, {"contact": {"salesperson_code": "SP2"}})
    return no


def test_who_meets_the_criteria_now_comes_and_who_does_not_goes(crm: Crm, sheet: str) -> None:
    crm.contacts(company("C4", territory_code="N"), company("C5", territory_code="N", exclude_from_segment=True))
    crm.do(cards.change, "C1", territory_code="S")
    crm.do(cards.change, "C2", salesperson_code="SP1")
    seen = crm.see(previews.refresh, sheet)
    assert (seen.came["contact_no"].to_list(), seen.went["contact_no"].to_list()) == (["C2", "C4"], ["C1"])
    assert (seen.before, seen.after, crm.who(sheet)) == (1, 2, ["C1"])
    done = crm.do(refresh, sheet)
    assert (done.came.to_list(), done.went.to_dicts()) == (["C2", "C4"], [{"line_no": 10_000, "contact_no": "C1"}])
    assert (crm.who(sheet), crm.steps(sheet)) == (["C2", "C4"], (3, 0))


def test_nobody_came_or_went_records_nothing(crm: Crm, sheet: str) -> None:
    assert (crm.do(refresh, sheet).action, crm.steps(sheet)) == (0, (2, 0))


def test_lines_of_those_who_stay_keep_what_was_typed(crm: Crm, sheet: str) -> None:
    crm.do(lines.set_line, sheet, 10_000, "description", "typed")
    before = crm.lines(sheet)
    crm.contacts(company("C4", territory_code="N"))
    crm.do(refresh, sheet)
    assert (crm.lines(sheet)[:1], crm.who(sheet)) == (before, ["C1", "C4"])
    crm.do(go_back, sheet)
    assert crm.lines(sheet) == before
    crm.do(redo, sheet)
    assert crm.who(sheet) == ["C1", "C4"]


def test_hand_work_and_lines_by_program_stay_as_they_are(crm: Crm, sheet: str) -> None:
    crm.do(lambda desk: lines.insert(desk, lines.initialised(desk, headers.view(desk, sheet), ["P3"], 500_000)))
    crm.do(add_line, sheet, "C3")
    crm.do(add_line, sheet, "C3")
    crm.do(add_line, sheet)
    crm.do(delete_line, sheet, 10_000)
    assert crm.do(refresh, sheet).action == 0
    assert crm.who(sheet) == ["P3", "C3", "C3", ""]


def test_what_an_action_took_of_lines_by_program_may_come_back(crm: Crm, sheet: str) -> None:
    crm.do(lambda desk: lines.insert(desk, lines.initialised(desk, headers.view(desk, sheet), ["C3"], 500_000)))
    crm.do(refine_contacts, sheet, {"contact": {"territory_code": "N"}})
    crm.do(cards.change, "C3", territory_code="N", salesperson_code="SP1")
    assert crm.do(refresh, sheet).came.to_list() == ["C3"]
    assert crm.do(refresh, sheet).action == 0


def test_a_contact_flagged_since_goes_unless_exclusion_was_ignored(crm: Crm, sheet: str) -> None:
    crm.do(add_line, sheet, "C3")
    for contact in ("C1", "C3"):
        crm.do(cards.change, contact, exclude_from_segment=True)
    crm.do(add_line, sheet, "P2", ignore_exclusion=True)
    assert crm.do(refresh, sheet).went["contact_no"].to_list() == ["C1", "C3"]
    assert crm.who(sheet) == ["P2"]


def test_a_refresh_is_no_criterion(crm: Crm, sheet: str) -> None:
    crm.contacts(company("C4", territory_code="N"))
    crm.do(refresh, sheet)
    saved = crm.do(criteria.save, sheet, "NORTH")
    assert [one["action"] for one in saved["actions"]] == ["add", "reduce"]
    assert [one["action"] for one in crm.see(criteria.actions, sheet)] == ["add", "reduce", "refresh"]


def test_a_refresh_that_empties_asks(crm: Crm, sheet: str) -> None:
    crm.do(cards.change, "C1", territory_code="S")
    done = crm.do(refresh, sheet, answers={"reset_criteria": True})
    assert (done.action, crm.steps(sheet)) == (0, (0, 0))
