"""Forks and joins: runs that are at several places at once (journeys.md, section 21, line 15)."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from parcours.flow.journeys.columns import first_of_each
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.plan import Stop
from parcours.flow.journeys.slots import NONE, Instants, Slots
from parcours.flow.journeys.versions import Version

if TYPE_CHECKING:
    from parcours.flow.journeys.moving import Movement


def branch_of(path: NDArray[np.int64], fork: str, index: int) -> NDArray[np.int64]:
    """The paths of the branches behind one edge (from 1) of a fork, by the paths of what forks."""
    return (path * 1_000_003 + zlib.crc32(f"{fork}/{index}".encode())) % 2**31


class Branches:
    """Divides runs, and brings their branches together again."""

    def __init__(self, moving: Movement) -> None:
        self._moving = moving
        self._touched: dict[tuple[int, int], list[Slots]] = {}

    def fork(
        self, journey: Journey, version: Version, stop: Stop, slots: Slots, at: Instants, all_: NDArray[np.bool_]
    ) -> None:
        """These runs take all edges at once, each as a branch of its own."""
        if not all_.any():
            return
        slots, at = slots[all_], at[all_]
        self._moving.log(journey, version, stop, stop.activity.kind, "forked", slots, at)
        for index, way in enumerate(stop.ways):
            branch = slots if index == 0 else journey.runs.branch(slots)
            if index:
                self._keep_laps(journey, version, slots, branch)
                journey.runs.path[branch] = branch_of(journey.runs.path[slots], stop.name, index)
                journey.runs.place[branch] = stop.index  # until it arrives: so that the run is known to go on
            if way == NONE:
                self._moving.endings.end(journey, version, stop, branch, at, "finished")
            else:
                journey.runs.last[branch] = stop.index
                self._moving.send(journey, version, way, branch, at)

    @staticmethod
    def _keep_laps(journey: Journey, version: Version, slots: Slots, branch: Slots) -> None:
        """A branch has gone back in loops as often as the run it is of, so that loops around a fork are bounded."""
        for stop in version.plan.stops:
            laps = journey.memory.frame(("laps", stop.name), slots)
            if laps is not None:
                journey.memory.keep(("laps", stop.name), branch, laps)

    def touch(self, journey: Journey, version: Version, slots: Slots) -> None:
        """These runs came somewhere, or ended there: their other branches may have waited for that."""
        if version.plan.joins and len(slots):
            self._touched.setdefault((journey.number, version.index), []).append(journey.runs.root[slots])

    def join(self) -> None:
        """Let branches go on together that all others of their run have come to, or can no longer come to."""
        touched, self._touched = self._touched, {}
        for (number, index), roots in sorted(touched.items(), key=lambda entry: entry[0]):
            journey = self._moving.work.state.numbered(number)
            version = journey.versions[index]
            for place in sorted(version.plan.joins):
                self._join_at(journey, version, place, np.unique(np.concatenate(roots)))

    def _join_at(self, journey: Journey, version: Version, place: int, roots: Slots) -> None:
        runs = journey.runs
        roots = roots[runs.profile[roots] >= 0]
        rows, slots = runs.slots_of(runs.profile[roots])
        mine = (runs.root[slots] == roots[rows]) & (runs.place[slots] != NONE)
        rows, slots = rows[mine], slots[mine]
        before = np.array([place in version.plan.behind[at] for at in range(len(version.plan.places))])
        still = np.zeros(len(roots), np.bool_)
        still[rows[before[runs.place[slots]] & (runs.place[slots] != place)]] = True
        stop = version.plan.places[place][0]
        ready = (runs.place[slots] == place) & ~still[rows]
        rows, slots = rows[ready], slots[ready]
        if not len(slots):
            return
        order = np.lexsort((slots, slots != roots[rows], rows))
        rows, slots = rows[order], slots[order]
        first = first_of_each(rows)
        at = np.maximum.reduceat(runs.arrived[slots], np.flatnonzero(first))
        merged, gone = slots[first], slots[~first]
        runs.laps[merged] = np.maximum.reduceat(runs.laps[slots], np.flatnonzero(first))
        runs.path[merged] = np.minimum.reduceat(runs.path[slots], np.flatnonzero(first))
        runs.place[gone] = NONE
        runs.release(gone[runs.root[gone] != gone])
        self._moving.leave(journey, version, stop, np.full(len(merged), stop.edge("next"), np.int16), merged, at)
