"""Campaigns themselves (contact-segments.md, section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.interactions.values import checked, code
from parcours.contacts.office import setup as settings
from parcours.contacts.office.desk import Desk, Row
from parcours.contacts.office.series import draw, typed
from parcours.contacts.people import salespeople
from parcours.contacts.tables import campaigns, contacts, setup
from parcours.core.errors import Refused, UnknownNameError, nearest

CAMPAIGNS = campaigns.campaigns
#: What hangs on a campaign and goes with it; its interactions stay.
_PARTS = (
    campaigns.campaign_entries,
    campaigns.campaign_targets,
    campaigns.campaign_prices,
    campaigns.campaign_discounts,
)


def create(desk: Desk, no: str = "", **fields: Any) -> Row:
    """A new campaign.

    Args:
        desk: where.
        no: its number; blank draws the next one.
        fields: ``description``, ``starting_date``, ``ending_date``, ``salesperson_code`` (by default the user's own),
            ``status_code``.

    Raises:
        Refused: ``campaign-no-series-missing``, ``manual-no-not-allowed``, ``campaign-exists``, ``campaign-dates``,
            ``salesperson-blocked``.
        UnknownNameError: salesperson or status is unknown.
        InputError: a field is unknown, or has no such value.
    """
    series = settings.get(desk, "campaign_nos")
    number = typed(desk, series, no, "campaigns") if no.strip() else ""
    number = number or draw(desk, series, "campaign-no-series-missing", "campaigns")
    if desk.find(CAMPAIGNS, number) is not None:
        raise Refused(f"there is a campaign {number!r} already", code="campaign-exists")
    values = _checked(desk, {"salesperson_code": desk.own_salesperson, **fields})
    _check_dates(values)
    desk.describe("campaign", number, values.get("description", ""))
    return desk.add(CAMPAIGNS, no=number, last_modified=desk.days.at, **values)


def change(desk: Desk, no: str, expected_version: int | None = None, **fields: Any) -> Row:
    """Change fields of a campaign.

    Raises:
        UnknownNameError: there is no such campaign, salesperson or status.
        Refused: ``conflict``, ``campaign-dates``, ``salesperson-blocked``.
        InputError: see :func:`create`.
    """
    row = get(desk, no)
    values = _checked(desk, fields)
    _check_dates({**row, **values})
    desk.describe("campaign", row["no"], ", ".join(values))
    return desk.change(CAMPAIGNS, row["no"], expected_version, last_modified=desk.days.at, **values)


def delete(desk: Desk, no: str, expected_version: int | None = None) -> None:
    """Remove a campaign with its comments, targets, entries, prices and discounts; its interactions stay.

    Raises:
        UnknownNameError: there is no such campaign.
        Refused: ``conflict``.
    """
    row = get(desk, no)
    desk.check_version(row, expected_version, f"campaign {row['no']}")
    entries = select(campaigns.campaign_entries.c.id).where(campaigns.campaign_entries.c.campaign_no == row["no"])
    desk.change_many(INTERACTIONS, [INTERACTIONS.c.campaign_entry.in_(entries)], campaign_entry=None)
    for table in _PARTS:
        desk.remove_many(table, campaign_no=row["no"])
    desk.remove_many(contacts.notes, kind="campaign", key=row["no"])
    desk.remove(CAMPAIGNS, row["no"])
    desk.describe("campaign", row["no"], "deleted")


def get(desk: Desk, no: str) -> Row:
    """The campaign.

    Raises:
        UnknownNameError: there is none.
    """
    return desk.get(CAMPAIGNS, code(no), "a campaign")


def _checked(desk: Desk, fields: Mapping[str, Any]) -> dict[str, Any]:
    made = checked(CAMPAIGNS, fields)
    if made.get("salesperson_code"):
        salespeople.choose(desk, made["salesperson_code"])
    if made.get("status_code"):
        _check_status(desk, made["status_code"])
    return made


def _check_status(desk: Desk, status: str) -> None:
    if desk.find(setup.codes, ("campaign_status", status)) is None:
        known = desk.con.execute(select(setup.codes.c.code).where(setup.codes.c.kind == "campaign_status")).scalars()
        raise UnknownNameError(f"there is no campaign status {status!r}", hint=nearest(status, known))


def _check_dates(row: Mapping[str, Any]) -> None:
    start, end = row.get("starting_date"), row.get("ending_date")
    if start and end and start > end:
        raise Refused(f"the campaign would start on {start}, after it ends on {end}", code="campaign-dates")
