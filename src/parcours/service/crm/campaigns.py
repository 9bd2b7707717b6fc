"""``workspace.campaigns``: campaigns with their target groups, prices, entries and figures."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import polars as pl

from parcours.contacts.campaigns import cards, cleanup, entries, invoices, prices, statistics, targets
from parcours.contacts.campaigns.prices import LinePrice
from parcours.contacts.campaigns.statistics import Statistics
from parcours.contacts.interactions import canceling, figures
from parcours.contacts.people.fields import as_day
from parcours.contacts.tables import campaigns as tables
from parcours.core.errors import InputError
from parcours.service.crm.desks import Record, Replies, Room
from parcours.service.crm.frames import frame_of

_FIGURES = {"no_of_interactions": pl.Int64, "cost": pl.Float64, "duration": pl.Int64}


class Campaigns(Room):
    """Campaigns (contact-segments.md, sections 5 and 18)."""

    # --- cards ---

    def create(self, no: str = "", **fields: Any) -> Record:
        """A new campaign. Returns its card.

        Args:
            no: its number; blank draws the next one.
            fields: ``description``, ``starting_date``, ``ending_date``, ``salesperson_code``, ``status_code``.

        Raises:
            Refused: ``campaign-dates``, ``campaign-exists``, ``campaign-no-series-missing``, ``manual-no-not-allowed``,
                ``salesperson-blocked``.
            UnknownNameError: salesperson or status is unknown.
            InputError: a field is unknown, or cannot hold its value.
        """
        with self._desks.change("create_campaign") as desk:
            return cards.create(desk, no, **fields)

    def change(self, no: str, *, expected_version: int | None = None, **fields: Any) -> Record:
        """Change fields of a campaign. Returns its card.

        Raises:
            UnknownNameError: there is no such campaign, salesperson or status.
            Refused: ``conflict``, ``campaign-dates``, ``salesperson-blocked``.
            InputError: a field is unknown, or cannot hold its value.
        """
        with self._desks.change("change_campaign") as desk:
            return cards.change(desk, no, expected_version, **fields)

    def delete(self, no: str, *, expected_version: int | None = None) -> None:
        """Delete a campaign with its targets, entries, prices and discounts; its interactions stay.

        Raises:
            UnknownNameError: there is no such campaign.
            Refused: ``conflict``.
        """
        with self._desks.change("delete_campaign") as desk:
            cards.delete(desk, no, expected_version)

    def get(self, no: str) -> Record:
        """The card of a campaign; ``active`` says whether its prices hold for its target group.

        Raises:
            UnknownNameError: there is none.
        """
        with self._desks.look() as desk:
            return cards.get(desk, no)

    def list(self) -> pl.DataFrame:
        """All campaigns, by number."""
        with self._desks.look() as desk:
            return frame_of(tables.campaigns, desk.rows(tables.campaigns))

    def statistics(self, no: str, *, since: date | None = None, until: date | None = None) -> Statistics:
        """Contacted, responded, rate, cost and duration of a campaign, within days (both included).

        Raises:
            UnknownNameError: there is no such campaign.
        """
        with self._desks.look() as desk:
            return statistics.of_campaign(desk, no, since, until)

    # --- target group and prices ---

    def activate(self, no: str, *, answers: Replies = None, preview: bool = False) -> bool:
        """Give the prices of a campaign to its targets. Returns whether it was done, or somebody said no.

        Raises:
            UnknownNameError: there is no such campaign.
            Refused: ``campaign-no-targets``.
            OpenQuestion: ``activate_without_prices``.
        """
        with self._desks.change("activate_campaign", answers, preview=preview) as desk:
            return targets.activate(desk, no)

    def deactivate(self, no: str) -> None:
        """Take the prices of a campaign from everybody.

        Raises:
            UnknownNameError: there is no such campaign.
        """
        with self._desks.change("deactivate_campaign") as desk:
            targets.deactivate(desk, no)

    def targets(self, no: str) -> pl.DataFrame:
        """The target group: ``kind`` (``customer`` or ``contact``) and ``no``, in order.

        Raises:
            UnknownNameError: there is no such campaign.
        """
        with self._desks.look() as desk:
            found = targets.group(desk, no)
        return pl.DataFrame(found, schema={"kind": pl.String, "no": pl.String}, orient="row")

    def prices(self, no: str) -> pl.DataFrame:
        """Special prices of a campaign: ``id``, ``item_no``, ``unit``, ``min_qty``, ``unit_price``.

        Raises:
            UnknownNameError: there is no such campaign.
        """
        with self._desks.look() as desk:
            rows = desk.rows(prices.PRICES, campaign_no=cards.get(desk, no)["no"])
        return frame_of(prices.PRICES, rows, without=("campaign_no",))

    def discounts(self, no: str) -> pl.DataFrame:
        """Line discounts of a campaign: ``id``, ``item_no``, ``unit``, ``min_qty``, ``discount_pct``.

        Raises:
            UnknownNameError: there is no such campaign.
        """
        with self._desks.look() as desk:
            rows = desk.rows(prices.DISCOUNTS, campaign_no=cards.get(desk, no)["no"])
        return frame_of(prices.DISCOUNTS, rows, without=("campaign_no",))

    def put_price(self, no: str, item: str, unit_price: float, *, unit: str = "", min_qty: float = 0.0) -> Record:
        """Set the price of an item in a campaign, from a quantity on; it holds within the dates of the campaign.

        Raises:
            UnknownNameError: there is no such campaign or item.
            InputError: ``bad-value``.
        """
        with self._desks.change("put_price") as desk:
            return prices.put_price(desk, no, item, unit_price, unit=unit, min_qty=min_qty)

    def put_discount(self, no: str, item: str, discount_pct: float, *, unit: str = "", min_qty: float = 0.0) -> Record:
        """Set the line discount on an item in a campaign, from a quantity on; see :meth:`put_price`."""
        with self._desks.change("put_discount") as desk:
            return prices.put_discount(desk, no, item, discount_pct, unit=unit, min_qty=min_qty)

    def remove_price(self, id: int) -> None:
        """Remove a campaign price; when it is not there, nothing happens."""
        with self._desks.change("remove_price") as desk:
            prices.remove_price(desk, id)

    def remove_discount(self, id: int) -> None:
        """Remove a campaign discount; when it is not there, nothing happens."""
        with self._desks.change("remove_discount") as desk:
            prices.remove_discount(desk, id)

    def price_line(
        self,
        customer: str,
        item: str,
        quantity: float,
        day: date | str,
        *,
        contact: str = "",
        unit: str = "",
        campaign: str = "",
    ) -> LinePrice:
        """Price one sales line: the lowest special price that applies, and the highest discount (section 18).

        Args:
            customer: bill-to customer; blank on quotes for contacts.
            item, quantity, day: what is sold, how much of it, the date of the document.
            contact: bill-to contact.
            unit: unit of measure.
            campaign: named on the document: it alone is looked at, if it is active.

        Raises:
            UnknownNameError: there is no such item or campaign.
            InputError: ``bad-value``.
        """
        with self._desks.look() as desk:
            return prices.price_line(
                desk, customer, item, quantity, _day(day), contact=contact, unit=unit, campaign=campaign
            )

    def post_sales_invoice(
        self, no: str, customer: str, day: date | str, *, contact: str = "", **more: Any
    ) -> int | None:
        """Post a sales invoice; to a target of a campaign it is an interaction. Returns its entry number, or ``None``.

        Args:
            no: number of the invoice.
            customer: bill-to customer.
            day: posting date.
            contact: bill-to contact; blank takes the customer's.
            more: ``sell_to_contact``, ``order_no``, ``salesperson``, ``description``.

        Raises:
            Refused: ``invoice-template-missing``, ``document-exists``.
            InputError: ``bad-value``.
        """
        with self._desks.change("post_sales_invoice") as desk:
            return invoices.post_sales_invoice(desk, no, customer, contact, _day(day), **more)

    # --- entries ---

    def entries(self, no: str | None = None) -> pl.DataFrame:
        """Campaign entries, of a campaign or all, with number, cost and duration of their interactions.

        Raises:
            UnknownNameError: there is no such campaign.
        """
        with self._desks.look() as desk:
            rows = figures.campaign_entries(desk) if no is None else entries.of_campaign(desk, no)
        return frame_of(tables.campaign_entries, rows, more=_FIGURES)

    def describe_entry(self, entry: int, description: str) -> Record:
        """Change the description of a campaign entry.

        Raises:
            UnknownNameError: there is no such entry.
        """
        with self._desks.change("describe_entry") as desk:
            return entries.describe(desk, entry, description)

    def toggle_entry(self, entry: int, *, answers: Replies = None) -> bool:
        """Cancel a campaign entry with its interactions, or let them live again. Returns whether it is canceled now.

        Raises:
            UnknownNameError: there is no such entry.
            Refused: ``logged-segment-canceled``.
        """
        with self._desks.change("toggle_campaign_entry", answers) as desk:
            return canceling.toggle_campaign_entry(desk, entry)

    def delete_canceled_entries(self, only: Collection[int] | None = None, *, preview: bool = False) -> int:
        """The clean-up job: delete canceled campaign entries, all or at most these. Returns how many."""
        with self._desks.change("delete_canceled_entries", preview=preview) as desk:
            return cleanup.delete_campaign_entries(desk, only)


def _day(day: date | str) -> date:
    found = as_day("day", day)
    if found is None:
        raise InputError("a day is needed", code="bad-value", where="day", hint="write it as 2026-03-11")
    return found
