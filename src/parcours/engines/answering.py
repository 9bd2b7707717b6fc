"""The calls of a backtest that share something with each other: answered in order of time, as arrays."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
import polars as pl

from parcours.core.facts import DELIVERY_COLUMNS, INSTANT, OUTCOME_COLUMNS, empty
from parcours.engines.alike import Way, common_way
from parcours.engines.outside import SEAT, Stub, StubbedOutside
from parcours.flow.delivery.limits import Gate, Instants
from parcours.flow.delivery.planning import Planner
from parcours.flow.delivery.virtual import settled_alike

_IN_LINE = pl.Schema({"key": pl.String(), "slot": INSTANT})


class Group:
    """The calls that share something with each other, in order of time; or those that share nothing."""

    def __init__(
        self, members: Sequence[str], stubs: Mapping[str, Stub], planner: Planner | None, *, free: bool
    ) -> None:
        self.members = members
        self._stubs = stubs
        self._planner = planner
        self._free = free
        self._one_by_one = StubbedOutside(stubs, planner=planner)
        self._stepping = False  # once calls were gone through one by one, all that share something with them are
        self._queue: list[pl.DataFrame] = []
        self._reached = 0
        self._lines: dict[tuple[Gate, bool], pl.DataFrame] = {}  # who waits for which slot, as far as it was answered
        self._asked: set[str] = set()
        self._seats: dict[str, int] = {}

    @property
    def due(self) -> int | None:
        """When something happens next."""
        queued = [earliest(rows["decided"]) for rows in self._queue]
        inner = self._one_by_one.due
        return min([*queued, *([] if inner is None else [inner])], default=None)

    @property
    def asking(self) -> set[str]:
        """The activities somebody at which waits for an answer."""
        return self._asked

    def take(self, rows: pl.DataFrame) -> None:
        """Calls of the group."""
        self._queue.append(rows)
        self._asked.update(rows["activity"].unique())

    def withdraw(self, runs: Collection[str], at: int) -> pl.DataFrame:
        """See :meth:`BatchedOutside.withdraw`: ``key`` of the calls that move up, and the ``slot`` of each."""
        self._one_by_one.withdraw(runs, at)
        moved = [pl.DataFrame(schema=_IN_LINE)]
        for (gate, wait), line in self._lines.items():
            line = line.filter(pl.col("slot") > pl.lit(at).cast(INSTANT))
            stay, slots = line.filter(~of_runs(runs)), line["slot"]
            if stay.height < line.height:
                gate.give_back(slots[stay.height :].to_physical().to_list(), wait=wait)
                line = stay.with_columns(slots[: stay.height])
                moved.append(line)
            self._lines[gate, wait] = line
        return pl.concat(moved)

    def answer_early(self, until: int) -> pl.DataFrame:
        """What comes of the calls up to ``until`` if they are so few that none has to wait or is refused, even if each
        is followed by one of every other activity of the group; nothing otherwise."""
        rows = self._queued(until)
        way = (
            None
            if self._stepping or not rows.height or rows["channel"][0] == SEAT
            else common_way(rows, self._stubs, self._planner)
        )
        at = instants(rows)
        if way is None or not way.gate.book_early(at, max(2, len(self.members))):
            if rows.height:
                self._queue.insert(0, rows)
            return empty(OUTCOME_COLUMNS)
        self._reached = max(self._reached, int(at[-1]))
        if not self._queue and self._one_by_one.due is None:
            self._asked.clear()
        return told_of(rows, settled_alike(at, way.answer, budget=way.budget))

    def _queued(self, until: int) -> pl.DataFrame:
        """Take the calls up to ``until`` out of the queue, in order of time."""
        every, end = pl.concat([empty(DELIVERY_COLUMNS), *self._queue]), pl.lit(until).cast(INSTANT)
        left = every.filter(pl.col("decided") > end)
        self._queue = [left] if left.height else []
        return every.filter(pl.col("decided") <= end).sort("decided", maintain_order=True)

    def advance(self, until: int) -> pl.DataFrame:
        """What comes of the calls up to ``until``, also later on."""
        rows = self._queued(until)
        found = [one for part in self._parts(rows) if (one := self._answered(part)).height]
        if self._one_by_one.due is not None:
            self._one_by_one.work_off(until)
            found.append(self._one_by_one.told())
        if not self._queue and self._one_by_one.due is None:
            self._asked.clear()
        return by_time(found)

    def _parts(self, rows: pl.DataFrame) -> Iterator[pl.DataFrame]:
        """Rows that have to stay in order; of those that share nothing each activity for itself."""
        yield from rows.partition_by("activity", maintain_order=True) if self._free else [rows]

    def _answered(self, rows: pl.DataFrame) -> pl.DataFrame:
        """What comes of these calls, as far as it is known at once."""
        if not rows.height:
            return empty(OUTCOME_COLUMNS)
        if rows["channel"][0] == SEAT:
            return self._seated(rows)
        stub = self._stubs.get(rows["activity"][0], Stub())
        if self._free and stub.settled is not None and not stub.by_profile:
            at = pl.col("decided")
            return outcomes(rows, pl.lit(stub.settled), at, at, pl.lit(stub.body, pl.String))
        way = self._way(rows)
        if way is None:
            return self._step_through(rows)
        late = int(np.searchsorted(rows["decided"].to_physical(), self._reached)) if not self._free else 0
        if late > 0 and way.gate.book_early(instants(rows[:late]), 1):  # room was kept for them
            early = told_of(rows[:late], settled_alike(instants(rows[:late]), way.answer, budget=way.budget))
            return by_time([early, self._together(rows[late:], way)])
        return self._together(rows, way)

    def _way(self, rows: pl.DataFrame) -> Way | None:
        return None if self._stepping else common_way(rows, self._stubs, self._planner)

    def _together(self, rows: pl.DataFrame, way: Way) -> pl.DataFrame:
        """What comes of calls that are made in the same way, one after the other."""
        if not rows.height:
            return empty(OUTCOME_COLUMNS)
        capped: Literal["error", "queue"] = "queue" if way.wait else "error"
        at = self._in_turn(rows)
        told = told_of(rows, settled_alike(at, way.answer, way.gate, budget=way.budget, on_capped=capped))
        if way.gate.rules and (way.wait or not way.gate.cappings):  # else who moves up might be refused
            self._note_line(way, told, int(at[-1]))
        return told

    def _note_line(self, way: Way, told: pl.DataFrame, now: int) -> None:
        """Remember who waits for a slot at the instant ``now``."""
        fresh = told.filter(pl.col("attempts") > 0).select("key", slot="started")
        line = pl.concat([self._lines.get((way.gate, way.wait), fresh.clear()), fresh])
        self._lines[way.gate, way.wait] = line.filter(pl.col("slot") > pl.lit(now).cast(INSTANT))

    def _seated(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Seats, in order of time."""
        found = []
        for mine in rows.partition_by("content", maintain_order=True):
            asked = json.loads(mine["content"][0])
            first = self._seats.get(asked["cap"], 0)
            most = first + mine.height if asked.get("most") is None else int(asked["most"])
            self._seats[asked["cap"]] = max(first, min(first + mine.height, most))
            number = pl.int_range(pl.len()) + first
            good, at = number < most, pl.col("decided")
            answer = pl.when(good).then(pl.concat_str(pl.lit('{"number": '), number, pl.lit("}")))
            made = pl.when(good).then(1).otherwise(0).cast(pl.Int32)
            result = pl.when(good).then(pl.lit("ok")).otherwise(pl.lit("capped"))
            found.append(outcomes(mine, result, at, at, answer).with_columns(attempts=made))
        return by_time(found)

    def _in_turn(self, rows: pl.DataFrame) -> Instants:
        """When calls come to what they share; after the others, should one be told of late."""
        if self._free:
            return instants(rows)
        late: Instants = np.maximum(instants(rows), self._reached)
        self._reached = int(late[-1])
        return late

    def _step_through(self, rows: pl.DataFrame) -> pl.DataFrame:
        """One call after the other."""
        self._stepping = not self._free
        inner, instants = self._one_by_one, self._in_turn(rows).tolist()
        for row, at in zip(rows.drop("decided").iter_rows(named=True), instants, strict=True):
            inner.work_off(at)
            inner.ask(row, at)
        return inner.told()


def of_runs(runs: Collection[str]) -> pl.Expr:
    """Whether a key is that of a call of one of these runs."""
    return pl.col("key").str.replace("/[^/]*/[^/]*$", "").is_in(list(runs))


def outcomes(
    rows: pl.DataFrame, result: pl.Expr, time: pl.Expr, started: pl.Expr, answer: pl.Expr | None = None
) -> pl.DataFrame:
    """Rows of deliveries as outcomes."""
    return rows.select(
        "key",
        result=result,
        attempts=pl.lit(1, pl.Int32),
        detail=pl.lit(""),
        time=time,
        started=started,
        answer=pl.lit(None, pl.String) if answer is None else answer,
    )


def instants(rows: pl.DataFrame) -> Instants:
    at: Instants = rows["decided"].to_physical().to_numpy()
    return at


def told_of(rows: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """What was settled, row by row, as outcomes."""
    return settled.with_columns(rows["key"]).select(OUTCOME_COLUMNS.keys())


def by_time(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """All of these outcomes, in order of time."""
    some = [frame for frame in frames if frame.height]
    if not some:
        return empty(OUTCOME_COLUMNS)
    return (pl.concat(some) if len(some) > 1 else some[0]).sort("time", maintain_order=True)


def earliest(instants: pl.Series) -> int:
    """The first of these instants, microseconds."""
    return int(instants.to_physical().min())  # type: ignore[arg-type]
