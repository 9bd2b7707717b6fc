"""One journey of twelve activities: entries, moves, idle ticks, memory, backtests; a workflow per person instead."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.data import Size
from bench.journeys.passage import Move, Passage, memory, passage
from bench.journeys.peer import managed
from bench.journeys.years import Tested, generated, recorded
from bench.report import Took, cell, rate, seconds, table

#: Seconds that the peer gets, by size.
PATIENCE = {"small": 4.0, "medium": 15.0, "full": 40.0}


def run(size: Size) -> None:
    """Measure, compare, print."""
    held = memory(size.profiles)
    with tempfile.TemporaryDirectory(prefix="parcours-bench-") as folder:
        done = passage(size.profiles, Path(folder))
    with tempfile.TemporaryDirectory(prefix="parcours-bench-") as folder:
        days = 31 if size.name == "small" else 365
        tested = [generated(size.profiles, days, Path(folder)), recorded(Path(folder))]
    peer = managed(PATIENCE[size.name])
    _print_moves(done)
    _print_waiting(done, *held)
    _print_years([one for one in tested if one is not None])
    if peer is not None:
        _print_ratio(done, *peer)


def _print_moves(done: Passage) -> None:
    entry, *rest = done.moves
    moved = _sum("moves together", rest)
    rows = [_row(move) for move in (*done.moves, moved)]
    table(
        f"{done.people:,} people through a journey of 12 activities",
        ["tick", "steps", "time", "CPU", "steps/s", "with commit", "CPU", "steps/s"],
        rows,
        f"{rate(done.people, entry.computed)} entries/s, committed {rate(done.people, _both(entry))}",
    )


def _sum(name: str, moves: list[Move]) -> Move:
    def added(every: list[Took]) -> Took:
        return Took(sum(took.wall for took in every), sum(took.cpu for took in every))

    steps = sum(move.steps for move in moves)
    return Move(name, steps, added([move.computed for move in moves]), added([move.committed for move in moves]))


def _both(move: Move) -> Took:
    return Took(move.computed.wall + move.committed.wall, move.computed.cpu + move.committed.cpu)


def _row(move: Move) -> list[str]:
    both = _both(move)
    computed = [*cell(move.computed), rate(move.steps, move.computed)]
    return [move.name, f"{move.steps:,}", *computed, *cell(both), rate(move.steps, both)]


def _print_waiting(done: Passage, columns: float, process: float) -> None:
    computed, committed = done.idle_median()
    table(
        f"{done.people:,} wait and nothing is due",
        ["", ""],
        [
            ["a tick, computed", seconds(computed)],
            ["a tick, committed", seconds(committed)],
            ["memory, columns of journeys", f"{columns:,.0f} bytes a person"],
            ["memory, more of the process than before the entry", f"{process:,.0f} bytes a person"],
        ],
    )


def _print_years(tested: list[Tested]) -> None:
    table(
        "backtests",
        ["", "years", "reading", "playing", "CPU", "steps", "mails", "years/minute"],
        [
            [
                one.name,
                f"{one.years:.2f}",
                seconds(one.read.wall),
                *cell(one.played),
                f"{one.steps:,}",
                f"{one.deliveries:,}",
                f"{one.speed:,.1f}",
            ]
            for one in tested
        ],
    )


def _print_ratio(done: Passage, people: int, took: Took) -> None:
    ours = done.whole
    each, its = ours.wall / done.people, took.wall / people
    cpu, its_cpu = ours.cpu / done.people, took.cpu / people
    table(
        "the whole journey of one person, committed to disk",
        ["", "people", "time", "each", "CPU each", "ratio", "of CPU"],
        [
            ["together, in ticks", f"{done.people:,}", seconds(ours.wall), _micro(each), _micro(cpu), "", ""],
            [
                "DBOS on SQLite, a workflow each",
                f"{people:,}",
                seconds(took.wall),
                _micro(its),
                _micro(its_cpu),
                f"{its / each:,.0f}×",
                f"{its_cpu / cpu:,.0f}×",
            ],
        ],
    )


def _micro(value: float) -> str:
    return f"{value * 1e6:,.1f} µs"
