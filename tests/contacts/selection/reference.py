"""What a selection means, one contact at a time, in plain Python over rows as they are (section 7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from parcours.contacts.selection.subtables import sub_table
from parcours.language.filters.context import Context
from parcours.language.filters.fields import Target
from parcours.language.filters.read import read
from parcours.language.reference import Person, holds
from parcours.language.tree import Attribute

Row = Mapping[str, Any]

ROWS_OF = {
    "profile_answer": "profile_answers",
    "mailing_group": "mailing_groups",
    "interaction": "interactions",
    "job_responsibility": "job_responsibilities",
    "industry_group": "industry_groups",
    "business_relation": "business_relations",
}
ROLES = {"customer": ("sell_to", "bill_to"), "vendor": ("buy_from", "pay_to")}


@dataclass
class Meaning:
    """Who matches in a world of rows by table; ``reference`` and ``documents`` as in the operations."""

    world: Mapping[str, Sequence[Row]]
    context: Context
    reference: bool
    documents: bool
    rule_holds: Any = None

    def matches(self, contact: Row, filters: Mapping[str, Any]) -> bool:
        for name, fields in filters.items():
            if name == "any_of":
                if fields and not any(self.matches(contact, each) for each in fields):
                    return False
            elif name == "none_of":
                if any(self.matches(contact, each) for each in fields):
                    return False
            elif name == "rule":
                if not self.rule_holds(contact["profile_id"]):
                    return False
            elif name == "item_entry":
                if not self.bought(contact, filters.get("business_relation", {}), fields):
                    return False
            elif not self.has_row(contact, name, fields):
                return False
        return True

    def has_row(self, contact: Row, name: str, fields: Mapping[str, str]) -> bool:
        if name == "contact":
            return self.meets(name, contact, fields)
        return any(self.belongs(contact, name, row) and self.counts(name, row, fields) for row in self.rows(name))

    def rows(self, name: str) -> Sequence[Row]:
        return self.world[ROWS_OF[name]]

    @staticmethod
    def belongs(contact: Row, name: str, row: Row) -> bool:
        if name in ("industry_group", "business_relation"):
            return contact["company_no"] != "" and row["contact_no"] == contact["company_no"]
        if name == "interaction":
            return row["contact_no"] == contact["no"] and row["company_no"] == contact["company_no"]
        return row["contact_no"] == contact["no"]

    def counts(self, name: str, row: Row, fields: Mapping[str, str]) -> bool:
        if name == "interaction" and not self.reference:
            for mark in ("canceled", "postponed"):
                if mark not in fields and row[mark]:
                    return False
        return self.meets(name, row, fields)

    def meets(self, name: str, row: Row, fields: Mapping[str, str]) -> bool:
        return all(self.field_meets(name, row, field, text) for field, text in fields.items())

    def field_meets(self, name: str, row: Row, field: str, text: str) -> bool:
        known = sub_table(name).field(field)
        node = read(text, Target(Attribute((known.name,), known.type), known.code, known.options), self.context)
        value = row[known.name]
        return holds(node, Person({known.name: None if known.options and value == "" else value}), 0)

    # --- 7.3 ---

    def bought(self, contact: Row, relation: Mapping[str, str], item: Mapping[str, str]) -> bool:
        """Every relation row of the company that passes is tried; the check of persons by documents is the last one's
        in the reference, else anyone's."""
        tried = sorted(
            (
                row
                for row in self.rows("business_relation")
                if self.belongs(contact, "business_relation", row)
                and self.meets("business_relation", row, relation)
                and self.entries(row, item)
            ),
            key=lambda row: (row["code"], row["id"]),
        )
        if contact["type"] == "company" or not self.documents:
            return bool(tried)
        named = [any(self.names(entry, contact) for entry in self.entries(row, item)) for row in tried]
        return named[-1] if self.reference and named else any(named)

    def entries(self, relation: Row, item: Mapping[str, str]) -> list[Row]:
        return [
            entry
            for entry in self.world["item_entries"]
            if relation["link_to"] in ("customer", "vendor")
            and (entry["source_type"], entry["source_no"]) == (relation["link_to"], relation["no"])
            and self.meets("item_entry", entry, item)
        ]

    def names(self, entry: Row, contact: Row) -> bool:
        return any(
            row["document_no"] == entry["document_no"]
            and entry["document_type"] in ("", row["document_type"])
            and row["role"] in ROLES[entry["source_type"]]
            and row["contact_no"] == contact["no"]
            for row in self.world["document_contacts"]
        )
