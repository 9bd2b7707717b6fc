"""Reads the past that a new definition needs while the ticks go on.

A thread reads the events up to the tick at which it started; batches of later ticks are noted, and added
when the definition is taken over.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence

from parcours.core.facts import WAS, Batch, DefinitionChange
from parcours.engines.recovery import past_events
from parcours.engines.state import State
from parcours.engines.tick import streams_to_read
from parcours.kernel.histories import history_of
from parcours.kernel.reduce import Reducer
from parcours.kernel.rows import Rows
from parcours.kernel.streams import Stream, StreamSpec
from parcours.store.log import Log


class Backfill:
    """The history of one definition. Made between two ticks, when everything so far is committed.

    ``before``: what the tick that takes the definition over has to be told first.
    """

    def __init__(
        self, state: State, change: DefinitionChange, log: Log, before: Sequence[DefinitionChange] = ()
    ) -> None:
        self.change = change
        self.changes = (*before, change)
        self._state, self._log = state, log
        self._until = state.tick
        self._specs = streams_to_read(state, (change,))
        self._later: list[Batch] = []
        self._frames = {}  # type: ignore[var-annotated]
        self._problem: BaseException | None = None
        self._thread = threading.Thread(target=self._read, name=f"backfill {change.id}", daemon=True)
        self._thread.start()

    def _read(self) -> None:
        try:
            self._frames = dict(past_events(self._state, self._specs, self._log, self._until))
        except BaseException as problem:
            self._problem = problem

    @property
    def ready(self) -> bool:
        """Whether the past has been read."""
        return not self._thread.is_alive()

    def note(self, batch: Batch) -> None:
        """A tick took this in meanwhile."""
        if batch:
            self._later.append(batch)

    def rows(self) -> dict[StreamSpec, Rows]:
        """The rows of all streams, up to the last tick.

        Raises:
            WorkspaceError: the log could not be read.
        """
        self._thread.join()
        if self._problem is not None:
            raise self._problem
        past = history_of(self._state.book, self._specs, self._frames)
        return {spec: self._caught_up(spec, past.get(spec)) for spec in self._specs}

    def _caught_up(self, spec: StreamSpec, past: Rows | None) -> Rows:
        stream = Stream(spec, past)
        book = self._state.book
        reducer = Reducer(spec.event, [spec], book.schema.events.get(spec.event, {}))
        for batch in self._later:
            stream.erase(batch.erased)
            for gone in batch.retracted:
                if gone.type == spec.event:
                    stream.retract(reducer.rows(gone.rows, book.pool)[0])
            for moved in batch.moved:
                if moved.type == spec.event:
                    was = moved.rows.with_columns(_profile=WAS)
                    stream.retract(reducer.rows(was, book.pool)[0])
                    stream.arrive(reducer.rows(moved.rows, book.pool)[0])
            for new in batch.events:
                if new.type == spec.event:
                    stream.arrive(reducer.rows(new.rows, book.pool)[0])
            stream.settle()
        return stream.rows
