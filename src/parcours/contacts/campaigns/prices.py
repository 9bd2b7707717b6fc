"""Prices and discounts of campaigns, and the price of a sales line found through them (section 18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, Table, and_, func, or_, select

from parcours.contacts.campaigns import cards
from parcours.contacts.interactions.values import code
from parcours.contacts.office.desk import Desk, Row
from parcours.contacts.people import finding
from parcours.contacts.tables import campaigns, trade
from parcours.core.errors import InputError

CAMPAIGNS = campaigns.campaigns
TARGETS = campaigns.campaign_targets
PRICES = campaigns.campaign_prices
DISCOUNTS = campaigns.campaign_discounts


@dataclass(frozen=True, slots=True)
class LinePrice:
    """What one unit costs on a sales line, and the discount on the line in percent."""

    unit_price: float
    discount_pct: float


def put_price(desk: Desk, campaign: str, item: str, unit_price: float, *, unit: str = "", min_qty: float = 0.0) -> Row:
    """Set the price of an item in a campaign, from a quantity on; it holds within the dates of the campaign.

    Raises:
        UnknownNameError: there is no such campaign or item.
        InputError: ``bad-value``, price or quantity is negative.
    """
    _not_negative(unit_price=unit_price, min_qty=min_qty)
    return _put(desk, PRICES, campaign, item, unit, min_qty, unit_price=unit_price)


def put_discount(
    desk: Desk, campaign: str, item: str, discount_pct: float, *, unit: str = "", min_qty: float = 0.0
) -> Row:
    """Set the line discount on an item in a campaign, from a quantity on; it holds within the dates of the campaign.

    Raises:
        UnknownNameError: there is no such campaign or item.
        InputError: ``bad-value``, the discount is not between 0 and 100, or the quantity is negative.
    """
    _not_negative(discount_pct=discount_pct, min_qty=min_qty)
    if discount_pct > 100:
        raise InputError(f"a discount of {discount_pct} % is more than all", code="bad-value", where="discount_pct")
    return _put(desk, DISCOUNTS, campaign, item, unit, min_qty, discount_pct=discount_pct)


def remove_price(desk: Desk, id: int) -> None:
    """Remove a campaign price; when it is not there, nothing happens."""
    _remove(desk, PRICES, id)


def remove_discount(desk: Desk, id: int) -> None:
    """Remove a campaign discount; when it is not there, nothing happens."""
    _remove(desk, DISCOUNTS, id)


def price_line(
    desk: Desk,
    customer: str,
    item: str,
    quantity: float,
    day: date,
    *,
    contact: str = "",
    unit: str = "",
    campaign: str = "",
) -> LinePrice:
    """Price one sales line.

    Special prices are those for the customer, its price group, all customers, and the campaigns in whose target groups
    the customer stands; if it stands in none, those of the contact's company. The lowest that applies counts, and the
    list price only where none does. The highest discount that applies is found separately.

    Args:
        desk: where.
        customer: bill-to customer; blank on quotes for contacts.
        item: what is sold.
        quantity: of it.
        day: the date of the document.
        contact: bill-to contact.
        unit: unit of measure; special prices without a unit apply to each.
        campaign: named on the document: it alone is looked at, if it is active.

    Raises:
        UnknownNameError: there is no such item or campaign.
    """
    row = desk.get(trade.items, item, "an item")
    looked_at = _named(desk, campaign) if campaign else _campaigns_of(desk, customer, contact)
    applies = (item, unit, quantity, day)
    found = (
        _special(desk, trade.sales_prices, func.min(trade.sales_prices.c.unit_price), customer, *applies),
        _of_campaigns(desk, PRICES, func.min(PRICES.c.unit_price), looked_at, *applies),
    )
    discounts = (
        _special(desk, trade.sales_discounts, func.max(trade.sales_discounts.c.discount_pct), customer, *applies),
        _of_campaigns(desk, DISCOUNTS, func.max(DISCOUNTS.c.discount_pct), looked_at, *applies),
    )
    prices = [price for price in found if price is not None]
    return LinePrice(
        min(prices) if prices else row["unit_price"], max((pct for pct in discounts if pct is not None), default=0.0)
    )


def _named(desk: Desk, campaign: str) -> list[str]:
    row = cards.get(desk, campaign)
    return [row["no"]] if row["active"] else []


def _campaigns_of(desk: Desk, customer: str, contact: str) -> list[str]:
    """The campaigns in whose target groups the customer stands, else those of the company of the contact."""
    found = _with_target(desk, "customer", customer) if customer else []
    card = finding.find(desk, contact) if contact and not found else None
    return found if card is None else _with_target(desk, "contact", card["company_no"] or card["no"])


def _with_target(desk: Desk, kind: str, no: str) -> list[str]:
    query = select(TARGETS.c.campaign_no).where(TARGETS.c.kind == kind, TARGETS.c.no == no)
    return sorted(desk.con.execute(query).scalars())


def _special(
    desk: Desk, table: Table, best: Any, customer: str, item: str, unit: str, quantity: float, day: date
) -> float | None:
    """The best of the special prices that no campaign gives."""
    card = desk.find(trade.customers, customer) if customer else None
    group = card["price_group"] if card else ""
    kind, no = table.c.for_kind, table.c.for_no
    whom = [kind == "all"]
    if customer:
        whom.append(and_(kind == "customer", no == customer))
    if group:
        whom.append(and_(kind == "price_group", no == group))
    tests = (or_(*whom), _holds(table.c.starting_date, table.c.ending_date, day))
    return _only(desk, select(best).where(*tests, *_fits(table, item, unit, quantity)))


def _of_campaigns(
    desk: Desk, table: Table, best: Any, looked_at: list[str], item: str, unit: str, quantity: float, day: date
) -> float | None:
    """The best that campaigns give."""
    if not looked_at:
        return None
    query = select(best).join(CAMPAIGNS, CAMPAIGNS.c.no == table.c.campaign_no)
    tests = (table.c.campaign_no.in_(looked_at), _holds(CAMPAIGNS.c.starting_date, CAMPAIGNS.c.ending_date, day))
    return _only(desk, query.where(*tests, *_fits(table, item, unit, quantity)))


def _only(desk: Desk, query: Select[Any]) -> float | None:
    found: float | None = desk.con.execute(query).scalar_one()
    return found


def _fits(table: Table, item: str, unit: str, quantity: float) -> tuple[ColumnElement[bool], ...]:
    return (table.c.item_no == item, table.c.unit.in_(("", unit)), table.c.min_qty <= quantity)


def _holds(start: Any, end: Any, day: date) -> ColumnElement[bool]:
    """Both ends included; a blank end is open."""
    return and_(or_(start.is_(None), start <= day), or_(end.is_(None), end >= day))


def _put(desk: Desk, table: Table, campaign: str, item: str, unit: str, min_qty: float, **value: Any) -> Row:
    no = cards.get(desk, campaign)["no"]
    item_no = desk.get(trade.items, code(item), "an item")["no"]
    key = {"campaign_no": no, "item_no": item_no, "unit": code(unit), "min_qty": float(min_qty)}
    row = desk.first(table, **key)
    desk.describe("campaign", no, f"{', '.join(value)} of {item_no}")
    return desk.add(table, **key, **value) if row is None else desk.change(table, row["id"], **value)


def _remove(desk: Desk, table: Table, id: int) -> None:
    row = desk.find(table, id)
    if row is not None:
        desk.remove(table, id)
        desk.describe("campaign", row["campaign_no"], f"{row['item_no']} removed from {table.name}")


def _not_negative(**amounts: float) -> None:
    for name, amount in amounts.items():
        if amount < 0:
            raise InputError(f"{name} may not be negative, but is {amount}", code="bad-value", where=name)
