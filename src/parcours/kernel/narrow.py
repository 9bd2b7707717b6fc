"""Which events, and what of them, a rule reads that looks at whole events: only that is kept.

A list of all events of a profile (:class:`~parcours.language.tree.Events`) becomes the list of the event types that the
rule can say yes to, with the properties it names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from parcours.core.schema import Kind, Schema, Type, list_of, object_of
from parcours.language.scopes import outside_aggregates
from parcours.language.tree import (
    Call,
    Each,
    Events,
    Field,
    ListOf,
    Literal,
    Node,
    Quantifier,
    Sequence,
    Step,
    children,
    walk,
    with_children,
)

#: Fields of an element of :class:`Events` that are no properties.
TYPE, TIME = "eventType", "timestamp"
#: Stands first among the types of a list that no condition limits: types that are new later belong to it, too.
ANY_TYPE = "*"
#: Functions that hand a list of events on, or look at its length only.
_HANDING_ON = frozenset(
    {
        "size",
        "is_empty",
        "first_item",
        "last_item",
        "item_at",
        "take",
        "null_if_empty",
        "is_null",
        "is_not_null",
        "coalesce",
        "if",
    }
)


def reads_events(node: Node) -> bool:
    """Whether the rule looks at whole events."""
    return any(isinstance(part, Events) for part in walk(node))


def reads_any_type(node: Node) -> bool:
    """Whether a narrowed rule looks at events of whatever type, also of types that do not exist yet."""
    return any(isinstance(part, Events) and ANY_TYPE in part.types for part in walk(node))


def narrowed(node: Node, schema: Schema) -> Node:
    """``node`` with its lists of events cut down to what it reads, against the event types that exist now.

    A rule that was narrowed before and reads any type of events is brought up to date.
    """
    if not reads_events(node):
        return node
    names = None if _reads_whole(node) else set(_names(node))
    return _cut(_typed(node), schema, names)


def _cut(node: Node, schema: Schema, names: set[str] | None) -> Node:
    if not isinstance(node, Events):
        return with_children(node, tuple(_cut(child, schema, names) for child in children(node)))
    element = node.type.element or object_of({})
    kept = {name: type_ for name, type_ in element.fields if names is None or name in names or name == TYPE}
    types = tuple(sorted(node.types))
    if not types or ANY_TYPE in types:
        types = (ANY_TYPE, *sorted(schema.events))
    return Events(list_of(object_of(kept)), types)


def _typed(node: Node) -> Node:
    """The tree with the types of events that conditions leave over noted on each list of events."""
    match node:
        case Each(kind="filter", over=over, body=body):
            return replace(node, over=_typed(_only(over, types_of(body))), body=_typed(body))
        case Quantifier(kind="any" | "none", over=over, where=where):
            return replace(node, over=_typed(_only(over, types_of(where))), where=_typed(where))
        case Sequence(over=over, steps=steps):
            found = [types_of(step.what) for step in steps]
            every = None if None in found else frozenset().union(*(some for some in found if some is not None))
            rest = tuple(_typed(child) for child in children(node)[1:])
            return with_children(node, (_typed(_only(over, every)), *rest))
        case _:
            return with_children(node, tuple(_typed(child) for child in children(node)))


def _only(list_: Node, types: frozenset[str] | None) -> Node:
    """A list of events of which no others than these types matter, also behind filters."""
    match list_:
        case Events(types=known) if types is not None:
            both = types.intersection(known) if known and ANY_TYPE not in known else types
            return replace(list_, types=tuple(sorted(both)))
        case Each(kind="filter" | "ascending" | "descending", over=over) if types is not None:
            return replace(list_, over=_only(over, types))
        case _:
            return list_


def types_of(condition: Node) -> frozenset[str] | None:
    """The event types for which a condition on an event can be true; ``None``: any."""
    match condition:
        case Call(function="and", args=args):
            found = [types for types in map(types_of, args) if types is not None]
            return frozenset.intersection(*found) if found else None
        case Call(function="or", args=args):
            each = [types_of(arg) for arg in args]
            return None if None in each else frozenset().union(*(types for types in each if types is not None))
        case Call(function="eq" | "equals", args=(Field(path=("eventType",), up=0), Literal(value=str() as name))):
            return frozenset({name})
        case Call(function="eq" | "equals", args=(Literal(value=str() as name), Field(path=("eventType",), up=0))):
            return frozenset({name})
        case (
            Call(function="contains_item", args=(ListOf(items=items), Field(path=("eventType",), up=0)))
            | Call(function="in_list" | "in", args=(Field(path=("eventType",), up=0), ListOf(items=items)))
        ):
            return _texts(items)
        case _:
            return None


def _texts(items: Iterable[Node]) -> frozenset[str] | None:
    values = [item.value if isinstance(item, Literal) else None for item in items]
    texts = [value for value in values if isinstance(value, str)]
    return frozenset(texts) if len(texts) == len(values) else None


def _names(node: Node) -> Iterator[str]:
    for part in outside_aggregates(node):
        match part:
            case Field(path=(first, *_)):
                yield first
            case Step(name=name):
                yield name
            case Sequence(time=(first, *_)):
                yield first
            case _:
                pass


def _reads_whole(node: Node) -> bool:
    """Whether an event may be compared with another as a whole: then all it holds is needed."""
    return any(
        (isinstance(part, Field) and not part.path and part.type.kind is Kind.OBJECT)
        or (
            isinstance(part, Call)
            and part.function not in _HANDING_ON
            and any(_of_objects(arg.type) for arg in part.args)
        )
        for part in walk(node)
    )


def _of_objects(type_: Type) -> bool:
    """Whether a value of this type is an object or holds objects."""
    return type_.kind is Kind.OBJECT or (type_.element is not None and _of_objects(type_.element))
