"""Contacts deleted, with everything that hangs on them (contact-segments.md, 2.1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import Table, or_, select

from parcours.contacts.office import Desk, Row
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.people import checks, finding
from parcours.contacts.people.finding import CONTACTS
from parcours.contacts.tables import contacts, interactions, opportunities, trade

#: Tables whose rows belong to a contact and go with it.
OWNED = (
    contacts.contact_mailing_groups,
    contacts.contact_job_responsibilities,
    contacts.contact_industry_groups,
    contacts.contact_business_relations,
    contacts.contact_web_sources,
    contacts.alt_addresses,
    contacts.alt_address_dates,
    contacts.search_strings,
    contacts.profile_answers,
)
#: What was done with a contact outlives it, with the name of the column of the company.
OUTLIVING = (
    (interactions.interactions, "company_no"),
    (opportunities.tasks, "contact_company"),
    (opportunities.opportunities, "contact_company"),
)


def delete(desk: Desk, no: str, expected_version: int | None = None) -> list[str]:
    """Delete a contact, a company with its persons. Returns the numbers that are gone.

    Interactions, tasks and opportunities of a person are handed to its company; those of a company stay without
    contact.

    Raises:
        UnknownNameError: there is no such contact.
        Refused: ``conflict``, ``contact-has-open-tasks``, ``contact-in-open-segment`` or
            ``contact-has-open-opportunities``, of the contact or of a person that would go with it.
    """
    row = finding.get(desk, no)
    desk.check_version(row, expected_version, f"contact {row['no']}")
    persons = finding.persons_of(desk, [row["no"]]) if row["type"] == "company" else []
    gone = [row["no"], *persons]
    checks.deletable(desk, gone)
    if row["type"] == "company":
        _leave_without_contact(desk, row["no"], gone)
    else:
        hand_over(desk, row["no"], row["company_no"])
    erase(desk, gone)
    desk.describe("contact", row["no"], f"{row['name']}, with {len(persons)} persons" if persons else row["name"])
    return gone


def hand_over(desk: Desk, no: str, to: str) -> None:
    """Interactions, tasks and opportunities of a contact become those of another one; their company stays.

    The log is told of the interactions, and the other contact is touched.
    """
    for table, _ in OUTLIVING:
        if table is interactions.interactions:
            tell_interactions(desk, [no])
        desk.change_many(table, [table.c.contact_no == no], contact_no=to)
    if to:
        desk.touch([to])


def tell_interactions(desk: Desk, nos: Iterable[str]) -> None:
    """The log has to look at the interactions of contacts again: they become those of others, or of nobody."""
    entries = interactions.interactions
    for part in in_chunks(nos):
        desk.tell("interaction", desk.con.execute(select(entries.c.id).where(entries.c.contact_no.in_(part))).scalars())


def _leave_without_contact(desk: Desk, company: str, gone: Sequence[str]) -> None:
    """The company goes from everything; the contact where it goes, too. In the reference the contact goes from
    everything of the company, also that of persons who have left it since."""
    tell_interactions(desk, gone)
    for table, column in OUTLIVING:
        cleared = {"contact_no": "", column: ""} if desk.reference else {column: ""}
        desk.change_many(table, [table.c[column] == company], **cleared)
        for part in in_chunks(gone):
            desk.change_many(table, [table.c.contact_no.in_(part)], contact_no="")


def erase(desk: Desk, nos: Iterable[str], now_no: str = "", *, tell: bool = True) -> None:
    """Take contacts and all that belongs to them out of the tables; the log is told which profiles are gone.

    Args:
        desk: where.
        nos: the numbers, which exist.
        now_no: the contact that took over, in merges.
        tell: whether the log is told; not where the profiles themselves are erased.
    """
    listed = list(nos)
    profiles = [row["profile_id"] for row in finding.many(desk, listed).values()]
    for part in in_chunks(listed):
        for table in OWNED:
            desk.remove_many(table, table.c.contact_no.in_(part))
        _forget(desk, part)
        _release(desk, part, trade.customers)
        _release(desk, part, trade.vendors)
        desk.remove_many(CONTACTS, CONTACTS.c.no.in_(part))
    former: list[Row] = [{"no": no, "now_no": now_no, "revision": desk.revision} for no in listed]
    desk.add_many(contacts.former_contacts, former)
    if tell and not now_no:
        desk.tell("erased", profiles)


def _forget(desk: Desk, nos: Sequence[str]) -> None:
    decided, notes = contacts.duplicate_decisions, contacts.notes
    desk.remove_many(decided, or_(decided.c.contact_no.in_(nos), decided.c.other_no.in_(nos)))
    desk.remove_many(notes, notes.c.kind == "contact", notes.c.key.in_(nos))


def _release(desk: Desk, nos: Sequence[str], table: Table) -> None:
    desk.change_many(table, [table.c.contact_no.in_(nos)], contact_no="")
