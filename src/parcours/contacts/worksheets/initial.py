"""Values of a new line, from header and contact (contact-segments.md, section 8), for many contacts at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
from sqlalchemy import func, select

from parcours.contacts import selection
from parcours.contacts.interactions import templates
from parcours.contacts.office import Desk, Row
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.people import addresses
from parcours.contacts.tables import contacts as contact_tables
from parcours.contacts.worksheets import variants
from parcours.contacts.worksheets.opened import LINES

CONTACTS = contact_tables.contacts
#: Fields that lines take from the header as they are, by the header's name.
FROM_HEADER: Mapping[str, str] = {
    "description": "description",
    "campaign_no": "campaign_no",
    "interaction_template": "interaction_template",
    "interaction_group": "interaction_group",
    "unit_cost": "cost",
    "unit_duration": "duration",
    "date": "date",
    "campaign_target": "campaign_target",
    "information_flow": "information_flow",
    "initiated_by": "initiated_by",
    "campaign_response": "campaign_response",
    "send_as_attachment": "send_as_attachment",
}
#: Numbers of lines go up by this.
STEP = 10_000
_FROM_CONTACT = ("no", "company_no", "salesperson_code", "correspondence_type", "language_code")
#: With more contacts than this their columns are read.
_MANY = 2_000


def frame(desk: Desk, header: Row, contacts: Sequence[str], first_line_no: int) -> pl.DataFrame:
    """Complete lines for contacts, in their order, numbered from ``first_line_no`` in steps of 10000; not inserted.

    A blank contact gives a line without contact.

    Raises:
        UnknownNameError: there is no such contact.
    """
    found = known_contacts(desk, contacts)
    template = template_of(desk, header)
    in_force = addresses.in_force(desk, contacts, header["date"]) if header["date"] else {}
    found = found.with_columns(
        pl.col("no").replace_strict(in_force, default="", return_dtype=pl.String).alias("alt_address"),
        *_texts(desk, header),
    )
    return found.select(
        *(_same(name, value) for name, value in _from_header(header).items()),
        pl.int_range(pl.len(), dtype=pl.Int64).mul(STEP).add(first_line_no).alias("line_no"),
        pl.col("no").alias("contact_no"),
        pl.col("company_no").alias("contact_company"),
        (pl.lit(header["salesperson_code"]) if header["salesperson_code"] else pl.col("salesperson_code")).alias(
            "salesperson_code"
        ),
        correspondence(header, template).alias("correspondence_type"),
        "attachment",
        "attachment_state",
        "subject",
        "word_template",
        pl.col("language").alias("language_code"),
        "alt_address",
    )


def known_contacts(desk: Desk, contacts: Sequence[str]) -> pl.DataFrame:
    """What lines take from their contacts, in the order given; a blank contact has blanks.

    Raises:
        UnknownNameError: there is no such contact.
    """
    found = _of_many(desk, contacts) if len(contacts) > _MANY else _of_few(desk, contacts)
    missing = found.filter(pl.col("company_no").is_null())
    if missing.height:
        raise desk.unknown(CONTACTS, missing["no"][0], "a contact")
    return found


def _of_few(desk: Desk, contacts: Sequence[str]) -> pl.DataFrame:
    columns = [CONTACTS.c[name] for name in _FROM_CONTACT]
    rows: list[tuple[str, ...]] = [("",) * len(columns)]
    for chunk in in_chunks(set(contacts) - {""}):
        rows += (tuple(row) for row in desk.con.execute(select(*columns).where(CONTACTS.c.no.in_(chunk))))
    known = pl.DataFrame(rows, schema=dict.fromkeys(_FROM_CONTACT, pl.String), orient="row")
    wanted = pl.DataFrame({"no": list(contacts)}, schema={"no": pl.String})
    return wanted.join(known, on="no", how="left", maintain_order="left")


def _of_many(desk: Desk, contacts: Sequence[str]) -> pl.DataFrame:
    """The same, out of the columns that selections read."""
    found = selection.fields_of(desk, contacts, *_FROM_CONTACT[1:])
    blank = pl.when(pl.col("no") == "").then(pl.lit(""))
    return found.with_columns(blank.otherwise(name).alias(name) for name in _FROM_CONTACT[1:])


def template_of(desk: Desk, holder: Mapping[str, Any]) -> Row | None:
    """The interaction template of a header or line, if it has one that is still there."""
    code = holder["interaction_template"]
    return desk.find(templates.TEMPLATES, code) if code else None


def correspondence(header: Row, template: Row | None, kept: pl.Expr | None = None) -> pl.Expr:
    """The correspondence type by line, out of the contact's preference in column ``correspondence_type``.

    Args:
        header: of the worksheet; decides alone where it ignores contacts and has a default.
        template: of the lines.
        kept: what a line had; it stays where neither contact nor template say anything.
    """
    if header["ignore_contact_correspondence_type"] and header["correspondence_type"]:
        return pl.lit(header["correspondence_type"])
    preferred = pl.col("correspondence_type")
    if template is None:
        return preferred if kept is None else pl.when(preferred == "").then(kept).otherwise(preferred)
    default = pl.lit(template["correspondence_type"])
    if template["ignore_contact_correspondence_type"]:
        return default
    blank = kept if kept is not None and not template["correspondence_type"] else default
    return pl.when(preferred == "").then(blank).otherwise(preferred)


def correspondence_of(header: Row, template: Row | None, contact: Row | None, kept: str) -> str:
    """The correspondence type of one line; ``kept`` is what it had."""
    preferred = contact["correspondence_type"] if contact else ""
    one = pl.DataFrame({"correspondence_type": [preferred]})
    return str(one.select(correspondence(header, template, pl.lit(kept))).item())


def next_line_no(desk: Desk, no: str) -> int:
    """The number of the next line: 10000 after the highest one."""
    highest = desk.con.execute(select(func.max(LINES.c.line_no)).where(LINES.c.segment_no == no)).scalar_one()
    return int(highest or 0) + STEP


def _from_header(header: Row) -> dict[str, Any]:
    return {"segment_no": header["no"], **{line: header[name] for name, line in FROM_HEADER.items()}}


def _same(name: str, value: Any) -> pl.Expr:
    return pl.lit(value, dtype=pl.Date if name == "date" else None).alias(name)


def _texts(desk: Desk, header: Row) -> list[pl.Expr]:
    """Language, attachment, subject and Word template, out of the contact's language."""
    known = variants.of(desk, header["no"])
    default = header["language_code"]
    language = pl.col("language_code")
    chosen = pl.when(language.is_in(list(known))).then(language).otherwise(pl.lit(default))
    without = {**variants.fields(None, "", header["word_template"]), "subject": header["subject"]}
    made = {code: variants.fields(row, variants.INHERITED, header["word_template"]) for code, row in known.items()}
    texts = [
        chosen.replace_strict(
            {code: values[name] for code, values in made.items()}, default=pl.lit(blank), return_dtype=pl.String
        ).alias(name)
        for name, blank in without.items()
    ]
    return [chosen.alias("language"), *texts]
