"""The price of a sales line (contact-segments.md, section 18)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from parcours.contacts.campaigns import cards, prices, targets
from parcours.contacts.office import Days, Desk, Office
from parcours.contacts.people.loading import load
from parcours.core.errors import InputError, UnknownNameError
from tests.contacts.stock import stock

DAY = date(2026, 3, 11)


def shop(desk: Desk) -> None:
    stock(desk)
    load(desk, "items", [{"no": "CHAIR", "unit_price": 100.0}])
    cards.change(desk, "CP1", starting_date=date(2026, 3, 1), ending_date=date(2026, 3, 31))
    prices.put_price(desk, "CP1", "chair", 80.5, min_qty=5)
    prices.put_discount(desk, "CP1", "CHAIR", 10, min_qty=10)


def active(desk: Desk, *rows: tuple[str, str]) -> None:
    load(desk, "campaign_targets", [{"campaign_no": "CP1", "kind": kind, "no": no} for kind, no in rows])
    desk.change(targets.CAMPAIGNS, "CP1", active=True)


def price(desk: Desk, quantity: float, customer: str = "CU1", day: date = DAY, **more: Any) -> tuple[float, float]:
    found = prices.price_line(desk, customer, "CHAIR", quantity, day, **more)
    return found.unit_price, found.discount_pct


def test_only_targets_of_active_campaigns_get_them(office: Office, days: Days) -> None:
    with office.change("sell", days) as desk:
        shop(desk)
        assert price(desk, 10) == (100, 0)
        active(desk, ("customer", "CU1"))
        assert price(desk, 4) == (100, 0)
        assert price(desk, 5) == (80.5, 0)
        assert price(desk, 10) == (80.5, 10)
        assert price(desk, 10, "CU3") == (100, 0)


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-02-28", 100), ("2026-03-01", 80.5), ("2026-03-31", 80.5), ("2026-04-01", 100)],
)
def test_both_ends_are_included(office: Office, days: Days, day: str, expected: float) -> None:
    with office.change("sell", days) as desk:
        shop(desk)
        active(desk, ("customer", "CU1"))
        assert price(desk, 5, day=date.fromisoformat(day))[0] == expected
        cards.change(desk, "CP1", starting_date=None, ending_date=None)
        assert price(desk, 5, day=date.fromisoformat(day))[0] == 80.5


def test_the_lowest_special_price_and_the_highest_discount(office: Office, days: Days) -> None:
    with office.change("sell", days) as desk:
        shop(desk)
        active(desk, ("customer", "CU1"))
        load(desk, "customers", [{"no": "CU1", "price_group": "VIP"}])
        load(desk, "sales_prices", [
            {"for_kind": "all", "item_no": "CHAIR", "unit_price": 120.0},
            {"for_kind": "customer", "for_no": "CU3", "item_no": "CHAIR", "unit_price": 10.0},
            {"for_kind": "price_group", "for_no": "VIP", "item_no": "CHAIR", "unit_price": 70.0, "min_qty": 20.0},
        ])  # fmt: skip
        load(desk, "sales_discounts", [
            {"for_kind": "customer", "for_no": "CU1", "item_no": "CHAIR", "discount_pct": 12.0, "ending_date": DAY},
        ])  # fmt: skip
        assert price(desk, 1) == (120, 12)
        assert price(desk, 5) == (80.5, 12)
        assert price(desk, 20) == (70, 12)
        assert price(desk, 20, day=date(2026, 3, 12)) == (70, 10)
        assert price(desk, 20, "CU3") == (10, 0)


def test_a_quote_goes_by_the_company_of_its_contact(office: Office, days: Days) -> None:
    with office.change("sell", days) as desk:
        shop(desk)
        active(desk, ("contact", "C2"))
        assert price(desk, 5, "", contact="P2") == (80.5, 0)
        assert price(desk, 5, "", contact="P1") == (100, 0)
        assert price(desk, 5, "CU1", contact="P2") == (80.5, 0)


def test_a_campaign_named_on_the_document(office: Office, days: Days) -> None:
    with office.change("sell", days) as desk:
        shop(desk)
        assert price(desk, 5, "CU3", campaign="CP1") == (100, 0)
        active(desk, ("customer", "CU1"))
        assert price(desk, 5, "CU3", campaign="CP1") == (80.5, 0)
        assert price(desk, 5, "CU1", campaign="CP2") == (100, 0)
        with pytest.raises(UnknownNameError):
            price(desk, 5, campaign="CP7")


def test_prices_are_checked_and_changed_in_place(office: Office, days: Days) -> None:
    with office.change("sell", days) as desk:
        shop(desk)
        prices.put_price(desk, "CP1", "CHAIR", 75, min_qty=5)
        assert [row["unit_price"] for row in desk.rows(prices.PRICES)] == [75]
        for wrong in ({"unit_price": -1}, {"unit_price": 1, "min_qty": -1}):
            with pytest.raises(InputError):
                prices.put_price(desk, "CP1", "CHAIR", **wrong)
        with pytest.raises(InputError, match="more than all"):
            prices.put_discount(desk, "CP1", "CHAIR", 101)
        with pytest.raises(UnknownNameError, match="SOFA"):
            prices.put_price(desk, "CP1", "SOFA", 1)
        prices.remove_price(desk, 1)
        assert desk.count(prices.PRICES) == 0
