"""Logging a worksheet: every line becomes an interaction, and the worksheet ends (contact-segments.md, section 15)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, literal, select

from parcours.contacts.interactions import entries
from parcours.contacts.interactions.journal import INTERACTIONS, last_entry, record_from
from parcours.contacts.office.desk import Desk, Row
from parcours.contacts.worksheets import headers, log_checks
from parcours.contacts.worksheets.log_checks import LOGGED, joined, of_segment
from parcours.contacts.worksheets.opened import LINES, opened
from parcours.contacts.worksheets.relogged import reuse_logged

__all__ = ["Logged", "is_delivery_proposed", "log", "reuse_logged"]

ENTRIES = entries.ENTRIES
#: Fields that interactions take from lines under another name.
_RENAMED = {
    "company_no": "contact_company",
    "template_code": "interaction_template",
    "group_code": "interaction_group",
}
#: Fields that they take as they are.
_SAME = (
    "contact_no", "description", "subject", "date", "time", "salesperson_code", "campaign_no", "campaign_target",
    "campaign_response", "segment_no", "language_code", "information_flow", "initiated_by", "cost", "duration",
    "evaluation", "attempt_failed", "alt_address", "contact_via", "attachment", "send_as_attachment", "word_template",
    "document_type", "document_no", "task", "opportunity_no",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Logged:
    """What logging left behind.

    Attributes:
        entry_no: the number of the logged segment.
        interactions: how many there are.
        deliveries: how many of them are being delivered.
        follow_up_no: number of the follow-up segment, or blank.
    """

    entry_no: int
    interactions: int
    deliveries: int
    follow_up_no: str


def log(
    desk: Desk, no: str, *, deliver: bool = False, follow_up: bool = False, expected_version: int | None = None
) -> Logged:
    """Turn every line with a contact into an interaction, and end the worksheet; everything or nothing.

    Args:
        desk: where.
        no: number of the worksheet.
        deliver: send what is attached, once everything is written.
        follow_up: make a new worksheet with the same contacts and campaign.
        expected_version: of the worksheet; ``None`` takes any.

    Raises:
        UnknownNameError: there is no such worksheet; contact, salesperson, template or campaign of a line is gone.
        Refused: ``conflict``, those of :func:`parcours.contacts.worksheets.log_checks.check`, and with a follow-up
            ``segment-no-series-missing``.
    """
    header = opened(desk, no, expected_version)
    log_checks.check(desk, header, deliver=deliver)
    entry = _logged_segment(desk, header)
    campaign_entries = _campaign_entries(desk, header, entry)
    last = last_entry(desk)
    made = record_from(desk, _interactions(header, entry, campaign_entries, deliver=deliver))
    sent = _told_to_deliver(desk, last) if deliver else 0
    headers.delete(desk, header["no"], keep_targets=True)
    follow_up_no = _follow_up(desk, header, entry) if follow_up else ""
    desk.describe("logged_segment", str(entry), f"segment {header['no']}: {made} interactions")
    return Logged(entry, made, sent, follow_up_no)


def is_delivery_proposed(desk: Desk, no: str) -> bool:
    """Whether a form proposes to deliver: some line has a correspondence type.

    Raises:
        UnknownNameError: there is no such worksheet.
    """
    return desk.first(LINES, LINES.c.correspondence_type != "", segment_no=opened(desk, no)["no"]) is not None


def _logged_segment(desk: Desk, header: Row) -> int:
    kept = {name: value.isoformat() if isinstance(value, date) else value for name, value in header.items()}
    row = desk.add(
        LOGGED,
        segment_no=header["no"],
        description=header["description"],
        created_on=desk.today,
        by=desk.person.id,
        header=kept,
    )
    return int(row["id"])


def _campaign_entries(desk: Desk, header: Row, logged: int) -> list[int]:
    """An entry for every campaign and type of document among the lines; their numbers.

    One that a call from the worksheet has made is used; outside the reference it belongs to the logged segment now.
    """
    kinds = select(LINES.c.campaign_no, LINES.c.document_type).where(
        of_segment(header["no"]), LINES.c.campaign_no != ""
    )
    order = [LINES.c.campaign_no, LINES.c.document_type]
    made: list[int] = []
    for campaign, document_type in desk.con.execute(kinds.distinct().order_by(*order)).all():
        first = _first_line(desk, header["no"], campaign, document_type)
        before = entries.find(desk, campaign, header["no"], document_type)
        entry = entries.find_or_make(
            desk,
            campaign,
            segment=header["no"],
            document_type=document_type,
            description=header["description"],
            day=first["date"],
            salesperson=first["salesperson_code"],
        )
        if before is None or not desk.reference:
            desk.change(ENTRIES, entry, logged_segment=logged)
        made.append(entry)
    return made


def _first_line(desk: Desk, no: str, campaign: str, document_type: str) -> Row:
    """The first line of a campaign, by date."""
    tests = (of_segment(no), LINES.c.campaign_no == campaign, LINES.c.document_type == document_type)
    query = select(LINES.c.date, LINES.c.salesperson_code).where(*tests).order_by(LINES.c.date, LINES.c.line_no)
    return dict(desk.con.execute(query.limit(1)).mappings().one())


def _interactions(header: Row, logged: int, campaign_entries: Sequence[int], *, deliver: bool) -> Select[Any]:
    """The lines as interactions, in their order."""
    fields: dict[str, ColumnElement[Any]] = {name: LINES.c[name] for name in _SAME}
    fields |= {name: LINES.c[line] for name, line in _RENAMED.items()}
    fields["logged_segment"] = literal(logged)
    fields["campaign_entry"] = ENTRIES.c.id
    fields["correspondence_type"] = log_checks.correspondence_type()
    status = case((log_checks.delivered(), "in_progress"), else_="") if deliver else literal("")
    fields["delivery_status"] = status
    of_line = and_(
        ENTRIES.c.id.in_(campaign_entries),
        ENTRIES.c.campaign_no == LINES.c.campaign_no,
        ENTRIES.c.document_type == LINES.c.document_type,
    )
    query = select(*(column.label(name) for name, column in fields.items()))
    rows = query.select_from(joined().outerjoin(ENTRIES, of_line)).where(of_segment(header["no"]))
    return rows.order_by(LINES.c.line_no)


def _told_to_deliver(desk: Desk, last: int) -> int:
    sent = select(INTERACTIONS.c.id).where(INTERACTIONS.c.id > last, INTERACTIONS.c.delivery_status == "in_progress")
    return desk.tell_from("delivery", sent.order_by(INTERACTIONS.c.id))


def _follow_up(desk: Desk, header: Row, logged: int) -> str:
    description = f"Follow-up on segment {header['no']}"
    row = headers.create(desk, description=description, campaign_no=header["campaign_no"])
    reuse_logged(desk, row["no"], logged)
    return str(row["no"])
