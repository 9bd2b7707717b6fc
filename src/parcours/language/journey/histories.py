"""Aggregates as the journey language asks for them: a function of the list of the profile's events of a type.

``count(#{Parcours.Events.purchase.all(…)})`` is read as a list, which :mod:`parcours.language.lower` makes the
aggregate again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from parcours.core.schema import BOOLEAN, DATE_TIME, DECIMAL, INTEGER, Kind
from parcours.language.journey.moving import edges
from parcours.language.journey.scope import TIMESTAMP
from parcours.language.tree import Aggregate, Call, Each, Field, InWindow, Node, Quantifier, children, with_children
from parcours.language.tree import (
    Sequence as Follows,
)
from parcours.language.window_kinds import Absolute, Edge, Ever, Window
from parcours.language.windows import relative

_TIME = ("_time",)
_FUNCTIONS: Mapping[str, str] = {
    "count": "count",
    "sum": "sum",
    "average": "avg",
    "min": "min",
    "max": "max",
    "distinct": "distinctCount",
}
_ORDERED = (INTEGER.kind, DECIMAL.kind, Kind.DURATION, Kind.DATE_ONLY, Kind.DATE_TIME_ONLY, Kind.DATE_TIME)


@dataclass(frozen=True, slots=True)
class Question:
    """``function`` of the values at path ``value`` of what ``steps`` lead to.

    Each step is the name of a list inside (none for the events themselves) and the condition on its elements.
    """

    function: str
    steps: tuple[tuple[str | None, Node | None], ...]
    value: tuple[str, ...]


def asked_of(aggregate: Aggregate) -> Question | None:
    """The question of an aggregate, or ``None`` when the language cannot ask it.

    It cannot speak of the first or last value by order of arrival, nor of an event inside a condition on its elements.
    """
    function = _FUNCTIONS.get(aggregate.kind)
    if function is None or (aggregate.over is not None and len(aggregate.over) > 1):
        return None
    value: tuple[str, ...] = ()
    if aggregate.value is not None:
        if not _is_value(aggregate.kind, aggregate.value):
            return None
        assert isinstance(aggregate.value, Field)
        value = (TIMESTAMP,) if aggregate.value.path == _TIME else aggregate.value.path
    steps = _steps(aggregate)
    return None if steps is None else Question(function, steps, value)


def _is_value(kind: str, value: Node) -> bool:
    if not isinstance(value, Field) or value.up or not value.path:
        return False
    if kind in ("min", "max"):
        return value.type.kind in _ORDERED
    return (
        value.type.numeric if kind in ("sum", "average") else value.type.kind not in (Kind.LIST, Kind.OBJECT, Kind.MAP)
    )


def _steps(aggregate: Aggregate) -> tuple[tuple[str | None, Node | None], ...] | None:
    """The conditions on the events, and on their elements."""
    parts = list(_conjuncts(aggregate.where))
    about_event = [part for part in parts if aggregate.over is None or _ups(part) <= {1}]
    about_item = [part for part in parts if part not in about_event]
    if any(_ups(part) - {0} for part in about_item):
        return None
    shift = 0 if aggregate.over is None else 1
    events = [_as_element(part, shift) for part in about_event]
    if not isinstance(aggregate.window, Ever):
        events.insert(0, InWindow(Field((TIMESTAMP,), DATE_TIME), _open(aggregate.window)))
    if aggregate.over is None:
        return ((None, _all(events)),)
    return (None, _all(events)), (aggregate.over[0], _all([_as_element(part, 0) for part in about_item]))


def _open(window: Window) -> Window:
    """The window without an end at now, which all events of a list have."""
    if isinstance(window, Absolute):
        return replace(window, future=True)
    found = edges(window)
    return relative(found[0], None) if found is not None and found[0] and found[1] == Edge() else window


def _conjuncts(where: Node | None) -> Iterator[Node]:
    if isinstance(where, Call) and where.function == "and":
        for arg in where.args:
            yield from _conjuncts(arg)
    elif where is not None:
        yield where


def _all(parts: Sequence[Node]) -> Node | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return Call("and", tuple(parts), BOOLEAN)


def _ups(node: Node, depth: int = 0) -> set[int]:
    """Which rows a condition reads: 0 its own, 1 the one around it."""
    if isinstance(node, Field):
        return {node.up - depth} if node.up >= depth else set()
    if isinstance(node, Quantifier | Each):
        over, inner = children(node)
        return _ups(over, depth) | _ups(inner, depth + 1)
    if isinstance(node, Follows):
        return {-1}  # rows of several steps: nothing is said of these
    return {up for child in children(node) for up in _ups(child, depth)}


def _as_element(node: Node, shift: int, depth: int = 0) -> Node:
    """A condition on an event type as one on an element of the list of its events; ``shift`` rows nearer."""
    if isinstance(node, Field) and node.up >= depth:
        return replace(node, path=(TIMESTAMP,) if node.path == _TIME else node.path, up=node.up - shift)
    parts = children(node)
    if isinstance(node, Quantifier | Each):
        return with_children(node, (_as_element(parts[0], shift, depth), _as_element(parts[1], shift, depth + 1)))
    return with_children(node, tuple(_as_element(part, shift, depth) for part in parts))
