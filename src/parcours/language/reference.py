"""The obvious evaluator: what a tree MEANS, in plain Python over the plain values of one profile.

Slow and direct. The compiled form is compared with it on generated trees and histories, and ``explain`` shows what
it computes. Null is ``None``, an instant is an aware ``datetime``, an object or a map a mapping; a field of an object
that is null and one that is not there are the same.

A few expressions have no value for some input (an overflow, an impossible date): ``EvaluationError``. ``and``, ``or``,
``if`` and ``coalesce`` look at their arguments from left to right and only as far as they need them, so that what they
do not need cannot fail. What is evaluated for the elements of a list is evaluated for all of them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from parcours.core.clock import as_datetime
from parcours.core.errors import EvaluationError, RuleError
from parcours.core.schema import ANY, INTEGER, Kind, Type
from parcours.core.untyped import is_of
from parcours.language.following import followed
from parcours.language.functions import registry
from parcours.language.functions.conversion import text_of
from parcours.language.functions.declaration import Overload, Value, widen
from parcours.language.functions.sorting import in_order
from parcours.language.functions.untyped import partly_untyped, type_of_value, untyped
from parcours.language.person import Memo, Person, Place, Row, Rows
from parcours.language.plain import as_instant, plain, step_into
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Been,
    Call,
    Chance,
    Each,
    Events,
    Fetched,
    Field,
    Given,
    InWindow,
    ListOf,
    Literal,
    Member,
    Membership,
    Node,
    Now,
    ObjectOf,
    Quantifier,
    Step,
)
from parcours.language.tree import Sequence as Followed
from parcours.language.windows import bounds, contains, time_dependent

__all__ = [
    "Person",
    "Place",
    "Row",
    "as_instant",
    "bounds",
    "contains",
    "evaluate",
    "evaluate_row",
    "holds",
    "plain",
    "rows_that_count",
    "value_at",
]


def evaluate(node: Node, person: Person, now: int) -> Value:
    """The value of ``node`` for ``person`` at ``now`` (microseconds)."""
    return value_at(node, Place(person, now))


def holds(node: Node, person: Person, now: int) -> bool:
    """Whether the rule ``node`` holds: null counts as false (expression-language.md, N1)."""
    return evaluate(node, person, now) is True


def evaluate_row(node: Node, rows: Sequence[Any], now: int = 0) -> Value:
    """The value of ``node`` for a row; ``rows`` are the row and those around it, innermost first."""
    return value_at(node, Place(Person(), now, tuple(rows)))


def value_at(node: Node, place: Place) -> Value:
    """The value of ``node`` at a place.

    Raises:
        EvaluationError: it has none, for these values.
    """
    match node:
        case Literal(value=value, type=type_):
            return plain(value, type_)
        case ListOf(items=items, type=type_):
            return plain([value_at(item, place) for item in items], type_)
        case ObjectOf(names=names, items=items, type=type_):
            return plain(dict(zip(names, [value_at(item, place) for item in items], strict=True)), type_)
        case Attribute(path=path, type=type_):
            return _fitting(plain(step_into(place.person.attributes, path), type_), node)
        case Field(path=path, type=type_, up=up):
            return _fitting(plain(step_into(place.rows[up], path), type_), node)
        case Call():
            return _called(node, place)
        case Step(value=inner, name=name, type=type_):
            return _fitting(plain(part_of(inner.type, value_at(inner, place), name), type_), node)
        case Each():
            return _EACH[node.kind](node, _elements(node.over, place), place)
        case Quantifier():
            return _quantified(node, place)
        case Followed():
            return _followed(node, place)
        case Aggregate():
            return _aggregated(node, place)
        case InWindow(value=inner, window=window):
            moment = moment_of(value_at(inner, place))
            return moment is not None and contains(window, as_instant(moment), place.now)
        case Member(segment=segment):
            return _is_member(segment, place)
        case Membership(segment=segment):
            been = place.person.been(segment)
            return "realized" if _is_member(segment, place) else "exited" if been else "never"
        case Been(segment=segment):
            return place.person.been(segment)
        case Now():
            return as_datetime(place.now)
        case Events() | Chance():
            return plain(_from_beside(node, place), node.type)
        case Given() | Fetched():
            return _checked(plain(_from_beside(node, place), node.type), node)


def _is_member(segment: str, place: Place) -> bool:
    rule = place.person.rules.get(segment)
    return place.person.segments(segment) if rule is None else value_at(rule, place.at_rows(())) is True


def _checked(value: Value, node: Given | Fetched) -> Value:
    """What comes from beside the profile need not be what was expected: of a field whose type nobody has declared."""
    if is_of(value, node.type):
        return value
    raise EvaluationError(f"{'.'.join(node.path[1:])} is not of type {node.type}", code="wrong-type")


def _fitting(value: Value, node: Attribute | Field | Step) -> Value:
    """What is asked for as a value of a type, and was found in something of which no type is known.

    A number is a number: what was an integer when the rule was checked may have a fraction by now.
    """
    if is_of(value, node.type) or (node.type == INTEGER and isinstance(value, float)):
        return value
    raise EvaluationError(f"a value is not of type {node.type}", code="wrong-type")


def _elements(node: Node, place: Place) -> list[Value] | None:
    """The list that a node stands for."""
    found = value_at(node, place)
    if found is None or isinstance(found, list):
        return found
    raise EvaluationError("a value is no list", code="wrong-type")


def _from_beside(node: Given | Fetched | Events | Chance, place: Place) -> Value:
    """What lies beside the attributes of the profile."""
    person = place.person
    match node:
        case Given(path=path):
            return step_into(person.given, path)
        case Fetched(path=path, names=names, args=args):
            return person.fetch(path, dict(zip(names, [value_at(arg, place) for arg in args], strict=True)))
        case Events():
            return _all_events(node, place)
        case Chance(kind=kind, site=site):
            return person.chance(kind, site)


def _all_events(node: Events, place: Place) -> list[Row]:
    history = _merged(place) if place.person.history is None else place.person.history
    timed = sorted((event for event in history if event.get("timestamp")), key=lambda event: event["timestamp"])
    ordered = [*timed, *(event for event in history if not event.get("timestamp"))]
    return [event for event in ordered if not node.types or event.get("eventType") in node.types]


def _merged(place: Place) -> list[Row]:
    return [
        {**event, "eventType": kind, "timestamp": as_datetime(event["_time"])}
        for kind, events in place.person.events.items()
        for event in events
        if event["_time"] <= place.now
    ]


def part_of(type_: Type, value: Value, name: str) -> Value:
    """Field ``name`` of an object, or of every object of a list; fields that are lists are joined."""
    if not isinstance(value, list):
        return step_into(value, (name,))
    found = [step_into(item, (name,)) for item in value]
    field_ = type_.element.field_type(name) if type_.element is not None else None
    if (field_ is not None and field_.kind is Kind.LIST) or any(isinstance(part, list) for part in found):
        return [item for part in found if part is not None for item in (part if isinstance(part, list) else [part])]
    return found


# --- calls ---------------------------------------------------------------------------------------------


def _called(node: Call, place: Place) -> Value:
    lazy = _LAZY.get(node.function)
    types = tuple(arg.type for arg in node.args)
    if lazy is None:
        return applied(node.function, types, [value_at(arg, place) for arg in node.args])
    return widen(lazy(node.args, place), lazy_type(node.function, types))


def lazy_type(name: str, types: tuple[Type, ...]) -> Type:
    """The type of a call of a function that looks at its arguments only as far as it needs them."""
    return ANY if any(map(untyped, types)) else registry.overload(name, types).result


def applied(name: str, types: tuple[Type, ...], values: list[Value]) -> Value:
    """The function's value for these values; what is untyped among ``types`` is of the type of its value.

    Raises:
        EvaluationError: there is none, for these values.
    """
    open_ = any(map(untyped, types))
    overload = _overload_for(name, types, values) if open_ else registry.overload(name, types)
    try:
        return overload.value(values)
    except (TypeError, AttributeError):
        if all(is_of(*pair) and not partly_untyped(pair[1]) for pair in zip(values, types, strict=True)):
            raise
        raise EvaluationError(f"{name} cannot be applied to these values", code="wrong-type") from None


def _overload_for(name: str, types: tuple[Type, ...], values: list[Value]) -> Overload:
    """The overload for untyped arguments: their types are those of their values, unless they are only passed on."""
    passing = registry.passing_on(name, types)
    if passing is not None:
        return passing
    pairs = zip(types, values, strict=True)
    seen = tuple(type_of_value(value, type_) if untyped(type_) else type_ for type_, value in pairs)
    try:
        return registry.overload(name, seen)
    except RuleError as problem:
        raise EvaluationError(problem.message, code="wrong-type", hint=problem.hint) from None


def _all(args: tuple[Node, ...], place: Place) -> bool:
    return all(value_at(arg, place) is True for arg in args)


def _any(args: tuple[Node, ...], place: Place) -> bool:
    return any(value_at(arg, place) is True for arg in args)


def _chosen(args: tuple[Node, ...], place: Place) -> Value:
    test, then, otherwise = args
    return value_at(then if value_at(test, place) is True else otherwise, place)


def _first_known(args: tuple[Node, ...], place: Place) -> Value:
    for arg in args:
        value = value_at(arg, place)
        if value is not None:
            return value
    return None


_LAZY: dict[str, Callable[[tuple[Node, ...], Place], Value]] = {
    "and": _all,
    "or": _any,
    "if": _chosen,
    "coalesce": _first_known,
}

# --- elements ------------------------------------------------------------------------------------------


def _bodies(node: Each, elements: Sequence[Value], place: Place) -> list[Value]:
    return [value_at(node.body, place.inside(element)) for element in elements]


def _filtered(node: Each, elements: list[Value] | None, place: Place) -> Value:
    if elements is None:
        return None
    return [element for element, met in zip(elements, _bodies(node, elements, place), strict=True) if met is True]


def _mapped(node: Each, elements: list[Value] | None, place: Place) -> Value:
    return None if elements is None else plain(_bodies(node, elements, place), node.type)


def _grouped(node: Each, elements: list[Value] | None, place: Place) -> Value:
    if elements is None:
        return None
    groups: dict[str, list[Value]] = {}
    for element, key in zip(elements, _bodies(node, elements, place), strict=True):
        if key is not None:
            groups.setdefault(text_of(key), []).append(element)
    return groups


def _in_order(node: Each, elements: list[Value] | None, place: Place) -> Value:
    return None if elements is None else arranged(elements, _bodies(node, elements, place), node.kind == "ascending")


def arranged(elements: list[Value], keys: list[Value], ascending: bool) -> list[Value]:
    """The elements by their keys.

    Raises:
        EvaluationError: the keys have no order among each other.
    """
    try:
        return in_order(elements, keys, ascending)
    except TypeError:
        raise EvaluationError("values of different types have no order", code="wrong-type") from None


_EACH: dict[str, Callable[[Each, list[Value] | None, Place], Value]] = {
    "filter": _filtered,
    "map": _mapped,
    "group": _grouped,
    "ascending": _in_order,
    "descending": _in_order,
}


def _quantified(node: Quantifier, place: Place) -> bool:
    elements = _elements(node.over, place) or []
    met = [value_at(node.where, place.inside(element)) is True for element in elements]
    return {"any": any(met), "all": all(met), "none": not any(met)}[node.kind]


# --- sequences -----------------------------------------------------------------------------------------


def moment_of(value: Value) -> Value:
    """A date or time; a text is read as one, anything else is none."""
    if isinstance(value, str):
        return registry.get("read_instant").meaning(value)
    return value if isinstance(value, date) else None


def _followed(node: Followed, place: Place) -> bool:
    elements = [
        (as_instant(moment), element)
        for element in _elements(node.over, place) or []
        if (moment := moment_of(step_into(element, node.time))) is not None
    ]
    return followed(node, elements, lambda part, rows: value_at(part, place.at_rows((*rows, *place.rows))) is True)


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
    return [(item, event) for item in step_into(event, node.over) or [] if item is not None]


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
