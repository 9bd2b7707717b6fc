"""Contacts by their numbers."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from parcours.contacts.office import Desk, Row
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.tables import contacts
from parcours.core.errors import UnknownNameError, nearest

CONTACTS = contacts.contacts


def find(desk: Desk, no: str) -> Row | None:
    """The contact with this number, as written or in upper case, or ``None``."""
    return desk.first(CONTACTS, no=no) or desk.first(CONTACTS, no=no.strip().upper())


def get(desk: Desk, no: str) -> Row:
    """The contact with this number.

    Raises:
        UnknownNameError: there is none; ``now_no`` of those that were merged is named in the hint.
    """
    row = find(desk, no)
    if row is None:
        raise UnknownNameError(f"there is no contact {no!r}", hint=_hint(desk, no))
    return row


def _hint(desk: Desk, no: str) -> str | None:
    former = desk.rows(contacts.former_contacts, no=no.strip().upper())
    if former:
        now = former[-1]["now_no"]
        return f"it was merged into {now}" if now else "it was deleted"
    known = desk.con.execute(select(CONTACTS.c.no).order_by(CONTACTS.c.no).limit(2000)).scalars()
    return nearest(no, known)


def many(desk: Desk, nos: Iterable[str]) -> dict[str, Row]:
    """The contacts with these numbers, by number; those that do not exist are missing."""
    found: dict[str, Row] = {}
    for part in in_chunks(dict.fromkeys(nos)):
        found.update((row["no"], row) for row in desk.rows(CONTACTS, CONTACTS.c.no.in_(part)))
    return found


def persons_of(desk: Desk, companies: Iterable[str]) -> list[str]:
    """Numbers of the persons of these companies, in order."""
    found: list[str] = []
    for part in in_chunks(dict.fromkeys(companies)):
        query = select(CONTACTS.c.no).where(CONTACTS.c.company_no.in_(part), CONTACTS.c.type == "person")
        found += desk.con.execute(query).scalars()
    return sorted(found)


def with_persons(desk: Desk, companies: Iterable[str]) -> list[str]:
    """The companies and their persons: everybody who sees what hangs on a company."""
    listed = list(dict.fromkeys(companies))
    return listed + persons_of(desk, listed)
