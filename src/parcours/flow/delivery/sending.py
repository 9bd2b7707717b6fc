"""One call of the outbox for one channel: several messages at once, in rounds where some have to be tried again."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias

import structlog

from parcours.core.clock import Clock, instant
from parcours.core.errors import DeliveryError
from parcours.flow.delivery.channels.base import NO_ADDRESS, UNREACHABLE, Channel
from parcours.flow.delivery.retry import RetryPolicy
from parcours.flow.delivery.templates import Templates, render

Row: TypeAlias = Mapping[str, Any]
_log = structlog.get_logger(__name__)


class Sending:
    """Sends rows through a channel in rounds: each round tries the rows that the one before left.

    A round stops as soon as the other side cannot be reached, so a server that is down costs a few attempts to
    connect and not one per message.
    """

    def __init__(self, channel: Channel, policy: RetryPolicy, templates: Templates, clock: Clock) -> None:
        self._channel = channel
        self._policy = policy
        self._templates = templates
        self._clock = clock
        self._attempts: Counter[str] = Counter()
        self._started: dict[str, int] = {}
        self._outcomes: list[dict[str, Any]] = []
        self._unreachable: DeliveryError | None = None

    async def run(self, rows: Sequence[Row]) -> list[dict[str, Any]]:
        """The outcomes of all rows that have one when all is sent or the attempts are used up."""
        left = list(rows)
        for attempt in range(1, self._policy.attempts + 1):
            left = await self._round(left)
            if not left:
                break
            if attempt < self._policy.attempts:
                await asyncio.sleep(self._policy.pause(attempt))
        self._give_up_old(left)
        return self._outcomes

    async def _round(self, rows: list[Row]) -> list[Row]:
        """Try each row once; the rows that have to be tried again."""
        self._unreachable = None
        ahead, again = deque(rows), list[Row]()
        async with asyncio.TaskGroup() as workers:
            for _ in range(min(self._channel.parallel, len(rows))):
                workers.create_task(self._work(ahead, again))
        return [*again, *ahead]

    async def _work(self, ahead: deque[Row], again: list[Row]) -> None:
        while ahead and self._unreachable is None:
            row = ahead.popleft()
            try:
                await self._try(row)
            except DeliveryError as error:
                if error.code == UNREACHABLE:
                    self._unreachable = error
                again.append(row)
            except Exception:
                # A mistake in a channel must not cost the outcomes of the messages that were sent.
                _log.exception("delivery attempt failed unexpectedly", key=row["key"], channel=self._channel.kind)
                again.append(row)

    async def _try(self, row: Row) -> None:
        """Send one row and note its outcome.

        Raises:
            DeliveryError: it has none yet, and trying again may help.
        """
        self._attempts[row["key"]] += 1
        self._started.setdefault(row["key"], self._clock.now())
        try:
            message = render(row, self._templates, _decided(row))
            detail = await self._channel.send(message)
        except DeliveryError as error:
            if not error.permanent:
                raise
            self._note(row, "skipped" if error.code == NO_ADDRESS else "failed", f"{error.code}: {error.message}")
        else:
            self._note(row, "sent", f"{message.token} {detail}")

    def _give_up_old(self, rows: list[Row]) -> None:
        now = self._clock.now()
        for row in rows:
            if self._policy.expired(_decided(row), now):
                self._note(row, "failed", "given-up: not taken within the time for trying")

    def _note(self, row: Row, result: str, detail: str) -> None:
        outcome = {"key": row["key"], "result": result, "attempts": self._attempts[row["key"]], "detail": detail}
        now = self._clock.now()
        self._outcomes.append({**outcome, "time": now, "started": self._started.get(row["key"], now)})


def _decided(row: Row) -> int:
    moment = row["decided"]
    assert isinstance(moment, datetime)
    return instant(moment)
