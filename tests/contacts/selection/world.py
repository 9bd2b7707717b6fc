"""A small CRM written straight into its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table

from parcours.contacts.office import Desk
from parcours.contacts.tables import contacts, interactions, trade

TABLES: Mapping[str, Table] = {
    "contacts": contacts.contacts,
    "mailing_groups": contacts.contact_mailing_groups,
    "job_responsibilities": contacts.contact_job_responsibilities,
    "industry_groups": contacts.contact_industry_groups,
    "business_relations": contacts.contact_business_relations,
    "profile_answers": contacts.profile_answers,
    "interactions": interactions.interactions,
    "item_entries": trade.item_entries,
    "document_contacts": trade.document_contacts,
}


def company(no: str, **more: Any) -> dict[str, Any]:
    return {"no": no, "profile_id": no, "type": "company", "company_no": no, "name": no, "company_name": no, **more}


def person(no: str, company_no: str = "", **more: Any) -> dict[str, Any]:
    names = {"name": no, "company_name": company_no}
    return {"no": no, "profile_id": no, "type": "person", "company_no": company_no, **names, **more}


def put(desk: Desk, table: str, *rows: Mapping[str, Any]) -> None:
    """Add rows, each with whatever columns it names."""
    for row in rows:
        desk.add(TABLES[table], **row)


def codes(contact_no: str, *names: str) -> list[dict[str, str]]:
    return [{"contact_no": contact_no, "code": name} for name in names]


def fill(desk: Desk, world: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    for table, rows in world.items():
        put(desk, table, *rows)
