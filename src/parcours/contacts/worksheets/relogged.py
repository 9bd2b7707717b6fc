"""A logged segment as the source of a worksheet (contact-segments.md, section 12)."""

from __future__ import annotations

import polars as pl
from sqlalchemy import select

from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.office.desk import Desk
from parcours.contacts.tables import contacts, interactions
from parcours.contacts.worksheets import history, initial, lines
from parcours.contacts.worksheets.actions import Outcome
from parcours.contacts.worksheets.opened import LINES, changed, opened

CONTACTS = contacts.contacts


def reuse_logged(desk: Desk, no: str, entry_no: int, *, expected_version: int | None = None) -> Outcome | None:
    """Add the contacts of a logged segment, as one action; lines are new, but the campaign is the interaction's.

    An interaction whose contact is gone gives a line without contact. Contacts that are flagged to be left out, that
    stand in the worksheet already, or whose interaction is canceled, stay out; the reference takes them all, one line
    per interaction.

    Args:
        desk: where.
        no: number of the worksheet.
        entry_no: of the logged segment.
        expected_version: of the worksheet; ``None`` takes any.

    Returns:
        What came, or ``None`` when the worksheet has criteria already and somebody says no.

    Raises:
        UnknownNameError: there is no such worksheet or logged segment.
        Refused: ``conflict``.
        OpenQuestion: ``reuse_on_used_segment``.
    """
    header = opened(desk, no, expected_version)
    desk.get(interactions.logged_segments, entry_no, "a logged segment")
    if history.count(desk, header["no"]) and not desk.ask("reuse_on_used_segment"):
        return None
    options = {"allow_existing": True, "ignore_exclusion": True} if desk.reference else {}
    filters = {"interaction": {"logged_segment": str(entry_no)}}
    action = history.record(desk, header, "add", "logged", options, filters)
    found = incoming(desk, header["no"], entry_no)
    first = lines.next_line_no(desk, header["no"])
    if found.height:
        made = initial.frame(desk, header, found["contact_no"].to_list(), first)
        lines.insert(desk, made.with_columns(found["campaign_no"]))
        history.inserted(desk, action, LINES.c.line_no >= first)
    version = changed(desk, header, f"reuse of logged segment {entry_no}: {found.height} lines")
    return Outcome(found.height, found["contact_no"], action["number"], False, version)


def incoming(desk: Desk, no: str, entry_no: int) -> pl.DataFrame:
    """``contact_no`` (blank where it is gone) and ``campaign_no`` of the lines that come, in the order of the log."""
    schema = {
        "contact_no": pl.String, "campaign_no": pl.String, "canceled": pl.Boolean, "excluded": pl.Boolean,
    }  # fmt: skip
    query = (
        select(CONTACTS.c.no, INTERACTIONS.c.campaign_no, INTERACTIONS.c.canceled, CONTACTS.c.exclude_from_segment)
        .select_from(INTERACTIONS.outerjoin(CONTACTS, CONTACTS.c.no == INTERACTIONS.c.contact_no))
        .where(INTERACTIONS.c.logged_segment == entry_no, ~INTERACTIONS.c.postponed)
        .order_by(INTERACTIONS.c.id)
    )
    found = desk.frame(query, schema).with_columns(pl.col("contact_no").fill_null(""))
    if desk.reference:
        return found
    present = select(LINES.c.contact_no).where(LINES.c.segment_no == no).distinct()
    standing = pl.Series(desk.con.execute(present).scalars().all(), dtype=pl.String)
    gone = pl.col("contact_no") == ""
    new = ~pl.col("contact_no").is_in(standing.implode()) & pl.col("contact_no").is_first_distinct()
    return found.filter(~pl.col("canceled"), ~pl.col("excluded").fill_null(False)).filter(gone | new)
