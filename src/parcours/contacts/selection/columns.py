"""The tables that selections read, as columns in memory: a mirror of the database, one in each process.

A column is read when a filter first asks for it. From then on only rows that changed are read: those with a later
revision, and the removals. Committed rows are shared by everybody; what a transaction has changed itself is laid over
them for that transaction alone, so a roll-back leaves nothing behind. A transaction that began before others were
committed goes on from an older copy.

Texts are held as numbers (``dictionaries.py``), dates, amounts (millionths) and flags as they are stored: about five
bytes for each value that is asked for.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl
from sqlalchemy import Connection, Pool, Table

from parcours.contacts.office.revisions import settled
from parcours.contacts.selection import keeping
from parcours.contacts.selection.copies import Copy, laid_over, removed_since, stamp, unsettled
from parcours.contacts.selection.dictionaries import Dictionary
from parcours.contacts.selection.reading import columns_of, read
from parcours.contacts.tables import mirrored

#: Columns that name the same things share a dictionary, so that they can be joined by number: by name, and others.
_NAMING: Mapping[str, str] = {
    "contact_no": "contact",
    "company_no": "contact",
    "document_no": "document",
    "document_type": "document_type",
}
_DOMAINS: Mapping[tuple[str, str], str] = {
    ("contacts", "no"): "contact",
    ("contact_business_relations", "no"): "partner",
    ("crm_item_entries", "source_no"): "partner",
}
#: How many copies of a table are held; they share what did not change between them.
_KEPT = 3


class Mirror:
    """The columns of one database."""

    def __init__(self) -> None:
        self.copies: dict[str, list[Copy]] = {}  # newest last
        self.dictionaries: dict[str, Dictionary] = {}
        self.unkept = 0  # rows read that are not kept on disk
        self._folder: Path | None = None
        self._lock = threading.RLock()

    def domain_of(self, table: str, column: str) -> tuple[str, Dictionary]:
        """The name of the dictionary of a column, and the dictionary."""
        domain = _DOMAINS.get((table, column)) or _NAMING.get(column, f"{table}.{column}")
        with self._lock:
            self._begin()
            return domain, self.dictionaries.setdefault(domain, Dictionary())

    def dictionary(self, table: str, column: str) -> Dictionary:
        """The texts of a column; ask for it when its rows have been read, for they may bring new ones."""
        return self.domain_of(table, column)[1]

    def keep_in(self, folder: Path) -> None:
        """Begin with the columns that an earlier process has kept there, as soon as any are asked for."""
        self._folder = folder

    def keep(self, con: Connection, folder: Path) -> bool:
        """Keep the columns there for later processes, as they are now, if much was read since that was last done; says
        whether.

        Raises:
            WorkspaceError: ``disk-full`` or ``read-only``.
        """
        with self._lock:
            if self.unkept < max(keeping.WORTH, self._rows() * keeping.SHARE):
                return False
            for name in list(self.copies):  # nobody is kept who is gone by now
                self.frame(con, mirrored[name], ())
            if not keeping.write(self, folder):
                return False
            self.unkept = 0
            return True

    def forget(self, folder: Path) -> None:
        """Delete what is kept there: somebody was deleted, whose name may be in it."""
        with self._lock:
            self._begin()
            keeping.forget(folder)
            self.unkept = self._rows()

    def _rows(self) -> int:
        return sum(copies[-1].frame.height for copies in self.copies.values())

    def held(self) -> int:
        """Bytes of the newest copies and of the texts."""
        frames = sum(copies[-1].frame.estimated_size() for copies in self.copies.values())
        return int(frames + sum(each.values.estimated_size() for each in self.dictionaries.values()))

    def frame(self, con: Connection, table: Table, names: Sequence[str]) -> pl.DataFrame:
        """The rows as this transaction sees them, in order of ``id``: that, these columns, and any others.

        Texts are numbers (UInt32) of :meth:`dictionary`.
        """
        with self._lock:
            self._begin()
            until = settled(con)
            own = unsettled(con, table, until)
            base = self._base(con, table, until)
            if base is None:
                return self._afresh(con, table, names, until, keep=not own)
            frame = base.frame
            if base.revision < until or own:
                frame = self._followed(con, table, base)
            if not own:
                self._keep(con, table, frame, until)
            missing = [name for name in names if name not in frame.columns]
            return self._widened(con, table, frame, missing, until, keep=not own) if missing else frame

    def _begin(self) -> None:
        folder, self._folder = self._folder, None
        if folder is not None:
            keeping.restore(self, folder)

    def _base(self, con: Connection, table: Table, until: int) -> Copy | None:
        """The newest copy from which this transaction can go on: not of later, and not of another history."""
        copies = self.copies.get(table.name, [])
        if copies and copies[-1].revision <= until and not copies[-1].holds(con):
            del self.copies[table.name]
            return None
        return next((copy for copy in reversed(copies) if copy.revision <= until and copy.holds(con)), None)

    def _followed(self, con: Connection, table: Table, base: Copy) -> pl.DataFrame:
        changed = self._read(con, table, base.frame.columns, after=base.revision)
        return laid_over(base.frame, changed, removed_since(con, table, base.revision))

    def _widened(
        self, con: Connection, table: Table, frame: pl.DataFrame, missing: list[str], until: int, *, keep: bool
    ) -> pl.DataFrame:
        more = self._read(con, table, missing)
        if not more["id"].equals(frame["id"]):  # somebody committed meanwhile
            return self._afresh(con, table, [*frame.columns, *missing], until, keep=keep)
        wide = frame.with_columns(more.get_column(name) for name in missing)
        if keep:
            self._keep(con, table, wide, until)
        return wide

    def _afresh(self, con: Connection, table: Table, names: Sequence[str], until: int, *, keep: bool) -> pl.DataFrame:
        frame = self._read(con, table, names)
        if keep:
            self._keep(con, table, frame, until)
        return frame

    def _keep(self, con: Connection, table: Table, frame: pl.DataFrame, until: int) -> None:
        copies = self.copies.setdefault(table.name, [])
        newest = copies[-1] if copies else None
        if newest is None or newest.revision < until:
            copies.append(Copy(until, stamp(con, until), frame))
            del copies[:-_KEPT]
        elif newest.revision == until and newest.frame is not frame:
            copies[-1] = Copy(until, stamp(con, until), frame)

    def _read(self, con: Connection, table: Table, names: Sequence[str], after: int | None = None) -> pl.DataFrame:
        wanted = ["id", *dict.fromkeys(name for name in names if name != "id")]
        texts = [name for name, type_ in columns_of(table, wanted).items() if type_ == pl.String]
        known = {name: self.dictionary(table.name, name) for name in texts}
        since = () if after is None else (table.c.revision > after,)
        rows = read(con, table, wanted, *since, then=lambda part: _numbered(part, known))
        self.unkept += rows.height
        return rows


def _numbered(rows: pl.DataFrame, known: Mapping[str, Dictionary]) -> pl.DataFrame:
    """The rows with texts as numbers."""
    return rows.with_columns(dictionary.numbers(rows[name]).alias(name) for name, dictionary in known.items())


_mirrors: weakref.WeakKeyDictionary[Pool, Mirror] = weakref.WeakKeyDictionary()
_mirrors_lock = threading.Lock()


def mirror_of(con: Connection) -> Mirror:
    """The mirror of the database that this is a connection to."""
    with _mirrors_lock:
        return _mirrors.setdefault(con.engine.pool, Mirror())
