"""Recording single interactions: by hand, put off half way, or by themselves (contact-segments.md, section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parcours.contacts.interactions import delivery, templates
from parcours.contacts.interactions.attachments import remove_unused
from parcours.contacts.interactions.automatic import record_event, record_events
from parcours.contacts.interactions.entries import find_or_make
from parcours.contacts.interactions.journal import INTERACTIONS, NEW, record_from, record_many
from parcours.contacts.interactions.values import checked, code
from parcours.contacts.office.desk import Desk, Row
from parcours.contacts.people import finding
from parcours.contacts.tables import campaigns, setup
from parcours.core.errors import Refused

__all__ = ["discard", "record", "record_event", "record_events", "record_from", "record_many", "resume"]


def record(
    desk: Desk,
    contact: str,
    template: str,
    *,
    postponed: bool = False,
    deliver: bool = False,
    **fields: Any,
) -> int:
    """Record one interaction with a contact.

    Args:
        desk: where.
        contact: its number.
        template: code of the template, whose values the fields take where nothing else is said.
        postponed: store it as begun: nothing is checked but the contact, it counts nowhere, and can be resumed.
        deliver: send what is attached.
        fields: fields of the interaction log: ``date`` (by default the work date), ``description``,
            ``salesperson_code`` (by default the contact's, else the user's), ``campaign_no``, ``evaluation``, …

    Returns:
        The entry number.

    Raises:
        UnknownNameError: contact, template, salesperson or campaign is unknown.
        Refused: ``contact-privacy-blocked``, ``minor-without-consent``, ``template-required``,
            ``salesperson-required``, ``date-required``, ``description-required``, ``attachment-required``, and those
            of :func:`parcours.contacts.interactions.delivery.start`.
        InputError: a field is unknown, or has no such value.
    """
    card = finding.get(desk, contact)
    check_consent(card)
    row = {**_proposed(desk, card, template), **checked(INTERACTIONS, fields), "postponed": postponed}
    if not postponed:
        _complete(desk, row)
    entry = record_many(desk, [row])[0]
    desk.describe("interaction", str(entry), row["description"])
    if deliver and not postponed:
        delivery.start(desk, [entry])
    return entry


def resume(desk: Desk, entry: int, *, deliver: bool = False, **fields: Any) -> Row:
    """Finish an interaction that was put off.

    Raises:
        UnknownNameError: there is no such entry.
        Refused: ``not-postponed``, and those of :func:`record`.
    """
    row = _postponed(desk, entry)
    check_consent(finding.get(desk, row["contact_no"]))
    row |= {**checked(INTERACTIONS, fields), "postponed": False}
    _complete(desk, row)
    made = desk.change(INTERACTIONS, entry, **{name: row[name] for name in row if name not in ("id", "revision")})
    desk.tell("interaction", [entry], NEW)
    desk.describe("interaction", str(entry), "resumed")
    if deliver:
        delivery.start(desk, [entry])
    return made


def discard(desk: Desk, entry: int) -> None:
    """Drop an interaction that was put off; it never counted.

    Raises:
        UnknownNameError: there is no such entry.
        Refused: ``not-postponed``.
    """
    row = _postponed(desk, entry)
    desk.remove(INTERACTIONS, entry)
    remove_unused(desk, [row["attachment"]])
    desk.describe("interaction", str(entry), "discarded")


def _postponed(desk: Desk, entry: int) -> Row:
    row = desk.get(INTERACTIONS, entry, "an interaction")
    if not row["postponed"]:
        raise Refused(f"interaction {entry} is not postponed", code="not-postponed")
    return row


def check_consent(contact: Mapping[str, Any]) -> None:
    """Refuse what may not be done by hand with a contact.

    Raises:
        Refused: ``contact-privacy-blocked`` or ``minor-without-consent``.
    """
    if contact["minor"] and not contact["parental_consent"]:
        raise Refused(
            f"contact {contact['no']} is a minor without consent of its parents", code="minor-without-consent"
        )
    if contact["privacy_blocked"]:
        raise Refused(f"contact {contact['no']} is blocked for privacy", code="contact-privacy-blocked")


def _proposed(desk: Desk, card: Row, template: str) -> Row:
    """The fields of an interaction before anybody types."""
    row: Row = {
        "contact_no": card["no"],
        "company_no": card["company_no"],
        "salesperson_code": card["salesperson_code"] or desk.own_salesperson,
        "date": desk.work_date,
        "time": f"{desk.days.moment:%H:%M}",
        "template_code": "",
        "description": "",
        "campaign_no": "",
        "correspondence_type": card["correspondence_type"],
        "attachment": "",
        "word_template": "",
    }
    if not code(template):
        return row
    chosen = templates.get(desk, template)
    row |= templates.values_of(chosen)
    row["description"], row["campaign_no"] = chosen["description"], chosen["campaign_no"]
    row["correspondence_type"] = templates.correspondence_type(chosen, card)
    texts = templates.variant(desk, chosen, card["language_code"])
    if texts is not None:
        row |= {name: texts[name] for name in ("language_code", "subject", "attachment")}
        row["description"] = texts["description"] or row["description"]
    return row


def _complete(desk: Desk, row: Row) -> None:
    """Check that nothing is missing, and give the campaign its entry."""
    needed = (
        ("template-required", "template_code", "a template"),
        ("salesperson-required", "salesperson_code", "a salesperson"),
        ("date-required", "date", "a date"),
        ("description-required", "description", "a description"),
    )
    for refusal, field, what in needed:
        if not row[field]:
            raise Refused(f"an interaction needs {what}", code=refusal, where=field)
    desk.get(setup.salespeople, row["salesperson_code"], "a salesperson")
    _check_document(row, templates.get(desk, row["template_code"]))
    if row["campaign_no"]:
        desk.get(campaigns.campaigns, row["campaign_no"], "a campaign")
        row["campaign_entry"] = find_or_make(
            desk,
            row["campaign_no"],
            segment=row.get("segment_no", ""),
            document_type=row.get("document_type", ""),
            description=row["description"],
            day=row["date"],
            salesperson=row["salesperson_code"],
        )


def _check_document(row: Row, template: Row) -> None:
    by_mail = row["correspondence_type"] == "email" and not (row["attachment"] or row["word_template"])
    to_open = template["wizard_action"] == "open" and not row["attachment"]
    if by_mail or to_open:
        raise Refused(
            "the interaction needs an attachment",
            code="attachment-required",
            hint="attach a document, or do not mail it",
        )
