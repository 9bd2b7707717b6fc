"""The price of a sales line against the rule in plain Python (contact-segments.md, section 18)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcours.contacts.campaigns import prices
from parcours.contacts.office import Days, Office
from parcours.contacts.people.loading import load
from tests.contacts.stock import stock

DAY = date(2026, 3, 11)
ENDS = st.none() | st.integers(-2, 2).map(lambda shift: DAY + timedelta(shift))
MONEY = st.integers(0, 20).map(float)
SPECIAL = st.fixed_dictionaries(
    {
        "for_kind": st.sampled_from(["all", "customer", "price_group"]),
        "for_no": st.sampled_from(["CU1", "CU3", "VIP", ""]),
        "item_no": st.sampled_from(["CHAIR", "CHAIR", "SOFA"]),
        "unit": st.sampled_from(["", "BOX"]),
        "min_qty": st.sampled_from([0.0, 5.0, 5.5]),
        "unit_price": MONEY,
        "starting_date": ENDS,
        "ending_date": ENDS,
    }
)
OF_CAMPAIGN = st.fixed_dictionaries(
    {
        "campaign_no": st.sampled_from(["CP1", "CP2"]),
        "item_no": st.sampled_from(["CHAIR", "SOFA"]),
        "unit": st.sampled_from(["", "BOX"]),
        "min_qty": st.sampled_from([0.0, 5.0, 5.5]),
        "unit_price": MONEY,
    }
)
SALE = st.fixed_dictionaries(
    {
        "customer": st.sampled_from(["CU1", "CU3", ""]),
        "contact": st.sampled_from(["", "C1", "P1", "C2", "P9"]),
        "unit": st.sampled_from(["", "BOX", "PCS"]),
        "quantity": st.sampled_from([1.0, 5.0, 6.0]),
    }
)
COMPANY = {"C1": "C1", "P1": "C1", "C2": "C2", "P9": "P9"}


def holds(row: dict[str, Any]) -> bool:
    return (row["starting_date"] or DAY) <= DAY <= (row["ending_date"] or DAY)


def fits(row: dict[str, Any], sale: dict[str, Any]) -> bool:
    return row["item_no"] == "CHAIR" and row["unit"] in ("", sale["unit"]) and row["min_qty"] <= sale["quantity"]


def best(
    specials: list[dict[str, Any]],
    offers: list[dict[str, Any]],
    dates: dict[str, dict[str, Any]],
    groups: set[tuple[str, str, str]],
    sale: dict[str, Any],
) -> float:
    whom = {("all", no) for no in ("CU1", "CU3", "VIP", "")}
    if sale["customer"]:
        whom.add(("customer", sale["customer"]))
    if sale["customer"] == "CU1":
        whom.add(("price_group", "VIP"))
    active = {campaign for campaign, kind, no in groups if (kind, no) == ("customer", sale["customer"])}
    if not active and sale["contact"]:
        active = {campaign for campaign, kind, no in groups if (kind, no) == ("contact", COMPANY[sale["contact"]])}
    found = [row["unit_price"] for row in specials if (row["for_kind"], row["for_no"]) in whom and holds(row)
             and fits(row, sale)]  # fmt: skip
    found += [row["unit_price"] for row in offers if row["campaign_no"] in active and holds(dates[row["campaign_no"]])
              and fits(row, sale)]  # fmt: skip
    return min(found, default=100.0)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    specials=st.lists(SPECIAL, max_size=5),
    offers=st.lists(OF_CAMPAIGN, max_size=5),
    dates=st.fixed_dictionaries(
        {no: st.fixed_dictionaries({"starting_date": ENDS, "ending_date": ENDS}) for no in ("CP1", "CP2")}
    ),
    groups=st.sets(
        st.tuples(
            st.sampled_from(["CP1", "CP2"]),
            st.sampled_from(["customer", "contact"]),
            st.sampled_from(["CU1", "C2", "P9"]),
        ),
        max_size=4,
    ),
    sale=SALE,
)
def test_the_lowest_price_that_applies(
    office: Office,
    days: Days,
    specials: list[dict[str, Any]],
    offers: list[dict[str, Any]],
    dates: dict[str, dict[str, Any]],
    groups: set[tuple[str, str, str]],
    sale: dict[str, Any],
) -> None:
    with office.change("sell", days, trial=True) as desk:
        stock(desk)
        load(desk, "items", [{"no": "CHAIR", "unit_price": 100.0}])
        load(desk, "customers", [{"no": "CU1", "price_group": "VIP"}, {"no": "CU3"}])
        for table, rows in (("sales_prices", specials), ("campaign_prices", offers)):
            if rows:
                load(desk, table, rows)
        for no, ends in dates.items():
            desk.change(prices.CAMPAIGNS, no, active=True, **ends)
        for campaign, kind, no in groups:
            desk.add(prices.TARGETS, campaign_no=campaign, kind=kind, no=no)
        found = prices.price_line(desk, item="CHAIR", day=DAY, **sale)
        assert found.unit_price == best(specials, offers, dates, groups, sale)
