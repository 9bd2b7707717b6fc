"""Writing the interaction log: rows as they are, without the checks of operations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, literal, select

from parcours.contacts.interactions.attachments import make_read_only
from parcours.contacts.office.desk import Desk
from parcours.contacts.tables import audit, interactions

INTERACTIONS = interactions.interactions
#: What the log is told of interactions it does not know yet (:meth:`~parcours.contacts.office.Desk.tell`, ``body``).
NEW = audit.NEW
#: What a row holds where nothing is said.
_BLANK = {
    column.name: column.default.arg if column.default is not None else None  # type: ignore[attr-defined]
    for column in INTERACTIONS.c
    if column.name not in ("id", "revision")
}


def record_many(desk: Desk, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Write interactions, in bulk: the log is told of them, and their attachments become read only.

    Args:
        desk: where.
        rows: fields of the interaction log; what is missing is blank, user and instant are those of the desk.

    Returns:
        Their entry numbers, in the order of the rows.
    """
    last = last_entry(desk)
    stamp = {"by": desk.person.id, "at": desk.days.at}
    desk.add_many(INTERACTIONS, [{**_BLANK, **stamp, **row} for row in rows])
    make_read_only(desk, {str(row.get("attachment", "")) for row in rows})
    return _tell_after(desk, last)


def record_from(desk: Desk, query: Select[Any]) -> int:
    """Write the rows of a query as interactions; as :func:`record_many`, for any number of rows. Returns how many.

    Args:
        desk: where.
        query: its columns are named as those of the interaction log; its order is that of the entry numbers, which
            begin above :func:`last_entry` as it was before.
    """
    last = last_entry(desk)
    stamp = (literal(desk.person.id).label("by"), literal(desk.days.at).label("at"))
    count = desk.add_from(INTERACTIONS, query.add_columns(*stamp))
    named = select(INTERACTIONS.c.attachment).where(INTERACTIONS.c.id > last, INTERACTIONS.c.attachment != "")
    make_read_only(desk, desk.con.execute(named.distinct()).scalars())
    new = select(INTERACTIONS.c.id).where(INTERACTIONS.c.id > last, ~INTERACTIONS.c.postponed)
    desk.tell_from("interaction", new.order_by(INTERACTIONS.c.id), NEW)
    return count


def last_entry(desk: Desk) -> int:
    """The highest entry number so far, 0 without any."""
    return int(desk.con.execute(select(func.max(INTERACTIONS.c.id))).scalar_one() or 0)


def _tell_after(desk: Desk, last: int) -> list[int]:
    """Have the log told of the interactions after an entry number; returns them."""
    query = select(INTERACTIONS.c.id, INTERACTIONS.c.postponed).where(INTERACTIONS.c.id > last)
    made = desk.con.execute(query.order_by(INTERACTIONS.c.id)).all()
    desk.tell("interaction", (id for id, postponed in made if not postponed), NEW)
    return [id for id, _ in made]
