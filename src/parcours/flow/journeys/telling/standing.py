"""When the runs of a person go on by themselves, from the state of the journeys."""

from __future__ import annotations

import numpy as np

from parcours.flow.journeys.activities.base import NEVER
from parcours.flow.journeys.instances import RELEASE, STAY_OVER
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.slots import NONE
from parcours.flow.journeys.state import JourneysState


def due_of(state: JourneysState, profile: int, profile_id: str) -> dict[tuple[str, str], int]:
    """Microseconds by run and activity, of everything that this person waits for; see :data:`~.trace.Due`.

    Of a race only the activity that is due first is there.
    """
    found: dict[tuple[str, str], int] = {}
    for journey in state.journeys.values():
        _, slots = journey.runs.slots_of(np.array([profile], np.int32))
        for slot in slots.tolist():
            found |= _due_at(journey, slot, profile_id)
    return found


def _due_at(journey: Journey, slot: int, profile_id: str) -> dict[tuple[str, str], int]:
    runs = journey.runs
    place, due, winner = int(runs.place[slot]), int(runs.due[slot]), int(runs.winner[slot])
    if place == NONE or due == NEVER or winner == STAY_OVER:
        return {}
    members = journey.versions[int(runs.version[slot])].plan.places[place]
    stop = members[0 if winner == RELEASE else winner]
    return {(f"{journey.id}/{int(runs.number[slot])}/{profile_id}", stop.name): due}
