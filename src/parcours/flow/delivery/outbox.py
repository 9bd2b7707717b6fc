"""The outbox: hands pending deliveries to their channels and reports what became of them.

It keeps nothing: the runner passes in the deliveries that are decided but have no outcome in the log, and
commits the outcomes it gets back. Whatever has no outcome at the end of a call is still pending and simply comes
again. So nothing is lost, and after a crash a message is at worst sent again with the same key: the fewer rows
a call gets (a thousand or so), the fewer are in that state.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from types import TracebackType
from typing import Any

import polars as pl

from parcours.core.clock import Clock
from parcours.core.facts import INSTANT, OUTCOME_COLUMNS
from parcours.flow.delivery.channels.base import Channel
from parcours.flow.delivery.retry import RetryPolicy
from parcours.flow.delivery.sending import Sending
from parcours.flow.delivery.templates import Templates


class Outbox:
    """Sends deliveries through channels; connections stay open from call to call.

    Use it from one thread at a time, as a context manager or with :meth:`close`.

    Args:
        channels: by the name that stands in the ``channel`` column, for example ``{"email": SmtpChannel(…)}``.
            Deliveries for other channels stay pending.
        policy: when to try again.
    """

    def __init__(self, channels: Mapping[str, Channel], policy: RetryPolicy | None = None) -> None:
        self._channels = dict(channels)
        self._policy = policy or RetryPolicy()
        self._loop: asyncio.Runner | None = None

    def deliver(self, deliveries: pl.DataFrame, templates: Templates, clock: Clock) -> pl.DataFrame:
        """Try every delivery until it is sent, has failed for good, or its attempts are used up.

        Args:
            deliveries: rows with the columns of ``DELIVERY_COLUMNS``; a key that appears twice is sent once.
            templates: the templates of every journey version and activity in the rows.
            clock: gives the time of outcomes.

        Returns:
            Rows with the columns of ``OUTCOME_COLUMNS``, in order of ``deliveries``: ``sent``, ``failed`` or
            ``skipped``. A delivery without a row is still pending: its channel is not configured, the server is
            down, or it asked us to come back later.
        """
        if self._loop is None:
            self._loop = asyncio.Runner()
        return self._loop.run(self.deliver_async(deliveries, templates, clock))

    async def deliver_async(self, deliveries: pl.DataFrame, templates: Templates, clock: Clock) -> pl.DataFrame:
        """:meth:`deliver` for callers that have an event loop; always the same one."""
        rows = deliveries.unique("key", keep="first", maintain_order=True)
        parts = [
            Sending(channel, self._policy, templates, clock).run(rows.filter(pl.col("channel") == name).to_dicts())
            for name, channel in self._channels.items()
        ]
        found = [outcome for outcomes in await asyncio.gather(*parts) for outcome in outcomes]
        return _in_order(_frame(found), rows)

    def close(self) -> None:
        """Close all connections."""
        if self._loop is not None:
            self._loop.run(self.close_async())
            self._loop.close()
            self._loop = None

    async def close_async(self) -> None:
        """:meth:`close` for callers that have an event loop."""
        await asyncio.gather(*(channel.close() for channel in self._channels.values()))

    def __enter__(self) -> Outbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _frame(outcomes: list[dict[str, Any]]) -> pl.DataFrame:
    frame = pl.DataFrame(outcomes, schema={**OUTCOME_COLUMNS, "time": pl.Int64, "started": pl.Int64})
    return frame.cast({"time": INSTANT, "started": INSTANT})


def _in_order(outcomes: pl.DataFrame, deliveries: pl.DataFrame) -> pl.DataFrame:
    return deliveries.select("key").join(outcomes, on="key", how="inner", maintain_order="left")
