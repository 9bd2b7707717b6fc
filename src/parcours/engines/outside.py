"""A made-up outside for virtual time: messages are sent at once, calls are answered as written down beforehand.

Calls pass the same rate rules and retries as live ones (:mod:`parcours.flow.delivery.virtual`): those of the endpoints
that they go to, where it is said what is configured. Answers that are kept for others are shared as live.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import polars as pl

from parcours.core.errors import DeliveryError
from parcours.core.facts import INSTANT, OUTCOME_COLUMNS, empty
from parcours.flow.delivery.attempts import DEFAULT_BUDGET, Answer, Settled
from parcours.flow.delivery.limits import Gate
from parcours.flow.delivery.planning import Planner
from parcours.flow.delivery.questions import Questions
from parcours.flow.delivery.virtual import Answers, VirtualCalls

#: Channels of rows that are no messages: the run waits for their outcome.
CALL, SOURCE, SEAT = "http", "source", "seat"


@dataclass(frozen=True, slots=True)
class Stub:
    """How the outside answers the calls of one activity.

    Attributes:
        answers: those to the first call, the first retry, …; the last one repeats.
        by_profile: other stubs for people, by their id.
        settled: the end result (``ok``, ``http_500``, ``timedout``) where it is known at once, instead of answers.
        body: the answer that goes with ``settled``, as JSON text.
    """

    answers: Answers = (Answer(200),)
    by_profile: Mapping[str, Stub] = field(default_factory=dict)
    settled: str | None = None
    body: str | None = None

    def of(self, profile: str) -> Stub:
        """The stub for a person."""
        return self.by_profile.get(profile, Stub() if self.by_profile else self)


class Made(NamedTuple):
    """A row that was settled: when its first call began, how many calls were made, and what came of it."""

    started: int
    attempts: int
    result: str


class StubbedOutside:
    """Answers as its stubs say.

    Args:
        stubs: by activity; activities without one are answered 200 at once, without a body.
        gates: the rate rules in front of the endpoint that an activity calls, where there is no ``planner``.
        silent: activities whose messages nothing is told of, as that is part of the input.
        planner: says how the calls of actions and data sources are made.

    Attributes:
        made: what became of every row that was settled, by its key.
    """

    def __init__(
        self,
        stubs: Mapping[str, Stub] | None = None,
        gates: Mapping[str, Gate] | None = None,
        silent: Collection[str] = (),
        planner: Planner | None = None,
    ) -> None:
        self._stubs = {} if stubs is None else stubs
        self._gates = gates or {}
        self._silent = silent
        self._planner = planner
        self._questions = Questions()
        self._calls = VirtualCalls()
        self._seats: defaultdict[str, int] = defaultdict(int)
        self._answers: list[tuple[str, Settled]] = []
        self._sent: list[tuple[str, Settled]] = []
        self.made: dict[str, Made] = {}

    def take(self, deliveries: pl.DataFrame, at: int) -> None:
        """See :class:`~parcours.engines.virtual.Outside`."""
        for row in deliveries.iter_rows(named=True):
            self.ask(row, at)

    def ask(self, row: Mapping[str, Any], at: int) -> None:
        """This was decided at ``at``: a row with the columns of ``DELIVERY_COLUMNS``."""
        match row["channel"]:
            case channel if channel == CALL:
                self._call(row, at)
            case channel if channel == SOURCE:
                self._fetch(row, at)
            case channel if channel == SEAT:
                self._settle(row["key"], self._seat(row, at))
            case _ if row["activity"] not in self._silent:
                self._settle(row["key"], Settled("sent", 1, at, at), self._sent)

    @property
    def due(self) -> int | None:
        """See :class:`~parcours.engines.virtual.Outside`."""
        settled = [told[0][1].time for told in (self._answers, self._sent) if told]
        return min(settled) if settled else self._calls.due

    def advance(self, until: int) -> pl.DataFrame:
        """See :class:`~parcours.engines.virtual.Outside`.

        That messages were sent is told when nobody waits for an answer any more: by then runs are where they listen.
        """
        self.work_off(until)
        return self.told()

    def told(self) -> pl.DataFrame:
        """What was settled and has not been told: answers, or else that messages were sent."""
        told = self._answers or self._sent
        found = outcomes_of(told)
        told.clear()
        return found

    def work_off(self, until: int) -> None:
        """Let calls happen, up to and including ``until``; :meth:`advance` tells what came of them."""
        for key, settled in self._calls.advance(until):
            self._settle(key, settled)
            for other, shared in self._questions.answered(key, settled):
                self._settle(other, shared)

    def withdraw(self, runs: Collection[str], at: int) -> None:
        """See :class:`~parcours.engines.virtual.Outside`."""
        known = frozenset(runs)

        def meant(key: str) -> bool:
            return key.rsplit("/", 2)[0] in known and not self._questions.shared(key)

        for key in self._calls.withdraw(meant, at):
            self._questions.withdrawn(key)

    def started(self, key: str) -> int | None:
        """When the first call of a row began; ``None`` before."""
        return self.made[key].started if key in self.made else self._calls.started().get(key)

    def _call(self, row: Mapping[str, Any], at: int) -> None:
        stub = self._stub(row)
        if stub.settled is not None:
            self._settle(row["key"], Settled(stub.settled, 1, at, at, stub.body))
        elif self._planner is not None:
            self._call_as_planned(row, at, stub.answers, self._planner)
        else:
            budget = int(json.loads(row["content"] or "{}").get("timeout", DEFAULT_BUDGET))
            self._calls.submit(at, row["key"], stub.answers, self._gates.get(row["activity"]), budget=budget)

    def _call_as_planned(self, row: Mapping[str, Any], at: int, answers: Answers, planner: Planner) -> None:
        key = row["key"]
        try:
            plan = planner.planned(row["channel"], row["content"])
        except DeliveryError as error:
            self._settle(key, Settled("error", 0, at, at, None, f"{error.code}: {error.message}"))
            return
        if plan.question is not None:
            shared = self._questions.asked(plan.question, plan.cache, key, at)
            if shared is not None:
                self._settle(key, shared)
            if not self._questions.first(key):
                return
        calling = plan.calling
        self._calls.submit(
            at,
            key,
            answers,
            plan.entrance.gate,
            rules=calling.retry,
            budget=plan.budget,
            on_capped=calling.on_capped,
        )

    def _fetch(self, row: Mapping[str, Any], at: int) -> None:
        stub = self._stub(row)
        if self._planner is not None:
            self._call(row, at)
            return
        result = stub.settled or stub.answers[-1].result
        self._settle(row["key"], Settled(result, 1, at, at, stub.body if stub.settled else stub.answers[-1].body))

    def _seat(self, row: Mapping[str, Any], at: int) -> Settled:
        """The next number of a row of seats, or none where all are taken."""
        asked = json.loads(row["content"])
        name, most = asked["cap"], asked.get("most")
        if most is not None and self._seats[name] >= most:
            return Settled("capped", 0, at, at)
        self._seats[name] += 1
        return Settled("ok", 1, at, at, json.dumps({"number": self._seats[name] - 1}))

    def _stub(self, row: Mapping[str, Any]) -> Stub:
        return self._stubs.get(row["activity"], Stub()).of(row["run"].split("/", 2)[2])

    def _settle(self, key: str, settled: Settled, told: list[tuple[str, Settled]] | None = None) -> None:
        self.made[key] = Made(settled.started, settled.attempts, settled.result)
        (self._answers if told is None else told).append((key, settled))


def outcomes_of(told: Sequence[tuple[str, Settled]]) -> pl.DataFrame:
    """Rows with ``OUTCOME_COLUMNS``, by time."""
    if not told:
        return empty(OUTCOME_COLUMNS)
    rows = [_row(key, settled) for key, settled in told]
    frame = pl.DataFrame(rows, schema={name: _plain(kind) for name, kind in OUTCOME_COLUMNS.items()})
    return frame.cast({"time": INSTANT, "started": INSTANT}).sort("time", maintain_order=True)


def _row(key: str, settled: Settled) -> dict[str, Any]:
    return {
        "key": key,
        "result": settled.result,
        "attempts": settled.attempts,
        "detail": settled.detail,
        "time": settled.time,
        "started": settled.started,
        "answer": settled.answer,
    }


def _plain(kind: Any) -> Any:
    return pl.Int64 if isinstance(kind, pl.Datetime) else kind
