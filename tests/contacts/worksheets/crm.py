"""A CRM to try worksheets in: every call is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from parcours.contacts.office import Answers, Days, Office, Person, Program, Questions, series
from parcours.contacts.office.desk import Row
from parcours.contacts.people import loading
from parcours.contacts.tables import worksheets
from parcours.contacts.worksheets import history, lines

T = TypeVar("T")


@dataclass
class Crm:
    office: Office
    days: Days
    reference: bool = False
    #: The questions of the last call.
    asked: list[str] = field(default_factory=list)

    def do(
        self, operation: Callable[..., T], *args: Any, answers: Mapping[str, bool] | None = None, **options: Any
    ) -> T:
        """An operation, by program, or where answers are given typed by a user."""
        questions: Questions = Program() if answers is None else Answers(answers)
        self.asked = questions.asked
        person = Person("ann", "SP9")
        with self.office.change("try", self.days, person, questions, reference=self.reference) as desk:
            return operation(desk, *args, **options)

    def see(self, operation: Callable[..., T], *args: Any, **options: Any) -> T:
        with self.office.look(self.days, Person("ann", "SP9")) as desk:
            return operation(desk, *args, **options)

    def load(self, **tables: list[dict[str, Any]]) -> None:
        with self.office.change("load", self.days) as desk:
            for table, rows in tables.items():
                loading.load(desk, table, rows)

    def contacts(self, *rows: dict[str, Any]) -> None:
        self.load(contacts=list(rows))

    def on(self, day: str) -> Crm:
        return Crm(self.office, Days(self.days.at, date.fromisoformat(day), date.fromisoformat(day)), self.reference)

    def lines(self, no: str) -> list[Row]:
        """The lines, field by field."""
        return self.see(
            lambda desk: desk.rows(worksheets.worksheet_lines, segment_no=no, order=[lines.LINES.c.line_no])
        )

    def who(self, no: str) -> list[str]:
        return [line["contact_no"] for line in self.lines(no)]

    def numbers(self, no: str) -> list[int]:
        return [line["line_no"] for line in self.lines(no)]

    def line(self, no: str, contact: str) -> Row:
        (found,) = (line for line in self.lines(no) if line["contact_no"] == contact)
        return found

    def steps(self, no: str) -> tuple[int, int]:
        """How many actions stand, and how many wait to be done again."""
        return self.see(history.steps_possible, no)


def set_up(office: Office, days: Days, reference: bool = False) -> Crm:
    crm = Crm(office, days, reference)
    crm.do(series.put_series, "SEGM", "SM00001")
    crm.load(salespeople=[{"code": code, "name": code} for code in ("SP1", "SP2", "SP9")])
    return crm


def company(no: str, **more: Any) -> dict[str, Any]:
    return {"no": no, "type": "company", "name": no, **more}


def person(no: str, company_no: str = "", **more: Any) -> dict[str, Any]:
    return {"no": no, "type": "person", "name": no, "company_no": company_no, **more}
