"""What is done with interactions after they were logged: judged, shown by contact (contact-segments.md, 4 and 16)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import or_, select

from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.interactions.values import checked
from parcours.contacts.office.desk import Desk, Row, in_chunks
from parcours.contacts.people import finding


def evaluate(desk: Desk, entries: Collection[int], evaluation: str) -> int:
    """Set the evaluation of interactions: blank, or ``very_positive`` … ``very_negative``. Returns how many.

    Raises:
        InputError: ``bad-choice``.
    """
    values = checked(INTERACTIONS, {"evaluation": evaluation})
    count = 0
    for chunk in in_chunks(sorted(set(entries))):
        count += desk.change_many(INTERACTIONS, [INTERACTIONS.c.id.in_(chunk)], **values)
    desk.tell("interaction", entries)
    desk.describe("interaction", ", ".join(map(str, sorted(entries)[:5])), f"evaluation {evaluation or 'blank'}")
    return count


def listed(desk: Desk, *, postponed: bool = False, limit: int | None = None, offset: int = 0) -> list[Row]:
    """The interactions of everybody, by entry number: at most ``limit``, after leaving out ``offset``."""
    query = select(INTERACTIONS).where(INTERACTIONS.c.postponed.is_(postponed)).order_by(INTERACTIONS.c.id)
    return [dict(row) for row in desk.con.execute(query.limit(limit).offset(offset)).mappings()]


def of_contact(desk: Desk, contact: str, *, postponed: bool = False) -> list[Row]:
    """The interactions with a contact, newest first; with a company also those with its persons.

    Args:
        desk: where.
        contact: its number.
        postponed: those that were put off, instead of those that count or are canceled.

    Raises:
        UnknownNameError: there is no such contact.
    """
    card = finding.get(desk, contact)
    own = INTERACTIONS.c.contact_no == card["no"]
    whose = or_(own, INTERACTIONS.c.company_no == card["no"]) if card["type"] == "company" else own
    order = [INTERACTIONS.c.date.desc(), INTERACTIONS.c.id.desc()]
    return desk.rows(INTERACTIONS, whose, INTERACTIONS.c.postponed.is_(postponed), order=order)
