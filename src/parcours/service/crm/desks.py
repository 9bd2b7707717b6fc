"""Who works in the CRM, and when: every method of the facades stands at a desk of this."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

from parcours.contacts import selection
from parcours.contacts.office import Answers, Days, Desk, Form, Office, Person, Program, Questions
from parcours.contacts.office import setup as settings
from parcours.contacts.tables import setup
from parcours.core.clock import Clock
from parcours.core.errors import ParcoursError

if TYPE_CHECKING:
    from parcours.service.crm.sending import Sent

#: How questions of an operation are answered: ``None`` works by program, without questions; a mapping answers those it
#: names, and any other one that comes up is an ``OpenQuestion``; ``"proposed"`` takes what a form proposes.
Replies: TypeAlias = Mapping[str, bool] | Literal["proposed"] | Questions | None
#: One thing of the CRM as plain data: its fields by name, as the tables of :mod:`parcours.contacts.tables` have them.
Record: TypeAlias = dict[str, Any]
#: Who works where nobody says so.
NOBODY = Person()
#: Filters that may hold a rule of Parcours, for operations that do not see them before they begin.
RULED: Mapping[str, Any] = {"rule": True}


@dataclass(frozen=True, slots=True)
class Desks:
    """Opens desks for one person.

    Attributes:
        office: where transactions begin.
        clock: where the actual day comes from, in the time zone of the company.
        moving: held while rules of Parcours are evaluated, so that the state stands still; always taken before the
            transaction begins, as everybody does who moves the state and writes to the catalogue.
        told: called after every operation that changed something: it has noted what the log is to be told.
        sends: delivers what logged interactions send.
        person: who works.
        work_date: the day this person has set; without it that of the setup of users, else the actual day.
    """

    office: Office
    clock: Clock
    moving: AbstractContextManager[Any]
    told: Callable[[], object]
    sends: Callable[[], Sent]
    person: Person = NOBODY
    work_date: date | None = None

    def acting(self, person: Person, work_date: date | None) -> Self:
        """Desks for somebody else, or for another day."""
        return replace(self, person=person, work_date=work_date)

    def look(self) -> AbstractContextManager[Desk]:
        """A desk for reading."""
        return self.office.look(self._days(), self.person)

    @contextlib.contextmanager
    def change(
        self,
        operation: str,
        answers: Replies = None,
        *,
        preview: bool = False,
        by_hand: bool = False,
        filters: object = None,
    ) -> Iterator[Desk]:
        """A desk for one operation.

        Args:
            operation: its name in the audit trail.
            answers: how questions are answered.
            preview: do it to see what comes of it, then undo all of it.
            by_hand: the operation is typed by a user, so that without answers it asks all the same.
            filters: those it selects by, where it does; what they need is read before the transaction begins.
        """
        questions = _questions({} if by_hand and answers is None else answers)
        days = self._days()
        with self.moving if _ruled(filters) else contextlib.nullcontext():
            if filters is not None:
                self._prepare(days, filters)
            with self.office.change(operation, days, self.person, questions, trial=preview) as desk:
                yield desk
        if not preview:
            self.told()

    def _prepare(self, days: Days, filters: Any) -> None:
        """What is wrong with filters is said by the operation, after what is wrong with anything else."""
        with contextlib.suppress(ParcoursError), self.office.look(days, self.person) as desk:
            selection.prepare(desk, {} if filters is RULED else filters)

    def _days(self) -> Days:
        """Now, on the day it is in the zone of the company."""
        now = self.clock.now()
        with self.office.look(Days.of(now)) as desk:
            zone = str(settings.get(desk, "zone"))
            user = desk.find(setup.users, self.person.id) if self.person.id else None
        own = date.fromisoformat(user["work_date"]) if user and user["work_date"] else None
        return Days.of(now, self.work_date or own, zone)


def _questions(answers: Replies) -> Questions:
    if answers is None:
        return Program()
    if answers == "proposed":
        return Form()
    return Answers(answers) if isinstance(answers, Mapping) else answers


def _ruled(filters: object) -> bool:
    """Whether filters hold a rule of Parcours, however deep."""
    if not isinstance(filters, Mapping):
        return False
    groups = [group for name in ("any_of", "none_of") for group in filters.get(name) or ()]
    return filters.get("rule") is not None or any(map(_ruled, groups))


class Room:
    """Base of the facades: a room of the CRM in which somebody works."""

    def __init__(self, desks: Desks) -> None:
        self._desks = desks
