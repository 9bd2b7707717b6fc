"""A cap on calls holds for what the other side sees, however often the process that calls is killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import parcours
from parcours.core.clock import instant
from parcours.testing.http import HttpSink, Reply, Seen
from tests.engines.crashing import KILLED, Nursery, Started
from tests.engines.orders import shop

START = instant("2026-03-01")
PEOPLE, TICKS, MOST = 40, 6, 10
SETTINGS = """
[outgoing]
internal = ["127.0.0.1:{port}"]
"""
DEFINITIONS = """
action: crm
url: {url}/crm
---
endpoint: crm
url: {url}/*
capping: {{maxCallsCount: {most}, periodInMs: 3600000}}
---
journey: ask
entry: {{event: order}}
start: file
activities:
  file: {{type: custom_action, action: crm, then: done, on_error: done}}
  done: {{type: end}}
"""


class Server(HttpSink):
    """Answers slowly, and can kill the process that calls it in the middle of a call."""

    def __init__(self) -> None:
        super().__init__(self._answer)
        self.process: Started | None = None
        self.killing_call = 0

    def _answer(self, request: Seen, seen: int) -> Reply:
        if self.process is not None and len(self.requests) >= self.killing_call:
            self.process.kill()
        return Reply(after=0.02)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as nursery:
        yield nursery


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as server:
        yield server


@pytest.fixture
def folder(server: Server, tmp_path: Path) -> Path:
    return shop(
        tmp_path, PEOPLE, START - 1, DEFINITIONS.format(url=server.url, most=MOST), SETTINGS.format(port=server.port)
    )


def results(folder: Path) -> Counter[str]:
    with parcours.open(folder) as workspace:
        rows = workspace.sql("SELECT key, result FROM outcomes")
    assert rows["key"].is_unique().all()
    return Counter(rows["result"])


def check(folder: Path, server: Server) -> None:
    """A call that was about to be made when the process died has taken its slot, whether the server saw it or not."""
    found = results(folder)
    assert len(server.requests) <= MOST
    assert found.total() == found["ok"] + found["capped"] == PEOPLE
    assert found["ok"] <= MOST


def test_undisturbed_every_slot_is_used(folder: Path, server: Server, nursery: Nursery) -> None:
    assert nursery.run("live", folder, TICKS) == 0
    check(folder, server)
    assert len(server.requests) == MOST


@pytest.mark.parametrize("places", [("after-call:1",), ("after-call:34",), ("after-call:34", "before-commit:3")])
def test_killed_around_calls(folder: Path, server: Server, nursery: Nursery, places: tuple[str, ...]) -> None:
    kills = [nursery.run("live", folder, TICKS, place) == KILLED for place in places]
    assert kills[0], "the process was to die"  # a later one may be through before it comes to the place
    assert nursery.run("live", folder, TICKS) == 0
    check(folder, server)


def test_killed_in_the_middle_of_calls(folder: Path, server: Server, nursery: Nursery) -> None:
    for nth in (1, 3):
        server.killing_call = nth
        server.process = nursery.start("live", folder, TICKS)
        server.process.wait()
        server.process = None
    assert nursery.run("live", folder, TICKS) == 0
    assert server.requests
    check(folder, server)
