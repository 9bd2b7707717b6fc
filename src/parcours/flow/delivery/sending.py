"""Messages of one channel: several at once, in rounds where some have to be tried again."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import msgspec
import structlog

from parcours.core.clock import Clock, instant
from parcours.core.errors import DeliveryError
from parcours.flow.delivery.calls import Report
from parcours.flow.delivery.channels.base import Channel
from parcours.flow.delivery.failures import NO_ADDRESS, UNREACHABLE
from parcours.flow.delivery.retry import RetryPolicy
from parcours.flow.delivery.templates import Message, Templates, render
from parcours.flow.delivery.tracking import Tracking, tracked

Row: TypeAlias = Mapping[str, Any]
#: Why nothing may be sent to an address on a channel; ``None``: it may.
Suppressed: TypeAlias = Callable[[str, str], str | None]
_log = structlog.get_logger(__name__)


def nobody_suppressed(channel: str, address: str) -> str | None:
    """Everybody gets messages."""
    return None


@dataclass(slots=True)
class _Tried:
    attempts: int
    started: int


class Lines:
    """Everything that messages of one channel share, however many are handed over at once.

    Attributes:
        name: of the channel.
        doors: as many as the channel can hand messages over at once.
    """

    def __init__(
        self,
        name: str,
        channel: Channel,
        suppressed: Suppressed = nobody_suppressed,
        tracking: Tracking | None = None,
    ) -> None:
        self.name = name
        self.channel = channel
        self.doors = asyncio.Semaphore(max(1, channel.parallel))
        self._suppressed = suppressed
        self._tracking = tracking
        self._tried: dict[str, _Tried] = {}

    def begin(self, key: str, now: int) -> None:
        """An attempt begins."""
        tried = self._tried.setdefault(key, _Tried(0, now))
        tried.attempts += 1

    def ended(self, key: str, now: int) -> tuple[int, int]:
        """Attempts of a message that is settled, and when the first began."""
        tried = self._tried.pop(key, _Tried(0, now))
        return tried.attempts, tried.started

    async def hand_over(self, message: Message) -> str:
        """Send it, if its address may have it.

        Raises:
            DeliveryError: as :meth:`Channel.send`; ``suppressed``.
        """
        reason = self._suppressed(self.name, message.get("to"))
        if reason is not None:
            raise DeliveryError(reason, permanent=True, code="suppressed")
        return await self.channel.send(tracked(message, self._tracking))


class Sending:
    """Sends rows through a channel in rounds: each round tries the rows that the one before left.

    A round stops as soon as the other side cannot be reached, so a server that is down costs a few attempts to
    connect and not one per message.
    """

    def __init__(self, lines: Lines, policy: RetryPolicy, templates: Templates, clock: Clock, report: Report) -> None:
        self._lines = lines
        self._policy = policy
        self._templates = templates
        self._clock = clock
        self._report = report
        self._unreachable: DeliveryError | None = None

    async def run(self, rows: Sequence[Row]) -> list[Row]:
        """Try until all is settled or the attempts are used up; the rows that are left."""
        left = list(rows)
        for attempt in range(1, self._policy.attempts + 1):
            left = await self._round(left)
            if not left:
                break
            if attempt < self._policy.attempts:
                await asyncio.sleep(self._policy.pause(attempt))
        return self._without_old(left)

    async def _round(self, rows: list[Row]) -> list[Row]:
        """Try each row once; the rows that have to be tried again."""
        self._unreachable = None
        ahead, again = deque(rows), list[Row]()
        async with asyncio.TaskGroup() as workers:
            for _ in range(min(self._lines.channel.parallel, len(rows))):
                workers.create_task(self._work(ahead, again))
        return [*again, *ahead]

    async def _work(self, ahead: deque[Row], again: list[Row]) -> None:
        while ahead and self._unreachable is None:
            row = ahead.popleft()
            try:
                async with self._lines.doors:
                    await self._try(row)
            except DeliveryError as error:
                if error.code == UNREACHABLE:
                    self._unreachable = error
                again.append(row)
            except Exception:
                # A mistake in a channel must not cost the outcomes of the messages that were sent.
                _log.exception("delivery attempt failed unexpectedly", key=row["key"], channel=self._lines.name)
                again.append(row)

    async def _try(self, row: Row) -> None:
        """Send one row and report its outcome.

        Raises:
            DeliveryError: it has none yet, and trying again may help.
        """
        self._lines.begin(row["key"], self._clock.now())
        message = None
        try:
            message = render(row, self._templates, _decided(row))
            detail = await self._lines.hand_over(message)
        except DeliveryError as error:
            if not error.permanent:
                raise
            skipped = error.code in (NO_ADDRESS, "suppressed")
            self._tell(row, "skipped" if skipped else "failed", f"{error.code}: {error.message}", message)
        else:
            self._tell(row, "sent", f"{message.token} {detail}", message)

    def _without_old(self, rows: list[Row]) -> list[Row]:
        """The rows that are not given up."""
        now, kept = self._clock.now(), list[Row]()
        for row in rows:
            if self._policy.expired(_decided(row), now):
                self._tell(row, "failed", "given-up: not taken within the time for trying", self._again(row))
            else:
                kept.append(row)
        return kept

    def _again(self, row: Row) -> Message | None:
        """The message once more; ``None`` where it cannot be rendered."""
        try:
            return render(row, self._templates, _decided(row))
        except DeliveryError:
            return None

    def _tell(self, row: Row, result: str, detail: str, message: Message | None) -> None:
        """Report an outcome; its answer says where the message went: ``{"to": …}``."""
        now = self._clock.now()
        attempts, started = self._lines.ended(row["key"], now)
        outcome = {"key": row["key"], "result": result, "attempts": attempts, "detail": detail}
        self._report({**outcome, "time": now, "started": started, "answer": _answer(message)})


def _answer(message: Message | None) -> str | None:
    to = "" if message is None else message.get("to")
    return msgspec.json.encode({"to": to}).decode() if to else None


def _decided(row: Row) -> int:
    moment = row["decided"]
    assert isinstance(moment, datetime)
    return instant(moment)
