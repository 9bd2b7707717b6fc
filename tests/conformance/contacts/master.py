"""Contacts, questionnaires and attachments of scenarios as rows of the tables of the CRM."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeAlias

Rows: TypeAlias = list[dict[str, Any]]
#: Fields of contacts that are the columns of their table.
_CARD = (
    "no", "type", "name", "salesperson_code", "territory_code", "country_code", "language_code", "correspondence_type",
    "email", "phone_no", "mobile_phone_no", "exclude_from_segment",
)  # fmt: skip
#: Lists of codes of contacts: kind of the codes, table.
LISTS = {
    "mailing_groups": ("mailing_group", "mailing_groups"),
    "industry_groups": ("industry_group", "industry_groups"),
    "job_responsibilities": ("job_responsibility", "job_responsibilities"),
}


def contact_tables(contacts: Iterable[Mapping[str, Any]], day: date) -> dict[str, Rows]:
    """Contacts as in ``given``, with everything that hangs on them, as rows by table."""
    tables: dict[str, Rows] = {
        "contacts": [], "alt_addresses": [], "alt_address_dates": [], "business_relations": [], "profile_answers": [],
        **{table: [] for _, table in LISTS.values()},
    }  # fmt: skip
    for contact in contacts:
        no = contact["no"]
        tables["contacts"].append({**only(contact, _CARD), "company_no": company_of(contact)})
        for name, (_, table) in LISTS.items():
            tables[table] += [{"contact_no": no, "code": code} for code in contact.get(name) or []]
        tables["business_relations"] += [
            {"contact_no": no, "code": one["code"], "link_to": one.get("link_to", ""), "no": one.get("no", "")}
            for one in contact.get("business_relations") or []
        ]
        tables["profile_answers"] += [
            {
                "contact_no": no,
                "company_no": company_of(contact),
                "questionnaire_code": code,
                "line_no": line,
                "updated_on": day,
            }
            for code, line in contact.get("profile_answers") or []
        ]
        tables["alt_addresses"] += [{"contact_no": no, **one} for one in contact.get("alt_addresses") or []]
        tables["alt_address_dates"] += [
            {"contact_no": no, "code": one["code"], "starts": day_of(one.get("from")), "ends": day_of(one.get("to"))}
            for one in contact.get("alt_address_dates") or []
        ]
    return {name: rows for name, rows in tables.items() if rows}


def company_of(contact: Mapping[str, Any]) -> str:
    """A company's own company is itself."""
    return str(contact["no"] if contact.get("type") == "company" else contact.get("company") or "")


def question_line(line: Mapping[str, Any]) -> dict[str, Any]:
    same = (
        "line_no", "type", "description", "auto", "customer_field", "vendor_field", "contact_field", "method",
        "sorting", "start", "end", "decimals", "min_pct_answered", "from", "to",
    )  # fmt: skip
    return only(line, same)


def implicit_lines(code: str, number: int, *, first: bool) -> Rows:
    """A question, and an answer that somebody has given, of a questionnaire that is only mentioned."""
    question = {
        "questionnaire_code": code,
        "line_no": 1,
        "type": "question",
        "description": code,
        "multiple_answers": True,
    }
    answer = {"questionnaire_code": code, "line_no": number, "type": "answer", "description": str(number)}
    return [question, answer] if first else [answer]


def day_of(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def only(shape: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: shape[name] for name in names if shape.get(name) is not None}


def plain_file(no: str) -> dict[str, Any]:
    """An attachment that is no Word document."""
    return {
        "no": no,
        "storage": "embedded",
        "name": f"{no}.pdf",
        "extension": "pdf",
        "media_type": "application/pdf",
        "content": b"%PDF-1.4 " + no.encode(),
    }


def word_template(no: str) -> dict[str, Any]:
    """A template that is filled in per contact."""
    return {
        "no": no,
        "storage": "embedded",
        "name": f"{no}.html",
        "extension": "html",
        "media_type": "text/html",
        "content": b"<p>Dear {{ contact.name }},</p>",
        "merge_source": "liquid",
    }
