"""Business relations, customers and vendors."""

from __future__ import annotations

import pytest

from parcours.contacts.office import Desk
from parcours.contacts.office import setup as settings
from parcours.contacts.people import figures, relations
from parcours.contacts.tables import trade
from parcours.core.errors import InputError, Refused, UnknownNameError


def code(raised: pytest.ExceptionInfo[Refused]) -> str:
    return raised.value.code


def test_a_contact_becomes_a_customer_with_its_company(acme: Desk) -> None:
    settings.put(acme, "relation_codes", {"customer": "CUST"})
    seen: list[tuple[str, str, str]] = []
    hooks = [lambda desk, *what: seen.append(what)]
    made = relations.create_customer(acme, "P1", "cu1", hooks=hooks)
    assert (made["no"], made["name"], made["contact_no"]) == ("CU1", "Acme", "P1")
    assert relations.linked(acme, "customer", "CU1") == "C1"
    with pytest.raises(Refused) as raised:
        relations.create_customer(acme, "C2", "CU1")
    assert code(raised) == "customer-exists"
    with pytest.raises(Refused) as raised:
        relations.create_customer(acme, "C1", "CU2")
    assert code(raised) == "relation-exists"
    assert acme.find(trade.customers, "CU2") is not None  # the operation as a whole is undone by whoever began it
    assert relations.remove(acme, "C1", "CUST", link_to="customer", hooks=hooks)
    assert seen == [("C1", "customer", "CU1"), ("C1", "customer", "")]


def test_a_person_of_no_company_is_a_customer_on_its_own(acme: Desk) -> None:
    settings.put(acme, "relation_codes", {"customer": "CUST", "vendor": "CUST"})
    relations.create_customer(acme, "P3", "CU3")
    assert relations.linked(acme, "customer", "CU3") == "P3"
    relations.create_vendor(acme, "P3", "V3")
    assert figures.of_one(acme, "P3")["business_relation"] == "multiple"
    for person in ("P1", "P3"):
        with pytest.raises(Refused) as raised:
            relations.add(acme, person, "LAW")
        assert code(raised) == "wrong-contact-type"


def test_without_a_code_nothing_is_synchronised(acme: Desk) -> None:
    with pytest.raises(Refused) as raised:
        relations.create_customer(acme, "C1", "CU1")
    assert code(raised) == "relation-code-missing"


def test_links_are_unique(acme: Desk) -> None:
    relations.add(acme, "C1", "LAW")
    with pytest.raises(Refused) as raised:
        relations.add(acme, "C1", "law")
    assert code(raised) == "relation-exists"
    relations.add(acme, "C1", "CUST", link_to="customer", no="CU1")
    with pytest.raises(Refused) as raised:
        relations.add(acme, "C2", "CUST", link_to="customer", no="cu1")
    assert code(raised) == "relation-taken"
    with pytest.raises(InputError, match="both"):
        relations.add(acme, "C2", "CUST", link_to="vendor")
    with pytest.raises(UnknownNameError):
        relations.add(acme, "C2", "PRESS")
    assert not relations.remove(acme, "C2", "CUST")


def test_summaries_are_those_of_the_company(acme: Desk) -> None:
    relations.add(acme, "C1", "CUST", link_to="customer", no="CU1")
    relations.add(acme, "C2", "LAW")
    found = figures.figures(acme).select("no", "business_relation").rows()
    assert dict(found) == {"C1": "customer", "P1": "customer", "C2": "other", "P2": "other", "P3": "none"}
    relations.add(acme, "C1", "LAW")
    assert figures.of_one(acme, "P1")["business_relation"] == "multiple"
