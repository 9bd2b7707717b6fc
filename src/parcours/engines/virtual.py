"""The tick on a virtual clock, in memory, without a log: simulations, test mode, backtests, conformance.

A :class:`VirtualRunner` is told what comes in and when. Before an input everything happens that is due earlier; then
the input, with all its calls that take no time, their answers, and what these lead to; then the next input. What falls
on one instant (J15): inputs in the order given, then occurrences of schedules, due waits and time-outs, the maximum
stay. What is outside (:class:`Outside`) may answer at once or later.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Protocol

import polars as pl

from parcours.core.facts import OUTCOME_COLUMNS, Batch, Outputs, empty
from parcours.engines.echo import with_own
from parcours.engines.ended import taken_out
from parcours.engines.state import State
from parcours.engines.tick import tick

#: Told of every tick: its instant and what it put out.
Recorder = Callable[[int, Outputs], None]


class Outside(Protocol):
    """What is outside of the product: it is given deliveries and calls, and settles them at some instant."""

    def take(self, deliveries: pl.DataFrame, at: int) -> None:
        """These were decided at ``at``: rows with the columns of ``DELIVERY_COLUMNS``, in the order decided."""
        ...

    def withdraw(self, runs: Collection[str], at: int) -> None:
        """These runs were ended from without: their calls that were not made before ``at`` are not made."""
        ...

    @property
    def due(self) -> int | None:
        """The instant at which something happens outside next, or ``None``."""
        ...

    def advance(self, until: int) -> pl.DataFrame:
        """What was settled up to and including ``until``, in order of time: rows with ``OUTCOME_COLUMNS``."""
        ...


class VirtualRunner:
    """Moves one state through virtual time.

    Args:
        state: where to start from; it is consumed.
        outside: what answers.
        record: told of every tick.
    """

    def __init__(self, state: State, outside: Outside, record: Recorder | None = None) -> None:
        self.state = state
        self.outside = outside
        self._record = record
        self._now: int | None = state.now

    @property
    def now(self) -> int | None:
        """The instant reached; ``None`` before the first input."""
        return self._now

    def take(self, batch: Batch, at: int) -> None:
        """An input at ``at``, worked off with everything that it leads to at once.

        Raises:
            ValueError: the clock is past ``at``.
        """
        self.reach(at)
        self._tick(replace(batch, more=True), at)
        self._answers(at)

    def advance(self, until: int) -> None:
        """Let time pass, up to and including everything that is due at ``until``."""
        self.reach(until)
        self._finish(until)

    def leap(self, batch: Batch, at: int, *, more: bool = False) -> None:
        """One tick for everything up to ``at``, with inputs of any time until then, as a live runner makes it.

        Faster than input by input, but what happens outside, and what is asked of it, happens at ``at``. With ``more``
        other inputs of that very instant follow.

        Raises:
            ValueError: the clock is past ``at``.
        """
        if self._now is not None and at < self._now:
            raise ValueError("time runs forward only")
        self._now = at
        self._tick(replace(batch, more=more), at)
        self._answers(at)

    def reach(self, at: int) -> None:
        """Let time pass up to an input at ``at``: everything before it, and the answers that come at ``at``.

        Raises:
            ValueError: the clock is past ``at``.
        """
        now = self._now
        if now is not None and at < now:
            raise ValueError("time runs forward only")
        if now is not None and at > now:
            self._finish(now)
        while now is not None and (due := self._next()) is not None and due < at:
            if due < now:
                raise ValueError(f"something that was due at {due} did not happen")
            now = self._now = due
            self._finish(now)
        self._now = at
        self._answers(at)

    def _next(self) -> int | None:
        """When something happens by itself next, outside or inside."""
        found = [due for due in (self.outside.due, self.state.journeys.next_due()) if due is not None]
        return min(found, default=None)

    def _finish(self, at: int) -> None:
        """What falls on this instant by itself."""
        self._answers(at)
        while (due := self.state.journeys.next_due()) is not None and due <= at:
            moved = self._tick(Batch(), at)
            self._answers(at)
            if not moved and self.state.journeys.next_due() == due:
                raise ValueError(f"something that was due at {due} did not happen")

    def _answers(self, at: int) -> None:
        """All answers up to this instant, what journeys wrote and sent themselves, and what these lead to."""
        while True:
            due = self.outside.due
            answered = due is not None and due <= at
            if not answered and not self.state.journeys.writes:
                return
            outcomes = self.outside.advance(at) if answered else empty(OUTCOME_COLUMNS)
            if outcomes.height or not answered:
                self._tick(Batch(outcomes=outcomes, more=True), at)

    def _tick(self, batch: Batch, at: int) -> bool:
        """Whether anything came out."""
        outputs = tick(self.state, with_own(self.state, batch), at)
        if self._record is not None:
            self._record(at, outputs)
        if outputs.deliveries.height:
            self.outside.take(outputs.deliveries, at)
        if self.outside.due is not None:
            self.outside.withdraw(taken_out([outputs.tables["steps"]]), at)
        return any(outputs.heights)
