"""Calls in virtual time: the rate rules and retries of the live sender, with answers that are given.

For conformance runs, test mode, simulations and backtests. Nothing is sent and nothing waits: the driver says how
far time goes, and gets what was settled by then.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np
import polars as pl

from parcours.core.facts import INSTANT
from parcours.flow.delivery.attempts import DEFAULT_BUDGET, Answer, Attempts, RetryRules, Settled
from parcours.flow.delivery.limits import NEVER, Gate, Instants
from parcours.flow.delivery.queues import Line

_OPEN = Gate()
#: What becomes of a call that capping refuses: it has failed, it waits for a slot, or it is tried again.
OnCapped = Literal["error", "queue", "retry"]
#: The answer to the first call, the first retry, …; the last one repeats.
Answers = Sequence[Answer]


class VirtualCalls:
    """All calls that are under way. Calls of one instant are worked off one after the other, in the order given."""

    def __init__(self) -> None:
        self._agenda: list[tuple[int, int, Line[int] | None]] = []  # with the line of a call that waits for its slot
        self._under_way: dict[int, _Call] = {}
        self._lines: dict[tuple[Gate, bool], Line[int]] = {}
        self._given = 0

    def submit(
        self,
        at: int,
        key: str,
        answers: Answers,
        gate: Gate | None = None,
        *,
        rules: RetryRules | None = None,
        budget: int = DEFAULT_BUDGET,
        on_capped: OnCapped = "error",
    ) -> None:
        """A call wants to be made at ``at``, which is not before the instant of any call that was made.

        Args:
            at: the instant, microseconds.
            key: what :meth:`advance` names it by.
            answers: at least one; see :data:`Answers`.
            gate: the rate rules in front of the endpoint, shared by all calls to it.
            rules: when to try again.
            budget: time for the call and its retries.
            on_capped: see :data:`OnCapped`.
        """
        wait = on_capped == "queue"
        gate = gate or _OPEN
        attempts = Attempts(rules or RetryRules(), budget, retry_capped=on_capped == "retry")
        call = _Call(key, attempts, answers, gate, wait)
        line = self._lines.setdefault((gate, wait), Line(gate, wait))
        released = line.join(self._given, at)
        if released == NEVER:
            call.next = lambda instant: attempts.out_of_queue(at, instant)
            heapq.heappush(self._agenda, (at + gate.queue, self._given, None))
        else:
            heapq.heappush(self._agenda, (released, self._given, line))
        self._under_way[self._given] = call
        self._given += 1

    @property
    def due(self) -> int | None:
        """The instant at which something happens next."""
        return self._agenda[0][0] if self._agenda else None

    def started(self) -> dict[str, int]:
        """When the first call of those that are under way began, by key; without those that still wait for that."""
        calls = self._under_way.values()
        return {call.key: call.attempts.started for call in calls if call.attempts.started is not None}

    def withdraw(self, meant: Callable[[str], bool], at: int) -> list[str]:
        """Calls whose keys are ``meant`` and that were not made before ``at`` are not made at all: those keys."""
        gone = {
            number
            for number, call in self._under_way.items()
            if (call.attempts.started is None or call.attempts.started > at) and meant(call.key)
        }
        if gone:
            kept = [entry for entry in self._agenda if entry[2] is None and entry[1] not in gone]
            for line in self._lines.values():
                line.leave(gone.__contains__)
                kept += [(slot, number, line) for slot, number in line]
            self._agenda = kept
            heapq.heapify(self._agenda)
        return [self._under_way.pop(number).key for number in gone]

    def advance(self, until: int) -> list[tuple[str, Settled]]:
        """Everything that is settled up to and including ``until``: keys with their outcomes, in order of time."""
        settled: list[tuple[str, Settled]] = []
        while self._agenda and self._agenda[0][0] <= until:
            at, number, line = heapq.heappop(self._agenda)
            call = self._under_way[number]
            if line is not None:
                line.released(at)
                call.attempts.begin(at)
            following = call.step(at)
            if following is not None:
                heapq.heappush(self._agenda, (following, number, None))
            else:
                assert call.attempts.settled is not None
                settled.append((call.key, call.attempts.settled))
                del self._under_way[number]
        return settled


def settled_alike(
    at: Instants,
    answer: Answer,
    gate: Gate | None = None,
    *,
    budget: int = DEFAULT_BUDGET,
    on_capped: Literal["error", "queue"] = "error",
) -> pl.DataFrame:
    """What becomes of many calls that all get the same answer, which ends them: all is well, it comes too late, or its
    status is not retried. Exactly what :class:`VirtualCalls` gives, for arrays.

    Args:
        at: when each call wants to be made, in order of time.
        answer, gate, budget, on_capped: as in :meth:`VirtualCalls.submit`.

    Returns:
        A row per call, in the order given: ``result``, ``attempts``, ``started``, ``time``, ``answer``, ``detail``.
    """
    gate, wait = gate or Gate(), on_capped == "queue"
    one = _settled_alone(answer, budget)
    released = gate.enter_all(at, wait=wait)
    lost = released == NEVER
    free = np.zeros(len(at), np.bool_)
    free[~lost] = gate.first_all(released[~lost], wait=wait)
    started = np.where(lost, at, released)
    ended = np.where(lost, at + gate.queue, np.where(free, released + one.time, released))
    frame = pl.DataFrame({"lost": lost, "free": free, "started": started, "time": ended})
    made = pl.when("free")
    return frame.select(
        result=pl.when("lost")
        .then(pl.lit("timedout"))
        .when("free")
        .then(pl.lit(one.result))
        .otherwise(pl.lit("capped")),
        attempts=made.then(1).otherwise(0).cast(pl.Int32),
        started=pl.col("started").cast(INSTANT),
        time=pl.col("time").cast(INSTANT),
        answer=made.then(pl.lit(one.answer, pl.String)).otherwise(None),
        detail=pl.when("lost").then(pl.lit("queue")).when("free").then(pl.lit(one.detail)).otherwise(pl.lit("")),
    )


def _settled_alone(answer: Answer, budget: int) -> Settled:
    """What comes of one call with this answer that is made at instant 0."""
    attempts = Attempts(RetryRules(), budget)
    attempts.begin(0)
    attempts.attempt(0, free=True)
    attempts.answered(answer.took, answer)
    assert attempts.settled is not None, "the answer would be retried"
    return attempts.settled


class _Call:
    """A call under way and what happens to it next."""

    __slots__ = ("answers", "attempts", "gate", "key", "next", "wait")

    def __init__(self, key: str, attempts: Attempts, answers: Answers, gate: Gate, wait: bool) -> None:
        self.key, self.attempts, self.answers, self.gate, self.wait = key, attempts, answers, gate, wait
        self.next: Callable[[int], None] = self._attempt

    def step(self, at: int) -> int | None:
        """Let happen what is due at ``at``; the instant of what is next, ``None`` when all is settled."""
        self.next(at)
        attempts = self.attempts
        if attempts.settled is not None:
            return None
        if attempts.due is not None:
            self.next = self._attempt
            return attempts.due
        answer = self.answers[min(attempts.made, len(self.answers)) - 1]
        self.next = lambda instant: attempts.answered(instant, answer)
        if at + answer.took <= attempts.deadline:
            return at + answer.took
        self.next = lambda _: attempts.expired()
        return attempts.deadline

    def _attempt(self, at: int) -> None:
        first = self.attempts.first
        self.attempts.attempt(at, self.gate.first(at, wait=self.wait) if first else self.gate.again(at))
