"""Phone calls from a line (contact-segments.md, section 17)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from parcours.contacts.campaigns import entries
from parcours.contacts.interactions import templates
from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.office import Desk
from parcours.contacts.tables import contacts, worksheets
from parcours.contacts.worksheets import actions, calls, headers
from parcours.core.errors import Refused, UnknownNameError
from tests.contacts.stock import CALL
from tests.contacts.worksheets.crm import Crm


@pytest.fixture
def no(crm: Crm) -> str:
    """A worksheet with a line for P1, and another template than that of calls."""
    call = {**CALL, "code": "PHONE", "campaign_target": True, "campaign_response": True}
    crm.load(interaction_templates=[CALL, call], campaigns=[{"no": "CP1"}, {"no": "CP2"}])
    crm.do(templates.put_recorded, "outgoing_calls", "PHONE")
    made = crm.do(headers.create, description="Calls", interaction_template="CALL")["no"]
    crm.do(actions.add_line, made, "P1")
    return str(made)


def put(desk: Desk, no: str, **values: Any) -> None:
    table = worksheets.worksheet_lines
    desk.change_many(table, [table.c.segment_no == no], **values)


def test_a_call_is_logged_at_once(crm: Crm, no: str) -> None:
    crm.do(put, no, alt_address="BEACH", task=3, date=date(2026, 1, 1), cost=99, salesperson_code="SP2")
    before = crm.lines(no)
    entry = crm.do(
        calls.make_phone_call, no, 10_000, "555", "First try", evaluation="neutral", successful=False, duration=4
    )
    row = crm.see(lambda desk: desk.get(INTERACTIONS, entry, ""))
    assert (row["contact_no"], row["company_no"], row["salesperson_code"]) == ("P1", "C1", "SP2")
    assert (row["template_code"], row["cost"], row["duration"], row["campaign_response"]) == ("PHONE", 2, 4, True)
    assert (row["evaluation"], row["attempt_failed"], row["phone_no"]) == ("neutral", True, "555")
    assert (row["date"], row["time"], row["alt_address"], row["task"]) == (crm.days.today, "09:00", "BEACH", 3)
    assert (row["segment_no"], row["logged_segment"], row["campaign_entry"]) == (no, None, None)
    assert crm.lines(no) == before


@pytest.mark.parametrize(("header", "line", "campaign"), [("CP1", "CP2", "CP1"), ("", "CP2", "CP2")])
def test_the_campaign_is_the_headers_else_the_lines(crm: Crm, no: str, header: str, line: str, campaign: str) -> None:
    crm.do(headers.set_header, no, "campaign_no", header)
    crm.do(put, no, campaign_no=line)
    for _ in range(2):
        crm.do(calls.make_phone_call, no, 10_000, "555")
    (entry,) = crm.see(entries.of_campaign, campaign)
    assert (entry["segment_no"], entry["no_of_interactions"], entry["description"]) == (no, 2, "Phone call")


@pytest.mark.parametrize(
    ("line", "phone", "description", "code"),
    [
        ({"salesperson_code": ""}, "", "", "phone-no-required"),
        ({"salesperson_code": ""}, "555", "", "description-required"),
        ({"salesperson_code": ""}, "555", "Try", "salesperson-required"),
        ({"contact_no": ""}, "555", "Try", "contact-required"),
        ({}, "call me", "Try", "phone-with-letters"),
    ],
)
def test_the_first_fault_counts(
    crm: Crm, no: str, line: dict[str, Any], phone: str, description: str, code: str
) -> None:
    crm.do(put, no, **line) if line else None
    with pytest.raises(Refused) as raised:
        crm.do(calls.make_phone_call, no, 10_000, phone, description)
    assert raised.value.code == code
    assert crm.see(lambda desk: desk.count(INTERACTIONS)) == 0


def test_what_else_stops_a_call(crm: Crm, no: str) -> None:
    with pytest.raises(UnknownNameError):
        crm.do(calls.make_phone_call, no, 20_000, "555")
    person = contacts.contacts
    crm.do(lambda desk: desk.change_many(person, [person.c.no == "P1"], privacy_blocked=True))
    with pytest.raises(Refused, match="privacy"):
        crm.do(calls.make_phone_call, no, 10_000, "555")
    crm.do(templates.put_recorded, "outgoing_calls", "")
    with pytest.raises(Refused) as raised:
        crm.do(calls.make_phone_call, no, 10_000, "555")
    assert raised.value.code == "call-template-missing"
