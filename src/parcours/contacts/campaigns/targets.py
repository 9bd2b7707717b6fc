"""Target groups: who gets the prices of an active campaign (contact-segments.md, section 18).

A campaign is active from its activation to its deactivation; in the reference only as long as its group has rows.
While it is active, its group follows the lines of segments.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import polars as pl
from sqlalchemy import select

from parcours.contacts.campaigns import cards, leaving
from parcours.contacts.campaigns.sources import company_of, customers_of, targets_of
from parcours.contacts.office.desk import Desk, Row, in_chunks
from parcours.contacts.tables import campaigns
from parcours.core.errors import Refused

CAMPAIGNS = campaigns.campaigns
TARGETS = campaigns.campaign_targets


def activate(desk: Desk, no: str) -> bool:
    """Give the prices of a campaign to its targets; a campaign without prices and discounts asks first.

    Returns:
        Whether it was done; otherwise somebody said no.

    Raises:
        UnknownNameError: there is no such campaign.
        Refused: ``campaign-no-targets``.
        OpenQuestion: ``activate_without_prices``.
    """
    row = cards.get(desk, no)
    priced = (campaigns.campaign_prices, campaigns.campaign_discounts)
    has_prices = any(desk.first(table, campaign_no=row["no"]) for table in priced)
    if not has_prices and not desk.ask("activate_without_prices", row["no"]):
        return False
    companies = targets_of(desk, [row["no"]])["company"].unique().to_list()
    if not companies:
        raise Refused(
            f"campaign {row['no']} has no targets",
            code="campaign-no-targets",
            hint="mark lines of a segment of the campaign as campaign target",
        )
    _join(desk, row["no"], companies)
    desk.change(CAMPAIGNS, row["no"], active=True, last_modified=desk.days.at)
    desk.describe("campaign", row["no"], "activated")
    return True


def deactivate(desk: Desk, no: str) -> None:
    """Take the prices of a campaign from everybody.

    Raises:
        UnknownNameError: there is no such campaign.
    """
    row = cards.get(desk, no)
    desk.remove_many(TARGETS, campaign_no=row["no"])
    desk.change(CAMPAIGNS, row["no"], active=False, last_modified=desk.days.at)
    desk.describe("campaign", row["no"], "deactivated")


def group(desk: Desk, no: str) -> list[tuple[str, str]]:
    """The target group: kind (``customer`` or ``contact``) and number, in order."""
    rows = desk.rows(TARGETS, campaign_no=cards.get(desk, no)["no"])
    return sorted((row["kind"], row["no"]) for row in rows)


# --- following lines --------------------------------------------------------------------------------------


def line_added(desk: Desk, lines: Sequence[Mapping[str, Any]]) -> None:
    """Lines have been added: those that are targets of active campaigns join their groups."""
    for campaign in _active(desk, lines):
        _join(desk, campaign, {company_of(line) for line in lines if _is_target(line, campaign)})


def line_removed(desk: Desk, lines: Sequence[Mapping[str, Any]]) -> None:
    """Lines (or interactions) go, or have gone: companies of which no target is left leave the groups."""
    for campaign in _active(desk, lines):
        going = [line for line in lines if line["campaign_no"] == campaign and line["contact_no"]]
        leaving.leave(desk, campaign, going)


def line_changed(desk: Desk, before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """A line was changed, in campaign, target mark or contact: it leaves and joins accordingly."""
    fields = ("campaign_no", "campaign_target", "contact_no", "contact_company")
    if all(before[name] == after[name] for name in fields):
        return
    active = _active(desk, [before, after])
    if before["campaign_no"] in active and before["contact_no"]:
        leaving.leave(desk, before["campaign_no"], [before], now=after)
    if after["campaign_no"] in active and _is_target(after, after["campaign_no"]):
        _join(desk, after["campaign_no"], {company_of(after)})
        desk.change(CAMPAIGNS, after["campaign_no"], active=True)


def follow(desk: Desk, numbers: Collection[str]) -> None:
    """Bring the groups of campaigns in line with their lines and interactions, as far as they are active."""
    for campaign in _active(desk, [{"campaign_no": no} for no in set(numbers)]):
        companies = set(targets_of(desk, [campaign])["company"])
        wanted = set(_rows_of(desk, companies))
        present = {(row["kind"], row["no"]) for row in desk.rows(TARGETS, campaign_no=campaign)}
        leaving.remove_rows(desk, campaign, present - wanted)
        _join(desk, campaign, companies)


# --- customers --------------------------------------------------------------------------------------------


def became_customer(desk: Desk, contact: str, customer: str) -> None:
    """A contact has become a customer: its rows turn into rows of the customer."""
    _turn(desk, ("contact", contact), ("customer", customer))


def no_longer_customer(desk: Desk, contact: str, customer: str) -> None:
    """A contact is a customer no longer: rows of the customer turn back."""
    _turn(desk, ("customer", customer), ("contact", contact))


def _turn(desk: Desk, before: tuple[str, str], after: tuple[str, str]) -> None:
    taken = select(TARGETS.c.campaign_no).where(TARGETS.c.kind == after[0], TARGETS.c.no == after[1])
    both = set(desk.con.execute(taken).scalars())
    for row in desk.rows(TARGETS, kind=before[0], no=before[1]):
        if row["campaign_no"] in both:
            desk.remove(TARGETS, row["id"])
        else:
            desk.change(TARGETS, row["id"], kind=after[0], no=after[1])


# --- parts ------------------------------------------------------------------------------------------------


def _active(desk: Desk, lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """The active ones of the campaigns that lines name, in order."""
    named = sorted({str(line["campaign_no"]) for line in lines if line["campaign_no"]})
    found: list[str] = []
    for chunk in in_chunks(named):
        query = select(CAMPAIGNS.c.no).where(CAMPAIGNS.c.no.in_(chunk), CAMPAIGNS.c.active)
        found += desk.con.execute(query.order_by(CAMPAIGNS.c.no)).scalars()
    return found


def _is_target(line: Mapping[str, Any], campaign: str) -> bool:
    return bool(line["campaign_no"] == campaign and line["campaign_target"] and line["contact_no"])


def _rows_of(desk: Desk, companies: Collection[str]) -> list[tuple[str, str]]:
    """The row that stands for each company: its customer, or the company contact itself."""
    customers = customers_of(desk, companies)
    return sorted({("customer", customers[one]) if one in customers else ("contact", one) for one in companies if one})


def _join(desk: Desk, campaign: str, companies: Collection[str]) -> None:
    wanted = pl.DataFrame(_rows_of(desk, companies), schema={"kind": pl.String, "no": pl.String}, orient="row")
    if wanted.is_empty():
        return
    query = select(TARGETS.c.kind, TARGETS.c.no).where(TARGETS.c.campaign_no == campaign)
    present = desk.frame(query, {"kind": pl.String, "no": pl.String})
    new: list[Row] = wanted.join(present, on=["kind", "no"], how="anti", maintain_order="left").to_dicts()
    desk.add_many(TARGETS, [{"campaign_no": campaign, **row} for row in new])
