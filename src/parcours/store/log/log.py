"""The log: what flowed through a workspace, durable, in one DuckDB file."""

from __future__ import annotations

import atexit
import contextlib
import threading
import weakref
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Self

import polars as pl

from parcours.core import interrupting
from parcours.core.errors import WorkspaceError
from parcours.core.facts import Batch, EventBatch, TickRecord
from parcours.core.schema import Schema
from parcours.store.log import erasing, identities, layout, opening, reading, recovery, sql, writing
from parcours.store.log import letters as letter_rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection as Connection

#: Seconds that a rewrite waits for readers.
_PATIENCE = 10.0


class Log:
    """Append-only tables of everything that ticks took in and put out (docs/reference/log-tables.md).

    One process at a time holds the file. Within it, one thread commits at a time while any number read.
    """

    def __init__(self, path: Path, con: Connection, *, read_only: bool) -> None:
        self.path = path
        self.read_only = read_only
        self._con = con
        self._closed = False
        self._lock = threading.RLock()  # held by whoever writes
        self._gate = threading.Condition()  # guards the connection and the number of cursors on it
        self._cursors = 0
        self.rewritten = 0  # how often the past was changed since it was opened: people were erased, merged, separated
        _open_logs.add(self)
        self._load()

    def _load(self) -> None:
        with self._cursor() as cursor:
            self._schema = layout.read_schema(cursor)
            last = reading.last_tick(cursor)
            self._last_tick = last
            self._seq = writing.next_seq(cursor)
            self._rewrite_due = layout.read_meta(cursor, erasing.REWRITE_DUE) is not None

    @classmethod
    def open(cls, path: Path, *, read_only: bool = False) -> Log:
        """Open the log at ``path``, a file that is made when it is missing.

        Raises:
            WorkspaceError: in use, read-only, not a log, damaged, or of a newer version; see ``code``.
        """
        path = Path(path).resolve()
        with opening.held(path):
            if not read_only:
                erasing.remove_unfinished(path)
            log = cls(path, opening.connect(path, read_only=read_only), read_only=read_only)
        if log._rewrite_due and not read_only:
            log.rewrite()
        return log

    def close(self) -> None:
        """Let go of the file; the second call does nothing.

        Raises:
            WorkspaceError: a rewrite was due and failed; it is tried again at the next opening.
        """
        with self._lock:
            if self._closed:
                return
            try:
                if self._rewrite_due and not self.read_only:
                    self.rewrite()
            finally:
                self._closed = True
                self._con.close()
                del self._con  # see _close_all
                _open_logs.discard(self)
                opening.release(self.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- writing -----------------------------------------------------------------------------------------

    @property
    def schema(self) -> Schema:
        """Attributes and event types as the last commit left them."""
        return self._schema

    def commit(
        self,
        records: Sequence[TickRecord],
        schema: Schema | None = None,
        *,
        dead_letters: pl.DataFrame | None = None,
        violations: pl.DataFrame | None = None,
        consumed: Mapping[str, int | None] | None = None,
        rewrite: bool = True,
    ) -> None:
        """Make these ticks durable: all of them, or on any error none.

        Args:
            records: ticks in order, numbered above all recorded ones.
            schema: the schema with every name that the records use; it holds the present one. ``None``: no change.
            dead_letters: rejected rows seen meanwhile, with ``DEAD_LETTER_COLUMNS``.
            violations: what was done against tracking plans meanwhile: the columns of the table ``violations``.
            consumed: rows taken in by file of the inbox; ``None`` forgets a file.
            rewrite: after an erasure, write the file anew at once (see :meth:`rewrite`). Where that is not
                possible just now, for want of room or because of a long query, it stays due.

        Raises:
            WorkspaceError: nothing was kept; ``disk-full`` when there is no room.
        """
        with self._lock:
            self._check_order(records)
            rows = writing.Rows(self._seq)
            last = self._last_tick[0] if self._last_tick else 0
            _add_refused(rows, records[-1].tick if records else last, dead_letters, violations)
            for record in records:
                rows.add(record)
            with self._transaction() as con:
                self._write(con, rows, schema, consumed)
            self._note(records, rows, schema)
            if rows.erased and rewrite:
                with contextlib.suppress(WorkspaceError):  # the ticks are durable, whatever becomes of the rewrite
                    self.rewrite()

    def commit_ahead(
        self,
        tick: int,
        batch: Batch,
        ended: Callable[[], TickRecord],
        schema: Schema,
        *,
        dead_letters: pl.DataFrame | None = None,
        violations: pl.DataFrame | None = None,
        consumed: Mapping[str, int | None] | None = None,
    ) -> None:
        """:meth:`commit` of one tick that is still being computed: its events are written meanwhile.

        One transaction as ever: nothing is durable before everything is.

        Args:
            tick: the number of the tick, above all recorded ones.
            batch: what it takes in; nothing is corrected or erased by it.
            ended: returns when the tick is through, with its record; what it raises undoes everything.
            schema, dead_letters, violations, consumed: as for :meth:`commit`.

        Raises:
            WorkspaceError: nothing was kept; see :meth:`commit`.
        """
        with self._lock:
            rows = writing.Rows(self._seq)
            _add_refused(rows, tick, dead_letters, violations)
            rows.add_batch(tick, batch)
            with self._transaction() as con:
                if schema != self._schema:
                    layout.widen(con, self._schema, schema)
                writing.write_events(con, rows, schema)
                record = ended()
                self._check_order([record])
                rows.add_outputs(record)
                writing.write_facts(con, rows, schema)
                if consumed:
                    writing.write_consumed(con, consumed)
            self._note([record], rows, schema)

    def _write(
        self, con: Connection, rows: writing.Rows, schema: Schema | None, consumed: Mapping[str, int | None] | None
    ) -> None:
        if schema is not None and schema != self._schema:
            layout.widen(con, self._schema, schema)
        writing.write(con, rows, schema or self._schema)
        if rows.erased:
            erasing.erase(con, schema or self._schema, rows.erased)
        if consumed:
            writing.write_consumed(con, consumed)

    def _note(self, records: Sequence[TickRecord], rows: writing.Rows, schema: Schema | None) -> None:
        self._seq = rows.seq
        self._schema = schema or self._schema
        self._rewrite_due = self._rewrite_due or bool(rows.erased)
        if rows.erased or any(record.batch.links.height for record in records):
            self.rewritten += 1
        if records:
            self._last_tick = records[-1].tick, records[-1].now

    def _check_order(self, records: Sequence[TickRecord]) -> None:
        last = self._last_tick[0] if self._last_tick else 0
        for record in records:
            if record.tick <= last:
                raise WorkspaceError(
                    f"tick {record.tick} cannot follow tick {last}", code="tick-order", where=str(self.path)
                )
            last = record.tick

    @property
    def rewrite_due(self) -> bool:
        """Whether bytes of erased profiles may still lie in the file (see :meth:`rewrite`)."""
        return self._rewrite_due

    def rewrite(self) -> None:
        """Write the file anew, so that it holds no byte of erased profiles. It takes time in proportion to the file.

        Done by ``commit(rewrite=True)``, and when due by :meth:`close` and :meth:`open`.

        Readers are waited for, and wait.

        Raises:
            WorkspaceError: ``disk-full``, or ``busy`` when a reader does not end; the log stays as it was, the
                rewrite due.
        """
        with self._lock, self._gate, opening.explained(self.path):
            if not self._gate.wait_for(lambda: self._cursors == 0, timeout=_PATIENCE):
                raise WorkspaceError(
                    f"{self.path} is being read", code="busy", hint="end long queries and unfinished iterations first"
                )
            self._con.close()
            try:
                erasing.rewrite(self.path)
                self._rewrite_due = False
            finally:
                erasing.remove_unfinished(self.path)
                self._con = opening.connect(self.path, read_only=False)

    def checkpoint(self) -> None:
        """Fold the write-ahead log into the file; done now and then by itself, and by :meth:`close`."""
        with self._lock, opening.explained(self.path), self._cursor() as cursor:
            cursor.checkpoint()

    # --- recovery ----------------------------------------------------------------------------------------

    def last_tick(self) -> tuple[int, int] | None:
        """Number and instant (microseconds) of the last tick, or ``None`` before the first."""
        return self._last_tick

    def records(self, after_tick: int = 0, *, outputs: bool = True) -> Iterator[TickRecord]:
        """The ticks after ``after_tick`` again, in order, also those without input (see ``recovery``)."""
        with self._cursor() as cursor:
            yield from recovery.records(cursor, self._schema, after_tick, outputs=outputs)

    def consumed(self) -> dict[str, int]:
        """Rows taken in, by file of the inbox."""
        with self._cursor() as cursor:
            return reading.consumed(cursor)

    def known_event_ids(self) -> Iterator[tuple[str, pl.Series]]:
        """Event type and ids of all events ever taken in, retracted ones too, in pieces of at most four million."""
        with self._cursor() as cursor:
            yield from reading.known_event_ids(cursor, self._schema)

    def knows_events(self, event_ids: pl.Series, event: str) -> pl.Series:
        """Which of these ids of events of one type were ever taken in, retracted ones too; boolean, in order."""
        with self._cursor() as cursor:
            return reading.knows_events(cursor, self._schema, event_ids, event)

    def pending_deliveries(self) -> pl.DataFrame:
        """Deliveries decided but not settled: ``DELIVERY_COLUMNS``, in the order in which they were decided."""
        with self._cursor() as cursor:
            return reading.pending_deliveries(cursor)

    def ends_of_pending(self, outcomes: Sequence[str]) -> dict[str, str]:
        """How runs ended that have deliveries without an outcome, by run: those that ended in one of these ways."""
        with self._cursor() as cursor:
            return reading.ends_of_pending(cursor, outcomes)

    def runs_of_pending(self, profiles: Sequence[int]) -> list[str]:
        """The runs of these profiles, by their numbers, that have deliveries without an outcome."""
        with self._cursor() as cursor:
            return reading.runs_of_pending(cursor, profiles)

    # --- events and profiles -----------------------------------------------------------------------------

    def events(
        self, event: str, columns: Sequence[str] = (), until_tick: int | None = None, *, event_ids: bool = True
    ) -> pl.DataFrame:
        """Rows of an event type that count, with ``EVENT_COLUMNS`` and ``columns``, by time, then by arrival.

        Args:
            event: the event type.
            columns: properties wanted.
            until_tick: as of the end of this tick; ``None`` is now.
            event_ids: ``False`` leaves out ``_event_id``, which halves the cost of long histories.

        Raises:
            UnknownNameError: the event type or a property is not known.
        """
        with self._cursor() as cursor, interrupting.ended_by(cursor.interrupt):
            return reading.events(cursor, self._schema, event, columns, until_tick, event_ids=event_ids)

    def find_events(self, event_ids: Collection[str], event: str | None = None) -> tuple[EventBatch, ...]:
        """The rows with these ids that count, as they are: one batch per event type that has any.

        ``event`` names the only type to look at.
        """
        with self._cursor() as cursor:
            return reading.find_events(cursor, self._schema, event_ids, event)

    def profile_events(self, profile: int) -> dict[str, list[dict[str, object]]]:
        """The events of one profile that count, by type, in order of time; ``_time`` in microseconds."""
        with self._cursor() as cursor:
            return reading.profile_events(cursor, self._schema, profile)

    def profile_ids(self) -> pl.DataFrame:
        """Every profile that is not erased: ``NEW_PROFILE_COLUMNS``, by number."""
        with self._cursor() as cursor:
            return reading.profile_ids(cursor)

    def profile_count(self) -> int:
        """How many numbers have been given out, those of erased profiles included: the next profile's number."""
        with self._cursor() as cursor:
            return reading.profile_count(cursor)

    def attributes(
        self,
        names: Sequence[str] | None = None,
        *,
        profiles: Sequence[int] | None = None,
        until_tick: int | None = None,
    ) -> pl.DataFrame:
        """Values of the named attributes (default: all) now or as of the end of a tick.

        One row per profile (of those asked for) with any change so far: ``_profile`` and a typed column each.
        """
        with self._cursor() as cursor:
            return reading.attributes(cursor, self._schema, names, profiles, until_tick)

    def changes(self, names: Sequence[str]) -> pl.DataFrame:
        """Changes of the named attributes, with ``PROFILE_CHANGE_COLUMNS``, by time, then by arrival."""
        with self._cursor() as cursor:
            return reading.changes(cursor, self._schema, names)

    # --- identities --------------------------------------------------------------------------------------

    def resolve(self, ids: Sequence[str]) -> pl.DataFrame:
        """The profile that each of these ids leads to: ``id``, ``_profile``, ``_profile_id``; null: nobody."""
        with self._cursor() as cursor:
            return identities.resolve(cursor, ids)

    def parts_of(self, profile: int) -> list[int]:
        """The numbers of a profile: its own, and those of all that were merged into it."""
        with self._cursor() as cursor:
            return identities.parts_of(cursor, profile)

    def ids_of(self, profiles: Collection[int]) -> list[str]:
        """All ids that ever were those of the profiles with these numbers, sorted."""
        with self._cursor() as cursor:
            return identities.ids_of(cursor, profiles)

    def merge_of(self, merge: str) -> tuple[int, int] | None:
        """The number of the profile that a merge, which was not taken back, made part of another one; and its tick."""
        with self._cursor() as cursor:
            return identities.merge_of(cursor, merge)

    def merges(self, profiles: Collection[int] | None = None) -> pl.DataFrame:
        """Merges of these profiles (default: all), in order: see the view ``merges``; ``events``: how many moved."""
        with self._cursor() as cursor:
            return identities.history(cursor, profiles)

    def events_of(self, profiles: Collection[int]) -> tuple[EventBatch, ...]:
        """The events of these profiles that count, by type, in order of arrival; with the column ``WAS``."""
        with self._cursor() as cursor:
            return identities.events_of(cursor, self._schema, profiles)

    def events_to_give_back(self, profile: int, tick: int, whole: int, ids: Sequence[str]) -> tuple[EventBatch, ...]:
        """The events of ``whole`` that were those of ``profile`` until they were merged in ``tick``, or came since then
        under one of these ids; as :meth:`events_of`."""
        with self._cursor() as cursor:
            return identities.events_to_give_back(cursor, self._schema, profile, tick, whole, ids)

    def changes_of(self, profiles: Collection[int]) -> pl.DataFrame:
        """All changes of attributes of these profiles, in order of arrival: ``_tick``, ``PROFILE_CHANGE_COLUMNS``, and
        a typed column per attribute."""
        with self._cursor() as cursor:
            return identities.changes_of(cursor, self._schema, profiles)

    # --- segments ----------------------------------------------------------------------------------------

    def members(self, segment: str, at: int | None = None) -> pl.DataFrame:
        """Members now, or at an instant: ``_profile``, ``_profile_id``, ``since``, by number."""
        with self._cursor() as cursor:
            return reading.members(cursor, segment, at)

    def qualifications(self, segments: Sequence[str]) -> pl.DataFrame:
        """Entries and exits of the named segments, with ``QUALIFICATION_COLUMNS``, by instant, then by arrival."""
        with self._cursor() as cursor:
            return reading.qualifications(cursor, segments)

    def qualifications_of(self, profile: int) -> pl.DataFrame:
        """Entries and exits of one profile, in order: ``_tick`` and ``QUALIFICATION_COLUMNS``."""
        with self._cursor() as cursor:
            return reading.qualifications_of(cursor, profile)

    # --- dead letters ------------------------------------------------------------------------------------

    def letters(self, wanted: letter_rows.Filter, *, before: int | None = None, limit: int = 100) -> pl.DataFrame:
        """Dead letters without their payload, the newest first; ``wanted`` see :mod:`parcours.store.log.letters`."""
        with self._cursor() as cursor:
            return letter_rows.page(cursor, wanted, before, limit)

    def whole_letters(self, wanted: letter_rows.Filter, *, after: int = 0, limit: int = 1_000) -> pl.DataFrame:
        """Dead letters with their payload, the oldest first."""
        with self._cursor() as cursor:
            return letter_rows.whole(cursor, wanted, after, limit)

    def letter_counts(self) -> pl.DataFrame:
        """How many dead letters there are, by source, event, code and status."""
        with self._cursor() as cursor:
            return letter_rows.counts(cursor)

    def settle_letters(self, changes: pl.DataFrame, at: datetime) -> int:
        """Note what became of dead letters (``letter``, ``status``, ``payload``, ``event``); gives how many there are.

        Raises:
            WorkspaceError: nothing was noted.
        """
        with self._lock, self._transaction() as con:
            return letter_rows.settle(con, changes, at)

    def violations(
        self, event: str | None = None, source: str | None = None, since: datetime | None = None
    ) -> pl.DataFrame:
        """What was done against tracking plans, by event, property, rule and source."""
        with self._cursor() as cursor:
            return letter_rows.violations(cursor, event, source, since)

    def query(self, statement: str) -> pl.DataFrame:
        """The result of one SQL statement that reads.

        Raises:
            InputError: the text is no SQL, does not read, wants a file, or fails.
        """
        with self._cursor() as cursor, interrupting.ended_by(cursor.interrupt):
            return sql.query(cursor, statement)

    # --- connections -------------------------------------------------------------------------------------

    @contextlib.contextmanager
    def _cursor(self) -> Iterator[Connection]:
        """A connection of its own, for one piece of work."""
        with self._gate:
            if self._closed:
                raise WorkspaceError(f"{self.path} is closed", code="closed", hint="open the workspace again")
            cursor = self._con.cursor()
            self._cursors += 1
        try:
            yield cursor
        finally:
            cursor.close()
            with self._gate:
                self._cursors -= 1
                self._gate.notify_all()

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """A transaction: committed at the end, undone on any error."""
        if self.read_only:
            raise WorkspaceError(f"{self.path} was opened for reading only", code="read-only")
        with opening.explained(self.path), self._cursor() as cursor:
            cursor.begin()
            try:
                yield cursor
                cursor.commit()
            except BaseException:
                opening.roll_back(cursor)
                raise


def _add_refused(
    rows: writing.Rows, tick: int, dead_letters: pl.DataFrame | None, violations: pl.DataFrame | None
) -> None:
    if dead_letters is not None and dead_letters.height:
        rows.add_dead_letters(tick, dead_letters)
    if violations is not None and violations.height:
        rows.add_violations(tick, violations)


_open_logs: weakref.WeakSet[Log] = weakref.WeakSet()


@atexit.register
def _end_quietly() -> None:
    """Close what a program left open, and let go of DuckDB's classes (:mod:`parcours.core.arrow`).

    Polars remembers the class of everything it was given. A class of the user's own program reaches, through the
    globals of its methods, whatever that program imported from here; so its memory is emptied at the end.
    """
    for log in list(_open_logs):
        with contextlib.suppress(WorkspaceError):
            log.close()
    with contextlib.suppress(AttributeError):
        pl._dependencies._might_be.cache_clear()
