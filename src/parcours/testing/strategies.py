"""Hypothesis strategies for everything a rule touches: schemas, typed trees, windows, events, profiles.

Values are few and close together on purpose, so that ties, nulls, equal values and exact window edges come up in
almost every example. Instants lie on a grid of six hours around the change to summer time of 2024, windows are
whole multiples of the grid, and one instant in four is a microsecond beside it.

Integers and decimals of events stay small enough for exact sums; attributes also take the extremes of their types.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeAlias

import polars as pl
from hypothesis import strategies as st

from parcours.core.clock import DAY, HOUR, as_datetime, instant
from parcours.core.facts import EVENT_COLUMNS
from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    STRING,
    Kind,
    Schema,
    Type,
    list_of,
    object_of,
    polars_type,
)
from parcours.language.functions import registry
from parcours.language.functions.declaration import Constant, ListOfVar, Shape, Value, Var
from parcours.language.reference import Person
from parcours.language.tree import (
    Absolute,
    Aggregate,
    Attribute,
    Calendar,
    Call,
    Ever,
    Field,
    InWindow,
    ListOf,
    Literal,
    Member,
    Node,
    Quantifier,
    Rolling,
    Window,
)

BASE = instant("2024-03-31")
GRID = 6 * HOUR
ZONES = ("UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata")
SCALARS = (BOOLEAN, INTEGER, DECIMAL, STRING, DATE_ONLY, DATE_TIME, DATE_TIME_ONLY, DURATION)
LISTS = (list_of(STRING), list_of(INTEGER))
TEXTS = ("", "a", "A", "b", "ab", "Ab", "é", "É", "ß", "ΑΣ", " a\t", "banana", "\u00a0x", "😀a", "1", "-2.5", "bio")
SEGMENTS = ("silver", "gold")

# --- time and windows ----------------------------------------------------------------------------------


def instants(days: int = 60) -> st.SearchStrategy[int]:
    """Instants in microseconds within ``days`` of :data:`BASE`: mostly on the grid, some a microsecond beside it."""
    steps = days * DAY // GRID
    offsets = st.sampled_from((0, 0, 0, 0, 0, 0, -1, 1))
    return st.builds(lambda step, offset: BASE + step * GRID + offset, st.integers(-steps, steps), offsets)


def windows() -> st.SearchStrategy[Window]:
    """Windows of every kind, also empty ones and ones that reach into the future."""
    ages = st.sampled_from([DAY * days for days in (0, 1, 7, 30)] + [GRID, -GRID, -DAY, -7 * DAY])
    units = st.sampled_from(("day", "week", "month", "quarter", "year"))
    edges = st.none() | instants()
    return st.one_of(
        st.just(Ever()),
        st.builds(Rolling, ages, st.just(0), st.booleans()),
        st.builds(Rolling, ages, ages, st.booleans()),
        st.builds(
            lambda unit, first, length, zone, future: Calendar(unit, first, first + length, zone, future),
            units,
            st.integers(-3, 1),
            st.integers(0, 3),
            st.sampled_from(ZONES),
            st.booleans(),
        ),
        st.builds(Absolute, edges, edges, st.booleans()),
    )


# --- values --------------------------------------------------------------------------------------------


def values(type_: Type, *, extreme: bool = False) -> st.SearchStrategy[Value]:
    """Values of a type without null; with ``extreme`` also the ends of the range of numbers."""
    if type_.kind is Kind.LIST:
        assert type_.element is not None
        return st.lists(maybe(type_.element, extreme=extreme), max_size=3)
    if type_.kind is Kind.OBJECT:
        return st.fixed_dictionaries({name: maybe(kind, extreme=extreme) for name, kind in type_.fields})
    return _extremes()[type_] if extreme and type_.numeric else _values()[type_]


def maybe(type_: Type, *, extreme: bool = False) -> st.SearchStrategy[Value]:
    """Values of a type, or null. A list of objects has no null elements: event properties never do."""
    return st.one_of(values(type_, extreme=extreme), st.none()) if type_.kind is not Kind.OBJECT else values(type_)


@functools.cache
def _values() -> dict[Type, st.SearchStrategy[Value]]:
    moments = instants().map(as_datetime)
    return {
        BOOLEAN: st.booleans(),
        INTEGER: st.integers(-3, 9),
        DECIMAL: st.integers(-30, 90).map(lambda tenths: tenths / 10),
        STRING: st.sampled_from(TEXTS),
        DATE_ONLY: st.one_of(moments.map(datetime.date), st.sampled_from((date(2024, 2, 29), date(1969, 12, 31)))),
        DATE_TIME: moments,
        DATE_TIME_ONLY: moments.map(lambda moment: moment.replace(tzinfo=None)),
        DURATION: st.integers(-3, 3).map(lambda days: timedelta(days=days)),
    }


@functools.cache
def _extremes() -> dict[Type, st.SearchStrategy[Value]]:
    large = (2**63 - 1, -(2**63), 2**62, 2**53 + 1, 10**18)
    return {
        INTEGER: st.one_of(_values()[INTEGER], st.sampled_from(large)),
        DECIMAL: st.one_of(
            _values()[DECIMAL],
            st.sampled_from((1e308, -1e308, 1e-308, 0.1 + 0.2, 2.0**63, -0.5, 2.5, 0.49999999999999994, -0.0)),
            st.floats(allow_nan=False, allow_infinity=False),
        ),
    }


# --- schemas -------------------------------------------------------------------------------------------

_ITEM = object_of(
    {"product": STRING, "quantity": INTEGER, "price": DECIMAL, "organic": BOOLEAN, "tags": list_of(STRING)}
)
ITEM_LIST = list_of(_ITEM)
_ATTRIBUTES: dict[str, Type] = {
    "member": BOOLEAN,
    "children": INTEGER,
    "income": DECIMAL,
    "name": STRING,
    "city": STRING,
    "birthday": DATE_ONLY,
    "trial_ends": DATE_TIME,
    "opens": DATE_TIME_ONLY,
    "patience": DURATION,
    "interests": list_of(STRING),
    "scores": list_of(INTEGER),
    "address": object_of({"city": STRING, "floor": INTEGER}),
    "cards": list_of(object_of({"kind": STRING, "points": INTEGER, "since": DATE_ONLY})),
}
_PROPERTIES: dict[str, Type] = {
    "total": DECIMAL,
    "units": INTEGER,
    "store": STRING,
    "online": BOOLEAN,
    "due": DATE_ONLY,
    "paid_at": DATE_TIME,
    "tags": list_of(STRING),
    "items": ITEM_LIST,
    "place": object_of({"country": STRING, "zone": INTEGER}),
}


@st.composite
def schemas(draw: st.DrawFn) -> Schema:
    """Schemas with one to all of a fixed set of attributes, and one or two event types."""
    events = {"purchase": draw(_some(_PROPERTIES))}
    if draw(st.booleans()):
        events["visit"] = draw(_some(_PROPERTIES))
    return Schema(attributes=draw(_some(_ATTRIBUTES)), events=events)


def _some(known: Mapping[str, Type]) -> st.SearchStrategy[dict[str, Type]]:
    names = st.sets(st.sampled_from(sorted(known)), min_size=1)
    return names.map(lambda chosen: {name: known[name] for name in sorted(chosen)})


# --- trees ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Scope:
    """What a generated tree may refer to. ``rows`` are the fields of the rows around it, innermost first."""

    attributes: Mapping[str, Type] = field(default_factory=dict)
    rows: tuple[Mapping[str, Type], ...] = ()
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
    if type_.kind is Kind.OBJECT or type_.kind is Kind.LIST:
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
        for path in _paths(row, type_):
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
    fitting = _calls().get(type_)
    if not fitting:
        return None
    return draw(calls(draw(st.sampled_from(sorted(fitting))), scope, depth, type_))


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
        if not isinstance(shape, Type):
            yield shape.element if isinstance(shape, ListOfVar) else shape


def _may_be(kind: Type, var: Var, shapes: Sequence[Shape]) -> bool:
    nested = kind.kind is Kind.LIST and any(isinstance(shape, ListOfVar) for shape in shapes)
    return not nested and (var.kinds is None or kind.kind in var.kinds)


def _bound(shape: Shape, bound: Mapping[Var, Type]) -> Type:
    if isinstance(shape, Type):
        return shape
    return list_of(bound[shape.element]) if isinstance(shape, ListOfVar) else bound[shape]


@st.composite
def _special(draw: st.DrawFn, type_: Type, scope: Scope, depth: int) -> Node | None:
    makers = [_aggregate] if scope.events else []
    if type_ == BOOLEAN:
        makers += [_quantifier, _in_window] if scope.windows else [_quantifier]
    return draw(draw(st.sampled_from(makers))(type_, scope, depth)) if makers else None


@st.composite
def _quantifier(draw: st.DrawFn, type_: Type, scope: Scope, depth: int) -> Node | None:
    known = [*(kind for kind in _all_types(scope) if kind.kind is Kind.LIST and kind.element and kind.element.fields)]
    if not known:
        return None
    chosen = draw(st.sampled_from(known))
    assert chosen.element is not None
    over = draw(_leaf(chosen, scope, 0))
    inner = replace(scope, rows=(dict(chosen.element.fields), *scope.rows), events={}, windows=False)
    kind = draw(st.sampled_from(("any", "all", "none")))
    return Quantifier(kind, over, draw(trees(BOOLEAN, inner, depth - 1))) if over is not None else None


def _all_types(scope: Scope) -> list[Type]:
    return [kind for known in (scope.attributes, *scope.rows) for kind in known.values()]


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


# --- data ----------------------------------------------------------------------------------------------


def rows_of(properties: Mapping[str, Type], *, extreme: bool = False) -> st.SearchStrategy[dict[str, Any]]:
    """Rows with a value or null for each property."""
    return st.fixed_dictionaries({name: maybe(kind, extreme=extreme) for name, kind in properties.items()})


def events_of(properties: Mapping[str, Type]) -> st.SearchStrategy[dict[str, Any]]:
    """Events: rows with ``_time``, as an aware ``datetime``."""
    return st.builds(lambda row, at: {**row, "_time": as_datetime(at)}, rows_of(properties), instants())


def frame_of(rows: Sequence[Mapping[str, Any]], properties: Mapping[str, Type]) -> pl.DataFrame:
    """The rows as a frame with typed columns; one without rows has the columns too."""
    columns = {
        name: pl.Series(name, [row.get(name) for row in rows], polars_type(kind)) for name, kind in properties.items()
    }
    return pl.DataFrame(columns)


@dataclass(frozen=True)
class History:
    """Profiles with attributes, and their events in order of arrival.

    ``attributes[i]`` are those of profile ``i``. Each event is its type and its row: the properties, ``_time`` in
    microseconds, ``_profile`` and ``_event_id``.
    """

    schema: Schema
    attributes: tuple[Mapping[str, Any], ...]
    events: tuple[tuple[str, Mapping[str, Any]], ...]
    members: tuple[frozenset[str], ...]

    def person(self, profile: int) -> Person:
        """One profile as the reference evaluator takes it."""
        events: dict[str, list[Mapping[str, Any]]] = {}
        for type_, row in self.events:
            if row["_profile"] == profile:
                events.setdefault(type_, []).append(row)
        return Person(self.attributes[profile], events, self.members[profile].__contains__)

    def attribute_frame(self) -> pl.DataFrame:
        """A row per profile, with ``_profile`` and a column per attribute."""
        rows = [{**row, "_profile": profile} for profile, row in enumerate(self.attributes)]
        frame = frame_of(rows, {"_profile": INTEGER, **self.schema.attributes})
        return frame.cast({"_profile": pl.Int32})

    def event_frame(self, type_: str) -> pl.DataFrame:
        """The events of a type in order of arrival: the columns of every frame of events, then the properties."""
        rows = [{**row, "_time": as_datetime(row["_time"])} for kind, row in self.events if kind == type_]
        known = {"_event_id": STRING, "_profile": INTEGER, "_time": DATE_TIME, **self.schema.events[type_]}
        return frame_of(rows, known).cast({"_profile": EVENT_COLUMNS["_profile"]})


@st.composite
def histories(draw: st.DrawFn, schema: Schema, profiles: int = 3, events: int = 12) -> History:
    """Histories of up to ``profiles`` profiles with up to ``events`` events in all, in any order of time."""
    count = draw(st.integers(1, profiles))
    kinds = draw(st.lists(st.sampled_from(sorted(schema.events)), max_size=events))
    rows = tuple(
        (kind, {**draw(_event(schema.events[kind], count)), "_event_id": f"e{number}"})
        for number, kind in enumerate(kinds)
    )
    attributes = tuple(draw(rows_of(schema.attributes, extreme=True)) for _ in range(count))
    members = tuple(draw(st.frozensets(st.sampled_from(SEGMENTS))) for _ in range(count))
    return History(schema, attributes, rows, members)


def _event(properties: Mapping[str, Type], profiles: int) -> st.SearchStrategy[dict[str, Any]]:
    own = {"_profile": st.integers(0, profiles - 1), "_time": instants()}
    return st.fixed_dictionaries({**own, **{name: maybe(kind) for name, kind in properties.items()}})
