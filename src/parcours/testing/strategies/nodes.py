"""Typed trees: calls of every function, leaves, quantifiers, aggregates, within what a scope offers."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from hypothesis import strategies as st

from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Kind,
    Schema,
    Type,
    list_of,
    map_of,
    object_of,
)
from parcours.language.functions import registry
from parcours.language.functions.signatures import Constant, Derived, ListOfVar, MapOfVar, Shape, Var
from parcours.language.tree import (
    STATUSES,
    Aggregate,
    Attribute,
    Call,
    Each,
    Events,
    Field,
    InWindow,
    ListOf,
    Literal,
    Member,
    Membership,
    Node,
    Now,
    ObjectOf,
    Quantifier,
    SequenceStep,
    Step,
)
from parcours.language.tree import Sequence as Followed
from parcours.testing.strategies.basics import (
    LISTS,
    OBJECTS,
    SCALARS,
    SEGMENTS,
    maybe,
    windows,
)


@dataclass(frozen=True)
class Scope:
    """What a generated tree may refer to.

    ``rows`` are the rows around it, innermost first: the fields of an object, or the type of a plain value. With
    ``lists`` it also makes lists element by element, steps into lists and objects, sequences, and asks for windows
    around whatever is a date or time.
    """

    attributes: Mapping[str, Type] = field(default_factory=dict)
    rows: tuple[Mapping[str, Type] | Type, ...] = ()
    events: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)
    segments: Sequence[str] = ()
    windows: bool = False
    lists: bool = False


def profile_scope(schema: Schema, segments: Sequence[str] = SEGMENTS) -> Scope:
    """What a rule about profiles may refer to: everything but rows."""
    return Scope(schema.attributes, (), schema.events, segments, windows=True)


def row_scope(properties: Mapping[str, Type], over: str | None = None) -> Scope:
    """What a rule about events, or about the elements of their list ``over``, may refer to."""
    event = {**properties, "_time": DATE_TIME}
    if over is None:
        return Scope(rows=(event,))
    element = properties[over].element
    return Scope(rows=(dict(element.fields) if element else {}, event))


def rules(schema: Schema, depth: int = 3) -> st.SearchStrategy[Node]:
    """Typed conditions on profiles."""
    return trees(BOOLEAN, profile_scope(schema), depth)


@st.composite
def trees(draw: st.DrawFn, type_: Type, scope: Scope, depth: int = 3) -> Node:
    """Trees whose value is of ``type_`` (or an integer, where a decimal will do)."""
    makers = [_leaf, _leaf, _literal] if depth <= 0 else [_call, _call, _call, _special, _special, _leaf]
    node = draw(draw(st.sampled_from(makers))(type_, scope, depth))
    if node is None and depth > 0:
        node = draw(_call(type_, scope, depth))
    return node if node is not None else draw(_literal(type_, scope, depth))


@st.composite
def _literal(draw: st.DrawFn, type_: Type, scope: Scope, depth: int) -> Node:
    if type_.kind is Kind.LIST and type_.element is not None:
        items = draw(st.lists(trees(type_.element, scope, depth - 1 if draw(st.booleans()) else -1), max_size=3))
        plain = all(item.type == type_.element for item in items)
        return ListOf(tuple(items), type_) if plain else ListOf((), type_)
    if type_.kind is Kind.OBJECT and depth > 0:
        return draw(objects(type_, scope, depth))
    if type_.kind in (Kind.OBJECT, Kind.LIST, Kind.MAP):
        return Literal(None, type_)
    return Literal(draw(maybe(type_, extreme=not scope.rows)), type_)


@st.composite
def _leaf(draw: st.DrawFn, type_: Type, scope: Scope, depth: int) -> Node | None:
    found = list(_leaves(type_, scope))
    return draw(st.sampled_from(found)) if found else None


def _leaves(type_: Type, scope: Scope) -> Iterator[Node]:
    for path in _paths(scope.attributes, type_):
        yield Attribute(path, type_)
    for up, row in enumerate(scope.rows):
        for path in _paths(row, type_) if not isinstance(row, Type) else [()] * (row == type_):
            yield Field(path, type_, up)
    if type_ == BOOLEAN:
        yield from (Member(segment) for segment in scope.segments)
        # a comparison that happens to find something: of a status with one of the few texts that it can be
        for segment in scope.segments:
            yield from (Call("eq", (Membership(segment), Literal(status, STRING)), BOOLEAN) for status in STATUSES)
    if type_ == STRING:
        yield from (Membership(segment) for segment in scope.segments)
    if type_ == DATE_TIME and scope.windows:
        yield Now()


def _paths(known: Mapping[str, Type], type_: Type) -> Iterator[tuple[str, ...]]:
    for name, kind in known.items():
        if kind == type_:
            yield (name,)
        yield from ((name, *rest) for rest in _paths(dict(kind.fields), type_))


@st.composite
def _call(draw: st.DrawFn, type_: Type, scope: Scope, depth: int) -> Node | None:
    fitting = sorted(name for name in _calls().get(type_, ()) if registry.get(name).fails is None)
    return draw(calls(draw(st.sampled_from(fitting)), scope, depth, type_)) if fitting else None


@st.composite
def calls(draw: st.DrawFn, name: str, scope: Scope, depth: int = 1, type_: Type | None = None) -> Call:
    """Calls of one function, with any of its signatures (or any whose result is ``type_``)."""
    fitting = [known[name] for result, known in _calls().items() if name in known and type_ in (None, result)]
    params = draw(st.sampled_from([params for choice in fitting for params in choice]))
    args = tuple(draw(_argument(param, constant, scope, depth - 1)) for param, constant in params)
    return Call(name, args, registry.resolve(name, [arg.type for arg in args]))


@st.composite
def _argument(draw: st.DrawFn, type_: Type, constant: Constant | None, scope: Scope, depth: int) -> Node:
    if constant is not None:
        return Literal(draw(st.sampled_from(constant.samples)), type_)
    narrower = type_ == DECIMAL and draw(st.integers(0, 3)) == 0
    return draw(trees(INTEGER if narrower else type_, scope, depth))


Params: TypeAlias = tuple[tuple[Type, Constant | None], ...]


@functools.cache
def _calls() -> dict[Type, dict[str, list[Params]]]:
    """By type of result, by name: every choice of concrete parameter types."""
    found: dict[Type, dict[str, list[Params]]] = {}
    for name, params, result in itertools.chain.from_iterable(map(_instances, registry.names())):
        found.setdefault(result, {}).setdefault(name, []).append(params)
    return found


def _instances(name: str) -> Iterator[tuple[str, Params, Type]]:
    for signature, count in itertools.product(registry.get(name).signatures, range(1, 4)):
        params = signature.params_for(count)
        for bound in _bindings([param.type for param in params]) if params else ():
            types = tuple((_bound(param.type, bound), param.constant) for param in params or ())
            yield name, types, _bound(signature.result, bound)


def _bindings(shapes: Sequence[Shape]) -> Iterator[dict[Var, Type]]:
    variables = list(dict.fromkeys(_variables(shapes)))
    choices = [[kind for kind in (*SCALARS, *LISTS, *OBJECTS) if _may_be(kind, var, shapes)] for var in variables]
    for chosen in itertools.product(*choices):
        yield dict(zip(variables, chosen, strict=True))


def _variables(shapes: Sequence[Shape]) -> Iterator[Var]:
    for shape in shapes:
        match shape:
            case ListOfVar(element=var) | MapOfVar(element=var) | Derived(of=var):
                yield var
            case Var():
                yield shape


def _may_be(kind: Type, var: Var, shapes: Sequence[Shape]) -> bool:
    nested = kind.kind is Kind.LIST and any(isinstance(shape, ListOfVar | MapOfVar) for shape in shapes)
    return not nested and (var.kinds is None or kind.kind in var.kinds)


def _bound(shape: Shape, bound: Mapping[Var, Type]) -> Type:
    match shape:
        case ListOfVar(element=var):
            return list_of(bound[var])
        case MapOfVar(element=var):
            return map_of(bound[var])
        case Derived(of=var, type=derive):
            return derive(bound[var])
        case Var():
            return bound[shape]
        case _:
            return shape


@st.composite
def _special(draw: st.DrawFn, type_: Type, scope: Scope, depth: int) -> Node | None:
    makers = [_aggregate] if scope.events else []
    if type_ == BOOLEAN:
        makers += [_quantifier, _in_window] if scope.windows else [_quantifier]
    if scope.lists:
        makers += [_made, _made, _stepped] + [_sequence] * (type_ == BOOLEAN) + [_now] * (type_ == DATE_TIME)
    return draw(draw(st.sampled_from(makers))(type_, scope, depth)) if makers else None


@st.composite
def _quantifier(draw: st.DrawFn, type_: Type, scope: Scope, depth: int) -> Node | None:
    return draw(quantifiers(scope, depth)) if _lists(scope) else None


@st.composite
def quantifiers(draw: st.DrawFn, scope: Scope, depth: int = 2) -> Quantifier:
    """any, all, none over a list of objects or plain values that the scope has; it must have one."""
    over = draw(st.sampled_from(_lists(scope)))
    if scope.lists and depth > 1:
        over = draw(_arranged(over, scope, depth - 1))
    inner = _inside(scope, over)
    return Quantifier(draw(st.sampled_from(("any", "all", "none"))), over, draw(trees(BOOLEAN, inner, depth - 1)))


def _inside(scope: Scope, *lists: Node) -> Scope:
    """What can be referred to inside an element of a list: of the first list first."""
    elements = [list_.type.element or ANY for list_ in lists]
    rows = tuple(dict(element.fields) if element.fields else element for element in elements)
    return replace(scope, rows=(*rows, *scope.rows), events={}, windows=scope.windows and scope.lists)


def _lists(scope: Scope) -> list[Node]:
    known = [row for row in (scope.attributes, *scope.rows) if not isinstance(row, Type)]
    types = [kind for fields in known for kind in fields.values()]
    found = [leaf for kind in dict.fromkeys(types) if kind.kind is Kind.LIST for leaf in _leaves(kind, scope)]
    return [*found, all_events(scope.events)] if scope.lists and scope.events else found


def all_events(events: Mapping[str, Mapping[str, Type]]) -> Events:
    """The list of all events of types with these properties."""
    known = {name: kind for properties in events.values() for name, kind in properties.items()}
    return Events(list_of(object_of({"eventType": STRING, "timestamp": DATE_TIME, **known})))


@st.composite
def _in_window(draw: st.DrawFn, type_: Type, scope: Scope, depth: int) -> Node | None:
    if scope.lists and scope.rows:
        moment = draw(st.sampled_from((DATE_ONLY, DATE_TIME, DATE_TIME_ONLY, OFFSET_TIME)))
        return InWindow(draw(trees(moment, scope, depth - 1)), draw(windows()))
    found = [leaf for kind in (DATE_ONLY, DATE_TIME) for leaf in _leaves(kind, scope) if isinstance(leaf, Attribute)]
    return InWindow(draw(st.sampled_from(found)), draw(windows())) if found else None


@st.composite
def _aggregate(draw: st.DrawFn, type_: Type, scope: Scope, depth: int) -> Node | None:
    return draw(aggregates(scope.events, type_, depth - 1))


@st.composite
def aggregates(
    draw: st.DrawFn, events: Mapping[str, Mapping[str, Type]], type_: Type | None = None, depth: int = 2
) -> Aggregate | None:
    """Aggregates with a value of ``type_`` (any, when left out) over events of a schema; ``None`` if there is none."""
    event = draw(st.sampled_from(sorted(events)))
    lists = [
        name for name, kind in events[event].items() if kind.kind is Kind.LIST and kind.element and kind.element.fields
    ]
    over = draw(st.none() | st.sampled_from(lists)) if lists else None
    rows = row_scope(events[event], over)
    found = [choice for choice in _kinds(rows) if type_ is None or choice[2] == type_]
    if not found:
        return None
    kind, value, result = draw(st.sampled_from(found))
    where = draw(st.none() | trees(BOOLEAN, rows, depth))
    path = (over,) if over is not None else None
    return Aggregate(kind, event, draw(windows()), result, path, where, value)


def _kinds(rows: Scope) -> Iterator[tuple[str, Node | None, Type]]:
    """Every kind of aggregate with a value it can take from the rows, and the type of its result."""
    yield "count", None, INTEGER
    for kind in (BOOLEAN, INTEGER, DECIMAL, STRING, DATE_ONLY, DATE_TIME):
        for leaf in _leaves(kind, rows):
            yield "count", leaf, INTEGER
            yield "distinct", leaf, INTEGER
            yield from ((name, leaf, kind) for name in ("min", "max", "first", "last"))
            if kind.numeric:
                yield "sum", leaf, kind
                yield "average", leaf, DECIMAL


# --- lists made element by element ---------------------------------------------------------------------


@st.composite
def objects(draw: st.DrawFn, type_: Type, scope: Scope, depth: int = 1) -> ObjectOf:
    """Objects of a type, made field by field."""
    items = tuple(draw(trees(kind, scope, depth - 1)) for _, kind in type_.fields)
    return ObjectOf(tuple(name for name, _ in type_.fields), items, type_)


@st.composite
def _arranged(draw: st.DrawFn, over: Node, scope: Scope, depth: int) -> Node:
    """A list with fewer of its elements, or in another order."""
    kind = draw(st.sampled_from(("filter", "ascending", "descending")))
    type_ = BOOLEAN if kind == "filter" else draw(st.sampled_from((*SCALARS, OFFSET_TIME)))
    return Each(kind, over, draw(trees(type_, _inside(scope, over), depth)), over.type)


@st.composite
def made_lists(draw: st.DrawFn, scope: Scope, element: Type | None = None, depth: int = 2) -> Node:
    """Lists made from a list that the scope has; of values of type ``element``, when this is given."""
    over = draw(st.sampled_from(_lists(scope)))
    if draw(st.booleans()):
        over = draw(_arranged(over, scope, depth - 1))
    if element is None or element == over.type.element:
        return over
    body = draw(trees(element, _inside(scope, over), depth - 1))
    return Each("map", over, body, list_of(body.type))


@st.composite
def groups(draw: st.DrawFn, scope: Scope, depth: int = 2) -> Each:
    """Lists that the scope has, grouped by a value."""
    over = draw(st.sampled_from(_lists(scope)))
    body = draw(trees(draw(st.sampled_from((*SCALARS, OFFSET_TIME))), _inside(scope, over), depth - 1))
    return Each("group", over, body, map_of(over.type))


@st.composite
def _made(draw: st.DrawFn, type_: Type, scope: Scope, depth: int) -> Node | None:
    """A value of ``type_`` from a list made element by element."""
    if not _lists(scope):
        return None
    if type_ == list_of(STRING) and draw(st.booleans()):
        return Call("keys", (draw(groups(scope, depth)),), type_)
    if type_.kind is Kind.LIST:
        return draw(made_lists(scope, type_.element, depth))
    if type_ == INTEGER and draw(st.booleans()):
        return Call("size", (draw(made_lists(scope, None, depth)),), INTEGER)
    made = draw(made_lists(scope, type_, depth))
    return Call(draw(st.sampled_from(("first_item", "last_item"))), (made,), made.type.element or ANY)


@st.composite
def _stepped(draw: st.DrawFn, type_: Type, scope: Scope, depth: int) -> Node | None:
    """A step into an object, or through a list of objects."""
    if type_.kind is not Kind.LIST:
        other = draw(st.sampled_from(SCALARS))
        made = draw(objects(object_of({"a": type_, "b": other}), scope, depth - 1))
        return Step(made, "a", type_)
    found = [
        (list_, name)
        for list_ in _lists(scope)
        for name, kind in (list_.type.element or ANY).fields
        if kind in (type_, type_.element)
    ]
    if not found:
        return None
    list_, name = draw(st.sampled_from(found))
    return Step(draw(_arranged(list_, scope, depth - 1)) if draw(st.booleans()) else list_, name, type_)


def _now(type_: Type, scope: Scope, depth: int) -> st.SearchStrategy[Node | None]:
    return st.just(Now() if scope.windows else None)


@st.composite
def _sequence(draw: st.DrawFn, type_: Type, scope: Scope, depth: int) -> Node | None:
    return draw(sequences(scope, depth)) if _timed(scope) else None


def _timed(scope: Scope) -> list[tuple[Node, str]]:
    """The lists whose elements have a time, and its field."""
    return [
        (list_, name)
        for list_ in _lists(scope)
        for name, kind in (list_.type.element or ANY).fields
        if kind in (DATE_ONLY, DATE_TIME, DATE_TIME_ONLY, OFFSET_TIME)
    ]


@st.composite
def sequences(draw: st.DrawFn, scope: Scope, depth: int = 2) -> Followed:
    """Sequences of up to three steps over a list with times; the scope must have one."""
    over, time = draw(st.sampled_from(_timed(scope)))
    steps = []
    for position in range(draw(st.integers(1, 3))):
        rows = _inside(scope, *(over,) * (position + 1))
        what = draw(trees(BOOLEAN, rows, depth - 1))
        when = draw(st.none() | trees(BOOLEAN, rows, depth - 2)) if position else None
        steps.append(SequenceStep(what, when, None, draw(st.sampled_from((1, 1, 2)))))
    return Followed(over, (time,), tuple(steps))
