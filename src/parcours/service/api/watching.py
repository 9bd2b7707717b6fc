"""Whoever watches what moves, and what waits for them: bounded, however slow they are."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import msgspec

#: The share of time that questions to the log may take, each.
SHARE = 0.05
#: Messages that wait for one client; one that is slower gets a fresh picture instead.
WAITING = 16
Found = TypeVar("Found")


@dataclass(slots=True)
class Message:
    """Something to tell: its name, the tick that it speaks of, and what it says with and without journeys."""

    event: str
    tick: int
    data: Mapping[str, Any]
    _written: dict[bool, bytes] = field(default_factory=dict)

    def written(self, *, journeys: bool) -> bytes:
        """As a server-sent event; written once for all clients."""
        if journeys not in self._written:
            data = self.data if journeys else {name: one for name, one in self.data.items() if name != "journeys"}
            lines = (f"id: {self.tick}", f"event: {self.event}", f"data: {msgspec.json.encode(data).decode()}")
            self._written[journeys] = ("\n".join(lines) + "\n\n").encode()
        return self._written[journeys]


class Client:
    """Somebody who watches; what waits for them is bounded."""

    def __init__(self, journeys: Collection[str]) -> None:
        self.journeys = frozenset(journeys)
        self.behind = True  # at first they know nothing
        self._waiting: deque[Message] = deque()
        self._woken = asyncio.Event()

    def put(self, message: Message) -> None:
        """Tell them, or have them begin anew when they are too slow."""
        if len(self._waiting) >= WAITING:
            self.behind = True
            self._waiting.clear()
        elif not self.behind:
            self._waiting.append(message)
        self._woken.set()

    def wake(self) -> None:
        """Have them look whether it is over."""
        self._woken.set()

    def take(self) -> Message | None:
        """What comes next, if there is anything."""
        return self._waiting.popleft() if self._waiting else None

    async def wait(self, seconds: float) -> None:
        """Return when there is something, or after so long."""
        if not self._waiting:
            self._woken.clear()
            try:
                await asyncio.wait_for(self._woken.wait(), seconds)
            except TimeoutError:
                return


class Seldom(Generic[Found]):
    """A question to the log that is asked again when something has changed, as seldom as it takes long."""

    def __init__(self, ask: Callable[[], Found], least: float) -> None:
        self._ask, self._least = ask, least
        self._next = 0.0
        self.dirty = True

    def hasten(self) -> None:
        """Ask it as soon as possible."""
        self.dirty, self._next = True, 0.0

    def ready(self) -> bool:
        """Whether it is to be asked now."""
        return self.dirty and time.monotonic() >= self._next

    def ask(self) -> Found:
        """Ask."""
        began = time.monotonic()
        self.dirty = False
        try:
            return self._ask()
        finally:
            ended = time.monotonic()
            self._next = ended + max(self._least, (ended - began) / SHARE)
