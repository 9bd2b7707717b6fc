"""Commits: the ticks since the last one made durable together, and only then their effects.

At once, or behind the caller, who computes the next ticks meanwhile, or beside the caller, who computes the very tick
it is about. There is never more than one commit under way, so they happen in order. What a commit writes is complete
and fixed when it is handed over: its thread reads nothing that a tick, or the preparation of its input, changes.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

import polars as pl

from parcours.core.deferred import frame_of
from parcours.core.facts import Batch, Outputs, TickRecord
from parcours.core.schema import Schema
from parcours.engines.behind import Errand
from parcours.engines.courier import Ended
from parcours.engines.ended import taken_out
from parcours.engines.requests import remove_unfinished
from parcours.flow.delivery.attempts import ERASED
from parcours.flow.ingest.dedup import SeenIds
from parcours.flow.ingest.inbox import REQUESTS, Inbox
from parcours.store.log import Log
from parcours.store.snapshots import SnapshotStore

#: Events from which on a tick is written while it is computed.
LARGE = 2_000


@dataclass(frozen=True, slots=True)
class _Commit:
    """What one commit makes durable; ``ids`` is how many portions of event ids the log holds after it."""

    records: Sequence[TickRecord]
    schema: Schema
    consumed: Mapping[str, int | None]
    ids: int
    letters: pl.DataFrame | None
    violations: pl.DataFrame | None


class _Undone(Exception):
    """The tick whose commit had begun has failed."""


class _Tick:
    """A tick that is being computed: its record is handed over when it is through."""

    def __init__(self) -> None:
        self._ended = threading.Event()
        self._record: TickRecord | None = None

    def end(self, record: TickRecord | None) -> None:
        """It is through, or (``None``) has failed."""
        self._record = record
        self._ended.set()

    def record(self) -> TickRecord:
        """Its record, once it is through.

        Raises:
            _Undone: it has failed.
        """
        self._ended.wait()
        if self._record is None:
            raise _Undone
        return self._record


class Commits:
    """What waits to be committed, and what is being committed.

    Attributes:
        broken: the state in memory is ahead of the log for good, because a commit failed, or something was
            interrupted in the middle.
        erased: somebody was erased by one of these commits.
    """

    def __init__(
        self,
        log: Log,
        inbox: Inbox,
        snapshots: SnapshotStore,
        seen: SeenIds,
        *,
        crash: Callable[[str], None],
        give: Callable[[pl.DataFrame, Ended], None],
    ) -> None:
        """``give`` is called with the deliveries of every commit, and with the runs that were ended from without;
        ``crash`` with the names of points before it."""
        self.broken = self.erased = False
        self._log, self._inbox, self._snapshots, self._seen = log, inbox, snapshots, seen
        self._crash, self._give = crash, give
        self._records: list[TickRecord] = []
        self._consumed: dict[str, int | None] = {}
        self._refused: list[tuple[pl.DataFrame, pl.DataFrame]] = []
        self._requests: dict[str, int] = {}  # taken in of files of the journal, as the log knows
        self._under_way: tuple[_Commit, Errand] | None = None
        self._tidy_inbox()

    def __len__(self) -> int:
        """How many ticks wait."""
        return len(self._records)

    def add(self, record: TickRecord) -> None:
        """A tick that waits to be committed."""
        self._records.append(record)

    def consume(self, rows: Mapping[str, int]) -> None:
        """So many rows of these files of the inbox are taken in by the ticks that wait, and those to come."""
        self._consumed |= dict(rows)

    def refuse(self, letters: pl.DataFrame, violations: pl.DataFrame) -> None:
        """What of the rows was not taken in, and what was done against plans."""
        if letters.height or violations.height:
            self._refused.append((letters, violations))

    @contextmanager
    def whole_or_broken(self) -> Iterator[None]:
        """What was taken out of the inbox is committed whole: after anything else nothing of it ever is."""
        try:
            yield
        except BaseException:
            self.broken = True
            raise

    # --- committing --------------------------------------------------------------------------------

    def commit(self, schema: Schema) -> None:
        """Make the ticks that wait durable, then let their effects happen.

        Raises:
            WorkspaceError: nothing was kept; see ``code``.
        """
        self.finish()
        if self._records:
            commit = self._next(schema)
            with self.whole_or_broken():
                self._make_durable(commit)
            self._note_durable(commit)

    def begin(self, schema: Schema) -> None:
        """Do the same behind the caller, until :meth:`finish`."""
        self.finish()
        if self._records:
            commit = self._next(schema)
            self._under_way = commit, Errand(lambda: self._make_durable(commit), "commit")

    @contextmanager
    def ahead(self, tick: int, batch: Batch, schema: Schema) -> Iterator[None]:
        """Within, the tick of this number and input is computed and added; a large one is written meanwhile.

        The one transaction ends after the tick. Whether it is durable, :meth:`finish` or :meth:`commit` says. A tick
        that fails leaves nothing.
        """
        if len(self) or batch.event_count < LARGE or not _plain(batch):
            yield
            return
        self.finish()
        commit, computed = self._next(schema), _Tick()
        errand = Errand(lambda: self._write_ahead(commit, tick, batch, computed), "commit")
        try:
            yield
            self._under_way = commit, errand
            computed.end(self._records.pop())
        except BaseException:
            computed.end(None)
            errand.wait()
            raise

    def _write_ahead(self, commit: _Commit, tick: int, batch: Batch, computed: _Tick) -> None:
        found: list[tuple[pl.DataFrame, Ended]] = []

        def ended() -> TickRecord:
            record = computed.record()
            deliveries, runs = frame_of([record.outputs.tables["deliveries"]]), _taken_out([record])
            found.append((deliveries, runs))
            self._crash("before-commit")
            return _with_deliveries([record], deliveries)[0]

        refused = {"dead_letters": commit.letters, "violations": commit.violations}
        self._log.commit_ahead(tick, batch, ended, commit.schema, consumed=commit.consumed, **refused)
        self._crash("after-commit")
        self._crash("before-delivery")
        self._give(*found[0])

    def finish(self) -> None:
        """Return when no commit is under way.

        Raises:
            WorkspaceError: it failed, and nothing of it was kept.
        """
        if self._under_way is not None:
            commit, errand = self._under_way
            errand.wait()
            self._under_way = None
            with self.whole_or_broken():
                errand.check()
            self._note_durable(commit)

    def _next(self, schema: Schema) -> _Commit:
        letters, violations = (
            (pl.concat(frames) for frames in zip(*self._refused, strict=True)) if self._refused else (None, None)
        )
        commit = _Commit(self._records, schema, self._consumed, self._seen.unsettled, letters, violations)
        self._records, self._consumed, self._refused = [], {}, []
        return commit

    def _make_durable(self, commit: _Commit) -> None:
        self._crash("before-commit")
        deliveries = frame_of([record.outputs.tables["deliveries"] for record in commit.records])
        erased = [number for record in commit.records for number in record.batch.erased.tolist()]
        ended = {**_taken_out(commit.records), **self._ended_by_erasing(erased)}
        self._log.commit(
            _with_deliveries(commit.records, deliveries),
            commit.schema,
            dead_letters=commit.letters,
            violations=commit.violations,
            consumed=commit.consumed,
        )
        self._crash("after-commit")
        if erased:
            self._snapshots.drop_all()
            self.erased = True
        self._crash("before-delivery")
        self._give(deliveries.filter(~pl.col("_profile").is_in(erased)) if erased else deliveries, ended)

    def _ended_by_erasing(self, profiles: list[int]) -> dict[str, str]:
        """What is still to be delivered to people who are erased, by run."""
        return dict.fromkeys(self._log.runs_of_pending(profiles), ERASED) if profiles else {}

    def _note_durable(self, commit: _Commit) -> None:
        self._seen.settled(commit.ids)
        self._forget_used_up(commit.consumed)

    # --- the inbox ---------------------------------------------------------------------------------

    def _forget_used_up(self, consumed: Mapping[str, int | None]) -> None:
        """Remove the files of the inbox that are used up; the next commit forgets how far they were consumed.

        A file of the journal is used up only when nothing is added to it any more.
        """
        rows = {name: count for name, count in consumed.items() if count is not None}
        journal = self._inbox.journal
        if journal is not None:
            told = self._requests | {name: count for name, count in rows.items() if name.endswith(REQUESTS)}
            self._requests = {file.name: told[file.name] for file in journal.files() if file.name in told}
            journal.settle(self._requests)
        used_up = [name for name, count in {**rows, **self._requests}.items() if self._inbox.used_up(name, count)]
        if used_up:
            self._crash("before-forget")
            self._inbox.forget(used_up)
            self._consumed |= dict.fromkeys(used_up)
            self._requests = {name: count for name, count in self._requests.items() if name not in used_up}

    def _tidy_inbox(self) -> None:
        """A crash may have left files that are used up, or numbers for files that are gone."""
        if self._inbox.journal is not None:
            remove_unfinished(self._inbox, self._log)
        consumed = self._log.consumed()
        present = {file.name for file in self._inbox.files()}
        self._consumed |= {name: None for name in consumed if name not in present}
        self._forget_used_up({name: rows for name, rows in consumed.items() if name in present})


def _taken_out(records: Sequence[TickRecord]) -> Ended:
    return taken_out([record.outputs.tables["steps"] for record in records])


def _plain(batch: Batch) -> bool:
    """Whether a batch changes nothing that the log holds, and reads nothing of it."""
    return not (len(batch.erased) or batch.retracted or batch.definitions or _hands_over(batch))


def _hands_over(batch: Batch) -> bool:
    """Whether profiles are merged or separated."""
    return bool(batch.links.height) and bool(batch.links["kind"].is_in(["merge", "unmerge"]).any())


def _with_deliveries(records: Sequence[TickRecord], deliveries: pl.DataFrame) -> Sequence[TickRecord]:
    """The records with pieces of one frame for the deliveries of each."""
    if not deliveries.height:
        return records
    found, at = [], 0
    for record in records:
        tables = record.outputs.tables
        mine = deliveries.slice(at, tables["deliveries"].height)
        found.append(replace(record, outputs=Outputs(tables["qualifications"], tables["steps"], mine)))
        at += mine.height
    return found
