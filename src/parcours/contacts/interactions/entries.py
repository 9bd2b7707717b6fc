"""The campaign entry that an interaction of a campaign belongs to (contact-segments.md, 5 and 15.2)."""

from __future__ import annotations

from datetime import date

from parcours.contacts.office.desk import Desk, Row
from parcours.contacts.tables import campaigns

ENTRIES = campaigns.campaign_entries


def find(desk: Desk, campaign: str, segment: str, document_type: str = "") -> Row | None:
    """The entry of a campaign, segment and type of document; canceled ones count in the reference only."""
    live = () if desk.reference else (~ENTRIES.c.canceled,)
    return desk.first(ENTRIES, *live, campaign_no=campaign, segment_no=segment, document_type=document_type)


def find_or_make(
    desk: Desk,
    campaign: str,
    *,
    segment: str = "",
    document_type: str = "",
    description: str,
    day: date | None,
    salesperson: str,
) -> int:
    """The number of the entry; where there is none, one is made with this description, day and salesperson."""
    row = find(desk, campaign, segment, document_type)
    if row is None:
        row = desk.add(
            ENTRIES,
            campaign_no=campaign,
            segment_no=segment,
            document_type=document_type,
            description=description,
            date=day,
            salesperson_code=salesperson,
            by=desk.person.id,
        )
    return int(row["id"])
