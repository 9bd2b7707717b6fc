"""Which events a list of events holds, as far as an aggregate can say it: of a type, in a window, with conditions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from parcours.core.clock import instant
from parcours.core.schema import DATE_TIME, DECIMAL, INTEGER, STRING, Kind, Schema, Type, object_of
from parcours.language.conditions import all_of, conjuncts
from parcours.language.scopes import reach, with_fields
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Call,
    Chance,
    Each,
    Events,
    Fetched,
    Field,
    Given,
    InWindow,
    Literal,
    Member,
    Membership,
    Node,
    Now,
    Sequence,
    Step,
    walk,
)
from parcours.language.window_kinds import Absolute, Ever, Window
from parcours.language.window_parts import cut, met, past

_TYPE, _TIME = ("eventType",), ("timestamp",)
_EVER = Ever()
_EQUALITY = ("eq", "equals")
#: Nodes whose value does not follow from a row alone.
_OUTSIDE = (Attribute, Aggregate, Chance, Events, Fetched, Given, InWindow, Member, Membership, Now, Sequence)


@dataclass(frozen=True, slots=True)
class Selection:
    """The events (or the elements of their list ``over``) of one type, in a window, that meet all of ``where``.

    ``event`` is not known yet while only other conditions have been read. Conditions see the event as ``up=0``, those
    of ``items`` the element.
    """

    event: str | None = None
    window: Window = _EVER
    where: tuple[Node, ...] = ()
    over: str | None = None
    items: tuple[Node, ...] = ()

    def narrowed(self, part: Node) -> Selection | None:
        """The selection with one more condition, or ``None`` when an aggregate cannot hold it."""
        if self.over is None:
            match part:
                case (
                    Call(function=function, args=(Field(path=("eventType",), up=0), Literal(value=str() as event)))
                    | Call(function=function, args=(Literal(value=str() as event), Field(path=("eventType",), up=0)))
                ) if function in _EQUALITY and self.event is None:
                    return replace(self, event=event)
                case InWindow(value=Field(path=("timestamp",), up=0), window=window):
                    found = past(window) if self.window == _EVER else met(self.window, window)
                    return None if found is None else replace(self, window=found)
                case Call(
                    function="lt" | "le" | "gt" | "ge" as side,
                    args=(Field(path=("timestamp",), up=0), Literal(value=datetime() as moment)),
                ) if isinstance(self.window, Ever | Absolute):
                    return replace(self, window=cut(self.window, side, instant(moment)))
        if not _follows_from_row(part):
            return None
        if self.over is None:
            return replace(self, where=(*self.where, part))
        return replace(self, items=(*self.items, part))

    def aggregate(self, kind: str, value: Node | None, schema: Schema) -> Aggregate | None:
        """The aggregate of a value of each row, or their number; ``None`` when an aggregate cannot compute it."""
        if self.event is None or self.event not in schema.events or not (value is None or _is_value(value)):
            return None
        properties = schema.events[self.event]
        over = None if self.over is None else (self.over,)
        where = [_of_type(part, self.event, properties, 0 if over is None else 1) for part in self.where]
        if over is not None:
            where += list(self.items)
        read = value if value is None or over is not None else _of_type(value, self.event, properties, 0)
        return Aggregate(
            kind, self.event, self.window, _type_of(kind, read), over, all_of(*where) if where else None, read
        )


def selected(list_: Node, schema: Schema) -> Selection | None:
    """What ``list_`` holds; ``None`` when it is not a list of events, or one that an aggregate cannot read."""
    match list_:
        case Events():
            return Selection()
        case Each(kind="filter", over=over, body=body):
            inner = selected(over, schema)
            for part in conjuncts(body):
                inner = None if inner is None else inner.narrowed(part)
            return inner
        case Each(kind="ascending" | "descending", over=over) | Call(function="null_if_empty", args=(over,)):
            return selected(over, schema)
        case Step(value=value, name=name, type=Type(kind=Kind.LIST, element=Type(kind=Kind.OBJECT))):
            inner = selected(value, schema)
            if inner is None or inner.over is not None:
                return None
            return replace(inner, over=name) if _is_list(inner.event, name, schema) else None
        case _:
            return None


def _is_list(event: str | None, name: str, schema: Schema) -> bool:
    """Whether the property is a list in this event type: an object would have been one element."""
    found = schema.events.get(event or "", {}).get(name)
    return found is not None and found.kind is Kind.LIST


def _follows_from_row(node: Node) -> bool:
    """Whether the value of ``node`` follows from the row alone."""
    return reach(node) <= {0} and not any(isinstance(part, _OUTSIDE) for part in walk(node))


def _is_value(node: Node) -> bool:
    return _follows_from_row(node) and node.type.kind not in (Kind.LIST, Kind.OBJECT, Kind.MAP)


def _of_type(node: Node, event: str, properties: Mapping[str, Type], shift: int) -> Node:
    """A condition on an event in general as one on the rows of its type; ``shift`` rows stand between it and the event.

    What events of this type do not have is null.
    """

    def own(field: Field, depth: int) -> Node:
        if field.up != depth:
            return field
        if field.path == _TYPE and "eventType" not in properties:
            return Literal(event, STRING)
        if field.path == _TIME and "timestamp" not in properties:
            return Field(("_time",), DATE_TIME, field.up + shift)
        type_ = object_of(properties).at(field.path) if field.path else None
        return Literal(None, field.type) if type_ is None else Field(field.path, type_, field.up + shift)

    return with_fields(node, own)


def _type_of(kind: str, value: Node | None) -> Type:
    if kind in ("count", "distinct") or value is None:
        return INTEGER
    return DECIMAL if kind == "average" else value.type
