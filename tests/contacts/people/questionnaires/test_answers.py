"""Answers by hand, and the ratings that follow them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from parcours.contacts.office import Desk
from parcours.contacts.people import cards, relations
from parcours.contacts.people.questionnaires import answers, audience, definitions
from parcours.contacts.tables import audit, contacts
from parcours.core.errors import Refused, UnknownNameError


@pytest.fixture
def pot(acme: Desk) -> Desk:
    """POT: size (one answer) and interest (several), and a rating of both from half of the answers on."""
    definitions.put(acme, "POT")
    for line_no, values in {
        10: {"type": "question", "description": "Size"},
        20: {"type": "answer", "description": "Large"},
        30: {"type": "answer", "description": "Small"},
        40: {"type": "question", "description": "Interest", "multiple_answers": True},
        50: {"type": "answer", "description": "Yes"},
        60: {"type": "answer", "description": "No"},
        70: {"type": "question", "auto": True, "contact_field": "rating", "min_pct_answered": 50},
        80: {"type": "answer", "from": 15},
        90: {"type": "answer", "to": 14},
    }.items():
        definitions.put_line(acme, "POT", line_no, **values)
    for answer, points in ((20, 10), (30, 5), (50, 10), (60, -20)):
        definitions.put_points(acme, "POT", 70, answer, points)
    return acme


def given(desk: Desk, contact: str) -> list[int]:
    return sorted(row["line_no"] for row in desk.rows(contacts.profile_answers, contact_no=contact))


def test_answers_are_given_and_taken_and_the_rating_follows(pot: Desk) -> None:
    assert answers.give(pot, "P1", "pot", 20)
    assert given(pot, "P1") == [20, 90]
    assert not answers.give(pot, "P1", "POT", 20)
    answers.give(pot, "P1", "POT", 50)
    assert given(pot, "P1") == [20, 50, 80]
    answers.give(pot, "P1", "POT", 60)
    assert given(pot, "P1") == [20, 50, 60, 90]
    assert given(pot, "P2") == []
    for line_no in (20, 50, 60):
        assert answers.take(pot, "P1", "POT", line_no)
    assert given(pot, "P1") == []
    assert not answers.take(pot, "P1", "POT", 20)


def test_answers_carry_company_day_and_share(pot: Desk) -> None:
    answers.give(pot, "P1", "POT", 20)
    rows = answers.of_contact(pot, "P1")
    assert tuple(rows[0][name] for name in ("question", "answer", "company_no", "updated_on")) == (
        "Size", "Large", "C1", pot.today,
    )  # fmt: skip
    assert [row["share_answered"] for row in rows] == [0, 50]
    pot.finish()
    assert ("profile", "P1") in {(row.kind, row.key) for row in pot.con.execute(select(audit.outbox))}


def test_what_is_refused(pot: Desk) -> None:
    answers.give(pot, "P1", "POT", 20)
    cards.create(pot, no="K", type="person", minor=True)
    for contact, line_no, code in (
        ("P1", 30, "single-answer-only"), ("P1", 80, "question-auto-classified"), ("P1", 40, "not-an-answer"),
        ("K", 20, "minor-without-consent"),
    ):  # fmt: skip
        with pytest.raises(Refused) as raised:
            answers.give(pot, contact, "POT", line_no)
        assert raised.value.code == code
    with pytest.raises(Refused):
        answers.take(pot, "P1", "POT", 90)
    with pytest.raises(UnknownNameError):
        answers.give(pot, "P1", "PTO", 20)
    cards.change(pot, "K", parental_consent=True)
    assert answers.give(pot, "K", "POT", 20)


def test_a_rating_of_another_questionnaire_follows_through_ratings(pot: Desk) -> None:
    definitions.put(pot, "TOP", contact_type="people")
    definitions.put_line(pot, "TOP", 1, type="question", auto=True, contact_field="rating", min_pct_answered=1)
    definitions.put_line(pot, "TOP", 2, type="answer", **{"from": 7.0})
    definitions.put_points(pot, "TOP", 1, 80, 7, answer_questionnaire="POT")
    for line_no in (20, 50):
        answers.give(pot, "P1", "POT", line_no)
        answers.give(pot, "C1", "POT", line_no)
    assert given(pot, "P1") == [2, 20, 50, 80]
    assert given(pot, "C1") == [20, 50, 80]
    answers.take(pot, "P1", "POT", 50)
    assert given(pot, "P1") == [20, 90]


def test_a_sheet_shows_what_a_contact_has_chosen(pot: Desk) -> None:
    for line_no in (20, 50, 60):
        answers.give(pot, "P1", "POT", line_no)
    assert [one.chosen for one in answers.sheet(pot, "P1", "POT")] == [(20,), (50, 60), (90,)]


def test_questionnaires_are_offered_by_type_and_relation(acme: Desk) -> None:
    definitions.put(acme, "ALL", priority="low")
    definitions.put(acme, "COMP", contact_type="companies")
    definitions.put(acme, "PEOPLE", contact_type="people", priority="high")
    definitions.put(acme, "LAWYERS", business_relation_code="LAW")
    relations.add(acme, "C1", "LAW")
    found = {no: [head["code"] for head in audience.offered(acme, no)] for no in ("C1", "P1", "P3")}
    assert found == {"C1": ["COMP", "LAWYERS", "ALL"], "P1": ["PEOPLE", "LAWYERS", "ALL"], "P3": ["PEOPLE", "ALL"]}
