"""The lines of a worksheet: made, put in, taken out, looked at (contact-segments.md, sections 3.2, 8 and 14.3)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, Select, case, exists, func, select

from parcours.contacts.interactions import attachments
from parcours.contacts.office import Desk, Row
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.tables import contacts, opportunities
from parcours.contacts.worksheets import initial, targets, variants
from parcours.contacts.worksheets.edits import own_attachment as own_attachment
from parcours.contacts.worksheets.edits import set_line as set_line
from parcours.contacts.worksheets.opened import LINES

CONTACTS = contacts.contacts
TASKS = opportunities.tasks
_CHUNK = 5_000


def initialised(desk: Desk, header: Row, contacts: Sequence[str], first_line_no: int) -> list[Row]:
    """Complete lines for contacts, in their order, numbered from ``first_line_no`` in steps of 10000; not inserted.

    A blank contact gives a line without contact.

    Raises:
        UnknownNameError: there is no such contact.
    """
    return initial.frame(desk, header, contacts, first_line_no).to_dicts()


frame = initial.frame


def next_line_no(desk: Desk, no: str) -> int:
    """The number of the next line: 10000 after the highest one."""
    return initial.next_line_no(desk, no)


def insert(desk: Desk, rows: Sequence[Row] | pl.DataFrame) -> int:
    """Put in lines of one worksheet, by program: nothing is recorded (section 10). Returns how many.

    Lines of active campaigns join the target group.
    """
    if not len(rows):
        return 0
    no = rows["segment_no"][0] if isinstance(rows, pl.DataFrame) else rows[0]["segment_no"]
    last = desk.con.execute(select(func.max(LINES.c.id))).scalar_one() or 0
    count = desk.add_many(LINES, rows)
    targets.came(desk, LINES.c.segment_no == no, LINES.c.id > last)
    return count


def delete(desk: Desk, rows: Collection[Row]) -> int:
    """Take out lines of one worksheet, by program: nothing is recorded, nothing can be undone. Returns how many."""
    count = 0
    for chunk in in_chunks((row["id"] for row in rows), _CHUNK):
        no = next(iter(rows))["segment_no"]
        count += taken_out(desk, no, LINES.c.id.in_(chunk))[0]
    return count


def taken_out(desk: Desk, no: str, where: ColumnElement[bool], *, targets_too: bool = True) -> tuple[int, list[str]]:
    """Take out lines with all that hangs on them; returns how many, and the tasks that were taken off the worksheet.

    Their texts of their own go, the target groups of active campaigns are brought in line, and tasks of contacts that
    stand on no line any more are no longer tasks of the worksheet (3.2).
    """
    tests = (LINES.c.segment_no == no, where)
    concerned = targets.concerned(desk, *tests) if targets_too else []
    people = _people(desk, no, tests)
    files = _drop_variants(desk, no, tests)
    count = desk.remove_many(LINES, *tests)
    attachments.remove_unused(desk, files)
    targets.gone(desk, concerned)
    return count, _unlinked(desk, no, people)


def put_back_tasks(desk: Desk, no: str, tasks: Collection[str]) -> list[str]:
    """Tasks that were taken off the worksheet, and since belong to none, are its tasks again when their contact stands
    on it. Returns the others."""
    here = exists().where(LINES.c.segment_no == no, LINES.c.contact_no == TASKS.c.contact_no)
    back: set[str] = set()
    for chunk in in_chunks(tasks):
        tests = [TASKS.c.no.in_(chunk), TASKS.c.segment_no == "", here]
        back |= set(desk.con.execute(select(TASKS.c.no).where(*tests)).scalars())
        desk.change_many(TASKS, tests, segment_no=no)
    return [task for task in tasks if task not in back]


def _people(desk: Desk, no: str, tests: Sequence[ColumnElement[bool]]) -> list[str]:
    """The contacts of lines, if any contact has tasks of the worksheet."""
    if desk.first(TASKS, TASKS.c.contact_no != "", segment_no=no) is None:
        return []
    return list(
        desk.con.execute(select(LINES.c.contact_no).where(*tests, LINES.c.contact_no != "").distinct()).scalars()
    )


def _unlinked(desk: Desk, no: str, people: Collection[str]) -> list[str]:
    gone: list[str] = []
    elsewhere = exists().where(LINES.c.segment_no == no, LINES.c.contact_no == TASKS.c.contact_no)
    for chunk in in_chunks(people, _CHUNK):
        tests = [TASKS.c.segment_no == no, TASKS.c.contact_no.in_(chunk), ~elsewhere]
        gone += desk.con.execute(select(TASKS.c.no).where(*tests)).scalars()
        desk.change_many(TASKS, tests, segment_no="")
    return gone


def _drop_variants(desk: Desk, no: str, tests: Sequence[ColumnElement[bool]]) -> set[str]:
    """Remove the texts of their own of lines; returns their attachments."""
    own = variants.VARIANTS.c
    mine = (
        own.segment_no == no,
        own.line_no != variants.HEADER,
        exists().where(*tests, LINES.c.line_no == own.line_no),
    )
    files = set(desk.con.execute(select(own.attachment).where(*mine).distinct()).scalars())
    desk.remove_many(variants.VARIANTS, *mine)
    return files


# --- looking ---------------------------------------------------------------------------------------------


def view(desk: Desk, no: str, *, limit: int | None = None, offset: int = 0) -> list[Row]:
    """Lines in order of their numbers, each with what is looked up at its contact.

    Beside the fields of the line: ``contact_name`` (of persons), ``contact_company_name``, ``contact_phone_no``,
    ``contact_mobile_phone_no``, ``contact_email``; blank on lines without contact.
    """
    query = _viewed().where(LINES.c.segment_no == no.strip().upper()).order_by(LINES.c.line_no)
    return [dict(row) for row in desk.con.execute(query.limit(limit).offset(offset)).mappings()]


def of_contact(desk: Desk, contact: str) -> list[Row]:
    """The lines on which a contact stands, in all worksheets (section 16: the page of the contact)."""
    query = _viewed().where(LINES.c.contact_no == contact).order_by(LINES.c.segment_no, LINES.c.line_no)
    return [dict(row) for row in desk.con.execute(query).mappings()]


def _viewed() -> Select[Any]:
    looked_up = (
        case((CONTACTS.c.type == "person", CONTACTS.c.name), else_="").label("contact_name"),
        *(
            func.coalesce(CONTACTS.c[name], "").label(label)
            for name, label in (
                ("company_name", "contact_company_name"),
                ("phone_no", "contact_phone_no"),
                ("mobile_phone_no", "contact_mobile_phone_no"),
                ("email", "contact_email"),
            )
        ),
    )
    return select(LINES, *looked_up).outerjoin(CONTACTS, CONTACTS.c.no == LINES.c.contact_no)
