"""How runs end (journeys.md, R12 and R13): by themselves, or taken out wherever they stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from parcours.flow.journeys.activities.base import NEVER
from parcours.flow.journeys.columns import first_of_each, instants
from parcours.flow.journeys.instances import ENDS, HOLDS
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.plan import Stop
from parcours.flow.journeys.slots import NONE, Instants, Slots
from parcours.flow.journeys.versions import Version

if TYPE_CHECKING:
    from parcours.flow.journeys.moving import Movement

CHILD = HOLDS.index("child")


class Endings:
    """Ends runs, and tells whoever waits for that.

    Attributes:
        told: called with the runs that have ended: journey, slots, instants.
    """

    def __init__(self, moving: Movement) -> None:
        self._moving = moving
        self._work = moving.work
        self.told: list[Callable[[Journey, Slots, Instants], None]] = []

    def end(
        self,
        journey: Journey,
        version: Version,
        stop: Stop | None,
        slots: Slots,
        at: Instants,
        how: str,
        why: str | None = None,
    ) -> None:
        """These runs end here, in one of the ways of :data:`ENDS`; of a run that has branches, this branch does."""
        if not len(slots):
            return
        runs = journey.runs
        if stop is not None:
            runs.last[slots] = stop.index
        if version.plan.forks:
            self._moving.branches.touch(journey, version, slots)
            slots, at = self._last_branches(journey, slots, at)
            if not len(slots):
                return
        name = version.definition.entry.id if stop is None else stop.name
        self._work.log.step(
            journey.id,
            version.definition.version,
            name,
            "end",
            how,
            profile=runs.profile[slots],
            number=runs.number[slots],
            at=at,
            detail=why,
        )
        runs.finish(slots, at, ENDS.index(how))
        sets = version.definition.head.rule_sets
        if self._work.state.board.sets and version.mode == "live":
            self._work.state.board.leave(sets, runs.profile[slots])
        self._return(journey, slots, at)
        for tell in self.told:
            tell(journey, slots, at)

    def _last_branches(self, journey: Journey, slots: Slots, at: Instants) -> tuple[Slots, Instants]:
        """The runs whose last branch ends, with the instants; slots of the others are given back."""
        runs = journey.runs
        runs.place[slots] = NONE
        runs.due[slots] = NEVER
        roots = runs.root[slots]
        over = ~runs.forked(slots)
        runs.last[roots] = runs.last[slots]
        order = np.argsort(roots, kind="stable")
        first = np.zeros(len(slots), np.bool_)
        first[order[first_of_each(roots[order])]] = True
        runs.release(slots[roots != slots])
        return roots[over & first], at[over & first]

    def end_all(
        self, journey: Journey, version: Version, slots: Slots, at: Instants, how: str, why: str | None = None
    ) -> None:
        """Take these runs (given by one of their branches, each) out at once, wherever they stand."""
        runs = journey.runs
        if version.plan.forks:
            roots, first = np.unique(runs.root[slots], return_index=True)
            branches = runs.branches(roots)
            slots, at = branches, at[first][np.searchsorted(roots, runs.root[branches])]
        stood = runs.place[slots].copy()  # somebody may enter as somebody ends, and take the same slot
        for place in np.unique(stood).tolist():
            mine = stood == place
            stop = version.plan.places[place][0]
            self.end(journey, version, stop, slots[mine], at[mine], how, why)

    def end_everybody(self, journey: Journey, version: Version, now: int, how: str, why: str | None) -> None:
        """Take everybody out of a version."""
        runs = journey.runs
        slots = runs.inside()
        slots = slots[runs.version[slots] == version.index]
        if version.plan.forks:
            _, first = np.unique(runs.root[slots], return_index=True)
            slots = slots[first]
        self.end_all(journey, version, slots, np.full(len(slots), now, np.int64), how, why)

    def _return(self, journey: Journey, slots: Slots, at: Instants) -> None:
        """Runs that waited for these to end go on."""
        runs = journey.runs
        called = runs.calling[slots] != NONE
        if not called.any():
            return
        slots, at = slots[called], at[called]
        for number in np.unique(runs.calling[slots]).tolist():
            mine = runs.calling[slots] == number
            callers = runs.caller[slots[mine]]
            self._come_back(self._work.state.numbered(number), callers, slots[mine], at[mine], journey)
        runs.calling[slots] = NONE

    def _come_back(self, journey: Journey, callers: Slots, ended: Slots, at: Instants, target: Journey) -> None:
        runs = journey.runs
        there = (runs.held[callers] == CHILD) & (runs.place[callers] != NONE)
        callers, ended, at = callers[there], ended[there], at[there]
        result = pl.Series([ENDS[code] for code in target.runs.status[ended].tolist()], dtype=pl.String)
        answers = pl.DataFrame([result.alias("result")]).with_columns(
            pl.lit(None, dtype=pl.String).alias("answer"),
            pl.lit(1, dtype=pl.Int32).alias("attempts"),
            instants(runs.arrived[callers]).alias("started"),
            instants(at).alias("time"),
        )
        for version, stop, mine in self._moving.standing(journey, callers):
            self._moving.answered(journey, version, stop, callers[mine], at[mine], answers.filter(pl.Series(mine)))
