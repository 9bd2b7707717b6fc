"""A workspace that one process runs is steered from another one."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

import parcours
from parcours.core.clock import instant
from parcours.core.errors import DefinitionError, WorkspaceError
from parcours.service.cli.main import run as command
from parcours.service.steering import Steering
from parcours.service.workspace import Workspace
from tests.service.test_lives import workspace as workspace


class _Slow(parcours.VirtualClock):
    """A second of it takes a hundredth of one."""

    def sleep_until(self, moment: int) -> None:
        time.sleep(0.01)
        super().sleep_until(moment)


@pytest.fixture
def live(workspace: Workspace) -> Iterator[Workspace]:
    """The workspace, operated live in a thread, which stands for another process."""
    thread = threading.Thread(target=workspace.run, args=(_Slow(instant("2026-03-01T10:00:01Z")),))
    thread.start()
    yield workspace
    workspace.stop()
    thread.join()


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.02)


def actions(workspace: Workspace) -> list[str]:
    rows = workspace.sql("SELECT action FROM definitions WHERE kind <> 'segment' ORDER BY _seq")
    return list(rows["action"])


def test_controls_of_another_process_reach_the_loop(live: Workspace) -> None:
    with pytest.raises(WorkspaceError):
        parcours.open(live.folder)
    with Steering(live.folder) as steering:
        assert steering.journeys.statuses("hello") == {1: "live"}
        steering.journeys.pause("hello")
        until(lambda: actions(live) == ["publish", "pause"])
        steering.journeys.resume("hello")
        steering.suppress(["a@x.org"])
        with pytest.raises(DefinitionError) as refused:
            steering.journeys.resume("hello")
        assert refused.value.code == "not-paused"
        until(lambda: actions(live) == ["publish", "pause", "resume", "add"])
    assert live.journeys.statuses("hello") == {1: "live"}


def test_the_command_line_tells_the_process(live: Workspace, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(["-w", str(live.folder), "journeys", "stop", "hello"]) == 0
    assert "another process" in capsys.readouterr().err
    until(lambda: live.journeys.list()["inside"].item() == 0)
    assert command(["-w", str(live.folder), "journeys", "list"]) != 0
