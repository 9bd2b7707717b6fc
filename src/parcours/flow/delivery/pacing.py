"""Work that waits for its time, and work that is done a few at a time."""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Pacer(Generic[Item]):
    """Hands items on when their time has come, those of one instant in the order given. One timer for all.

    Args:
        now: a clock that only goes forward, in microseconds.
        ready: what takes an item whose time has come.
    """

    def __init__(self, now: Callable[[], int], ready: Callable[[Item], None]) -> None:
        self._now = now
        self._ready = ready
        self._waiting: list[tuple[int, int, Item]] = []
        self._number = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._waiting)

    def put(self, at: int, item: Item) -> None:
        """Hand this on at ``at``."""
        heapq.heappush(self._waiting, (at, next(self._number), item))
        if self._waiting[0][2] is item:
            self._wind()

    def stop(self) -> None:
        """Forget everything."""
        self._waiting.clear()
        self._wind()

    def _wind(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            seconds = max(0, self._waiting[0][0] - self._now()) / 1e6
            self._timer = asyncio.get_running_loop().call_later(seconds, self._ring)

    def _ring(self) -> None:
        now = self._now()
        while self._waiting and self._waiting[0][0] <= now:
            self._ready(heapq.heappop(self._waiting)[2])
        self._wind()


class Lane(Generic[Item]):
    """Works items off in the order given, so many at once. Workers come and go with the work.

    Args:
        work: does one item. It must not raise.
        width: how many are worked on at once.
    """

    def __init__(self, work: Callable[[Item], Awaitable[None]], width: int) -> None:
        self._work = work
        self._width = width
        self._ahead: deque[Item] = deque()
        self._workers: set[asyncio.Task[None]] = set()

    def put(self, item: Item) -> None:
        """Do this when its turn has come."""
        self._ahead.append(item)
        if len(self._workers) < self._width:
            worker = asyncio.get_running_loop().create_task(self._run())
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)

    def stop(self) -> None:
        """Drop what waits, and cancel what is under way."""
        self._ahead.clear()
        for worker in self._workers:
            worker.cancel()

    async def _run(self) -> None:
        while self._ahead:
            await self._work(self._ahead.popleft())
