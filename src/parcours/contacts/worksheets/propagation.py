"""From the header to the lines that are there already (contact-segments.md, section 14.2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, select

from parcours.contacts.interactions import templates
from parcours.contacts.office import Desk, Row
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.people import addresses
from parcours.contacts.worksheets import targets, variants
from parcours.contacts.worksheets.opened import LINES

#: Fields of the header that go to lines as they are, with the line's name.
CARRIED: Mapping[str, str] = {
    "description": "description",
    "campaign_no": "campaign_no",
    "salesperson_code": "salesperson_code",
    "unit_cost": "cost",
    "unit_duration": "duration",
    "date": "date",
    "campaign_target": "campaign_target",
    "information_flow": "information_flow",
    "initiated_by": "initiated_by",
    "campaign_response": "campaign_response",
    "send_as_attachment": "send_as_attachment",
    "word_template": "word_template",
    "correspondence_type": "correspondence_type",
}
_CHUNK = 5_000


def reach(desk: Desk, header: Row) -> list[ColumnElement[bool]]:
    """Tests for the lines that a change of the header reaches: those with its template, blank equals blank."""
    return [LINES.c.segment_no == header["no"], LINES.c.interaction_template == header["interaction_template"]]


def reached(desk: Desk, header: Row, field: str, value: Any) -> int:
    """How many lines a change of the header would go to; 0 for a field that stays on the header."""
    if field == "interaction_template":
        return desk.count(LINES, segment_no=header["no"])
    if field == "subject":
        return desk.count(LINES, *_with_subject(desk, header))
    if field == "attachment":
        return desk.count(LINES, *inheriting(desk, header))
    if field not in CARRIED or (field == "correspondence_type" and not (value and _has_document(desk, header))):
        return 0
    return desk.count(LINES, *reach(desk, header))


def carry(desk: Desk, header: Row, field: str, value: Any) -> int:
    """Carry a change of the header to the lines in reach, if there are any and nobody says no. Returns how many.

    Args:
        desk: where.
        header: as it was before.
        field: of the header.
        value: the new one.

    Raises:
        OpenQuestion: ``update_lines``, or ``change_subject``.
    """
    count = reached(desk, header, field, value)
    question = "change_subject" if field == "subject" else "update_lines"
    if not count or (desk.interactive and not desk.ask(question, f"({count} lines)")):
        return 0
    if field == "subject":
        return desk.change_many(LINES, _with_subject(desk, header), subject=value)
    if field == "attachment":
        state = variants.INHERITED if value else ""
        return desk.change_many(LINES, inheriting(desk, header), attachment=value, attachment_state=state)
    tests = reach(desk, header)
    if not desk.reference:
        _before(desk, tests, field, value)
    before = _campaigns(desk, tests) if field in ("campaign_no", "campaign_target") else set()
    done = desk.change_many(LINES, tests, **{CARRIED[field]: value})
    if before and not desk.reference:
        targets.moved(desk, before | {value} if field == "campaign_no" else before)
    return done


def inheriting(desk: Desk, header: Row) -> list[ColumnElement[bool]]:
    """Tests for the lines in reach that use the attachment of the header's default language."""
    language = LINES.c.language_code == header["language_code"]
    return [*reach(desk, header), language, LINES.c.attachment_state != variants.UNIQUE]


def _with_subject(desk: Desk, header: Row) -> list[ColumnElement[bool]]:
    language = LINES.c.language_code == header["language_code"]
    return [*reach(desk, header), language, LINES.c.subject == header["subject"]]


def _has_document(desk: Desk, header: Row) -> bool:
    """Whether the header's template has a Word template or an attachment."""
    template = desk.find(templates.TEMPLATES, header["interaction_template"])
    if template is None:
        return False
    return bool(template["word_template"]) or any(
        one["attachment"] for one in templates.variants(desk, template["code"])
    )


def _campaigns(desk: Desk, tests: Iterable[ColumnElement[bool]]) -> set[str]:
    return set(desk.con.execute(select(LINES.c.campaign_no).where(*tests).distinct()).scalars())


def _before(desk: Desk, tests: list[ColumnElement[bool]], field: str, value: Any) -> None:
    """With a date the alternative addresses follow that were those of the old dates (14.3)."""
    if field != "date":
        return
    query = select(LINES.c.id, LINES.c.contact_no, LINES.c.date, LINES.c.alt_address)
    lines = desk.frame(
        query.where(*tests, LINES.c.contact_no != ""),
        {"id": pl.Int64, "contact_no": pl.String, "date": pl.Date, "alt_address": pl.String},
    )
    for (day,), some in lines.group_by("date"):
        old = _in_force(desk, some["contact_no"], day)
        automatic = some.filter(pl.col("alt_address") == old)
        new = automatic.with_columns(_in_force(desk, automatic["contact_no"], value).alias("new"))
        for (address,), moved in new.filter(pl.col("new") != pl.col("alt_address")).group_by("new"):
            for chunk in in_chunks(moved["id"], _CHUNK):
                desk.change_many(LINES, [LINES.c.id.in_(chunk)], alt_address=address)


def _in_force(desk: Desk, contacts: pl.Series, day: Any) -> pl.Series:
    known = addresses.in_force(desk, contacts.to_list(), day) if day else {}
    return contacts.replace_strict(known, default="", return_dtype=pl.String)
