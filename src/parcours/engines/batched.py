"""A made-up outside for backtests: the calls of a stretch of time are answered together, as arrays.

What comes of a call is what :class:`~parcours.engines.outside.StubbedOutside` says, which answers one after the other.
Calls that share a rate, or seats, are answered in order of time: a group of them waits until nothing that is still to
be answered can lead somebody to one of them at an earlier instant. Where groups wait for each other, or the calls of a
group follow upon each other, as many are answered at once as stay far below their limits; near them only those of one
instant, or nearly so, which takes its time. Calls that are tried again are gone through one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from parcours.core.clock import MILLISECOND
from parcours.core.facts import INSTANT, OUTCOME_COLUMNS, empty
from parcours.engines.answering import Group, by_time, earliest, of_runs, outcomes
from parcours.engines.outside import CALL, SEAT, SOURCE, Stub
from parcours.engines.sharing import groups_of, led_to
from parcours.flow.delivery.planning import Planner
from parcours.flow.journeys.definitions import JourneyDefinition

_CALLS = (CALL, SOURCE, SEAT)
_FREE = ""  # the group of those who share nothing
_NEARLY_ONE_INSTANT = MILLISECOND


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
        self._groups = {name: Group(some, stubs, planner, free=name == _FREE) for name, some in members.items()}
        self._settled: list[pl.DataFrame] = []
        self._sent: list[pl.DataFrame] = []

    def take(self, deliveries: pl.DataFrame) -> None:
        """These were decided: rows with the columns of ``DELIVERY_COLUMNS``."""
        calling, at = pl.col("channel").is_in(_CALLS), pl.col("decided")
        messages = deliveries.filter(~calling)
        if messages.height:
            self._sent.append(outcomes(messages, pl.lit("sent"), at, at))
        group = pl.col("activity").replace_strict(self._group_of, default=_FREE, return_dtype=pl.String)
        calls = deliveries.filter(calling).with_columns(group.alias("_group"))
        for (name,), rows in calls.partition_by("_group", as_dict=True, include_key=False).items():
            self._groups[str(name)].take(rows)

    @property
    def due(self) -> int | None:
        """The instant at which something happens next."""
        told = [earliest(rows["time"]) for rows in (*self._settled, *self._sent)]
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
                return by_time(sent)
            self._work_off(active, until)
        return found

    def withdraw(self, runs: Collection[str], at: int) -> None:
        """These runs were ended from without: their calls that were not made before ``at`` are not made, and those that
        wait behind them move up."""
        if runs and any(group.due is not None for group in self._groups.values()) | bool(self._settled):
            known, late = of_runs(runs), pl.col("started") > pl.lit(at).cast(INSTANT)
            self._settled = [left for rows in self._settled if (left := rows.filter(~(known & late))).height]
            moved = pl.concat([group.withdraw(runs, at) for group in self._groups.values()])
            if moved.height:
                self._settled = [_moved_up(rows, moved) for rows in self._settled]

    def _told(self, until: int) -> pl.DataFrame:
        """Answers that came by then."""
        if not self._settled:
            return empty(OUTCOME_COLUMNS)
        every, end = by_time(self._settled), pl.lit(until).cast(INSTANT)
        later = every.filter(pl.col("time") > end)
        self._settled = [later] if later.height else []
        return every.filter(pl.col("time") <= end) if later.height else every

    def _work_off(self, active: Sequence[Group], until: int) -> None:
        """Answer what nothing comes before any more; where that cannot be said, what its order does not matter for, or
        else the first calls."""
        fed = {name for group in active for activity in group.asking for name in self._feeds[activity]}
        ready = [group for group in active if group is self._groups[_FREE] or self._name(group) not in fed]
        found = [group.advance(until) for group in ready] or self._early(active, until)
        self._settled += [rows for rows in found if rows.height]

    def _early(self, active: Sequence[Group], until: int) -> list[pl.DataFrame]:
        """What comes of the first calls: of as many as order does not matter for, or of very few."""
        first = min(group.due for group in active if group.due is not None)
        while until - first > _NEARLY_ONE_INSTANT:
            found = [group.answer_early(until) for group in active]
            if any(rows.height for rows in found):
                return found
            until = first + (until - first) // 2
        return [group.advance(until) for group in active]

    def _name(self, group: Group) -> str:
        return self._group_of[group.members[0]]


def _moved_up(rows: pl.DataFrame, moved: pl.DataFrame) -> pl.DataFrame:
    """Outcomes of calls that are made in other slots: all of it happens that much earlier."""
    found = rows.join(moved, on="key", how="left", maintain_order="left")
    earlier = (pl.col("started") - pl.col("slot")).fill_null(pl.duration())
    return found.with_columns(pl.col("started", "time") - earlier).drop("slot")
