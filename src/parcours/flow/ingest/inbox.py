"""The durable queue between import and ticks: a folder of Parquet files, each written once and never changed.

A file holds rows of one kind, ordered by time, so that taking rows in event-time order always takes a first
part of each file, and one number per file says how far it was consumed. That number is committed with the tick
that consumed the rows (it lives in the log, not here), so after a crash nothing is lost or taken twice.

A file appears whole or not at all: written under a temporary name, forced to disk, then renamed. Names count up
and are never used again. Frames carry the external ``_profile_id``; dense numbers are given later.
"""

from __future__ import annotations

import io
import os
import re
import threading
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import polars as pl

from parcours.core.clock import as_datetime
from parcours.core.errors import FULL, WorkspaceError
from parcours.core.facts import INSTANT
from parcours.core.schema import Schema, Type, type_of_polars
from parcours.flow.ingest.requests.journal import Journal
from parcours.flow.ingest.turning.rules import Rules

#: The columns in front of the properties, by kind of file.
KINDS: dict[str, dict[str, pl.DataType | type[pl.DataType]]] = {
    "profiles": {"_profile_id": pl.String, "_time": INSTANT, "_set": pl.List(pl.String)},
    "events": {"_event_id": pl.String, "_profile_id": pl.String, "_time": INSTANT},
    "replace": {"_event_id": pl.String, "_profile_id": pl.String, "_time": INSTANT},
    "delete": {"_event_id": pl.String, "_time": INSTANT},
    "erase": {"_profile_id": pl.String, "_time": INSTANT},
    "links": {"id": pl.String, "into": pl.String, "_time": INSTANT, "kind": pl.String, "message_id": pl.String},
    "unmerge": {"merge": pl.String, "_time": INSTANT},
}
#: Kind of the files of the journal that the inbox is joined with: requests as they came.
REQUESTS = "requests"
#: What a link between two ids says, see :class:`~parcours.flow.ingest.arrivals.Arrivals`.
LINK_KINDS = ("identify", "alias", "merge")
_NAME = re.compile(
    r"(\d{12})\.(profiles|events|replace|delete|erase|links|unmerge)(?:\.([A-Za-z_][A-Za-z0-9_-]*))?\.parquet"
)
_COUNTER = "last-number"
#: Kind of a file, type of its events, and its columns with their types.
Shape: TypeAlias = tuple[str, str, tuple[tuple[str, Type], ...]]


@dataclass(frozen=True, slots=True, order=True)
class InboxFile:
    """One file of the queue. ``number`` tells the order of arrival; ``type`` is the event type, or empty."""

    number: int
    name: str
    kind: str
    type: str


class Inbox:
    """The queue in ``folder``, which is made when it is missing. One process at a time may use it; its threads may
    put at the same time.

    Raises:
        WorkspaceError: the folder cannot be made or written to.
    """

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for left_over in self.folder.glob("*.tmp"):
                left_over.unlink()
        except OSError as problem:
            raise _unwritable(self.folder, problem) from problem
        #: Called with every file that is queued: who shares the numbers ends a file of its own.
        self.on_put: Callable[[], None] = lambda: None
        #: Requests as they came, in one order with the files here; and what their conversion obeys.
        self.journal: Journal | None = None
        self.rules: Callable[[], Rules] = Rules
        self._last = self._last_number()
        self._lock = threading.Lock()
        self._known_rows: dict[str, int] = {}
        self._known_shapes: dict[str, Shape] = {}

    # --- putting --------------------------------------------------------------------------------------

    def put_events(self, type: str, frame: pl.DataFrame) -> str:
        """Queue events of one type (``_event_id``, ``_profile_id``, ``_time``, properties). Returns the file's name.

        Raises:
            WorkspaceError: the disk is full or read-only; nothing was queued.
        """
        return self._put("events", type, frame)

    def put_profiles(self, frame: pl.DataFrame) -> str:
        """Queue profile changes (``_profile_id``, ``_time``, ``_set``, attributes). Raises as :meth:`put_events`."""
        return self._put("profiles", "", frame)

    def put_corrections(
        self,
        *,
        replace: Mapping[str, pl.DataFrame] | None = None,
        delete: Iterable[str] = (),
        erase: Iterable[str] = (),
        time: int | None = None,
    ) -> tuple[str, ...]:
        """Queue corrections; each kind becomes a file of its own.

        Args:
            replace: event type -> events that take the place of those with the same ``_event_id``.
            delete: ids of events that never were.
            erase: ids of profiles to forget with all they did.
            time: instant at which a replay applies deletions and erasures, in microseconds. Without it a replay
                applies them at once: it replays the corrected past.

        Returns:
            The names of the files.
        """
        names = [self._put("replace", kind, frame) for kind, frame in (replace or {}).items()]
        if ids := list(delete):
            names.append(self._put("delete", "", _timed("_event_id", ids, time)))
        if ids := list(erase):
            names.append(self._put("erase", "", _timed("_profile_id", ids, time)))
        return tuple(names)

    def put_links(self, frame: pl.DataFrame) -> str:
        """Queue statements that two ids are one person: ``id`` joins ``into``.

        Args:
            frame: ``id``, ``into``, ``_time`` (null: at once), ``kind`` (one of :data:`LINK_KINDS`) and ``message_id``
                (may be null).

        Returns:
            The name of the file. Raises as :meth:`put_events`.
        """
        return self._put("links", "", frame)

    def put_unmerges(self, merges: Iterable[str], time: int | None = None) -> str:
        """Queue requests to take merges back, by their ids, at ``time`` (microseconds; without it at once).

        Returns:
            The name of the file. Raises as :meth:`put_events`.
        """
        return self._put("unmerge", "", _timed("merge", list(merges), time))

    def put_turned(self, number: int, kind: str, type: str, frame: pl.DataFrame) -> str:
        """Queue rows that requests became, in the place of their file of the journal. Raises as :meth:`put_events`."""
        return self._put(kind, type, frame, number)

    def _put(self, kind: str, type: str, frame: pl.DataFrame, number: int | None = None) -> str:
        front = KINDS[kind]
        frame = frame.select(
            *(pl.col(name).cast(dtype) for name, dtype in front.items()), *(c for c in frame.columns if c not in front)
        ).sort("_time", maintain_order=True, nulls_last=False)
        content = io.BytesIO()  # Polars would hide a full disk behind an error of its own
        frame.write_parquet(content, compression="lz4", statistics=False)
        with self._lock:
            place = self._last + 1 if number is None else number
            name = f"{place:012d}.{kind}{'.' + type if type else ''}.parquet"
            self._write(name, content.getbuffer(), max(place, self._last))
            self._last = max(place, self._last)
        self.on_put()
        return name

    def _write(self, name: str, content: memoryview, last: int) -> None:
        """The file whole, or not at all."""
        temporary = self.folder / f"{name}.tmp"
        try:
            self._remember(last)
            with temporary.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.rename(self.folder / name)
            self._sync()
        except OSError as problem:
            temporary.unlink(missing_ok=True)
            raise _unwritable(self.folder, problem) from problem

    # --- looking --------------------------------------------------------------------------------------

    def files(self) -> list[InboxFile]:
        """All files, in order of arrival; those of the journal are of the kind :data:`REQUESTS`."""
        requests = [] if self.journal is None else self.journal.files()
        found = (_NAME.fullmatch(entry.name) for entry in self.folder.iterdir())
        return sorted(
            [
                *(InboxFile(int(m[1]), m[0], m[2], m[3] or "") for m in found if m),
                *(InboxFile(file.number, file.name, REQUESTS, "") for file in requests),
            ]
        )

    def pending(self, consumed: Mapping[str, int]) -> dict[str, int]:
        """Rows of each file that were not consumed yet; files without such rows are left out."""
        left = {file.name: self.rows(file.name) - consumed.get(file.name, 0) for file in self.files()}
        return {name: rows for name, rows in left.items() if rows > 0}

    def rows(self, name: str) -> int:
        """How many rows a file holds, or one of the journal records.

        Raises:
            WorkspaceError: the file is damaged.
        """
        if self._in_journal(name):
            assert self.journal is not None
            return self.journal.count(name)
        if name in self._known_rows:
            return self._known_rows[name]  # files never change
        try:
            rows = int(pl.scan_parquet(self.folder / name).select(pl.len()).collect().item())
        except (OSError, pl.exceptions.PolarsError) as problem:
            raise _damaged(self.folder / name, problem) from problem
        return self._known_rows.setdefault(name, rows)

    def read(self, name: str) -> pl.DataFrame:
        """All rows of a file, ordered by time.

        Raises:
            WorkspaceError: the file is missing or damaged.
        """
        try:
            return pl.read_parquet(self.folder / name, memory_map=False)
        except (OSError, pl.exceptions.PolarsError) as problem:
            raise _damaged(self.folder / name, problem) from problem

    def used_up(self, name: str, consumed: int) -> bool:
        """Whether a file of which so much was taken in holds nothing more, and never will."""
        if self._in_journal(name):
            assert self.journal is not None
            return self.journal.closed(name) and consumed >= self.journal.count(name)
        return consumed >= self.rows(name)

    def _in_journal(self, name: str) -> bool:
        return self.journal is not None and name.endswith(f".{REQUESTS}")

    def schema(self, known: Schema) -> Schema:
        """``known`` widened by what is queued: the schema to validate the next import against.

        What requests will bring is not known before a tick turns them; a file that contradicts what is known by then is
        fitted when it is taken in, and what contradicts ``known`` is left out here.
        """
        queued = (self._shape(file) for file in self.files() if file.kind in ("profiles", "events", "replace"))
        for kind, type_, shape in dict.fromkeys(queued):  # most files are like one before them
            kinds = dict(shape)
            known = known.with_what_fits(Schema(kinds) if kind == "profiles" else Schema(events={type_: kinds}))
        return known

    def _shape(self, file: InboxFile) -> Shape:
        """What a file says about the schema: kind, type of event, columns with their types."""
        if file.name not in self._known_shapes:  # files never change
            front = KINDS[file.kind]
            columns = pl.read_parquet_schema(self.folder / file.name)
            own = (name for name in columns if name not in front and not name.startswith("_"))
            kinds = tuple((name, type_of_polars(columns[name])) for name in own)
            self._known_shapes[file.name] = (file.kind, file.type, kinds)
        return self._known_shapes[file.name]

    def forget(self, names: Collection[str]) -> None:
        """Remove files that were consumed whole; names that are gone already are no error."""
        for name in names:
            if _NAME.fullmatch(name):
                (self.folder / name).unlink(missing_ok=True)
                self._known_rows.pop(name, None)
                self._known_shapes.pop(name, None)
        if self.journal is not None:
            self.journal.forget(name for name in names if self._in_journal(name))
        self._sync()

    # --- numbers --------------------------------------------------------------------------------------

    def _last_number(self) -> int:
        """The highest number ever given: names are never used again, even when all files are gone."""
        counter = self.folder / _COUNTER
        kept = int(counter.read_text() or 0) if counter.exists() else 0
        return max([kept, *(file.number for file in self.files())])

    def next_number(self) -> int:
        """A number for a file that lies elsewhere: the order of arrival is one over both.

        Raises:
            WorkspaceError: the disk is full or read-only.
        """
        with self._lock:
            try:
                self._remember(self._last + 1)
                self._sync()
            except OSError as problem:
                raise _unwritable(self.folder, problem) from problem
            self._last += 1
            return self._last

    def _remember(self, number: int) -> None:
        temporary = self.folder / f"{_COUNTER}.tmp"
        with temporary.open("w") as file:
            file.write(str(number))
            file.flush()
            os.fsync(file.fileno())
        temporary.rename(self.folder / _COUNTER)

    def _sync(self) -> None:
        """Force the names in the folder to disk."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _timed(column: str, ids: list[str], time: int | None) -> pl.DataFrame:
    moment = None if time is None else as_datetime(time)
    return pl.DataFrame({column: pl.Series(ids, dtype=pl.String)}).with_columns(pl.lit(moment, INSTANT).alias("_time"))


def _unwritable(folder: Path, problem: OSError) -> WorkspaceError:
    full = problem.errno in FULL
    return WorkspaceError(
        f"cannot be written to: {problem.strerror or problem}",
        code="disk-full" if full else "read-only",
        where=str(folder),
        hint="make room on the disk and try again; nothing was changed"
        if full
        else "check that the folder exists and that you may write to it",
    )


def _damaged(path: Path, problem: Exception) -> WorkspaceError:
    return WorkspaceError(
        "a queued file cannot be read",
        code="damaged",
        where=str(path),
        hint="move the file away and import its source again",
    )
