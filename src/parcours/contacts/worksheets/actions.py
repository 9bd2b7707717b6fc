"""Actions on a worksheet: add, reduce, refine, and hand work on lines (contact-segments.md, sections 8 to 10).

Each is recorded before it takes effect, so that it can be undone, saved and run again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from parcours.contacts import selection
from parcours.contacts.office import Desk, Row
from parcours.contacts.office import setup as settings
from parcours.contacts.people import finding
from parcours.contacts.worksheets import history, initial, lines, plans
from parcours.contacts.worksheets.opened import LINES, changed, line_of, opened
from parcours.core.errors import Refused


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an action did.

    Attributes:
        count: lines that came or went.
        contacts: their contacts, in the order of the lines; blank for a line without contact.
        action: its number among the actions that stand; 0 when nothing was recorded, or all was forgotten since.
        reset: whether the segment was empty and its criteria were forgotten.
        version: of the worksheet now.
    """

    count: int
    contacts: pl.Series
    action: int
    reset: bool
    version: int


def add_contacts(
    desk: Desk, no: str, filters: Any, *, expected_version: int | None = None, source: str = "run", **options: bool
) -> Outcome:
    """Add the contacts that meet filters (section 8).

    Args:
        desk: where.
        no: number of the worksheet.
        filters: see :class:`parcours.contacts.selection.Filters`; none at all matches everybody.
        expected_version: of the worksheet; ``None`` takes any.
        source: who runs it: run, criteria or logged.
        options: ``allow_existing``, ``expand_companies``, ``allow_related_companies``, ``ignore_exclusion``.

    Raises:
        UnknownNameError: there is no such worksheet.
        DefinitionError: the filters cannot be accepted.
        InputError: ``unknown-option``.
        Refused: ``conflict``, ``no-rules``.
    """
    header = opened(desk, no, expected_version)
    known, chosen = selection.check_filters(desk, filters), plans.options_of("add", options)
    action = history.record(desk, header, "add", source, chosen, known.to_json())
    present = plans.lines_of(desk, header)["contact_no"]
    contacts = plans.addition(desk, known, chosen, present).contacts
    return add_listed(desk, header, action, contacts)


def add_listed(desk: Desk, header: Row, action: Row, contacts: pl.Series) -> Outcome:
    """Insert a line for each of these contacts, in their order, under an action recorded before."""
    first = lines.next_line_no(desk, header["no"])
    if len(contacts):
        lines.insert(desk, initial.frame(desk, header, contacts.to_list(), first))
        history.inserted(desk, action, LINES.c.line_no >= first)
    version = changed(desk, header, f"add: {len(contacts)} lines")
    return Outcome(len(contacts), contacts, action["number"], False, version)


def reduce_contacts(
    desk: Desk, no: str, filters: Any, *, expected_version: int | None = None, source: str = "run", **options: bool
) -> Outcome:
    """Delete the lines whose contact meets filters (section 9).

    Args:
        desk: where.
        no: number of the worksheet.
        filters: see :class:`parcours.contacts.selection.Filters`; none at all matches everybody.
        expected_version: of the worksheet; ``None`` takes any.
        source: who runs it: run or criteria.
        options: ``entire_companies``.

    Raises:
        UnknownNameError: there is no such worksheet.
        DefinitionError: the filters cannot be accepted.
        InputError: ``unknown-option``.
        Refused: ``conflict``, ``no-rules``.
        OpenQuestion: ``reset_criteria``.
    """
    return _cut(desk, "reduce", no, filters, expected_version, source, options)


def refine_contacts(
    desk: Desk, no: str, filters: Any, *, expected_version: int | None = None, source: str = "run", **options: bool
) -> Outcome:
    """Delete the lines whose contact does not meet filters (section 9); see :func:`reduce_contacts`."""
    return _cut(desk, "refine", no, filters, expected_version, source, options)


def _cut(
    desk: Desk,
    kind: str,
    no: str,
    filters: Any,
    expected_version: int | None,
    source: str,
    options: Mapping[str, bool],
) -> Outcome:
    header = opened(desk, no, expected_version)
    known, chosen = selection.check_filters(desk, filters), plans.options_of(kind, options)
    action = history.record(desk, header, kind, source, chosen, known.to_json())
    going = plans.removal(desk, kind, known, chosen, plans.lines_of(desk, header))
    return _taken(desk, header, action, going)


def _taken(desk: Desk, header: Row, action: Row, going: pl.DataFrame) -> Outcome:
    history.deleting(desk, action, going)
    reset = bool(going.height) and history.ask_when_empty(desk, header, action["number"])
    version = changed(desk, header, f"{action['action']}: {going.height} lines")
    return Outcome(going.height, going["contact_no"], 0 if reset else action["number"], reset, version)


# --- hand work (10) --------------------------------------------------------------------------------------


def add_line(
    desk: Desk, no: str, contact: str = "", *, ignore_exclusion: bool = False, expected_version: int | None = None
) -> Row:
    """Type a contact on a new line; without contact nothing is recorded. Returns the line.

    A contact that stands there already gets one more line. Of a contact that is flagged to be left out the setting
    ``excluded_by_hand`` says whether a user is asked; the reference does not look at the flag.

    Args:
        desk: where.
        no: number of the worksheet.
        contact: its number, or blank.
        ignore_exclusion: take a flagged contact, too.
        expected_version: of the worksheet; ``None`` takes any.

    Raises:
        UnknownNameError: there is no such worksheet or contact.
        Refused: ``conflict``, ``contact-excluded``.
        OpenQuestion: ``add_excluded_contact``.
    """
    header = opened(desk, no, expected_version)
    first = lines.next_line_no(desk, header["no"])
    if contact.strip():
        _add_by_hand(desk, header, contact, first, ignore_exclusion)
    else:
        lines.insert(desk, initial.frame(desk, header, [""], first))
    changed(desk, header, f"line {first} by hand: {contact or 'blank'}")
    return line_of(desk, header, first)


def delete_line(desk: Desk, no: str, line_no: int, *, expected_version: int | None = None) -> Outcome:
    """Delete a line; without contact nothing is recorded.

    Raises:
        UnknownNameError: there is no such worksheet or line.
        Refused: ``conflict``.
        OpenQuestion: ``reset_criteria``.
    """
    header = opened(desk, no, expected_version)
    line = line_of(desk, header, line_no)
    going = plans.lines_of(desk, header).filter(pl.col("id") == line["id"])
    if line["contact_no"]:
        action = history.record(desk, header, "reduce", "hand", {}, _named(line["contact_no"]))
        return _taken(desk, header, action, going)
    lines.delete(desk, [line])
    reset = history.ask_when_empty(desk, header, history.count(desk, header["no"]))
    return Outcome(1, going["contact_no"], 0, reset, changed(desk, header, f"line {line_no} deleted"))


def change_line_contact(
    desk: Desk,
    no: str,
    line_no: int,
    contact: str,
    *,
    ignore_exclusion: bool = False,
    expected_version: int | None = None,
) -> Row:
    """Put another contact on a line: a reduce for the old one, an add for the new one. Returns the line.

    The line keeps its number and is made anew from header and contact. From blank, or to blank, only one is recorded.

    Raises:
        UnknownNameError: there is no such worksheet, line or contact.
        Refused: ``conflict``, ``contact-excluded``.
        OpenQuestion: ``add_excluded_contact``.
    """
    header = opened(desk, no, expected_version)
    before = line_of(desk, header, line_no)
    new = finding.get(desk, contact)["no"] if contact.strip() else ""
    if new == before["contact_no"]:
        return before
    reduced = None
    if before["contact_no"]:
        reduced = history.record(desk, header, "reduce", "hand", {}, _named(before["contact_no"]))
        history.deleting(desk, reduced, _alone(before))
    version = before["version"] + 1
    if new:
        _add_by_hand(desk, header, new, line_no, ignore_exclusion, instead=None if reduced else before, version=version)
    else:
        lines.insert(desk, initial.frame(desk, header, [""], line_no).with_columns(version=version))
        if reduced and not desk.reference:
            history.inserted(desk, reduced, LINES.c.line_no == line_no)
    changed(desk, header, f"line {line_no} by hand: {before['contact_no'] or 'blank'} to {new or 'blank'}")
    return line_of(desk, header, line_no)


def _add_by_hand(
    desk: Desk,
    header: Row,
    contact: str,
    line_no: int,
    ignore_exclusion: bool,
    *,
    instead: Row | None = None,
    version: int = 1,
) -> None:
    """A line for a contact, recorded; ``instead`` is a line without contact that makes way."""
    row = finding.get(desk, contact)
    ignored = _may_come(desk, row, ignore_exclusion)
    action = history.record(desk, header, "add", "hand", {"ignore_exclusion": ignored}, _named(row["no"]))
    if instead and desk.reference:
        lines.delete(desk, [instead])
    elif instead:
        history.deleting(desk, action, _alone(instead))
    made = initial.frame(desk, header, [row["no"]], line_no).with_columns(version=version)
    lines.insert(desk, made)
    history.inserted(desk, action, LINES.c.line_no == line_no)


def _alone(line: Row) -> pl.DataFrame:
    """A line as :func:`plans.lines_of` has it."""
    return pl.DataFrame({name: [line[name]] for name in ("id", "line_no", "contact_no")})


def _may_come(desk: Desk, contact: Row, ignore_exclusion: bool) -> bool:
    """Whether the flag of a contact has to be ignored for it to come, and somebody says so."""
    if not contact["exclude_from_segment"] or desk.reference:
        return False
    how = settings.get(desk, "excluded_by_hand")
    asked = how == "ask" and desk.interactive
    if ignore_exclusion or how == "allow" or (asked and desk.ask("add_excluded_contact", f"({contact['no']})")):
        return True
    raise Refused(
        f"contact {contact['no']} is marked to be left out of segments",
        code="contact-excluded",
        hint="ignore the exclusion, or take the mark off the contact",
    )


def _named(contact: str) -> dict[str, dict[str, str]]:
    """The filter that names one contact."""
    special = any(sign in contact for sign in "&|()<>=.'@*?{}% ")
    return {"contact": {"no": "'" + contact.replace("'", "''") + "'" if special else contact}}
