"""Reads the rows that ticks put out as what the corpus speaks of: steps, actions, states of runs, discards."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

import polars as pl

from parcours.core.facts import Outputs
from parcours.engines.outside import CALL, SEAT, SOURCE, StubbedOutside
from parcours.flow.journeys.activities import kinds
from parcours.flow.journeys.activities.arriving import Arrivals
from parcours.flow.journeys.activities.base import Moves
from tests.conformance.scenarios.seen import NOT_ENTERED, Action, Run, Seen, Step

#: Types of activities that hold people until something happens: their step is told when it is over.
PARKS = ("wait", "wait_for_event", "wait_for_segment", "wait_for_signal")
#: Why people are taken out as if they had never been in.
_UNDONE = ("test_off", "dry_run_off", "test_idle")
#: Reasons that the corpus has no name of its own for: of an entry cap, that it is kept for another journey.
_REASONS = {"lower_priority": "entry_cap"}
#: Outcomes of rows of a run that stands somewhere.
WAITING, HELD = "waiting", "held"
#: Types of activities that are actions without a delivery, and where their moves hold the values.
_HANDED = {"update_profile": "writes", "jump": "payload"}


class Spy:
    """Listens to what jumps and updates of profiles hand on, as no row says that."""

    def __init__(self) -> None:
        self._values: defaultdict[tuple[str, int, int], list[Mapping[str, Any]]] = defaultdict(list)

    def take(self, node: str, profile: int, at: int) -> Mapping[str, Any] | None:
        """The values of the next action of a person at a node."""
        found = self._values.get((node, profile, at))
        return found.pop(0) if found else None

    @contextmanager
    def listening(self) -> Iterator[None]:
        """While this lasts, values are noted."""
        with ExitStack() as stack:
            for kind, handed in _HANDED.items():
                if kind not in kinds():
                    continue
                activity = kinds()[kind]
                stack.enter_context(patch.object(activity, "step", self._noting(activity.step, handed)))
            yield

    def _noting(self, step: Callable[[Any, Arrivals], Moves], handed: str) -> Callable[[Any, Arrivals], Moves]:
        def noted(activity: Any, arrivals: Arrivals) -> Moves:
            moves = step(activity, arrivals)
            values = getattr(moves, handed)
            rows = [{}] * len(arrivals) if values is None else values.fitting({}).to_dicts() or [{}] * len(arrivals)
            for profile, at, row in zip(arrivals.profile.tolist(), arrivals.at.tolist(), rows, strict=True):
                self._values[arrivals.stop, profile, at].append(row)
            return moves

        return noted


class Watcher:
    """Collects what ticks put out.

    Args:
        person: the id of the person with a number.
        outside: knows when calls began.
        spy: knows the values that actions without a delivery were given.
        nodes: the nodes of the scenario by id.
    """

    def __init__(
        self, person: Callable[[int], str], outside: StubbedOutside, spy: Spy, nodes: Mapping[str, Mapping[str, Any]]
    ) -> None:
        self._person = person
        self._outside = outside
        self._spy = spy
        self._nodes = nodes
        self._steps: list[dict[str, Any]] = []
        self._deliveries: dict[str, dict[str, Any]] = {}
        self._arrivals = 0

    def record(self, at: int, outputs: Outputs) -> None:
        """A tick was made."""
        self._steps += _rows(outputs.steps, "time")
        self._deliveries.update({row["key"]: row for row in _rows(outputs.deliveries, "decided")})

    def key_of(self, profile: int, node: str) -> str | None:
        """The key of the last delivery of a node to a person."""
        found = [key for key, row in self._deliveries.items() if (row["_profile"], row["activity"]) == (profile, node)]
        return found[-1] if found else None

    def seen(self, until: int) -> Seen:
        """Everything that happened so far."""
        seen = Seen()
        runs = dict[str, Run]()
        counts: defaultdict[tuple[str, int], int] = defaultdict(int)
        for row in self._steps:
            if row["kind"] == "discard":
                reason = _REASONS.get(row["outcome"], row["outcome"])
                seen.discards.append((row["time"], self._person(row["_profile"]), reason))
                continue
            if row["outcome"] == "held_out":
                continue
            if row["run"] not in runs:
                counts[row["journey"], row["_profile"]] += 1
                number = counts[row["journey"], row["_profile"]]
                runs[row["run"]] = Run(row["journey"], row["version"], self._person(row["_profile"]), number)
                seen.runs.append(runs[row["run"]])
            self._move(seen, runs[row["run"]], row)
        seen.actions = [action for row in self._deliveries.values() if (action := self._action(row, until)) is not None]
        seen.actions += [self._inner(row) for row in self._steps if row["kind"] in _HANDED and _was_done(row)]
        return seen

    def _move(self, seen: Seen, run: Run, row: Mapping[str, Any]) -> None:
        kind, outcome, node = row["kind"], row["outcome"], row["activity"]
        if kind == "end":
            if outcome == "finished" and self._nodes.get(node, {}).get("type") == "end":
                self._step(seen, run, row)
            run.ended = f"{outcome}@{node}" if outcome in ("error", "timed_out") else outcome
            if row["detail"] in _UNDONE:
                run.ended = NOT_ENTERED
            return
        if outcome in (WAITING, HELD):
            run.waiting.append(node)
        else:
            answered, run.waiting = node in run.waiting and kind not in PARKS, []
            if answered and run.called == node:
                return
        run.called = node if outcome == WAITING else None
        if outcome != HELD and not (outcome == WAITING and kind in PARKS):
            self._step(seen, run, row)

    def _step(self, seen: Seen, run: Run, row: Mapping[str, Any]) -> None:
        at = row["time"]
        if row["outcome"] == WAITING and row["kind"] == "custom_action":
            started = self._started(row)
            if started is None:
                return
            at = started
        self._arrivals += 1
        via = "timeout" if row["outcome"] == "timeout" and row["kind"] in PARKS else None
        step = Step(run.journey, row["activity"], at, run.instance, via, self._arrivals)
        seen.steps.setdefault(run.profile, []).append(step)

    def _started(self, row: Mapping[str, Any]) -> int | None:
        """When the call of an arrival began, ``None`` if it has not."""
        found = [
            key
            for key, delivery in self._deliveries.items()
            if (delivery["run"], delivery["activity"], delivery["decided"])
            == (row["run"], row["activity"], row["time"])
        ]
        return self._outside.started(found[0]) if found else row["time"]

    def _action(self, row: Mapping[str, Any], until: int) -> Action | None:
        if row["channel"] in (SOURCE, SEAT):
            return None
        content, made, node = json.loads(row["content"]), self._outside.made.get(row["key"]), row["activity"]
        person = self._person(row["_profile"])
        params = self._params(node, row["channel"], content)
        if row["channel"] != CALL:
            return Action(row["decided"], person, node, params)
        if made is None:
            started = self._outside.started(row["key"])
            return None if started is None else Action(started, person, node, params)
        result = None if made.result == "ok" else made.result
        return Action(made.started, person, node, params, max(1, made.attempts), result)

    def _params(self, node: str, channel: str, content: Mapping[str, Any]) -> Mapping[str, Any] | None:
        written = self._nodes[node]
        if written["type"] == "channel_action":
            return {"channel": channel}
        values = written.get("params", {}).get("values")
        return {name: content.get("values", {}).get(name) for name in values} if values else None

    def _inner(self, row: Mapping[str, Any]) -> Action:
        detail, node = row["detail"], row["activity"]
        result = "failed" if row["outcome"] == "error" else "skipped" if detail == "skipped" else None
        params = self._spy.take(node, row["_profile"], row["time"])
        if not self._nodes[node].get("params", {}).get("values"):
            params = None
        return Action(row["time"], self._person(row["_profile"]), node, params, 1, result)


def _was_done(row: Mapping[str, Any]) -> bool:
    return row["outcome"] not in (HELD, "passed")


def _rows(frame: pl.DataFrame, time: str) -> list[dict[str, Any]]:
    return frame.with_columns(pl.col(time).to_physical()).to_dicts()
