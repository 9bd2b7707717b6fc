"""Worksheets without somebody: his lines go, and what is kept of them to undo."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from parcours.contacts.office import Desk
from parcours.contacts.office.desk import in_chunks
from parcours.contacts.worksheets import lines, shelf
from parcours.contacts.worksheets.history import HISTORY
from parcours.contacts.worksheets.opened import LINES, changed, opened


def forget(desk: Desk, contacts: Sequence[str]) -> None:
    """Take contacts (numbers) out of all worksheets, their history and their shelves; nothing can be undone."""
    for part in in_chunks(contacts):
        standing = select(LINES.c.segment_no).where(LINES.c.contact_no.in_(part)).distinct()
        for no in desk.con.execute(standing).scalars().all():
            lines.taken_out(desk, no, LINES.c.contact_no.in_(part))
            changed(desk, opened(desk, no), "somebody was erased")
        shelf.forget(desk, part)
        desk.remove_many(HISTORY, HISTORY.c.contact_no.in_(part))
