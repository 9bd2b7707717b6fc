"""Cancel marks: canceled records stay, and count nowhere (contact-segments.md, section 16)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, select

from parcours.contacts.interactions import attachments
from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.office.desk import Desk, Row, in_chunks
from parcours.contacts.tables import campaigns, interactions
from parcours.core.errors import InputError, Refused

LOGGED = interactions.logged_segments
ENTRIES = campaigns.campaign_entries


def toggle_logged_segments(desk: Desk, entries: Sequence[int]) -> bool:
    """Set logged segments to the opposite of the first one, with their campaign entries and interactions.

    Returns:
        Whether they are canceled now.

    Raises:
        InputError: ``nothing-selected``.
        UnknownNameError: there is no such logged segment.
    """
    canceled = not _selected(desk, LOGGED, entries, "a logged segment")[0]["canceled"]
    for chunk in in_chunks(entries):
        desk.change_many(LOGGED, [LOGGED.c.id.in_(chunk)], canceled=canceled)
        desk.change_many(ENTRIES, [ENTRIES.c.logged_segment.in_(chunk)], canceled=canceled)
        _mark(desk, INTERACTIONS.c.logged_segment.in_(chunk), canceled)
    _describe(desk, "logged_segment", entries, canceled)
    return canceled


def toggle_campaign_entry(desk: Desk, entry: int) -> bool:
    """Switch the mark of one campaign entry and of its interactions, not that of its logged segment.

    Returns:
        Whether it is canceled now.

    Raises:
        UnknownNameError: there is no such entry.
        Refused: ``logged-segment-canceled``; the reference lets it live again all the same.
    """
    row = desk.get(ENTRIES, entry, "a campaign entry")
    canceled = not row["canceled"]
    if not canceled and not desk.reference:
        _check_alive(desk, LOGGED, [row["logged_segment"]], "logged-segment-canceled", "logged segment")
    desk.change(ENTRIES, entry, canceled=canceled)
    _mark(desk, INTERACTIONS.c.campaign_entry == entry, canceled)
    _describe(desk, "campaign_entry", [entry], canceled)
    return canceled


def toggle_interactions(desk: Desk, entries: Sequence[int], *, remove_attachments: bool | None = False) -> bool:
    """Set interactions to the opposite of the first one.

    Args:
        desk: where.
        entries: entry numbers.
        remove_attachments: of interactions that are canceled now, remove attachments that nothing else uses; ``None``
            asks (``remove_attachment``).

    Returns:
        Whether they are canceled now.

    Raises:
        InputError: ``nothing-selected``.
        UnknownNameError: there is no such entry.
        Refused: ``logged-segment-canceled``, ``campaign-entry-canceled``: they cannot live below what is canceled.
        OpenQuestion: ``remove_attachment``.
    """
    rows = _selected(desk, INTERACTIONS, entries, "an interaction")
    canceled = not rows[0]["canceled"]
    if not canceled:
        links = [row["logged_segment"] for row in rows]
        _check_alive(desk, LOGGED, links, "logged-segment-canceled", "logged segment")
        links = [row["campaign_entry"] for row in rows]
        _check_alive(desk, ENTRIES, links, "campaign-entry-canceled", "campaign entry")
    for chunk in in_chunks(entries):
        _mark(desk, INTERACTIONS.c.id.in_(chunk), canceled)
    _describe(desk, "interaction", entries, canceled)
    if canceled and remove_attachments is not False:
        _offer_removal(desk, rows, sure=bool(remove_attachments))
    return canceled


def _selected(desk: Desk, table: Table, entries: Sequence[int], what: str) -> list[Row]:
    """The rows with these numbers, in their order."""
    if not entries:
        raise InputError("nothing is selected", code="nothing-selected")
    found: dict[int, Row] = {}
    for chunk in in_chunks(entries):
        found |= {row["id"]: row for row in desk.rows(table, table.c.id.in_(chunk))}
    for entry in entries:
        if entry not in found:
            raise desk.unknown(table, entry, what)
    return [found[entry] for entry in entries]


def _check_alive(desk: Desk, parent: Table, links: Sequence[int | None], code: str, what: str) -> None:
    for chunk in in_chunks({link for link in links if link is not None}):
        row = desk.first(parent, parent.c.id.in_(chunk), parent.c.canceled)
        if row is not None:
            raise Refused(f"{what} {row['id']} is canceled", code=code, hint=f"let the {what} live again first")


def _mark(desk: Desk, which: ColumnElement[bool], canceled: bool) -> None:
    """Set the mark where it is different; the log, told of it, takes the events back or has them again."""
    column: Column[Any] = INTERACTIONS.c.canceled
    different = (which, column.is_(not canceled))
    told = select(INTERACTIONS.c.id).where(*different, ~INTERACTIONS.c.postponed)
    desk.tell_from("interaction", told.order_by(INTERACTIONS.c.id))
    desk.change_many(INTERACTIONS, different, canceled=canceled)


def _offer_removal(desk: Desk, rows: Sequence[Row], *, sure: bool) -> None:
    alone = attachments.unused(desk, {row["attachment"] for row in rows}, besides=[row["id"] for row in rows])
    if alone and (sure or desk.ask("remove_attachment", ", ".join(alone))):
        ids = [row["id"] for row in rows if row["attachment"] in alone]
        for chunk in in_chunks(ids):
            desk.change_many(INTERACTIONS, [INTERACTIONS.c.id.in_(chunk)], attachment="")
        attachments.remove_unused(desk, alone)


def _describe(desk: Desk, kind: str, entries: Sequence[int], canceled: bool) -> None:
    more = f" and {len(entries) - 1} more" if len(entries) > 1 else ""
    desk.describe(kind, str(entries[0]), ("canceled" if canceled else "not canceled any more") + more)
