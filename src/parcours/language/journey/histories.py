"""Aggregates as the journey language asks for them: a function of the list of the profile's events of a type.

``count(#{Parcours.Events.purchase.all(…)})`` is read as a list, which :mod:`parcours.language.lower` makes the
aggregate again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from parcours.core.schema import DATE_TIME, DECIMAL, INTEGER, Kind
from parcours.language.conditions import all_of, conjuncts
from parcours.language.journey.moving import edges
from parcours.language.journey.scope import TIMESTAMP
from parcours.language.scopes import reach, with_fields
from parcours.language.tree import Aggregate, Field, InWindow, Node, Sequence, walk
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
    parts = [] if aggregate.where is None else list(conjuncts(aggregate.where))
    about_event = [part for part in parts if aggregate.over is None or _reads_only(part, 1)]
    about_item = [part for part in parts if part not in about_event]
    if not all(_reads_only(part, 0) for part in about_item):
        return None
    shift = 0 if aggregate.over is None else 1
    events = [_as_element(part, shift) for part in about_event]
    if not isinstance(aggregate.window, Ever):
        events.insert(0, InWindow(Field((TIMESTAMP,), DATE_TIME), _open(aggregate.window)))
    of_events = all_of(*events) if events else None
    if aggregate.over is None:
        return ((None, of_events),)
    items = [_as_element(part, 0) for part in about_item]
    return (None, of_events), (aggregate.over[0], all_of(*items) if items else None)


def _open(window: Window) -> Window:
    """The window without an end at now, which all events of a list have."""
    if isinstance(window, Absolute):
        return replace(window, future=True)
    found = edges(window)
    return relative(found[0], None) if found is not None and found[0] and found[1] == Edge() else window


def _reads_only(condition: Node, row: int) -> bool:
    """Whether a condition reads this row only: 0 is its own, 1 the one around it. Of sequences nothing is said."""
    return reach(condition) <= {row} and not any(isinstance(part, Sequence) for part in walk(condition))


def _as_element(node: Node, shift: int) -> Node:
    """A condition on an event type as one on an element of the list of its events; ``shift`` rows nearer."""

    def moved(field: Field, depth: int) -> Field:
        if field.up < depth:
            return field
        return replace(field, path=(TIMESTAMP,) if field.path == _TIME else field.path, up=field.up - shift)

    return with_fields(node, moved)
