"""A small office: two companies with their people, salespeople and codes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from parcours.contacts.office import Days, Desk, Office, Person, series
from parcours.contacts.people import attributes, cards, salespeople

CODES = {
    "mailing_group": ("GIFT", "MOVE"),
    "industry_group": ("RETAIL",),
    "job_responsibility": ("PURCHASE",),
    "business_relation": ("CUST", "LAW"),
    "web_source": ("NEWS",),
}


@pytest.fixture
def desk(office: Office, days: Days) -> Iterator[Desk]:
    with office.change("test", days, Person("ann")) as desk:
        series.put_series(desk, "CONT", "CT0001")
        for code, name in (("SP1", "Ann"), ("SP2", "Bo")):
            salespeople.put(desk, code, name=name)
        for kind, codes in CODES.items():
            for code in codes:
                attributes.put_code(desk, kind, code)
        yield desk


@pytest.fixture
def acme(desk: Desk) -> Desk:
    """C1 Acme with P1 Ann Lee, C2 Beta with P2, and P3 without company."""
    cards.create(desk, no="C1", name="Acme", salesperson_code="SP1", city="Lyon", email="info@acme.example")
    cards.create(desk, no="C2", name="Beta", salesperson_code="SP2", city="Nice")
    cards.create(desk, no="P1", type="person", name="Ann Lee", company_no="C1")
    cards.create(desk, no="P2", type="person", name="Bo Ray", company_no="C2")
    cards.create(desk, no="P3", type="person", name="Cy")
    return desk
