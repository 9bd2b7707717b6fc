"""Serving until a signal says to end, and ending in order.

On the first Ctrl-C or SIGTERM: no new connections; requests under way are answered; a last tick takes in what they
brought; hooks and notes are written down; a snapshot is taken as the workspace closes. What was acknowledged is durable
at any time, so the second signal ends at once.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

from fastapi import FastAPI

from parcours.core.clock import Clock
from parcours.service.api.server import serving
from parcours.service.workspace import Workspace

#: Exit code of a process that was told twice to end.
FORCED = 130


def operate(
    workspace: Workspace,
    app: FastAPI,
    host: str,
    port: int,
    *,
    ready: Callable[[str], None],
    clock: Clock | None = None,
    live: bool = True,
) -> None:
    """Serve a workspace until Ctrl-C or SIGTERM. Only in the main thread.

    Args:
        workspace: what is served; it stays open.
        app: the application over it.
        host, port: where to listen.
        ready: told of the address, as soon as it answers.
        clock: where the time of ticks comes from; by default the clock of the machine.
        live: whether time moves.

    Raises:
        InputError: the port is taken, or the host is not one of this machine's.
        WorkspaceError: a commit failed; open the workspace again to go on.
    """
    with ExitStack() as server:
        ending = _Ending(server, workspace)
        with ending.by_signals():
            address = server.enter_context(serving(app, host, port, workspace))
            ready(address)
            if live:
                workspace.run(clock, until=ending.over)
            ending.wait()


class _Ending:
    """The way to the end, in a thread of its own: the main thread ticks meanwhile."""

    def __init__(self, server: ExitStack, workspace: Workspace) -> None:
        self._server, self._workspace = server, workspace
        self._asked, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._end, name="ending", daemon=True)

    def over(self) -> bool:
        """Whether nothing more comes in: time need not begin to move."""
        return self._over.is_set()

    @contextmanager
    def by_signals(self) -> Iterator[None]:
        """The first signal begins, the second one ends the process."""
        before = {number: signal.signal(number, self._handle) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _handle(self, number: int, frame: FrameType | None) -> None:
        if self._asked.is_set():
            os._exit(FORCED)
        self._asked.set()
        self._thread.start()

    def _end(self) -> None:
        self._server.close()
        self._over.set()  # before it is stopped: whoever begins to move it after that sees this
        self._workspace.stop(finish=True)

    def wait(self) -> None:
        """Return at the end of the end. In short waits, so that a signal is seen at once."""
        while not self._asked.wait(0.2):
            pass
        while self._thread.is_alive():
            self._thread.join(0.2)
