"""Workspaces that run in a thread of the test."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from parcours.service.workspace import Workspace


def eventually(ready: Callable[[], object]) -> None:
    """Wait until it is so."""
    while not ready():
        time.sleep(0.02)


@contextmanager
def running(workspace: Workspace) -> Iterator[None]:
    """The workspace runs live while the block does."""
    thread = threading.Thread(target=workspace.run)
    thread.start()
    try:
        eventually(lambda: workspace._live is not None)
        yield
    finally:
        workspace.stop()
        thread.join()
