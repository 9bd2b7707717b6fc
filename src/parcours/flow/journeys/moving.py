"""One pass over one version of a journey: every run moves until it stays or ends."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.activities.base import FINISH, NEVER, STAY, Arrivals, Moves, World
from parcours.flow.journeys.columns import instants
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.inputs import JourneyInputs
from parcours.flow.journeys.instances import DIRECTIONS, Instants, Slots
from parcours.flow.journeys.listening import Ear
from parcours.flow.journeys.plan import Plan, Stop
from parcours.flow.journeys.state import Journey
from parcours.flow.journeys.steplog import WAITING, StepLog


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that one tick of one journey works on."""

    journey: Journey
    inputs: JourneyInputs
    world: World
    ear: Ear
    steps: StepLog

    def log(
        self,
        version: JourneyDefinition,
        activity: str,
        kind: str,
        outcome: str,
        slots: Slots,
        at: Instants,
        detail: str | pl.Series | None = None,
    ) -> None:
        """Step rows of these runs."""
        runs = self.journey.runs
        profile, number = runs.profile[slots], runs.number[slots]
        place = (version.id, version.version, activity, kind, outcome)
        self.steps.step(*place, profile=profile, number=number, at=at, detail=detail)


class Pass:
    """Moves the runs of one version; activities are taken in an order in which every edge leads forward."""

    def __init__(self, stage: Stage, plan: Plan) -> None:
        self._stage = stage
        self._runs = stage.journey.runs
        self._plan = plan
        self._ahead: defaultdict[str, list[tuple[Slots, Instants]]] = defaultdict(list)

    def move(self, due: Slots, begun: Slots, at: Instants) -> None:
        """Move runs whose timer has come, runs that hear an event, and runs that begin.

        Args:
            due: slots of waiting runs, of any version, that leave by themselves in this tick.
            begun: slots of runs that begin, with ``at``, their instants of entry.
        """
        due = due[self._runs.version[due] == self._plan.index]
        if len(begun):
            self._ahead[self._plan.definition.start].append((begun, at))
        if not (len(due) or len(begun) or self._plan.listened & self._stage.ear.types):
            return
        for stop in self._plan.stops:
            timed = due[self._runs.activity[due] == stop.place]
            if stop.name in self._ahead:
                timed = np.concatenate((timed, self._arrive(stop)))
            if stop.listeners and self._stage.ear.types:
                timed = np.setdiff1d(timed, self._wake(stop))
            if len(timed):
                edge = np.full(len(timed), stop.edge(stop.activity.elapsed()), np.int16)
                self._leave(stop, edge, timed, self._runs.due[timed])

    def _arrive(self, stop: Stop) -> Slots:
        """Let the runs ahead of an activity arrive; the slots of those that stay but leave within the tick."""
        parts = self._ahead.pop(stop.name)
        slots = np.concatenate([slots for slots, _ in parts])
        at = np.concatenate([at for _, at in parts])
        moves = stop.activity.step(self._arrivals(stop, slots, at), self._stage.world)
        self._deliver(stop, moves, slots, at)
        self._leave(stop, moves.edge, slots, at)
        stays = moves.edge == STAY
        if not stays.any():
            return slots[:0]
        due = moves.due[stays] if moves.due is not None else np.full(int(stays.sum()), NEVER, np.int64)
        return self._park(stop, slots[stays], at[stays], due)

    def _arrivals(self, stop: Stop, slots: Slots, at: Instants) -> Arrivals:
        heard = None
        if self._plan.properties is not None and self._runs.heard is not None:
            heard = pl.Series(self._runs.heard[slots].tolist(), dtype=pl.String)
        return Arrivals(self._runs.profile[slots], at, lambda: self._qualification(slots), heard, stop.rules)

    def _qualification(self, slots: Slots) -> pl.DataFrame:
        """How these runs began, as fields of :data:`QUALIFICATION_FIELDS`."""
        status = pl.Series("status", DIRECTIONS)[self._runs.direction[slots]]
        time = instants(self._runs.entered[slots]).alias("time")
        return pl.DataFrame((status, time)).with_columns(segment=pl.lit(self._plan.definition.entry.segment))

    def _deliver(self, stop: Stop, moves: Moves, slots: Slots, at: Instants) -> None:
        if moves.contents is None:
            return
        profile, number = self._runs.profile[slots], self._runs.number[slots]
        place = (self._plan.definition.id, self._plan.definition.version, stop.name, moves.channel)
        self._stage.steps.deliver(*place, profile=profile, number=number, at=at, contents=moves.contents)

    def _park(self, stop: Stop, slots: Slots, at: Instants, due: Instants) -> Slots:
        self._runs.park(slots, stop.place, at, due)
        self._log(stop, stop.activity.kind, WAITING, slots, at)
        now = self._stage.inputs.now
        later = (due > now) & (due != NEVER)
        self._stage.journey.timers.push(due[later], slots[later])
        return slots[due <= now]

    def _wake(self, stop: Stop) -> Slots:
        """Let the runs at an activity go that hear an event; their slots."""
        plan = self._plan
        heard = self._stage.ear.heard(stop, plan.index, self._runs, plan.properties)
        if heard is None:
            return np.empty(0, np.int32)
        if heard.json is not None and self._runs.heard is not None:
            self._runs.heard[heard.slot] = heard.json.to_list()
        self._leave(stop, stop.woken[heard.listener], heard.slot, heard.at, heard.event_id)
        return heard.slot

    def _leave(
        self, stop: Stop, edge: NDArray[np.int16], slots: Slots, at: Instants, detail: pl.Series | None = None
    ) -> None:
        """Log how each run leaves, and send it ahead or end it."""
        for index, way in enumerate(stop.edges):
            mine = edge == index
            if not mine.any():
                continue
            own = None if detail is None else detail.filter(pl.Series(mine))
            self._log(stop, stop.activity.kind, way.label, slots[mine], at[mine], own)
            if way.to is None:
                self._finish(stop, slots[mine], at[mine])
            else:
                self._ahead[way.to].append((slots[mine], at[mine]))
        ends = edge == FINISH
        self._finish(stop, slots[ends], at[ends])

    def _finish(self, stop: Stop, slots: Slots, at: Instants) -> None:
        self._log(stop, "end", "finished", slots, at)
        self._runs.finish(slots, at)

    def _log(
        self, stop: Stop, kind: str, outcome: str, slots: Slots, at: Instants, detail: pl.Series | None = None
    ) -> None:
        self._stage.log(self._plan.definition, stop.name, kind, outcome, slots, at, detail)
