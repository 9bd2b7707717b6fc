"""The eight sub-tables that filters speak of: what they are, how they hang on contacts, which fields they have
(contact-segments.md, section 7.1).

To offer another table, see docs/adding/sub-table.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, Table
from sqlalchemy.types import String

from parcours.contacts.tables import Amount, contacts, interactions, trade
from parcours.core.errors import UnknownNameError, nearest
from parcours.core.schema import BOOLEAN, DATE_ONLY, DECIMAL, INTEGER, STRING, Type

#: Columns that are no fields: how rows are kept, not what they say.
_HIDDEN = ("id", "revision", "version", "profile_id", "at")
#: Columns of short keys whose values are not upper case.
_PLAIN = ("by", "time", "document_type", "format_region")
_CODE_LENGTH = 64

CORRESPONDENCE = ("hard_copy", "email")
EVALUATIONS = ("very_positive", "positive", "neutral", "negative", "very_negative")


@dataclass(frozen=True, slots=True)
class Field:
    """A field that can be filtered.

    Attributes:
        name: of the column.
        type: of its values.
        code: whether its values are upper case, so that expressions are upper-cased, too.
        options: the values it can have, beside blank, when it is a choice.
    """

    name: str
    type: Type
    code: bool = False
    options: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class SubTable:
    """One sub-table.

    Attributes:
        name: ``mailing_group``.
        table: where its rows are.
        prose: what a row is, for people.
        offered: fields that forms offer first; every other field can be filtered, too.
        fields: by name of the column.
    """

    name: str
    table: Table
    prose: str
    offered: Sequence[str]
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def fields(self) -> Mapping[str, Field]:
        """Every field that can be filtered, by its name."""
        columns = [column for column in self.table.columns if column.name not in _HIDDEN]
        made = {column.name: _field(column, self.choices.get(column.name, ())) for column in columns}
        return made | ({"entry_no": Field("id", INTEGER)} if self.name == "interaction" else {})

    def field(self, name: str) -> Field:
        """The field of this name; ``template`` is found for ``template_code``, ``campaign`` for ``campaign_no``.

        Raises:
            UnknownNameError: the sub-table has no such field.
        """
        fields = self.fields
        for known in (name, f"{name}_code", f"{name}_no"):
            if known in fields:
                return fields[known]
        raise UnknownNameError(f"{self.name} has no field {name!r}", code="unknown-field", hint=nearest(name, fields))


def _field(column: Column[Any], options: Sequence[str]) -> Field:
    kind = column.type
    if isinstance(kind, Amount):
        return Field(column.name, DECIMAL)
    if isinstance(kind, Boolean):
        return Field(column.name, BOOLEAN)
    if isinstance(kind, Integer | BigInteger):
        return Field(column.name, INTEGER)
    if isinstance(kind, Date):
        return Field(column.name, DATE_ONLY)
    assert isinstance(kind, String)
    code = kind.length == _CODE_LENGTH and not options and column.name not in _PLAIN
    return Field(column.name, STRING, code, options)


CONTACT = "contact"
INTERACTION = "interaction"
BUSINESS_RELATION = "business_relation"
ITEM_ENTRY = "item_entry"

SUB_TABLES: Mapping[str, SubTable] = {
    each.name: each
    for each in (
        SubTable(
            CONTACT,
            contacts.contacts,
            "the contact itself",
            ("no", "search_name", "type", "salesperson_code", "post_code", "country_code", "territory_code"),
            {"type": ("company", "person"), "correspondence_type": CORRESPONDENCE},
        ),
        SubTable(
            "profile_answer",
            contacts.profile_answers,
            "an answer the contact has given to a questionnaire",
            ("questionnaire_code", "line_no"),
        ),
        SubTable("mailing_group", contacts.contact_mailing_groups, "a mailing group of the contact", ("code",)),
        SubTable(
            INTERACTION,
            interactions.interactions,
            "an interaction with the contact, made for the company it works for now",
            ("date", "segment_no", "campaign_no", "evaluation", "template_code", "salesperson_code"),
            {
                "correspondence_type": CORRESPONDENCE,
                "information_flow": ("outbound", "inbound"),
                "initiated_by": ("us", "them"),
                "evaluation": EVALUATIONS,
                "delivery_status": ("in_progress", "error"),
            },
        ),
        SubTable(
            "job_responsibility", contacts.contact_job_responsibilities, "a responsibility of the contact", ("code",)
        ),
        SubTable(
            "industry_group", contacts.contact_industry_groups, "an industry group of the contact's company", ("code",)
        ),
        SubTable(
            BUSINESS_RELATION,
            contacts.contact_business_relations,
            "a business relation of the contact's company",
            ("code",),
            {"link_to": ("customer", "vendor", "bank", "employee")},
        ),
        SubTable(
            ITEM_ENTRY,
            trade.item_entries,
            "a posted movement of an item, bought or sold by the contact's company",
            ("item_no", "variant_code", "posting_date", "inventory_posting_group"),
            {"source_type": ("customer", "vendor")},
        ),
    )
}


def sub_table(name: str) -> SubTable:
    """The sub-table of this name.

    Raises:
        UnknownNameError: there is none.
    """
    if name not in SUB_TABLES:
        raise UnknownNameError(f"there is no sub-table {name!r}", code="unknown-table", hint=nearest(name, SUB_TABLES))
    return SUB_TABLES[name]
