"""Whom a questionnaire is for: contacts of its type, with its business relation (contact-segments.md, 19.1)."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl
from sqlalchemy import Select, and_, or_, select, true

from parcours.contacts.office import Desk, Row
from parcours.contacts.people import finding
from parcours.contacts.people.finding import CONTACTS
from parcours.contacts.people.questionnaires import giving
from parcours.contacts.people.questionnaires.structure import QUESTIONNAIRES
from parcours.contacts.tables import contacts

RELATIONS = contacts.contact_business_relations
#: Type of contacts by what a questionnaire says.
TYPES = {"companies": "company", "people": "person"}
_PEOPLE = {"contact_no": pl.String, "company_no": pl.String}


def of_questionnaire(desk: Desk, head: Row, within: Collection[str] | None = None) -> pl.DataFrame:
    """``contact_no`` and ``company_no`` of the contacts that a questionnaire is for, among some or all."""
    parts = [desk.frame(_query(head).where(test), _PEOPLE) for test in giving.tests_for(CONTACTS.c.no, within)]
    frame = pl.concat(parts) if parts else pl.DataFrame(schema=_PEOPLE)
    return frame if within is None else frame.filter(pl.col("contact_no").is_in(list(within)))


def _query(head: Row, *, any_type: bool = False) -> Select[tuple[str, str]]:
    kind = TYPES.get(head["contact_type"])
    query = select(CONTACTS.c.no, CONTACTS.c.company_no)
    query = query.where(true() if kind is None or any_type else CONTACTS.c.type == kind)
    if head["business_relation_code"]:
        having = select(RELATIONS.c.contact_no).where(RELATIONS.c.code == head["business_relation_code"])
        own = and_(CONTACTS.c.company_no == "", CONTACTS.c.no.in_(having))
        query = query.where(or_(CONTACTS.c.company_no.in_(having), own))
    return query


def linked(desk: Desk, head: Row, link_to: str) -> pl.DataFrame:
    """The contacts that are customers or vendors, of any type: ``contact_no``, ``company_no`` and ``number``."""
    query = _query(head, any_type=True).add_columns(RELATIONS.c.no.label("number"))
    query = query.join_from(CONTACTS, RELATIONS, RELATIONS.c.contact_no == CONTACTS.c.no)
    return desk.frame(query.where(RELATIONS.c.link_to == link_to), {**_PEOPLE, "number": pl.String})


def spread(desk: Desk, head: Row, values: pl.DataFrame) -> pl.DataFrame:
    """Values of companies given to their persons as well, and kept for the contacts that the questionnaire is for.

    A person that is a customer on its own keeps its own value.
    """
    table = desk.frame(
        select(CONTACTS.c.no.label("contact_no"), CONTACTS.c.company_no, CONTACTS.c.type),
        {**_PEOPLE, "type": pl.String},
    )
    persons = table.filter((pl.col("type") == "person") & (pl.col("company_no") != ""))
    of_persons = persons.join(values.drop("company_no"), left_on="company_no", right_on="contact_no")
    own = values.join(table.select("contact_no", "type"), on="contact_no")
    both = pl.concat([own, of_persons.select(own.columns)]).unique("contact_no", keep="first", maintain_order=True)
    kind = TYPES.get(head["contact_type"])
    return (both if kind is None else both.filter(pl.col("type") == kind)).drop("type")


def offered(desk: Desk, contact: str) -> list[Row]:
    """The questionnaires for a contact: of its type and, where they name one, of its company's relation; the most
    important first.

    Raises:
        UnknownNameError: there is no such contact.
    """
    row = finding.get(desk, contact)
    holder = row["company_no"] or row["no"]
    relations = {one["code"] for one in desk.rows(RELATIONS, contact_no=holder)}
    found = [
        head
        for head in desk.rows(QUESTIONNAIRES)
        if TYPES.get(head["contact_type"], row["type"]) == row["type"]
        and head["business_relation_code"] in {"", *relations}
    ]
    return sorted(found, key=lambda head: (_importance(head["priority"]), head["code"]))


def _importance(priority: str) -> int:
    return PRIORITIES.index(priority) if priority in PRIORITIES else PRIORITIES.index("")


#: Priorities, the most important first; a blank one lies in the middle.
PRIORITIES = ("VERY_HIGH", "HIGH", "NORMAL", "", "LOW", "VERY_LOW")
