"""Phone calls made from a line (contact-segments.md, section 17)."""

from __future__ import annotations

from typing import Any

from parcours.contacts.interactions import templates
from parcours.contacts.interactions.entries import find_or_make
from parcours.contacts.interactions.journal import INTERACTIONS, record_many
from parcours.contacts.interactions.recording import check_consent
from parcours.contacts.interactions.values import checked
from parcours.contacts.office.desk import Desk, Row
from parcours.contacts.people import finding
from parcours.contacts.tables import campaigns, setup
from parcours.contacts.worksheets.opened import line_of, opened
from parcours.core.errors import Refused

EVENT = "outgoing_calls"


def make_phone_call(
    desk: Desk,
    no: str,
    line_no: int,
    phone_no: str,
    description: str | None = None,
    *,
    evaluation: str = "",
    successful: bool = True,
    duration: int | None = None,
    time: str | None = None,
) -> int:
    """Log a phone call with the contact of a line at once; the line stays as it is.

    Contact, salesperson, alternative address and task are the line's, the campaign the header's, else the line's;
    cost, flow and marks those of the template for outgoing calls; the day is today.

    Args:
        desk: where.
        no: number of the worksheet.
        line_no: number of the line.
        phone_no: the number that was called.
        description: ``None`` takes the template's.
        evaluation: how it went; blank, or ``very_positive`` … ``very_negative``.
        successful: whether the contact was reached.
        duration: minutes; ``None`` takes the template's.
        time: ``HH:MM``; ``None`` is now.

    Returns:
        The entry number.

    Raises:
        UnknownNameError: there is no such worksheet, line or salesperson.
        Refused: ``call-template-missing``, ``phone-no-required``, ``date-required``, ``description-required``,
            ``salesperson-required``, ``contact-required``, ``contact-privacy-blocked``, ``minor-without-consent``,
            ``phone-with-letters``.
        InputError: ``bad-choice``.
    """
    header = opened(desk, no)
    line = line_of(desk, header, line_no)
    template = templates.recorded(desk, EVENT)
    if template is None:
        raise Refused(
            "no interaction template is set up for outgoing calls", code="call-template-missing", hint="set one up"
        )
    typed: dict[str, Any] = {
        "phone_no": phone_no,
        "description": template["description"] if description is None else description,
        "evaluation": evaluation,
        "duration": template["unit_duration"] if duration is None else duration,
        "time": f"{desk.days.moment:%H:%M}" if time is None else time,
    }
    row = {**_values(desk, header, line, template), **checked(INTERACTIONS, typed), "attempt_failed": not successful}
    _check(desk, row)
    if row["campaign_no"]:
        row["campaign_entry"] = _entry(desk, row)
    desk.describe("worksheet", header["no"], f"call of {row['contact_no']}: {row['description']}")
    return record_many(desk, [row])[0]


def _values(desk: Desk, header: Row, line: Row, template: Row) -> Row:
    return {
        **templates.values_of(template),
        "contact_no": line["contact_no"],
        "company_no": line["contact_company"],
        "salesperson_code": line["salesperson_code"],
        "alt_address": line["alt_address"],
        "task": line["task"],
        "campaign_no": header["campaign_no"] or line["campaign_no"],
        "segment_no": header["no"],
        "language_code": line["language_code"],
        "date": desk.today,
    }


def _check(desk: Desk, row: Row) -> None:
    needed = (("phone_no", "a phone number"), ("date", "a date"), ("description", "a description"),
              ("salesperson_code", "a salesperson"), ("contact_no", "a contact"))  # fmt: skip
    for field, what in needed:
        if not row[field]:
            code = field.removesuffix("_code").replace("_", "-").replace("contact-no", "contact")
            raise Refused(f"a phone call needs {what}", code=f"{code}-required", where=field)
    desk.get(setup.salespeople, row["salesperson_code"], "a salesperson")
    check_consent(finding.get(desk, row["contact_no"]))


def _entry(desk: Desk, row: Row) -> int:
    desk.get(campaigns.campaigns, row["campaign_no"], "a campaign")
    return find_or_make(
        desk,
        row["campaign_no"],
        segment=row["segment_no"],
        description=row["description"],
        day=row["date"],
        salesperson=row["salesperson_code"],
    )
