"""Hands deliveries over while ticks go on, and brings their outcomes back as input of a later tick."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from types import MappingProxyType
from typing import Any, Protocol, TypeAlias

import polars as pl

from parcours.core.facts import INSTANT, OUTCOME_COLUMNS, empty

#: Told of each outcome as it comes: a row with the columns of ``OUTCOME_COLUMNS``, instants in microseconds.
Report: TypeAlias = Callable[[Mapping[str, Any]], None]
#: Runs that were ended from without, by their keys: how they ended.
Ended: TypeAlias = Mapping[str, str]
_NOBODY: Ended = MappingProxyType({})


class Deliver(Protocol):
    """What hands deliveries over. It is used from one event loop."""

    async def deliver(self, rows: pl.DataFrame, report: Report, ended: Ended) -> None:
        """Hand these over and report each outcome. Returns when all are settled, or put off until later: they are
        reported then.

        Calls of runs that ``ended``, of these rows and of earlier ones, are withdrawn if they were not made yet: their
        outcome says so.
        """

    async def close(self) -> None:
        """Let go of connections. What has no outcome stays pending in the log."""


class Courier:
    """One thread with an event loop, in which everything that was given is under way at once.

    Nothing is kept here that the log does not hold, and no tick waits for it.

    Args:
        deliver: hands deliveries over.
        crash: called with the name of every point at which a crash is interesting; for tests.
    """

    def __init__(self, deliver: Deliver, crash: Callable[[str], None] = lambda point: None) -> None:
        self._deliver = deliver
        self._crash = crash
        self._found: deque[Mapping[str, Any]] = deque()
        self._under_way: set[Future[None]] = set()
        self._problem: BaseException | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="courier", daemon=True)
        self._thread.start()

    def give(self, deliveries: pl.DataFrame, ended: Ended = _NOBODY) -> None:
        """Deliver these soon, but withdraw the calls of runs that ended. All of it must be committed already."""
        if (deliveries.height or ended) and self._problem is None:
            given = asyncio.run_coroutine_threadsafe(self._delivered(deliveries, ended), self._loop)
            self._under_way.add(given)
            given.add_done_callback(self._ended)

    def outcomes(self) -> pl.DataFrame:
        """The outcomes since the last call, in order of their keys.

        Raises:
            Exception: whatever broke the delivery; what was not settled is still pending in the log.
        """
        if self._problem is not None:
            raise self._problem
        found = [self._found.popleft() for _ in range(len(self._found))]
        if not found:
            return empty(OUTCOME_COLUMNS)
        frame = pl.DataFrame(found, schema={**OUTCOME_COLUMNS, "time": pl.Int64, "started": pl.Int64})
        return frame.with_columns(pl.col("time", "started").cast(INSTANT)).sort("key")

    def drain(self) -> None:
        """Return when everything given has been tried: it is settled, or put off."""
        wait(list(self._under_way))

    def close(self) -> None:
        """Finish what was given, then stop."""
        self.drain()
        asyncio.run_coroutine_threadsafe(self._deliver.close(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _delivered(self, deliveries: pl.DataFrame, ended: Ended) -> None:
        self._crash("before-calls")
        await self._deliver.deliver(deliveries, self._heard, ended)

    def _heard(self, outcome: Mapping[str, Any]) -> None:
        self._crash("after-call")
        self._found.append(outcome)

    def _ended(self, given: Future[None]) -> None:
        self._under_way.discard(given)
        if not given.cancelled() and given.exception() is not None:
            self._problem = given.exception()
