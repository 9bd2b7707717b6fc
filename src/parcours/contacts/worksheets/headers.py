"""Worksheets themselves: made, changed, deleted, looked at (contact-segments.md, sections 3.1, 6 and 14)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from parcours.contacts.interactions import attachments
from parcours.contacts.interactions.values import checked
from parcours.contacts.office import Desk, Row, series
from parcours.contacts.office import setup as settings
from parcours.contacts.people import salespeople
from parcours.contacts.tables import campaigns, setup, worksheets
from parcours.contacts.worksheets import history, lines, variants
from parcours.contacts.worksheets.opened import LINES, WORKSHEETS, changed, opened
from parcours.contacts.worksheets.propagation import carry, reach
from parcours.contacts.worksheets.template_change import change_template
from parcours.core.errors import InputError, Refused, nearest

ACTIONS = worksheets.worksheet_actions
#: Fields that are typed.
_TYPED = tuple(column.name for column in WORKSHEETS.c if column.name not in ("no", "series", "created_by", "version"))
#: Fields open in a form only with a template, or with a campaign (3.1).
_WITH_TEMPLATE = (
    "language_code", "subject", "attachment", "information_flow", "initiated_by", "unit_cost", "unit_duration",
)  # fmt: skip
_WITH_CAMPAIGN = ("campaign_target", "campaign_response")


def create(desk: Desk, *, no: str = "", series_code: str = "", **values: Any) -> Row:
    """A new worksheet: without lines, dated with the work date (section 6).

    Args:
        desk: where.
        no: its number; blank draws the next one.
        series_code: the series to draw from, one that is related to that of the setup; blank: that one itself.
        values: description, campaign, salesperson (blank: the user's own) and other fields of the header.

    Raises:
        Refused: ``segment-no-series-missing``, ``series-not-related``, ``manual-no-not-allowed``, ``segment-exists``,
            ``salesperson-blocked``, ``negative-amount``, ``template-not-found``.
        UnknownNameError: there is no such campaign or salesperson.
        InputError: ``unknown-field``, ``bad-value``, ``bad-choice``.
    """
    code = _series(desk, series_code)
    given = checked_fields(desk, values)
    template = given.pop("interaction_template", "")
    number = _number(desk, no, code)
    given["salesperson_code"] = given.get("salesperson_code") or desk.own_salesperson
    row = desk.add(WORKSHEETS, **{"date": desk.work_date, **given}, no=number, series=code, created_by=desk.person.id)
    desk.describe("worksheet", number, "created")
    return change_template(desk, row, template) if template else row


def set_header(desk: Desk, no: str, field: str, value: Any, expected_version: int | None = None) -> Row:
    """Change a field of the header and carry it to the lines (14.1, 14.2). Returns the header.

    By program the lines always follow; a user is asked. ``attachment`` is that of the variant in the default language.

    Raises:
        UnknownNameError: there is no such worksheet, campaign, salesperson or attachment.
        InputError: ``unknown-field``, ``bad-value``, ``bad-choice``.
        Refused: ``conflict``, ``template-not-found``, ``inherited-attachments``, ``salesperson-blocked``,
            ``negative-amount``, ``language-missing``, ``word-template``.
        OpenQuestion: ``update_lines``, ``apply_template_to_lines``, ``change_subject``, ``create_language``.
    """
    header = opened(desk, no, expected_version)
    desk.describe("worksheet", header["no"], field)
    if field == "attachment":
        return _set_attachment(desk, header, value)
    made = checked_fields(desk, {field: value})[field]
    if made == header[field]:
        if field == "interaction_template" and not made:
            return change_template(desk, header, made)
        return header
    if field == "interaction_template":
        return change_template(desk, header, made)
    _prepare(desk, header, field, made)
    cleared = _cleared(desk, field, made)
    after = desk.change(WORKSHEETS, header["no"], **{field: made}, **cleared)
    if carry(desk, header, field, made) and cleared:
        desk.change_many(LINES, reach(desk, header), **cleared)
    return after


def delete(desk: Desk, no: str, *, expected_version: int | None = None, keep_targets: bool = False) -> None:
    """Delete a worksheet with its criteria, history, texts and lines; nothing is asked (3.1).

    Args:
        desk: where.
        no: its number.
        expected_version: what the user had before his eyes.
        keep_targets: leave target groups alone: interactions take the place of the lines (15.2).

    Raises:
        UnknownNameError: there is no such worksheet.
        Refused: ``conflict``.
    """
    header = opened(desk, no, expected_version)
    key = header["no"]
    history.forget(desk, key)
    lines.taken_out(desk, key, LINES.c.segment_no == key, targets_too=not keep_targets)
    attachments.remove_unused(desk, variants.drop(desk, key))
    desk.remove(WORKSHEETS, key)
    desk.describe("worksheet", key, "deleted")


# --- looking ---------------------------------------------------------------------------------------------


def view(desk: Desk, no: str) -> Row:
    """The header with its figures: ``no_of_lines``, ``no_of_criteria_actions``, ``total_cost``, ``total_duration``,
    ``attachment`` (of the default language, without Word template), ``open_fields`` (open in a form).

    Raises:
        UnknownNameError: there is no such worksheet.
    """
    key = opened(desk, no)["no"]
    row = dict(desk.con.execute(_viewed(WORKSHEETS.c.no == key)).mappings().one())
    variant = variants.of(desk, key).get(row["language_code"])
    attachment = variant["attachment"] if variant and not variant["word_template"] else ""
    return {**row, "attachment": attachment, "open_fields": _open_fields(row)}


def every(desk: Desk) -> list[Row]:
    """All worksheets with their figures, by number."""
    return [dict(row) for row in desk.con.execute(_viewed().order_by(WORKSHEETS.c.no)).mappings()]


def _viewed(*where: ColumnElement[bool]) -> Select[Any]:
    mine = LINES.c.segment_no == WORKSHEETS.c.no
    standing = (ACTIONS.c.segment_no == WORKSHEETS.c.no, ACTIONS.c.number.is_not(None))
    figures = (
        select(func.count()).select_from(LINES).where(mine).scalar_subquery().label("no_of_lines"),
        select(func.count()).select_from(ACTIONS).where(*standing).scalar_subquery().label("no_of_criteria_actions"),
        select(func.coalesce(func.sum(LINES.c.cost), 0)).where(mine).scalar_subquery().label("total_cost"),
        select(func.coalesce(func.sum(LINES.c.duration), 0)).where(mine).scalar_subquery().label("total_duration"),
    )
    return select(WORKSHEETS, *figures).where(*where)


def _open_fields(row: Row) -> list[str]:
    """Fields that a form lets users type, as the header stands."""
    closed: set[str] = set()
    if not row["interaction_template"]:
        closed |= set(_WITH_TEMPLATE)
    if not row["campaign_no"]:
        closed |= set(_WITH_CAMPAIGN)
    if not row["ignore_contact_correspondence_type"]:
        closed.add("correspondence_type")
    return [name for name in (*_TYPED, "attachment") if name not in closed]


# --- parts -----------------------------------------------------------------------------------------------


def _series(desk: Desk, code: str) -> str:
    """The series of the setup, or one that is related to it."""
    usual, chosen = str(settings.get(desk, "segment_nos")), code.strip().upper()
    if chosen in ("", usual):
        return usual
    if desk.find(setup.related_series, (usual, chosen)) is None:
        raise Refused(f"series {chosen} is not related to {usual}", code="series-not-related", hint="relate them first")
    return chosen


def _number(desk: Desk, no: str, code: str) -> str:
    if no.strip():
        number = series.typed(desk, code, no, "segments")
        if desk.find(WORKSHEETS, number) is not None:
            raise Refused(f"there is a segment {number} already", code="segment-exists", hint="leave the number blank")
        return number
    number = series.draw(desk, code, "segment-no-series-missing", "segments")
    while desk.find(WORKSHEETS, number) is not None:
        number = series.draw(desk, code, "segment-no-series-missing", "segments")
    return number


def checked_fields(desk: Desk, values: Row) -> Row:
    """Values as fields of the header hold them.

    Raises:
        InputError, UnknownNameError, Refused: as :func:`create`.
    """
    for name in values:
        if name not in _TYPED:
            raise InputError(f"segments have no field {name!r}", code="unknown-field", hint=nearest(name, _TYPED))
    made = checked(WORKSHEETS, values)
    if made.get("campaign_no"):
        desk.get(campaigns.campaigns, made["campaign_no"], "a campaign")
    if made.get("salesperson_code"):
        salespeople.choose(desk, made["salesperson_code"])
    if made.get("word_template"):
        desk.get(attachments.ATTACHMENTS, made["word_template"], "an attachment")
    return made


def _prepare(desk: Desk, header: Row, field: str, value: Any) -> None:
    """What has to be there before a field changes."""
    if field == "language_code" and value and value not in variants.of(desk, header["no"]):
        if desk.interactive and not desk.ask("create_language", value):
            raise Refused(f"the segment has no texts in language {value}", code="language-missing")
        variants.put(desk, header["no"], value, subject=header["subject"], word_template=header["word_template"])
    if field == "subject" and header["language_code"] in variants.of(desk, header["no"]):
        variants.put(desk, header["no"], header["language_code"], subject=value)


def _cleared(desk: Desk, field: str, value: Any) -> Row:
    """In a form the marks for a campaign go with the campaign (3.1)."""
    if field == "campaign_no" and not value and desk.interactive:
        return dict.fromkeys(_WITH_CAMPAIGN, False)
    return {}


def _set_attachment(desk: Desk, header: Row, value: str) -> Row:
    """The attachment of the variant in the default language, which is made where there is none."""
    language = header["language_code"]
    variant = variants.of(desk, header["no"]).get(language)
    variants.refuse_word_template(variant or header)
    if value:
        desk.get(attachments.ATTACHMENTS, value, "an attachment")
    if (variant["attachment"] if variant else "") == value:
        return header
    variants.put(desk, header["no"], language, attachment=value, subject=header["subject"])
    carry(desk, header, "attachment", value)
    if variant:
        attachments.remove_unused(desk, [variant["attachment"]])
    changed(desk, header, "attachment")
    return opened(desk, header["no"])
