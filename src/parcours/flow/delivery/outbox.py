"""The outbox: hands pending deliveries over and reports what became of them. Messages go to their channels, calls to
:class:`~parcours.flow.delivery.calls.Calls`, seats come from :class:`~parcours.flow.delivery.seats.Seats`.

It keeps nothing that the log does not hold: whatever has no outcome is still pending there and comes again. So nothing
is lost, and after a crash a message or call is at worst repeated with the same key.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import polars as pl

from parcours.core.clock import SECOND, Clock
from parcours.core.facts import INSTANT, OUTCOME_COLUMNS
from parcours.flow.delivery.attempts import ERASED
from parcours.flow.delivery.calls import CHANNELS, Calls, Report
from parcours.flow.delivery.channels.base import Channel
from parcours.flow.delivery.retry import RetryPolicy
from parcours.flow.delivery.seats import CHANNEL, Seats
from parcours.flow.delivery.sending import Lines, Row, Sending, Suppressed, nobody_suppressed
from parcours.flow.delivery.templates import Templates
from parcours.flow.delivery.tracking import Tracking

#: How many rows are worked on at once, so that a million of them need little memory.
_SLICE = 10_000


class Outbox:
    """Delivers; connections stay open from call to call.

    Use it from one thread or one event loop at a time, as a context manager or with :meth:`close`.

    Args:
        channels: by the name that stands in the ``channel`` column, for example ``{"email": SmtpChannel(…)}``.
            Deliveries for other channels stay pending.
        policy: when to try messages again.
        calls: makes the calls of actions and data sources; without it they stay pending.
        suppressed: why an address gets nothing on a channel.
        seats: hands out seats of profile caps; without it they stay pending.
        tracking: makes links of messages tell when they are followed; without it they stay as they are.
    """

    def __init__(
        self,
        channels: Mapping[str, Channel],
        policy: RetryPolicy | None = None,
        calls: Calls | None = None,
        suppressed: Suppressed = nobody_suppressed,
        tracking: Tracking | None = None,
        seats: Seats | None = None,
    ) -> None:
        self._channels = dict(channels)
        self._policy = policy or RetryPolicy()
        self._calls = calls
        self._suppressed = suppressed
        self._tracking = tracking
        self._seats = seats
        self._lines: dict[str, Lines] = {}
        self._put_off: dict[str, list[Row]] = {}
        self._resting: set[asyncio.Task[None]] = set()
        self._loop: asyncio.Runner | None = None
        self._carrying = 0
        self._ended: dict[str, str] = {}  # runs that were ended while something is being carried
        self._erased: set[str] = set()  # runs of people who were erased while messages were put off

    def deliver(self, deliveries: pl.DataFrame, templates: Templates, clock: Clock) -> pl.DataFrame:
        """Try every delivery until it is sent, has failed for good, or its attempts are used up.

        Args:
            deliveries: rows with the columns of ``DELIVERY_COLUMNS``; a key that appears twice is sent once.
            templates: the templates of every journey version and activity in the rows.
            clock: gives the time of outcomes.

        Returns:
            Rows with the columns of ``OUTCOME_COLUMNS``, in order of ``deliveries``: ``sent``, ``failed`` or
            ``skipped`` of messages, the results of :class:`Calls` of calls. A delivery without a row is still pending:
            its channel is not configured, the server is down, or it asked us to come back later.
        """
        if self._loop is None:
            self._loop = asyncio.Runner()
        found: list[Mapping[str, Any]] = []
        self._loop.run(self._tried(_unique(deliveries), templates, clock, found.append, patient=True))
        return _in_order(_frame(found), deliveries)

    async def carry(
        self,
        deliveries: pl.DataFrame,
        templates: Templates,
        clock: Clock,
        report: Report,
        ended: Mapping[str, str] | None = None,
    ) -> None:
        """:meth:`deliver` in the caller's event loop, with each outcome reported as it comes.

        Returns when each is settled, or put off: calls that wait for a slot, messages that were not taken. Those are
        reported later. Calls of runs that ``ended`` from without (key of the run, and how), of these rows and of all
        before, are not made any more: they are ``withdrawn``. Messages that were put off go out nevertheless, but to
        nobody who was erased.
        """
        with self._withdrawn(ended or {}):
            left = await self._tried(_unique(deliveries), templates, clock, report, patient=False)
        for name, rows in left.items():
            self._rest(name, rows, templates, clock, report)

    @contextmanager
    def _withdrawn(self, ended: Mapping[str, str]) -> Iterator[None]:
        """Withdraw the calls under way, and within, those that are on their way here."""
        if self._calls is not None:
            self._calls.withdraw(ended)
        if any(self._put_off.values()):
            self._erased.update(run for run, end in ended.items() if end == ERASED)
        self._carrying += 1
        self._ended.update(ended)
        try:
            yield
        finally:
            self._carrying -= 1
            if not self._carrying:  # nobody comes any more to whom that matters
                self._ended.clear()

    async def _tried(
        self, rows: pl.DataFrame, templates: Templates, clock: Clock, report: Report, *, patient: bool
    ) -> dict[str, list[Row]]:
        """Try each row; the messages that are left, by channel."""
        if self._seats is not None:
            self._seats.deliver(rows.filter(pl.col("channel") == CHANNEL).to_dicts(), report, clock)
        names = [name for name in self._channels if name in rows["channel"]]
        parts = [self._sent(name, rows.filter(pl.col("channel") == name), templates, clock, report) for name in names]
        *left, _ = await asyncio.gather(*parts, self._called(rows, report, patient))
        return {name: rows for name, rows in zip(names, left, strict=True) if rows}

    async def _sent(
        self, name: str, rows: pl.DataFrame, templates: Templates, clock: Clock, report: Report
    ) -> list[Row]:
        """Send these messages; those that are left."""
        if name not in self._lines:
            self._lines[name] = Lines(name, self._channels[name], self._suppressed, self._tracking)
        sending = Sending(self._lines[name], self._policy, templates, clock, report)
        return [row for part in rows.iter_slices(_SLICE) for row in await sending.run(part.to_dicts())]

    async def _called(self, rows: pl.DataFrame, report: Report, patient: bool) -> None:
        if self._calls is None:
            return
        for part in rows.filter(pl.col("channel").is_in(CHANNELS)).iter_slices(_SLICE):
            calls, ended = part.to_dicts(), self._ended
            if ended:
                self._calls.left_out([row for row in calls if row["run"] in ended], ended, report)
                calls = [row for row in calls if row["run"] not in ended]
            await self._calls.deliver(calls, report, patient=patient)

    def _rest(self, name: str, rows: list[Row], templates: Templates, clock: Clock, report: Report) -> None:
        """Put messages off; those of a channel are tried again together."""
        resting = self._put_off.setdefault(name, [])
        resting.extend(rows)
        if len(resting) == len(rows):
            task = asyncio.get_running_loop().create_task(self._rested(name, templates, clock, report))
            self._resting.add(task)
            task.add_done_callback(self._resting.discard)

    async def _rested(self, name: str, templates: Templates, clock: Clock, report: Report) -> None:
        while self._put_off[name]:
            await asyncio.sleep(self._policy.rest / SECOND)
            rows = list(self._put_off[name])
            meant = [row for row in rows if row["run"] not in self._erased]
            left = await Sending(self._lines[name], self._policy, templates, clock, report).run(meant)
            self._put_off[name] = left + self._put_off[name][len(rows) :]

    def close(self) -> None:
        """Close all connections."""
        if self._loop is not None:
            self._loop.run(self.close_async())
            self._loop.close()
            self._loop = None

    async def close_async(self) -> None:
        """:meth:`close` for callers that have an event loop. What was put off is no longer tried."""
        for task in self._resting:
            task.cancel()
        await asyncio.gather(*self._resting, return_exceptions=True)
        self._put_off.clear()
        self._lines.clear()
        if self._calls is not None:
            await self._calls.close()
        await asyncio.gather(*(channel.close() for channel in self._channels.values()))

    def __enter__(self) -> Outbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _unique(deliveries: pl.DataFrame) -> pl.DataFrame:
    return deliveries.unique("key", keep="first", maintain_order=True)


def _frame(outcomes: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    frame = pl.DataFrame(outcomes, schema={**OUTCOME_COLUMNS, "time": pl.Int64, "started": pl.Int64})
    return frame.cast({"time": INSTANT, "started": INSTANT})


def _in_order(outcomes: pl.DataFrame, deliveries: pl.DataFrame) -> pl.DataFrame:
    return _unique(deliveries).select("key").join(outcomes, on="key", how="inner", maintain_order="left")
