"""The obvious evaluator: what a tree MEANS, in plain Python over the plain values of one profile.

Slow and direct. The compiled form is compared with it on generated trees and histories, and ``explain`` shows what
it computes. Null is ``None``, an instant is an aware ``datetime``, an object a mapping.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from parcours.core.clock import as_datetime, instant
from parcours.core.schema import DATE_TIME, DECIMAL, Kind, Type
from parcours.language.functions import registry
from parcours.language.functions.declaration import Value
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Call,
    Field,
    InWindow,
    ListOf,
    Literal,
    Member,
    Node,
    Quantifier,
)
from parcours.language.windows import bounds, contains, time_dependent

__all__ = ["Person", "Row", "bounds", "contains", "evaluate", "evaluate_row", "holds", "rows_that_count"]

#: An event (its properties, and ``_time`` in microseconds) or an element of a list inside it.
Row: TypeAlias = Mapping[str, Any]
#: A row and those around it, innermost first; the outermost is the event.
Rows: TypeAlias = tuple[Any, ...]
#: For an aggregate the rows that meet its condition, in order of time, and their times.
Memo: TypeAlias = dict[Aggregate, tuple[list[int], list[Rows]]]


def _in_no_segment(_: str) -> bool:
    return False


@dataclass(frozen=True)
class Person:
    """All that is known of one profile.

    ``events`` holds the events by type in order of arrival, each with ``_time``. ``segments`` tells whether the
    profile is in a segment; a segment whose rule stands in ``rules`` is evaluated instead.
    """

    attributes: Mapping[str, Value] = field(default_factory=dict)
    events: Mapping[str, Sequence[Row]] = field(default_factory=dict)
    segments: Callable[[str], bool] = _in_no_segment
    rules: Mapping[str, Node] = field(default_factory=dict)


def evaluate(node: Node, person: Person, now: int) -> Value:
    """The value of ``node`` for ``person`` at ``now`` (microseconds)."""
    return value_at(node, Place(person, now))


def holds(node: Node, person: Person, now: int) -> bool:
    """Whether the rule ``node`` holds: null counts as false (expression-language.md, N1)."""
    return evaluate(node, person, now) is True


def evaluate_row(node: Node, rows: Sequence[Any], now: int = 0) -> Value:
    """The value of ``node`` for a row; ``rows`` are the row and those around it, innermost first."""
    return value_at(node, Place(Person(), now, tuple(rows)))


@dataclass(frozen=True)
class Place:
    """Where a node is evaluated: whose data, when, and inside which rows (innermost first).

    With a ``memo`` the events that meet a condition are looked for once, for all the instants asked about.
    """

    person: Person
    now: int
    rows: Rows = ()
    memo: Memo | None = None

    def inside(self, row: object) -> Place:
        return self.at_rows((row, *self.rows))

    def at_rows(self, rows: Rows) -> Place:
        return Place(self.person, self.now, rows, self.memo)


def value_at(node: Node, place: Place) -> Value:
    """The value of ``node`` at a place."""
    match node:
        case Literal(value=value, type=type_):
            return plain(value, type_)
        case ListOf(items=items, type=type_):
            return plain([value_at(item, place) for item in items], type_)
        case Attribute(path=path, type=type_):
            return plain(_step(place.person.attributes, path), type_)
        case Field(path=path, type=type_, up=up):
            return plain(_step(place.rows[up], path), type_)
        case Call(function=name, args=args):
            overload = registry.overload(name, tuple(arg.type for arg in args))
            return overload.value([value_at(arg, place) for arg in args])
        case Quantifier():
            return _quantified(node, place)
        case Aggregate():
            return _aggregated(node, place)
        case InWindow(value=inner, window=window):
            moment = value_at(inner, place)
            return moment is not None and contains(window, as_instant(moment), place.now)
        case Member(segment=segment):
            rule = place.person.rules.get(segment)
            if rule is None:
                return place.person.segments(segment)
            return value_at(rule, place.at_rows(())) is True


def plain(value: Value, type_: Type) -> Value:
    """``value`` as a value of ``type_``: integers of a decimal column as floats, counted instants as ``datetime``."""
    if value is None or isinstance(value, bool):
        return value
    if type_.kind is Kind.LIST and type_.element is not None:
        return [plain(item, type_.element) for item in value]
    if isinstance(value, int) and type_ == DECIMAL:
        return float(value)
    if isinstance(value, int) and type_ == DATE_TIME:
        return as_datetime(value)
    return value


def as_instant(moment: date | datetime) -> int:
    """The instant of a date or time in microseconds; a date is its midnight in UTC, as is a time without zone."""
    if isinstance(moment, datetime):
        return instant(moment)
    return instant(datetime(moment.year, moment.month, moment.day, tzinfo=UTC))


def _step(value: Value, path: Sequence[str]) -> Value:
    for name in path:
        value = None if value is None else value.get(name)
    return value


def _quantified(node: Quantifier, place: Place) -> bool:
    elements = value_at(node.over, place) or []
    met = [value_at(node.where, place.inside(element)) is True for element in elements]
    return {"any": any(met), "all": all(met), "none": not any(met)}[node.kind]


# --- aggregates ----------------------------------------------------------------------------------------


def rows_that_count(node: Aggregate, place: Place) -> list[Place]:
    """The rows of ``node`` in its window that meet its condition, in order of time, then arrival.

    Each is the place inside the row; its outermost row is the event. Null elements of a list are no rows.
    """
    if place.memo is not None and (node.where is None or not time_dependent(node.where)):
        return _remembered(node, place, place.memo)
    timely = [row for row in _rows(node, place) if contains(node.window, _time(row), place.now)]
    met = [row for row in timely if _meets(node, row, place)]
    return [place.at_rows(row) for row in sorted(met, key=_time)]


def _remembered(node: Aggregate, place: Place, memo: Memo) -> list[Place]:
    """The same, from rows that were once filtered and sorted for all instants."""
    if node not in memo:
        rows = sorted((row for row in _rows(node, place) if _meets(node, row, place)), key=_time)
        memo[node] = ([_time(row) for row in rows], rows)
    times, rows = memo[node]
    lo, hi = bounds(node.window, place.now)
    return [place.at_rows(row) for row in rows[bisect_right(times, lo) : bisect_right(times, hi)]]


def _rows(node: Aggregate, place: Place) -> list[Rows]:
    return [row for event in place.person.events.get(node.event, ()) for row in _rows_of(node, event)]


def _rows_of(node: Aggregate, event: Row) -> list[Rows]:
    if node.over is None:
        return [(event,)]
    return [(item, event) for item in _step(event, node.over) or [] if item is not None]


def _meets(node: Aggregate, row: Rows, place: Place) -> bool:
    return node.where is None or value_at(node.where, place.at_rows(row)) is True


def _time(row: Rows) -> int:
    return int(row[-1]["_time"])


def _aggregated(node: Aggregate, place: Place) -> Value:
    rows = rows_that_count(node, place)
    if node.value is None:
        return len(rows)
    values = [value_at(node.value, row) for row in rows]
    present = [value for value in values if value is not None]
    return plain(_AGGREGATES[node.kind](present), node.type)


def _sum(values: Sequence[Any]) -> Any:
    """Decimals are summed in whole millionths, so that the sum is exact and order does not matter."""
    if not any(isinstance(value, float) for value in values):
        return sum(values)
    return sum(round(value * 1e6) for value in values) / 1e6


def _average(values: Sequence[Any]) -> float | None:
    return float(_sum(values)) / len(values) if values else None


_AGGREGATES: dict[str, Callable[[Sequence[Any]], Value]] = {
    "count": len,
    "sum": _sum,
    "average": _average,
    "min": lambda values: min(values, default=None),
    "max": lambda values: max(values, default=None),
    "first": lambda values: values[0] if values else None,
    "last": lambda values: values[-1] if values else None,
    "distinct": lambda values: len(set(values)),
}
