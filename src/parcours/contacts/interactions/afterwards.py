"""What is done with interactions after they were logged: judged, shown by contact (contact-segments.md, 4 and 16)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, or_, select

from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.interactions.values import checked
from parcours.contacts.office.desk import Desk, Row, in_chunks
from parcours.contacts.people import finding
from parcours.core.errors import InputError, nearest


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


@dataclass(frozen=True, slots=True)
class Asked:
    """Which interactions are asked for.

    Attributes:
        contact: only those with it; with a company also those with its persons.
        postponed: those that were put off, instead of those that count or are canceled.
        canceled: only canceled ones, or only those that are not; ``None``: both.
        search: a text in description or subject, in any case.
        since, until: days, both included.
        logged_segment: entry number of the logged segment that they came with.
        equal: values of columns.
    """

    contact: str | None = None
    postponed: bool = False
    canceled: bool | None = None
    search: str = ""
    since: date | None = None
    until: date | None = None
    logged_segment: int | None = None
    equal: Mapping[str, str] = field(default_factory=dict)


def listed(desk: Desk, asked: Asked, *, newest: bool = False, limit: int | None = None, offset: int = 0) -> list[Row]:
    """The interactions that are asked for, by entry number; those of a contact, and if so wished all, newest first.

    Raises:
        UnknownNameError: there is no such contact.
        InputError: ``unknown-field``.
    """
    table = INTERACTIONS.c
    order = [table.date.desc(), table.id.desc()] if newest or asked.contact is not None else [table.id]
    query = select(INTERACTIONS).where(*_conditions(desk, asked)).order_by(*order)
    return [dict(row) for row in desk.con.execute(query.limit(limit).offset(offset)).mappings()]


def _conditions(desk: Desk, asked: Asked) -> list[ColumnElement[bool]]:
    table = INTERACTIONS.c
    found: list[ColumnElement[bool]] = [table.postponed.is_(asked.postponed)]
    if asked.contact is not None:
        card = finding.get(desk, asked.contact)
        own = table.contact_no == card["no"]
        found.append(or_(own, table.company_no == card["no"]) if card["type"] == "company" else own)
    if asked.canceled is not None:
        found.append(table.canceled.is_(asked.canceled))
    if asked.search:
        texts = (table.description, table.subject)
        found.append(or_(*(text.icontains(asked.search, autoescape=True) for text in texts)))
    if asked.since is not None:
        found.append(table.date >= asked.since)
    if asked.until is not None:
        found.append(table.date <= asked.until)
    if asked.logged_segment is not None:
        found.append(table.logged_segment == asked.logged_segment)
    for name, value in asked.equal.items():
        if name not in table:
            raise InputError(
                f"interactions have no {name!r}", code="unknown-field", hint=nearest(name, list(table.keys()))
            )
        found.append(table[name] == value)
    return found
