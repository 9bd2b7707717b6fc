"""A process that moves a workspace through a fixed series of ticks, and can be told where to die.

``python -m tests.engines.crash_worker live|ahead|replay FOLDER TICKS [POINT:N]`` goes on from whatever the folder
holds, prints ``ready`` when the state is recovered and ``done`` at the end. At the N-th passing of POINT it kills
itself the hard way. Which rows a tick takes in and at which instant it takes place depends on its number alone (or,
in a replay, on its instant), so an interrupted series must end where an uninterrupted one does.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from parcours.core.clock import HOUR, VirtualClock, instant
from parcours.engines import commits
from parcours.engines.local import LocalRunner
from parcours.service.definitions import outstanding
from parcours.service.wiring import Parts

START = instant("2026-03-01")
ROWS_PER_TICK = 25
#: Ticks of a replay that share a commit.
GROUP = 3


def main(way: str, folder: Path, ticks: int, die_at: str | None) -> None:
    parts = Parts(folder)
    runner = parts.runner
    if die_at is not None:
        runner._crash = _Death(*die_at.split(":"))
    print("ready", flush=True)
    changes = outstanding(parts.catalogue, runner.state)
    if changes:
        runner.publish(changes, START)
    parts.send(VirtualClock(START))
    if way == "ahead":  # every tick is written while it is computed
        commits.LARGE = 0
    if way != "replay":
        live(runner, ticks)
    else:
        last = runner.now or START
        runner.replay([now for now in range(START, START + ticks * HOUR + 1, HOUR) if now > last], group=GROUP)
    runner.settle_deliveries(START + ticks * HOUR)
    parts.send_nothing_more()
    parts.close()
    print("done", flush=True)


def live(runner: LocalRunner, ticks: int) -> None:
    while runner.state.tick < ticks:
        runner.live_tick(START + runner.state.tick * HOUR, limit=ROWS_PER_TICK)
        if runner.state.tick % 9 == 0:
            runner.snapshot()


class _Death:
    """Kills the process at the n-th passing of a point."""

    def __init__(self, point: str, passing: str) -> None:
        self._point, self._left = point, int(passing)

    def __call__(self, point: str) -> None:
        if point == self._point:
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4] if len(sys.argv) > 4 else None)
