"""Alternative addresses, and on which days which of them is in force (contact-segments.md, 2.4)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import select

from parcours.contacts.office import Desk, Row
from parcours.contacts.office.desk import CHUNK, in_chunks
from parcours.contacts.people import finding
from parcours.contacts.people.fields import as_day, checked
from parcours.contacts.tables import contacts
from parcours.core.errors import InputError, Refused, UnknownNameError, nearest

ADDRESSES = contacts.alt_addresses
DATES = contacts.alt_address_dates
#: With more contacts than this the ranges of all are read at once.
MANY = 20 * CHUNK


def put(desk: Desk, contact: str, code: str, **values: Any) -> Row:
    """Make or change an alternative address of a contact.

    Raises:
        UnknownNameError: there is no such contact.
        InputError: ``code-required``, or what :func:`~parcours.contacts.people.fields.checked` refuses.
    """
    no = finding.get(desk, contact)["no"]
    given = checked(ADDRESSES, {"code": code, **values})
    if not given["code"]:
        raise InputError("an alternative address needs a code", code="code-required")
    desk.describe("contact", no, f"alternative address {given['code']}")
    desk.touch([no])
    found = desk.first(ADDRESSES, contact_no=no, code=given["code"])
    if found is None:
        return desk.add(ADDRESSES, **{**given, "contact_no": no})
    return desk.change(ADDRESSES, found["id"], **given)


def get(desk: Desk, contact: str, code: str) -> Row:
    """An alternative address.

    Raises:
        UnknownNameError: there is no such contact or address.
    """
    no = finding.get(desk, contact)["no"]
    found = desk.first(ADDRESSES, contact_no=no, code=code.strip().upper())
    if found is None:
        known = [row["code"] for row in desk.rows(ADDRESSES, contact_no=no)]
        raise UnknownNameError(f"contact {no} has no alternative address {code!r}", hint=nearest(code, known))
    return found


def remove(desk: Desk, contact: str, code: str) -> None:
    """Remove an alternative address with its dates.

    Raises:
        UnknownNameError: there is no such contact or address.
    """
    row = get(desk, contact, code)
    desk.remove_many(DATES, contact_no=row["contact_no"], code=row["code"])
    desk.remove(ADDRESSES, row["id"])
    desk.touch([row["contact_no"]])
    desk.describe("contact", row["contact_no"], f"no alternative address {row['code']}")


def put_dates(
    desk: Desk, contact: str, code: str, starts: date | str | None = None, ends: date | str | None = None
) -> Row:
    """Let an address be in force from ``starts`` (none: since ever) to ``ends`` (none: open), both included.

    Raises:
        UnknownNameError: there is no such contact or address.
        InputError: ``bad-value``, no date.
        Refused: ``address-dates``, the start lies after the end; ``address-start-taken``, another range of the contact
            starts on that day.
    """
    row = get(desk, contact, code)
    first, last = as_day("starts", starts), as_day("ends", ends)
    if first is not None and last is not None and first > last:
        raise Refused(f"the start {first} lies after the end {last}", code="address-dates")
    for other in desk.rows(DATES, contact_no=row["contact_no"]):
        if other["starts"] == first:
            raise Refused(f"address {other['code']} starts on {first or 'no day'}, too", code="address-start-taken")
    desk.touch([row["contact_no"]])
    desk.describe("contact", row["contact_no"], f"alternative address {row['code']}")
    return desk.add(DATES, contact_no=row["contact_no"], code=row["code"], starts=first, ends=last)


def remove_dates(desk: Desk, contact: str, starts: date | str | None = None) -> bool:
    """Remove the range that starts on that day. Returns ``False`` when there is none.

    Raises:
        UnknownNameError: there is no such contact.
    """
    no = finding.get(desk, contact)["no"]
    first = as_day("starts", starts)
    found = [row for row in desk.rows(DATES, contact_no=no) if row["starts"] == first]
    for row in found:
        desk.remove(DATES, row["id"])
        desk.touch([no])
        desk.describe("contact", no, f"alternative address {row['code']}")
    return bool(found)


def in_force(desk: Desk, contacts: Collection[str], day: date) -> dict[str, str]:
    """The address code in force on a day, by contact; contacts without one are missing.

    In force is the range with the latest start not after that day, if its end is open or not before that day.
    """
    latest: dict[str, tuple[date, date | None, str]] = {}
    for no, code, starts, ends in _begun(desk, contacts, day):
        since = starts or date.min
        if no not in latest or since >= latest[no][0]:
            latest[no] = since, ends, code
    return {no: code for no, (_, ends, code) in latest.items() if ends is None or ends >= day}


def _begun(desk: Desk, nos: Collection[str], day: date) -> list[tuple[str, str, date | None, date | None]]:
    """Ranges that have begun: contact, code, start, end."""
    query = select(DATES.c.contact_no, DATES.c.code, DATES.c.starts, DATES.c.ends)
    query = query.where(DATES.c.starts.is_(None) | (DATES.c.starts <= day))
    if len(nos) > MANY:
        wanted = frozenset(nos)
        return [tuple(row) for row in desk.con.execute(query) if row[0] in wanted]
    found: list[tuple[str, str, date | None, date | None]] = []
    for part in in_chunks(nos):
        found += [tuple(row) for row in desk.con.execute(query.where(DATES.c.contact_no.in_(part)))]
    return found
