"""Posting a sales invoice: to a target of a campaign it is an interaction (contact-segments.md, section 18)."""

from __future__ import annotations

from datetime import date

from parcours.contacts.campaigns import cards
from parcours.contacts.interactions import automatic, templates
from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.office.desk import Desk, Row
from parcours.contacts.tables import campaigns, trade
from parcours.core.errors import Refused

TARGETS = campaigns.campaign_targets
EVENT = "sales_invoices"
_ORDER_EVENT = "sales_orders"


def post_sales_invoice(
    desk: Desk,
    no: str,
    customer: str,
    contact: str,
    day: date,
    *,
    sell_to_contact: str = "",
    order_no: str = "",
    salesperson: str | None = None,
    description: str = "",
) -> int | None:
    """Post an invoice, without printing or mailing it.

    Args:
        desk: where.
        no: number of the invoice.
        customer: bill-to customer.
        contact: bill-to contact, to whom the interaction belongs; blank takes the customer's.
        day: posting date.
        sell_to_contact: the contact who bought, where it is another one.
        order_no: the order it came from.
        salesperson: that of the document; by default the contact's.
        description: of the interaction; blank takes the template's.

    Returns:
        The entry number of the interaction; ``None`` where there is none: the customer is no target, the day lies
        outside the campaign's, or the order was recorded for it already.

    Raises:
        Refused: ``document-exists``, ``invoice-template-missing``.
    """
    if desk.find(trade.documents, ("sales_invoice", no)) is not None:
        raise Refused(f"invoice {no} is posted already", code="document-exists")
    bill_to = contact or automatic.related_contact(desk, customer=customer)
    campaign = _campaign(desk, customer, day)
    logged = campaign is not None and _order_logged(desk, order_no, campaign["no"])
    desk.add(
        trade.documents,
        type="sales_invoice",
        no=no,
        posting_date=day,
        customer_no=customer,
        salesperson_code=salesperson or "",
        order_no=order_no,
        order_logged=logged,
        campaign_no=campaign["no"] if campaign else "",
    )
    _name_contacts(desk, no, bill_to=bill_to, sell_to=sell_to_contact or bill_to)
    desk.describe("sales_invoice", no)
    if campaign is None or logged:
        return None
    if templates.recorded(desk, EVENT) is None:
        raise Refused(
            f"{customer} is a target of campaign {campaign['no']}, but no template is set up for sales invoices",
            code="invoice-template-missing",
            hint="set one up",
        )
    return automatic.record_event(
        desk,
        EVENT,
        bill_to,
        salesperson=salesperson,
        description=description,
        campaign_no=campaign["no"],
        document_no=no,
    )


def _campaign(desk: Desk, customer: str, day: date) -> Row | None:
    """The campaign that counts: that with the lowest number among those whose target the customer is."""
    rows = desk.rows(TARGETS, kind="customer", no=customer, order=[TARGETS.c.campaign_no])
    if not rows:
        return None
    campaign = cards.get(desk, rows[0]["campaign_no"])
    begun = campaign["starting_date"] is None or campaign["starting_date"] <= day
    ended = campaign["ending_date"] is not None and campaign["ending_date"] < day
    return campaign if begun and not ended else None


def _order_logged(desk: Desk, order_no: str, campaign: str) -> bool:
    if not order_no:
        return False
    tests = {"document_type": _ORDER_EVENT, "document_no": order_no, "campaign_no": campaign}
    return desk.first(INTERACTIONS, **tests) is not None


def _name_contacts(desk: Desk, no: str, **roles: str) -> None:
    named = [{"role": role, "contact_no": contact} for role, contact in roles.items() if contact]
    desk.add_many(
        trade.document_contacts, [{"document_type": "sales_invoice", "document_no": no, **row} for row in named]
    )
