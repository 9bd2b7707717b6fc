"""(e) Restart: with a snapshot, and without one, when the whole log is run again."""

from __future__ import annotations

import numpy as np

from bench.data import Size
from bench.report import Took, agree, cell, rate, table, timed
from bench.workspace import Workspace, workspace
from parcours.kernel.rows import Profiles


def run(size: Size) -> None:
    """Close and open twice, compare the members of every segment, print."""
    built = workspace(size)
    before = _members(built)
    closed, _ = timed(lambda: built.close(snapshot=True))
    opened, _ = timed(built.open)
    _compare(built, before)
    built.close(snapshot=False)
    built.snapshots.drop_all()
    replayed, _ = timed(built.open)
    _compare(built, before)
    count = size.history
    table(
        f"(e) restart with {size.history:,} events, {size.profiles:,} profiles, {size.segments} segments",
        ["", "time", "CPU", "events/s"],
        [
            _row("close, with a snapshot", closed, count),
            _row("open from the snapshot", opened, count),
            _row("open without: the log run again", replayed, count),
        ],
        "members of every segment compared after each opening",
    )


def _row(name: str, took: Took, count: int) -> list[str]:
    return [name, *cell(took), rate(count, took)]


def _members(built: Workspace) -> dict[str, Profiles]:
    return {rule.id: built.runner.state.segments.bits.members(rule.id) for rule in built.segments}


def _compare(built: Workspace, before: dict[str, Profiles]) -> None:
    for name, members in _members(built).items():
        agree(np.array_equal(members, before[name]), f"members of {name} after a restart")
