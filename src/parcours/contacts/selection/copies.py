"""Tables as columns, as of a revision; what has changed since is laid over them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import polars as pl
from sqlalchemy import Connection, Table, select

from parcours.contacts.tables import audit

#: What identifies the operation that a copy is as of: when it was done, by whom, what; ``None`` before the first one.
Stamp: TypeAlias = tuple[int, str, str] | None


@dataclass(frozen=True, slots=True)
class Copy:
    """A table as of a revision: its rows in order of ``id``, with the columns that were asked for so far."""

    revision: int
    stamp: Stamp
    frame: pl.DataFrame

    def holds(self, con: Connection) -> bool:
        """Whether it is of the history that a transaction sees: not of one that was rolled back, or another file."""
        return self.stamp == stamp(con, self.revision)


def stamp(con: Connection, revision: int) -> Stamp:
    """The stamp of the operation with this number."""
    done = audit.operations.c
    row = con.execute(select(done.at, done.by, done.operation).where(done.revision == revision)).first()
    return None if row is None else (int(row[0]), str(row[1]), str(row[2]))


def unsettled(con: Connection, table: Table, until: int) -> bool:
    """Whether a table was changed after a revision."""
    gone = audit.removals.c
    changed = select(table.c.id).where(table.c.revision > until).limit(1)
    removed = select(gone.id).where(gone.revision > until, gone.table_name == table.name).limit(1)
    return any(con.execute(query).first() is not None for query in (changed, removed))


def removed_since(con: Connection, table: Table, revision: int) -> pl.Series:
    """The ids of the rows that were removed after a revision."""
    gone = audit.removals.c
    query = select(gone.row_id).where(gone.revision > revision, gone.table_name == table.name)
    return pl.Series("id", con.execute(query).scalars().all(), dtype=pl.Int64)


def laid_over(frame: pl.DataFrame, changed: pl.DataFrame, removed: pl.Series) -> pl.DataFrame:
    """The rows of ``frame`` without those removed, and with those changed as they are now; both in order of ``id``."""
    if not removed.is_empty():
        frame = frame.filter(~pl.col("id").is_in(removed.implode()))
    if changed.is_empty():
        return frame
    changed = changed.select(frame.columns)
    known = changed["id"].is_in(frame["id"].implode())
    places = frame["id"].search_sorted(changed["id"].filter(known))
    frame = _replaced(frame, places, changed.filter(known))
    fresh = changed.filter(~known)
    if fresh.is_empty():
        return frame
    later = frame.is_empty() or fresh["id"][0] > frame["id"][-1]
    joined = pl.concat([frame, fresh]).rechunk()
    return joined if later else joined.sort("id")


def _replaced(frame: pl.DataFrame, places: pl.Series, rows: pl.DataFrame) -> pl.DataFrame:
    if places.is_empty():
        return frame
    return frame.with_columns(frame[name].clone().scatter(places, rows[name]) for name in frame.columns)
