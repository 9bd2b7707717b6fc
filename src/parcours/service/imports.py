"""``workspace.imports``: files that were uploaded, looked at before they are taken in, and what became of them.

Each upload has a folder of its own with the file, a note of how it stands and the rows that were refused, so a restart
knows of it. One file at a time is taken in, in the background; nothing of it is taken in, or everything that is good.
"""

from __future__ import annotations

import builtins
import threading
from collections.abc import Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import polars as pl

from parcours.core.errors import ConflictError, InputError, ParcoursError
from parcours.flow.ingest import FORMATS, ReadOptions, Validated
from parcours.service.access.frames import AT, framed, told
from parcours.service.access.tokens import SYSTEM, Randomness, new_id
from parcours.service.importing import Imported, Importer, What, column_mapping, raw_rows
from parcours.service.uploaded import ENDED, Note, Shelf, Upload
from parcours.service.wiring import Parts

#: Uploads that are remembered; the oldest that are finished go first.
KEPT = 200
#: Seconds that somebody may wait at once.
LONGEST_WAIT = 60.0
#: Problems and rows that a preview shows.
SHOWN = 20
_COLUMNS = {
    "import": pl.String, "file": pl.String, "bytes": pl.Int64, "state": pl.String, "done": pl.Float64,
    "what": pl.String, "accepted": pl.Int64, "rejected": pl.Int64, "error": pl.String, "created_at": AT,
    "finished_at": AT,
}  # fmt: skip
_STAGES = {"uploaded": 0.0, "waiting": 0.0, "reading": 0.1, "checking": 0.4, "queueing": 0.9}


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done with a file."""

    what: What
    format: str | None
    replace: bool
    columns: dict[str, Any]


class Imports:
    """Files that come by HTTP."""

    def __init__(self, parts: Parts, random: Randomness = SYSTEM) -> None:
        self._parts = parts
        self._random = random
        self._shelf = Shelf(parts.folder.uploads)
        self._shelf.tidy()
        self._lock = threading.RLock()
        self._pool: ThreadPoolExecutor | None = None
        self._mine: dict[str, Note] = {}  # uploads of this process, which may be under way
        self._stop: set[str] = set()
        self._ends: dict[str, Future[None]] = {}

    # --- people ------------------------------------------------------------------------------------------

    def list(self) -> pl.DataFrame:
        """All uploads, the newest first: how they stand, and what became of them."""
        notes = sorted(self._notes(), key=lambda note: (-note.created_at, note.id))
        return framed([_row(note) for note in notes], _COLUMNS)

    def get(self, id: str) -> dict[str, object]:
        """One upload: its state (``uploaded``, ``waiting``, ``reading``, ``checking``, ``queueing``, ``done``,
        ``failed``, ``cancelled``, ``interrupted``), how much is done, what was taken in.

        Args:
            id: its id.

        Raises:
            UnknownNameError: there is no such upload.
        """
        note = self._note(id)
        shape = {**told(_row(note)), "accepted_by_type": note.accepted, "names": note.names, "options": note.options}
        return {**shape, "error": note.error or None}

    def preview(
        self,
        id: str,
        *,
        what: What = "events",
        event: str | None = None,
        mapping: Mapping[str, object] | None = None,
        format: str | None = None,
        delimiter: str | None = None,
        encoding: str | None = None,
    ) -> dict[str, object]:
        """What an upload would give: the columns of the file, the names and types found, the first rows, and what is
        wrong. Changes nothing.

        Args:
            id: its id.
            what: ``events`` or ``profiles``.
            event: type of all events, where no column has it.
            mapping: which column is what.
            format: ``csv``, ``ndjson`` or ``parquet``, where the name of the file does not tell.
            delimiter: between the cells of a CSV file.
            encoding: of a text file.

        Raises:
            UnknownNameError: there is no such upload.
            InputError: the file cannot be read, or does not fit the mapping.
        """
        columns = {"event": event, "mapping": mapping, "delimiter": delimiter, "encoding": encoding}
        work = _work(what, format, False, columns)
        path = self._shelf.file(self._note(id))
        raw = raw_rows(path, work.format, _options(work))
        found = Importer(self._parts).checked([raw], _mapping(work), of=what)[0]
        return {
            "columns": [{"column": name, "type": str(kind)} for name, kind in raw.frame.schema.items()],
            "rows_in_file": raw.frame.height + raw.refused.height,
            "accepted": {kind: frame.height for kind, frame in found.frames.items()},
            "rejected": found.rejected.height,
            "types": _names_of(found),
            "rows": {kind: frame.head(SHOWN).to_dicts() for kind, frame in found.frames.items()},
            "problems": _problems(found.rejected),
        }

    def start(
        self,
        id: str,
        *,
        what: What = "events",
        event: str | None = None,
        mapping: Mapping[str, object] | None = None,
        format: str | None = None,
        replace: bool = False,
        delimiter: str | None = None,
        encoding: str | None = None,
    ) -> dict[str, object]:
        """Take an upload in, in the background; gives how it stands.

        Args:
            id: its id.
            what, event, mapping, format, delimiter, encoding: see :meth:`preview`.
            replace: the events take the place of those with the same ids.

        Raises:
            UnknownNameError: there is no such upload.
            ConflictError: it was taken in already, or is being taken in.
            InputError: the mapping cannot be one.
        """
        columns = {"event": event, "mapping": mapping, "delimiter": delimiter, "encoding": encoding}
        work = _work(what, format, replace, columns)
        _mapping(work)
        with self._lock:
            note = self._note(id)
            if note.state not in ("uploaded", "failed", "cancelled", "interrupted"):
                raise ConflictError(f"the upload is {note.state}", code="not-possible", hint="upload the file again")
            self._shelf.file(note)
            note.state, note.what, note.error = "waiting", what, {}
            note.options = {"format": format, "replace": replace, **columns}
            self._mine[id] = note
            self._stop.discard(id)
            self._shelf.write(note)
            self._ends[id] = self._executor().submit(self._take_in, note, work)
        return self.get(id)

    def wait(self, id: str, seconds: float = 60.0) -> dict[str, object]:
        """Wait until an upload that was started is finished, or for so long; gives how it stands.

        Args:
            id: its id.
            seconds: the longest wait, a minute at most.

        Raises:
            UnknownNameError: there is no such upload.
        """
        end = self._ends.get(id)
        if end is not None:
            with suppress(TimeoutError, CancelledError):
                end.result(min(seconds, LONGEST_WAIT))
        return self.get(id)

    def cancel(self, id: str) -> dict[str, object]:
        """Take nothing in of an upload that is not finished; gives how it stands.

        Args:
            id: its id.

        Raises:
            UnknownNameError: there is no such upload.
            ConflictError: it is finished.
        """
        with self._lock:
            note = self._note(id)
            if note.state in (*ENDED, "queueing"):
                raise ConflictError(f"the upload is {note.state}", code="not-possible", hint="correct what it brought")
            self._stop.add(id)
            if note.state in ("uploaded", "waiting"):
                self._end(note, "cancelled")
        return self.get(id)

    def rejected(self, id: str) -> pl.DataFrame:
        """The rows of an upload that were not taken in, with the reason; ``DEAD_LETTER_COLUMNS``.

        Args:
            id: its id.

        Raises:
            UnknownNameError: there is no such upload.
        """
        return self._shelf.rejected(self._note(id))

    def delete(self, id: str) -> None:
        """Forget an upload, with its file; what was taken in of it stays.

        Args:
            id: its id.

        Raises:
            UnknownNameError: there is no such upload.
            ConflictError: it is being taken in.
        """
        with self._lock:
            note = self._note(id)
            if note.state not in (*ENDED, "uploaded"):
                raise ConflictError(f"the upload is {note.state}", code="not-possible", hint="cancel it first")
            self._shelf.remove(id)
            self._mine.pop(id, None)
            self._ends.pop(id, None)

    # --- uploading ---------------------------------------------------------------------------------------

    def _begin(self, name: str) -> Upload:
        """A new upload, to be written."""
        return self._shelf.begin(new_id(self._random), name, self._parts.clock.now())

    def _uploaded(self, upload: Upload) -> str:
        """The file is there; gives the id."""
        note = upload.finish()
        with self._lock:
            self._mine[note.id] = note
            self._forget_old()
        return note.id

    # --- taking in ---------------------------------------------------------------------------------------

    def _executor(self) -> ThreadPoolExecutor:
        if self._pool is None:
            self._parts.inbox  # noqa: B018 - opened first, so that it is closed after this
            self._pool = ThreadPoolExecutor(1, "imports")
            self._parts.before_closing(self._close)
        return self._pool

    def _close(self) -> None:
        """Whatever is not finished begins again when somebody says so."""
        with self._lock:
            self._stop |= set(self._mine)
            pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=True, cancel_futures=True)

    def _take_in(self, note: Note, work: Work) -> None:
        try:
            self._stage(note, "reading")
            raw = raw_rows(self._shelf.file(note), work.format, _options(work))
            self._stage(note, "checking")
            importer = Importer(self._parts)
            found = importer.checked([raw], _mapping(work), of=work.what)
            self._stage(note, "queueing")
            imported = importer.queue(found, of=work.what, timed=bool(_mapping(work).time), replacing=work.replace)
            self._finish(note, imported)
        except _Cancelled:
            self._end(note, "cancelled")
        except ParcoursError as error:
            note.error = {
                **error.to_json(),
                "where": (error.where or "").replace(str(self._shelf.place(note.id)) + "/", ""),
            }
            self._end(note, "failed")
        except BaseException as error:
            note.error = {"code": "error", "message": f"{type(error).__name__}: {error}"}
            self._end(note, "failed")
            raise

    def _stage(self, note: Note, state: str) -> None:
        with self._lock:
            if note.id in self._stop:
                raise _Cancelled
            note.state = state
            self._shelf.write(note)

    def _finish(self, note: Note, imported: Imported) -> None:
        self._shelf.keep_rejected(note, imported.rejected)
        note.accepted, note.rejected = dict(imported.accepted), imported.rejected.height
        note.names = {
            kind: {name: type.to_json() for name, type in names.items()} for kind, names in imported.names.items()
        }
        self._end(note, "done")

    def _end(self, note: Note, state: str) -> None:
        with self._lock:
            note.state, note.finished_at = state, self._parts.clock.now()
            self._shelf.write(note)

    # --- notes -------------------------------------------------------------------------------------------

    def _note(self, id: str) -> Note:
        return self._mine.get(id) or self._shelf.read(id)

    def _notes(self) -> builtins.list[Note]:
        return [self._note(id) for id in self._shelf.ids()]

    def _forget_old(self) -> None:
        ended = sorted((note for note in self._notes() if note.state in ENDED), key=lambda note: note.created_at)
        for note in ended[: max(0, len(ended) - KEPT)]:
            self.delete(note.id)


class _Cancelled(Exception):
    pass


def _work(what: What, format: str | None, replace: bool, columns: Mapping[str, Any]) -> Work:
    if what not in ("events", "profiles"):
        raise InputError(f"{what!r} cannot be taken in", code="bad-input", where="what", hint="events or profiles")
    if format is not None and format not in FORMATS:
        raise InputError(f"{format!r} is not a format", code="unknown-format", where="format", hint=", ".join(FORMATS))
    if replace and what == "profiles":
        raise InputError("profiles replace nothing", code="bad-input", where="replace")
    return Work(what, format, replace, dict(columns))


def _options(work: Work) -> ReadOptions:
    given = {name: work.columns[name] for name in ("delimiter", "encoding") if work.columns.get(name)}
    return ReadOptions(**given)


def _mapping(work: Work) -> Any:
    return column_mapping(work.columns.get("mapping"), event=work.columns.get("event"))


def _names_of(found: Validated) -> dict[str, dict[str, str]]:
    """Name -> type in words, by type of event."""
    front = ("_event_id", "_profile_id", "_time", "_set")
    schema = found.schema
    return {
        kind: {
            name: str((schema.events[kind] if kind else schema.attributes)[name])
            for name in frame.columns
            if name not in front
        }
        for kind, frame in found.frames.items()
    }


def _problems(rejected: pl.DataFrame) -> builtins.list[dict[str, Any]]:
    """What is wrong, the most frequent first, each with how many rows have it and the first of them."""
    by = ["column", "code", "hint"]
    grouped = rejected.group_by(by, maintain_order=True).agg(pl.len().alias("rows"), pl.first("row", "reason"))
    return grouped.sort("rows", descending=True, maintain_order=True).head(SHOWN).to_dicts()


def _row(note: Note) -> dict[str, Any]:
    ended = note.state in ENDED
    return {
        "import": note.id, "file": note.file, "bytes": note.bytes, "state": note.state,
        "done": 1.0 if ended else _STAGES.get(note.state, 0.0), "what": note.what,
        "accepted": sum(note.accepted.values()), "rejected": note.rejected,
        "error": note.error.get("message", ""), "created_at": note.created_at, "finished_at": note.finished_at,
    }  # fmt: skip
