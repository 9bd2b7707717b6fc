"""Columns kept on disk, so that the next process need not read the database for them: only what changed since.

They are a cache: deleted, damaged or of another database they are passed over, and everything is read again. Texts that
no row holds any more are not written.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.contacts.selection.copies import Copy
from parcours.contacts.selection.dictionaries import Dictionary
from parcours.contacts.selection.reading import columns_of
from parcours.contacts.tables import mirrored
from parcours.core.errors import WorkspaceError
from parcours.store.catalogue.opening import REVISIONS
from parcours.store.snapshots import Snapshot, SnapshotStore

if TYPE_CHECKING:
    from parcours.contacts.selection.columns import Mirror

#: Rows read since that make it worth to write all again: so many, and this share of all rows held.
WORTH = 50_000
SHARE = 0.05
#: Of the form of what is written, and of the tables.
_VERSION = f"1/{REVISIONS[-1]}"
_COPIES, _TEXTS = "copies", "texts/"


def write(mirror: Mirror, folder: Path) -> bool:
    """Keep the newest copies; says whether there was anything to keep.

    Raises:
        WorkspaceError: ``disk-full`` or ``read-only``.
    """
    copies = {name: kept[-1] for name, kept in mirror.copies.items() if kept and kept[-1].stamp is not None}
    if not copies:
        return False
    frames, texts = _compact(mirror, {name: copy.frame for name, copy in copies.items()})
    parts: dict[str, Any] = {_COPIES: {name: [copy.revision, copy.stamp] for name, copy in copies.items()}}
    parts |= frames | {_TEXTS + domain: values.to_frame("text") for domain, values in texts.items()}
    with _unless_others_do():
        forget(folder)
        SnapshotStore(folder, _VERSION).save(max(copy.revision for copy in copies.values()), parts)
    return True


def forget(folder: Path) -> None:
    """Delete what is kept: after somebody was erased, whose name may stand there."""
    SnapshotStore(folder, _VERSION).drop_all()


def restore(mirror: Mirror, folder: Path) -> None:
    """Take up what was kept; a mirror that has read anything yet stays as it is."""
    found = SnapshotStore(folder, _VERSION).latest()
    if found is not None and not mirror.dictionaries:
        with contextlib.suppress(OSError):  # another process is replacing it
            _take_up(mirror, found)


def _take_up(mirror: Mirror, found: Snapshot) -> None:
    dictionaries = {name.removeprefix(_TEXTS): _dictionary(found, name) for name in found if name.startswith(_TEXTS)}
    copies = _copies(found)
    if copies is None or not all(dictionaries.values()):
        return
    mirror.dictionaries.update({name: each for name, each in dictionaries.items() if each})
    mirror.copies.update(copies)


def _compact(mirror: Mirror, frames: dict[str, pl.DataFrame]) -> tuple[dict[str, pl.DataFrame], dict[str, pl.Series]]:
    """The frames with texts numbered anew, and the texts that they hold, by dictionary."""
    used: dict[str, NDArray[np.bool_]] = {}
    for table, frame in frames.items():
        for column in _texts_of(frame):
            domain, known = mirror.domain_of(table, column)
            marks = used.setdefault(domain, np.arange(len(known)) == 0)  # the blank text is always number 0
            marks[frame[column].to_numpy()] = True
    numbers = {domain: (np.cumsum(marks) - 1).astype(np.uint32) for domain, marks in used.items()}
    texts = {domain: mirror.dictionaries[domain].values.filter(pl.Series(marks)) for domain, marks in used.items()}
    return {table: _renumbered(mirror, table, frame, numbers) for table, frame in frames.items()}, texts


def _renumbered(
    mirror: Mirror, table: str, frame: pl.DataFrame, numbers: dict[str, NDArray[np.uint32]]
) -> pl.DataFrame:
    def column(name: str) -> pl.Series:
        return pl.Series(name, np.take(numbers[mirror.domain_of(table, name)[0]], frame[name].to_numpy()))

    return frame.with_columns(column(name) for name in _texts_of(frame))


def _texts_of(frame: pl.DataFrame) -> list[str]:
    return [name for name, type_ in frame.schema.items() if type_ == pl.UInt32]


def _dictionary(found: Snapshot, name: str) -> Dictionary | None:
    """The dictionary of these texts, or ``None`` where they would get other numbers."""
    texts = found.frame(name)["text"]
    made = Dictionary()
    numbers = made.numbers(texts)
    return made if numbers.equals(pl.int_range(len(texts), dtype=pl.UInt32, eager=True)) else None


def _copies(found: Snapshot) -> dict[str, list[Copy]] | None:
    """The copies, or ``None`` where a table has changed its form."""
    made: dict[str, list[Copy]] = {}
    kept: Any = found[_COPIES]
    for name, (revision, (at, by, operation)) in kept.items():
        frame = found.frame(name)
        if name not in mirrored or not set(frame.columns) <= set(mirrored[name].c.keys()):
            return None
        expected = columns_of(mirrored[name], frame.columns)
        if frame.schema != {one: pl.UInt32 if type_ == pl.String else type_ for one, type_ in expected.items()}:
            return None
        made[name] = [Copy(revision, (at, by, operation), frame)]
    return made


@contextlib.contextmanager
def _unless_others_do() -> Iterator[None]:
    """Another process may be writing the same at the same time; it is but a cache."""
    try:
        yield
    except WorkspaceError as error:
        if error.code != "snapshot":
            raise
    except FileNotFoundError:
        pass
