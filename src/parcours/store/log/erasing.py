"""Erasing profiles: every row that belongs to them, and every trace of their ids in the file.

Deleting is part of the commit. But a database file keeps deleted bytes in free and half-used blocks, and so
the file is written anew afterwards (:func:`rewrite`), without them, and takes the place of the old one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from parcours.core.schema import Schema
from parcours.store.log import identities, layout
from parcours.store.log.bridge import run
from parcours.store.log.layout import event_table
from parcours.store.log.tables import ERASED, TABLES
from parcours.store.log.types import text

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

#: Key of ``facts.meta`` that says that deleted rows may still lie in the file.
REWRITE_DUE = "rewrite_due"
_IDS_PER_PATTERN = 500


def erase(con: Connection, schema: Schema, profiles: Sequence[int]) -> None:
    """Delete all rows of these profiles, within the caller's transaction, and note that a rewrite is due.

    Dead letters name profiles in no fixed place, so each whose row, reason or hint holds the id as a whole
    word goes: rather one rejected row too many than a trace.
    """
    numbers = ", ".join(str(int(number)) for number in profiles)
    ids = identities.ids_of(con, profiles)
    for event in schema.events:  # what these had in common with profiles that were separated from them again
        shared = f"SELECT _event_id FROM facts.moved_events WHERE event = $1 AND _was IN ({numbers})"
        run(con, f"DELETE FROM {event_table(event)} WHERE _retracted IS NOT NULL AND _event_id IN ({shared})", [event])
    run(con, f"DELETE FROM facts.moved_events WHERE _was IN ({numbers})")
    run(con, f"DELETE FROM facts.identities WHERE _into IN ({numbers})")
    run(
        con,
        f"DELETE FROM facts.outcomes WHERE key IN (SELECT key FROM facts.deliveries WHERE _profile IN ({numbers}))",
    )
    tables = ["facts." + table.name for table in TABLES if table.has_profile and table is not ERASED]
    for table in [*tables, *(event_table(event) for event in schema.events)]:
        run(con, f"DELETE FROM {table} WHERE _profile IN ({numbers})")
    for start in range(0, len(ids), _IDS_PER_PATTERN):
        _delete_dead_letters(con, ids[start : start + _IDS_PER_PATTERN])
    layout.write_meta(con, REWRITE_DUE, "true")


def _delete_dead_letters(con: Connection, ids: Sequence[str]) -> None:
    words = "|".join(re.escape(name) for name in ids)
    pattern = text(rf"(^|[^\pL\pN_])({words})($|[^\pL\pN_])")
    said = "concat_ws(' ', payload, reason, hint, source)"
    run(con, f"DELETE FROM facts.dead_letters WHERE regexp_matches({said}, {pattern})")
    run(con, f"UPDATE facts.violations SET example = NULL WHERE regexp_matches(example, {pattern})")


def rewrite(path: Path) -> None:
    """Copy the closed database at ``path`` into a new file and put that in its place.

    A crash in between leaves the old file; what was begun is removed at the next opening.

    Raises:
        duckdb.Error, OSError: there is no room for the copy, for instance.
    """
    new = unfinished(path)
    remove_unfinished(path)
    import duckdb

    con = duckdb.connect()
    try:
        run(con, f"ATTACH {text(str(path))} AS old")
        run(con, f"ATTACH {text(str(new))} AS new")
        run(con, "COPY FROM DATABASE old TO new")
        run(con, f"DELETE FROM new.facts.meta WHERE key = {text(REWRITE_DUE)}")
        run(con, "DETACH new")
        run(con, "DETACH old")
    finally:
        con.close()
    if wal_of(path).exists():  # it would be played over the new file
        raise OSError(f"{wal_of(path)} could not be folded into the file")
    _sync(new)
    os.replace(new, path)
    _sync(path.parent)


def unfinished(path: Path) -> Path:
    """Where :func:`rewrite` puts the new file until it is whole."""
    return path.with_name(path.name + ".new")


def remove_unfinished(path: Path) -> None:
    """Remove what a rewrite that crashed left behind."""
    new = unfinished(path)
    new.unlink(missing_ok=True)
    wal_of(new).unlink(missing_ok=True)


def wal_of(path: Path) -> Path:
    """The write-ahead log of a database file."""
    return path.with_name(path.name + ".wal")


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
