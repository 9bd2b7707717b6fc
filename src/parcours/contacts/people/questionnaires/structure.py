"""Questionnaires as they are read: questions with the answers below them (contact-segments.md, 19.1)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from parcours.contacts.office import Desk, Row
from parcours.contacts.tables import contacts
from parcours.core.errors import Refused, UnknownNameError, nearest

QUESTIONNAIRES = contacts.questionnaires
LINES = contacts.questionnaire_lines


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its possible answers, rows of ``questionnaire_lines``."""

    row: Row
    answers: list[Row] = field(default_factory=list)

    @property
    def key(self) -> tuple[str, int]:
        """Questionnaire and line number."""
        return self.row["questionnaire_code"], self.row["line_no"]

    @property
    def is_rating(self) -> bool:
        """Whether its value comes from points of other answers."""
        return bool(self.row["contact_field"] == "rating")

    def __str__(self) -> str:
        return f"{self.row['questionnaire_code']} {self.row['line_no']} ({self.row['description']})"


def get(desk: Desk, code: str) -> Row:
    """The head of a questionnaire.

    Raises:
        UnknownNameError: there is none.
    """
    return desk.get(QUESTIONNAIRES, code.strip().upper(), "a questionnaire")


def questions(desk: Desk, code: str | None = None) -> list[Question]:
    """The questions of a questionnaire, or of all, in order; answers above the first question belong to none."""
    equal = {} if code is None else {"questionnaire_code": code}
    return _grouped(desk.rows(LINES, order=(LINES.c.questionnaire_code, LINES.c.line_no), **equal))


def _grouped(rows: Iterable[Row]) -> list[Question]:
    found: list[Question] = []
    for row in rows:
        if row["type"] == "question":
            found.append(Question(row))
        elif found and found[-1].row["questionnaire_code"] == row["questionnaire_code"]:
            found[-1].answers.append(row)
    return found


def line(desk: Desk, code: str, line_no: int) -> Row:
    """A line of a questionnaire.

    Raises:
        UnknownNameError: there is no such questionnaire or line.
    """
    head = get(desk, code)
    row = desk.first(LINES, questionnaire_code=head["code"], line_no=line_no)
    if row is None:
        known = [str(row["line_no"]) for row in desk.rows(LINES, questionnaire_code=head["code"])]
        raise UnknownNameError(f"questionnaire {head['code']} has no line {line_no}", hint=nearest(str(line_no), known))
    return row


def answered(desk: Desk, code: str, line_no: int) -> tuple[Question, Row]:
    """The question that a line answers, and the line.

    Raises:
        UnknownNameError: there is no such questionnaire or line.
        Refused: ``not-an-answer``, the line is a question, or stands above the first one.
    """
    row = line(desk, code, line_no)
    for question in questions(desk, row["questionnaire_code"]):
        if any(answer["line_no"] == line_no for answer in question.answers):
            return question, row
    raise Refused(f"line {line_no} of {row['questionnaire_code']} is no answer to a question", code="not-an-answer")
