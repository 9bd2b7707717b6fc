"""Typed nodes made while reading: what a value becomes where a type is wanted."""

from __future__ import annotations

from datetime import UTC, date, datetime

from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    NULL,
    STRING,
    Kind,
    Type,
    list_of,
)
from parcours.language.pql.scope import lifted
from parcours.language.tree import Call, Field, ListOf, Literal, Node, Quantifier

TIMES = (Kind.DATE_ONLY, Kind.DATE_TIME, Kind.DATE_TIME_ONLY, Kind.OFFSET_TIME)
ORDERED = (Kind.INTEGER, Kind.DECIMAL, Kind.STRING, *TIMES)
SCALARS = (*ORDERED, Kind.BOOLEAN)

#: What is not there.
NOTHING = Literal(None, NULL)


def untyped(type_: Type) -> bool:
    """Whether nothing is known of a value when the query is read."""
    return type_.kind in (Kind.ANY, Kind.NULL)


def element_of(list_: Node) -> Type:
    return list_.type.element or ANY


# --- conditions ----------------------------------------------------------------------------------------


def negated(condition: Node) -> Node:
    """The opposite; that of an array being empty is not written twice."""
    if isinstance(condition, Call) and condition.function == "not":
        inner = condition.args[0]
        if isinstance(inner, Call) and inner.function == "is_empty":
            return inner
    return Call("not", (condition,), BOOLEAN)


def not_empty(list_: Node) -> Node:
    return Call("not", (Call("is_empty", (list_,), BOOLEAN),), BOOLEAN)


def both(first: Node, second: Node) -> Node:
    return Call("and", (first, second), BOOLEAN)


def any_of(list_: Node, test: Node) -> Node:
    """Whether an element meets ``test``, which sees it as the row ``Field((), …)``."""
    return Quantifier("any", list_, test)


def element(list_: Node) -> Field:
    """The element of ``list_``, seen from a test of its elements."""
    return Field((), element_of(list_))


def beside(node: Node) -> Node:
    """``node`` seen from a test of the elements of a list."""
    return lifted(node, 1)


# --- conversions ---------------------------------------------------------------------------------------


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def as_instant(node: Node) -> Node | None:
    """A date, timestamp or ISO text as an instant (P9); ``None`` for other types."""
    match node.type.kind:
        case Kind.DATE_TIME:
            return node
        case Kind.DATE_ONLY if isinstance(node, Literal):
            assert isinstance(node.value, date)
            return Literal(midnight(node.value), DATE_TIME)
        case Kind.DATE_ONLY:
            zone = Literal("UTC", STRING)
            return Call("instant_of", (Call("to_date_time", (zone, node), _OFFSET_TIME),), DATE_TIME)
        case Kind.OFFSET_TIME:
            return Call("instant_of", (node,), DATE_TIME)
        case Kind.DATE_TIME_ONLY:
            zone = Literal("UTC", STRING)
            return Call("instant_of", (Call("to_date_time", (zone, node), _OFFSET_TIME),), DATE_TIME)
        case Kind.STRING | Kind.ANY:
            return Call("read_instant", (node,), DATE_TIME)
        case Kind.NULL:
            return Literal(None, DATE_TIME)
        case _:
            return None


_OFFSET_TIME = Type(Kind.OFFSET_TIME)


def read_as(node: Node, wanted: Type) -> Node:
    """A value of no known type, which is held as text, as a value of the type that its place asks for."""
    if node.type.kind is not Kind.ANY:
        return node
    if wanted.numeric:
        return Call("to_decimal", (node,), DECIMAL)
    if wanted.kind is Kind.BOOLEAN:
        return Call("to_boolean", (node,), BOOLEAN)
    if wanted.kind in TIMES:
        return Call("read_instant", (node,), DATE_TIME)
    return node


def empty_list() -> ListOf:
    return ListOf((), list_of(NULL))


def common(left: Node, right: Node) -> tuple[Node, Node] | None:
    """Both values as values that can be compared, or ``None`` (P8): numbers mix, dates and timestamps mix."""
    left, right = read_as(left, right.type), read_as(right, left.type)
    one, other = left.type, right.type
    if untyped(one) or untyped(other) or one == other or (one.numeric and other.numeric):
        return left, right
    if one.kind in TIMES and other.kind in TIMES:
        first, second = as_instant(left), as_instant(right)
        assert first is not None
        assert second is not None
        return first, second
    return None


def stamped(left: Node, right: Node) -> tuple[Node, Node] | None:
    """A timestamp and a field of ISO text beside it, as instants (P9); ``None`` for other pairs."""
    for value, other in ((left, right), (right, left)):
        if value.type == DATE_TIME and other.type == STRING and not isinstance(other, Literal):
            first, second = as_instant(left), as_instant(right)
            return None if first is None or second is None else (first, second)
    return None


def as_number_type(types: tuple[Type, ...]) -> Type:
    """Integer if all are, else double."""
    return DECIMAL if any(type_ == DECIMAL for type_ in types) else INTEGER
