"""``parcours serve`` as a process of its own, which may be killed."""

from __future__ import annotations

import http.client
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import polars as pl

import parcours
from parcours.service.workspace import Workspace
from parcours.testing.ports import free_port

START = "from parcours.service.cli.main import main; main()"
KEY = "write-key"
_PATIENCE = 120.0


def prepared(folder: Path, settings: str = "") -> Path:
    """A workspace with a source, an event type that is known, and a segment of it."""
    with parcours.init(folder) as workspace:
        workspace.sources.create("web", write_key=KEY)
        seed = pl.DataFrame({"profile_id": ["seed"], "time": ["2026-01-01"], "n": [0]})
        workspace.import_events(seed, event="viewed")
        workspace.replay("2026-01-01", "2026-01-01")
        workspace.apply({"segment": "viewers", "rule": {"event": "viewed"}})
    (folder / "parcours.toml").write_text(settings)
    return folder


class Served:
    """The service over a workspace in a process.

    Args:
        folder: the workspace.
        port: where it listens.
        limit: bytes that no file may grow beyond: to the process the disk is full then.
        arguments: of the command, besides.
    """

    def __init__(self, folder: Path, port: int = 0, limit: int | None = None, *arguments: str) -> None:
        self.folder = folder
        self.port = port or free_port()
        self._limit, self._arguments = limit, arguments
        self._log = folder.with_suffix(".log")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Served:
        """Start it and wait until it answers."""
        command = [sys.executable, "-c", START, "-w", self.folder, "serve", "--port", self.port, *self._arguments]
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                list(map(str, command)), stdout=log, stderr=log, preexec_fn=self._limited, env=_environment()
            )
        until(self._answers)
        return self

    def _limited(self) -> None:
        if self._limit is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (self._limit, self._limit))

    def _answers(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, self.said
        try:
            return self.post("/v1/batch", {"batch": []}).status < 500
        except OSError:
            return False

    def post(self, path: str, body: object, **headers: str) -> Answer:
        """Send JSON, or bytes as they are, with the write key."""
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {"content-type": "application/json", "authorization": AUTHORIZATION}
        named |= {name.replace("_", "-"): text for name, text in headers.items()}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("POST", path, content, named)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            connection.close()

    def kill(self) -> None:
        """End it at once, whatever it does."""
        self._end(signal.SIGKILL)

    def end(self) -> int:
        """End it as an operator does; gives the exit code."""
        return self._end(signal.SIGTERM)

    def _end(self, number: int) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(_PATIENCE)

    @property
    def said(self) -> str:
        """What it wrote."""
        return self._log.read_text(errors="replace")[-4_000:]

    def memory(self, what: str = "VmRSS") -> int:
        """Bytes of memory that it takes, or took at most (``VmHWM``)."""
        assert self.process is not None
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(f"{what}:"))

    def __enter__(self) -> Served:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class Answer:
    """What came back."""

    def __init__(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.status, self.headers, self.content = status, headers, content

    @property
    def data(self) -> Any:
        return json.loads(self.content)


AUTHORIZATION = "Basic d3JpdGUta2V5Og=="


def _environment() -> dict[str, str]:
    return {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}


def until(ready: Callable[[], object], patience: float = _PATIENCE) -> None:
    """Wait until it is so."""
    end = time.monotonic() + patience
    while not ready():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.03)


def settled(folder: Path) -> Workspace:
    """The workspace, opened after everything that waits was taken in."""
    workspace = parcours.open(folder)
    assert isinstance(workspace, Workspace)
    until(lambda: workspace.run(ticks=1) and not workspace.waiting and not workspace._parts.journal.backlog)
    return workspace
