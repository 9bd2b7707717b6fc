"""``workspace.contacts.questionnaires``: profile questionnaires, answers given by hand, classification."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from parcours.contacts.people.questionnaires import answers, audience, classification, definitions, structure
from parcours.contacts.people.questionnaires.answers import Asked
from parcours.contacts.tables import contacts as tables
from parcours.service.crm.desks import Record, Room
from parcours.service.crm.frames import frame_of


class Questionnaires(Room):
    """Questionnaires with their lines and ratings, and what contacts answered (contact-segments.md, section 19)."""

    # --- definitions ---

    def list(self) -> pl.DataFrame:
        """All questionnaires, by code."""
        with self._desks.look() as desk:
            return frame_of(tables.questionnaires, desk.rows(tables.questionnaires))

    def lines(self, code: str) -> pl.DataFrame:
        """The lines of a questionnaire, questions and answers, in order.

        Raises:
            UnknownNameError: there is none with this code.
        """
        table = tables.questionnaire_lines
        with self._desks.look() as desk:
            head = structure.get(desk, code)
            rows = desk.rows(table, questionnaire_code=head["code"], order=[table.c.line_no])
        return frame_of(table, rows, without=("id",))

    def put(self, code: str, **fields: Any) -> Record:
        """Make or change a questionnaire: ``description``, ``contact_type``, ``business_relation_code``, ``priority``.

        Raises:
            UnknownNameError: there is no such business relation.
            InputError: ``code-required``, or a value that a field does not take.
        """
        with self._desks.change("put_questionnaire") as desk:
            return definitions.put(desk, code, **fields)

    def put_line(self, code: str, line_no: int, **fields: Any) -> Record:
        """Make or change a line: ``type`` (``question`` or ``answer``), ``description``, ``auto``, ``method`` …

        Raises:
            UnknownNameError: there is no such questionnaire.
            Refused: ``line-carries-values``, ``line-answered``, ``field-of-other-type``, ``answer-range``.
            InputError: a value that a field does not take, a broken date formula.
        """
        with self._desks.change("put_questionnaire_line") as desk:
            return definitions.put_line(desk, code, line_no, **fields)

    def delete_line(self, code: str, line_no: int) -> None:
        """Delete a line.

        Raises:
            UnknownNameError: there is no such questionnaire or line.
            Refused: ``line-answered``, ``line-in-rating``, ``question-has-answers``.
        """
        with self._desks.change("delete_questionnaire_line") as desk:
            definitions.delete_line(desk, code, line_no)

    def delete(self, code: str) -> None:
        """Delete a questionnaire with its lines.

        Raises:
            UnknownNameError: there is none.
            Refused: ``line-answered``, ``line-in-rating``.
        """
        with self._desks.change("delete_questionnaire") as desk:
            definitions.delete(desk, code)

    def put_points(
        self, code: str, question: int, answer: int, points: float, *, answer_questionnaire: str = ""
    ) -> Record:
        """Say how many points an answer, of this or another questionnaire, gives to a rating.

        Raises:
            UnknownNameError: there is no such questionnaire or line.
            Refused: ``not-a-rating``, ``not-an-answer``, ``rating-loop``.
        """
        with self._desks.change("put_points") as desk:
            return definitions.put_points(
                desk, code, question, answer, points, answer_questionnaire=answer_questionnaire
            )

    def remove_points(self, code: str, question: int, answer: int, *, answer_questionnaire: str = "") -> bool:
        """An answer gives no points any more. Returns ``False`` when it gave none."""
        with self._desks.change("remove_points") as desk:
            return definitions.remove_points(desk, code, question, answer, answer_questionnaire=answer_questionnaire)

    # --- answers ---

    def answer(self, contact: str, code: str, line_no: int) -> bool:
        """Give a contact an answer by hand; its ratings follow. Returns ``False`` when it has it already.

        Raises:
            UnknownNameError: there is no such contact, questionnaire or line.
            Refused: ``question-auto-classified``, ``single-answer-only``, ``not-an-answer``, ``minor-without-consent``.
        """
        with self._desks.change("answer") as desk:
            return answers.give(desk, contact, code, line_no)

    def take_answer(self, contact: str, code: str, line_no: int) -> bool:
        """Take an answer from a contact. Returns ``False`` when it has not given it.

        Raises:
            UnknownNameError: there is no such contact, questionnaire or line.
            Refused: ``question-auto-classified``, ``not-an-answer``, ``minor-without-consent``.
        """
        with self._desks.change("take_answer") as desk:
            return answers.take(desk, contact, code, line_no)

    def answers(self, contact: str) -> pl.DataFrame:
        """All answers of a contact, with the texts of question and answer.

        Raises:
            UnknownNameError: there is no such contact.
        """
        texts = {"question": pl.String, "answer": pl.String}
        with self._desks.look() as desk:
            return frame_of(tables.profile_answers, answers.of_contact(desk, contact), more=texts, without=("id",))

    def sheet(self, contact: str, code: str) -> Sequence[Asked]:
        """A questionnaire as a contact has filled it in: question by question.

        Raises:
            UnknownNameError: there is no such contact or questionnaire.
        """
        with self._desks.look() as desk:
            return answers.sheet(desk, contact, code)

    def offered(self, contact: str) -> pl.DataFrame:
        """The questionnaires for a contact: of its type and its company's relations; the most important first.

        Raises:
            UnknownNameError: there is no such contact.
        """
        with self._desks.look() as desk:
            return frame_of(tables.questionnaires, audience.offered(desk, contact))

    def classify(self, *codes: str, day: date | None = None) -> int:
        """Work out the answers to the automatic questions of questionnaires, as of a day (by default the work date).

        Returns how many contacts have other answers than before.

        Args:
            codes: of the questionnaires.
            day: from which the periods of the questions are counted.

        Raises:
            UnknownNameError: there is no such questionnaire.
            Refused: ``classification-dates-required``, ``classification-dates``, ``classification-source-required``,
                ``classification-method-required``, ``classification-sorting-required``, ``rating-loop``.
        """
        with self._desks.change("classify") as desk:
            return classification.classify(desk, codes, day)
