"""What people do with messages, and what channels say of them later: kept at once, told to the next tick.

A signal waits in the catalogue as a control (:mod:`parcours.service.keeping` puts it there).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from parcours.core.clock import MINUTE
from parcours.core.facts import DefinitionChange

#: What people do with what was sent to them, or what channels say of it later.
SIGNALS = (
    "opened", "clicked", "delivered", "bounced", "complained", "unsubscribed", "mirrored", "failed", "sent", "replied",
)  # fmt: skip
#: Kinds of controls.
SIGNAL, SUPPRESSION, BUSINESS_EVENT = "signal", "suppression", "business_event"
#: Mail programs fetch the picture of a message several times: within so long it is opened once.
OPENED_ONCE = MINUTE


@dataclass(frozen=True, slots=True)
class Told:
    """One signal: ``key`` of the delivery, ``link`` that was followed, ``at`` in microseconds."""

    key: str
    signal: str
    link: str | None
    at: int

    @property
    def control(self) -> DefinitionChange:
        """What the next tick is told."""
        return DefinitionChange(SIGNAL, "", 1, self.signal, {"key": self.key, "link": self.link, "time": self.at})


def suppression(address: str, reason: str) -> DefinitionChange:
    """Have nothing sent to an address any more."""
    body = {"addresses": [address], "domains": [], "reason": reason}
    return DefinitionChange(SUPPRESSION, "", 1, "add", body)


class Recorder:
    """Keeps the signals of many requests in as few writes as their number demands; a repeated open only once.

    Used from one event loop.

    Args:
        write: makes signals durable; called in a thread, one call at a time.
    """

    def __init__(self, write: Callable[[Sequence[Told]], None]) -> None:
        self._write = write
        self._waiting: list[tuple[Told, asyncio.Future[None]]] = []
        self._writing: asyncio.Task[None] | None = None
        self._opened: dict[str, int] = {}

    async def record(self, told: Told) -> None:
        """Returns when the signal is durable.

        Raises:
            WorkspaceError: it could not be written.
        """
        written = asyncio.get_running_loop().create_future()
        self._waiting.append((told, written))
        if self._writing is None:
            self._writing = asyncio.get_running_loop().create_task(self._write_all())
        await written

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            fresh, opened = self._fresh([told for told, _ in batch])
            problem: Exception | None = None
            try:
                await asyncio.to_thread(self._write, fresh)
                self._opened = opened
            except Exception as error:
                problem = error
            for _, written in batch:
                if written.cancelled():
                    continue
                if problem is None:
                    written.set_result(None)
                else:
                    written.set_exception(problem)
        self._writing = None

    def _fresh(self, told: Iterable[Told]) -> tuple[list[Told], dict[str, int]]:
        """Without opens that repeat one; and when each delivery was opened, as far as it matters."""
        told = list(told)
        now = max(each.at for each in told)
        opened = {key: at for key, at in self._opened.items() if now - at < OPENED_ONCE}
        fresh = []
        for each in told:
            if each.signal == "opened":
                if each.at - opened.get(each.key, each.at - OPENED_ONCE) < OPENED_ONCE:
                    continue
                opened[each.key] = each.at
            fresh.append(each)
        return fresh, opened
