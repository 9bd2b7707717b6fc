"""Tasks: of a salesperson or a team, with a contact, a whole segment, a campaign or an opportunity (section 20)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from parcours.contacts.office import Desk, Row, series
from parcours.contacts.office import setup as settings
from parcours.contacts.people import finding, salespeople
from parcours.contacts.people.fields import checked
from parcours.contacts.tables import campaigns, opportunities, worksheets
from parcours.core.errors import InputError, Refused, nearest
from parcours.language.filters.formulas import parse_formula

TABLE = opportunities.tasks
TEAMS = opportunities.teams
MEMBERS = opportunities.team_members

TYPES = ("", "meeting", "phone_call")
STATUSES = ("not_started", "in_progress", "completed", "waiting", "postponed")
_CHOICES = {"type": TYPES, "status": STATUSES, "priority": ("low", "normal", "high")}
#: Fields that people may change.
FIELDS = ("type", "description", "status", "priority", "date", "ending_date", "salesperson_code")


def put_team(desk: Desk, code: str, name: str = "", members: Sequence[str] = ()) -> Row:
    """Make or change a team of salespeople.

    Raises:
        InputError: ``code-required``.
        UnknownNameError: a member is no salesperson.
    """
    code = code.strip().upper()
    if not code:
        raise InputError("a team needs a code", code="code-required")
    codes = [salespeople.get(desk, member)["code"] for member in members]
    if desk.find(TEAMS, code) is None:
        desk.add(TEAMS, code=code, name=name)
    else:
        desk.change(TEAMS, code, name=name)
    desk.remove_many(MEMBERS, team_code=code)
    for member in dict.fromkeys(codes):
        desk.add(MEMBERS, team_code=code, salesperson_code=member)
    desk.describe("team", code)
    return desk.get(TEAMS, code, "a team")


def create(
    desk: Desk,
    description: str,
    *,
    type: str = "",
    date: date | None = None,
    ending_date: date | None = None,
    priority: str = "normal",
    salesperson_code: str = "",
    team_code: str = "",
    contact_no: str = "",
    segment_no: str = "",
    campaign_no: str = "",
    opportunity_no: str = "",
    stage: int = 0,
) -> Row:
    """Make a task. With a team each member gets a task of its own, with a segment each of its contacts; those are
    made from this one (``organizer_no``) and closed with it.

    Args:
        desk: where.
        description: what is to be done.
        type: blank, ``meeting`` or ``phone_call``.
        date, ending_date: by default the work date, and the date.
        priority: ``low``, ``normal`` or ``high``.
        salesperson_code: by default the user's own; with a team that of its members.
        team_code: a team instead of a salesperson.
        contact_no, segment_no, campaign_no, opportunity_no, stage: what it is about.

    Raises:
        InputError: ``description-required``, ``bad-choice``, ``bad-range``.
        UnknownNameError: a contact, segment, campaign, team or salesperson that does not exist.
        Refused: ``salesperson-required``, ``team-empty``, ``segment-empty``, ``task-no-series-missing``.
    """
    if not description.strip():
        raise InputError("a task needs a description", code="description-required")
    day = date or desk.work_date
    if ending_date is not None and ending_date < day:
        raise InputError(f"the end {ending_date} lies before {day}", code="bad-range")
    values = _checked({"description": description, "type": type, "priority": priority})
    links = _links(desk, contact_no, segment_no, campaign_no, opportunity_no)
    values |= {"date": day, "ending_date": ending_date or day, "status": "not_started", "stage": stage, **links}
    sellers = _sellers(desk, salesperson_code, team_code)
    people = _contacts(desk, links)
    own = {"salesperson_code": "" if team_code else sellers[0], "team_code": team_code.strip().upper()}
    numbers = series.draw_many(desk, *_series(desk), 1 + len(sellers) * len(people) * bool(team_code or segment_no))
    head = desk.add(TABLE, no=numbers[0], last_modified=desk.days.at, **own, **values)
    pairs = [(seller, person) for seller in sellers for person in people]
    rows = [
        {**values, **own, **person, "no": number, "organizer_no": head["no"], "salesperson_code": seller}
        for number, (seller, person) in zip(numbers[1:], pairs, strict=False)
    ]
    desk.add_many(TABLE, [{**row, "last_modified": desk.days.at} for row in rows])
    desk.describe("task", head["no"], f"{len(rows)} of members and contacts" if rows else "")
    return head


def get(desk: Desk, no: str) -> Row:
    """The task with this number.

    Raises:
        UnknownNameError: there is none.
    """
    return desk.get(TABLE, no.strip().upper(), "a task")


def change(desk: Desk, no: str, expected_version: int | None = None, **values: Any) -> Row:
    """Change fields of a task (:data:`FIELDS`); ``status="completed"`` closes it.

    Raises:
        UnknownNameError: no such task or salesperson.
        InputError: ``unknown-field``, ``bad-choice``.
        Refused: ``task-closed``, ``conflict``.
    """
    row = get(desk, no)
    for name in values:
        if name not in FIELDS:
            raise InputError(f"{name} cannot be changed", code="unknown-field", hint=nearest(name, FIELDS))
    if row["closed"]:
        raise Refused(f"task {row['no']} is closed", code="task-closed")
    made = _checked(values)
    if made.get("salesperson_code"):
        made["salesperson_code"] = salespeople.choose(desk, made["salesperson_code"])
    made["last_modified"] = desk.days.at
    changed = desk.change(TABLE, row["no"], expected_version, **made)
    desk.describe("task", row["no"], ", ".join(sorted(values)))
    return complete(desk, no) if values.get("status") == "completed" else changed


def complete(desk: Desk, no: str, *, canceled: bool = False) -> Row:
    """Close a task as done, or as canceled, with those made from it. Closing it again does nothing.

    Raises:
        UnknownNameError: there is none.
    """
    row = get(desk, no)
    _close(desk, [(TABLE.c.no == row["no"]) | (TABLE.c.organizer_no == row["no"]), ~TABLE.c.closed], canceled)
    desk.describe("task", row["no"], "canceled" if canceled else "completed")
    return get(desk, no)


def of_stage(desk: Desk, opportunity: Row, stage: Row, day: date) -> list[Row]:
    """The tasks that the activity of a stage makes for an opportunity."""
    steps = opportunities.activity_steps
    found = (
        desk.rows(steps, order=[steps.c.step], activity_code=stage["activity_code"]) if stage["activity_code"] else []
    )
    return [
        create(
            desk,
            step["description"] or stage["description"] or stage["activity_code"],
            type=step["type"],
            date=parse_formula(step["date_formula"]).after(day) if step["date_formula"] else day,
            salesperson_code=opportunity["salesperson_code"],
            contact_no=opportunity["contact_no"],
            campaign_no=opportunity["campaign_no"],
            opportunity_no=opportunity["no"],
            stage=stage["stage"],
        )
        for step in found
    ]


def cancel_of_stage(desk: Desk, opportunity_no: str, stage: int) -> int:
    """Cancel open tasks of a stage; returns how many."""
    where = [TABLE.c.opportunity_no == opportunity_no, TABLE.c.stage == stage, ~TABLE.c.closed]
    return _close(desk, where, canceled=True)


def listed(desk: Desk, *, open_only: bool = True, **equal: object) -> list[Row]:
    """Tasks with these values, by date: ``listed(desk, salesperson_code="SP1")``."""
    where = [~TABLE.c.closed] if open_only else []
    return desk.rows(TABLE, *where, order=[TABLE.c.date, TABLE.c.no], **equal)


def _close(desk: Desk, where: list[Any], canceled: bool) -> int:
    values: dict[str, Any] = {"closed": True, "canceled": canceled, "date_closed": desk.work_date}
    if not canceled:
        values["status"] = "completed"
    return desk.change_many(TABLE, where, last_modified=desk.days.at, **values)


def _checked(values: Row) -> Row:
    made = checked(TABLE, {name: value for name, value in values.items() if name not in _CHOICES})
    for name, known in _CHOICES.items():
        if name in values:
            if values[name] not in known:
                raise InputError(
                    f"{name} cannot be {values[name]!r}", code="bad-choice", hint=nearest(str(values[name]), known)
                )
            made[name] = values[name]
    return made


def _series(desk: Desk) -> tuple[str, str, str]:
    return str(settings.get(desk, "task_nos")), "task-no-series-missing", "tasks"


def _links(desk: Desk, contact: str, segment: str, campaign: str, opportunity: str) -> Row:
    person = finding.get(desk, contact) if contact else {"no": "", "company_no": ""}
    known = {
        "segment_no": (worksheets.worksheets, segment, "a segment"),
        "campaign_no": (campaigns.campaigns, campaign, "a campaign"),
        "opportunity_no": (opportunities.opportunities, opportunity, "an opportunity"),
    }
    found = {
        name: desk.get(table, no.strip().upper(), what)["no"] if no else "" for name, (table, no, what) in known.items()
    }
    return {"contact_no": person["no"], "contact_company": person["company_no"], **found}


def _sellers(desk: Desk, salesperson: str, team: str) -> list[str]:
    if not team:
        chosen = salespeople.choose(desk, salesperson or desk.own_salesperson)
        if not chosen:
            raise Refused("a task needs a salesperson or a team", code="salesperson-required")
        return [chosen]
    desk.get(TEAMS, team.strip().upper(), "a team")
    query = select(MEMBERS.c.salesperson_code).where(MEMBERS.c.team_code == team.strip().upper())
    found = list(desk.con.execute(query.order_by(MEMBERS.c.salesperson_code)).scalars())
    if not found:
        raise Refused(f"team {team} has no members", code="team-empty")
    return found


def _contacts(desk: Desk, links: Row) -> list[Row]:
    """Those whom the task is with: of a segment each contact once."""
    if not links["segment_no"]:
        return [{"contact_no": links["contact_no"], "contact_company": links["contact_company"]}]
    lines = worksheets.worksheet_lines
    query = select(lines.c.contact_no, lines.c.contact_company).distinct().order_by(lines.c.contact_no)
    query = query.where(lines.c.segment_no == links["segment_no"], lines.c.contact_no != "")
    found = [dict(row) for row in desk.con.execute(query).mappings()]
    if not found:
        raise Refused(f"segment {links['segment_no']} has no contacts", code="segment-empty")
    return found
