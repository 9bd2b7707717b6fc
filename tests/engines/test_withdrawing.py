"""Calls that wait for a slot when their journey is stopped are not made, however the process ends meanwhile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.core.clock import SECOND, instant
from parcours.engines.courier import Ended, Report
from parcours.flow.delivery.templates import key_token
from parcours.service.definitions import outstanding
from parcours.service.wiring import Parts
from parcours.testing.http import HttpSink
from tests.engines.crashing import KILLED, Nursery
from tests.engines.orders import shop

START = instant("2026-03-01")
PEOPLE, TICKS = 60, 7
SETTINGS = """
[outgoing]
internal = ["127.0.0.1:{port}"]
"""
DEFINITIONS = """
action: crm
url: {url}/crm
throttling: {{maxThroughput: 2}}
---
journey: ask
entry: {{event: order}}
start: file
activities:
  file: {{type: custom_action, action: crm, then: done}}
  done: {{type: end}}
"""


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


@pytest.fixture
def sink() -> Iterator[HttpSink]:
    with HttpSink() as sink:
        yield sink


@pytest.fixture
def folder(sink: HttpSink, tmp_path: Path) -> Path:
    """A workspace in which everybody is about to call, far more than there are slots for."""
    return shop(tmp_path, PEOPLE, START - 1, DEFINITIONS.format(url=sink.url), SETTINGS.format(port=sink.port))


def settled(folder: Path) -> dict[str, tuple[str, str, int]]:
    """What became of each call: result, detail, attempts. Nobody is stuck, nothing is settled twice."""
    with parcours.open(folder) as workspace:
        rows = workspace.sql("SELECT key, result, detail, attempts FROM outcomes")
        pending = workspace.sql("SELECT key FROM deliveries WHERE key NOT IN (SELECT key FROM outcomes)")
        inside = workspace.sql("SELECT 1 FROM journey_runs WHERE status NOT IN ('finished', 'stopped')")
    assert rows["key"].is_unique().all()
    assert rows.height == PEOPLE
    assert pending.is_empty()
    assert inside.is_empty()
    return {key: (result, detail, attempts) for key, result, detail, attempts in rows.iter_rows()}


def test_calls_in_the_queue_are_withdrawn_when_the_journey_is_stopped(
    folder: Path, sink: HttpSink, nursery: Nursery
) -> None:
    assert nursery.run("stopping", folder, TICKS) == 0
    found = settled(folder)
    results = Counter(found.values())
    assert results.keys() == {("ok", "http_200", 1), ("withdrawn", "stopped", 0)}
    assert results["withdrawn", "stopped", 0] > PEOPLE // 2
    made = {key_token(key) for key, (result, _, _) in found.items() if result == "ok"}
    assert sink.counts() == dict.fromkeys(made, 1)


@pytest.mark.parametrize("point", ["ticked", "before-commit", "after-commit", "before-delivery", "before-calls"])
@pytest.mark.parametrize("passing", [5, 6])  # the fifth tick takes in that the journey is stopped
def test_they_are_withdrawn_after_a_crash(
    folder: Path, sink: HttpSink, nursery: Nursery, point: str, passing: int
) -> None:
    died = nursery.run("stopping", folder, TICKS, f"{point}:{passing}") == KILLED
    with parcours.open(folder) as workspace:
        stopped = workspace.sql("SELECT 1 FROM journey_runs WHERE status = 'stopped'").height > 0
    before = len(sink.requests)
    assert nursery.run("stopping", folder, TICKS) == 0
    found = settled(folder)
    assert Counter(result for result, _, _ in found.values())["withdrawn"] > PEOPLE // 2
    assert died or point == "before-calls", "the process was to die"
    assert stopped or (point, passing) != ("after-commit", 5), "it was to die when the stop was durable"
    if died and stopped:
        assert len(sink.requests) == before, "no call of a stopped journey is made after the crash"


class Silent:
    """Tells of nothing, and remembers what it was told."""

    def __init__(self) -> None:
        self.runs: list[str] = []
        self.ended: dict[str, str] = {}

    async def deliver(self, rows: pl.DataFrame, report: Report, ended: Ended) -> None:
        self.runs += rows["run"].to_list()
        self.ended.update(ended)

    async def close(self) -> None:
        """There is nothing to let go of."""


def test_what_is_queued_for_people_who_are_erased_is_withdrawn_at_once(folder: Path) -> None:
    parts, silent = Parts(folder), Silent()
    runner = parts.runner
    runner.publish(outstanding(parts.catalogue, runner.state), START)
    runner.deliver_with(silent)
    for tick in range(1, 4):
        runner.live_tick(START + tick * SECOND, limit=PEOPLE)
    assert runner._courier is not None
    runner._courier.drain()
    assert len(silent.runs) == PEOPLE
    parts.inbox.put_corrections(erase=["p3", "p7"])
    runner.live_tick(START + 4 * SECOND)
    runner._courier.drain()
    assert {run.split("/", 2)[2]: end for run, end in silent.ended.items()} == {"p3": "erased", "p7": "erased"}
    assert set(silent.ended) < set(silent.runs)
    parts.close()
