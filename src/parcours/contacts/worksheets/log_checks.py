"""What stops the logging of a worksheet, in the order of the specification (contact-segments.md, 15.1).

All lines are checked by the database at once: the first fault of the first line that has one is what counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, case, func, literal, select

from parcours.contacts.interactions.templates import TEMPLATES
from parcours.contacts.office.desk import Desk, Row
from parcours.contacts.tables import campaigns, contacts, interactions, setup
from parcours.contacts.worksheets.opened import LINES
from parcours.core.errors import ParcoursError, Refused

CONTACTS = contacts.contacts
ADDRESSES = contacts.alt_addresses
SALESPEOPLE = setup.salespeople
CAMPAIGNS = campaigns.campaigns
LOGGED = interactions.logged_segments

#: Faults of a line by name: what becomes of them.
_Fault = Callable[[Desk, Row], ParcoursError]


def check(desk: Desk, header: Row, *, deliver: bool) -> None:
    """Refuse a worksheet that cannot be logged.

    Raises:
        Refused: ``logged-segment-exists``, ``segment-description-required``, ``segment-empty``,
            ``line-date-required``, ``line-salesperson-required``, ``line-template-required``,
            ``contact-email-missing``, ``attachment-required``, ``correspondence-type-required``.
        UnknownNameError: contact, salesperson, template or campaign of a line is gone.
    """
    no = header["no"]
    if desk.first(LOGGED, segment_no=no) is not None:
        raise Refused(f"a segment {no} was logged before", code="logged-segment-exists", hint="use another number")
    if not header["description"]:
        raise Refused(f"segment {no} has no description", code="segment-description-required")
    if desk.first(LINES, LINES.c.contact_no != "", segment_no=no) is None:
        raise Refused(f"segment {no} has no line with a contact", code="segment-empty", hint="add contacts")
    fault = _fault(deliver=deliver).label("fault")
    query = select(LINES, fault).select_from(joined()).where(of_segment(no), fault != "").order_by(LINES.c.line_no)
    found = desk.con.execute(query.limit(1)).mappings().first()
    if found is not None:
        raise _FAULTS[found["fault"]](desk, dict(found))


def of_segment(no: str) -> ColumnElement[bool]:
    """The lines that are logged: those with a contact."""
    return and_(LINES.c.segment_no == no, LINES.c.contact_no != "")


def joined() -> FromClause:
    """Lines beside contact, alternative address, salesperson, template and campaign, where these exist."""
    address = and_(ADDRESSES.c.contact_no == LINES.c.contact_no, ADDRESSES.c.code == LINES.c.alt_address)
    return (
        LINES.outerjoin(CONTACTS, CONTACTS.c.no == LINES.c.contact_no)
        .outerjoin(ADDRESSES, address)
        .outerjoin(SALESPEOPLE, SALESPEOPLE.c.code == LINES.c.salesperson_code)
        .outerjoin(TEMPLATES, TEMPLATES.c.code == LINES.c.interaction_template)
        .outerjoin(CAMPAIGNS, CAMPAIGNS.c.no == LINES.c.campaign_no)
    )


def correspondence_type() -> ColumnElement[str]:
    """That of the interaction: the line's, blank where it is e-mail and there is no address to write to."""
    reachable = func.coalesce(CONTACTS.c.email, "") + func.coalesce(ADDRESSES.c.email, "") != ""
    return case((and_(LINES.c.correspondence_type == "email", ~reachable), ""), else_=LINES.c.correspondence_type)


def delivered() -> ColumnElement[bool]:
    """Whether there is something to deliver, if it is wanted at all."""
    return LINES.c.correspondence_type + func.coalesce(TEMPLATES.c.correspondence_type, "") != ""


def _fault(*, deliver: bool) -> ColumnElement[str]:
    blank = LINES.c.interaction_template == ""
    tests: list[tuple[Any, str]] = [
        (LINES.c.date.is_(None), "date"),
        (CONTACTS.c.no.is_(None), "contact"),
        (LINES.c.salesperson_code == "", "salesperson"),
        (SALESPEOPLE.c.code.is_(None), "salesperson-gone"),
        (blank, "template"),
        (TEMPLATES.c.code.is_(None), "template-gone"),
        (and_(LINES.c.campaign_no != "", CAMPAIGNS.c.no.is_(None)), "campaign-gone"),
    ]
    if deliver:
        by_mail = and_(LINES.c.correspondence_type == "email", CONTACTS.c.email == "", LINES.c.alt_address == "")
        nothing = and_(LINES.c.attachment == "", LINES.c.word_template == "")
        tests += [
            (by_mail, "email"),
            (and_(delivered(), nothing), "attachment"),
            (and_(delivered(), correspondence_type() == ""), "correspondence"),
        ]
    return case(*((test, literal(name)) for test, name in tests), else_="")


def _refused(code: str, words: str, hint: str) -> _Fault:
    def made(desk: Desk, line: Row) -> ParcoursError:
        text = f"line {line['line_no']}, contact {line['contact_no']}: {words}"
        return Refused(text, code=code, where=f"line {line['line_no']}", hint=hint)

    return made


def _gone(table: Any, field: str, what: str) -> _Fault:
    def made(desk: Desk, line: Row) -> ParcoursError:
        error = desk.unknown(table, line[field], what)
        error.where = f"line {line['line_no']}"
        return error

    return made


_FAULTS: dict[str, _Fault] = {
    "date": _refused("line-date-required", "the date is missing", "give it one"),
    "contact": _gone(CONTACTS, "contact_no", "a contact"),
    "salesperson": _refused("line-salesperson-required", "the salesperson is missing", "choose one"),
    "salesperson-gone": _gone(SALESPEOPLE, "salesperson_code", "a salesperson"),
    "template": _refused("line-template-required", "the interaction template is missing", "choose one"),
    "template-gone": _gone(TEMPLATES, "interaction_template", "an interaction template"),
    "campaign-gone": _gone(CAMPAIGNS, "campaign_no", "a campaign"),
    "email": _refused("contact-email-missing", "there is no e-mail address", "give the contact one"),
    "attachment": _refused("attachment-required", "there is nothing to send", "attach a document"),
    "correspondence": _refused(
        "correspondence-type-required", "there is no way to send it", "set the correspondence type of the line"
    ),
}
