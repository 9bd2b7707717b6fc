"""The criteria of a worksheet: shown, saved under a code, run again elsewhere (contact-segments.md, 3.3 and 12)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from parcours.contacts.office import Desk, Row, trail
from parcours.contacts.tables import contacts, worksheets
from parcours.contacts.worksheets import actions as running
from parcours.contacts.worksheets import history
from parcours.contacts.worksheets.opened import opened
from parcours.core.errors import Refused, UnknownNameError

ACTIONS = worksheets.worksheet_actions
HISTORY = worksheets.worksheet_history
SAVED = worksheets.saved_criteria
QUESTIONS = contacts.questionnaire_lines
#: What saved criteria hold.
_KEPT = ("code", "description", "by", "at", "actions")
_RUN = {"add": running.add_contacts, "reduce": running.reduce_contacts, "refine": running.refine_contacts}


def actions(desk: Desk, no: str) -> list[Row]:
    """The actions that stand, in order: ``number``, ``action``, ``source``, ``options``, ``filters`` (by sub-table),
    ``at``, ``by``.

    Raises:
        UnknownNameError: there is no such worksheet.
    """
    key = opened(desk, no)["no"]
    return desk.rows(ACTIONS, ACTIONS.c.number.is_not(None), segment_no=key, order=[ACTIONS.c.number])


def with_effects(desk: Desk, no: str, *, undone_ones: bool = False) -> list[Row]:
    """The actions that stand, or those that can be done again, with how many lines each ``inserted`` and ``deleted``.

    Raises:
        UnknownNameError: there is no such worksheet.
    """
    made = undone(desk, no) if undone_ones else actions(desk, no)
    counted = select(HISTORY.c.action_id, HISTORY.c.inserted, func.count()).group_by(
        HISTORY.c.action_id, HISTORY.c.inserted
    )
    mine = counted.where(HISTORY.c.action_id.in_([action["id"] for action in made]))
    lines = {(row[0], bool(row[1])): int(row[2]) for row in desk.con.execute(mine)}
    return [
        {**action, "inserted": lines.get((action["id"], True), 0), "deleted": lines.get((action["id"], False), 0)}
        for action in made
    ]


def undone(desk: Desk, no: str) -> list[Row]:
    """The actions that can be done again, in the order in which they would be."""
    key = opened(desk, no)["no"]
    return desk.rows(ACTIONS, ACTIONS.c.number.is_(None), segment_no=key, order=[ACTIONS.c.undone.desc()])


def last_used(desk: Desk, action: str) -> Row | None:
    """Options and filters that the user last ran an action with, in any worksheet that is still there: what a form
    proposes (section 8); ``None`` where there are none.
    """
    mine = (ACTIONS.c.by == desk.person.id, ACTIONS.c.action == action, ACTIONS.c.source == "run")
    newest = select(func.max(ACTIONS.c.id)).where(*mine).scalar_subquery()
    found = desk.first(ACTIONS, ACTIONS.c.id == newest)
    return {name: found[name] for name in ("options", "filters")} if found else None


def tree(desk: Desk, no: str) -> list[Row]:
    """The criteria lines as they are shown, in order (3.3).

    Each has ``line_no`` (from 1), ``type`` (action or filter) and ``indentation``. Actions: ``action``, ``source``,
    the options that are on, and ``no_of_filters``; filters: ``sub_table``, ``filter`` and ``text`` in words, where a
    profile answer is shown as question: answer.

    Raises:
        UnknownNameError: there is no such worksheet.
    """
    shown: list[Row] = []
    for action in actions(desk, no):
        filters = [_filter(desk, name, shape) for name, shape in action["filters"].items()]
        shown.append(_action(action, len(filters)))
        shown += filters
    return [{"line_no": place, **line} for place, line in enumerate(shown, 1)]


def _action(action: Row, filters: int) -> Row:
    head = {name: action[name] for name in ("number", "action", "source", "options", "at", "by")}
    return {"type": "action", "indentation": 0, **head, "no_of_filters": filters}


def _filter(desk: Desk, sub_table: str, shape: Any) -> Row:
    text = _answer(desk, shape) if sub_table == "profile_answer" else None
    return {
        "type": "filter",
        "indentation": 1,
        "sub_table": sub_table,
        "filter": shape,
        "text": text or _words(shape),
    }


def _words(shape: Any) -> str:
    if isinstance(shape, Mapping):
        return ", ".join(f"{name}: {_words(value)}" for name, value in shape.items())
    if isinstance(shape, Sequence) and not isinstance(shape, str):
        return "; ".join(_words(value) for value in shape)
    return str(shape)


def _answer(desk: Desk, shape: Mapping[str, str]) -> str | None:
    """Question: answer, where the filter names one of a questionnaire."""
    code, line_no = shape.get("questionnaire", ""), shape.get("line_no", "")
    if not line_no.isdigit():
        return None
    answer = desk.first(QUESTIONS, questionnaire_code=code.strip("'").upper(), line_no=int(line_no), type="answer")
    if answer is None:
        return None
    above = (QUESTIONS.c.line_no < answer["line_no"], QUESTIONS.c.type == "question")
    questions = desk.rows(QUESTIONS, *above, questionnaire_code=answer["questionnaire_code"])
    question = max(questions, key=lambda row: int(row["line_no"]), default=None)
    return f"{question['description'] if question else ''}: {answer['description']}"


# --- saved criteria --------------------------------------------------------------------------------------


def save(desk: Desk, no: str, code: str, description: str = "") -> Row:
    """Save the actions that stand, with options and filters, in order. Returns the saved criteria.

    Raises:
        UnknownNameError: there is no such worksheet.
        Refused: ``no-criteria-actions``, ``criteria-code-required``, ``criteria-code-exists``.
    """
    kept = [
        {name: action[name] for name in ("action", "source", "options", "filters")}
        for action in actions(desk, no)
        if action["action"] != "refresh"
    ]
    if not kept:
        raise Refused(f"segment {no} has no criteria", code="no-criteria-actions", hint="add contacts first")
    key = code.strip().upper()
    if not key:
        raise Refused("saved criteria need a code", code="criteria-code-required")
    if desk.find(SAVED, key) is not None:
        raise Refused(f"criteria {key} exist already", code="criteria-code-exists", hint="choose another code")
    desk.describe("saved_criteria", key, f"{len(kept)} actions of segment {no}")
    return desk.add(SAVED, code=key, description=description, by=desk.person.id, at=desk.days.at, actions=kept)


def saved(desk: Desk, code: str) -> Row:
    """Saved criteria, with ``no_of_actions``.

    Raises:
        UnknownNameError: there are none under this code.
    """
    row = desk.get(SAVED, code.strip().upper(), "a set of saved criteria")
    return {**row, "no_of_actions": len(row["actions"])}


def every_saved(desk: Desk) -> list[Row]:
    """All saved criteria, by code."""
    return [{**row, "no_of_actions": len(row["actions"])} for row in desk.rows(SAVED)]


def describe_saved(desk: Desk, code: str, description: str) -> Row:
    """Give saved criteria another description; their actions are not edited.

    Raises:
        UnknownNameError: there are none under this code.
    """
    key = saved(desk, code)["code"]
    desk.describe("saved_criteria", key, "description")
    return desk.change(SAVED, key, description=description)


def delete_saved(desk: Desk, code: str) -> None:
    """Delete saved criteria.

    Raises:
        UnknownNameError: there are none under this code.
    """
    key = saved(desk, code)["code"]
    desk.describe("saved_criteria", key, "deleted")
    desk.remove(SAVED, key)


def restore_saved(desk: Desk, code: str) -> Row:
    """Bring back saved criteria that were deleted last under this code, as they were. Returns them.

    Raises:
        UnknownNameError: none were deleted under this code.
        Refused: ``criteria-code-exists``.
    """
    key = code.strip().upper()
    if desk.find(SAVED, key) is not None:
        raise Refused(f"criteria {key} exist already", code="criteria-code-exists", hint="they need not come back")
    gone = trail.removed(desk, SAVED, key)
    if gone is None:
        raise UnknownNameError(f"no saved criteria {key!r} were deleted", code="unknown-name")
    desk.describe("saved_criteria", key, "restored")
    return desk.add(SAVED, **{name: value for name, value in gone.items() if name in _KEPT})


def reuse(desk: Desk, no: str, code: str, *, expected_version: int | None = None) -> list[running.Outcome] | None:
    """Run saved actions again, in order, on the contacts of now; each can be undone by itself.

    Returns what each did, or ``None`` when the worksheet has criteria already and a user says no.

    Raises:
        UnknownNameError: there is no such worksheet, or no such criteria.
        Refused: ``conflict``, ``no-rules``.
        DefinitionError: a filter is accepted no longer.
        OpenQuestion: ``reuse_on_used_segment``, ``reset_criteria``.
    """
    header = opened(desk, no, expected_version)
    kept = saved(desk, code)["actions"]
    if history.count(desk, header["no"]) and not desk.ask("reuse_on_used_segment"):
        return None
    done = [
        _RUN[one["action"]](desk, header["no"], one["filters"], source="criteria", **options_again(desk, one))
        for one in kept
    ]
    desk.describe("worksheet", header["no"], f"reuse of criteria {code.strip().upper()}")
    return done


def options_again(desk: Desk, action: Mapping[str, Any]) -> dict[str, bool]:
    """The options with which a saved action runs again; the reference drops that of a refine (section 22)."""
    return {} if desk.reference and action["action"] == "refine" else dict(action["options"])
