"""Work that goes on behind the caller, in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Errand:
    """One piece of work, begun at once. A program does not end before it is done."""

    def __init__(self, work: Callable[[], None], name: str) -> None:
        self._work = work
        self._problem: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=name)
        self._thread.start()

    def wait(self) -> None:
        """Return when it is done."""
        self._thread.join()

    def check(self) -> None:
        """Say how it went, once it is done.

        Raises:
            BaseException: what the work raised.
        """
        if self._problem is not None:
            raise self._problem

    def _run(self) -> None:
        try:
            self._work()
        except BaseException as problem:
            self._problem = problem
