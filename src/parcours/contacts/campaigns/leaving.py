"""Leaving a target group, when the lines that a company stood on go (contact-segments.md, section 18).

By default a company leaves when no target line and no target interaction of it is left. The reference does not ask
whether the line that goes was a target itself; it looks for a row under the number of the contact, not of its company;
and a campaign whose last row goes is active no longer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import polars as pl
from sqlalchemy import tuple_

from parcours.contacts.campaigns.sources import company_of, customers_of, targets_of
from parcours.contacts.office.desk import Desk, in_chunks
from parcours.contacts.tables import campaigns

TARGETS = campaigns.campaign_targets


def leave(desk: Desk, campaign: str, lines: Sequence[Mapping[str, Any]], now: Mapping[str, Any] | None = None) -> None:
    """Take companies out of the group of a campaign.

    Args:
        desk: where.
        campaign: its number; it is active.
        lines: the lines of the campaign that go, in their order; they may stand in the table still.
        now: what the line is, where it was changed.
    """
    companies = {company_of(line) for line in lines}
    left = targets_of(desk, [campaign], companies, without=[line["id"] for line in lines if "id" in line])
    counts: dict[str, int] = dict(left.group_by("company").len().iter_rows())
    if now is not None and now["campaign_no"] == campaign and now["campaign_target"] and now["contact_no"]:
        counts[company_of(now)] = counts.get(company_of(now), 0) + 1
    if desk.reference:
        _leave_as_reference(desk, campaign, lines, counts)
    else:
        _leave(desk, campaign, {company for company in companies if not counts.get(company)})


def remove_rows(desk: Desk, campaign: str, rows: Collection[tuple[str, str]]) -> None:
    """Remove rows (kind, number); in the reference a campaign without rows is active no longer."""
    gone = 0
    for chunk in in_chunks(sorted(rows)):
        gone += desk.remove_many(
            TARGETS, TARGETS.c.campaign_no == campaign, tuple_(TARGETS.c.kind, TARGETS.c.no).in_(chunk)
        )
    if gone and desk.reference and desk.first(TARGETS, campaign_no=campaign) is None:
        desk.change(campaigns.campaigns, campaign, active=False)


def _leave(desk: Desk, campaign: str, companies: Collection[str]) -> None:
    customers = customers_of(desk, companies)
    remove_rows(
        desk, campaign, {("customer", customers[one]) if one in customers else ("contact", one) for one in companies}
    )


def _leave_as_reference(desk: Desk, campaign: str, lines: Sequence[Mapping[str, Any]], left: Mapping[str, int]) -> None:
    """The lines go one after the other; whenever one target is left, whoever goes takes the row along."""
    frame = pl.DataFrame(
        {
            "company": [company_of(line) for line in lines],
            "contact": [line["contact_no"] for line in lines],
            "target": [bool(line["campaign_target"]) for line in lines],
        }
    )
    remaining = pl.col("company").replace_strict(dict(left), default=0, return_dtype=pl.Int64)
    going = pl.col("target").cast(pl.Int64).cum_sum(reverse=True).over("company")
    takers = frame.filter(remaining + going == 1)
    customers = customers_of(desk, takers["company"].unique())
    pairs = takers.select("company", "contact").unique().iter_rows()
    remove_rows(
        desk,
        campaign,
        {
            ("customer", customers[company]) if company in customers else ("contact", contact)
            for company, contact in pairs
        },
    )
