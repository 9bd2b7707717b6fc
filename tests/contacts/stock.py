"""A small company to try things on: two companies that are customers, one that is none, their people, salespeople."""

from __future__ import annotations

from typing import Any

from parcours.contacts.office import Desk
from parcours.contacts.people.loading import load

PEOPLE: list[dict[str, Any]] = [
    {
        "no": "C1",
        "type": "company",
        "name": "Alpha",
        "salesperson_code": "SP1",
        "email": "c1@x.test",
        "phone_no": "555",
    },
    {"no": "C2", "type": "company", "name": "Beta", "salesperson_code": "SP1", "email": "c2@x.test"},
    {"no": "C3", "type": "company", "name": "Gamma", "salesperson_code": "SP2"},
    {"no": "P1", "type": "person", "name": "Ann", "salesperson_code": "SP2", "company_no": "C1"},
    {"no": "P2", "type": "person", "name": "Bo", "salesperson_code": "SP1", "company_no": "C2", "email": "bo@x.test"},
    {"no": "P9", "type": "person", "name": "Nobody's", "salesperson_code": "SP1"},
]
CALL: dict[str, Any] = {
    "code": "CALL", "group_code": "PHONE", "description": "Phone call", "unit_cost": 2.0, "unit_duration": 10,
    "information_flow": "outbound", "initiated_by": "us",
}  # fmt: skip
MAIL: dict[str, Any] = {
    "code": "MAIL", "group_code": "MAIL", "description": "E-mail", "unit_cost": 5.0, "unit_duration": 3,
    "information_flow": "outbound", "initiated_by": "us", "correspondence_type": "email", "language_default": "ENU",
}  # fmt: skip


def stock(desk: Desk) -> None:
    """Fill an empty catalogue."""
    load(desk, "salespeople", [{"code": "SP1", "name": "Ann", "email": "sp1@us.test"}, {"code": "SP2", "name": "Bo"}])
    load(desk, "contacts", PEOPLE)
    links = [{"contact_no": f"C{n}", "code": "CUST", "link_to": "customer", "no": f"CU{n}"} for n in (1, 3)]
    load(desk, "contact_business_relations", links)
    load(desk, "interaction_templates", [CALL, MAIL])
    load(desk, "attachments", [{"no": "OFFER", "storage": "embedded", "name": "offer.pdf", "content": b"%PDF",
                                "media_type": "application/pdf"}])  # fmt: skip
    load(desk, "template_languages", [{"template_code": "MAIL", "language_code": "ENU", "attachment": "OFFER"}])
    load(desk, "campaigns", [{"no": "CP1", "description": "Spring"}, {"no": "CP2", "description": "Fair"}])


def line(contact: str, number: int = 1, **values: Any) -> dict[str, Any]:
    """A line of segment S1 that is a target of CP1."""
    company = next((row.get("company_no", contact) for row in PEOPLE if row["no"] == contact), "")
    company = "" if contact == "P9" else company
    made = {"segment_no": "S1", "line_no": number * 10000, "contact_no": contact, "contact_company": company,
            "campaign_no": "CP1", "campaign_target": True}  # fmt: skip
    return {**made, **values}
