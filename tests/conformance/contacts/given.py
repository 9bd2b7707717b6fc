"""What a scenario begins with, as rows of the tables of the CRM (README, ``given``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from parcours.contacts.tables.setup import CODE_KINDS
from parcours.language.filters.formulas import parse_formula
from tests.conformance.contacts.master import (
    LISTS,
    Rows,
    company_of,
    contact_tables,
    day_of,
    implicit_lines,
    only,
    plain_file,
    question_line,
    word_template,
)

TODAY = "2026-03-11"
_TEMPLATE = (
    "code", "description", "unit_cost", "unit_duration", "information_flow", "initiated_by", "correspondence_type",
    "ignore_contact_correspondence_type", "campaign_no", "campaign_target", "campaign_response", "word_template",
    "language_default",
)  # fmt: skip
_SERIES = {
    "segment_nos": ("SEGM", {"next": "SM00001", "manual_allowed": True}),
    "opportunity_nos": ("OPP", {"next": "OP00001"}),
}


class Given:
    """The state at the start of a scenario, and the rows that make it."""

    def __init__(self, case: Mapping[str, Any]) -> None:
        self.given: Mapping[str, Any] = case.get("given") or {}
        self.steps: list[Mapping[str, Any]] = case.get("steps") or []
        self.today = date.fromisoformat(self.given.get("today") or TODAY)
        self.work_date = date.fromisoformat(self.given.get("work_date") or self.today.isoformat())
        self.user: Mapping[str, Any] = self.given.get("user") or {}
        self.contacts: list[Mapping[str, Any]] = list(self.given.get("contacts") or [])

    def list(self, name: str) -> list[Any]:
        """What is given under a name, or nothing."""
        return list(self.given.get(name) or [])

    def tables(self) -> dict[str, Rows]:
        """The rows of every table, by its name."""
        made = {
            **self._setup(),
            **contact_tables(self.contacts, self.work_date),
            **self._interactions(),
            **self._campaigns(),
            **self._trade(),
            **self._questionnaires(),
            "codes": self._codes(),
            "attachments": self._attachments(),
        }
        return {name: rows for name, rows in made.items() if rows}

    # --- what the company sets up ---

    def _setup(self) -> dict[str, Rows]:
        setup = self.given.get("setup") or {}
        series, settings = [], []
        for name, (code, default) in _SERIES.items():
            found = setup.get(name, default)
            if found is None:
                settings.append({"key": name, "value": ""})
            else:
                series.append({"code": code, "next": default["next"], "manual_allowed": False, **found})
        settings.append({"key": "interaction_templates", "value": self._recorded()})
        relations = {"customer": "CUSTOMER", "vendor": "VENDOR", **self._relation_codes()}
        settings.append({"key": "relation_codes", "value": relations})
        users = [{"id": self.user.get("id", ""), "salesperson_code": self.user.get("salesperson_code", "")}]
        return {
            "number_series": series,
            "setup": settings,
            "users": users if self.user.get("id") else [],
            "salespeople": self._salespeople(),
        }

    def _recorded(self) -> dict[str, str]:
        """The templates that record events by themselves."""
        named = (self.given.get("setup") or {}).get("interaction_template_setup") or {}
        return {kind: code for kind, code in named.items() if code}

    def _relation_codes(self) -> dict[str, str]:
        """The relation codes that contacts have for customers and vendors are those of the setup."""
        relations = [one for contact in self._all_contacts() for one in contact.get("business_relations") or []]
        return {one["link_to"]: one["code"] for one in reversed(relations) if one.get("link_to")}

    def _salespeople(self) -> Rows:
        named = {one["code"]: one.get("name", "") for one in self.list("salespeople")}
        mentioned = [one for place in (self.given, self.steps) for one in _values(place, "salesperson_code")]
        mentioned += [step.get("value", "") for step in self.steps if step.get("field") == "salesperson_code"]
        for code in mentioned:
            if code:
                named.setdefault(code, code)
        return [{"code": code, "name": name} for code, name in named.items()]

    def _all_contacts(self) -> list[Mapping[str, Any]]:
        later = [step["contact"] for step in self.steps if step["op"] == "add_master_contact"]
        return [*self.contacts, *later]

    def _codes(self) -> Rows:
        found: set[tuple[str, str]] = {("mailing_group", code) for code in self.list("mailing_groups")}
        for contact in self._all_contacts():
            for name, (kind, _) in LISTS.items():
                found |= {(kind, code) for code in contact.get(name) or []}
            found |= {("business_relation", one["code"]) for one in contact.get("business_relations") or []}
            for kind in ("territory", "country", "language"):
                found.add((kind, contact.get(f"{kind}_code") or ""))
        for template in self.list("interaction_templates"):
            found.add(("interaction_group", template.get("group") or ""))
            found.add(("language", template.get("language_default") or ""))
            found |= {("language", one["code"]) for one in template.get("languages") or []}
        found |= {(step["kind"], step["code"]) for step in self.steps if step["op"] == "assign"}
        found |= {
            ("mailing_group", step["mailing_group"]) for step in self.steps if step["op"] == "apply_mailing_group"
        }
        found |= {("business_relation", code) for code in ("CUSTOMER", "VENDOR")}
        return [{"kind": kind, "code": code} for kind, code in sorted(found) if code and kind in CODE_KINDS]

    # --- templates, interactions, attachments ---

    def _interactions(self) -> dict[str, Rows]:
        written = self.list("interaction_templates")
        templates = [{**only(one, _TEMPLATE), "group_code": one.get("group", "")} for one in written]
        known = {one["code"] for one in templates}
        entries = self.list("interactions")
        mentioned = [*(one.get("template") or "" for one in entries), *self._recorded().values()]
        for code in dict.fromkeys(mentioned):
            if code and code not in known:
                templates.append({"code": code, "description": code})
        variants = [
            {
                "template_code": one["code"],
                "language_code": variant["code"],
                "attachment": variant.get("attachment", ""),
            }
            for one in written
            for variant in one.get("languages") or []
        ]
        return {
            "interaction_templates": templates,
            "template_languages": variants,
            "interactions": [self._interaction(one) for one in entries],
        }

    def _interaction(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        contact = next((one for one in self.contacts if one["no"] == entry["contact"]), {"no": entry["contact"]})
        same = (
            "campaign_no", "campaign_target", "campaign_response", "canceled", "initiated_by", "attempt_failed", "cost",
            "duration", "attachment",
        )  # fmt: skip
        return {
            "contact_no": contact["no"],
            "company_no": company_of(contact),
            "date": day_of(entry.get("date")) or self.work_date,
            "template_code": entry.get("template") or "",
            **only(entry, same),
        }

    def _attachments(self) -> Rows:
        """Plain files; Word templates are documents in which nothing is filled in."""
        templates = self.list("interaction_templates")
        files = {
            one["attachment"]
            for template in templates
            for one in template.get("languages") or []
            if one.get("attachment")
        }
        files |= {one["attachment"] for one in self.list("interactions") if one.get("attachment")}
        words = {template["word_template"] for template in templates if template.get("word_template")} - files
        return [plain_file(no) for no in sorted(files)] + [word_template(no) for no in sorted(words)]

    # --- campaigns and trade ---

    def _campaigns(self) -> dict[str, Rows]:
        written = [*self.list("campaigns"), *self._mentioned_campaigns()]
        cards = [
            {
                "no": one["no"],
                "description": one.get("description", ""),
                "starting_date": day_of(one.get("starting_date")),
                "ending_date": day_of(one.get("ending_date")),
            }
            for one in written
        ]
        return {
            "campaigns": cards,
            "campaign_prices": [
                {"campaign_no": one["no"], **row} for one in written for row in one.get("prices") or []
            ],
            "campaign_discounts": [
                {"campaign_no": one["no"], **row} for one in written for row in one.get("discounts") or []
            ],
        }

    def _mentioned_campaigns(self) -> list[dict[str, Any]]:
        """Campaigns of which only the number is said; what has to be refused names none of these."""
        known = {one["no"] for one in self.list("campaigns")}
        known |= {step["no"] for step in self.steps if step["op"] == "create_campaign"}
        found = [one for place in (self.given, self.steps) for one in _values(place, "campaign_no")]
        found += [step.get("value", "") for step in self.steps if step.get("field") == "campaign_no"]
        return [{"no": no} for no in dict.fromkeys(found) if no and no not in known]

    def _trade(self) -> dict[str, Rows]:
        entries = self.list("item_entries")
        items = {one["no"]: one.get("unit_price", 0) for one in self.list("items")}
        for entry in entries:
            items.setdefault(entry["item_no"], 0)
        documents = self.list("documents")
        return {
            **self._parties(entries),
            "items": [{"no": no, "unit_price": price} for no, price in items.items()],
            "item_entries": [
                {**one, "posting_date": day_of(one.get("posting_date")), "document_type": self._type_of(one)}
                for one in entries
            ],
            "documents": [{"type": one["type"], "no": one["no"]} for one in documents],
            "document_contacts": [
                {
                    "document_type": one["type"],
                    "document_no": one["no"],
                    "contact_no": contact,
                    "role": _role(one["type"]),
                }
                for one in documents
                for contact in one.get("contacts") or []
            ],
            "ledger_entries": self._turnover(),
        }

    def _type_of(self, entry: Mapping[str, Any]) -> str:
        """The type of the document that an item entry names by its number."""
        role = {"customer": "sell_to", "vendor": "buy_from"}[entry["source_type"]]
        fitting = [
            one["type"]
            for one in self.list("documents")
            if one["no"] == entry.get("document_no") and _role(one["type"]) == role
        ]
        return fitting[0] if fitting else ""

    def _parties(self, entries: Iterable[Mapping[str, Any]]) -> dict[str, Rows]:
        """Customers and vendors: those that contacts are, that bought or sold, that are priced or billed."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for contact in self.contacts:
            for one in contact.get("business_relations") or []:
                if one.get("link_to"):
                    named = {"no": one["no"], "name": contact.get("name", ""), "contact_no": contact["no"]}
                    found[one["link_to"], one["no"]] = named
        for entry in entries:
            found.setdefault((entry["source_type"], entry["source_no"]), {"no": entry["source_no"]})
        for step in self.steps:
            if step["op"] in ("price_line", "post_sales_invoice"):
                found.setdefault(("customer", step["customer"]), {"no": step["customer"]})
        return {f"{kind}s": [row for (of, _), row in found.items() if of == kind] for kind in ("customer", "vendor")}

    def _turnover(self) -> Rows:
        """One posted invoice with the whole turnover, on a day inside of every period that is asked for."""
        days = self._days_asked_for()
        made = []
        for contact in self._all_contacts():
            links = {one.get("link_to"): one.get("no") for one in contact.get("business_relations") or []}
            for party, field in (("customer", "sales"), ("vendor", "purchases")):
                if contact.get(field) and links.get(party):
                    row = {"party": party, "no": links[party], "document_type": "invoice", "amount": contact[field]}
                    made += [{**row, "posting_date": day} for day in days]
        return made

    def _days_asked_for(self) -> list[date]:
        chosen: list[date] = []
        for start, end in self._periods():
            if not any(start <= day <= end for day in chosen):
                chosen.append(end)
        return chosen or [self.work_date]

    def _periods(self) -> Iterator[tuple[date, date]]:
        """Periods of classification, the narrowest first."""
        found = set()
        for questionnaire in self.list("questionnaires"):
            for line in questionnaire.get("lines") or []:
                if line.get("start") and line.get("end"):
                    found.add(tuple(parse_formula(line[name]).after(self.work_date) for name in ("start", "end")))
        yield from sorted(found, key=lambda period: (period[1] - period[0], period))

    # --- questionnaires ---

    def _questionnaires(self) -> dict[str, Rows]:
        written = self.list("questionnaires")
        cards = [{"code": one["code"], "contact_type": one.get("contact_type", "")} for one in written]
        lines = [
            {"questionnaire_code": one["code"], **question_line(line)}
            for one in written
            for line in one.get("lines") or []
        ]
        ratings = [
            {"questionnaire_code": one["code"], "answer_questionnaire_code": one["code"], **row}
            for one in written
            for row in one.get("ratings") or []
        ]
        known = {one["code"] for one in cards}
        given = sorted({tuple(one) for contact in self._all_contacts() for one in contact.get("profile_answers") or []})
        for code, number in given:
            if code not in known:
                lines += implicit_lines(code, number, first=all(row["questionnaire_code"] != code for row in lines))
        cards += [{"code": code} for code in dict.fromkeys(code for code, _ in given) if code not in known]
        return {"questionnaires": cards, "questionnaire_lines": lines, "ratings": ratings}


def _role(type_: str) -> str:
    purchase = type_.startswith("purchase") or type_ == "return_shipment"
    return "buy_from" if purchase else "sell_to"


def _values(place: Any, name: str) -> Iterator[str]:
    """Everything that stands under a name, however deep."""
    if isinstance(place, Mapping):
        for key, value in place.items():
            if key == name and isinstance(value, str):
                yield value
            else:
                yield from _values(value, name)
    elif isinstance(place, list):
        for value in place:
            yield from _values(value, name)
