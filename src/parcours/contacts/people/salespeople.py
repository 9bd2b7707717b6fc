"""Salespeople, and users with the salesperson they are set up with (contact-segments.md, 2.2)."""

from __future__ import annotations

from datetime import date
from typing import Any

from parcours.contacts.office import Desk, Row
from parcours.contacts.people.fields import as_day, checked
from parcours.contacts.tables import setup
from parcours.core.errors import InputError, Refused

SALESPEOPLE = setup.salespeople
#: Lists of a user's own, by the filter token that stands for them.
LISTS = ("mycustomers", "myitems", "myvendors")


def put(desk: Desk, code: str, **values: Any) -> Row:
    """Make or change a salesperson.

    Raises:
        InputError: ``code-required``, or a field that is not one.
    """
    given = checked(SALESPEOPLE, {"code": code, **values})
    if not given["code"]:
        raise InputError("a salesperson needs a code", code="code-required")
    desk.describe("salesperson", given["code"])
    if desk.find(SALESPEOPLE, given["code"]) is None:
        return desk.add(SALESPEOPLE, **given)
    return desk.change(SALESPEOPLE, given.pop("code"), **given)


def get(desk: Desk, code: str) -> Row:
    """The salesperson with this code.

    Raises:
        UnknownNameError: there is none.
    """
    return desk.get(SALESPEOPLE, code.strip().upper(), "a salesperson")


def choose(desk: Desk, code: str) -> str:
    """The code, if this salesperson may be chosen for a segment, line or campaign; a blank stays blank.

    Raises:
        UnknownNameError: there is no such salesperson.
        Refused: ``salesperson-blocked``.
    """
    if not code.strip():
        return ""
    row = get(desk, code)
    if row["blocked"] or row["privacy_blocked"]:
        raise Refused(f"salesperson {row['code']} is blocked", code="salesperson-blocked")
    return str(row["code"])


def every(desk: Desk) -> list[Row]:
    """All salespeople, by code."""
    return desk.rows(SALESPEOPLE)


def delete(desk: Desk, code: str) -> None:
    """Delete a salesperson; what names the code keeps it.

    Raises:
        UnknownNameError: there is none.
    """
    row = get(desk, code)
    desk.remove(SALESPEOPLE, row["code"])
    desk.describe("salesperson", row["code"])


def put_user(
    desk: Desk,
    id: str,
    *,
    salesperson_code: str = "",
    work_date: date | str | None = None,
    lists: dict[str, list[str]] | None = None,
) -> Row:
    """Set up a user: the salesperson, the work date (none: today) and the own lists.

    Raises:
        UnknownNameError: there is no such salesperson.
        InputError: ``bad-value``, ``unknown-list``.
    """
    for name in lists or {}:
        if name not in LISTS:
            raise InputError(f"users have no list {name!r}", code="unknown-list", hint=f"lists: {', '.join(LISTS)}")
    if salesperson_code:
        salesperson_code = str(get(desk, salesperson_code)["code"])
    day = as_day("work_date", work_date)
    values: Row = {"salesperson_code": salesperson_code, "work_date": day.isoformat() if day else "", "lists": lists}
    desk.describe("user", id)
    if desk.find(setup.users, id) is None:
        return desk.add(setup.users, id=id, **values)
    return desk.change(setup.users, id, **values)
