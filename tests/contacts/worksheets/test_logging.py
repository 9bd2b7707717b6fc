"""Logging a worksheet: checks, effects, follow-up (contact-segments.md, section 15)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from parcours.contacts.campaigns import targets
from parcours.contacts.interactions import attachments, figures
from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.office import Desk
from parcours.contacts.office import setup as office_setup
from parcours.contacts.people.loading import load
from parcours.contacts.tables import audit, campaigns, contacts, interactions, opportunities, worksheets
from parcours.contacts.worksheets import actions, criteria, headers, history, lines, logging
from parcours.core.errors import OpenQuestion, Refused, UnknownNameError
from tests.contacts.stock import CALL, MAIL
from tests.contacts.worksheets.crm import Crm

LINES = worksheets.worksheet_lines


@pytest.fixture
def crm(crm: Crm) -> Crm:
    """With templates for calls and e-mails, and two campaigns."""
    crm.load(
        interaction_templates=[CALL, MAIL],
        attachments=[{"no": "OFFER", "storage": "embedded", "name": "offer.pdf", "content": b"%PDF"}],
        template_languages=[{"template_code": "MAIL", "language_code": "ENU", "attachment": "OFFER"}],
        campaigns=[{"no": "CP1"}, {"no": "CP2"}],
    )
    return crm


def sheet(crm: Crm, template: str = "CALL", who: str = "C1|C2", **header: Any) -> str:
    """A worksheet with these contacts."""
    no = crm.do(headers.create, **{"description": "Spring calls", **header})["no"]
    if template:
        crm.do(headers.set_header, no, "interaction_template", template)
    crm.do(actions.add_contacts, no, {"contact": {"no": who}})
    return str(no)


def log(crm: Crm) -> list[dict[str, Any]]:
    return crm.see(lambda desk: desk.rows(INTERACTIONS))


def rows(crm: Crm, table: Any) -> list[dict[str, Any]]:
    return crm.see(lambda desk: desk.rows(table))


def put(desk: Desk, no: str, contact: str, **values: Any) -> None:
    """Write into the line of a contact, whatever the checks of typing say."""
    desk.change_many(LINES, [LINES.c.segment_no == no, LINES.c.contact_no == contact], **values)


def test_lines_become_interactions_and_the_worksheet_ends(crm: Crm) -> None:
    no = sheet(crm, who="C1|P1", campaign_no="CP1")
    crm.do(put, no, "P1", description="VIP call", evaluation="positive", cost=7, time="10:30", task=4, contact_via="x")
    done = crm.do(logging.log, no)
    assert (done.entry_no, done.interactions, done.deliveries, done.follow_up_no) == (1, 2, 0, "")
    first, second = log(crm)
    for row in (first, second):
        assert (row["segment_no"], row["logged_segment"], row["campaign_entry"], row["by"]) == (no, 1, 1, "ann")
        assert (row["template_code"], row["group_code"], row["date"]) == ("CALL", "PHONE", crm.days.work_date)
        assert (row["delivery_status"], row["canceled"], row["company_no"]) == ("", False, "C1")
    assert (first["contact_no"], first["description"], first["cost"], first["salesperson_code"]) == (
        "C1", "Spring calls", 2, "SP9")  # fmt: skip
    assert (second["contact_no"], second["description"], second["cost"], second["evaluation"]) == (
        "P1", "VIP call", 7, "positive")  # fmt: skip
    assert (second["time"], second["task"], second["contact_via"]) == ("10:30", 4, "x")
    (logged,) = crm.see(figures.logged_segments)
    assert (logged["segment_no"], logged["description"], logged["created_on"], logged["by"]) == (
        no, "Spring calls", crm.days.today, "ann")  # fmt: skip
    assert (logged["no_of_interactions"], logged["no_of_campaign_entries"]) == (2, 1)
    assert logged["header"]["campaign_no"] == "CP1"
    for table in (worksheets.worksheets, LINES, worksheets.worksheet_actions, worksheets.worksheet_history):
        assert rows(crm, table) == []
    told = [row["key"] for row in rows(crm, audit.outbox) if row["kind"] == "interaction"]
    assert told == ["1", "2"]


FAULTS: list[tuple[str, dict[str, Any], str]] = [
    ("C2", {"date": None}, "line-date-required"),
    ("C2", {"salesperson_code": ""}, "line-salesperson-required"),
    ("C2", {"interaction_template": ""}, "line-template-required"),
    ("C2", {"date": None, "salesperson_code": "", "interaction_template": ""}, "line-date-required"),
    ("C2", {"salesperson_code": "", "interaction_template": ""}, "line-salesperson-required"),
]


@pytest.mark.parametrize(("contact", "values", "code"), FAULTS)
def test_one_fault_stops_all(crm: Crm, contact: str, values: dict[str, Any], code: str) -> None:
    no = sheet(crm)
    crm.do(put, no, contact, **values)
    with pytest.raises(Refused) as raised:
        crm.do(logging.log, no, follow_up=True)
    assert (raised.value.code, raised.value.where) == (code, "line 20000")
    assert crm.who(no) == ["C1", "C2"]
    assert log(crm) == rows(crm, interactions.logged_segments) == []


def test_the_first_line_with_a_fault_counts(crm: Crm) -> None:
    no = sheet(crm)
    crm.do(put, no, "C2", date=None)
    crm.do(put, no, "C1", interaction_template="")
    with pytest.raises(Refused) as raised:
        crm.do(logging.log, no)
    assert raised.value.code == "line-template-required"


@pytest.mark.parametrize("field", ["salesperson_code", "interaction_template", "campaign_no", "contact_no"])
def test_what_is_gone_is_named(crm: Crm, field: str) -> None:
    no = sheet(crm)
    crm.do(put, no, "C2", **{field: "GONE"})
    with pytest.raises(UnknownNameError, match="'GONE'"):
        crm.do(logging.log, no)


def test_the_worksheet_itself_is_checked_first(crm: Crm) -> None:
    no = sheet(crm, template="", description="")
    with pytest.raises(Refused) as raised:
        crm.do(logging.log, no)
    assert raised.value.code == "segment-description-required"
    empty = crm.do(headers.create, description="Empty")["no"]
    crm.do(actions.add_line, empty)
    with pytest.raises(Refused) as raised:
        crm.do(logging.log, empty)
    assert raised.value.code == "segment-empty"
    crm.load(logged_segments=[{"segment_no": no}])
    with pytest.raises(Refused) as raised:
        crm.do(logging.log, no)
    assert raised.value.code == "logged-segment-exists"
    with pytest.raises(UnknownNameError):
        crm.do(logging.log, "SM77777")
    with pytest.raises(Refused) as raised:
        crm.do(logging.log, no, expected_version=99)
    assert raised.value.code == "conflict"


def test_lines_without_contact_are_skipped(crm: Crm) -> None:
    no = sheet(crm)
    crm.do(actions.add_line, no)
    assert crm.do(logging.log, no).interactions == 2


# --- campaign entries -------------------------------------------------------------------------------------


def test_an_entry_per_campaign_of_the_lines(crm: Crm) -> None:
    no = sheet(crm, who="C1|C2|C3", campaign_no="CP1")
    crm.do(put, no, "C1", date=date(2026, 4, 1), salesperson_code="SP1")
    crm.do(put, no, "C2", date=date(2026, 3, 5), salesperson_code="SP2")
    crm.do(put, no, "C3", campaign_no="")
    crm.do(logging.log, no)
    (entry,) = rows(crm, campaigns.campaign_entries)
    assert (entry["description"], entry["date"], entry["salesperson_code"]) == ("Spring calls", date(2026, 3, 5), "SP2")
    assert (entry["segment_no"], entry["logged_segment"], entry["campaign_no"]) == (no, 1, "CP1")
    assert [row["campaign_entry"] for row in log(crm)] == [1, 1, None]


@pytest.mark.parametrize("reference", [False, True])
def test_the_entry_of_a_call_is_used(crm: Crm, reference: bool) -> None:
    crm.reference = reference
    no = sheet(crm, campaign_no="CP1")
    crm.load(campaign_entries=[{"campaign_no": "CP1", "segment_no": no, "description": "Call"}])
    crm.do(logging.log, no)
    (entry,) = rows(crm, campaigns.campaign_entries)
    assert (entry["description"], entry["logged_segment"]) == ("Call", None if reference else 1)
    assert [row["campaign_entry"] for row in log(crm)] == [1, 1]


@pytest.mark.parametrize("reference", [False, True])
def test_the_target_group_survives(crm: Crm, reference: bool) -> None:
    crm.reference = reference
    no = sheet(crm, who="C1", campaign_no="CP1", campaign_target=True)
    crm.do(put, no, "C1", campaign_target=True)
    crm.do(targets.activate, "CP1")
    crm.do(logging.log, no)
    assert crm.see(targets.group, "CP1") == [("contact", "C1")]


# --- delivery ---------------------------------------------------------------------------------------------


def mailed(crm: Crm, **card: Any) -> str:
    """A worksheet for C1, by e-mail."""
    crm.do(lambda desk: desk.change_many(contacts.contacts, [contacts.contacts.c.no == "C1"], **card))
    return sheet(crm, "MAIL", "C1")


def test_what_is_delivered_is_in_progress(crm: Crm) -> None:
    no = mailed(crm, email="c1@x.test")
    assert crm.see(logging.is_delivery_proposed, no)
    done = crm.do(logging.log, no, deliver=True)
    assert done.deliveries == 1
    (row,) = log(crm)
    assert (row["correspondence_type"], row["delivery_status"]) == ("email", "in_progress")
    assert [each["key"] for each in rows(crm, audit.outbox) if each["kind"] == "delivery"] == ["1"]
    (file,) = crm.see(attachments.by_number, [row["attachment"]]).values()
    assert file["read_only"]
    assert file["no"] != "OFFER"


def test_without_an_address_there_is_no_delivery(crm: Crm) -> None:
    no = mailed(crm)
    with pytest.raises(Refused) as raised:
        crm.do(logging.log, no, deliver=True)
    assert raised.value.code == "contact-email-missing"
    crm.do(logging.log, no)
    assert [(row["correspondence_type"], row["delivery_status"]) for row in log(crm)] == [("", "")]


@pytest.mark.parametrize(("email", "code"), [("beach@x.test", ""), ("", "correspondence-type-required")])
def test_an_alternative_address_is_enough(crm: Crm, email: str, code: str) -> None:
    crm.load(contact_alt_addresses=[{"contact_no": "C1", "code": "BEACH", "email": email}])
    no = mailed(crm)
    crm.do(put, no, "C1", alt_address="BEACH")
    if code:
        with pytest.raises(Refused) as raised:
            crm.do(logging.log, no, deliver=True)
        assert raised.value.code == code
        return
    crm.do(logging.log, no, deliver=True)
    assert [(row["correspondence_type"], row["delivery_status"]) for row in log(crm)] == [("email", "in_progress")]


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ({"attachment": ""}, "attachment-required"),
        ({"attachment": "", "word_template": "OFFER"}, None),
        ({"correspondence_type": ""}, "correspondence-type-required"),
        ({"interaction_template": "CALL", "correspondence_type": "", "attachment": ""}, None),
    ],
)
def test_delivering_needs_something_to_send_and_a_way(crm: Crm, line: dict[str, Any], code: str | None) -> None:
    no = mailed(crm, email="c1@x.test")
    crm.do(put, no, "C1", **line)
    if code is None:
        sent = crm.do(logging.log, no, deliver=True).deliveries
        assert sent == (1 if "word_template" in line else 0)
    else:
        with pytest.raises(Refused) as raised:
            crm.do(logging.log, no, deliver=True)
        assert raised.value.code == code


# --- follow-up and reuse ----------------------------------------------------------------------------------


def test_a_follow_up_has_the_same_contacts_and_campaign(crm: Crm) -> None:
    no = sheet(crm, who="C1|P1", campaign_no="CP1")
    done = crm.do(logging.log, no, follow_up=True)
    header = crm.see(headers.view, done.follow_up_no)
    assert no in header["description"]
    assert (header["campaign_no"], header["interaction_template"], header["salesperson_code"]) == ("CP1", "", "SP9")
    assert header["no_of_criteria_actions"] == 1
    assert crm.who(done.follow_up_no) == ["C1", "P1"]
    assert {row["campaign_no"] for row in crm.lines(done.follow_up_no)} == {"CP1"}
    (action,) = crm.see(criteria.actions, done.follow_up_no)
    assert (action["action"], action["source"], action["filters"]) == (
        "add", "logged", {"interaction": {"logged_segment": "1"}})  # fmt: skip


def test_without_a_series_nothing_is_logged(crm: Crm) -> None:
    no = sheet(crm)
    crm.do(office_setup.put, "segment_nos", "")
    with pytest.raises(Refused) as raised:
        crm.do(logging.log, no, follow_up=True)
    assert raised.value.code == "segment-no-series-missing"
    assert crm.who(no) == ["C1", "C2"]
    assert log(crm) == []


@pytest.mark.parametrize(
    ("reference", "who"), [(False, ["C2", "C3", ""]), (True, ["C2", "C1", "C2", "C2", "C3", "C9", ""])]
)
def test_who_comes_from_a_logged_segment(crm: Crm, reference: bool, who: list[str]) -> None:
    crm.reference = reference
    crm.contacts({"no": "C9", "type": "company", "name": "C9"})
    crm.load(
        logged_segments=[{"segment_no": "X1"}],
        interactions=[
            {"contact_no": no, "logged_segment": 1, "campaign_no": "CP2", "canceled": no == "C9"}
            for no in ("C1", "C2", "C2", "C3", "C9", "GONE")
        ],
    )
    flagged = [contacts.contacts.c.no == "C1"]
    crm.do(lambda desk: desk.change_many(contacts.contacts, flagged, exclude_from_segment=True))
    no = sheet(crm, who="C2", campaign_no="CP1")
    assert crm.do(logging.reuse_logged, no, 1, answers={"reuse_on_used_segment": False}) is None
    assert crm.who(no) == ["C2"]
    with pytest.raises(OpenQuestion):
        crm.do(logging.reuse_logged, no, 1, answers={})
    crm.do(logging.reuse_logged, no, 1, answers={"reuse_on_used_segment": True})
    assert crm.who(no) == (["C2", *who[1:]] if not reference else who)
    assert [row["campaign_no"] for row in crm.lines(no)] == ["CP1", *["CP2"] * (len(crm.who(no)) - 1)]
    assert crm.steps(no) == (2, 0)
    crm.do(history.go_back, no, answers={"undo_last_action": True, "reset_criteria": False})
    assert "C3" not in crm.who(no)


def test_unknown_logged_segments(crm: Crm) -> None:
    no = sheet(crm)
    with pytest.raises(UnknownNameError):
        crm.do(logging.reuse_logged, no, 5)


def test_tasks_leave_the_worksheet(crm: Crm) -> None:
    no = sheet(crm)
    crm.load(tasks=[{"no": "T1", "contact_no": "C1", "segment_no": no}])
    crm.do(logging.log, no)
    assert [row["segment_no"] for row in rows(crm, opportunities.tasks)] == [""]


# --- properties -------------------------------------------------------------------------------------------

LINE = st.fixed_dictionaries(
    {
        "contact_no": st.sampled_from(["C1", "C2", "P1", "P3", ""]),
        "campaign_no": st.sampled_from(["", "CP1", "CP2"]),
        "cost": st.integers(0, 10**7).map(lambda millionths: millionths / 10**6),
        "duration": st.integers(0, 500),
        "salesperson_code": st.sampled_from(["SP1", "SP2", "SP2", "SP2", ""]),
        "document_type": st.sampled_from(["", "", "sales_quotes"]),
    }
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(LINE, max_size=8))
def test_logging_conserves_counts_or_does_nothing(crm: Crm, made: list[dict[str, Any]]) -> None:
    seen: dict[str, Any] = {}

    def attempt(desk: Desk) -> Any:
        no = headers.create(desk, description="Any")["no"]
        shared = {"segment_no": no, "date": desk.work_date, "interaction_template": "CALL"}
        load(desk, "worksheet_lines", [{**line, **shared, "line_no": n} for n, line in enumerate(made)]) if made else 0
        before = _all_tables(desk)
        try:
            done = logging.log(desk, no)
        except Refused as error:
            seen["refused"], seen["untouched"] = error.code, before == _all_tables(desk)
            return
        seen["log"], seen["left"] = desk.rows(INTERACTIONS), desk.count(LINES)
        seen["entries"], seen["count"] = figures.campaign_entries(desk), done.interactions

    with crm.office.change("try", crm.days, trial=True) as desk:
        attempt(desk)
    named = [line for line in made if line["contact_no"]]
    if "refused" in seen:
        faulty = any(not line["salesperson_code"] for line in named)
        assert seen["refused"] == ("line-salesperson-required" if faulty else "segment-empty")
        assert seen["untouched"]
        return
    assert seen["count"] == len(seen["log"]) == len(named) > 0
    assert seen["left"] == 0
    for name in ("cost", "duration"):
        assert round(sum(row[name] for row in seen["log"]) - sum(line[name] for line in named), 6) == 0
    of_campaigns = [line for line in named if line["campaign_no"]]
    kinds = {(line["campaign_no"], line["document_type"]) for line in of_campaigns}
    assert {(entry["campaign_no"], entry["document_type"]) for entry in seen["entries"]} == kinds
    assert sum(entry["no_of_interactions"] for entry in seen["entries"]) == len(of_campaigns)


def _all_tables(desk: Desk) -> list[Any]:
    kept: list[Callable[[], Any]] = []
    for table in (worksheets.worksheets, LINES, INTERACTIONS, campaigns.campaign_entries, interactions.logged_segments):
        kept.append(desk.con.execute(select(table)).all)
    return [rows() for rows in kept]


def test_initialised_lines_can_be_logged(crm: Crm) -> None:
    """Lines put in by program, too."""
    no = crm.do(headers.create, description="By program", interaction_template="CALL")["no"]
    crm.do(lambda desk: lines.insert(desk, lines.initialised(desk, headers.view(desk, no), ["C1", "C1"], 10_000)))
    assert crm.do(logging.log, no).interactions == 2
