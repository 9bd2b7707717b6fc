"""The CRM in Python: who works and when, questions, previews, the trail, rules of Parcours inside filters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.contacts.office import Answers
from parcours.core.clock import DAY, VirtualClock, instant
from parcours.core.errors import DefinitionError, InputError, OpenQuestion, Refused, UnknownNameError, WorkspaceError
from parcours.service.workspace import Workspace

NOON = instant("2026-03-11T12:00:00Z")


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    folder = tmp_path / "workspace"
    with parcours.init(folder, VirtualClock(NOON)) as workspace:
        workspace.crm.put_series("CONT", "C1")
        workspace.crm.put_series("SEGM", "SM00001")
        workspace.crm.put_salesperson("SP1", name="Ann")
        yield workspace


@pytest.fixture
def sheet(workspace: Workspace) -> str:
    """A worksheet, and three companies C1, C2, C3."""
    for name in ("Alpha", "Beta", "Gamma"):
        workspace.contacts.create(name=name, salesperson_code="SP1")
    return str(workspace.worksheets.create(description="Spring")["no"])


def standing(workspace: Workspace, sheet: str) -> list[str]:
    return workspace.worksheets.lines(sheet)["contact_no"].to_list()


# --- who and when ------------------------------------------------------------------------------------------


def test_a_new_worksheet_is_dated_with_the_work_date_of_whoever_makes_it(workspace: Workspace) -> None:
    anna = workspace.crm.acting("ANNA", work_date="2026-01-28")
    assert anna.worksheets.create()["date"] == date(2026, 1, 28)
    assert workspace.worksheets.create()["date"] == date(2026, 3, 11)


def test_the_setup_of_a_user_gives_work_date_and_salesperson(workspace: Workspace) -> None:
    workspace.crm.put_user("ANNA", salesperson_code="SP1", work_date="2026-02-01")
    made = workspace.crm.acting("ANNA").worksheets.create()
    assert (made["date"], made["salesperson_code"], made["created_by"]) == (date(2026, 2, 1), "SP1", "ANNA")
    assert workspace.crm.acting("ANNA", work_date=date(2026, 5, 5)).worksheets.create()["date"] == date(2026, 5, 5)


def test_a_work_date_that_is_none(workspace: Workspace) -> None:
    with pytest.raises(InputError, match="no date"):
        workspace.crm.acting("ANNA", work_date="soon")


def test_a_role_may_be_refused(workspace: Workspace) -> None:
    with pytest.raises(Refused) as refused:
        workspace.crm.acting("BO", role="team_member").interactions.delete_canceled_logged()
    assert refused.value.code == "permission-denied"


def test_the_trail_names_who_did_what(workspace: Workspace) -> None:
    workspace.crm.acting("ANNA").contacts.create(no="X1", name="Xenon")
    workspace.crm.acting("BO").contacts.change("X1", name="Xylo")
    trail = workspace.crm.trail("contact", "X1")
    assert trail["by"].to_list() == ["BO", "ANNA"]
    assert trail["operation"].to_list() == ["change_contact", "create_contact"]
    changed = workspace.crm.changes(trail["revision"][0])
    assert changed[0]["fields"]["name"] == ["Xenon", "Xylo"]


# --- questions ---------------------------------------------------------------------------------------------


def test_by_program_nothing_is_asked(workspace: Workspace, sheet: str) -> None:
    workspace.worksheets.add_contacts(sheet, {"contact": {"no": "C1"}})
    workspace.worksheets.reduce_contacts(sheet)
    assert workspace.worksheets.get(sheet)["no_of_criteria_actions"] == 2


def test_hand_work_asks_unless_it_is_answered(workspace: Workspace, sheet: str) -> None:
    line = workspace.worksheets.add_line(sheet, "C1")
    with pytest.raises(OpenQuestion) as question:
        workspace.worksheets.delete_line(sheet, line["line_no"])
    assert question.value.question == "reset_criteria"
    assert standing(workspace, sheet) == ["C1"]
    workspace.worksheets.delete_line(sheet, line["line_no"], answers={"reset_criteria": True})
    assert workspace.worksheets.get(sheet)["no_of_criteria_actions"] == 0


def test_what_is_proposed_can_be_taken(workspace: Workspace, sheet: str) -> None:
    workspace.worksheets.add_contacts(sheet, answers="proposed")
    assert workspace.worksheets.go_back(sheet, answers="proposed") is None, "no is proposed"
    assert workspace.worksheets.go_back(sheet) is not None, "by program it is done"


def test_who_answers_himself_learns_what_was_asked(workspace: Workspace, sheet: str) -> None:
    answers = Answers({"update_lines": False})
    workspace.worksheets.add_contacts(sheet)
    workspace.worksheets.set(sheet, "description", "Summer", answers=answers)
    assert answers.asked == ["update_lines"]
    assert set(workspace.worksheets.lines(sheet)["description"]) == {"Spring"}


# --- previews ----------------------------------------------------------------------------------------------


def test_a_trial_tells_what_would_come_of_it(workspace: Workspace, sheet: str) -> None:
    tried = workspace.worksheets.add_contacts(sheet, {"contact": {"no": "C1|C3"}}, preview=True)
    assert (tried.count, tried.contacts.to_list()) == (2, ["C1", "C3"])
    assert standing(workspace, sheet) == []
    assert workspace.worksheets.get(sheet)["version"] == 1


def test_a_trial_leaves_no_trace(workspace: Workspace, sheet: str) -> None:
    trail = workspace.crm.trail()
    workspace.contacts.create(name="Delta", preview=True)
    assert workspace.crm.trail().equals(trail)
    assert workspace.contacts.create(name="Delta")["no"] == "C4", "the number was not drawn"


def test_a_trial_is_refused_like_the_real_thing(workspace: Workspace, sheet: str) -> None:
    with pytest.raises(Refused) as refused:
        workspace.worksheets.log(sheet, preview=True)
    assert refused.value.code == "segment-empty"


def test_previews_show_who_comes_and_who_stays_out(workspace: Workspace, sheet: str) -> None:
    workspace.contacts.change("C2", exclude_from_segment=True)
    shown = workspace.worksheets.previews.add_contacts(sheet)
    assert (shown.before, shown.after, shown.came["name"].to_list()) == (0, 2, ["Alpha", "Gamma"])
    assert shown.left_out.select("contact_no", "reason").rows() == [("C2", "excluded")]


# --- two people --------------------------------------------------------------------------------------------


def test_whoever_saw_an_older_version_is_refused(workspace: Workspace, sheet: str) -> None:
    seen = workspace.worksheets.get(sheet)["version"]
    workspace.crm.acting("BO").worksheets.add_contacts(sheet)
    with pytest.raises(Refused) as refused:
        workspace.crm.acting("ANNA").worksheets.reduce_contacts(sheet, expected_version=seen)
    assert refused.value.code == "conflict"
    assert standing(workspace, sheet) == ["C1", "C2", "C3"]


# --- filters -----------------------------------------------------------------------------------------------


def test_a_worksheet_from_a_live_segment_refined_by_hand(workspace: Workspace, sheet: str) -> None:
    workspace.apply({"segment": "greek", "rule": {"attribute": "contact.name", "in": ["Alpha", "Beta"]}})
    workspace.replay(start=NOON, end=NOON, tick=DAY)
    workspace.worksheets.add_contacts(sheet, {"rule": {"segment": "greek"}, "none_of": [{"contact": {"no": "C2"}}]})
    assert standing(workspace, sheet) == ["C1"]
    action = workspace.worksheets.criteria(sheet)[0]
    assert action["filters"]["rule"] == {"segment": "greek"}


def test_a_rule_before_the_first_tick(workspace: Workspace, sheet: str) -> None:
    with pytest.raises(WorkspaceError) as error:
        workspace.worksheets.add_contacts(sheet, {"rule": {"attribute": "contact.name", "is": "Alpha"}})
    assert error.value.code == "nothing-yet"
    assert workspace.worksheets.get(sheet)["no_of_criteria_actions"] == 0


def test_a_broken_filter_shows_where(workspace: Workspace, sheet: str) -> None:
    with pytest.raises(DefinitionError) as error:
        workspace.worksheets.add_contacts(sheet, {"contact": {"no": "C1|("}})
    assert error.value.problems[0].where == "filters.contact.no"


def test_expressions_can_be_tried(workspace: Workspace) -> None:
    crm = workspace.crm.acting("ANNA", work_date="2026-01-28")
    assert crm.matching("%me", ["ANNA", "BO", "CY"], "code") == ["ANNA"]
    assert crm.matching("workdate|''", ["2026-01-28", "", "2026-03-11"], "date") == ["2026-01-28", ""]
    assert crm.matching(">10", ["9", "10.5"], "decimal") == ["10.5"]
    with pytest.raises(InputError):
        crm.matching("1", ["one"], "decimal")
    with pytest.raises(InputError, match="type"):
        crm.matching("1", ["1"], "number")


# --- results -----------------------------------------------------------------------------------------------


def test_frames_have_their_types_without_rows(workspace: Workspace) -> None:
    empty = workspace.interactions.entries()
    assert empty.schema["date"] == pl.Date
    assert empty.schema["cost"] == pl.Float64
    assert empty.schema["canceled"] == pl.Boolean
    assert workspace.worksheets.list().schema["total_cost"] == pl.Float64


def test_contacts_come_in_the_order_that_is_asked_for(workspace: Workspace, sheet: str) -> None:
    workspace.contacts.create(name="alphabet", city="Lyon")
    assert workspace.contacts.find(sort="name")["name"].to_list() == ["Alpha", "alphabet", "Beta", "Gamma"]
    assert workspace.contacts.find(sort="-name")["name"].to_list() == ["Gamma", "Beta", "alphabet", "Alpha"]
    assert workspace.contacts.find(sort="-city")["no"].to_list() == ["C4", "C1", "C2", "C3"]
    with pytest.raises(InputError, match="nothing is ordered by 'nam'"):
        workspace.contacts.find(sort="nam")


def test_contacts_are_found_by_filters(workspace: Workspace, sheet: str) -> None:
    assert workspace.contacts.find({"contact": {"search_name": "*A"}})["no"].to_list() == ["C1", "C2", "C3"]
    assert workspace.contacts.find({"contact": {"name": "B*"}})["name"].to_list() == ["Beta"]


def test_bulk_rows_come_all_or_not_at_all(workspace: Workspace) -> None:
    rows = [{"no": "X1", "type": "company", "name": "X"}]
    with pytest.raises(InputError):
        workspace.crm.load({"contacts": rows, "poems": rows})
    with pytest.raises(UnknownNameError):
        workspace.contacts.get("X1")
    assert workspace.crm.load({"contacts": rows, "mailing_groups": [{"contact_no": "X1", "code": "NEWS"}]}) == {
        "contacts": 1,
        "mailing_groups": 1,
    }
    assert workspace.contacts.members("mailing_group", "NEWS") == ["X1"]


def test_a_customer_link_that_is_taken_away_turns_targets_back(workspace: Workspace, sheet: str) -> None:
    workspace.crm.put_code("business_relation", "CUST")
    workspace.crm.set("relation_codes", {"customer": "CUST"})
    workspace.campaigns.create("CP1")
    workspace.worksheets.set(sheet, "campaign_no", "CP1")
    workspace.worksheets.set(sheet, "campaign_target", True)
    workspace.worksheets.add_contacts(sheet, {"contact": {"no": "C1"}})
    workspace.campaigns.activate("CP1")
    workspace.contacts.create_customer("C1", "CU1")
    assert workspace.campaigns.targets("CP1").rows() == [("customer", "CU1")]
    workspace.contacts.unrelate("C1", "CUST", link_to="customer")
    assert workspace.campaigns.targets("CP1").rows() == [("contact", "C1")]
