"""Who matches: section 7, rule by rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import pytest

from parcours.contacts.office import Days, Desk, Office
from parcours.contacts.selection import match
from parcours.core.errors import DefinitionError, Refused
from tests.contacts.selection.world import codes, company, fill, person

WORLD: Mapping[str, Any] = {
    "contacts": [
        company("C1", territory_code="N"),
        person("P1", "C1", territory_code="N"),
        person("P2", "C1"),
        company("C2"),
        person("P3", "C2"),
        person("A1", territory_code="N"),
    ],
    "mailing_groups": [*codes("P1", "GIFT", "MOVE"), *codes("P3", "GIFT"), *codes("C2", "MOVE")],
    "job_responsibilities": codes("P1", "CEO"),
    "industry_groups": codes("C1", "RETAIL"),
    "business_relations": [
        {"contact_no": "C1", "code": "CUST", "link_to": "customer", "no": "K1"},
        {"contact_no": "C1", "code": "PRESS", "link_to": "", "no": ""},
        {"contact_no": "C2", "code": "VEND", "link_to": "vendor", "no": "K1"},
    ],
    "profile_answers": [
        {"contact_no": "P2", "company_no": "C1", "questionnaire_code": "Q", "line_no": 20000},
        {"contact_no": "P3", "company_no": "C2", "questionnaire_code": "Q", "line_no": 30000},
    ],
    "interactions": [
        {"contact_no": "P1", "company_no": "C1", "template_code": "CALL", "date": date(2026, 2, 1)},
        {"contact_no": "P2", "company_no": "C1", "template_code": "CALL", "date": date(2026, 2, 1), "canceled": True},
        {"contact_no": "C1", "company_no": "C1", "template_code": "CALL", "date": None, "postponed": True},
        {"contact_no": "P3", "company_no": "C1", "template_code": "CALL", "date": date(2026, 2, 1)},
        {"contact_no": "A1", "company_no": "", "template_code": "MAIL", "date": date(2026, 3, 1), "cost": 12.5},
        {"contact_no": "", "company_no": "C1", "template_code": "CALL", "date": date(2026, 2, 1)},
    ],
    "item_entries": [
        {"source_type": "customer", "source_no": "K1", "item_no": "CHAIR", "document_no": "D1"},
        {"source_type": "customer", "source_no": "K1", "item_no": "DESK", "document_no": "D2"},
        {"source_type": "vendor", "source_no": "K1", "item_no": "LAMP", "document_no": "D1"},
    ],
    "document_contacts": [
        {"document_type": "sales_invoice", "document_no": "D1", "contact_no": "P1", "role": "sell_to"},
        {"document_type": "sales_invoice", "document_no": "D2", "contact_no": "P2", "role": "bill_to"},
        {"document_type": "purchase_invoice", "document_no": "D1", "contact_no": "P3", "role": "pay_to"},
    ],
}


@pytest.fixture
def filled(office: Office, days: Days) -> Office:
    with office.change("load", days) as desk:
        fill(desk, WORLD)
    return office


def found(office: Office, days: Days, filters: Mapping[str, Any], reference: bool = False, **options: Any) -> str:
    with office.change("select", days, reference=reference, trial=True) as desk:
        return " ".join(sorted(match(desk, filters, **options)))


EVERYBODY = "A1 C1 C2 P1 P2 P3"
CASES: list[tuple[Mapping[str, Any], str]] = [
    ({}, EVERYBODY),
    ({"contact": {}, "mailing_group": {"code": " "}}, EVERYBODY),
    ({"contact": {"no": "c1|P1"}}, "C1 P1"),
    ({"contact": {"type": "person", "territory_code": "N"}}, "A1 P1"),
    ({"contact": {"territory": "''"}}, "C2 P2 P3"),
    ({"contact": {"no": "ZZZ"}}, ""),
    ({"mailing_group": {"code": "GIFT|MOVE"}}, "C2 P1 P3"),
    ({"mailing_group": {"code": "GIFT&MOVE"}}, ""),
    ({"mailing_group": {"code": "<>GIFT"}}, "C2 P1"),
    ({"mailing_group": {"code": "GIFT"}, "job_responsibility": {"code": "CEO"}}, "P1"),
    ({"industry_group": {"code": "RETAIL"}}, "C1 P1 P2"),
    ({"business_relation": {"code": "PRESS|VEND"}}, "C1 C2 P1 P2 P3"),
    ({"business_relation": {"link_to": "''"}}, "C1 P1 P2"),
    ({"profile_answer": {"questionnaire": "Q", "line_no": "20000"}}, "P2"),
    ({"profile_answer": {"questionnaire_code": "Q", "line_no": ">20000"}}, "P3"),
    ({"interaction": {"template": "CALL"}}, "P1"),
    ({"interaction": {"template": "CALL", "canceled": "yes"}}, "P2"),
    ({"interaction": {"template": "CALL", "canceled": "yes|no"}}, "P1 P2"),
    ({"interaction": {"template": "CALL", "postponed": "yes"}}, "C1"),
    ({"interaction": {"template": "CALL", "date": "2026-02-02.."}}, ""),
    ({"interaction": {"date": "month"}}, "A1"),
    ({"interaction": {"cost": "12.5"}}, "A1"),
    ({"interaction": {"entry_no": "1|5"}}, "A1 P1"),
    ({"item_entry": {"item_no": "CHAIR"}}, "C1 P1"),
    ({"item_entry": {"item_no": "DESK|CHAIR"}}, "C1 P1 P2"),
    ({"item_entry": {"item_no": "LAMP"}}, "C2 P3"),
    ({"item_entry": {"item_no": "CHAIR"}, "business_relation": {"code": "PRESS"}}, ""),
    ({"any_of": [{"contact": {"no": "A1"}}, {"mailing_group": {"code": "MOVE"}}]}, "A1 C2 P1"),
    ({"none_of": [{"mailing_group": {"code": "MOVE"}}, {"contact": {"no": "A1"}}]}, "C1 P2 P3"),
    ({"any_of": [{}], "none_of": [{}]}, EVERYBODY),
    ({"contact": {"type": "person"}, "none_of": [{"any_of": [{"item_entry": {"item_no": "*"}}]}]}, "A1"),
]


@pytest.mark.parametrize(("filters", "expected"), CASES)
def test_who_matches(filled: Office, days: Days, filters: Mapping[str, Any], expected: str) -> None:
    assert found(filled, days, filters) == expected


def test_in_the_reference_canceled_and_postponed_interactions_match(filled: Office, days: Days) -> None:
    assert found(filled, days, {"interaction": {"template": "CALL"}}, reference=True) == "C1 P1 P2"
    assert found(filled, days, {"interaction": {"template": "CALL", "canceled": "no"}}, reference=True) == "C1 P1"


@pytest.mark.parametrize("cost", ["0.1", "0.7", "12.34", "1.1", "-0.3"])
def test_amounts_are_equal_to_what_was_written(office: Office, days: Days, cost: str) -> None:
    with office.change("load", days) as desk:
        fill(desk, {"contacts": [person("P1")], "interactions": [{"contact_no": "P1", "cost": float(cost)}]})
        assert list(match(desk, {"interaction": {"cost": cost}})) == ["P1"]
        assert list(match(desk, {"interaction": {"cost": f"{cost}..{cost}"}})) == ["P1"]


def test_without_documents_all_persons_of_the_buying_company_match(filled: Office, days: Days) -> None:
    assert found(filled, days, {"item_entry": {"item_no": "CHAIR"}}, documents=False) == "C1 P1 P2"


def test_in_the_reference_the_last_relation_decides_on_persons(filled: Office, days: Days) -> None:
    more = {
        "business_relations": [{"contact_no": "C1", "code": "A", "link_to": "customer", "no": "K0"}],
        "item_entries": [{"source_type": "customer", "source_no": "K0", "item_no": "CHAIR", "document_no": "D2"}],
    }
    with filled.change("load", days) as desk:
        fill(desk, more)
    assert found(filled, days, {"item_entry": {"item_no": "CHAIR"}}) == "C1 P1 P2"
    assert found(filled, days, {"item_entry": {"item_no": "CHAIR"}}, reference=True) == "C1 P1"


def test_candidates_narrow_and_unknown_ones_are_passed_over(filled: Office, days: Days) -> None:
    assert found(filled, days, {"contact": {"type": "person"}}, candidates=["P1", "C1", "P1", "", "GONE"]) == "P1"


def test_a_rule_is_asked_of_whoever_can_tell(filled: Office, days: Days) -> None:
    def rules(rule: Any) -> pl.Series:
        return pl.Series([rule["segment"], "nobody"])

    filters = {"contact": {"type": "person"}, "rule": {"segment": "P1"}}
    assert found(filled, days, filters, rules=rules) == "P1"
    assert found(filled, days, {"none_of": [filters]}, rules=rules) == "A1 C1 C2 P2 P3"
    with pytest.raises(Refused, match="nobody here can tell") as raised:
        found(filled, days, filters)
    assert raised.value.code == "no-rules"


def test_broken_filters_are_refused(filled: Office, days: Days) -> None:
    with pytest.raises(DefinitionError):
        found(filled, days, {"contact": {"no": "("}})


def test_tokens_are_those_of_the_user(filled: Office, days: Days) -> None:
    from parcours.contacts.office import Person

    with filled.change("select", days, Person("p1"), trial=True) as desk:
        assert list(match(desk, {"contact": {"no": "%me"}})) == ["P1"]


def who(desk: Desk) -> list[str]:
    return sorted(match(desk, {"mailing_group": {"code": "NEW"}}))


def test_own_changes_are_seen_and_roll_backs_leave_nothing(filled: Office, days: Days) -> None:
    with filled.change("try", days, trial=True) as desk:
        assert who(desk) == []
        fill(desk, {"mailing_groups": codes("P2", "NEW")})
        assert who(desk) == ["P2"]
    with filled.look(days) as desk:
        assert who(desk) == []
    with filled.change("do", days) as desk:
        fill(desk, {"mailing_groups": codes("P3", "NEW")})
    with filled.look(days) as desk:
        assert who(desk) == ["P3"]
