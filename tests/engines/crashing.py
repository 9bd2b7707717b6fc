"""Processes to be killed: started fast, told where to die, and asked how they ended.

Reading the libraries takes longer than what a killed process does, so a nursery reads them once and makes each process
by forking. It imports no part of Parcours and calls no library: what starts threads must not have run before a fork.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import sys
import traceback
from contextlib import suppress
from types import TracebackType
from typing import TextIO, cast

KILLED = -9
LIBRARIES = (
    "aiohttp",
    "aiosmtplib",
    "alembic.command",
    "duckdb",
    "email_validator",
    "liquid",
    "msgspec",
    "numpy",
    "polars",
    "pydantic_settings",
    "sqlalchemy.orm",
    "structlog",
    "yaml",
)


class Nursery:
    """Starts processes that run ``tests.engines.crash_worker``, one at a time."""

    def __enter__(self) -> Nursery:
        command = [sys.executable, "-m", "tests.engines.crashing"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        cast(TextIO, self._process.stdin).close()
        self._process.wait(timeout=30)
        self._answers.close()

    @property
    def _answers(self) -> TextIO:
        return cast(TextIO, self._process.stdout)

    def start(self, *words: object) -> Started:
        """A process with these arguments; returns when it has recovered, or has ended."""
        commands = cast(TextIO, self._process.stdin)
        commands.write(json.dumps([str(word) for word in words]) + "\n")
        commands.flush()
        return Started(self._answers)

    def run(self, *words: object) -> int:
        """Run a process to its end; how it ended: 0, 1 for an error, :data:`KILLED`."""
        return self.start(*words).wait()


class Started:
    """A process under way."""

    def __init__(self, answers: TextIO) -> None:
        self._answers = answers
        self._ended: int | None = None
        word, number = answers.readline().split()
        assert word == "pid"
        self._handle = os.pidfd_open(int(number))
        self._read()  # ready, or ended before

    def kill(self) -> None:
        """Kill it the hard way, if it still runs."""
        if self._ended is not None:
            return
        with suppress(ProcessLookupError):  # it has ended meanwhile
            signal.pidfd_send_signal(self._handle, signal.SIGKILL)

    def wait(self) -> int:
        """How it ended."""
        while self._ended is None:
            self._read()
        return self._ended

    def _read(self) -> None:
        word, *number = self._answers.readline().split()
        if word == "ended":
            self._ended = int(number[0])
            os.close(self._handle)


def _serve() -> None:
    """For each line of arguments fork a process, and tell how it ended."""
    answers = os.dup(1)
    os.dup2(2, 1)  # what anybody prints is not an answer
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            os._exit(_child(json.loads(line), answers))
        os.write(answers, f"pid {pid}\n".encode())
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        os.write(answers, f"ended {code}\n".encode())


def _child(words: list[str], answers: int) -> int:
    os.close(0)
    try:
        from tests.engines.crash_worker import main

        main(*words, ready=lambda: os.write(answers, b"ready\n"))
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    for library in LIBRARIES:
        importlib.import_module(library)
    _serve()
