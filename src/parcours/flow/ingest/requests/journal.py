"""The journal: requests written down before they are answered.

A folder of files that only grow. What waits at one moment is written together and forced to disk once (group
commit); only then the futures of all of it resolve. A file is closed when it is long enough or when something else
comes into the inbox, with which it shares the numbers of its files: so the order of arrival over both is kept.
"""

from __future__ import annotations

import os
import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from parcours.core.errors import Overloaded, ParcoursError, WorkspaceError
from parcours.flow.ingest.calls import Record
from parcours.flow.ingest.requests.files import Pages, damaged, unwritable
from parcours.flow.ingest.requests.frames import MAGIC, packed

MB = 1_000_000
#: A file is closed when it is as long as this.
FILE_BYTES = 64 * MB
#: At most so much is written at once.
GROUP_BYTES = 16 * MB
#: What a record takes beside its body.
OVERHEAD = 200
_NAME = re.compile(r"(\d{12})\.requests")


@dataclass(frozen=True, slots=True, order=True)
class JournalFile:
    """One file. ``number`` tells the order of arrival; while it is not ``closed``, records are added to it."""

    number: int
    name: str
    closed: bool


@dataclass(frozen=True, slots=True)
class _Waiting:
    records: Sequence[Record]
    size: int
    written: Future[None]


class Journal:
    """The journal in ``folder``, which is made when it is missing. One process at a time may use it, with any threads.

    Args:
        folder: where the files lie.
        number: gives the number of the next file, the same that the inbox counts with.
        waiting_bytes: at most so much may wait for the disk.
        backlog_bytes: at most so much may wait for ticks.
        file_bytes: a file is closed when it is as long.

    Raises:
        WorkspaceError: the folder cannot be used, or a file in it is none of ours.
    """

    def __init__(
        self,
        folder: Path | str,
        number: Callable[[], int],
        *,
        waiting_bytes: int = 64 * MB,
        backlog_bytes: int = 2_000 * MB,
        file_bytes: int = FILE_BYTES,
    ) -> None:
        self.folder = Path(folder)
        self._number = number
        self._limits = waiting_bytes, backlog_bytes, file_bytes
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            names = sorted(entry.name for entry in self.folder.iterdir() if _NAME.fullmatch(entry.name))
        except OSError as problem:
            raise unwritable(self.folder, problem) from problem
        self._files = {name: Pages.found(int(name[:12]), self.folder / name) for name in names}
        self._queue: deque[_Waiting] = deque()
        self._waiting = 0
        self._changed = threading.Condition()
        self._writer: threading.Thread | None = None
        self._closing = False
        self._ending = threading.Event()
        self._open: tuple[Pages, int] | None = None  # only the writer touches it

    # --- writing --------------------------------------------------------------------------------------

    def append(self, records: Sequence[Record]) -> Future[None]:
        """Write records down. They are durable, and can be read, when the future resolves; it fails with a
        WorkspaceError (``disk-full``, ``read-only``) when nothing of them was written.

        Raises:
            Overloaded: too much waits for the disk, or for ticks.
            WorkspaceError: ``closed``.
        """
        written: Future[None] = Future()
        if not records:
            written.set_result(None)
            return written
        size = sum(len(record.body) + OVERHEAD for record in records)
        with self._changed:
            self._check(size)
            self._queue.append(_Waiting(records, size, written))
            self._waiting += size
            if self._writer is None:
                self._writer = threading.Thread(target=self._write_on, name="journal", daemon=True)
                self._writer.start()
            self._changed.notify_all()
        return written

    def end(self) -> None:
        """The next record opens a new file. Called from anywhere, returns at once."""
        self._ending.set()

    def seal(self) -> None:
        """Every file there is now gets nothing more: returns when that holds."""
        self._ending.set()
        with self._changed:
            if self._writer is None or self._closing:
                return
            done: Future[None] = Future()
            self._queue.append(_Waiting((), 0, done))
            self._changed.notify_all()
        done.result()

    def close(self) -> None:
        """Write what waits, and close. The second call does nothing."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            writer = self._writer
        if writer is not None:
            writer.join()
        self._shut()

    def _check(self, size: int) -> None:
        waiting, backlog, _ = self._limits
        if self._closing:
            raise WorkspaceError("the workspace is closed", code="closed", where=str(self.folder))
        if self._waiting and self._waiting + size > waiting:
            raise Overloaded("more comes in than the disk can take", retry_after=1)
        if self._left() > backlog:
            raise Overloaded("more comes in than is taken in", retry_after=5)

    def _write_on(self) -> None:
        """Write whatever waits, until the end."""
        while group := self._next_group():
            problem: ParcoursError | None = None
            try:
                self._write([record for each in group for record in each.records])
            except ParcoursError as error:
                problem = error
            except OSError as error:
                problem = unwritable(self.folder, error)
            except Exception as error:  # whoever waits must hear of it
                problem = WorkspaceError(f"cannot be written to: {error}", code="unusable", where=str(self.folder))
            with self._changed:
                self._waiting -= sum(each.size for each in group)
            for each in group:
                _resolve(each.written, problem)

    def _next_group(self) -> list[_Waiting]:
        """What is written together; empty at the end."""
        group: list[_Waiting] = []
        with self._changed:
            self._changed.wait_for(lambda: bool(self._queue) or self._closing)
            size = 0
            while self._queue and (not group or size + self._queue[0].size <= GROUP_BYTES):
                group.append(self._queue.popleft())
                size += group[-1].size
        return group

    def _write(self, records: Sequence[Record]) -> None:
        """Durable when it returns; when it fails, nothing of it counts."""
        if not records:  # somebody seals the open file
            self._shut()
            return
        content, lengths = packed(records)
        pages, handle = self._writable()
        try:
            _write_all(handle, content)
            os.fdatasync(handle)
        except OSError:
            self._take_back(pages, handle)
            raise
        with self._changed:
            pages.add(lengths)

    def _writable(self) -> tuple[Pages, int]:
        """The file to write to: the open one, or a new one."""
        if self._open is not None and (self._ending.is_set() or self._open[0].length >= self._limits[2]):
            self._shut()
        if self._open is None:
            self._ending.clear()  # before the number is asked for: what takes one later ends this file again
            self._open = self._new_file()
        return self._open

    def _new_file(self) -> tuple[Pages, int]:
        number = self._number()
        pages = Pages(number, self.folder / f"{number:012d}.requests")
        handle = os.open(pages.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            _write_all(handle, MAGIC)
            os.fsync(handle)
            self._sync()
        except OSError:
            os.close(handle)
            pages.path.unlink(missing_ok=True)
            raise
        with self._changed:
            self._files[pages.path.name] = pages
        return pages, handle

    def _take_back(self, pages: Pages, handle: int) -> None:
        """What was half-written does not count. The disk is not to be trusted with this file any more."""
        with suppress(OSError):  # else the next start does it, if the file is not gone by then
            os.ftruncate(handle, pages.length)
        self._shut()

    def _shut(self) -> None:
        if self._open is not None:
            pages, handle = self._open
            self._open = None
            os.close(handle)
            with self._changed:
                pages.closed = True

    def _sync(self) -> None:
        """Force the names in the folder to disk."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    # --- looking --------------------------------------------------------------------------------------

    def files(self) -> list[JournalFile]:
        """All files, in order of arrival."""
        with self._changed:
            return sorted(JournalFile(each.number, name, each.closed) for name, each in self._files.items())

    def closed(self, name: str) -> bool:
        """Whether nothing is added to a file any more.

        Raises:
            WorkspaceError: there is no such file.
        """
        return self._pages(name).closed

    def count(self, name: str) -> int:
        """How many durable records a file holds.

        Raises:
            WorkspaceError: there is no such file.
        """
        return self._pages(name).count

    def read(self, name: str, start: int, limit: int, *, most_bytes: int = 64 * MB) -> list[Record]:
        """At most ``limit`` durable records of a file from ``start`` on (counted from 0), and no more after
        ``most_bytes``, but at least one.

        Raises:
            WorkspaceError: the file is missing or damaged.
        """
        return self._pages(name).read(start, limit, most_bytes)

    @property
    def backlog(self) -> int:
        """Bytes that were not taken in yet, as far as :meth:`settle` was told."""
        with self._changed:
            return self._left()

    def _left(self) -> int:
        return sum(each.left for each in self._files.values())

    def _pages(self, name: str) -> Pages:
        with self._changed:
            found = self._files.get(name)
        if found is None:
            raise damaged(self.folder / name)
        return found

    # --- taking in ------------------------------------------------------------------------------------

    def settle(self, consumed: Mapping[str, int]) -> None:
        """So many records of each file were taken in; names of other files are no error."""
        with self._changed:
            for name in consumed.keys() & self._files.keys():
                self._files[name].consume(consumed[name])

    def forget(self, names: Iterable[str]) -> None:
        """Remove files that were taken in whole; those still open stay, names that are gone already are no error."""
        with self._changed:
            gone = [self._files.pop(name) for name in names if name in self._files and self._files[name].closed]
        for pages in gone:
            pages.path.unlink(missing_ok=True)
        if gone:
            self._sync()


def _resolve(written: Future[None], problem: ParcoursError | None) -> None:
    if not written.set_running_or_notify_cancel():
        return  # nobody waits any more; the records are durable all the same
    if problem is None:
        written.set_result(None)
    else:
        written.set_exception(problem)


def _write_all(handle: int, content: bytes | bytearray) -> None:
    view = memoryview(content)
    while view:
        view = view[os.write(handle, view) :]
