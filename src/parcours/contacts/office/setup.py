"""Settings of the CRM: each is declared here with its default and what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from parcours.contacts.office.desk import Desk
from parcours.contacts.tables import setup
from parcours.core.clock import is_zone
from parcours.core.errors import InputError, nearest

REFERENCE = "reference_behaviour"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: what it holds when nobody set it, and what it does."""

    default: Any
    prose: str


#: Kinds of documents and events that may be recorded as interactions by themselves (section 4).
RECORDED = (
    "sales_quotes", "sales_orders", "sales_invoices", "sales_credit_memos", "sales_shipments", "return_receipts",
    "purchase_quotes", "purchase_orders", "purchase_invoices", "purchase_credit_memos", "purchase_receipts",
    "service_orders", "service_invoices", "cover_sheets", "outgoing_calls", "emails", "email_drafts",
    "meeting_invitations",
)  # fmt: skip

SETTINGS: Mapping[str, Setting] = {
    REFERENCE: Setting(False, "Follow the reference system where it loses data (section 22)."),
    "contact_nos": Setting("CONT", "Number series of contacts."),
    "segment_nos": Setting("SEGM", "Number series of segments; blank: none, so numbers must be typed."),
    "campaign_nos": Setting("CAMP", "Number series of campaigns."),
    "opportunity_nos": Setting("OPP", "Number series of opportunities."),
    "task_nos": Setting("TASK", "Number series of tasks."),
    "interaction_templates": Setting({}, "Template by kind of event that is recorded by itself: see RECORDED."),
    "relation_codes": Setting({}, "Business relation code by linked table: customer, vendor, bank, employee."),
    "default_salesperson": Setting("", "Salesperson of new contacts; blank: that of the user."),
    "default_territory": Setting("", "Territory of new contacts."),
    "default_country": Setting("", "Country of new contacts."),
    "default_language": Setting("", "Language of new contacts."),
    "default_correspondence": Setting("", "Correspondence type of new contacts: blank, hard_copy or email."),
    "default_salutation_company": Setting("", "Salutation of new companies."),
    "default_salutation_person": Setting("", "Salutation of new persons."),
    "inherit": Setting(
        ["salesperson", "territory", "country", "language", "address", "communication"],
        "What a person takes from its company.",
    ),
    "maintain_search_strings": Setting(True, "Keep the search strings of contacts up to date with every change."),
    "duplicate_hit_pct": Setting(
        60, "Share of equal search strings, in percent, from which contacts may be duplicates."
    ),
    "duplicate_fields": Setting(
        {"name": 5, "phone_no": 5, "email": 5, "address": 5, "post_code": 5, "vat_no": 5},
        "Fields of the search strings, each with the length of its first and last part.",
    ),
    "company_name": Setting("", "Name of the own company (filter token %company)."),
    "zone": Setting("UTC", "Time zone of the company, in which a day begins and ends."),
    "date_order": Setting("dmy", "Order in which dates are written in filters: dmy, mdy or ymd."),
    "fiscal_month": Setting(1, "Month in which the fiscal year begins."),
    "excluded_by_hand": Setting("ask", "A flagged contact typed into a segment: ask, refuse or allow."),
}


def setting(con: Connection, name: str) -> Any:
    """The value of a setting, or its default."""
    row = con.execute(select(setup.settings.c.value).where(setup.settings.c.key == name)).first()
    return SETTINGS[name].default if row is None else row[0]


def get(desk: Desk, name: str) -> Any:
    """The value of a setting, or its default."""
    return setting(desk.con, name)


def put(desk: Desk, name: str, value: Any) -> None:
    """Set a setting; ``None`` goes back to its default.

    Raises:
        InputError: there is no such setting.
    """
    if name not in SETTINGS:
        raise InputError(f"the CRM has no setting {name!r}", code="unknown-setting", hint=nearest(name, SETTINGS))
    if name == "zone" and value is not None and not is_zone(str(value)):
        raise InputError(f"there is no time zone {value!r}", code="bad-value", hint="for example Europe/Paris")
    if value is None:
        desk.remove(setup.settings, name)
    elif desk.find(setup.settings, name) is None:
        desk.add(setup.settings, key=name, value=value)
    else:
        desk.change(setup.settings, name, value=value)
