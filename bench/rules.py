"""Five hundred segments as a marketer would write them, each as a rule tree and as the SQL that means the same.

A set of measures (event, filter, window, aggregate) is drawn first; the segments compare them with various
numbers and combine them with attributes and other segments. So measures repeat across segments, as they do in
real life: "purchases in the last 30 days" is in many of them.

The SQL of a segment is one query that refers to attributes in ``profiles``, to events in ``e_<type>``, and to
the members of earlier segments in ``m_<segment>``. Every condition is a semi-join with one grouped scan.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

import numpy as np

from bench.data import CATEGORIES, COUNTRIES, SEED, SHARES, TIERS, Size
from parcours.core.clock import DAY
from parcours.language.rules.parse import parse_rule
from parcours.language.tree import Node

Shape = dict[str, object]


class Asked(Protocol):
    """A rule as a peer sees it: the query that gives its members as of an instant."""

    @property
    def id(self) -> str: ...

    @property
    def sql(self) -> Callable[[int], str]: ...


@dataclass(frozen=True, slots=True)
class Rule:
    """One segment. ``sql`` gives the query as of an instant."""

    id: str
    shape: Shape
    sql: Callable[[int], str]


@dataclass(frozen=True, slots=True)
class _Window:
    shape: Shape
    sql: Callable[[int], str]
    days: float


@dataclass(frozen=True, slots=True)
class _Measure:
    event: str
    where: Shape | None
    where_sql: str
    window: _Window
    kind: str
    field: str
    rate: float


_Leaf = tuple[Shape, Callable[[int], str]]


def rules(size: Size) -> list[Rule]:
    """The segments of a size, the same in every run."""
    draw = np.random.default_rng([SEED, 4])
    measures = [_measure(draw, size) for _ in range(size.segments // 2)]
    found: list[Rule] = []
    for number in range(size.segments):
        found.append(_rule(draw, f"s{number:03d}", measures, [rule.id for rule in found]))
    return found


def parsed(found: list[Rule], schema: object) -> dict[str, Node]:
    """The typed tree of each rule."""
    names = [rule.id for rule in found]
    return {rule.id: parse_rule(rule.shape, schema, names) for rule in found}  # type: ignore[arg-type]


def _rule(draw: np.random.Generator, name: str, measures: list[_Measure], earlier: list[str]) -> Rule:
    count = int(draw.choice([0, 1, 2, 3], p=[0.05, 0.45, 0.35, 0.15]))
    leaves = [_leaf(draw, measures, earlier) for _ in range(count)]
    leaves += [_attribute(draw) for _ in range(int(draw.choice([1, 2, 3], p=[0.4, 0.4, 0.2])) - (count > 1))]
    shape, condition = leaves[0] if len(leaves) == 1 else _combined(draw, leaves)
    return Rule(name, shape, lambda now: f"SELECT _profile FROM profiles WHERE {condition(now)}")


def _combined(draw: np.random.Generator, leaves: list[_Leaf]) -> _Leaf:
    word, joint = (("all", " AND "), ("any", " OR "))[int(draw.random() < 0.1)]
    negated = draw.random(len(leaves)) < 0.06
    shapes = [{"not": shape} if no else shape for (shape, _), no in zip(leaves, negated, strict=True)]

    def condition(now: int) -> str:
        parts = [f"NOT ({sql(now)})" if no else f"({sql(now)})" for (_, sql), no in zip(leaves, negated, strict=True)]
        return joint.join(parts)

    return {word: shapes}, condition


def _leaf(draw: np.random.Generator, measures: list[_Measure], earlier: list[str]) -> _Leaf:
    if draw.random() < 0.07 and earlier:
        other = str(draw.choice(earlier))
        return {"segment": other}, lambda now: f"_profile IN (FROM m_{other})"
    return _condition(draw, measures[int(draw.random() ** 1.3 * len(measures))])


# --- attributes ----------------------------------------------------------------------------------------


def _attribute(draw: np.random.Generator) -> _Leaf:
    match int(draw.integers(6)):
        case 0:
            low = int(draw.integers(16, 70))
            high = low + int(draw.integers(5, 25))
            return {
                "attribute": "age",
                "between": [low, high],
            }, lambda now: f"coalesce(age BETWEEN {low} AND {high}, false)"
        case 1:
            some = [str(name) for name in draw.choice(COUNTRIES, int(draw.integers(1, 4)), replace=False)]
            return {"attribute": "country", "in": some}, lambda now: f"coalesce(country IN ({_texts(some)}), false)"
        case 2:
            tier = str(draw.choice(TIERS[:3]))
            return {"attribute": "tier", "is": tier}, lambda now: f"coalesce(tier = '{tier}', false)"
        case 3:
            points = int(draw.integers(500, 9_500))
            return {"attribute": "points", "at_least": points}, lambda now: f"coalesce(points >= {points}, false)"
        case 4:
            return {"attribute": "subscribed", "is": True}, lambda now: "coalesce(subscribed, false)"
        case _:
            days = int(draw.choice([3, 7, 14, 30]))
            return (
                {"attribute": "trial_ends", "in_next": f"{days} days"},
                lambda now: f"coalesce(trial_ends > {_at(now)} AND trial_ends <= {_at(now + days * DAY)}, false)",
            )


# --- events --------------------------------------------------------------------------------------------


def _measure(draw: np.random.Generator, size: Size) -> _Measure:
    event = str(draw.choice(list(SHARES), p=list(SHARES.values())))
    if draw.random() < 0.4:
        event = "purchase"
    where, where_sql, part = _filter(draw)
    window = _window(draw)
    kind = str(
        draw.choice(
            ["count", "sum", "average", "min", "max", "first", "last", "distinct"],
            p=[0.5, 0.18, 0.07, 0.03, 0.06, 0.04, 0.06, 0.06],
        )
    )
    if kind == "last" and "last" in window.shape:  # the rule tree has one word for both
        kind = "first"
    rate = size.events / size.profiles * SHARES[event] * part * min(window.days, 365) / 365
    return _Measure(event, where, where_sql, window, kind, "category" if kind == "distinct" else "amount", rate)


def _filter(draw: np.random.Generator) -> tuple[Shape | None, str, float]:
    """A filter of events, its SQL, and roughly the share of events that pass."""
    sort = draw.random()
    if sort < 0.5:
        return None, "", 1.0
    if sort < 0.75:
        category = str(draw.choice(CATEGORIES))
        return {"field": "category", "is": category}, f" AND category = '{category}'", 0.05
    if sort < 0.9:
        some = [str(name) for name in draw.choice(CATEGORIES, 4, replace=False)]
        return {"field": "category", "in": some}, f" AND category IN ({_texts(some)})", 0.2
    least = int(draw.choice([25, 50, 100, 150]))
    return {"field": "amount", "at_least": least}, f" AND amount >= {least}", 1 - least / 200


def _window(draw: np.random.Generator) -> _Window:
    sort = draw.random()
    if sort < 0.6:
        days = int(draw.choice([7, 14, 30, 60, 90, 180]))
        return _Window({"in_last": f"{days} days"}, lambda now: _between(now - days * DAY, now), days)
    if sort < 0.7:
        newest, oldest = 30, int(draw.choice([60, 90]))
        return _Window(
            {"between_ages": [f"{newest} days", f"{oldest} days"]},
            lambda now: _between(now - oldest * DAY, now - newest * DAY),
            oldest - newest,
        )
    if sort < 0.8:
        return _Window({"this": "month"}, lambda now: _between(_month(now) - 1, now), 30)
    if sort < 0.87:
        return _Window({"last": "month"}, lambda now: _between(_month(_month(now) - 1) - 1, _month(now) - 1), 30)
    if sort < 0.92:
        return _Window(
            {"from": "2024-06-01", "until": "2024-09-01"},
            lambda now: _between(_instant(2024, 6) - 1, _instant(2024, 9) - 1),
            92,
        )
    return _Window({}, lambda now: f"_time <= {_at(now)}", 365)


def _condition(draw: np.random.Generator, measure: _Measure) -> _Leaf:
    shape: Shape = {"event": measure.event, **measure.window.shape}
    if measure.where is not None:
        shape["where"] = measure.where
    sense = str(draw.choice(["at_least", "less_than"], p=[0.9, 0.1]))
    shape[measure.kind] = True if measure.kind == "count" else measure.field
    number = _number(draw, measure)
    shape[sense] = number
    # Semi-join: without rows, a count or sum is 0 and a comparison of anything else is false.
    inverted = sense == "less_than" and measure.kind in ("count", "sum", "distinct")
    operator = ">=" if sense == "at_least" or inverted else "<"

    def sql(now: int) -> str:
        rows = f"SELECT _profile FROM e_{measure.event} WHERE {measure.window.sql(now)}{measure.where_sql}"
        having = f"GROUP BY _profile HAVING {_SQL[measure.kind].format(measure.field)} {operator} {number}"
        return f"_profile {'NOT ' if inverted else ''}IN ({rows} {having})"

    return shape, sql


#: Amounts are positive and thresholds too, so that no sum without rows is "at least".
_SQL = {
    "count": "count(*)",
    "sum": "sum({})",
    "average": "avg({})",
    "min": "min({})",
    "max": "max({})",
    "first": "arg_min({}, _time)",
    "last": "arg_max({}, _time)",
    "distinct": "count(DISTINCT {})",
}


def _number(draw: np.random.Generator, measure: _Measure) -> float | int:
    """A threshold that some profiles pass and others do not, and that no sum of doubles hits by rounding."""
    match measure.kind:
        case "count":
            return max(1, round(measure.rate * float(draw.uniform(1, 4))))
        case "distinct":
            return int(draw.integers(1, 5))
        case "sum":
            return max(10, round(measure.rate * 100 * float(draw.uniform(1, 4)))) + 0.005
        case _:
            return int(draw.integers(60, 160)) + 0.0012345


# --- SQL -----------------------------------------------------------------------------------------------


def _at(instant: int) -> str:
    return f"make_timestamptz({instant})"


def _between(after: int, upto: int) -> str:
    return f"_time > {_at(after)} AND _time <= {_at(upto)}"


def _texts(values: list[str]) -> str:
    return ", ".join(f"'{value}'" for value in values)


def _instant(year: int, month: int) -> int:
    return (datetime(year, month, 1, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def _month(instant: int) -> int:
    """The beginning of the month that holds an instant, in UTC."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=instant)
    return _instant(moment.year, moment.month)
