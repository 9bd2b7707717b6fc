"""Business relations of companies, and customers and vendors made from contacts (contact-segments.md, 2.3)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

import polars as pl
from sqlalchemy import ColumnElement, Table, select

from parcours.contacts.office import Desk, Row
from parcours.contacts.office import setup as settings
from parcours.contacts.people import finding
from parcours.contacts.people.fields import checked
from parcours.contacts.tables import contacts, setup, trade
from parcours.core.errors import InputError, Refused

RELATIONS = contacts.contact_business_relations
_TABLES: dict[str, Table] = {"customer": trade.customers, "vendor": trade.vendors}

#: Called when a contact became or is no longer linked: ``hook(desk, company, link_to, number)``, a blank number when
#: the link is gone. Campaigns convert their targets so (section 18).
Hook: TypeAlias = Callable[[Desk, str, str, str], None]


def add(desk: Desk, contact: str, code: str, *, link_to: str = "", no: str = "", hooks: Sequence[Hook] = ()) -> Row:
    """Give a company a relation; without link it is plain classification.

    A person that works for no company may carry a link of its own.

    Raises:
        UnknownNameError: there is no such contact or relation code.
        InputError: ``bad-choice``, or ``number-required``, a link without number.
        Refused: ``wrong-contact-type``; ``relation-exists``, the contact has the code, or a link to that table,
            already; ``relation-taken``, another contact is linked to that number.
    """
    row = finding.get(desk, contact)
    given = checked(RELATIONS, {"code": code, "link_to": link_to, "no": no})
    desk.get(setup.codes, ("business_relation", given["code"]), "a business relation")
    if row["type"] == "person" and (row["company_no"] or not given["link_to"]):
        raise Refused(f"business relations are of companies: {row['no']} is a person", code="wrong-contact-type")
    if bool(given["link_to"]) != bool(given["no"]):
        raise InputError("a link needs both the table and the number", code="number-required")
    _not_twice(desk, row["no"], given)
    made = desk.add(RELATIONS, contact_no=row["no"], **given)
    _linked(desk, row["no"], given["link_to"], given["no"], hooks)
    desk.describe("contact", row["no"], f"business relation {given['code']}")
    return made


def _not_twice(desk: Desk, no: str, given: Row) -> None:
    link = given["link_to"]
    if not link:
        if desk.count(RELATIONS, contact_no=no, code=given["code"], link_to=""):
            raise Refused(f"contact {no} has the relation {given['code']} already", code="relation-exists")
        return
    if desk.count(RELATIONS, contact_no=no, link_to=link):
        raise Refused(f"contact {no} is linked to a {link} already", code="relation-exists")
    taken = desk.first(RELATIONS, link_to=link, no=given["no"])
    if taken is not None:
        raise Refused(f"{link} {given['no']} is contact {taken['contact_no']}", code="relation-taken")


def remove(desk: Desk, contact: str, code: str, *, link_to: str = "", hooks: Sequence[Hook] = ()) -> bool:
    """Take a relation, or a link, from a contact. Returns ``False`` when it does not have it.

    Raises:
        UnknownNameError: there is no such contact.
    """
    row = finding.get(desk, contact)
    found = desk.first(RELATIONS, contact_no=row["no"], code=code.strip().upper(), link_to=link_to)
    if found is None:
        return False
    desk.remove(RELATIONS, found["id"])
    _linked(desk, row["no"], link_to, "", hooks)
    desk.describe("contact", row["no"], f"no business relation {found['code']}")
    return True


def create_customer(desk: Desk, contact: str, no: str, *, name: str = "", hooks: Sequence[Hook] = ()) -> Row:
    """Make a customer from a contact, a person's company where it has one, and link both. Returns the customer.

    Raises:
        UnknownNameError: there is no such contact.
        InputError: ``number-required``.
        Refused: ``relation-code-missing``, the setup names no relation code for customers; ``customer-exists``; or
            what :func:`add` refuses.
    """
    return _create(desk, "customer", contact, no, name, hooks)


def create_vendor(desk: Desk, contact: str, no: str, *, name: str = "", hooks: Sequence[Hook] = ()) -> Row:
    """Make a vendor from a contact; see :func:`create_customer`."""
    return _create(desk, "vendor", contact, no, name, hooks)


def _create(desk: Desk, kind: str, contact: str, no: str, name: str, hooks: Sequence[Hook]) -> Row:
    table = _TABLES[kind]
    row = finding.get(desk, contact)
    holder = finding.get(desk, row["company_no"]) if row["company_no"] else row
    number = checked(table, {"no": no})["no"]
    if not number:
        raise InputError(f"a {kind} needs a number", code="number-required")
    if desk.find(table, number) is not None and desk.count(RELATIONS, link_to=kind, no=number):
        raise Refused(f"there is a {kind} {number} already", code=f"{kind}-exists")
    code = relation_code(desk, kind)
    if desk.find(table, number) is None:
        desk.add(table, no=number, name=name or holder["name"], contact_no=row["no"])
    add(desk, holder["no"], code, link_to=kind, no=number, hooks=hooks)
    return desk.get(table, number, f"a {kind}")


def relation_code(desk: Desk, link_to: str) -> str:
    """The relation code that the setup names for a linked table.

    Raises:
        Refused: ``relation-code-missing``.
    """
    code = str(settings.get(desk, "relation_codes").get(link_to, ""))
    if not code:
        hint = "name one in the setting relation_codes"
        raise Refused(f"the setup names no business relation for {link_to}s", code="relation-code-missing", hint=hint)
    return code


def linked(desk: Desk, link_to: str, no: str) -> str:
    """The contact that is this customer or vendor, or blank."""
    row = desk.first(RELATIONS, link_to=link_to, no=no)
    return "" if row is None else str(row["contact_no"])


def summaries(desk: Desk, tests: Iterable[ColumnElement[bool]]) -> pl.DataFrame:
    """What contacts are by their relations: ``contact_no`` and ``business_relation``, which is customer, vendor, bank,
    employee, other or multiple; those without relations are missing.

    Args:
        desk: where.
        tests: conditions on :data:`RELATIONS` that together take the rows wanted.
    """
    query = select(RELATIONS.c.contact_no, RELATIONS.c.link_to)
    schema = {"contact_no": pl.String, "link_to": pl.String}
    found = pl.concat([pl.DataFrame(schema=schema), *(desk.frame(query.where(test), schema) for test in tests)])
    kinds = found.with_columns(pl.col("link_to").replace({"": "other"})).unique()
    kind = pl.when(pl.len() > 1).then(pl.lit("multiple")).otherwise(pl.col("link_to").first())
    return kinds.group_by("contact_no").agg(kind.alias("business_relation"))


def _linked(desk: Desk, no: str, link_to: str, number: str, hooks: Sequence[Hook]) -> None:
    desk.touch(finding.with_persons(desk, [no]))
    for hook in hooks if link_to else ():
        hook(desk, no, link_to, number)
