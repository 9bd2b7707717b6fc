"""Automatic classification: sources, methods, rounding, whom answers go to."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from parcours.contacts.office import Desk
from parcours.contacts.people import cards, loading, relations
from parcours.contacts.people.questionnaires import classification, definitions
from parcours.contacts.tables import contacts, trade
from parcours.core.errors import Refused

FULL = {"auto": True, "method": "defined_value", "start": "-1Y", "end": "0D"}


@pytest.fixture
def trading(acme: Desk) -> Desk:
    """C1 and C2 are customers and vendors; so is P3 on its own."""
    for contact, no in (("C1", "CU1"), ("C2", "CU2"), ("P3", "CU3")):
        relations.add(acme, contact, "CUST", link_to="customer", no=no)
    relations.add(acme, "C1", "CUST", link_to="vendor", no="V1")
    return acme


def ask(desk: Desk, answers: dict[int, tuple[float, float]], contact_type: str = "", **question: Any) -> None:
    """A questionnaire Q with one question, line 1."""
    definitions.put(desk, "Q", contact_type=contact_type)
    definitions.put_line(desk, "Q", 1, type="question", **{**FULL, **question})
    for line_no, (low, high) in answers.items():
        definitions.put_line(desk, "Q", line_no, type="answer", **{"from": low, "to": high})


def post(desk: Desk, no: str, amount: float, day: str = "2026-03-01", party: str = "customer", **values: Any) -> None:
    desk.add(trade.ledger_entries, party=party, no=no, posting_date=date.fromisoformat(day), amount=amount,
             **{"document_type": "invoice", **values})  # fmt: skip


def found(desk: Desk) -> dict[str, list[int]]:
    given: dict[str, list[int]] = {}
    for row in desk.rows(contacts.profile_answers, questionnaire_code="Q", order=(contacts.profile_answers.c.line_no,)):
        given.setdefault(row["contact_no"], []).append(row["line_no"])
    return given


def test_answers_fit_between_their_ends_and_go_to_the_persons_too(trading: Desk) -> None:
    ask(trading, {2: (100, 0), 3: (50, 100), 4: (0, 49), 5: (0, 0)}, customer_field="sales")
    post(trading, "CU1", 100)
    post(trading, "CU2", 60)
    post(trading, "CU2", -10, document_type="credit_memo")
    post(trading, "CU2", -60, document_type="payment")
    assert classification.classify(trading, ["q"]) == 5
    assert found(trading) == {"C1": [2, 3], "P1": [2, 3], "C2": [3], "P2": [3], "P3": [4]}


def test_only_what_changed_is_written_again(trading: Desk) -> None:
    ask(trading, {2: (100, 0), 4: (0, 99)}, customer_field="sales")
    classification.classify(trading, ["Q"])
    before = {row["contact_no"]: row["id"] for row in trading.rows(contacts.profile_answers)}
    post(trading, "CU1", 100)
    assert classification.classify(trading, ["Q"]) == 2
    assert found(trading)["C1"] == found(trading)["P1"] == [2]
    assert {row["contact_no"]: row["id"] for row in trading.rows(contacts.profile_answers)}["C2"] == before["C2"]


@pytest.mark.parametrize(("contact_type", "who"), [("companies", ["C1", "C2"]), ("people", ["P1", "P2", "P3"])])
def test_whom_the_questionnaire_is_for(trading: Desk, contact_type: str, who: list[str]) -> None:
    ask(trading, {2: (0, 10)}, contact_type, customer_field="sales")
    classification.classify(trading, ["Q"])
    assert sorted(found(trading)) == who


def test_a_relation_narrows_it(trading: Desk) -> None:
    relations.add(trading, "C2", "LAW")
    ask(trading, {2: (0, 10)}, customer_field="sales")
    definitions.put(trading, "Q", business_relation_code="LAW")
    classification.classify(trading, ["Q"])
    assert sorted(found(trading)) == ["C2", "P2"]


def test_the_period_is_counted_from_the_day(trading: Desk) -> None:
    ask(trading, {2: (10, 0)}, customer_field="sales", start="-1M", end="0D")
    post(trading, "CU1", 10, "2026-03-11")
    post(trading, "CU2", 10, "2026-02-10")
    classification.classify(trading, ["Q"])
    assert sorted(found(trading)) == ["C1", "P1"]
    classification.classify(trading, ["Q"], date(2026, 3, 10))
    assert sorted(found(trading)) == ["C2", "P2"]


def value(desk: Desk, low: float, high: float, contact: str = "C1", **question: Any) -> bool:
    """Whether the value lies between."""
    ask(desk, {2: (low, high)}, **question)
    classification.classify(desk, ["Q"])
    return contact in found(desk)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("profit", 30), ("invoices_per_year", 2), ("average_invoice", 100), ("discount_pct", 25),
        ("average_days_overdue", 5), ("sales", 200),
    ],
)  # fmt: skip
def test_values_of_customers(trading: Desk, field: str, expected: float) -> None:
    post(trading, "CU1", 150, profit=20, discount=50, list_amount=200, days_overdue=10)
    post(trading, "CU1", 50, profit=10, discount=0, list_amount=0)
    post(trading, "CU1", -200, document_type="payment")
    question = {"customer_field": field, "start": "-365D+1D", "decimals": 3}
    assert value(trading, expected - 0.001, expected + 0.001, **question)
    assert not value(trading, expected + 0.001, 0, **question)


def test_values_of_vendors(trading: Desk) -> None:
    post(trading, "V1", 40, party="vendor")
    assert value(trading, 40, 40, "P1", vendor_field="purchases")
    assert sorted(found(trading)) == ["C1", "P1"]


@pytest.mark.parametrize(
    ("field", "person", "company"),
    [
        ("number_of_interactions", 1, 2), ("interactions_per_year", 1, 2), ("average_cost", 4, 3),
        ("average_duration", 10, 8), ("opportunities_won_pct", 0, 50),
    ],
)  # fmt: skip
def test_values_of_contacts(acme: Desk, field: str, person: float, company: float) -> None:
    loading.load(acme, "interactions", [
        {"contact_no": "P1", "company_no": "C1", "date": acme.today, "cost": 4.0, "duration": 10},
        {"contact_no": "C1", "company_no": "C1", "date": acme.today, "cost": 2.0, "duration": 6},
        {"contact_no": "C1", "company_no": "C1", "date": acme.today, "cost": 99.0, "duration": 9, "canceled": True},
        {"contact_no": "C1", "company_no": "C1", "date": date(2025, 1, 1), "cost": 99.0, "duration": 9},
    ])  # fmt: skip
    loading.load(acme, "opportunities", [
        {"no": "O1", "contact_no": "C1", "contact_company": "C1", "status": "won", "date_closed": acme.today},
        {"no": "O2", "contact_no": "P1", "contact_company": "C1", "status": "lost", "date_closed": acme.today},
        {"no": "O3", "contact_no": "P1", "contact_company": "C1", "status": "in_progress"},
    ])  # fmt: skip
    question = {"contact_field": field, "start": "-365D+1D", "decimals": 3}
    for contact, expected in (("P1", person), ("C1", company)):
        assert value(acme, expected - 0.0005, expected + 0.0005, contact, **question), contact
    assert "C2" not in found(acme)


def test_shares_of_the_total(trading: Desk) -> None:
    ask(trading, {2: (33.4, 0), 3: (33.3, 33.3)}, customer_field="sales", method="percentage_of_value", decimals=1)
    for no in ("CU1", "CU2", "CU3"):
        post(trading, no, 7)
    classification.classify(trading, ["Q"])
    assert set(map(tuple, found(trading).values())) == {(3,)}


def test_ranks_among_the_contacts(trading: Desk) -> None:
    question = {"customer_field": "sales", "method": "percentage_of_contacts"}
    ask(trading, {2: (1, 33), 3: (34, 67), 4: (68, 100)}, "companies", **question)
    cards.create(trading, no="C3", name="Gamma")
    relations.add(trading, "C3", "CUST", link_to="customer", no="CU9")
    relations.remove(trading, "P3", "CUST", link_to="customer")
    for no, amount in (("CU1", 1), ("CU2", 9), ("CU9", 5)):
        post(trading, no, amount)
    classification.classify(trading, ["Q"])
    assert found(trading) == {"C2": [2], "C3": [3], "C1": [4]}
    ask(trading, {}, "companies", sorting="ascending", **question)
    classification.classify(trading, ["Q"])
    assert found(trading) == {"C1": [2], "C3": [3], "C2": [4]}


@pytest.mark.parametrize(
    ("amount", "decimals", "fits"), [(2.5, 0, 3), (2.675, 2, 2.68), (-2.5, 0, -3), (1.0000004, 6, 1)]
)
def test_values_are_rounded_half_away_from_zero(trading: Desk, amount: float, decimals: int, fits: float) -> None:
    post(trading, "CU1", amount)
    assert value(trading, fits, fits, customer_field="sales", decimals=decimals)


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"start": ""}, "dates-required"), ({"end": ""}, "dates-required"), ({"start": "1D"}, "dates"),
        ({"method": ""}, "method-required"), ({"customer_field": ""}, "source-required"),
        ({"method": "percentage_of_value", "sorting": ""}, "sorting-required"),
    ],
)  # fmt: skip
def test_what_cannot_be_worked_out_is_refused(trading: Desk, values: dict[str, Any], code: str) -> None:
    ask(trading, {2: (0, 10)}, **{"customer_field": "sales", **values})
    with pytest.raises(Refused) as raised:
        classification.classify(trading, ["Q"])
    assert raised.value.code == f"classification-{code}"


def test_ratings_follow_what_was_classified(trading: Desk) -> None:
    ask(trading, {2: (100, 0), 3: (0, 99)}, customer_field="sales")
    definitions.put(trading, "R", contact_type="companies")
    definitions.put_line(trading, "R", 1, type="question", auto=True, contact_field="rating", min_pct_answered=100)
    definitions.put_line(trading, "R", 2, type="answer", **{"from": 5.0})
    definitions.put_line(trading, "R", 3, type="answer", **{"to": 4.0})
    definitions.put_points(trading, "R", 1, 2, 5, answer_questionnaire="Q")
    definitions.put_points(trading, "R", 1, 3, 1, answer_questionnaire="Q")
    post(trading, "CU1", 100)
    classification.classify(trading, ["Q"])
    rows = trading.rows(contacts.profile_answers, questionnaire_code="R")
    rated = {row["contact_no"]: row["line_no"] for row in rows}
    assert rated == {"C1": 2, "C2": 3}
    cards.create(trading, no="C9", name="New")
    assert classification.classify(trading, ["R"]) == 0
