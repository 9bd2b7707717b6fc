"""How runs stay: before activities that wait, before those that they may not do yet, or until they are answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from parcours.flow.journeys.activities.base import NEVER, OUT
from parcours.flow.journeys.agenda import Agenda
from parcours.flow.journeys.arrivals import RunArrivals
from parcours.flow.journeys.instances import HOLDS, RELEASE, STAY_OVER
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.plan import Stop
from parcours.flow.journeys.slots import Instants, Slots
from parcours.flow.journeys.steplog import WAITING
from parcours.flow.journeys.versions import Version
from parcours.flow.journeys.work import SNAPSHOT

if TYPE_CHECKING:
    from parcours.flow.journeys.moving import Movement


class Staying:
    """Where runs stay, and what makes them leave by itself.

    Attributes:
        until: the last instant of timers that come in the part of the tick that is under way.
        told: called with the runs that have begun to wait: journey, version, place, slots.
    """

    def __init__(self, moving: Movement, agenda: Agenda) -> None:
        self._moving = moving
        self._work = moving.work
        self._agenda = agenda
        self.until = moving.work.inputs.prev
        self.told: list[Callable[[Journey, Version, int, Slots], None]] = []

    def wait(self, journey: Journey, version: Version, place: int, slots: Slots, at: Instants) -> None:
        """These runs wait at a place, before one activity or several that race (R4, R5, R9)."""
        members = version.plan.places[place]
        due = np.full(len(slots), NEVER, np.int64)
        winner = np.zeros(len(slots), np.int8)
        inside = np.zeros(len(slots), np.bool_)
        rivals = "|".join(stop.name for stop in members) if len(members) > 1 else None
        for index, stop in enumerate(members):
            moves = stop.activity.step(RunArrivals(self._work, journey, version, stop, slots, at))
            takes_part = moves.edge != OUT
            inside |= takes_part
            own = np.where(takes_part, NEVER if moves.due is None else moves.due, NEVER)
            earlier = own < due
            due[earlier], winner[earlier] = own[earlier], index
            self._moving.log(
                journey, version, stop, stop.activity.kind, WAITING, slots[takes_part], at[takes_part], rivals
            )
        self._moving.endings.end(journey, version, members[0], slots[~inside], at[~inside], "finished")
        slots, at, due, winner = slots[inside], at[inside], due[inside], winner[inside]
        journey.runs.waited[journey.runs.root[slots]] = 1
        self.park(journey, version, place, slots, at, due, winner)
        for tell in self.told:
            tell(journey, version, place, slots)

    def park(
        self,
        journey: Journey,
        version: Version,
        place: int,
        slots: Slots,
        at: Instants,
        due: Instants,
        winner: NDArray[np.int8],
        held: int = 0,
    ) -> None:
        """These runs stay at a place until ``due``, or until their longest stay is over."""
        if not len(slots):
            return
        runs = journey.runs
        if version.stay is not None:
            over = runs.entered[slots] + version.stay
            shorter = over < due
            due, winner = np.where(shorter, over, due), np.where(shorter, STAY_OVER, winner).astype(np.int8)
        runs.park(slots, place, at, due, winner, held)
        self._moving.branches.touch(journey, version, slots)
        self.arm(journey, slots)

    def arm(self, journey: Journey, slots: Slots) -> None:
        """Set the timers of runs: those that come in this tick are on its agenda."""
        due = journey.runs.due[slots]
        soon = due <= self.until
        if soon.any():
            self._agenda.remind(journey.number, slots[soon], due[soon], journey.runs.profile[slots[soon]])
        later = ~soon & (due != NEVER)
        journey.timers.push(due[later], slots[later])

    def hold(
        self, journey: Journey, version: Version, stop: Stop, slots: Slots, at: Instants, due: Instants, why: str
    ) -> None:
        """These runs stand before an activity that they may not do yet."""
        if not len(slots):
            return
        self.snapshot(journey, version, slots)
        self._moving.log(journey, version, stop, stop.activity.kind, "held", slots, at, why)
        winner = np.full(len(slots), RELEASE, np.int8)
        self.park(journey, version, stop.index, slots, at, due, winner, HOLDS.index(why))

    def snapshot(self, journey: Journey, version: Version, slots: Slots) -> None:
        """Runs that a read began keep the values that they have now, until their first wait (R17)."""
        if version.definition.entry.kind not in ("read", "business_event"):
            return
        roots = np.unique(journey.runs.root[slots])
        fresh = roots[(journey.runs.waited[roots] == 0) & ~journey.memory.known(SNAPSHOT, roots)]
        names = sorted(version.plan.attributes)
        if len(fresh) and names:
            journey.memory.keep(SNAPSHOT, fresh, self._work.attributes(names, journey, fresh))
