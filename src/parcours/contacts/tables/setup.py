"""What a company sets up before it works: series of numbers, codes with their descriptions, salespeople, users."""

from __future__ import annotations

from sqlalchemy import JSON, Column, String, Table

from parcours.contacts.tables.base import amount, code, flag, metadata, named, text

#: Series that numbers are drawn from: ``next`` is the next one; the trailing digits count up.
number_series = named("crm_number_series", "code", text("description"), code("next"), flag("manual_allowed"))

#: Series that may be picked instead of another one.
related_series = Table(
    "crm_related_series",
    metadata,
    Column("code", String(64), primary_key=True),
    Column("related", String(64), primary_key=True),
)

#: Settings of the CRM by name: see :mod:`parcours.contacts.office.setup`, where each is declared.
settings = named("crm_setup", "key", Column("value", JSON, nullable=False))

#: Codes with their descriptions, of every kind that has nothing else: see ``CODE_KINDS``.
codes = Table(
    "crm_codes",
    metadata,
    Column("kind", String(32), primary_key=True),
    Column("code", String(64), primary_key=True),
    text("description"),
    text("detail"),  # the address of a web source, with {} where the search word goes
)

#: Kinds of codes.
CODE_KINDS = (
    "mailing_group",
    "industry_group",
    "business_relation",
    "job_responsibility",
    "organizational_level",
    "web_source",
    "territory",
    "country",
    "language",
    "salutation",
    "campaign_status",
    "close_code",
    "interaction_group",
)

salespeople = named(
    "crm_salespeople",
    "code",
    text("name"),
    text("email"),
    text("phone_no"),
    text("job_title"),
    amount("commission_pct"),
    flag("blocked"),
    flag("privacy_blocked"),
)

#: Users with the salesperson they are set up with, their work date and their own lists (filter tokens ``%my…``).
users = named("crm_users", "id", code("salesperson_code"), text("work_date"), Column("lists", JSON, nullable=True))
