"""Answers given and taken by hand (contact-segments.md, 19.1)."""

from __future__ import annotations

from dataclasses import dataclass

from parcours.contacts.office import Desk, Row
from parcours.contacts.people import finding
from parcours.contacts.people.questionnaires import rating, structure
from parcours.contacts.people.questionnaires.structure import Question
from parcours.contacts.tables import contacts
from parcours.core.errors import Refused

ANSWERS = contacts.profile_answers


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as one contact sees it: ``chosen`` holds the line numbers of its answers."""

    question: Question
    chosen: tuple[int, ...]


def give(desk: Desk, contact: str, code: str, line_no: int) -> bool:
    """Give a contact an answer. Returns ``False`` when it has it already.

    Ratings that the answer gives points to are worked out again at once.

    Raises:
        UnknownNameError: there is no such contact, questionnaire or line.
        Refused: ``not-an-answer``, ``minor-without-consent``, ``question-auto-classified``, or
            ``single-answer-only``, the contact has another answer and the question takes but one.
    """
    person = finding.get(desk, contact)
    question, row = _by_hand(desk, person, code, line_no)
    given = _given(desk, person["no"], question)
    if line_no in given:
        return False
    if given and not question.row["multiple_answers"]:
        raise Refused(
            f"{question} takes one answer, and {person['no']} has given {given[0]}",
            code="single-answer-only",
            hint="take that answer first",
        )
    desk.add(
        ANSWERS,
        contact_no=person["no"],
        company_no=person["company_no"],
        questionnaire_code=row["questionnaire_code"],
        line_no=line_no,
        updated_on=desk.today,
    )
    _changed(desk, person["no"], question, f"{question.row['description']}: {row['description']}")
    return True


def take(desk: Desk, contact: str, code: str, line_no: int) -> bool:
    """Take an answer from a contact. Returns ``False`` when it has not given it.

    Raises:
        UnknownNameError: there is no such contact, questionnaire or line.
        Refused: ``not-an-answer``, ``minor-without-consent`` or ``question-auto-classified``.
    """
    person = finding.get(desk, contact)
    question, row = _by_hand(desk, person, code, line_no)
    found = desk.first(ANSWERS, contact_no=person["no"], questionnaire_code=row["questionnaire_code"], line_no=line_no)
    if found is None:
        return False
    desk.remove(ANSWERS, found["id"])
    _changed(desk, person["no"], question, f"{question.row['description']}: not {row['description']}")
    return True


def _by_hand(desk: Desk, person: Row, code: str, line_no: int) -> tuple[Question, Row]:
    question, row = structure.answered(desk, code, line_no)
    if person["minor"] and not person["parental_consent"]:
        raise Refused(f"{person['no']} is a minor: no answers by hand", code="minor-without-consent")
    if question.row["auto"]:
        raise Refused(f"{question} is classified automatically", code="question-auto-classified")
    return question, row


def _changed(desk: Desk, no: str, question: Question, note: str) -> None:
    desk.touch([no])
    rating.follow(desk, [question.key], [no])
    desk.describe("contact", no, note)


def _given(desk: Desk, no: str, question: Question) -> list[int]:
    lines = [answer["line_no"] for answer in question.answers]
    test = ANSWERS.c.line_no.in_(lines)
    return [row["line_no"] for row in desk.rows(ANSWERS, test, contact_no=no, questionnaire_code=question.key[0])]


def of_contact(desk: Desk, contact: str) -> list[Row]:
    """All answers of a contact: questionnaire, line, texts of question and answer, day, share answered.

    Raises:
        UnknownNameError: there is no such contact.
    """
    no = finding.get(desk, contact)["no"]
    texts = {
        (one.key[0], answer["line_no"]): (one.row["description"], answer["description"])
        for one in structure.questions(desk)
        for answer in one.answers
    }
    rows = desk.rows(ANSWERS, contact_no=no, order=(ANSWERS.c.questionnaire_code, ANSWERS.c.line_no))
    for row in rows:
        row["question"], row["answer"] = texts.get((row["questionnaire_code"], row["line_no"]), ("", ""))
    return rows


def sheet(desk: Desk, contact: str, code: str) -> list[Asked]:
    """A questionnaire as a contact has filled it in.

    Raises:
        UnknownNameError: there is no such contact or questionnaire.
    """
    no = finding.get(desk, contact)["no"]
    head = structure.get(desk, code)
    return [Asked(one, tuple(sorted(_given(desk, no, one)))) for one in structure.questions(desk, head["code"])]
