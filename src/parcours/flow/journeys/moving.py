"""One pass over one version of a journey: every run moves until it stays or ends."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.flow.journeys.activities.base import FINISH, NEVER, STAY, Activity, Arrivals, Moves
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.inputs import JourneyInputs
from parcours.flow.journeys.instances import Instants, Slots
from parcours.flow.journeys.listening import Ear
from parcours.flow.journeys.state import Journey
from parcours.flow.journeys.steplog import WAITING, StepLog


@dataclass(frozen=True, slots=True)
class Stage:
    """Everything that one tick of one journey works on."""

    journey: Journey
    inputs: JourneyInputs
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

    def __init__(self, stage: Stage, index: int) -> None:
        self._stage = stage
        self._runs = stage.journey.runs
        self._index = index
        self._version = stage.journey.versions[index]
        self._names = {name: place for place, name in enumerate(self._version.activities)}
        self._ahead: defaultdict[str, list[tuple[Slots, Instants]]] = defaultdict(list)
        properties = self._version.event_properties()
        self._properties = properties if properties else None

    def move(self, due: Slots, begun: Slots, at: Instants) -> None:
        """Move runs whose timer has come, runs that hear an event, and runs that begin.

        Args:
            due: slots of waiting runs, of any version, that leave by themselves in this tick.
            begun: slots of runs that begin, with ``at``, their instants of entry.
        """
        due = due[self._runs.version[due] == self._index]
        if len(begun):
            self._ahead[self._version.start].append((begun, at))
        hears = bool(self._version.listened() & self._stage.ear.types())
        if not (len(due) or len(begun) or hears):
            return
        for place, (name, activity) in enumerate(self._version.activities.items()):
            timed = due[self._runs.activity[due] == place]
            if name in self._ahead:
                timed = np.concatenate((timed, self._arrive(name, activity)))
            self._wake(name, activity, timed)

    def _arrive(self, name: str, activity: Activity) -> Slots:
        """Let the runs ahead of ``activity`` arrive; the slots of those that stay but leave within the tick."""
        parts = self._ahead.pop(name)
        slots = np.concatenate([slots for slots, _ in parts])
        at = np.concatenate([at for _, at in parts])
        moves = activity.step(self._arrivals(name, slots, at), self._stage.inputs.world())
        self._deliver(name, moves, slots, at)
        self._leave(name, activity, moves.edge, slots, at)
        stays = moves.edge == STAY
        if not stays.any():
            return slots[:0]
        due = moves.due[stays] if moves.due is not None else np.full(int(stays.sum()), NEVER, np.int64)
        return self._park(name, activity, slots[stays], at[stays], due)

    def _arrivals(self, name: str, slots: Slots, at: Instants) -> Arrivals:
        heard = None
        if self._properties is not None and self._runs.heard is not None:
            heard = pl.Series(self._runs.heard[slots].tolist(), dtype=pl.String)
        return Arrivals(self._runs.profile[slots], at, heard, self._version.rules_of(name))

    def _deliver(self, name: str, moves: Moves, slots: Slots, at: Instants) -> None:
        if moves.contents is None:
            return
        profile, number = self._runs.profile[slots], self._runs.number[slots]
        place = (self._version.id, self._version.version, name, moves.channel)
        self._stage.steps.deliver(*place, profile=profile, number=number, at=at, contents=moves.contents)

    def _park(self, name: str, activity: Activity, slots: Slots, at: Instants, due: Instants) -> Slots:
        self._runs.park(slots, self._names[name], at, due)
        self._stage.log(self._version, name, activity.kind, WAITING, slots, at)
        later = (due > self._stage.inputs.now) & (due != NEVER)
        self._stage.journey.timers.push(due[later], slots[later])
        return slots[due <= self._stage.inputs.now]

    def _wake(self, name: str, activity: Activity, timed: Slots) -> None:
        """Let the runs at ``activity`` go that hear an event, and those in ``timed`` that do not."""
        if activity.listens() and self._stage.ear.types():
            timed = np.setdiff1d(timed, self._wake_by_event(name, activity))
        if len(timed):
            labels = [edge.label for edge in activity.edges()]
            edge = np.full(len(timed), labels.index(activity.elapsed()), np.int16)
            self._leave(name, activity, edge, timed, self._runs.due[timed])

    def _wake_by_event(self, name: str, activity: Activity) -> Slots:
        rules = self._version.rules_of(name)
        place = (self._index, self._names[name])
        heard = self._stage.ear.heard(activity.listens(), rules, self._runs, place, self._properties)
        if heard is None:
            return np.empty(0, np.int32)
        if heard.json is not None and self._runs.heard is not None:
            self._runs.heard[heard.slot] = heard.json.to_list()
        labels = [edge.label for edge in activity.edges()]
        edge_of = np.array([labels.index(listener.edge) for listener in activity.listens()], np.int16)
        self._leave(name, activity, edge_of[heard.listener], heard.slot, heard.at, heard.event_id)
        return heard.slot

    def _leave(
        self,
        name: str,
        activity: Activity,
        edge: NDArray[np.int16],
        slots: Slots,
        at: Instants,
        detail: pl.Series | None = None,
    ) -> None:
        """Log how each run leaves, and send it ahead or end it."""
        for index, way in enumerate(activity.edges()):
            mine = edge == index
            if not mine.any():
                continue
            own = None if detail is None else detail.filter(pl.Series(mine))
            self._stage.log(self._version, name, activity.kind, way.label, slots[mine], at[mine], own)
            if way.to is None:
                self._finish(name, slots[mine], at[mine])
            else:
                self._ahead[way.to].append((slots[mine], at[mine]))
        ends = edge == FINISH
        self._finish(name, slots[ends], at[ends])

    def _finish(self, name: str, slots: Slots, at: Instants) -> None:
        self._stage.log(self._version, name, "end", "finished", slots, at)
        self._runs.finish(slots, at)
