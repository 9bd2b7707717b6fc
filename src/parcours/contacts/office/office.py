"""The office: where transactions of the CRM begin, over the database of the catalogue."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy import Connection, insert, select, update

from parcours.contacts.office.desk import Desk
from parcours.contacts.office.questions import Program, Questions
from parcours.contacts.office.setup import REFERENCE, setting
from parcours.contacts.office.who import Days, Person
from parcours.contacts.tables import audit
from parcours.store.catalogue import Catalogue


class _Trial(Exception):
    """Ends a transaction that was only tried."""


class Office:
    """Begins transactions. Operations take place one after the other, whoever does them, so that their numbers tell
    in which order they were committed."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @contextlib.contextmanager
    def look(self, days: Days, person: Person | None = None) -> Iterator[Desk]:
        """A desk for reading; what it reads is one state."""
        with self._catalogue.reading() as con:
            yield Desk(con, person or Person(), days, Program(), reference=bool(setting(con, REFERENCE)), revision=0)

    @contextlib.contextmanager
    def change(
        self,
        operation: str,
        days: Days,
        person: Person | None = None,
        questions: Questions | None = None,
        *,
        reference: bool | None = None,
        trial: bool = False,
    ) -> Iterator[Desk]:
        """A desk for one operation: all of it happens, or on any error nothing.

        Args:
            operation: its name in the audit trail: ``add_contacts``.
            days: when.
            person: who.
            questions: how questions are answered; by default nobody is asked.
            reference: follow the reference system where it loses data; by default as set up.
            trial: do it to see what comes of it, then undo all of it.
        """
        person = person or Person()
        with contextlib.suppress(_Trial), self._catalogue.writing() as con:
            revision = _next_revision(con)
            follows = bool(setting(con, REFERENCE)) if reference is None else reference
            con.execute(
                insert(audit.operations).values(revision=revision, at=days.at, by=person.id, operation=operation)
            )
            desk = Desk(con, person, days, questions or Program(), reference=follows, revision=revision)
            yield desk
            if trial:
                raise _Trial
            desk.finish()


def _next_revision(con: Connection) -> int:
    """Take the next number; whoever comes after waits until this transaction has ended."""
    done = con.execute(update(audit.head).where(audit.head.c.id == 1).values(revision=audit.head.c.revision + 1))
    if done.rowcount == 0:
        con.execute(insert(audit.head).values(id=1, revision=1))
    return int(con.execute(select(audit.head.c.revision).where(audit.head.c.id == 1)).scalar_one())
