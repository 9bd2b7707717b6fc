"""Numbers handed out one by one: what makes profile caps and exact quotas exact (journeys.md, section 5).

The content of a delivery on channel ``seat`` names the row of seats (``cap``) and how many there are (``most``, or
null). The answer to the k-th is ``{"number": k}``, counted from 0; when all are taken the result is ``capped``. What
was handed out stands in the log with the outcomes, and there the count goes on after a restart.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
import polars as pl

from parcours.core.clock import Clock
from parcours.flow.delivery.calls import Report

CHANNEL = "seat"


class _Asked(msgspec.Struct, frozen=True, kw_only=True):
    cap: str
    most: int | None = None


class Seats:
    """Rows of seats.

    Args:
        taken: how many seats of each row are taken already; see :func:`taken`.
    """

    def __init__(self, taken: Mapping[str, int] | None = None) -> None:
        self._taken = defaultdict[str, int](int, taken or {})

    def deliver(self, rows: Iterable[Mapping[str, Any]], report: Report, clock: Clock) -> None:
        """Hand out seats, in the order of the rows. A row that is not to be understood gets none: ``error``."""
        now = clock.now()
        for row in rows:
            result, number = self._seat(str(row["content"]))
            answer = None if number is None else f'{{"number":{number}}}'
            told = {"key": row["key"], "result": result, "attempts": 1, "detail": "", "time": now}
            report({**told, "started": now, "answer": answer})

    def _seat(self, content: str) -> tuple[str, int | None]:
        try:
            asked = msgspec.json.decode(content, type=_Asked)
        except (msgspec.DecodeError, msgspec.ValidationError):
            return "error", None
        number = self._taken[asked.cap]
        if asked.most is not None and number >= asked.most:
            return "capped", None
        self._taken[asked.cap] = number + 1
        return "ok", number


def taken(given: pl.DataFrame) -> dict[str, int]:
    """How many seats of each row are taken, from what was handed out: ``content`` and ``answer`` of the outcomes."""
    cap, number = pl.col("content").str.json_path_match("$.cap"), pl.col("answer").str.json_path_match("$.number")
    last = given.select(cap=cap, number=number.cast(pl.Int64)).drop_nulls().group_by("cap").agg(pl.col("number").max())
    return {cap: number + 1 for cap, number in last.iter_rows()}
