"""Files that were uploaded, on disk: a folder for each, with the file, a note of how it stands and refused rows."""

from __future__ import annotations

import re
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
import polars as pl

from parcours.core.errors import FULL, ConflictError, UnknownNameError, WorkspaceError
from parcours.core.facts import DEAD_LETTER_COLUMNS
from parcours.service.importing import What

#: States of uploads that nothing is done with any more.
ENDED = ("done", "failed", "cancelled", "interrupted")
_NOTE, _REJECTED = "note.json", "rejected.parquet"
_NAME = re.compile(r"[^\w.() -]+")


class Note(msgspec.Struct, kw_only=True, omit_defaults=True):
    """How an upload stands. ``accepted`` counts by type of event, profiles under ``""``."""

    id: str
    file: str
    bytes: int = 0
    state: str = "uploading"
    what: What = "events"
    options: dict[str, Any] = {}
    accepted: dict[str, int] = {}
    names: dict[str, dict[str, Any]] = {}
    rejected: int = 0
    error: dict[str, Any] = {}
    created_at: int = 0
    finished_at: int | None = None


class Shelf:
    """The uploads in ``folder``, which is made with the first of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def place(self, id: str) -> Path:
        """Where everything of an upload lies."""
        return self.folder / id

    def begin(self, id: str, name: str, now: int) -> Upload:
        """A new upload, to be written.

        Raises:
            WorkspaceError: it cannot be written.
        """
        note = Note(id=id, file=_safe(name), created_at=now)
        try:
            self.place(id).mkdir(parents=True)
            return Upload(note, (self.place(id) / note.file).open("wb"), self)
        except OSError as problem:
            raise _unwritable(problem) from problem

    def file(self, note: Note) -> Path:
        """The file.

        Raises:
            ConflictError: it is not there any more.
        """
        path = self.place(note.id) / note.file
        if not path.is_file():
            raise ConflictError("the file is not kept any more", code="not-possible", hint="upload it again")
        return path

    def write(self, note: Note) -> None:
        """Note how an upload stands.

        Raises:
            WorkspaceError: it cannot be written.
        """
        path = self.place(note.id) / _NOTE
        try:
            path.with_suffix(".tmp").write_bytes(msgspec.json.encode(note))
            path.with_suffix(".tmp").rename(path)
        except OSError as problem:
            raise _unwritable(problem) from problem

    def read(self, id: str) -> Note:
        """How an upload of an earlier process stands: what was under way there is not any more.

        Raises:
            UnknownNameError: there is no such upload.
        """
        path = self.place(id) / _NOTE
        if not re.fullmatch(r"[0-9a-f]+", id) or not path.is_file():
            raise UnknownNameError(f"there is no upload {id[:40]!r}", code="unknown-import")
        note = msgspec.json.decode(path.read_bytes(), type=Note)
        if note.state not in (*ENDED, "uploaded"):
            note.state = "interrupted"
        return note

    def ids(self) -> list[str]:
        """The ids of all uploads."""
        return [path.parent.name for path in self.folder.glob(f"*/{_NOTE}")] if self.folder.is_dir() else []

    def keep_rejected(self, note: Note, rejected: pl.DataFrame) -> None:
        """Keep the rows that were refused, and the file no longer."""
        if rejected.height:
            rejected.write_parquet(self.place(note.id) / _REJECTED)
        (self.place(note.id) / note.file).unlink(missing_ok=True)

    def rejected(self, note: Note) -> pl.DataFrame:
        """The rows that were refused."""
        path = self.place(note.id) / _REJECTED
        return pl.read_parquet(path, memory_map=False) if path.exists() else pl.DataFrame(schema=DEAD_LETTER_COLUMNS)

    def remove(self, id: str) -> None:
        """Forget an upload."""
        shutil.rmtree(self.place(id), ignore_errors=True)

    def tidy(self) -> None:
        """Remove what is left of uploads that never arrived."""
        if self.folder.is_dir():
            for place in self.folder.iterdir():
                if not (place / _NOTE).is_file():
                    shutil.rmtree(place, ignore_errors=True)


class Upload:
    """A file that is being uploaded."""

    def __init__(self, note: Note, file: BinaryIO, shelf: Shelf) -> None:
        self.note, self._file, self._shelf = note, file, shelf

    def write(self, content: bytes) -> None:
        """Add to the file.

        Raises:
            WorkspaceError: the disk is full, or cannot be written.
        """
        try:
            self._file.write(content)
        except OSError as problem:
            raise _unwritable(problem) from problem
        self.note.bytes += len(content)

    def finish(self) -> Note:
        """The file is there. Raises as :meth:`write`."""
        try:
            self._file.close()
        except OSError as problem:
            raise _unwritable(problem) from problem
        self.note.state = "uploaded"
        self._shelf.write(self.note)
        return self.note

    def drop(self) -> None:
        """Forget it."""
        with suppress(OSError):  # what it had not written is not wanted
            self._file.close()
        self._shelf.remove(self.note.id)


def _safe(name: str) -> str:
    """The last part of a file's name, without what names of files cannot have."""
    last = _NAME.sub("_", re.split(r"[/\\]", name)[-1]).strip(". ")[-100:]
    return last if last and last not in (_NOTE, "note.tmp", _REJECTED) else f"upload_{last}"


def _unwritable(problem: OSError) -> WorkspaceError:
    full = problem.errno in FULL
    return WorkspaceError(
        f"the file cannot be kept: {problem.strerror or problem}",
        code="disk-full" if full else "read-only",
        hint="make room on the disk and try again" if full else "check that the workspace can be written",
    )
