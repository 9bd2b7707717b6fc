"""``workspace.access.audit``: who asked the service to change what, and what came of it.

Entries are written by a thread of their own, so that no request waits for the disk; there are at most so many on the
way, and none is lost on an orderly end. Bodies of requests are not kept: they may hold secrets.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import partial

import polars as pl
import structlog
from sqlalchemy import insert, select
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from parcours.core.clock import instant
from parcours.core.errors import ParcoursError
from parcours.service.access.frames import AT, framed
from parcours.store.catalogue import Catalogue
from parcours.store.catalogue.access import audit

#: Entries on the way to the disk, and entries of one transaction, at most.
WAITING, TOGETHER = 10_000, 500
#: Seconds between two attempts to write, and between two notes of who was here last.
AGAIN, NOTED = 1.0, 60.0
#: Seconds that a look into the log waits for what is on the way.
SETTLE = 2.0
_COLUMNS = {
    "number": pl.Int64, "at": AT, "kind": pl.String, "caller": pl.String, "name": pl.String, "operation": pl.String,
    "target": pl.String, "outcome": pl.Int64, "address": pl.String, "request": pl.String,
}  # fmt: skip
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """One request.

    Attributes:
        at: the instant of the answer.
        kind: of the caller: account, key, local, or blank for somebody unknown.
        caller: id of the account or key.
        name: e-mail address or name of the key.
        operation: id of the operation, as the description of the API names it; for what was refused before, the verb.
        target: the path.
        outcome: status of the answer.
        address: where the request came from.
        request: its id, which the answer carries too.
    """

    at: int
    kind: str
    caller: str
    name: str
    operation: str
    target: str
    outcome: int
    address: str
    request: str


class Audit:
    """What was asked for, the newest first."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._settle: Callable[[], None] = lambda: None  # until what is on the way has arrived

    def list(
        self,
        *,
        since: str | None = None,
        until: str | None = None,
        caller: str = "",
        operation: str = "",
        target: str = "",
        outcome: int | None = None,
        before: int | None = None,
        limit: int = 100,
    ) -> pl.DataFrame:
        """Entries of the audit log, the newest first.

        Args:
            since: not before this instant.
            until: before this instant.
            caller: of this account or key, by id, e-mail address or name.
            operation: of this operation.
            target: of paths that begin like this.
            outcome: with this status.
            before: with a lower number: the ``number`` of the last entry of the page before.
            limit: at most so many.

        Raises:
            InputError: an instant is none.
        """
        self._settle()
        table = audit.c
        query = select(audit).order_by(table.number.desc()).limit(limit)
        conditions = (
            None if since is None else table.at >= instant(since),
            None if until is None else table.at < instant(until),
            (table.caller == caller) | (table.name == caller) if caller else None,
            table.operation == operation if operation else None,
            table.target.startswith(target, autoescape=True) if target else None,
            None if outcome is None else table.outcome == outcome,
            None if before is None else table.number < before,
        )
        query = query.where(*(condition for condition in conditions if condition is not None))
        with self._catalogue.reading() as con:
            return framed(con.execute(query).mappings().all(), _COLUMNS)

    def _write(self, entries: Sequence[Entry]) -> None:
        with self._catalogue.writing() as con:
            con.execute(insert(audit), [asdict(entry) for entry in entries])


class Scribe:
    """Writes entries from a thread of its own, which starts with the first of them.

    Args:
        write: makes entries durable.
        note: called now and then, and at the end.
    """

    def __init__(self, write: Callable[[Sequence[Entry]], None], note: Callable[[], None]) -> None:
        self._write = write
        self._note = note
        self._queue: queue.Queue[Entry | None] = queue.Queue(WAITING)
        self._written = threading.Condition()
        self._put = self._done = 0  # entries
        self._begin = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()

    def put(self, entry: Entry, *, wait: bool) -> bool:
        """Have an entry written; ``False``: too many are on the way, and it is not to ``wait``."""
        self._start()
        try:
            self._queue.put(entry, block=wait)
        except queue.Full:
            return False
        with self._written:
            self._put += 1
        return True

    def settle(self, seconds: float = SETTLE) -> None:
        """Wait until everything that was put so far is written, but no longer than this."""
        with self._written:
            put = self._put
            self._written.wait_for(lambda: self._done >= put, seconds)

    def close(self) -> None:
        """Write what is on the way, and end."""
        self._closing.set()
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()
        self._problem(self._note)

    def _start(self) -> None:
        with self._begin:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="audit", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        more = True
        while more:
            entries, more = self._next()
            if entries:
                self._insist(entries)
            with self._written:
                self._done += len(entries)
                self._written.notify_all()

    def _insist(self, entries: Sequence[Entry]) -> None:
        """Write entries: again where the database may take them later, one by one where it does not like one."""
        while (problem := self._problem(partial(self._write, entries))) is not None:
            if not _passes(problem) and len(entries) > 1:
                for entry in entries:
                    self._insist([entry])
                return
            if not _passes(problem) or (self._closing.wait(AGAIN) and self._problem(partial(self._write, entries))):
                _log.error("entries of the audit log are lost", count=len(entries))
                return

    def _next(self) -> tuple[list[Entry], bool]:
        """Some entries, and whether there may be more."""
        while True:
            try:
                found = [self._queue.get(timeout=NOTED)]
            except queue.Empty:
                self._problem(self._note)
                continue
            while found[-1] is not None and len(found) < TOGETHER and not self._queue.empty():
                found.append(self._queue.get())
            return [entry for entry in found if entry is not None], found[-1] is not None

    def _problem(self, work: Callable[[], None]) -> Exception | None:
        """Do something; gives what went wrong."""
        try:
            work()
        except Exception as error:
            _log.warning("the audit log cannot be written", reason=getattr(error, "code", type(error).__name__))
            return error
        return None


def _passes(problem: Exception) -> bool:
    """Whether trying again may help."""
    cause = problem.__cause__
    return isinstance(problem, ParcoursError) and not isinstance(cause, DataError | IntegrityError | ProgrammingError)
