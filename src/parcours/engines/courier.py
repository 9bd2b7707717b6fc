"""Hands deliveries over while ticks go on, and brings their outcomes back as input of a later tick."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

import polars as pl

from parcours.core.facts import OUTCOME_COLUMNS, empty

#: Delivers rows of deliveries and gives the outcomes of those that are settled.
Deliver = Callable[[pl.DataFrame], pl.DataFrame]


class Courier:
    """One thread that delivers what it is given, in order. Nothing is kept here that the log does not hold."""

    def __init__(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._todo: queue.Queue[pl.DataFrame | None] = queue.Queue()
        self._done: queue.Queue[pl.DataFrame] = queue.Queue()
        self._problem: BaseException | None = None
        self._thread = threading.Thread(target=self._work, name="courier", daemon=True)
        self._thread.start()

    def give(self, deliveries: pl.DataFrame) -> None:
        """Deliver these soon. They must be committed already."""
        if deliveries.height:
            self._todo.put(deliveries)

    def outcomes(self) -> pl.DataFrame:
        """The outcomes since the last call, in order of their keys.

        Raises:
            Exception: whatever broke the delivery; what was not settled is still pending in the log.
        """
        if self._problem is not None:
            raise self._problem
        found = [self._done.get_nowait() for _ in range(self._done.qsize())]
        return pl.concat(found).sort("key") if found else empty(OUTCOME_COLUMNS)

    def drain(self) -> None:
        """Return when everything given has been tried."""
        self._todo.join()

    def close(self) -> None:
        """Finish what was given, then stop."""
        self._todo.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (rows := self._todo.get()) is not None:
            try:
                if self._problem is None:
                    self._done.put(self._deliver(rows))
            except BaseException as problem:
                self._problem = problem
            finally:
                self._todo.task_done()
        self._todo.task_done()
