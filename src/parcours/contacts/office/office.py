"""The office: where transactions of the CRM begin, over the database of the catalogue."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sqlalchemy import insert

from parcours.contacts.office.desk import Desk, RulePort
from parcours.contacts.office.questions import Program, Questions
from parcours.contacts.office.revisions import next_revision
from parcours.contacts.office.setup import REFERENCE, setting
from parcours.contacts.office.who import Days, Person
from parcours.contacts.tables import audit
from parcours.store.catalogue import Catalogue


class _Trial(Exception):
    """Ends a transaction that was only tried."""


class Office:
    """Begins transactions. Operations take place one after the other, whoever does them, so that their numbers tell
    in which order they were committed."""

    def __init__(self, catalogue: Catalogue, rules: RulePort | None = None) -> None:
        """``rules`` gives the profiles that meet a rule of Parcours, where selections may hold such."""
        self._catalogue = catalogue
        self._rules = rules

    @contextlib.contextmanager
    def look(self, days: Days, person: Person | None = None) -> Iterator[Desk]:
        """A desk for reading; what it reads is one state."""
        with self._catalogue.reading() as con:
            follows = bool(setting(con, REFERENCE))
            yield Desk(con, person or Person(), days, Program(), reference=follows, revision=0, rules=self._rules)

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
            revision = next_revision(con)
            follows = bool(setting(con, REFERENCE)) if reference is None else reference
            con.execute(
                insert(audit.operations).values(revision=revision, at=days.at, by=person.id, operation=operation)
            )
            asked = questions or Program()
            desk = Desk(con, person, days, asked, reference=follows, revision=revision, rules=self._rules)
            yield desk
            if trial:
                raise _Trial
            desk.finish()
