"""What was done to a worksheet, and how it is undone and done again (contact-segments.md, sections 3.3, 9.2 and 11).

Every action is recorded with what it did to the lines. Lines that it took out are kept on a shelf field by field, and
so are, when it is undone, those that it had put in: going back and forth moves lines between the worksheet and the
shelf, with their numbers, places and whatever was typed on them. Where the reference is followed, going back makes the
lines anew, and what was undone is forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from sqlalchemy import ColumnElement, func, literal, select

from parcours.contacts.interactions import attachments
from parcours.contacts.office import Desk, Row
from parcours.contacts.tables import worksheets
from parcours.contacts.worksheets import lines, shelf
from parcours.contacts.worksheets.opened import LINES, changed, opened

ACTIONS = worksheets.worksheet_actions
HISTORY = worksheets.worksheet_history


@dataclass(frozen=True, slots=True)
class Step:
    """What going back or forth did.

    Attributes:
        actions: the actions that were undone or done again, in that order, as :func:`parcours.contacts.worksheets.
            criteria.actions` shows them.
        inserted: how many lines came.
        deleted: how many lines went.
        version: of the worksheet now.
    """

    actions: tuple[Row, ...]
    inserted: int
    deleted: int
    version: int


# --- recording -------------------------------------------------------------------------------------------


def record(
    desk: Desk, header: Row, action: str, source: str, options: Mapping[str, bool], filters: Mapping[str, Any]
) -> Row:
    """Record an action before it takes effect; what had been undone cannot be done again any more.

    Args:
        desk: where.
        header: of the worksheet.
        action: add, reduce, refine or refresh.
        source: run, hand, criteria or logged.
        options: those that are on count.
        filters: plain data, as :class:`parcours.contacts.selection.Filters` gives them.
    """
    _forget(desk, header["no"], ACTIONS.c.segment_no == header["no"], ACTIONS.c.number.is_(None))
    return desk.add(
        ACTIONS,
        segment_no=header["no"],
        number=count(desk, header["no"]) + 1,
        action=action,
        source=source,
        options={name: True for name, on in options.items() if on},
        filters=dict(filters),
        at=desk.days.at,
        by=desk.person.id,
    )


def count(desk: Desk, no: str) -> int:
    """The number of actions that stand."""
    return desk.count(ACTIONS, ACTIONS.c.number.is_not(None), segment_no=no)


def inserted(desk: Desk, action: Row, where: ColumnElement[bool]) -> int:
    """The action has put in these lines. Returns how many."""
    return desk.add_from(
        HISTORY,
        select(
            LINES.c.segment_no,
            literal(action["id"]).label("action_id"),
            LINES.c.id.label("line_id"),
            LINES.c.line_no,
            LINES.c.contact_no,
            literal(True).label("inserted"),
        ).where(LINES.c.segment_no == action["segment_no"], where),
    )


def deleting(desk: Desk, action: Row, going: pl.DataFrame) -> int:
    """The action takes out these lines (``id``, ``line_no``, ``contact_no``): they are recorded, shelved, and go.
    Returns how many."""
    noted = going.select(
        pl.lit(action["segment_no"]).alias("segment_no"),
        pl.lit(action["id"]).alias("action_id"),
        pl.col("id").alias("line_id"),
        "line_no",
        "contact_no",
        pl.lit(False).alias("inserted"),
    )
    desk.add_many(HISTORY, noted)
    return _shelve(desk, action, inserted=False) if going.height else 0


def _shelve(desk: Desk, action: Row, *, inserted: bool) -> int:
    """Lines of the action go from the worksheet to the shelf: those it inserted, or those it deleted."""
    where = LINES.c.id.in_(
        select(HISTORY.c.line_id).where(HISTORY.c.action_id == action["id"], HISTORY.c.inserted == inserted)
    )
    shelf.put(desk, action, where, inserted=inserted)
    done, tasks = lines.taken_out(desk, action["segment_no"], where)
    if tasks:
        desk.change(ACTIONS, action["id"], tasks=[*(_fresh(desk, action)["tasks"] or ()), *tasks])
    return done


def _unshelve(desk: Desk, action: Row, *, inserted: bool) -> int:
    """They come back."""
    done = shelf.take(desk, action, inserted=inserted)
    tasks = _fresh(desk, action)["tasks"]
    if tasks:
        desk.change(ACTIONS, action["id"], tasks=lines.put_back_tasks(desk, action["segment_no"], tasks))
    return done


def _fresh(desk: Desk, action: Row) -> Row:
    return desk.get(ACTIONS, action["id"], "an action")


# --- the empty segment (9.2) -----------------------------------------------------------------------------


def ask_when_empty(desk: Desk, header: Row, actions: int) -> bool:
    """After lines went: if none is left and there is more than one action, a user is asked whether to forget them.

    By program nothing is forgotten. Returns whether it was.

    Raises:
        OpenQuestion: ``reset_criteria``.
    """
    no = header["no"]
    if actions < 2 or not desk.interactive or desk.first(LINES, segment_no=no) is not None:
        return False
    if not desk.ask("reset_criteria", f"({actions} actions)"):
        return False
    forget(desk, no)
    return True


def forget(desk: Desk, no: str) -> None:
    """Forget all criteria and history of a worksheet: nothing can be undone any more."""
    _forget(desk, no, ACTIONS.c.segment_no == no)


def _forget(desk: Desk, no: str, *where: ColumnElement[bool]) -> None:
    which = select(ACTIONS.c.id).where(*where)
    if desk.con.execute(which.limit(1)).first() is None:
        return
    files = shelf.clear(desk, which)
    desk.remove_many(HISTORY, HISTORY.c.action_id.in_(which))
    desk.remove_many(ACTIONS, *where)
    attachments.remove_unused(desk, files)


# --- going back and forth --------------------------------------------------------------------------------


def go_back(desk: Desk, no: str, *, steps: int = 1, expected_version: int | None = None) -> Step | None:
    """Undo the last actions (section 11). ``None`` when there is none, or somebody says no.

    Lines that an action took out come back as they were, with their numbers; lines that it put in, and no others, go.
    Where the reference is followed all lines of the contacts it put in go, and those taken out are made anew at the
    end.

    Raises:
        UnknownNameError: there is no such worksheet.
        Refused: ``conflict``.
        OpenQuestion: ``undo_last_action``, ``reset_criteria``.
    """
    header = opened(desk, no, expected_version)
    standing = desk.rows(
        ACTIONS, ACTIONS.c.number.is_not(None), segment_no=header["no"], order=[ACTIONS.c.number.desc()]
    )[: max(steps, 0)]
    if not standing or not desk.ask("undo_last_action", _words(standing)):
        return None
    came = went = 0
    done: list[Row] = []
    for action in standing:
        some = (_rebuilt if desk.reference else _undone)(desk, header, action)
        came, went = came + some[0], went + some[1]
        done.append(action)
        if some[1] and ask_when_empty(desk, header, action["number"]):
            break
        _close(desk, action)
    return _step(desk, header, done, came, went, "go back")


def redo(desk: Desk, no: str, *, steps: int = 1, expected_version: int | None = None) -> Step | None:
    """Do again what was undone last, as it was: nobody is selected anew. ``None`` when there is nothing.

    Raises:
        UnknownNameError: there is no such worksheet.
        Refused: ``conflict``.
    """
    header = opened(desk, no, expected_version)
    waiting = desk.rows(ACTIONS, ACTIONS.c.number.is_(None), segment_no=header["no"], order=[ACTIONS.c.undone.desc()])
    came = went = 0
    for action in waiting[: max(steps, 0)]:
        went += _shelve(desk, action, inserted=False)
        came += _unshelve(desk, action, inserted=True)
        desk.change(ACTIONS, action["id"], number=count(desk, header["no"]) + 1, undone=None)
    if not waiting or steps < 1:
        return None
    return _step(desk, header, waiting[:steps], came, went, "redo")


def steps_possible(desk: Desk, no: str) -> tuple[int, int]:
    """How many actions can be undone, and how many done again.

    Raises:
        UnknownNameError: there is no such worksheet.
    """
    key = opened(desk, no)["no"]
    return count(desk, key), desk.count(ACTIONS, ACTIONS.c.number.is_(None), segment_no=key)


def _undone(desk: Desk, header: Row, action: Row) -> tuple[int, int]:
    went = _shelve(desk, action, inserted=True)
    return _unshelve(desk, action, inserted=False), went


def _rebuilt(desk: Desk, header: Row, action: Row) -> tuple[int, int]:
    """As the reference does it: by contact, and from the header."""
    rows = desk.rows(HISTORY, action_id=action["id"], order=[HISTORY.c.line_no.desc(), HISTORY.c.id.desc()])
    first = lines.next_line_no(desk, header["no"])
    added = select(HISTORY.c.contact_no).where(HISTORY.c.action_id == action["id"], HISTORY.c.inserted)
    went, _ = lines.taken_out(desk, header["no"], LINES.c.contact_no.in_(added))
    contacts = shelf.present(desk, [row["contact_no"] for row in rows if not row["inserted"]])
    came = lines.insert(desk, lines.frame(desk, header, contacts, first)) if contacts else 0
    return came, went


def _close(desk: Desk, action: Row) -> None:
    """The action does not count any more: the reference forgets it, otherwise it may be done again."""
    if desk.reference:
        _forget(desk, action["segment_no"], ACTIONS.c.id == action["id"])
        return
    highest = select(func.max(ACTIONS.c.undone)).where(ACTIONS.c.segment_no == action["segment_no"])
    last = desk.con.execute(highest).scalar_one() or 0
    desk.change(ACTIONS, action["id"], number=None, undone=last + 1)


def _step(desk: Desk, header: Row, actions: Sequence[Row], came: int, went: int, what: str) -> Step:
    version = changed(desk, header, f"{what}: {_words(actions)}")
    return Step(tuple(actions), came, went, version)


def _words(actions: Sequence[Row]) -> str:
    return ", ".join(f"{action['action']} ({action['source']})" for action in actions)
