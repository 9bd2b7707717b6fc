"""Calls that are made alike: they can be answered together, as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from parcours.core.errors import DeliveryError
from parcours.engines.outside import Stub
from parcours.flow.delivery.attempts import DEFAULT_BUDGET, NOT_RETRIED, Answer
from parcours.flow.delivery.limits import Gate
from parcours.flow.delivery.planning import Planned, Planner


@dataclass(frozen=True, slots=True)
class Way:
    """How calls are made that are alike.

    Attributes:
        gate: the rate rules in front of them.
        budget: time for each.
        wait: a call that is over a cap waits for a slot.
        answer: what they all get, and it ends them.
    """

    gate: Gate
    budget: int
    wait: bool
    answer: Answer


def common_way(rows: pl.DataFrame, stubs: Mapping[str, Stub], planner: Planner | None) -> Way | None:
    """How these calls are made, if they are all made alike, and none is tried again or shares its answer.

    Args:
        rows: with ``activity``, ``channel`` and ``content``.
        stubs: what answers the calls of activities.
        planner: says how calls are made; without it there are no rates.
    """
    found: Way | None = None
    for activity, channel in rows.select("activity", "channel").unique().iter_rows():
        stub = stubs.get(activity, Stub())
        if stub.settled is not None or stub.by_profile:
            return None
        contents = [""] if planner is None else _contents(rows, activity)
        for content in contents:
            way = _way_of(channel, content, stub.answers[0], planner)
            if way is None or not (found is None or _same(way, found)):
                return None
            found = way
    return found


def _contents(rows: pl.DataFrame, activity: str) -> Sequence[str]:
    return rows.lazy().filter(activity=activity).select("content").unique().collect()["content"].to_list()


def _way_of(channel: str, content: str, answer: Answer, planner: Planner | None) -> Way | None:
    if planner is None:
        return Way(_NO_GATE, DEFAULT_BUDGET, False, answer) if answer.result == "ok" and not answer.took else None
    try:
        plan = planner.planned(channel, content)
    except DeliveryError:
        return None
    calling = plan.calling
    tried_again = calling.on_capped == "retry" and plan.entrance.gate.cappings
    if plan.question is not None or tried_again or not _ends(answer, plan):
        return None
    return Way(plan.entrance.gate, plan.budget, calling.on_capped == "queue", answer)


def _ends(answer: Answer, plan: Planned) -> bool:
    """Whether a call with this answer is not tried again."""
    status = answer.status
    if answer.result == "ok" or answer.took > plan.budget:
        return True
    return status is not None and NOT_RETRIED.get(status) == 0 == plan.calling.retry.retries(status)


def _same(one: Way, other: Way) -> bool:
    alike = one.gate is other.gate and one.answer == other.answer and one.wait == other.wait
    return alike and (one.budget == other.budget or not one.answer.took)


_NO_GATE = Gate()
