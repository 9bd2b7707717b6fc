"""Clean-up jobs: they delete what is canceled, and nothing else (contact-segments.md, section 16)."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, Table, select

from parcours.contacts.campaigns import targets
from parcours.contacts.interactions import attachments
from parcours.contacts.interactions.canceling import ENTRIES, LOGGED
from parcours.contacts.interactions.journal import INTERACTIONS
from parcours.contacts.office.desk import Desk, Row, in_chunks
from parcours.contacts.tables import contacts, opportunities
from parcours.core.errors import Refused

OPPORTUNITIES = opportunities.opportunities


def delete_logged_segments(desk: Desk, only: Collection[int] | None = None) -> int:
    """Delete canceled logged segments; their interactions and campaign entries stay without link. Returns how many.

    Args:
        desk: where.
        only: at most these entry numbers.

    Raises:
        Refused: ``permission-denied``, a team member may not.
    """
    if desk.person.role == "team_member":
        raise Refused("team members may not delete logged segments", code="permission-denied")
    ids = _canceled(desk, LOGGED, only)
    for chunk in in_chunks(ids):
        desk.change_many(INTERACTIONS, [INTERACTIONS.c.logged_segment.in_(chunk)], logged_segment=None)
        desk.change_many(ENTRIES, [ENTRIES.c.logged_segment.in_(chunk)], logged_segment=None)
        desk.remove_many(LOGGED, LOGGED.c.id.in_(chunk))
    return _done(desk, "logged_segment", ids)


def delete_campaign_entries(desk: Desk, only: Collection[int] | None = None) -> int:
    """Delete canceled campaign entries; their interactions stay without link, in the reference they go along.

    Args:
        desk: where.
        only: at most these entry numbers.

    Returns:
        How many entries were deleted.
    """
    ids = _canceled(desk, ENTRIES, only)
    for chunk in in_chunks(ids):
        linked = INTERACTIONS.c.campaign_entry.in_(chunk)
        if desk.reference:
            _take_back(desk, linked)
            desk.remove_many(INTERACTIONS, linked)
        else:
            desk.change_many(INTERACTIONS, [linked], campaign_entry=None)
        desk.remove_many(ENTRIES, ENTRIES.c.id.in_(chunk))
    return _done(desk, "campaign_entry", ids)


def delete_interactions(desk: Desk, only: Collection[int] | None = None) -> int:
    """Delete canceled interactions with their comments, and with attachments that nothing else uses.

    Companies of which no target is left leave the target groups; in the reference their rows stay.

    Args:
        desk: where.
        only: at most these entry numbers.

    Returns:
        How many were deleted.
    """
    ids = _canceled(desk, INTERACTIONS, only)
    files = _attachments(desk, ids)
    target_rows = [] if desk.reference else _targets(desk, ids)
    for chunk in in_chunks(ids):
        made = OPPORTUNITIES.c.interaction.in_(chunk)
        desk.change_many(OPPORTUNITIES, [made], interaction=None)
        noted = (contacts.notes.c.kind == "interaction", contacts.notes.c.key.in_([str(id) for id in chunk]))
        desk.remove_many(contacts.notes, *noted)
        desk.remove_many(INTERACTIONS, INTERACTIONS.c.id.in_(chunk))
    attachments.remove_unused(desk, files)
    targets.line_removed(desk, target_rows)
    return _done(desk, "interaction", ids)


def _canceled(desk: Desk, table: Table, only: Collection[int] | None) -> list[int]:
    query = select(table.c.id).where(table.c.canceled).order_by(table.c.id)
    ids = desk.con.execute(query).scalars().all()
    wanted = None if only is None else set(only)
    return [id for id in ids if wanted is None or id in wanted]


def _attachments(desk: Desk, ids: Collection[int]) -> set[str]:
    named = INTERACTIONS.c.attachment
    found: set[str] = set()
    for chunk in in_chunks(ids):
        query = select(named).where(INTERACTIONS.c.id.in_(chunk), named != "").distinct()
        found |= set(desk.con.execute(query).scalars())
    return found


def _targets(desk: Desk, ids: Collection[int]) -> list[Row]:
    """Those that are targets, with the fields by which lines stand for their companies."""
    rows: list[Row] = []
    for chunk in in_chunks(ids):
        tests = (INTERACTIONS.c.id.in_(chunk), INTERACTIONS.c.campaign_no != "", INTERACTIONS.c.campaign_target)
        company = INTERACTIONS.c.company_no.label("contact_company")
        fields = (INTERACTIONS.c.contact_no, company, INTERACTIONS.c.campaign_no, INTERACTIONS.c.campaign_target)
        rows += [dict(row) for row in desk.con.execute(select(*fields).where(*tests)).mappings()]
    return rows


def _take_back(desk: Desk, which: ColumnElement[bool]) -> None:
    """The log forgets what it was told; of canceled ones it has forgotten already."""
    told = select(INTERACTIONS.c.id).where(which, ~INTERACTIONS.c.canceled, ~INTERACTIONS.c.postponed)
    desk.tell("interaction", desk.con.execute(told).scalars().all())


def _done(desk: Desk, kind: str, ids: Collection[int]) -> int:
    desk.describe(kind, "", f"{len(ids)} canceled ones deleted")
    return len(ids)
