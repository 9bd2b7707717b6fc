"""``workspace.contacts.notes``: notes on contacts, campaigns, interactions, on anything that has a key."""

from __future__ import annotations

from datetime import date

import polars as pl

from parcours.contacts.people import notes
from parcours.contacts.people.finding import get
from parcours.service.crm.desks import Record, Room
from parcours.service.crm.frames import frame_of


class Notes(Room):
    """Notes with their day and author (contact-segments.md, 4 and 5)."""

    def list(self, key: str, *, kind: str = "contact") -> pl.DataFrame:
        """The notes on something, the newest first.

        Args:
            key: the number of what they are on.
            kind: ``contact``, ``campaign``, ``interaction``, ``opportunity``, ``task`` or ``worksheet``.

        Raises:
            UnknownNameError: there is no such contact.
        """
        with self._desks.look() as desk:
            key = get(desk, key)["no"] if kind == "contact" else key
            return frame_of(notes.NOTES, notes.of(desk, kind, key), without=("kind", "key"))

    def add(self, key: str, text: str, *, kind: str = "contact", day: date | None = None) -> Record:
        """Write a note, in the name of whoever works.

        Args:
            key: the number of what it is on.
            text: what it says.
            kind: see :meth:`list`.
            day: its date; by default the work date.

        Raises:
            UnknownNameError: there is no such contact.
            InputError: ``unknown-kind``, ``text-required``.
        """
        with self._desks.change("add_note") as desk:
            return notes.add(desk, kind, key, text, day)

    def change(self, id: int, text: str) -> Record:
        """Write a note anew.

        Args:
            id: of the note.
            text: what it says from now on.

        Raises:
            UnknownNameError: there is no such note.
            InputError: ``text-required``.
        """
        with self._desks.change("change_note") as desk:
            return notes.change(desk, id, text)

    def remove(self, id: int) -> None:
        """Remove a note.

        Args:
            id: of the note.

        Raises:
            UnknownNameError: there is none.
        """
        with self._desks.change("remove_note") as desk:
            notes.remove(desk, id)
