"""Interactions recorded by hand, put off, and by themselves (contact-segments.md, section 4)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from parcours.contacts.interactions import attachments, recording, templates
from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.office import Days, Desk, Office, Person
from parcours.contacts.office import setup as settings
from parcours.contacts.people.loading import load
from parcours.contacts.tables import audit, campaigns, contacts
from parcours.core.errors import InputError, Refused, UnknownNameError
from tests.contacts.stock import stock


def entry(desk: Desk, no: int) -> dict[str, Any]:
    return desk.get(INTERACTIONS, no, "an interaction")


def test_the_values_are_those_of_template_and_contact(office: Office, days: Days) -> None:
    with office.change("record", days, Person("ann")) as desk:
        stock(desk)
        row = entry(desk, recording.record(desk, "P1", "call", evaluation="positive", cost=7))
        told = [(each["kind"], each["key"]) for each in desk.rows(audit.outbox)]
    assert row["company_no"] == "C1"
    assert (row["template_code"], row["group_code"], row["description"]) == ("CALL", "PHONE", "Phone call")
    assert (row["cost"], row["duration"], row["information_flow"], row["initiated_by"]) == (7, 10, "outbound", "us")
    assert (row["salesperson_code"], row["date"], row["time"], row["by"]) == ("SP2", date(2026, 3, 11), "09:00", "ann")
    assert (row["evaluation"], row["segment_no"], row["logged_segment"]) == ("positive", "", None)
    assert told == []
    with office.look(days) as desk:
        assert ("interaction", "1") in [(each["kind"], each["key"]) for each in desk.rows(audit.outbox)]


@pytest.mark.parametrize(
    ("template", "fields", "code"),
    [
        ("", {}, "template-required"),
        ("CALL", {"salesperson_code": ""}, "salesperson-required"),
        ("CALL", {"date": ""}, "date-required"),
        ("CALL", {"description": ""}, "description-required"),
        ("CALL", {"correspondence_type": "email"}, "attachment-required"),
        ("OPEN", {}, "attachment-required"),
    ],
)
def test_what_is_missing_is_refused(
    office: Office, days: Days, template: str, fields: dict[str, Any], code: str
) -> None:
    with office.change("record", days) as desk:
        stock(desk)
        templates.create(desk, "OPEN", description="Open", wizard_action="open", correspondence_type="")
        with pytest.raises(Refused) as raised:
            recording.record(desk, "C1", template, **fields)
        assert raised.value.code == code
        assert desk.count(INTERACTIONS) == 0


@pytest.mark.parametrize(
    ("card", "code"),
    [
        ({"privacy_blocked": True}, "contact-privacy-blocked"),
        ({"minor": True, "privacy_blocked": True}, "minor-without-consent"),
    ],
)
def test_contacts_that_may_not_be_written_of(office: Office, days: Days, card: dict[str, Any], code: str) -> None:
    with office.change("record", days) as desk:
        stock(desk)
        desk.change_many(contacts.contacts, [contacts.contacts.c.no == "P1"], **card)
        with pytest.raises(Refused) as raised:
            recording.record(desk, "P1", "CALL")
        assert raised.value.code == code


def test_unknown_names_and_values(office: Office, days: Days) -> None:
    with office.change("record", days) as desk:
        stock(desk)
        for contact, template, fields in (
            ("C7", "CALL", {}),
            ("C1", "CAL", {}),
            ("C1", "CALL", {"campaign_no": "X"}),
            ("C1", "CALL", {"salesperson_code": "X"}),
        ):
            with pytest.raises(UnknownNameError):
                recording.record(desk, contact, template, **fields)
        with pytest.raises(InputError, match="'good'"):
            recording.record(desk, "C1", "CALL", evaluation="good")
        with pytest.raises(Refused, match="negative"):
            recording.record(desk, "C1", "CALL", cost=-1)


def test_interactions_of_a_campaign_share_its_entry(office: Office, days: Days) -> None:
    with office.change("record", days) as desk:
        stock(desk)
        numbers = [recording.record(desk, no, "CALL", campaign_no="CP1") for no in ("C1", "C2")]
        recording.record(desk, "C1", "CALL", campaign_no="CP2")
        assert [entry(desk, no)["campaign_entry"] for no in numbers] == [1, 1]
        rows = desk.rows(campaigns.campaign_entries)
        assert [(row["campaign_no"], row["description"]) for row in rows] == [
            ("CP1", "Phone call"),
            ("CP2", "Phone call"),
        ]


def test_put_off_and_resumed(office: Office, days: Days) -> None:
    with office.change("record", days) as desk:
        stock(desk)
        no = recording.record(desk, "C1", "", postponed=True, description="Half", campaign_no="CP1")
        assert entry(desk, no)["postponed"]
        assert desk.count(campaigns.campaign_entries) == 0
        with pytest.raises(Refused, match="template"):
            recording.resume(desk, no)
        recording.resume(desk, no, template_code="CALL")
        assert not entry(desk, no)["postponed"]
        assert entry(desk, no)["campaign_entry"] == 1
        with pytest.raises(Refused, match="not postponed"):
            recording.resume(desk, no)
    with office.look(days) as desk:
        assert [row["key"] for row in desk.rows(audit.outbox, kind="interaction")] == [str(no)]


def test_mail_takes_the_attachment_of_the_language_and_is_sent(office: Office, days: Days) -> None:
    with office.change("record", days) as desk:
        stock(desk)
        no = recording.record(desk, "C2", "MAIL", deliver=True)
        row = entry(desk, no)
        assert (row["attachment"], row["language_code"], row["delivery_status"]) == ("OFFER", "ENU", "in_progress")
        assert desk.get(attachments.ATTACHMENTS, "OFFER", "")["read_only"]
        with pytest.raises(Refused) as raised:
            recording.record(desk, "C3", "MAIL", deliver=True)
        assert raised.value.code == "contact-email-missing"
    with office.look(days) as desk:
        assert [row["key"] for row in desk.rows(audit.outbox, kind="delivery")] == [str(no)]


def test_documents_record_by_themselves(office: Office, days: Days) -> None:
    with office.change("record", days) as desk:
        stock(desk)
        assert recording.record_event(desk, "sales_invoices", customer="CU1") is None
        templates.put_recorded(desk, "sales_invoices", "CALL")
        assert recording.record_event(desk, "sales_invoices", customer="CU7") is None
        no = recording.record_event(desk, "sales_invoices", customer="CU1", salesperson="SP2", document_no="INV1")
        assert no is not None
        row = entry(desk, no)
        assert (row["contact_no"], row["salesperson_code"], row["document_type"]) == ("C1", "SP2", "sales_invoices")
        assert (row["description"], row["cost"], row["document_no"]) == ("Phone call", 2, "INV1")
        own = recording.record_event(desk, "sales_invoices", "P1", description="By hand")
        assert own is not None
        assert (entry(desk, own)["salesperson_code"], entry(desk, own)["description"]) == ("SP2", "By hand")


def test_bulk_rows_keep_their_order(office: Office, days: Days) -> None:
    with office.change("record", days) as desk:
        stock(desk)
        load(desk, "interactions", [{"contact_no": "C1"}])
        rows = [{"contact_no": no, "cost": place / 10} for place, no in enumerate(["C3", "C1", "C2"])]
        numbers = recording.record_many(desk, rows)
        assert numbers == [2, 3, 4]
        assert [(entry(desk, no)["contact_no"], entry(desk, no)["cost"]) for no in numbers] == [
            ("C3", 0.0), ("C1", 0.1), ("C2", 0.2)]  # fmt: skip


def test_templates_for_documents_have_no_languages(office: Office, days: Days) -> None:
    with office.change("set up", days) as desk:
        stock(desk)
        with pytest.raises(Refused, match="sales_invoices"):
            templates.put_recorded(desk, "sales_invoices", "MAIL")
        templates.put_recorded(desk, "outgoing_calls", "MAIL")
        templates.put_recorded(desk, "sales_invoices", "CALL")
        with pytest.raises(Refused, match="no texts"):
            templates.put_variant(desk, "CALL", "FRA", description="Appel")
        with pytest.raises(InputError, match="sales_invoice"):
            templates.put_recorded(desk, "sales_invoice", "CALL")
        assert settings.get(desk, "interaction_templates") == {"outgoing_calls": "MAIL", "sales_invoices": "CALL"}


def test_templates_are_kept_while_used(office: Office, days: Days) -> None:
    with office.change("set up", days) as desk:
        stock(desk)
        load(desk, "worksheets", [{"no": "S1", "interaction_template": "CALL"}])
        with pytest.raises(Refused, match="a segment has"):
            templates.delete(desk, "CALL")
        templates.delete(desk, "MAIL")
        assert templates.variants(desk, "MAIL") == []
        made = templates.create(desk, "new", description="New", unit_cost=1.5)
        assert (made["code"], made["correspondence_type"], made["unit_cost"]) == ("NEW", "email", 1.5)
        assert templates.change(desk, "new", 1, description="Newer")["version"] == 2
        with pytest.raises(Refused, match="already"):
            templates.create(desk, "NEW")
        with pytest.raises(UnknownNameError, match="PHON"):
            templates.create(desk, "X", group_code="PHON")
