"""One tick of all journeys: runs that are due, were woken or just began move on as far as they can.

All runs before the same activity of the same version move together as arrays; Python loops run over journeys
and activities only. Each run carries its own instant: of its entry, of the timer or of the event that moved it,
so the length of a tick does not show in the steps. A change that became known late begins a run at its own
instant, too. Only conditions and messages look at values, and those are the values at the end of the tick (live,
a tick is at most a second long).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from parcours.core.facts import Outputs
from parcours.flow.journeys.definitions import ENTRY
from parcours.flow.journeys.entry import (
    ADMITTED,
    REASONS,
    Candidates,
    changes_of,
    decide,
)
from parcours.flow.journeys.inputs import JourneyInputs
from parcours.flow.journeys.instances import DIRECTIONS, Instants, Slots
from parcours.flow.journeys.listening import Ear
from parcours.flow.journeys.moving import Pass, Stage
from parcours.flow.journeys.state import CLOSED, STOPPED, STOPPING, JourneysState
from parcours.flow.journeys.steplog import StepLog

NO_INSTANTS: Instants = np.empty(0, np.int64)


def advance(state: JourneysState, inputs: JourneyInputs) -> Outputs:
    """Move every run of ``state`` to the instant ``inputs.now`` and return what the tick puts out."""
    log = StepLog()
    ear = Ear(inputs.events, state.early, state.listened(), inputs.now)
    state.early = ear.early
    world = inputs.world()
    for id_ in sorted(state.journeys):
        stage = Stage(state.journeys[id_], inputs, world, ear, log)
        if stage.journey.status == STOPPING:
            _stop(stage)
        elif stage.journey.status != STOPPED:
            segment = stage.journey.newest.entry.segment
            _advance_journey(stage, changes_of(segment, inputs.qualifications))
    return Outputs(inputs.qualifications, *log.tables(inputs.profile_ids))


def _advance_journey(stage: Stage, entrants: Candidates | None) -> None:
    """Move who is inside, and let in who may enter.

    Whoever is inside may leave in this tick and enter again in it, so that is decided after everybody has moved.
    """
    journey, due = stage.journey, _due_now(stage)
    if entrants is None:
        for plan in journey.plans:
            Pass(stage, plan).move(due, due[:0], NO_INSTANTS)
        return
    turn = entrants.turn + journey.runs.are_inside(entrants.profile)
    for now in range(int(turn.max(initial=0)) + 1):
        begun, at = _let_in(stage, entrants[turn == now])
        for plan in journey.plans:
            new = len(begun) if plan is journey.plans[-1] else 0
            Pass(stage, plan).move(due, begun[:new], at[:new])
        due = due[:0]


def _due_now(stage: Stage) -> Slots:
    """Slots whose timer has come; timers of runs that left before are dropped here."""
    due, slots = stage.journey.timers.pop(stage.inputs.now)
    return np.unique(slots[stage.journey.runs.due[slots] == due])


def _stop(stage: Stage) -> None:
    """End everybody inside, at the instant of the tick."""
    runs = stage.journey.runs
    slots = runs.inside()
    at = np.full(len(slots), stage.inputs.now, np.int64)
    for plan in stage.journey.plans:
        for stop in plan.stops:
            here = (runs.version[slots] == plan.index) & (runs.activity[slots] == stop.place)
            stage.log(plan.definition, stop.name, "end", "stopped", slots[here], at[here])
    runs.finish(slots, at)
    stage.journey.status = STOPPED


def _let_in(stage: Stage, found: Candidates) -> tuple[Slots, Instants]:
    """Begin runs for those that the rules let in, log the others; slots and entry instants of the begun ones."""
    runs, version = stage.journey.runs, stage.journey.newest
    reason = decide(found, runs, version.entry, version.reentry, closed=stage.journey.status == CLOSED)
    _log_refusals(stage, found, reason)
    admitted = found[reason == ADMITTED]
    slots = runs.slots_for(admitted.profile)
    runs.begin(slots, stage.journey.plans[-1].index, admitted.at, admitted.direction)
    for code, direction in enumerate(DIRECTIONS):
        mine = admitted.direction == code
        detail = f"{direction} {version.entry.segment}"
        stage.log(version, ENTRY, ENTRY, "entered", slots[mine], admitted.at[mine], detail)
    return slots, admitted.at


def _log_refusals(stage: Stage, found: Candidates, reason: NDArray[np.int8]) -> None:
    runs, version = stage.journey.runs, stage.journey.newest
    for code in np.unique(reason[reason != ADMITTED]).tolist():
        for way, direction in enumerate(DIRECTIONS):
            mine = found[(reason == code) & (found.direction == way)]
            place = (version.id, version.version, ENTRY, "discard", REASONS[code])
            number, detail = runs.numbers_of(mine.profile), f"{direction} {version.entry.segment}"
            stage.steps.step(*place, profile=mine.profile, number=number, at=mine.at, detail=detail)
