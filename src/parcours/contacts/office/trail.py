"""The audit trail: who did what when, and what it changed on single rows."""

from __future__ import annotations

from typing import Any

import polars as pl
from sqlalchemy import Select, Table, select

from parcours.contacts.office.desk import Desk
from parcours.contacts.tables import audit

_OPERATIONS = audit.operations
_CHANGES = audit.changes


def operations(
    desk: Desk, kind: str | None = None, key: str | None = None, *, by: str | None = None, limit: int | None = 1000
) -> pl.DataFrame:
    """Operations, the newest first.

    Args:
        desk: where.
        kind: only those on things of a kind: ``contact``, ``worksheet``, ``campaign`` …
        key: only those on the thing with this number.
        by: only those of this user.
        limit: at most so many; ``None``: all.

    Returns:
        ``revision``, ``at`` (UTC), ``by``, ``operation``, ``kind``, ``key``, ``note``.
    """
    query: Select[Any] = select(_OPERATIONS).order_by(_OPERATIONS.c.revision.desc()).limit(limit)
    for column, wanted in ((_OPERATIONS.c.kind, kind), (_OPERATIONS.c.key, key), (_OPERATIONS.c.by, by)):
        if wanted is not None:
            query = query.where(column == wanted)
    texts = dict.fromkeys(("by", "operation", "kind", "key", "note"), pl.String)
    found = desk.frame(query, {"revision": pl.Int64, "at": pl.Int64, **texts})
    return found.with_columns(pl.from_epoch("at", "us").dt.replace_time_zone("UTC"))


def changes(desk: Desk, revision: int) -> list[dict[str, Any]]:
    """What an operation changed on single rows, in order: ``table_name``, ``key``, ``action`` (``added``, ``changed``,
    ``removed``) and ``fields`` (before and after, by name). Rows that were changed in bulk are not among them."""
    rows = desk.rows(_CHANGES, revision=revision)
    return [{name: row[name] for name in ("table_name", "key", "action", "fields")} for row in rows]


def removed(desk: Desk, table: Table, key: str) -> dict[str, Any] | None:
    """The row with this primary key as it was when it was removed last: what it held, by column; ``None``: never."""
    newest = [_CHANGES.c.revision.desc()]
    rows = desk.rows(_CHANGES, table_name=table.name, key=key, action="removed", order=newest)
    return {name: before for name, (before, _) in rows[0]["fields"].items()} if rows else None
