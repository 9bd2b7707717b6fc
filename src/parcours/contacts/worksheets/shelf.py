"""The shelf: lines that are not on their worksheet just now, field by field as they were."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Select, exists, func, literal, select, update

from parcours.contacts.office import Desk, Row
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.tables import contacts, worksheets
from parcours.contacts.worksheets import initial, targets, variants
from parcours.contacts.worksheets.opened import LINES

SHELF = worksheets.worksheet_shelf
TEXTS = worksheets.worksheet_shelf_languages
CONTACTS = contacts.contacts
_FIELDS = tuple(column.name for column in LINES.c if column.name != "id")
_TEXT_FIELDS = tuple(column.name for column in variants.VARIANTS.c if column.name != "id")


def put(desk: Desk, action: Row, where: ColumnElement[bool], *, inserted: bool) -> None:
    """Copies of lines, with texts of their own, for an action that inserted or deleted them."""
    by = literal(action["id"]).label("action_id")
    mine = LINES.c.segment_no == action["segment_no"]
    marked = literal(inserted).label("inserted")
    desk.add_from(
        SHELF, select(by, LINES.c.id.label("line_id"), marked, *_columns(LINES.c, _FIELDS)).where(mine, where)
    )
    own = variants.VARIANTS.c
    line = exists().where(mine, LINES.c.line_no == own.line_no, where)
    query = select(by, *_columns(own, _TEXT_FIELDS))
    desk.add_from(TEXTS, query.where(own.segment_no == action["segment_no"], own.line_no != variants.HEADER, line))


def take(desk: Desk, action: Row, *, inserted: bool) -> int:
    """The lines go back to the worksheet: as they were, under their numbers. Returns how many.

    A number that somebody else took meanwhile is not taken from him: such lines come at the end. Contacts that were
    merged meanwhile are followed; of those that were deleted the line comes without contact.
    """
    mine = (SHELF.c.action_id == action["id"], SHELF.c.inserted == inserted)
    no = action["segment_no"]
    if not desk.count(SHELF, *mine):
        return 0
    _make_room(desk, no, mine)
    _follow_contacts(desk, mine)
    done = desk.add_from(LINES, select(SHELF.c.line_id.label("id"), *_columns(SHELF.c, _FIELDS)).where(*mine))
    back = LINES.c.id.in_(select(SHELF.c.line_id).where(*mine))
    numbers = select(SHELF.c.line_no).where(*mine)
    texts = (TEXTS.c.action_id == action["id"], TEXTS.c.line_no.in_(numbers))
    desk.add_from(variants.VARIANTS, select(*_columns(TEXTS.c, _TEXT_FIELDS)).where(*texts))
    targets.came(desk, LINES.c.segment_no == no, back)
    desk.remove_many(TEXTS, *texts)
    desk.remove_many(SHELF, *mine)
    return done


def clear(desk: Desk, actions: Select[Any]) -> set[str]:
    """Clear what these actions (numbers) have on the shelf. Returns attachments that perhaps nothing names any more."""
    mine = TEXTS.c.action_id.in_(actions)
    files = set(desk.con.execute(select(TEXTS.c.attachment).where(mine).distinct()).scalars())
    desk.remove_many(TEXTS, mine)
    desk.remove_many(SHELF, SHELF.c.action_id.in_(actions))
    return files


def forget(desk: Desk, contacts: Sequence[str]) -> None:
    """Take contacts off all shelves, with the texts of their own lines."""
    gone = SHELF.c.contact_no.in_(contacts)
    line = exists().where(gone, SHELF.c.action_id == TEXTS.c.action_id, SHELF.c.line_no == TEXTS.c.line_no)
    desk.remove_many(TEXTS, line)
    desk.remove_many(SHELF, gone)


def present(desk: Desk, numbers: Sequence[str]) -> list[str]:
    """Contacts as they are now: who was merged into another is that one, who was deleted is blank."""
    gone = _missing(desk, numbers)
    return [gone.get(no, no) for no in numbers]


def _columns(columns: Any, names: Sequence[str]) -> list[Column[Any]]:
    return [columns[name] for name in names]


def _make_room(desk: Desk, no: str, mine: tuple[ColumnElement[bool], ...]) -> None:
    taken = exists().where(LINES.c.segment_no == no, LINES.c.line_no == SHELF.c.line_no)
    for row in desk.rows(SHELF, *mine, taken, order=[SHELF.c.line_no]):
        highest = desk.con.execute(select(func.max(SHELF.c.line_no)).where(*mine)).scalar_one()
        free = max(initial.next_line_no(desk, no), int(highest) + initial.STEP)
        desk.change_many(
            TEXTS, [TEXTS.c.action_id == row["action_id"], TEXTS.c.line_no == row["line_no"]], line_no=free
        )
        desk.con.execute(update(SHELF).where(SHELF.c.id == row["id"]).values(line_no=free))


def _follow_contacts(desk: Desk, mine: tuple[ColumnElement[bool], ...]) -> None:
    """Contacts are not what they were: merged, deleted, or with another company."""
    known = exists().where(CONTACTS.c.no == SHELF.c.contact_no)
    lost = desk.con.execute(select(SHELF.c.contact_no).where(*mine, SHELF.c.contact_no != "", ~known).distinct())
    for before, now in _missing(desk, list(lost.scalars())).items():
        desk.con.execute(update(SHELF).where(*mine, SHELF.c.contact_no == before).values(contact_no=now))
    company = select(CONTACTS.c.company_no).where(CONTACTS.c.no == SHELF.c.contact_no).scalar_subquery()
    moved = exists().where(CONTACTS.c.no == SHELF.c.contact_no, CONTACTS.c.company_no != SHELF.c.contact_company)
    desk.con.execute(update(SHELF).where(*mine, moved).values(contact_company=company))


def _missing(desk: Desk, numbers: Sequence[str]) -> dict[str, str]:
    """Those of these contacts that are gone, with who took over, or blank."""
    left = set(numbers) - {""}
    for chunk in in_chunks(left.copy(), 5_000):
        left -= set(desk.con.execute(select(CONTACTS.c.no).where(CONTACTS.c.no.in_(chunk))).scalars())
    return {no: _successor(desk, no) for no in left}


def _successor(desk: Desk, no: str) -> str:
    formers = contacts.former_contacts.c
    seen = {no}
    while True:
        query = select(formers.now_no).where(formers.no == no).order_by(formers.id.desc()).limit(1)
        no = desk.con.execute(query).scalar_one_or_none() or ""
        if not no or no in seen or desk.first(CONTACTS, no=no) is not None:
            return "" if no in seen else no
        seen.add(no)
