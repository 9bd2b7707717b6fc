"""From lists of events to aggregates: ``xEvent[eventType = "purchase"].count() >= 3`` is the same tree as the rule
tree's ``{event: purchase, at_least: 3}``.

The text languages speak of all events of a profile as a list. The kernel keeps an aggregate of one event type within a
window true by adding and subtracting; a list it must build again for every profile that is touched. So every form that
says what an :class:`~parcours.language.tree.Aggregate` says is written as one, whatever language it came from: equal
questions are then equal trees and one feature.

An aggregate reads event values as the log keeps them (decimals are summed in millionths). A form that is not
recognised stays a list and keeps its meaning.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from parcours.core.clock import MILLISECOND, instant
from parcours.core.schema import BOOLEAN, DATE_TIME, DECIMAL, INTEGER, STRING, Kind, Schema, Type
from parcours.language.calendar import MONTHS
from parcours.language.edges import canonical, fixed
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
    Node,
    Now,
    Quantifier,
    Sequence,
    SequenceStep,
    Step,
    children,
    walk,
    with_children,
)
from parcours.language.window_kinds import Absolute, Calendar, Edge, Ever, Relative, Rolling, Window
from parcours.language.windows import relative

TYPE, TIME, EVER = ("eventType",), ("timestamp",), Ever()
_FOLDS = {"sum_of": "sum", "average_of": "average", "min_of": "min", "max_of": "max", "count_distinct": "distinct"}
_EQUALITY = ("eq", "equals")
_NUMBERS = ("eq", "ne", "lt", "le", "gt", "ge")
_OUTSIDE = (Attribute, Aggregate, Chance, Events, Fetched, Given, InWindow, Member, Now)


def lower(node: Node, schema: Schema) -> Node:
    """``node`` with every form over :class:`Events` that an aggregate can say written as one.

    Constants are fitted to what they are compared with, so that equal questions are equal trees. The meaning stays,
    except that decimals are summed in whole millionths, as aggregates do.
    """
    node = with_children(node, tuple(lower(child, schema) for child in children(node)))
    return _Rewriting(schema).of(node)


@dataclass(frozen=True, slots=True)
class _Selection:
    """The events (or the elements of their list ``over``) of one type, in a window, that meet all of ``where``.

    ``event`` is not known yet while only other conditions have been read. Conditions see the event as ``up=0``.
    """

    event: str | None = None
    window: Window = EVER
    where: tuple[Node, ...] = ()
    over: str | None = None
    items: tuple[Node, ...] = ()


class _Rewriting:
    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def of(self, node: Node) -> Node:
        """The aggregate that says the same as ``node``, whose parts are already rewritten; else ``node``."""
        match node:
            case Call(function="instant_of", args=(Call(function="with_offset", args=(instant,)),)):
                return instant
            case Call(function="size", args=(Call(function="distinct", args=(list_,)),)):
                return self._fold("distinct", list_) or node
            case Call(function="size", args=(list_,)):
                return self._count(list_) or node
            case Call(function="count_known", args=(Step() | Each(kind="map") as list_,)):
                return self._fold("count", list_) or node
            case Call(function="count_known", args=(list_,)):
                return self._count(list_) or node
            case Call(function=function, args=(list_,)) if function in _FOLDS:
                return self._fold(_FOLDS[function], list_) or node
            case (
                Call(function="is_empty", args=(list_,))
                | Call(function="is_null", args=(Call(function="null_if_empty", args=(list_,)),))
            ):
                return self._none(list_) or node
            case Call(function="is_not_null", args=(Call(function="null_if_empty", args=(list_,)),)):
                return self._some(list_) or node
            case Call(function="equals", args=(left, right)) if _has_value(left) or _has_value(right):
                return self.of(Call("eq", (left, right), BOOLEAN))
            case Call(function=function, args=(left, right)) if function in _NUMBERS and _mixed(left, right):
                return Call(function, (_decimal(left), _decimal(right)), BOOLEAN)
            case Call(
                function="not", args=(Call(function="eq", args=(Aggregate(kind="count") as count, Literal(value=0))),)
            ):
                return _at_least(count, 1)
            case Call(function="not", args=(Call(function="eq", args=args),)):
                return Call("ne", args, BOOLEAN)
            case Call(function="contains_item", args=(Step(value=list_, name=name, type=type_), Literal() as item)):
                return self._holding(list_, name, type_, item) or node
            case Quantifier(kind=kind, over=list_, where=where):
                return self._quantified(kind, list_, where) or node
            case Call(function="gt" | "eq" as function, args=(Call(function="size", args=(list_,)), Literal(value=0))):
                return _elements(list_, "any" if function == "gt" else "none") or node
            case Sequence(over=list_, time=("timestamp",), steps=(step,)):
                return self._single(list_, step) or node
            case _:
                return node

    # --- what is asked of the events -----------------------------------------------------------------

    def _count(self, list_: Node) -> Aggregate | None:
        selection = self._selected(list_)
        return None if selection is None else self._aggregate("count", selection, None)

    def _some(self, list_: Node) -> Node | None:
        count = self._count(list_)
        return None if count is None else _at_least(count, 1)

    def _none(self, list_: Node) -> Node | None:
        count = self._count(list_)
        return None if count is None else Call("eq", (count, Literal(0, INTEGER)), BOOLEAN)

    def _fold(self, kind: str, list_: Node) -> Aggregate | None:
        match list_:
            case Step(value=inner, name=name, type=type_) if type_.element is not None:
                value: Node = Field((name,), type_.element)
            case Each(kind="map", over=inner, body=body):
                value = body
            case Call(function="null_if_empty", args=(inner,)):
                return self._fold(kind, inner)
            case _:
                return None
        selection = self._selected(inner)
        if selection is None or not _reads_row_only(value) or value.type.kind in (Kind.LIST, Kind.OBJECT, Kind.MAP):
            return None
        return self._aggregate(kind, selection, value)

    def _holding(self, list_: Node, name: str, type_: Type, item: Literal) -> Node | None:
        if item.value is None or type_.element is None:
            return None
        same = Call("eq", (Field((name,), type_.element), item), BOOLEAN)
        return self._some(_filtered(list_, same))

    def _quantified(self, kind: str, list_: Node, where: Node) -> Node | None:
        if kind == "all":
            return self._none(_filtered(list_, Call("not", (where,), BOOLEAN)))
        return self._some(_filtered(list_, where)) if kind == "any" else self._none(_filtered(list_, where))

    def _single(self, list_: Node, step: SequenceStep) -> Node | None:
        if step.where is not None:
            return None
        for condition in (step.what, step.when):
            list_ = list_ if condition is None else _filtered(list_, condition)
        count = self._count(list_)
        return None if count is None else _at_least(count, step.count)

    def _aggregate(self, kind: str, selection: _Selection, value: Node | None) -> Aggregate | None:
        event = selection.event
        if event is None or event not in self._schema.events:
            return None
        own = _Own(event, self._schema.events[event])
        over = None if selection.over is None else (selection.over,)
        where = [own.read(part, 0 if over is None else 1) for part in selection.where]
        if over is not None:
            where += list(selection.items)
        read = value if value is None or over is not None else own.read(value, 0)
        return Aggregate(kind, event, selection.window, _type_of(kind, read), over, _all(where), read)

    # --- which events ----------------------------------------------------------------------------------

    def _selected(self, list_: Node) -> _Selection | None:
        match list_:
            case Events():
                return _Selection()
            case Each(kind="filter", over=over, body=body):
                inner = self._selected(over)
                for part in _conjuncts(body):
                    inner = None if inner is None else _narrowed(inner, part)
                return inner
            case Each(kind="ascending" | "descending", over=over) | Call(function="null_if_empty", args=(over,)):
                return self._selected(over)
            case Step(value=value, name=name, type=Type(kind=Kind.LIST, element=Type(kind=Kind.OBJECT))):
                inner = self._selected(value)
                if inner is None or inner.over is not None:
                    return None
                return replace(inner, over=name) if self._is_list(inner.event, name) else None
            case _:
                return None

    def _is_list(self, event: str | None, name: str) -> bool:
        """Whether the property is a list in this event type: an object would have been one element."""
        found = self._schema.events.get(event or "", {}).get(name)
        return found is not None and found.kind is Kind.LIST


def _elements(list_: Node, kind: str) -> Quantifier | None:
    """Whether any or no element of a list meets a condition, which was asked by counting those that do."""
    match list_:
        case Call(function="null_if_empty", args=(inner,)):
            return _elements(inner, kind)
        case Each(kind="filter", over=over, body=Call(function="not", args=(condition,))) if kind == "none":
            return Quantifier("all", over, condition)
        case Each(kind="filter", over=over, body=condition):
            return Quantifier(kind, over, condition)
        case _:
            return None


def _narrowed(selection: _Selection, part: Node) -> _Selection | None:
    """The selection with one more condition, or ``None`` when an aggregate cannot hold it."""
    if selection.over is None:
        match part:
            case (
                Call(function=function, args=(Field(path=("eventType",), up=0), Literal(value=str() as event)))
                | Call(function=function, args=(Literal(value=str() as event), Field(path=("eventType",), up=0)))
            ) if function in _EQUALITY and selection.event is None:
                return replace(selection, event=event)
            case InWindow(value=Field(path=("timestamp",), up=0), window=window):
                past = _past(window) if selection.window == EVER else _met(selection.window, window)
                return None if past is None else replace(selection, window=past)
            case Call(
                function="lt" | "le" | "gt" | "ge" as side,
                args=(Field(path=("timestamp",), up=0), Literal(value=datetime() as moment)),
            ) if isinstance(selection.window, Ever | Absolute):
                return replace(selection, window=_cut(selection.window, side, instant(moment)))
    if not _reads_row_only(part):
        return None
    if selection.over is None:
        return replace(selection, where=(*selection.where, part))
    return replace(selection, items=(*selection.items, part))


def _cut(window: Ever | Absolute, side: str, moment: int) -> Absolute:
    """The part of a window of the past on one side of an instant."""
    start, end = (window.start, window.end) if isinstance(window, Absolute) else (None, None)
    if side in ("gt", "ge"):
        first = moment + (side == "gt")
        return Absolute(first if start is None else max(start, first), end)
    last = moment + (side == "le")
    return Absolute(start, last if end is None else min(end, last))


def _met(first: Window, second: Window) -> Window | None:
    """Where two windows meet, one from an edge up to now and one up to an earlier edge; ``None`` for all others."""
    for one, other in ((first, second), (second, first)):
        start, end = _edges(one), _edges(other)
        if start is not None and end is not None and start[1] == Edge() and end[0] is None:
            lower, upper = start[0], end[1]
            if lower is not None and upper is not None and _before(lower, upper):
                return relative(lower, upper)
    return None


def _edges(window: Window) -> tuple[Edge | None, Edge | None] | None:
    match window:
        case Rolling(oldest=oldest, newest=newest, closed=closed) if not (oldest | newest) % MILLISECOND:
            lower = Edge(-oldest // MILLISECOND, "millisecond", closed=closed)
            return canonical(lower), canonical(Edge(-newest // MILLISECOND, "millisecond"))
        case Relative(lower=lower, upper=upper) if all(e is None or e.aligned is None for e in (lower, upper)):
            return lower, upper
        case _:
            return None


def _before(lower: Edge, upper: Edge) -> bool:
    """Whether one edge lies before the other at any time: both are a number of days (or less), or of months."""
    days = fixed(lower), fixed(upper)
    if days[0] is not None and days[1] is not None:
        return days[0] < days[1]
    if lower.unit in MONTHS and upper.unit in MONTHS:
        return lower.n * MONTHS[lower.unit] < upper.n * MONTHS[upper.unit]
    return False


def _past(window: Window) -> Window | None:
    """The part of the window up to now, where all events of a list lie; ``None``: there is no such part."""
    match window:
        case Rolling(oldest=oldest, newest=newest):
            return replace(window, newest=max(newest, 0)) if oldest > 0 else None
        case Calendar() | Absolute():
            return replace(window, future=False)
        case Relative(lower=lower, upper=upper, zone=zone) if upper is None or upper.n > 0:
            return relative(lower, Edge(), zone)
        case _:
            return window


def _reads_row_only(node: Node, depth: int = 0) -> bool:
    """Whether the value of ``node`` follows from the row alone."""
    match node:
        case Field(up=up):
            return up <= depth
        case Quantifier(over=over, where=inner) | Each(over=over, body=inner):
            return _reads_row_only(over, depth) and _reads_row_only(inner, depth + 1)
        case Sequence():
            return False
        case _ if isinstance(node, _OUTSIDE):
            return False
        case _:
            return all(_reads_row_only(child, depth) for child in children(node))


@dataclass(frozen=True, slots=True)
class _Own:
    """Reads fields of an event in general as properties of one event type."""

    event: str
    properties: Mapping[str, Type]

    def read(self, node: Node, shift: int, depth: int = 0) -> Node:
        """``node`` as a condition on this event type; ``shift`` rows now stand between it and the event."""
        match node:
            case Field(path=path, up=up) if up == depth:
                return self._field(node, path, up + shift)
            case Quantifier(over=over, where=inner):
                return replace(node, over=self.read(over, shift, depth), where=self.read(inner, shift, depth + 1))
            case Each(over=over, body=inner):
                return replace(node, over=self.read(over, shift, depth), body=self.read(inner, shift, depth + 1))
            case _:
                return with_children(node, tuple(self.read(child, shift, depth) for child in children(node)))

    def _field(self, node: Field, path: tuple[str, ...], up: int) -> Node:
        if path == TYPE and "eventType" not in self.properties:
            return Literal(self.event, STRING)
        if path == TIME and "timestamp" not in self.properties:
            return Field(("_time",), DATE_TIME, up)
        type_ = self._type(path)
        return Literal(None, node.type) if type_ is None else Field(path, type_, up)

    def _type(self, path: tuple[str, ...]) -> Type | None:
        found = self.properties.get(path[0]) if path else None
        for name in path[1:]:
            found = None if found is None else found.field_type(name)
        return found


def _has_value(node: Node) -> bool:
    return isinstance(node, Literal) and node.value is not None


def _mixed(left: Node, right: Node) -> bool:
    """Whether a decimal stands beside an integer constant."""
    return any(
        one.type == DECIMAL and isinstance(other, Literal) and other.type == INTEGER and _exact(other.value)
        for one, other in ((left, right), (right, left))
    )


def _exact(value: object) -> bool:
    """Whether the integer is also a decimal."""
    return isinstance(value, int) and abs(value) <= 2**53


def _decimal(node: Node) -> Node:
    if isinstance(node, Literal) and isinstance(node.value, int):
        return Literal(float(node.value), DECIMAL)
    return node


def _conjuncts(node: Node) -> Iterator[Node]:
    match node:
        case Call(function="and", args=args):
            for arg in args:
                yield from _conjuncts(arg)
        case _:
            yield node


def _filtered(list_: Node, where: Node) -> Node:
    return Each("filter", list_, where, list_.type)


def _all(parts: list[Node]) -> Node | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return Call("and", tuple(parts), BOOLEAN)


def _at_least(count: Node, number: int) -> Node:
    return Call("ge", (count, Literal(number, INTEGER)), BOOLEAN)


def _type_of(kind: str, value: Node | None) -> Type:
    if kind in ("count", "distinct") or value is None:
        return INTEGER
    return DECIMAL if kind == "average" else value.type


def recognised(node: Node) -> bool:
    """Whether ``node`` reads no list of events: every question about events is an aggregate."""
    return not any(isinstance(part, Events) for part in walk(node))
