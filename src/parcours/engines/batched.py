"""A made-up outside for backtests: the calls of a stretch of time are answered together, as arrays.

What comes of a call is what :class:`~parcours.engines.outside.StubbedOutside` says, which answers one after the other.
Calls that share a rate, or seats, are answered in order of time: a group of them waits until nothing that is still to
be answered can lead somebody to one of them at an earlier instant. Where groups wait for each other, or the calls of a
group follow upon each other, as many are answered at once as stay far below their limits; near them only those of one
instant, or nearly so, which takes its time. Calls that are tried again are gone through one by one.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

import numpy as np
import polars as pl

from parcours.core.clock import MILLISECOND
from parcours.core.facts import DELIVERY_COLUMNS, INSTANT, OUTCOME_COLUMNS, empty
from parcours.engines.alike import Way, common_way
from parcours.engines.outside import CALL, SEAT, SOURCE, Stub, StubbedOutside
from parcours.engines.sharing import groups_of, led_to
from parcours.flow.delivery.limits import Gate, Instants
from parcours.flow.delivery.planning import Planner
from parcours.flow.delivery.virtual import settled_alike
from parcours.flow.journeys.definitions import JourneyDefinition

_CALLS = (CALL, SOURCE, SEAT)
_FREE = ""  # the group of those who share nothing
_NEARLY_ONE_INSTANT = MILLISECOND
_IN_LINE = pl.Schema({"key": pl.String(), "slot": INSTANT})


class BatchedOutside:
    """Answers as its stubs say.

    Args:
        draft: the journey whose calls these are.
        step: the length of the stretches of time in which it is asked, at most.
        stubs: by activity; activities without one are answered 200 at once, without a body.
        planner: says how the calls of actions and data sources are made; without it there are no rates.
    """

    def __init__(
        self,
        draft: JourneyDefinition,
        step: int,
        stubs: Mapping[str, Stub] | None = None,
        planner: Planner | None = None,
    ) -> None:
        self._group_of = groups_of(draft, planner)
        soon = led_to(draft, step)
        self._feeds = {
            name: {self._group_of[to] for to in soon[name] if to in self._group_of} for name in draft.activities
        }
        stubs = stubs or {}
        members: dict[str, list[str]] = {_FREE: []}
        for name in draft.activities:
            members.setdefault(self._group_of.get(name, _FREE), []).append(name)
        self._groups = {name: _Group(some, stubs, planner, free=name == _FREE) for name, some in members.items()}
        self._settled: list[pl.DataFrame] = []
        self._sent: list[pl.DataFrame] = []

    def take(self, deliveries: pl.DataFrame) -> None:
        """These were decided: rows with the columns of ``DELIVERY_COLUMNS``."""
        calling, at = pl.col("channel").is_in(_CALLS), pl.col("decided")
        messages = deliveries.filter(~calling)
        if messages.height:
            self._sent.append(_outcomes(messages, pl.lit("sent"), at, at))
        group = pl.col("activity").replace_strict(self._group_of, default=_FREE, return_dtype=pl.String)
        calls = deliveries.filter(calling).with_columns(group.alias("_group"))
        for (name,), rows in calls.partition_by("_group", as_dict=True, include_key=False).items():
            self._groups[str(name)].take(rows)

    @property
    def due(self) -> int | None:
        """The instant at which something happens next."""
        told = [_first(rows["time"]) for rows in (*self._settled, *self._sent)]
        return min([*told, *(group.due for group in self._groups.values() if group.due is not None)], default=None)

    def advance(self, until: int) -> pl.DataFrame:
        """What was settled up to and including ``until``, in order of time: rows with ``OUTCOME_COLUMNS``.

        As soon as there are answers they are told, so that what they lead to is known before other calls are answered.
        That messages were sent is told when nobody waits for an answer any more.
        """
        while not (found := self._told(until)).height:
            active = [group for group in self._groups.values() if group.due is not None and group.due <= until]
            if not active:
                sent, self._sent = self._sent, []
                return _by_time(sent)
            self._work_off(active, until)
        return found

    def withdraw(self, runs: Collection[str], at: int) -> None:
        """These runs were ended from without: their calls that were not made before ``at`` are not made, and those that
        wait behind them move up."""
        if runs and any(group.due is not None for group in self._groups.values()) | bool(self._settled):
            known, late = _of_runs(runs), pl.col("started") > pl.lit(at).cast(INSTANT)
            self._settled = [left for rows in self._settled if (left := rows.filter(~(known & late))).height]
            moved = pl.concat([group.withdraw(runs, at) for group in self._groups.values()])
            if moved.height:
                self._settled = [_moved_up(rows, moved) for rows in self._settled]

    def _told(self, until: int) -> pl.DataFrame:
        """Answers that came by then."""
        if not self._settled:
            return empty(OUTCOME_COLUMNS)
        every, end = _by_time(self._settled), pl.lit(until).cast(INSTANT)
        later = every.filter(pl.col("time") > end)
        self._settled = [later] if later.height else []
        return every.filter(pl.col("time") <= end) if later.height else every

    def _work_off(self, active: Sequence[_Group], until: int) -> None:
        """Answer what nothing comes before any more; where that cannot be said, what its order does not matter for, or
        else the first calls."""
        fed = {name for group in active for activity in group.asking for name in self._feeds[activity]}
        ready = [group for group in active if group is self._groups[_FREE] or self._name(group) not in fed]
        found = [group.advance(until) for group in ready] or self._early(active, until)
        self._settled += [rows for rows in found if rows.height]

    def _early(self, active: Sequence[_Group], until: int) -> list[pl.DataFrame]:
        """What comes of the first calls: of as many as order does not matter for, or of very few."""
        first = min(group.due for group in active if group.due is not None)
        while until - first > _NEARLY_ONE_INSTANT:
            found = [group.answer_early(until) for group in active]
            if any(rows.height for rows in found):
                return found
            until = first + (until - first) // 2
        return [group.advance(until) for group in active]

    def _name(self, group: _Group) -> str:
        return self._group_of[group.members[0]]


class _Group:
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
        queued = [_first(rows["decided"]) for rows in self._queue]
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
            stay, slots = line.filter(~_of_runs(runs)), line["slot"]
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
        at = _instants(rows)
        if way is None or not way.gate.book_early(at, max(2, len(self.members))):
            if rows.height:
                self._queue.insert(0, rows)
            return empty(OUTCOME_COLUMNS)
        self._reached = max(self._reached, int(at[-1]))
        if not self._queue and self._one_by_one.due is None:
            self._asked.clear()
        return _told_of(rows, settled_alike(at, way.answer, budget=way.budget))

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
        return _by_time(found)

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
            return _outcomes(rows, pl.lit(stub.settled), at, at, pl.lit(stub.body, pl.String))
        way = self._way(rows)
        if way is None:
            return self._step_through(rows)
        late = int(np.searchsorted(rows["decided"].to_physical(), self._reached)) if not self._free else 0
        if late > 0 and way.gate.book_early(_instants(rows[:late]), 1):  # room was kept for them
            early = _told_of(rows[:late], settled_alike(_instants(rows[:late]), way.answer, budget=way.budget))
            return _by_time([early, self._together(rows[late:], way)])
        return self._together(rows, way)

    def _way(self, rows: pl.DataFrame) -> Way | None:
        return None if self._stepping else common_way(rows, self._stubs, self._planner)

    def _together(self, rows: pl.DataFrame, way: Way) -> pl.DataFrame:
        """What comes of calls that are made in the same way, one after the other."""
        if not rows.height:
            return empty(OUTCOME_COLUMNS)
        capped: Literal["error", "queue"] = "queue" if way.wait else "error"
        at = self._in_turn(rows)
        told = _told_of(rows, settled_alike(at, way.answer, way.gate, budget=way.budget, on_capped=capped))
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
            found.append(_outcomes(mine, result, at, at, answer).with_columns(attempts=made))
        return _by_time(found)

    def _in_turn(self, rows: pl.DataFrame) -> Instants:
        """When calls come to what they share; after the others, should one be told of late."""
        if self._free:
            return _instants(rows)
        late: Instants = np.maximum(_instants(rows), self._reached)
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


def _of_runs(runs: Collection[str]) -> pl.Expr:
    """Whether a key is that of a call of one of these runs."""
    return pl.col("key").str.replace("/[^/]*/[^/]*$", "").is_in(list(runs))


def _moved_up(rows: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """Outcomes of calls that are made in other slots: all of it happens that much earlier."""
    found = rows.join(moved, on="key", how="left", maintain_order="left")
    earlier = (pl.col("started") - pl.col("slot")).fill_null(pl.duration())
    return found.with_columns(pl.col("started", "time") - earlier).drop("slot")


def _outcomes(
    rows: pl.DataFrame, result: pl.Expr, time: pl.Expr, started: pl.Expr, answer: pl.Expr | None = None
) -> pl.DataFrame:
    return rows.select(
        "key",
        result=result,
        attempts=pl.lit(1, pl.Int32),
        detail=pl.lit(""),
        time=time,
        started=started,
        answer=pl.lit(None, pl.String) if answer is None else answer,
    )


def _instants(rows: pl.DataFrame) -> Instants:
    at: Instants = rows["decided"].to_physical().to_numpy()
    return at


def _told_of(rows: pl.DataFrame, settled: pl.DataFrame) -> pl.DataFrame:
    """What was settled, row by row, as outcomes."""
    return settled.with_columns(rows["key"]).select(OUTCOME_COLUMNS.keys())


def _by_time(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    some = [frame for frame in frames if frame.height]
    if not some:
        return empty(OUTCOME_COLUMNS)
    return (pl.concat(some) if len(some) > 1 else some[0]).sort("time", maintain_order=True)


def _first(instants: pl.Series) -> int:
    return int(instants.to_physical().min())  # type: ignore[arg-type]
