"""Notes on contacts, campaigns, interactions, segments: on anything that has a key (contact-segments.md, 4, 5)."""

from __future__ import annotations

from datetime import date

from parcours.contacts.office import Desk, Row
from parcours.contacts.people import finding
from parcours.contacts.people.fields import as_day
from parcours.contacts.tables import contacts
from parcours.core.errors import InputError

NOTES = contacts.notes
#: What notes are on.
KINDS = ("contact", "campaign", "interaction", "opportunity", "task", "worksheet")


def add(desk: Desk, kind: str, key: str, text: str, day: date | str | None = None) -> Row:
    """Write a note; its day is the work date unless given, its author the acting user.

    Raises:
        InputError: ``unknown-kind``, ``text-required`` or ``bad-value``.
        UnknownNameError: it is on a contact that does not exist.
    """
    if kind not in KINDS:
        raise InputError(f"there are no notes on {kind!r}", code="unknown-kind", hint=f"kinds: {', '.join(KINDS)}")
    if not text.strip():
        raise InputError("a note says something", code="text-required")
    if kind == "contact":
        key = finding.get(desk, key)["no"]
    desk.describe(kind, key, "note")
    written = as_day("date", day) or desk.work_date
    return desk.add(NOTES, kind=kind, key=key, text=text.strip(), date=written, by=desk.person.id, at=desk.days.at)


def of(desk: Desk, kind: str, key: str) -> list[Row]:
    """The notes on something, the newest first."""
    return desk.rows(NOTES, kind=kind, key=key, order=(NOTES.c.date.desc(), NOTES.c.id.desc()))


def change(desk: Desk, id: int, text: str) -> Row:
    """Write a note anew.

    Raises:
        UnknownNameError: there is no such note.
        InputError: ``text-required``.
    """
    if not text.strip():
        raise InputError("a note says something", code="text-required", hint="remove the note instead")
    row = desk.get(NOTES, id, "a note")
    desk.describe(row["kind"], row["key"], "note")
    return desk.change(NOTES, id, text=text.strip())


def remove(desk: Desk, id: int) -> None:
    """Remove a note.

    Raises:
        UnknownNameError: there is none.
    """
    row = desk.get(NOTES, id, "a note")
    desk.remove(NOTES, id)
    desk.describe(row["kind"], row["key"], "note removed")
