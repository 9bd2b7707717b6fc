"""Campaign entries with their figures (contact-segments.md, section 5)."""

from __future__ import annotations

from sqlalchemy import select

from parcours.contacts.campaigns import cards
from parcours.contacts.interactions import figures
from parcours.contacts.interactions.entries import ENTRIES
from parcours.contacts.office.desk import Desk, Row


def of_campaign(desk: Desk, campaign: str) -> list[Row]:
    """The entries of a campaign, each with ``no_of_interactions``, ``cost`` and ``duration``.

    Raises:
        UnknownNameError: there is no such campaign.
    """
    no = cards.get(desk, campaign)["no"]
    ids = desk.con.execute(select(ENTRIES.c.id).where(ENTRIES.c.campaign_no == no)).scalars()
    return figures.campaign_entries(desk, ids.all())


def describe(desk: Desk, entry: int, description: str) -> Row:
    """Change the description of an entry.

    Raises:
        UnknownNameError: there is no such entry.
    """
    desk.get(ENTRIES, entry, "a campaign entry")
    desk.describe("campaign_entry", str(entry), "description")
    return desk.change(ENTRIES, entry, description=description)
