"""Opportunities: made from a contact, an interaction or a whole segment, changed and deleted (section 20, and 17)."""

from __future__ import annotations

from typing import Any

from parcours.contacts.office import Desk, Row, series
from parcours.contacts.office import setup as settings
from parcours.contacts.opportunities import cycles
from parcours.contacts.people import finding, salespeople
from parcours.contacts.people.fields import checked
from parcours.contacts.tables import campaigns, interactions, opportunities, worksheets
from parcours.core.errors import InputError, Refused

TABLE = opportunities.opportunities
ENTRIES = opportunities.opportunity_entries
TASKS = opportunities.tasks
LINES = worksheets.worksheet_lines

#: Fields that people may change; the others come from moves.
FIELDS = ("description", "salesperson_code", "contact_no", "campaign_no", "sales_cycle_code", "priority", "quote_no")
PRIORITIES = ("", "low", "normal", "high")
#: Fields whose change takes open tasks along, if the user says so.
_WITH_TASKS = ("salesperson_code", "contact_no", "campaign_no")


def get(desk: Desk, no: str) -> Row:
    """The opportunity with this number.

    Raises:
        UnknownNameError: there is none.
    """
    return desk.get(TABLE, no.strip().upper(), "an opportunity")


def create(
    desk: Desk,
    contact_no: str,
    *,
    no: str = "",
    description: str = "",
    sales_cycle_code: str = "",
    salesperson_code: str = "",
    campaign_no: str = "",
    segment_no: str = "",
    priority: str = "normal",
    quote_no: str = "",
) -> Row:
    """Make an opportunity, not started yet; its creation date is the work date.

    The salesperson is by default that of the user, else that of the contact.

    Raises:
        UnknownNameError: a contact, sales cycle, salesperson, campaign or segment that does not exist.
        Refused: ``sales-cycle-blocked``, ``salesperson-blocked``; ``campaign-not-active``, ``campaign-dates``, of the
            campaign; ``segment-empty``, the segment has no lines; ``other-campaign``, the segment has another one.
        InputError: a value that is none.
    """
    contact = finding.get(desk, contact_no)
    given = {"description": description, "priority": priority, "quote_no": quote_no}
    values = _checked({**given, "segment_no": segment_no, "campaign_no": campaign_no})
    if sales_cycle_code:
        values["sales_cycle_code"] = cycles.choose(desk, sales_cycle_code)["code"]
    seller = salesperson_code or desk.own_salesperson or contact["salesperson_code"]
    values["salesperson_code"] = salespeople.choose(desk, seller)
    _check_segment(desk, values)
    _check_campaign(desk, values["campaign_no"])
    row = _add(desk, no, contact, values)
    desk.describe("opportunity", row["no"], f"for contact {contact['no']}")
    return row


def from_interaction(desk: Desk, entry: int, **values: Any) -> Row:
    """Make an opportunity from an interaction: contact, campaign, salesperson and description are taken from it.

    Raises:
        UnknownNameError: there is no such interaction.
        Refused: ``interaction-canceled``; ``opportunity-exists``, it has one already; or what :func:`create` refuses.
    """
    found = desk.get(interactions.interactions, entry, "an interaction")
    if found["canceled"]:
        raise Refused(f"interaction {entry} is canceled", code="interaction-canceled")
    if found["opportunity_no"]:
        raise Refused(f"interaction {entry} has opportunity {found['opportunity_no']}", code="opportunity-exists")
    taken = {name: found[name] for name in ("description", "salesperson_code", "campaign_no")}
    row = create(desk, found["contact_no"], **{**taken, **values})
    desk.change(interactions.interactions, entry, opportunity_no=row["no"])
    return desk.change(TABLE, row["no"], interaction=entry)


def for_segment(desk: Desk, segment_no: str) -> list[str]:
    """One opportunity for every line of a segment that has a contact, after a question. Returns their numbers.

    Campaign dates and activation are not looked at (section 17).

    Raises:
        UnknownNameError: there is no such segment.
        Refused: ``opportunity-no-series-missing``.
        OpenQuestion: nobody answered.
    """
    segment = desk.get(worksheets.worksheets, segment_no.strip().upper(), "a segment")
    lines = desk.rows(LINES, LINES.c.contact_no != "", order=[LINES.c.line_no], segment_no=segment["no"])
    if not desk.ask("create_for_all_contacts", f"({len(lines)} contacts)") or not lines:
        return []
    numbers = series.draw_many(desk, *_series(desk), len(lines))
    rows = [_from_line(desk, number, line) for number, line in zip(numbers, lines, strict=True)]
    desk.add_many(TABLE, rows)
    desk.touch(line["contact_no"] for line in lines)
    desk.describe("worksheet", segment["no"], f"{len(rows)} opportunities")
    return numbers


def change(desk: Desk, no: str, expected_version: int | None = None, **values: Any) -> Row:
    """Change fields of an opportunity (:data:`FIELDS`).

    Another salesperson, campaign or contact asks whether open tasks follow.

    Raises:
        UnknownNameError, Refused, InputError: see :func:`create`; ``unknown-field``; ``sales-cycle-in-use``, it has
            started in its sales cycle; ``opportunity-closed``; ``conflict``.
        OpenQuestion: nobody answered.
    """
    before = get(desk, no)
    for name in values:
        if name not in FIELDS:
            raise InputError(f"{name} cannot be changed", code="unknown-field", hint=f"fields: {', '.join(FIELDS)}")
    if before["closed"]:
        raise Refused(f"opportunity {before['no']} is closed", code="opportunity-closed")
    made = _linked(desk, before, _checked(values))
    row = desk.change(TABLE, before["no"], expected_version, **made)
    _move_tasks(desk, before, row)
    desk.touch({before["contact_no"], row["contact_no"]})
    desk.describe("opportunity", row["no"], ", ".join(sorted(values)))
    return row


def delete(desk: Desk, no: str) -> None:
    """Delete an opportunity with its entries; open tasks lose their link.

    Raises:
        UnknownNameError: there is none.
        Refused: ``opportunity-in-progress``.
    """
    row = get(desk, no)
    if row["status"] == "in_progress":
        raise Refused(
            f"opportunity {row['no']} is in progress", code="opportunity-in-progress", hint="close it as lost first"
        )
    desk.remove_many(ENTRIES, opportunity_no=row["no"])
    desk.change_many(TASKS, [TASKS.c.opportunity_no == row["no"]], opportunity_no="")
    if row["interaction"]:
        desk.change(interactions.interactions, row["interaction"], opportunity_no="")
    desk.remove(TABLE, row["no"])
    desk.touch([row["contact_no"]])
    desk.describe("opportunity", row["no"], "deleted")


def campaign_active(desk: Desk, campaign: Row) -> bool:
    """Whether a campaign is active: in the reference when its target group is not empty (section 18)."""
    if desk.reference:
        return desk.count(campaigns.campaign_targets, campaign_no=campaign["no"]) > 0
    return bool(campaign["active"])


def _checked(values: Row) -> Row:
    made = checked(TABLE, {name: value for name, value in values.items() if name != "priority"})
    if "priority" in values:
        made["priority"] = values["priority"]
    if made.get("priority", "") not in PRIORITIES:
        raise InputError(f"a priority cannot be {made['priority']!r}", code="bad-choice", hint="low, normal or high")
    for name in ("campaign_no", "segment_no", "quote_no", "contact_no"):
        if name in made:
            made[name] = made[name].upper()
    return made


def _check_campaign(desk: Desk, no: str) -> None:
    """Its dates must cover the creation date, and it must be active."""
    if not no:
        return
    row = desk.get(campaigns.campaigns, no, "a campaign")
    starts, ends, day = row["starting_date"], row["ending_date"], desk.work_date
    if (starts and day < starts) or (ends and day > ends):
        raise Refused(f"the dates of campaign {no} do not cover {day}", code="campaign-dates")
    if not campaign_active(desk, row):
        raise Refused(f"campaign {no} is not active", code="campaign-not-active", hint="activate it first")


def _check_segment(desk: Desk, values: Row) -> None:
    """It needs lines, and its campaign, if any, is that of the opportunity."""
    if not values["segment_no"]:
        return
    row = desk.get(worksheets.worksheets, values["segment_no"], "a segment")
    if not desk.count(LINES, segment_no=row["no"]):
        raise Refused(f"segment {row['no']} has no lines", code="segment-empty")
    if row["campaign_no"] and values["campaign_no"] not in ("", row["campaign_no"]):
        raise Refused(
            f"segment {row['no']} belongs to campaign {row['campaign_no']}, not {values['campaign_no']}",
            code="other-campaign",
        )
    values["campaign_no"] = row["campaign_no"] or values["campaign_no"]


def _series(desk: Desk) -> tuple[str, str, str]:
    return str(settings.get(desk, "opportunity_nos")), "opportunity-no-series-missing", "opportunities"


def _add(desk: Desk, no: str, contact: Row, values: Row) -> Row:
    if no.strip():
        number = series.typed(desk, str(settings.get(desk, "opportunity_nos")), no, "opportunities")
        if desk.find(TABLE, number) is not None:
            raise Refused(f"there is an opportunity {number} already", code="number-taken")
    else:
        number = series.draw(desk, *_series(desk))
    person = {"contact_no": contact["no"], "contact_company": contact["company_no"]}
    desk.touch([contact["no"]])
    return desk.add(TABLE, no=number, status="not_started", creation_date=desk.work_date, **person, **values)


def _from_line(desk: Desk, number: str, line: Row) -> Row:
    names = ("description", "contact_no", "contact_company", "campaign_no", "salesperson_code", "segment_no")
    head = {"no": number, "status": "not_started", "creation_date": desk.work_date, "priority": "normal"}
    return {**head, **{name: line[name] for name in names}}


def _linked(desk: Desk, before: Row, made: Row) -> Row:
    """Changed links, checked; a contact brings its company."""
    if made.get("salesperson_code", before["salesperson_code"]) != before["salesperson_code"]:
        made["salesperson_code"] = salespeople.choose(desk, made["salesperson_code"])
    if made.get("campaign_no", before["campaign_no"]) != before["campaign_no"]:
        _check_campaign(desk, made["campaign_no"])
    if made.get("sales_cycle_code", before["sales_cycle_code"]) != before["sales_cycle_code"]:
        if before["status"] != "not_started":
            raise Refused(f"opportunity {before['no']} has started in its sales cycle", code="sales-cycle-in-use")
        made["sales_cycle_code"] = cycles.choose(desk, made["sales_cycle_code"])["code"]
    if "contact_no" in made:
        contact = finding.get(desk, made["contact_no"])
        made |= {"contact_no": contact["no"], "contact_company": contact["company_no"]}
    return made


def _move_tasks(desk: Desk, before: Row, after: Row) -> None:
    moved = {name: after[name] for name in _WITH_TASKS if before[name] != after[name]}
    if not moved:
        return
    where = [TASKS.c.opportunity_no == before["no"], ~TASKS.c.closed]
    if not desk.count(TASKS, *where) or not desk.ask("move_tasks"):
        return
    if "contact_no" in moved:
        moved["contact_company"] = after["contact_company"]
    desk.change_many(TASKS, where, **moved)
