"""What a process does that moves a workspace through a fixed series of ticks, and can be told where to die.

It goes on from whatever the folder holds, and says when the state is recovered. At the N-th passing of ``POINT:N`` it
kills itself the hard way. Which rows a tick takes in and at which instant it takes place depends on its number alone
(or, in a replay, on its instant), so an interrupted series must end where an uninterrupted one does.

Ways to move: ``live`` commits every tick at once, ``ahead`` writes each while it is computed, as it does with large
ones, ``replay`` commits several behind its back, and ``steady`` is ``live``, but everything that a tick has decided is
settled before the next one, so that also what hangs on the answers of others is the same each time. ``busy`` is
``live``, and ticks go on at the end until nothing is under way. ``stopping`` is ``live``, and the journeys are stopped
in the middle.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from parcours.core.clock import HOUR, VirtualClock, instant
from parcours.engines import commits
from parcours.engines.local import LocalRunner
from parcours.service.acting import Actions
from parcours.service.controls import take_in
from parcours.service.definitions import outstanding
from parcours.service.lives import Lives
from parcours.service.wiring import Parts

START = instant("2026-03-01")
ROWS_PER_TICK = 25
#: Ticks of a replay that share a commit.
GROUP = 3
#: Ticks after which journeys are stopped.
STOPPED_AFTER = 4
#: So many ticks more, and whoever is still inside is stuck.
MOST_TICKS = 500


def main(
    way: str, folder: str, ticks: str, die_at: str | None = None, *, ready: Callable[[], object] = lambda: None
) -> None:
    """Move the workspace in ``folder`` to tick number ``ticks``."""
    parts = Parts(Path(folder))
    runner = parts.runner
    if die_at is not None:
        runner._crash = _Death(*die_at.split(":"))
    ready()
    changes = outstanding(parts.catalogue, runner.state)
    if changes:
        runner.publish(changes, START)
    clock = VirtualClock(_tick_before(runner))
    parts.send(clock)
    if way == "ahead":  # every tick is written while it is computed
        commits.LARGE = 0
    if way == "stopping":
        live(runner, STOPPED_AFTER, None)
        stop(parts)
    if way != "replay":
        live(runner, int(ticks), clock if way == "steady" else None)
    else:
        last = runner.now or START
        runner.replay([now for now in range(START, START + int(ticks) * HOUR + 1, HOUR) if now > last], group=GROUP)
    runner.settle_deliveries(START + int(ticks) * HOUR)
    if way == "busy":
        quieten(parts, runner)
    parts.send_nothing_more()
    parts.close()


def live(runner: LocalRunner, ticks: int, steady: VirtualClock | None) -> None:
    while runner.state.tick < ticks:
        if steady is not None:
            assert runner._courier is not None
            runner._courier.drain()
            steady.sleep_until(runner.now or START)
        runner.live_tick(START + runner.state.tick * HOUR, limit=ROWS_PER_TICK)
        if runner.state.tick % 9 == 0:
            runner.snapshot()


def stop(parts: Parts) -> None:
    """Stop every journey that is live."""
    for journey in parts.catalogue.list("journey"):
        if Lives(parts).statuses_of(journey.id).get(1) == "live":
            Actions(parts, lambda: None).stop(journey.id)
    take_in(parts, parts.runner.now or START)


def quieten(parts: Parts, runner: LocalRunner) -> None:
    """Tick on until nothing is under way: calls that wait for a slot are made after their tick, waits end later."""
    inside = "SELECT 1 FROM journey_runs WHERE status = 'inside' LIMIT 1"
    for _ in range(MOST_TICKS):
        if not (parts.log.query(inside).height or parts.log.pending_deliveries().height):
            break
        time.sleep(0.01)
        runner.live_tick(START + runner.state.tick * HOUR)


def _tick_before(runner: LocalRunner) -> int:
    """When the last but one tick was: where the clock stood when the last one decided something."""
    return START + max(0, runner.state.tick - 2) * HOUR


class _Death:
    """Kills the process at the n-th passing of a point."""

    def __init__(self, point: str, passing: str) -> None:
        self._point, self._left = point, int(passing)

    def __call__(self, point: str) -> None:
        if point == self._point:
            self._left -= 1
            if not self._left:
                os.kill(os.getpid(), signal.SIGKILL)
