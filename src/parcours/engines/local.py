"""The runner of one machine: collects a batch, ticks, commits, and only then lets effects happen.

Live operation and replay are the same code; they differ in the clock they are given and in how many ticks
share one commit. After a failed commit the state in memory is ahead of the log, so the runner refuses to
go on: open the workspace again, and it continues from what was committed. The same holds when a replay is
interrupted in the middle of a stretch of ticks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from parcours.core.clock import HOUR, iso
from parcours.core.errors import InputError, WorkspaceError
from parcours.core.facts import OUTCOME_COLUMNS, Batch, DefinitionChange, Outputs, TickRecord, empty
from parcours.core.schema import Schema
from parcours.engines.backfill import Backfill
from parcours.engines.commits import Commits
from parcours.engines.courier import Courier, Deliver, Ended
from parcours.engines.echo import with_own
from parcours.engines.ended import TAKEN_OUT
from parcours.engines.intake import Ahead, Prepared, Preparer
from parcours.engines.portions import first_portion
from parcours.engines.recovery import Progress, read_history, recover, save
from parcours.engines.requests import queue_requests
from parcours.engines.tick import History, tick
from parcours.flow.ingest.arrivals import EventTimeReader
from parcours.flow.ingest.inbox import Inbox
from parcours.flow.ingest.live import ArrivalReader
from parcours.kernel.book import Reduced
from parcours.store.log import Log
from parcours.store.snapshots import SnapshotStore

#: Ticks of a replay that share one commit.
GROUP = 24
#: Rows that one live tick takes in at most.
TICK_ROWS = 200_000
#: The longest stretch of time one tick may stand for after a pause of the runner.
LONGEST_TICK = HOUR

Crash = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Ticked:
    """What one commit did: told to whoever watches."""

    tick: int
    now: int
    events: int
    outputs: Outputs


class LocalRunner:
    """Everything of a workspace that moves. Not for use by several threads at once."""

    def __init__(
        self,
        log: Log,
        inbox: Inbox,
        snapshots: SnapshotStore,
        *,
        deliver: Deliver | None = None,
        progress: Progress | None = None,
        crash: Crash = lambda point: None,
    ) -> None:
        """Recover the state from the log.

        Args:
            log, inbox, snapshots: the parts of the workspace.
            deliver: hands messages over; ``None`` leaves them pending in the log.
            progress: told about the recovery.
            crash: called with the name of every point at which a crash is interesting; for tests.
        """
        self._log, self._inbox, self._snapshots, self._crash = log, inbox, snapshots, crash
        self.state, self._seen = recover(log, snapshots, progress)
        self._preparer = Preparer(log.schema, self.state.register, self._seen, log, self.state.has)
        self._unrecorded: pl.DataFrame | None = None
        self._heard: list[pl.DataFrame] = []
        self._backfills: list[Backfill] = []
        self._commits = Commits(
            log, inbox, snapshots, self._seen, crash=lambda point: self._crash(point), give=self._give
        )
        self._arrivals = ArrivalReader(inbox, log.consumed())
        self._courier = None if deliver is None else Courier(deliver, lambda point: self._crash(point))
        self._give_pending()

    @property
    def schema(self) -> Schema:
        """The schema with everything taken in so far."""
        return self._preparer.schema

    @property
    def now(self) -> int | None:
        """The instant of the last tick."""
        return self.state.now

    @property
    def behind(self) -> bool:
        """Whether more waited than the last live tick took in."""
        return self._arrivals.more

    # --- ticks -------------------------------------------------------------------------------------

    def live_tick(self, now: int, definitions: Sequence[DefinitionChange] = (), limit: int = TICK_ROWS) -> Ticked:
        """One tick of live operation: take in what waits longest, move to ``now``, commit.

        After a pause of the runner the time in between is caught up in ticks of at most an hour, so that
        entries and exits by time alone are recorded in order.

        Raises:
            WorkspaceError: the commit failed; nothing of the tick was kept.
        """
        now = max(now, self.state.now or now)
        while self.state.now is not None and now - self.state.now > LONGEST_TICK:
            self._tick(with_own(self.state, Batch()), self.state.now + LONGEST_TICK)
            if len(self._commits) >= GROUP:
                self.commit()
        with self._commits.whole_or_broken():
            arrivals = self._arrivals.take(limit, self._preparer.schema)
            prepared = self._preparer.prepare(arrivals, now, durable=self.commit)
            self._commits.consume(arrivals.consumed)
            self._commits.refuse(arrivals.letters, arrivals.violations)
            batch = with_own(self.state, prepared.take(None, (*definitions, *self._ready(now)), self._outcomes()))
            with self._commits.ahead(self.state.tick + 1, batch, self._preparer.schema):
                outputs = self._tick(batch, now)
            return self._commit_one(outputs, batch)

    def _commit_one(self, outputs: Outputs, batch: Batch) -> Ticked:
        now = self.state.now or 0
        self.commit()
        return Ticked(self.state.tick, now, batch.event_count, outputs)

    def replay(
        self,
        instants: Iterable[int],
        *,
        group: int = GROUP,
        watch: Callable[[Ticked], None] | None = None,
        between: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        """Tick at each of these instants, taking in what waits in order of event time.

        Args:
            instants: ascending, after the last tick.
            group: ticks that share one commit; effects follow the commit.
            watch: told about every tick.
            between: called after every stretch of ticks, with what makes them durable; what it raises ends the replay
                there, with nothing half done.

        While a stretch of ticks is computed, the stretch before it is committed and its messages are handed over in
        threads of their own. There is never more than one commit under way, so they happen in order, and effects
        follow the commit they belong to. Corrections wait for every commit: they ask the log what there is.

        Raises:
            InputError: an instant lies before the last tick.
            WorkspaceError: a commit failed; nothing since the last commit was kept.
        """
        reader = self.waiting()
        corrections = any(file.kind in ("replace", "delete", "erase") for file in self._inbox.files())
        outcomes = self._outcomes()
        try:
            for stretch in _apart(_groups(instants, 1 if corrections else group), lambda: reader.next_link):
                self._check_forward(stretch[0])
                with self._commits.whole_or_broken():
                    arrivals = reader.take(stretch[-1])
                    prepared = self._preparer.prepare(arrivals, stretch[0], by_time=True, durable=self.commit)
                    self._commits.consume(arrivals.consumed)
                    self._replay_stretch(prepared, stretch, outcomes, watch)
                    if corrections:
                        self.commit()
                    outcomes = self._drained()
                    self._commits.begin(self._preparer.schema)
                if between is not None:
                    between(self._commits.finish)
        finally:
            self._commits.finish()
            self._unrecorded = outcomes
            if not self._commits.broken:
                self._arrivals = ArrivalReader(self._inbox, self._log.consumed())
        if self._courier is not None:
            self._courier.drain()

    def waiting(self) -> EventTimeReader:
        """What waits, in order of event time; the rows of requests, too.

        Raises:
            WorkspaceError: the disk is full or cannot be written.
        """
        queue_requests(self._inbox, self._log, self._preparer.schema, self._crash)
        return EventTimeReader(self._inbox, self._log.consumed())

    def _check_forward(self, now: int) -> None:
        if self.state.now is not None and now < self.state.now:
            raise InputError(
                f"cannot go back to {iso(now)}: the last tick was at {iso(self.state.now)}",
                code="time-runs-forward",
                hint="replay into a new workspace, or start later",
            )

    def _drained(self) -> pl.DataFrame | None:
        """The outcomes of everything committed so far."""
        self._commits.finish()
        if self._courier is not None:
            self._courier.drain()
        return self._outcomes()

    def _replay_stretch(
        self,
        prepared: Prepared,
        stretch: Sequence[int],
        outcomes: pl.DataFrame | None,
        watch: Callable[[Ticked], None] | None,
    ) -> None:
        self.state.widen(self._preparer.schema)
        ahead = Ahead(self.state.book, prepared.events)
        for now in stretch:
            batch = with_own(self.state, prepared.take(now, outcomes=outcomes))
            outcomes = None
            own = map(self.state.book.reduce, self.state.journeys.writes.events())
            outputs = self._tick(batch, now, [*ahead.take(now), *own])
            if watch is not None:
                watch(Ticked(self.state.tick, now, batch.event_count, outputs))

    def _tick(self, batch: Batch, now: int, reduced: Sequence[Reduced] | None = None) -> Outputs:
        if self._commits.broken:
            raise WorkspaceError(
                "an earlier tick was interrupted or its commit failed, so this state cannot go on",
                code="stale",
                hint="open the workspace again; it continues from what was committed",
            )
        self.state.widen(self._preparer.schema)
        history = self._history(batch)
        self._commits.broken = True  # until the tick is through: a tick that fails half way leaves no usable state
        outputs = tick(self.state, batch, now, history, reduced)
        self._commits.add(TickRecord(self.state.tick, now, batch, outputs))
        for backfill in self._backfills:
            backfill.note(batch)
        self._commits.broken = False
        self._crash("ticked")
        return outputs

    def _history(self, batch: Batch) -> History:
        if not batch.definitions:
            return {}
        self.commit()  # the past is read from the log
        found: History = {}
        for backfill in [backfill for backfill in self._backfills if backfill.change in batch.definitions]:
            self._backfills.remove(backfill)
            found = {**found, **backfill.rows()}
        return {**read_history(self.state, batch.definitions, self._log, self.state.tick), **found}

    # --- commit and effects ------------------------------------------------------------------------

    def commit(self) -> None:
        """Make the ticks since the last commit durable, then let their effects happen.

        Raises:
            WorkspaceError: nothing was kept; see ``code``.
        """
        self._commits.commit(self._preparer.schema)

    def _give(self, deliveries: pl.DataFrame, ended: Ended) -> None:
        if self._courier is not None:
            self._courier.give(deliveries, ended)

    def _give_pending(self) -> None:
        """Hand over what the log holds without an outcome; calls of runs that have ended meanwhile are withdrawn."""
        if self._courier is not None:
            self._courier.give(self._log.pending_deliveries(), self._log.ends_of_pending(TAKEN_OUT))

    def _outcomes(self) -> pl.DataFrame | None:
        """The outcomes that no tick has taken in; to be taken in by the next one."""
        found = [] if self._courier is None else [self._courier.outcomes()]
        if self._unrecorded is not None:
            found.insert(0, self._unrecorded)
            self._unrecorded = None
        found = [self._belonging(pl.concat(found))] if found else []
        found += self._heard
        self._heard = []
        return pl.concat(found) if found else None

    def _belonging(self, outcomes: pl.DataFrame) -> pl.DataFrame:
        """The outcomes without those of deliveries that were erased with their profile meanwhile."""
        if not self._commits.erased or not outcomes.height:
            return outcomes
        return outcomes.filter(pl.col("key").is_in(self._log.pending_deliveries()["key"].implode()))

    def deliver_with(self, deliver: Deliver | None) -> None:
        """From now on hand messages over by ``deliver``, those that are pending first; ``None`` leaves them pending.

        What was handed over so far is settled before.
        """
        if self._courier is not None:
            if not self._commits.broken:
                self.settle_deliveries(self.state.now or 0)
            self._courier.close()
        self._courier = None if deliver is None else Courier(deliver, lambda point: self._crash(point))
        self._give_pending()

    def settle_deliveries(self, now: int) -> None:
        """Wait until everything decided has been tried, and record the outcomes with a tick at ``now``; also what is
        decided because of them, and so on."""
        while self._courier is not None:
            self._courier.drain()
            outcomes = self._outcomes()
            if outcomes is None or not outcomes.height:
                return
            self._tick(with_own(self.state, Batch(outcomes=outcomes)), max(now, self.state.now or now))
            self.commit()

    # --- definitions -------------------------------------------------------------------------------

    def publish(self, definitions: Sequence[DefinitionChange], now: int) -> Ticked:
        """A tick that takes these definitions over, and what was heard.

        Raises:
            WorkspaceError: the commit failed; nothing was kept.
        """
        outcomes = self._outcomes()
        heard = empty(OUTCOME_COLUMNS) if outcomes is None else outcomes
        batch = with_own(self.state, Batch(definitions=tuple(definitions), outcomes=heard))
        return self._commit_one(self._tick(batch, max(now, self.state.now or now)), batch)

    def declare(self, schema: Schema) -> None:
        """From the next tick on these names exist, too; they are kept with its commit."""
        self._preparer.schema = schema

    def hear(self, outcomes: pl.DataFrame) -> None:
        """The next tick takes in these outcomes, too: rows with ``OUTCOME_COLUMNS``."""
        if outcomes.height:
            self._heard.append(outcomes)

    def backfill(self, change: DefinitionChange, before: Sequence[DefinitionChange] = ()) -> None:
        """Read the history a definition needs in the background; it is published by the tick after that, behind
        ``before``."""
        self._backfills.append(Backfill(self.state, change, self._log, before))

    def _ready(self, now: int) -> list[DefinitionChange]:
        ready = [change for backfill in self._backfills if backfill.ready for change in backfill.changes]
        return first_portion(ready, self.state)

    @property
    def backfilling(self) -> list[str]:
        """Ids of definitions that wait for their history."""
        return [backfill.change.id for backfill in self._backfills]

    # --- end ---------------------------------------------------------------------------------------

    def snapshot(self) -> None:
        """Write a snapshot, so that the next start is fast."""
        self.commit()
        if not self._commits.broken and self.state.tick:
            self._crash("before-snapshot")
            save(self.state, self._seen, self._snapshots)

    def close(self, *, snapshot: bool = True) -> None:
        """Commit what waits, stop the deliveries, and write a snapshot."""
        try:
            if not self._commits.broken:
                self.commit()
        finally:
            if self._courier is not None:
                self._courier.close()
                self._courier = None
        if snapshot and not self._commits.broken:
            self.snapshot()


def _apart(groups: Iterable[list[int]], next_link: Callable[[], int | None]) -> Iterable[list[int]]:
    """The groups, with every tick apart that links belong to: what they move is read from the log."""
    for group in groups:
        while group and (link := next_link()) is not None and link <= group[-1]:
            before = [instant for instant in group if instant < link]
            if before:
                yield before
            yield [group[len(before)]]
            group = group[len(before) + 1 :]
        if group:
            yield group


def _groups(instants: Iterable[int], size: int) -> Iterable[list[int]]:
    group: list[int] = []
    for instant in instants:
        group.append(instant)
        if len(group) == size:
            yield group
            group = []
    if group:
        yield group
