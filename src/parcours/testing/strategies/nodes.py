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
    DECIMAL,
    INTEGER,
    STRING,
    Kind,
    Schema,
    Type,
    list_of,
    map_of,
)
from parcours.language.functions import registry
from parcours.language.functions.declaration import Constant, Derived, ListOfVar, MapOfVar, Shape, Var
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
from parcours.testing.strategies.basics import (
    LISTS,
    SCALARS,
    SEGMENTS,
    maybe,
    windows,
)


@dataclass(frozen=True)
class Scope:
    """What a generated tree may refer to.

    ``rows`` are the rows around it, innermost first: the fields of an object, or the type of a plain value.
    """

    attributes: Mapping[str, Type] = field(default_factory=dict)
    rows: tuple[Mapping[str, Type] | Type, ...] = ()
    events: Mapping[str, Mapping[str, Type]] = field(default_factory=dict)
    segments: Sequence[str] = ()
    windows: bool = False


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
    choices = [[kind for kind in (*SCALARS, *LISTS) if _may_be(kind, var, shapes)] for var in variables]
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
    nested = kind.kind is Kind.LIST and any(isinstance(shape, ListOfVar) for shape in shapes)
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
    return draw(draw(st.sampled_from(makers))(type_, scope, depth)) if makers else None


@st.composite
def _quantifier(draw: st.DrawFn, type_: Type, scope: Scope, depth: int) -> Node | None:
    return draw(quantifiers(scope, depth)) if _lists(scope) else None


@st.composite
def quantifiers(draw: st.DrawFn, scope: Scope, depth: int = 2) -> Quantifier:
    """any, all, none over a list of objects or plain values that the scope has; it must have one."""
    over = draw(st.sampled_from(_lists(scope)))
    element = over.type.element or ANY
    row = dict(element.fields) if element.fields else element
    inner = replace(scope, rows=(row, *scope.rows), events={}, windows=False)
    return Quantifier(draw(st.sampled_from(("any", "all", "none"))), over, draw(trees(BOOLEAN, inner, depth - 1)))


def _lists(scope: Scope) -> list[Node]:
    known = [row for row in (scope.attributes, *scope.rows) if not isinstance(row, Type)]
    types = [kind for fields in known for kind in fields.values()]
    return [leaf for kind in dict.fromkeys(types) if kind.kind is Kind.LIST for leaf in _leaves(kind, scope)]


@st.composite
def _in_window(draw: st.DrawFn, type_: Type, scope: Scope, depth: int) -> Node | None:
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
