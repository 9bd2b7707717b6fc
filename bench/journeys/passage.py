"""Everybody through the journey together: each move computed, then committed to a log on disk."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.journeys.definition import (
    BORN,
    BOUGHT,
    ENTERED,
    MOVES,
    SCHEMA,
    buys,
    definition,
    everybody,
    expected_mails,
    happening,
)
from bench.memory import settled, sized
from bench.report import Took, agree, timed
from parcours.core.clock import SECOND
from parcours.core.facts import Batch, DefinitionChange, TickRecord
from parcours.engines.state import State
from parcours.engines.tick import tick
from parcours.store.log import Log

#: Idle ticks that are measured.
IDLE = 25


@dataclass(frozen=True, slots=True)
class Move:
    """One tick in which people move: rows of the step log it wrote, its computation, its commit."""

    name: str
    steps: int
    computed: Took
    committed: Took


@dataclass(slots=True)
class Passage:
    """Everything that was measured.

    Attributes:
        moves: of which the first is the entry.
        idle: seconds of the ticks in which all wait, computed and with commit.
    """

    people: int
    moves: list[Move] = field(default_factory=list)
    idle: list[tuple[float, float]] = field(default_factory=list)

    def idle_median(self) -> tuple[float, float]:
        """Computed alone, and with commit."""
        return statistics.median(one[0] for one in self.idle), statistics.median(sum(one) for one in self.idle)

    @property
    def whole(self) -> Took:
        """The time of all moves with their commits."""
        every = [took for move in self.moves for took in (move.computed, move.committed)]
        return Took(sum(took.wall for took in every), sum(took.cpu for took in every))


def passage(people: int, folder: Path) -> Passage:
    """Take them from the entry to the end."""
    moving = _Moving(people, folder)
    who = np.arange(people, dtype=np.int32)
    moving.take(everybody(people), BORN)
    moving.take(_publication(), BORN + SECOND)
    moving.move("entry", _entry(who), ENTERED + SECOND)
    moving.rest(ENTERED + 2 * SECOND)
    (day, at), *later = MOVES
    moving.move(day, Batch(), at)
    buyers = who[buys(who)]
    moving.move("buyers buy", Batch(events=(happening("buy", buyers, np.full(len(buyers), BOUGHT)),)), BOUGHT)
    for name, at in later:
        moving.move(name, Batch(), at)
    moving.check()
    return moving.found


def memory(people: int) -> tuple[float, float]:
    """Bytes per waiting person: those of the journeys' columns, and those that the process has more than before the
    entry, with what the allocators have not given back."""
    state = State(SCHEMA)
    tick(state, everybody(people), BORN)
    tick(state, _publication(), BORN + SECOND)
    before = settled()
    tick(state, _entry(np.arange(people, dtype=np.int32)), ENTERED + SECOND)
    after = settled()
    return sized(state.journeys) / people, (after - before) / people


def _publication() -> Batch:
    journey = definition()
    published = DefinitionChange("journey", journey.id, journey.version, "publish", journey.to_json())
    return Batch(definitions=(published,))


def _entry(who: NDArray[np.int32]) -> Batch:
    return Batch(events=(happening("visit", who, np.full(len(who), ENTERED)),))


class _Moving:
    def __init__(self, people: int, folder: Path) -> None:
        self.found = Passage(people)
        self._state = State(SCHEMA)
        self._log = Log.open(folder / "log.duckdb")

    def take(self, batch: Batch, now: int) -> tuple[int, Took, Took]:
        """One tick and its commit."""
        computed, outputs = timed(lambda: tick(self._state, batch, now))
        record = TickRecord(self._state.tick, now, batch, outputs)
        committed, _ = timed(lambda: self._log.commit([record], SCHEMA))
        return outputs.heights[1], computed, committed

    def move(self, name: str, batch: Batch, now: int) -> None:
        self.found.moves.append(Move(name, *self.take(batch, now)))

    def rest(self, now: int) -> None:
        for number in range(IDLE):
            steps, computed, committed = self.take(Batch(), now + number * SECOND)
            agree(steps == 0, "nothing is due, and somebody moved")
            self.found.idle.append((computed.wall, committed.wall))

    def check(self) -> None:
        """Everybody has come through, and got the mails that are his."""
        ended = self._log.query("SELECT count(*) FROM journey_runs WHERE status = 'finished'").item()
        agree(ended == self.found.people, f"{ended} runs of {self.found.people} have ended")
        mails = dict(self._log.query("SELECT activity, count(*) FROM facts.deliveries GROUP BY 1").iter_rows())
        expected = expected_mails(self.found.people)
        agree({name: mails.get(name) for name in expected} == expected, "mails of the journey")
        self._log.close()
