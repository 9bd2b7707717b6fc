"""A worksheet brought in line with today's data: its criteria run again, from the first (beyond the reference)."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from parcours.contacts.office import Desk, Row
from parcours.contacts.worksheets import actions, criteria, history, plans, replays
from parcours.contacts.worksheets.opened import changed, opened


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What running the criteria again did.

    Attributes:
        came: contacts that came, in the order of their lines.
        went: ``line_no`` and ``contact_no`` of the lines that went.
        action: its number among the actions that stand; 0 when nobody came or went, so that nothing is recorded.
        version: of the worksheet now.
    """

    came: pl.Series
    went: pl.DataFrame
    action: int
    version: int


def difference(desk: Desk, header: Row) -> tuple[pl.Series, pl.DataFrame]:
    """Who would come, and which lines would go (``id``, ``line_no``, ``contact_no``).

    Raises:
        DefinitionError, Refused: as :func:`parcours.contacts.selection.match`.
    """
    target = replays.rerun(desk, header, criteria.actions(desk, header["no"]))
    return replays.difference(desk, plans.lines_of(desk, header), target)


def refresh(desk: Desk, no: str, *, expected_version: int | None = None) -> Refreshed:
    """Run the criteria again, from the first, on the contacts of now, and make the lines follow.

    Lines of contacts that stay are left as they are. Nothing is added to the criteria: a step of its own is recorded
    that can be undone, and that is not saved with them.

    Raises:
        UnknownNameError: there is no such worksheet.
        Refused: ``conflict``, ``no-rules``.
        DefinitionError: a filter is accepted no longer.
        OpenQuestion: ``reset_criteria``.
    """
    header = opened(desk, no, expected_version)
    came, went = difference(desk, header)
    shown = went.select("line_no", "contact_no")
    if not len(came) and not went.height:
        return Refreshed(came, shown, 0, header["version"])
    action = history.record(desk, header, "refresh", "run", {}, {})
    history.deleting(desk, action, went)
    if len(came):
        actions.add_listed(desk, header, action, came)
    reset = bool(went.height) and history.ask_when_empty(desk, header, action["number"])
    version = changed(desk, header, f"refresh: {len(came)} came, {went.height} went")
    return Refreshed(came, shown, 0 if reset else action["number"], version)
