"""The tables that selections read, as columns in memory: a mirror of the database, one in each process.

A column is read when a filter first asks for it. From then on only rows that changed are read: those with a later
revision, and the removals. Committed rows are shared by everybody; what a transaction has changed itself is laid over
them for that transaction alone, so a roll-back leaves nothing behind.

Texts are held as numbers (``dictionaries.py``), dates, amounts (millionths) and flags as they are stored.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import polars as pl
from sqlalchemy import Connection, Engine, Table, select

from parcours.contacts.office.revisions import settled
from parcours.contacts.selection.dictionaries import Dictionary
from parcours.contacts.selection.reading import read
from parcours.contacts.tables import audit

#: What identifies the operation that a copy is as of; ``None`` before the first one.
Stamp: TypeAlias = tuple[int, str, str] | None

#: Columns that name the same things share a dictionary.
_SHARED: Mapping[str, Sequence[tuple[str, str]]] = {
    "contact": (
        ("contacts", "no"),
        ("contacts", "company_no"),
        ("contact_mailing_groups", "contact_no"),
        ("contact_job_responsibilities", "contact_no"),
        ("contact_industry_groups", "contact_no"),
        ("contact_business_relations", "contact_no"),
        ("contact_profile_answers", "contact_no"),
        ("contact_profile_answers", "company_no"),
        ("crm_interactions", "contact_no"),
        ("crm_interactions", "company_no"),
        ("crm_document_contacts", "contact_no"),
    ),
    "partner": (("contact_business_relations", "no"), ("crm_item_entries", "source_no")),
    "document": (("crm_item_entries", "document_no"), ("crm_document_contacts", "document_no")),
    "document_type": (("crm_item_entries", "document_type"), ("crm_document_contacts", "document_type")),
}
_DOMAINS = {place: domain for domain, places in _SHARED.items() for place in places}


@dataclass(frozen=True, slots=True)
class Copy:
    """A table as of a revision: its rows in order of ``id``, with the columns that were asked for so far."""

    revision: int
    stamp: Stamp
    frame: pl.DataFrame


class Mirror:
    """The columns of one database."""

    def __init__(self) -> None:
        self._copies: dict[str, Copy] = {}
        self._dictionaries: dict[str, Dictionary] = {}
        self._lock = threading.RLock()

    def dictionary(self, table: str, column: str) -> Dictionary:
        """The texts of a column."""
        domain = _DOMAINS.get((table, column), f"{table}.{column}")
        with self._lock:
            return self._dictionaries.setdefault(domain, Dictionary())

    def held(self) -> int:
        """Bytes of the columns, without the dictionaries' own indexes."""
        frames = sum(copy.frame.estimated_size() for copy in self._copies.values())
        return int(frames + sum(each.values.estimated_size() for each in self._dictionaries.values()))

    def frame(self, con: Connection, table: Table, names: Sequence[str]) -> pl.DataFrame:
        """The columns of all rows as this transaction sees them; texts as numbers (UInt32) of :meth:`dictionary`."""
        with self._lock:
            until = settled(con)
            base = self._usable(con, table, until)
            wanted = sorted({*names, *(base.frame.columns if base else ())} - {"id"})
            if base is None or any(name not in base.frame.columns for name in names):
                return self._afresh(con, table, wanted, until)
            return self._followed(con, table, base, wanted, until)

    def _usable(self, con: Connection, table: Table, until: int) -> Copy | None:
        """The copy from which this transaction can go on: not of later, and not of another history."""
        copy = self._copies.get(table.name)
        return copy if copy and copy.revision <= until and copy.stamp == _stamp(con, copy.revision) else None

    def _afresh(self, con: Connection, table: Table, names: list[str], until: int) -> pl.DataFrame:
        frame = self._numbered(table, read(con, table, ["id", *names]))
        if not _touched(con, table, until):
            self._keep(con, table, frame, until)
        return frame

    def _followed(self, con: Connection, table: Table, base: Copy, names: list[str], until: int) -> pl.DataFrame:
        own = _touched(con, table, until)
        if base.revision == until and not own:
            return base.frame
        changed = self._numbered(table, read(con, table, ["id", *names], table.c.revision > base.revision))
        frame = _laid_over(base.frame, changed, _removed(con, table, base.revision))
        if not own:
            self._keep(con, table, frame, until)
        return frame

    def _keep(self, con: Connection, table: Table, frame: pl.DataFrame, until: int) -> None:
        held = self._copies.get(table.name)
        if held is None or held.revision <= until or _stamp(con, held.revision) != held.stamp:
            self._copies[table.name] = Copy(until, _stamp(con, until), frame)

    def _numbered(self, table: Table, rows: pl.DataFrame) -> pl.DataFrame:
        texts = [name for name, type_ in rows.schema.items() if type_ == pl.String]
        return rows.with_columns(self.dictionary(table.name, name).numbers(rows[name]).alias(name) for name in texts)


_mirrors: weakref.WeakKeyDictionary[Engine, Mirror] = weakref.WeakKeyDictionary()
_mirrors_lock = threading.Lock()


def mirror_of(con: Connection) -> Mirror:
    """The mirror of the database that this is a connection to."""
    with _mirrors_lock:
        return _mirrors.setdefault(con.engine, Mirror())


def _laid_over(frame: pl.DataFrame, changed: pl.DataFrame, removed: pl.Series) -> pl.DataFrame:
    """The rows of ``frame``, but for those removed, with those changed as they are now."""
    if not removed.is_empty():
        frame = frame.filter(~pl.col("id").is_in(removed.implode()))
    if changed.is_empty():
        return frame
    changed = changed.select(frame.columns)
    places = frame["id"].search_sorted(changed["id"])
    known = changed["id"].is_in(frame["id"].implode())
    frame = _replaced(frame, places.filter(known), changed.filter(known))
    fresh = changed.filter(~known)
    later = frame.is_empty() or fresh.is_empty() or fresh["id"][0] > frame["id"][-1]
    joined = pl.concat([frame, fresh]).rechunk()
    return joined if later else joined.sort("id")


def _replaced(frame: pl.DataFrame, places: pl.Series, rows: pl.DataFrame) -> pl.DataFrame:
    if places.is_empty():
        return frame
    return frame.with_columns(frame[name].clone().scatter(places, rows[name]) for name in frame.columns)


def _removed(con: Connection, table: Table, after: int) -> pl.Series:
    gone = audit.removals.c
    query = select(gone.row_id).where(gone.revision > after, gone.table_name == table.name)
    return pl.Series("id", con.execute(query).scalars().all(), dtype=pl.Int64)


def _touched(con: Connection, table: Table, until: int) -> bool:
    """Whether there are changes of this table that are not settled: those of the transaction itself."""
    gone = audit.removals.c
    changed = select(table.c.id).where(table.c.revision > until).limit(1)
    removed = select(gone.id).where(gone.revision > until, gone.table_name == table.name).limit(1)
    return any(con.execute(query).first() is not None for query in (changed, removed))


def _stamp(con: Connection, revision: int) -> Stamp:
    done = audit.operations.c
    row = con.execute(select(done.at, done.by, done.operation).where(done.revision == revision)).first()
    return None if row is None else (int(row[0]), str(row[1]), str(row[2]))
