"""Questionnaires defined."""

from __future__ import annotations

from typing import Any

import pytest

from parcours.contacts.office import Desk
from parcours.contacts.people.questionnaires import answers, definitions, structure
from parcours.contacts.tables import contacts
from parcours.core.errors import ParcoursError, Refused, UnknownNameError


@pytest.fixture
def pot(acme: Desk) -> Desk:
    """POT: two questions by hand, and a rating of them."""
    definitions.put(acme, "pot", description="Potential")
    for line_no, type_, text, more in (
        (10, "question", "Size", {}), (20, "answer", "Large", {}), (30, "answer", "Small", {}),
        (40, "question", "Interest", {"multiple_answers": True}), (50, "answer", "Yes", {}), (60, "answer", "No", {}),
        (70, "question", "Potential", {"auto": True, "contact_field": "rating", "min_pct_answered": 50}),
        (80, "answer", "High", {"from": 15}), (90, "answer", "Low", {"to": 14}),
    ):  # fmt: skip
        definitions.put_line(acme, "POT", line_no, type=type_, description=text, **more)
    return acme


def test_answers_belong_to_the_nearest_question_above(pot: Desk) -> None:
    found = {one.row["description"]: [row["line_no"] for row in one.answers] for one in structure.questions(pot, "POT")}
    assert found == {"Size": [20, 30], "Interest": [50, 60], "Potential": [80, 90]}
    assert structure.answered(pot, "pot", 30)[0].key == ("POT", 10)
    with pytest.raises(Refused, match="is no answer"):
        structure.answered(pot, "POT", 40)
    with pytest.raises(UnknownNameError, match="no line 41"):
        structure.answered(pot, "POT", 41)


def test_a_question_has_one_source(pot: Desk) -> None:
    line = definitions.put_line(pot, "POT", 10, customer_field="sales", method="percentage_of_value")
    assert line["sorting"] == "descending"
    line = definitions.put_line(pot, "POT", 10, vendor_field="purchases", sorting="ascending")
    assert (line["customer_field"], line["vendor_field"], line["sorting"]) == ("", "purchases", "ascending")
    line = definitions.put_line(pot, "POT", 10, contact_field="rating")
    assert (line["vendor_field"], line["method"]) == ("", "defined_value")


@pytest.mark.parametrize(
    ("line_no", "values", "code"),
    [
        (10, {"customer_field": "sales", "vendor_field": "purchases"}, "two-sources"),
        (10, {"customer_field": "purchases"}, "bad-choice"),
        (10, {"start": "yesterday"}, "bad-formula"),
        (10, {"from": 3.0}, "field-of-other-type"),
        (20, {"auto": True}, "field-of-other-type"),
        (20, {"from": 3.0, "to": 2.0}, "answer-range"),
        (10, {"min_pct_answered": 101}, "bad-value"),
        (10, {"decimals": 7}, "bad-value"),
        (40, {"type": "answer"}, "line-carries-values"),
        (80, {"type": "question"}, "line-carries-values"),
        (10, {"type": "answer"}, "question-has-answers"),
        (99, {"description": "x"}, "type-required"),
        (99, {"type": "note"}, "bad-choice"),
        (10, {"colour": "red"}, "unknown-field"),
    ],
)
def test_lines_are_checked(pot: Desk, line_no: int, values: dict[str, Any], code: str) -> None:
    with pytest.raises(ParcoursError) as raised:
        definitions.put_line(pot, "POT", line_no, **values)
    assert raised.value.code == code


def test_an_unused_answer_may_become_a_question(pot: Desk) -> None:
    assert definitions.put_line(pot, "POT", 60, type="question")["type"] == "question"
    assert definitions.put_line(pot, "POT", 20, **{"from": 3.0, "to": 0.0})["from"] == 3


def test_lines_in_use_stay(pot: Desk) -> None:
    definitions.put_points(pot, "POT", 70, 20, 10)
    answers.give(pot, "P1", "POT", 50)
    for line_no, code in ((10, "question-has-answers"), (50, "line-answered"), (20, "line-in-rating")):
        with pytest.raises(Refused) as raised:
            definitions.delete_line(pot, "POT", line_no)
        assert raised.value.code == code
    with pytest.raises(Refused, match="1 answers"):
        definitions.delete(pot, "POT")
    answers.take(pot, "P1", "POT", 50)
    definitions.remove_points(pot, "POT", 70, 20)
    for line_no in (20, 50, 80, 90, 70):
        definitions.delete_line(pot, "POT", line_no)
    definitions.delete(pot, "POT")
    assert pot.count(contacts.questionnaire_lines) == 0


def test_points_are_given_once(pot: Desk) -> None:
    definitions.put_points(pot, "POT", 70, 20, 10)
    definitions.put_points(pot, "POT", 70, 20, -2.5)
    assert [row["points"] for row in pot.rows(contacts.ratings)] == [-2.5]
    assert definitions.remove_points(pot, "POT", 70, 20)
    assert not definitions.remove_points(pot, "POT", 70, 20)
    with pytest.raises(Refused) as raised:
        definitions.put_points(pot, "POT", 10, 20, 1)
    assert raised.value.code == "not-a-rating"


def test_ratings_do_not_build_on_themselves(pot: Desk) -> None:
    definitions.put(pot, "TOP")
    definitions.put_line(pot, "TOP", 1, type="question", auto=True, contact_field="rating")
    definitions.put_line(pot, "TOP", 2, type="answer", **{"from": 1.0})
    definitions.put_points(pot, "TOP", 1, 80, 5, answer_questionnaire="POT")
    for rating, answer, questionnaire in (("POT", 2, "TOP"), ("POT", 90, "POT")):
        with pytest.raises(Refused) as raised:
            definitions.put_points(pot, rating, 70, answer, 5, answer_questionnaire=questionnaire)
        assert raised.value.code == "rating-loop"
        pot.remove(contacts.ratings, pot.rows(contacts.ratings)[-1]["id"])


def test_questionnaires_are_checked(acme: Desk) -> None:
    for code, values in (("", {}), ("Q", {"contact_type": "person"}), ("Q", {"business_relation_code": "PRESS"})):
        with pytest.raises(ParcoursError):
            definitions.put(acme, code, **values)
    definitions.put(acme, "q", description="A")
    assert definitions.put(acme, "Q", priority="high")["description"] == "A"
    with pytest.raises(UnknownNameError):
        structure.get(acme, "QQ")
