"""How runs move: from place to place, all those before the same activity of the same version together.

A run that arrives passes activities until it stays somewhere or ends. Every edge but the way back of a loop leads to a
later activity, so the earliest place that somebody is ahead of is always taken first, and everybody who will come
there in this wave is there by then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.facts import INSTANT
from parcours.flow.journeys.activities.base import ALL, FAIL, FINISH, NEVER, STAY, Moves
from parcours.flow.journeys.agenda import Agenda
from parcours.flow.journeys.ahead import Ahead
from parcours.flow.journeys.answers import answer_rows
from parcours.flow.journeys.arrivals import RunArrivals, laps_of
from parcours.flow.journeys.branching import Branches
from parcours.flow.journeys.ending import Endings
from parcours.flow.journeys.gates import Gates
from parcours.flow.journeys.handing import Handing
from parcours.flow.journeys.instances import HOLDS, RELEASE, STAY_OVER
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.plan import AGAIN, Stop
from parcours.flow.journeys.slots import NONE, Instants, Profiles, Slots
from parcours.flow.journeys.staying import Staying
from parcours.flow.journeys.steplog import WAITING
from parcours.flow.journeys.typed import Values
from parcours.flow.journeys.versions import FINISHED, OVER, Version
from parcours.flow.journeys.work import Work

#: Starts runs of a journey for profiles, with payloads: whether each was begun, skipped or refused, and the slots.
Jump = Callable[[str, Profiles, Instants, Values | None, str], tuple[NDArray[np.int8], Slots]]
CALLING, CHILD = HOLDS.index("calling"), HOLDS.index("child")
REFUSED, SKIPPED, BEGUN = range(3)
#: The code that ends a run as timed out, where no way out is drawn for errors (R13).
TIMED_OUT = "timedOut"
_ANSWER = {"result": pl.String, "answer": pl.String, "attempts": pl.Int32, "started": INSTANT, "time": INSTANT}


class Movement:
    """Moves the runs of all journeys in one tick."""

    def __init__(self, work: Work, agenda: Agenda) -> None:
        self._work = work
        self.staying = Staying(self, agenda)
        self._gates = Gates(self)
        self._handing = Handing(work, self._gates)
        self.branches = Branches(self)
        self.endings = Endings(self)
        self._ahead = Ahead()
        self.jump: Jump = _nowhere

    @property
    def work(self) -> Work:
        return self._work

    # --- arriving ----------------------------------------------------------------------------------

    def send(self, journey: Journey, version: Version, place: int, slots: Slots, at: Instants) -> None:
        """These runs are about to arrive at a place."""
        self._ahead.add(journey, version, place, slots, at)

    def run(self) -> None:
        """Let everybody arrive who is about to, until all stay somewhere or have ended."""
        while self._ahead:
            self._ahead.take_turns()
            while self._ahead:
                self._arrive(*self._ahead.take())
            self.branches.join()

    def _arrive(self, journey: Journey, version: Version, place: int, slots: Slots, at: Instants) -> None:
        members = version.plan.places[place]
        if members[0].activity.parks:
            self.staying.wait(journey, version, place, slots, at)
        else:
            self.do(journey, version, members[0], slots, at)

    def do(self, journey: Journey, version: Version, stop: Stop, slots: Slots, at: Instants) -> None:
        """These runs do an activity, as far as nothing stands in front of it."""
        arrivals = RunArrivals(self._work, journey, version, stop, slots, at)
        if stop.activity.acts:
            arrivals = self._gates.passed(arrivals)
        if len(arrivals):
            moves = stop.activity.step(arrivals)
            self._moved(journey, version, stop, arrivals.slots, arrivals.at, moves)

    def answered(
        self, journey: Journey, version: Version, stop: Stop, slots: Slots, at: Instants, answers: pl.DataFrame
    ) -> None:
        """The calls of these runs are answered; ``answers`` has a row for each."""
        arrivals = RunArrivals(self._work, journey, version, stop, slots, at)
        if stop.remembers is not None:
            journey.memory.keep(stop.remembers, journey.runs.root[slots], answer_rows(answers))
        moves = stop.activity.answered(arrivals, answers.select(_ANSWER.keys()))
        self._moved(journey, version, stop, slots, at, moves)

    # --- leaving -----------------------------------------------------------------------------------

    def _moved(self, journey: Journey, version: Version, stop: Stop, slots: Slots, at: Instants, moves: Moves) -> None:
        """Take the moves of an activity down, and let the runs go."""
        self._handing.take(journey, version, stop, slots, at, moves)
        if moves.target is not None:
            moves = self._start(journey, version, stop, slots, at, moves)
        stays = moves.edge == STAY
        if stays.any():
            self._stay(journey, version, stop, slots[stays], at[stays], stays, moves)
        self.leave(journey, version, stop, moves.edge, slots, at, moves.detail, moves.error)

    def _stay(
        self,
        journey: Journey,
        version: Version,
        stop: Stop,
        slots: Slots,
        at: Instants,
        stays: NDArray[np.bool_],
        moves: Moves,
    ) -> None:
        """These runs stay at an activity until their call is answered, or the run that they started has ended."""
        self.staying.snapshot(journey, version, slots)
        due = np.full(len(slots), NEVER, np.int64) if moves.due is None else moves.due[stays]
        held = CHILD if moves.returns else CALLING
        self.log(journey, version, stop, stop.activity.kind, WAITING, slots, at)
        self.staying.park(journey, version, stop.index, slots, at, due, np.zeros(len(slots), np.int8), held)

    def _start(self, journey: Journey, version: Version, stop: Stop, slots: Slots, at: Instants, moves: Moves) -> Moves:
        """Begin runs of another journey (R16): a call waits for its end, a jump goes on at the same moment."""
        assert moves.target is not None
        profiles = journey.runs.profile[slots]
        way = "call" if moves.returns else "jump"
        result, begun = self.jump(moves.target, profiles, at, moves.payload, way)
        edge = moves.edge.copy()
        edge[result == REFUSED] = FAIL
        if moves.returns:
            target = self._work.state.journeys.get(moves.target)
            started = result == BEGUN
            if target is not None and started.any():
                target.runs.calling[begun[started]] = journey.number
                target.runs.caller[begun[started]] = slots[started]
            passes = stop.edge("next") if "next" in [edge.label for edge in stop.edges] else FINISH
            edge[result == SKIPPED] = passes
        detail = pl.Series(np.array(["failed", "skipped", "ok"], object)[result].tolist(), dtype=pl.String)
        return replace(moves, edge=edge, error="error", detail=detail)

    def leave(
        self,
        journey: Journey,
        version: Version,
        stop: Stop,
        edge: NDArray[np.int16],
        slots: Slots,
        at: Instants,
        detail: pl.Series | None = None,
        error: str | pl.Series | None = None,
    ) -> None:
        """Log how each run leaves an activity, and send it ahead or end it."""
        fails = edge == FAIL
        if isinstance(error, pl.Series):
            self._handing.remember_trouble(journey, stop, slots, error)
        if fails.any():
            self._fail(
                journey, version, stop, slots[fails], at[fails], _some("error" if error is None else error, fails)
            )
        for index, way in enumerate(stop.edges):
            mine = edge == index
            if not mine.any():
                continue
            every = bool(mine.all())
            own, when = (slots, at) if every else (slots[mine], at[mine])
            text = detail if detail is None or every else detail.filter(pl.Series(mine))
            self.log(journey, version, stop, stop.activity.kind, way.label, own, when, text)
            self._go(journey, version, stop, index, own, when)
        self.branches.fork(journey, version, stop, slots, at, edge == ALL)
        ends = edge == FINISH
        if ends.any():
            self.endings.end(journey, version, stop, slots[ends], at[ends], "finished")

    def go_on(self, journey: Journey, version: Version, stop: Stop, slots: Slots, at: Instants, why: str) -> None:
        """These runs pass an activity without doing it."""
        if len(slots):
            self.log(journey, version, stop, stop.activity.kind, "passed", slots, at, why)
            self._go(journey, version, stop, stop.edge("next"), slots, at)

    def _go(self, journey: Journey, version: Version, stop: Stop, edge: int, slots: Slots, at: Instants) -> None:
        place = stop.ways[edge]
        runs = journey.runs
        if stop.edges[edge].label == AGAIN:
            runs.laps[slots] += 1
            laps = laps_of(journey, stop, slots) + 1
            journey.memory.keep(("laps", stop.name), slots, pl.DataFrame({"count": pl.Series(laps, dtype=pl.Int32)}))
        elif ("laps", stop.name) in journey.memory:
            none = pl.DataFrame({"count": pl.Series(np.zeros(len(slots)), dtype=pl.Int32)})
            journey.memory.keep(("laps", stop.name), slots, none)
        if place == NONE:
            self.endings.end(journey, version, stop, slots, at, "finished")
        else:
            runs.last[slots] = stop.index
            self.send(journey, version, place, slots, at)

    def _fail(
        self, journey: Journey, version: Version, stop: Stop, slots: Slots, at: Instants, error: str | pl.Series
    ) -> None:
        """The step failed: the error edge where one is drawn, else the run ends in error or timed out (R7, R13)."""
        codes = pl.repeat(error, len(slots), dtype=pl.String, eager=True) if isinstance(error, str) else error
        if isinstance(error, str):
            self._handing.remember_trouble(journey, stop, slots, codes)
        self.log(journey, version, stop, stop.activity.kind, "error", slots, at, codes)
        if stop.error != NONE:
            journey.runs.last[slots] = stop.index
            self.send(journey, version, stop.ways[stop.error], slots, at)
            return
        late = (codes == TIMED_OUT).to_numpy()
        self.endings.end(journey, version, stop, slots[late], at[late], "timed_out", stop.name)
        self.endings.end(journey, version, stop, slots[~late], at[~late], "error", stop.name)

    def standing(self, journey: Journey, slots: Slots) -> list[tuple[Version, Stop, NDArray[np.bool_]]]:
        """Where these runs stand, each before one activity: version, activity, and which of them."""
        found = []
        runs = journey.runs
        for index in np.unique(runs.version[slots]).tolist():
            here = runs.version[slots] == index
            version = journey.versions[index]
            for place in np.unique(runs.place[slots[here]]).tolist():
                mine = here & (runs.place[slots] == place)
                found.append((version, version.plan.places[place][0], mine))
        return found

    def log(
        self,
        journey: Journey,
        version: Version,
        stop: Stop,
        kind: str,
        outcome: str,
        slots: Slots,
        at: Instants,
        detail: str | pl.Series | None = None,
    ) -> None:
        """Step rows of these runs."""
        runs = journey.runs
        place = (journey.id, version.definition.version, stop.name, kind, outcome)
        self._work.log.step(*place, profile=runs.profile[slots], number=runs.number[slots], at=at, detail=detail)

    # --- timers ------------------------------------------------------------------------------------

    def elapse(self, journey: Journey, slots: Slots, due: Instants) -> None:
        """The timers of these runs have come."""
        runs = journey.runs
        for index in np.unique(runs.version[slots]).tolist():
            version = journey.versions[index]
            if version.status in OVER - {FINISHED}:  # what is due at the instant at which it is finished still comes
                continue
            mine = runs.version[slots] == index
            self._elapse_in(journey, version, slots[mine], due[mine])

    def _elapse_in(self, journey: Journey, version: Version, slots: Slots, due: Instants) -> None:
        runs = journey.runs
        winner, place = runs.winner[slots], runs.place[slots]
        over = winner == STAY_OVER
        if over.any():
            self.endings.end_all(journey, version, slots[over], due[over], "instance_timed_out")
        for at in np.unique(place[~over]).tolist():
            members = version.plan.places[at]
            here = ~over & (place == at)
            for member in np.unique(winner[here]).tolist():
                mine = here & (winner == member)
                if member == RELEASE:
                    self.do(journey, version, members[0], slots[mine], due[mine])
                    continue
                stop = members[member]
                edge = np.full(int(mine.sum()), stop.edge(stop.activity.elapsed()), np.int16)
                self.leave(journey, version, stop, edge, slots[mine], due[mine])


def _nowhere(
    target: str, profiles: Profiles, at: Instants, payload: Values | None, way: str
) -> tuple[NDArray[np.int8], Slots]:
    return np.zeros(len(profiles), np.int8), np.full(len(profiles), NONE, np.int32)


def _some(values: str | pl.Series, which: NDArray[np.bool_]) -> str | pl.Series:
    return values.filter(pl.Series(which)) if isinstance(values, pl.Series) else values
