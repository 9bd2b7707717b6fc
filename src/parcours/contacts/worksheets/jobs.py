"""What else is done with the contacts of a worksheet: mailing group, cover sheets, labels, export (section 17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Select, and_, case, select

from parcours.contacts.documents import labels as label_sheets
from parcours.contacts.documents import pdf
from parcours.contacts.documents.files import File
from parcours.contacts.interactions.automatic import record_events
from parcours.contacts.office.desk import Desk, Row
from parcours.contacts.people import attributes
from parcours.contacts.tables import contacts, setup
from parcours.contacts.worksheets.opened import LINES, opened
from parcours.language.templates import parse_template

CONTACTS = contacts.contacts
ADDRESSES = contacts.alt_addresses
COUNTRIES = setup.codes
#: Fields of an address: those of the alternative address where the line has one, else the contact's.
_ADDRESS = (
    "address", "address_2", "post_code", "city", "county", "country_code", "phone_no", "mobile_phone_no", "fax_no",
    "email",
)  # fmt: skip
#: Fields of the contact that are exported.
_EXPORTED = (
    "no", "type", "name", "first_name", "last_name", "salutation_code", "job_title", "company_no", "company_name",
    "language_code", "salesperson_code", "territory_code",
)  # fmt: skip
_COVER_EVENT = "cover_sheets"
_COVER = """<html><body>{% for sheet in sheets %}<div style="page-break-after: always">
<p>{% for line in sheet.lines %}{{ line }}<br/>{% endfor %}</p>
<p>{{ sheet.date }}</p><p><b>{{ sheet.subject }}</b></p>
<p>{{ sheet.salesperson }}</p><p>{{ sheet.contact_no }}</p></div>{% endfor %}</body></html>"""


def apply_mailing_group(desk: Desk, no: str, group: str, *, delete_old: bool = False) -> int:
    """Put every contact of a worksheet into a mailing group, each once. Returns how many came.

    Args:
        desk: where.
        no: number of the worksheet.
        group: code of the group.
        delete_old: everybody else leaves the group.

    Raises:
        UnknownNameError: there is no such worksheet or group.
        Refused: ``mailing-group-required``.
    """
    header = opened(desk, no)
    query = select(CONTACTS.c.no).join(LINES, LINES.c.contact_no == CONTACTS.c.no)
    who = desk.con.execute(query.where(LINES.c.segment_no == header["no"]).order_by(LINES.c.line_no)).scalars()
    came = attributes.apply_mailing_group(desk, group, who, delete_old=delete_old)
    desk.describe("worksheet", header["no"], f"mailing group {group.strip().upper()}: {came} contacts came")
    return came


def cover_sheets(desk: Desk, no: str, *, log: bool = False) -> list[Row]:
    """One cover sheet per line with a contact.

    Args:
        desk: where.
        no: number of the worksheet.
        log: record an interaction per line with the template for cover sheets, if one is set up. They carry the
            campaign of the header and are not tied to the worksheet.

    Returns:
        ``contact_no``, ``lines`` (name and address), ``date``, ``subject`` and ``salesperson`` per sheet.

    Raises:
        UnknownNameError: there is no such worksheet.
    """
    header = opened(desk, no)
    rows = _addressed(desk, header["no"])
    names = {row["code"]: row["name"] for row in desk.rows(setup.salespeople)}
    if log:
        record_events(desk, _COVER_EVENT, [row["no"] for row in rows], campaign_no=header["campaign_no"])
        desk.describe("worksheet", header["no"], f"{len(rows)} cover sheets")
    return [
        {
            "contact_no": row["no"],
            "lines": _lines(row),
            "date": row["line_date"],
            "subject": row["line_subject"] or row["line_description"],
            "salesperson": names.get(row["line_salesperson"], ""),
        }
        for row in rows
    ]


def print_cover_sheets(sheets: Sequence[Mapping[str, Any]], name: str = "cover-sheets") -> File:
    """Cover sheets as PDF, a page each.

    Raises:
        DeliveryError: ``no-font``, ``no-pages``, ``extra-missing``.
    """
    html = parse_template(_COVER, html=True).render({"sheets": [dict(sheet) for sheet in sheets]})
    return File(f"{name}.pdf", pdf.MEDIA_TYPE, pdf.from_html(html))


def addresses(desk: Desk, no: str) -> list[list[str]]:
    """Name and address of every line with a contact, in their order, as they stand on labels.

    Raises:
        UnknownNameError: there is no such worksheet.
    """
    return [_lines(row) for row in _addressed(desk, opened(desk, no)["no"])]


def labels(desk: Desk, no: str, sheet: str = "3x8") -> File:
    """Address labels as PDF, one per line with a contact.

    Raises:
        UnknownNameError: there is no such worksheet.
        InputError: ``bad-choice``, there is no such sheet of labels.
        DeliveryError: ``no-font``, ``extra-missing``.
    """
    return label_sheets.labels(addresses(desk, no), sheet, f"labels-{no.strip().upper()}")


def export(desk: Desk, no: str) -> pl.DataFrame:
    """The contacts of a worksheet with their addresses, each once, in the order of the lines.

    Raises:
        UnknownNameError: there is no such worksheet.
    """
    names = [*_EXPORTED, *_ADDRESS]
    query = _query(opened(desk, no)["no"])
    found = desk.frame(query, dict.fromkeys(query.selected_columns.keys(), pl.String) | {"line_date": pl.Date})
    return found.unique("no", keep="first", maintain_order=True).select(names)


def _query(no: str) -> Select[Any]:
    """Every line with a contact: the contact, its address as the line wants it, and what the line says."""
    other = ADDRESSES.c.code.is_not(None)
    of_line = and_(ADDRESSES.c.contact_no == LINES.c.contact_no, ADDRESSES.c.code == LINES.c.alt_address)
    country = and_(COUNTRIES.c.kind == "country", COUNTRIES.c.code == _either(other, "country_code"))
    return (
        select(
            *(CONTACTS.c[name] for name in _EXPORTED),
            *(_either(other, name).label(name) for name in _ADDRESS),
            COUNTRIES.c.description.label("country"),
            LINES.c.date.label("line_date"),
            LINES.c.subject.label("line_subject"),
            LINES.c.description.label("line_description"),
            LINES.c.salesperson_code.label("line_salesperson"),
        )
        .select_from(LINES.join(CONTACTS, CONTACTS.c.no == LINES.c.contact_no))
        .outerjoin(ADDRESSES, of_line)
        .outerjoin(COUNTRIES, country)
        .where(LINES.c.segment_no == no)
        .order_by(LINES.c.line_no)
    )


def _either(other: ColumnElement[bool], name: str) -> ColumnElement[str]:
    """A field of the alternative address; ways to reach somebody that it lacks are the contact's."""
    wanted = and_(other, ADDRESSES.c[name] != "") if name in _ADDRESS[-4:] else other
    return case((wanted, ADDRESSES.c[name]), else_=CONTACTS.c[name])


def _addressed(desk: Desk, no: str) -> list[Row]:
    return [dict(row) for row in desk.con.execute(_query(no)).mappings()]


def _lines(row: Mapping[str, Any]) -> list[str]:
    """Name and address, blank lines left out; a person stands below its company."""
    company = row["company_name"] if row["type"] == "person" else ""
    place = " ".join(part for part in (row["post_code"], row["city"]) if part)
    country = row["country"] or row["country_code"]
    parts = (company, row["name"], row["address"], row["address_2"], place, row["county"], country)
    return [part for part in parts if part]
