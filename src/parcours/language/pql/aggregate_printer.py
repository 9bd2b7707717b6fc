"""An aggregate as the form over the list of all events that says the same.

The condition asks for the event type first, then for the window, then for the rest; ``language/lower.py`` reads it back
as the aggregate.
"""

from __future__ import annotations

from dataclasses import replace

from parcours.core.schema import ANY, BOOLEAN, DATE_TIME, INTEGER, STRING, list_of
from parcours.language.conditions import all_of, conjuncts
from parcours.language.pql.printing_scope import not_expressible
from parcours.language.scopes import reach, with_fields
from parcours.language.tree import Aggregate, Call, Each, Events, Field, InWindow, Literal, Node, Step
from parcours.language.window_kinds import Absolute, Calendar, Ever, Window

_TYPE, _TIME = Field(("eventType",), STRING), Field(("timestamp",), DATE_TIME)
_LIST = list_of(ANY)
_FOLDS = {"sum": "sum_of", "average": "average_of", "min": "min_of", "max": "max_of"}


def as_events(node: Aggregate) -> Node:
    """The same as a fold of filtered events.

    Raises:
        RuleError: the language cannot say it (code ``not-expressible``).
    """
    conditions: list[Node] = [Call("equals", (_TYPE, Literal(node.event, STRING)), BOOLEAN)]
    if not isinstance(node.window, Ever):
        conditions.append(InWindow(_TIME, _whole(node.window)))
    parts = [] if node.where is None else [_timed(part) for part in conjuncts(node.where)]
    if node.kind in ("first", "distinct") and node.value is not None:
        parts.append(Call("is_not_null", (_timed(node.value),), BOOLEAN))
    if node.over is None:
        return _folded(node, _filtered(Events(_LIST), [*conditions, *parts]))
    about_event = [part for part in parts if reach(part) == {1}]
    about_item = [part for part in parts if reach(part) != {1}]
    if any(1 in reach(part) for part in about_item):
        raise not_expressible("a condition that compares a part of a list with its event")
    items: Node = _filtered(Events(_LIST), [*conditions, *(_outer(part) for part in about_event)])
    for name in node.over:
        items = Step(items, name, _LIST)
    return _folded(node, _filtered(items, about_item))


def _folded(node: Aggregate, list_: Node) -> Node:
    if node.value is None:
        return Call("size", (list_,), INTEGER)
    value = _timed(node.value)
    if node.over is not None and 1 in reach(value):
        raise not_expressible("a value of the event beside the parts of a list")
    values = Each("map", list_, value, list_of(value.type))
    match node.kind:
        case "count":
            return Call("size", (list_,), INTEGER)
        case "first":
            return Call("first_item", (values,), node.type)
        case "distinct":
            return Call("size", (Call("distinct", (values,), values.type),), INTEGER)
        case kind if kind in _FOLDS:
            return Call(_FOLDS[kind], (values,), node.type)
        case kind:
            raise not_expressible(f"the {kind} value of events")


def _filtered(list_: Node, conditions: list[Node]) -> Node:
    return Each("filter", list_, all_of(*conditions), _LIST) if conditions else list_


def _whole(window: Window) -> Window:
    """The window with the future: events have none."""
    return replace(window, future=True) if isinstance(window, Calendar | Absolute) else window


def _timed(node: Node) -> Node:
    """``node`` with the time of the event under the name it has in the list of all events."""
    return with_fields(
        node, lambda field, _: replace(field, path=("timestamp",)) if field.path == ("_time",) else field
    )


def _outer(node: Node) -> Node:
    """A condition that reads the event only, one row further out."""
    return with_fields(node, lambda field, depth: replace(field, up=field.up - 1) if field.up > depth else field)
