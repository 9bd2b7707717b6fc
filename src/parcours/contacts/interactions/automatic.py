"""Interactions that are recorded by themselves: documents printed, mailed or posted, cover sheets (section 4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from parcours.contacts.interactions import templates
from parcours.contacts.interactions.entries import find_or_make
from parcours.contacts.interactions.journal import record_many
from parcours.contacts.office.desk import Desk, Row
from parcours.contacts.people import finding
from parcours.contacts.tables import contacts

RELATIONS = contacts.contact_business_relations


def record_event(
    desk: Desk,
    kind: str,
    contact: str = "",
    *,
    customer: str = "",
    vendor: str = "",
    salesperson: str | None = None,
    **fields: Any,
) -> int | None:
    """Record what happened with the contact, or with the one that is related to a customer or vendor.

    Args:
        desk: where.
        kind: what happened: ``sales_invoices`` … (``RECORDED`` in :mod:`parcours.contacts.office.setup`).
        contact, customer, vendor: with whom; one of them.
        salesperson: that of the document; by default the contact's.
        fields: fields of the interaction log that are said: ``description``, ``campaign_no``, ``document_no``, …

    Returns:
        The entry number; ``None`` where no template is set up for it, or there is no such contact.
    """
    number = contact or related_contact(desk, customer=customer, vendor=vendor)
    if number and salesperson is not None:
        fields["salesperson_code"] = salesperson
    made = record_events(desk, kind, [number], **fields) if number else []
    return made[0] if made else None


def record_events(desk: Desk, kind: str, numbers: Sequence[str], **fields: Any) -> list[int]:
    """Record the same with many contacts: one interaction per number, those that are no contact left out.

    The values are the template's, the day is today; with a campaign the interactions belong to its entry.

    Returns:
        The entry numbers; none where no template is set up for this kind.
    """
    template = templates.recorded(desk, kind)
    cards = finding.many(desk, numbers) if template is not None else {}
    if template is None or not cards:
        return []
    shared = {**_values(desk, template), "document_type": _document_type(kind), **fields}
    shared["description"] = shared.get("description") or template["description"]
    known = [cards[number] for number in numbers if number in cards]
    if shared.get("campaign_no"):
        shared["campaign_entry"] = _entry(desk, shared, known[0])
    return record_many(desk, [{**_person(card), **shared} for card in known])


def related_contact(desk: Desk, *, customer: str = "", vendor: str = "") -> str:
    """The contact that is linked to a customer or vendor, or blank."""
    link_to, no = ("customer", customer) if customer else ("vendor", vendor)
    row = desk.first(RELATIONS, link_to=link_to, no=no) if no else None
    return "" if row is None else str(row["contact_no"])


def _values(desk: Desk, template: Row) -> Row:
    return {**templates.values_of(template), "date": desk.today, "time": f"{desk.days.moment:%H:%M}"}


def _person(card: Row) -> Row:
    return {
        "contact_no": card["no"],
        "company_no": card["company_no"],
        "salesperson_code": card["salesperson_code"],
        "language_code": card["language_code"],
    }


def _document_type(kind: str) -> str:
    """Documents are told from each other by the kind of event; calls and mails are none."""
    return kind if templates.is_document(kind) else ""


def _entry(desk: Desk, shared: Row, card: Row) -> int:
    return find_or_make(
        desk,
        shared["campaign_no"],
        document_type=shared["document_type"],
        description=shared["description"],
        day=shared["date"],
        salesperson=str(shared.get("salesperson_code", card["salesperson_code"])),
    )
