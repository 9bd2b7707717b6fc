"""A service that is killed again and again under load: what it acknowledged is there afterwards, once."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.faults.served import Served, prepared, settled, until

BATCH = 20
pytestmark = pytest.mark.slow


class Load:
    """A load that runs, and what was acknowledged of it."""

    def __init__(self, port: int, path: Path) -> None:
        self._path = path
        command = [sys.executable, Path(__file__).with_name("load.py"), str(port), path, "3", str(BATCH)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE)

    def acknowledged(self) -> list[int]:
        """Numbers of the batches."""
        return [int(line) for line in self._path.read_text().splitlines()] if self._path.exists() else []

    def go_on(self, batches: int) -> None:
        """Wait until so many more were acknowledged."""
        before = len(self.acknowledged())
        until(lambda: len(self.acknowledged()) >= before + batches)

    def end(self) -> None:
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(60)


@contextmanager
def load(port: int, folder: Path) -> Iterator[Load]:
    running = Load(port, folder / "acknowledged")
    try:
        yield running
    finally:
        running.end()


def check(folder: Path, batches: list[int]) -> None:
    """Everything that was acknowledged is there, and everything that is there is there once."""
    assert len(set(batches)) == len(batches)
    with settled(folder) as workspace:
        found = workspace.sql("SELECT _event_id FROM viewed WHERE _event_id LIKE 'm-%'")["_event_id"].to_list()
        assert len(set(found)) == len(found)
        missing = {f"m-{number}-{n}" for number in batches for n in range(BATCH)} - set(found)
        assert not missing, f"{len(missing)} of {len(batches) * BATCH} are lost"
        people = workspace.sql("SELECT DISTINCT _profile_id FROM viewed")["_profile_id"]
        assert sorted(workspace.segments.members("viewers")["_profile_id"]) == sorted(people)
        assert workspace.dead_letters().height == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_random_instants(tmp_path: Path, seed: int) -> None:
    folder = prepared(tmp_path / "shop", "snapshot_minutes = 0.02\n")
    chance = random.Random(seed)
    service = Served(folder)
    with service, load(service.port, tmp_path) as sending:
        for _ in range(3):
            sending.go_on(chance.randrange(1, 60))
            service.kill()
            service.start()
        sending.go_on(10)
        service.kill()
    check(folder, sending.acknowledged())


def test_ended_under_load(tmp_path: Path) -> None:
    """As an operator ends it, and starts it again."""
    folder = prepared(tmp_path / "shop")
    service = Served(folder)
    with service, load(service.port, tmp_path) as sending:
        for _ in range(2):
            sending.go_on(30)
            assert service.end() == 0, service.said
            assert "Traceback" not in service.said
            service.start()
        sending.go_on(5)
        assert service.end() == 0
    check(folder, sending.acknowledged())
