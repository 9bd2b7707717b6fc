"""What logged interactions send, how it went, and sending it once more (contact-segments.md, 15.3 and 16)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from parcours.contacts.interactions import attachments, delivery, messages, resend
from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.office import Days, Desk, Office
from parcours.contacts.people.loading import load
from parcours.core.errors import InputError, Refused, UnknownNameError
from tests.contacts.stock import stock

MAILED: dict[str, Any] = {"correspondence_type": "email", "attachment": "OFFER", "description": "Offer"}


def logged(desk: Desk, *rows: dict[str, Any]) -> list[int]:
    first = desk.count(INTERACTIONS) + 1
    load(desk, "interactions", [{"contact_no": "C1", "company_no": "C1", "logged_segment": 1, **row} for row in rows])
    return list(range(first, first + len(rows)))


def test_files_are_attached_and_go_to_the_address_of_the_line(office: Office, days: Days) -> None:
    with office.change("look", days) as desk:
        stock(desk)
        load(desk, "contact_alt_addresses", [{"contact_no": "C1", "code": "BEACH", "email": "beach@x.test"},
                                             {"contact_no": "C1", "code": "HILL"}])  # fmt: skip
        logged(desk, MAILED, {**MAILED, "alt_address": "BEACH", "subject": "Sun", "salesperson_code": "SP1"},
               {**MAILED, "alt_address": "HILL"}, {**MAILED, "contact_no": "C3"})  # fmt: skip
        first, beach, hill, nowhere = delivery.messages_of(desk, [4, 3, 2, 1, 77])
        offer = messages.File("offer.pdf", "application/pdf", b"%PDF")
        fields = {"to": "c1@x.test", "from": "", "subject": "Offer"}
        assert first == messages.Message(1, "C1", "email", fields, (offer,))
        assert beach.fields == {"to": "beach@x.test", "from": "sp1@us.test", "subject": "Sun"}
        assert hill.fields["to"] == "c1@x.test"
        assert (nowhere.entry, nowhere.fault) == (4, "no-address")
        with pytest.raises(UnknownNameError):
            delivery.message_of(desk, 77)


def test_html_is_the_body_filled_in_per_contact(office: Office, days: Days) -> None:
    html = b"<p>{{ contact.name }}, {{ company.name }}: {{ line.cost }} {{ salesperson.name }}"
    html += b"{{ campaign.description }}</p>"
    with office.change("look", days) as desk:
        stock(desk)
        attachments.store(desk, "letter.html", html, no="L")
        attachments.store(desk, "note.txt", b"Dear {{ contact.name }}", no="N", merge_source="liquid")
        more = {"contact_no": "P2", "company_no": "C2", "cost": 5.0, "salesperson_code": "SP2", "campaign_no": "CP1"}
        logged(desk, {**MAILED, **more, "attachment": "L", "subject": "For {{ contact.name }}"},
               {**MAILED, **more, "attachment": "", "word_template": "N"},
               {**MAILED, **more, "word_template": "N", "send_as_attachment": True})  # fmt: skip
        body, word, attached = delivery.messages_of(desk, [1, 2, 3])
        assert (body.fields["html"], body.fields["subject"]) == ("<p>Bo, Beta: 5.0 BoSpring</p>", "For Bo")
        assert (word.fields["body"], word.files) == ("Dear Bo", ())
        assert attached.files == (messages.File("note.txt", "text/plain", b"Dear Bo"),)


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ({"attachment": ""}, "nothing-to-send"),
        ({"attachment": "GONE"}, "attachment-missing"),
        ({"correspondence_type": "hard_copy"}, "no-document"),
        ({"word_template": "DOC"}, "no-merge"),
        ({"attachment": "DISK"}, "not-embedded"),
        ({"attachment": "BROKEN"}, "bad-template"),
    ],
)
def test_faults_are_named(office: Office, days: Days, row: dict[str, Any], fault: str) -> None:
    with office.change("look", days) as desk:
        stock(desk)
        load(desk, "attachments", [
            {"no": "DOC", "storage": "embedded", "name": "a.docx", "media_type": "application/msword", "content": b"x"},
            {"no": "BROKEN", "storage": "embedded", "name": "a.html", "media_type": "text/html", "content": b"{{"},
        ])  # fmt: skip
        attachments.store(desk, "a.pdf", storage="disk_file", place="/a.pdf", no="DISK")
        logged(desk, {**MAILED, **row})
        assert delivery.message_of(desk, 1).fault == fault


@pytest.mark.parametrize(("reference", "fault"), [(False, "canceled"), (True, "")])
def test_what_was_canceled_meanwhile_stays_here(office: Office, days: Days, reference: bool, fault: str) -> None:
    with office.change("look", days, reference=reference) as desk:
        stock(desk)
        logged(desk, {**MAILED, "canceled": True})
        assert delivery.message_of(desk, 1).fault == fault


def test_documents_are_filled_in_by_whoever_can(office: Office, days: Days) -> None:
    def merge(source: Mapping[str, Any], values: Mapping[str, Any], printed: bool) -> messages.File:
        return messages.File(f"{values['contact']['no']}.pdf", "application/pdf", f"{source['no']} {printed}".encode())

    with office.change("look", days) as desk:
        stock(desk)
        attachments.store(desk, "a.docx", b"x", no="DOC")
        logged(desk, {"word_template": "DOC", "correspondence_type": "hard_copy"})
        assert delivery.message_of(desk, 1, merge).files == (messages.File("C1.pdf", "application/pdf", b"DOC True"),)


@pytest.mark.parametrize("reference", [False, True])
def test_how_it_went_stands_on_the_entries(office: Office, days: Days, reference: bool) -> None:
    with office.change("send", days, reference=reference) as desk:
        stock(desk)
        entries = logged(desk, MAILED, MAILED, {**MAILED, "word_template": "OFFER"})
        delivery.start(desk, entries)
        assert {row["delivery_status"] for row in desk.rows(INTERACTIONS)} == {"in_progress"}
        delivery.came_back(desk, {1: "", 2: "mailbox full", 3: "mailbox full", 77: "late"})
        found = [(row["delivery_status"], row["delivery_detail"]) for row in desk.rows(INTERACTIONS)]
        full = ("error", "mailbox full")
        assert found == [("", ""), full, ("", "") if reference else full]


def test_one_logged_segment_is_sent_again(office: Office, days: Days) -> None:
    with office.change("send", days) as desk:
        stock(desk)
        load(desk, "crm_logged_segments", [{"segment_no": "S1"}, {"segment_no": "S2"}])
        logged(desk, MAILED, {**MAILED, "contact_no": "C2"}, {**MAILED, "postponed": True}, {"attachment": ""})
        for chosen in ([], [1, 2]):
            with pytest.raises(Refused) as raised:
                resend.resend(desk, chosen)
            assert raised.value.code == "one-logged-segment-required"
        assert resend.resend(desk, [1]) == [1, 2]
        assert resend.resend(desk, [1], contact_no="C2", way="email") == [2]
        with pytest.raises(Refused) as raised:
            resend.resend(desk, [2])
        assert raised.value.code == "nothing-to-resend"
        with pytest.raises(InputError, match="cost"):
            resend.resend(desk, [1], cost=1)
        assert desk.count(INTERACTIONS) == 4


def test_with_new_merge_fields_there_are_new_entries(office: Office, days: Days) -> None:
    with office.change("send", days) as desk:
        stock(desk)
        load(desk, "crm_logged_segments", [{"segment_no": "S1"}])
        logged(desk, {**MAILED, "delivery_status": "error", "cost": 5.0}, MAILED)
        assert resend.resend(desk, [1], update_merge_fields=True, delivery_status=["error"]) == [3]
        row = desk.get(INTERACTIONS, 3, "")
        assert (row["description"], row["date"], row["cost"], row["logged_segment"]) == (
            "Resent: Offer", days.work_date, 5, 1)  # fmt: skip
        assert row["delivery_status"] == "in_progress"
        assert desk.get(INTERACTIONS, 1, "")["delivery_status"] == "error"
