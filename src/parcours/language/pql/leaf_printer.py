"""Nodes without parts as parts of a query: constants, the events, now, segments, parameters."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time

from parcours.core.schema import Kind
from parcours.language.pql.ast import (
    Apply,
    Array,
    Distance,
    Expr,
    Method,
    Name,
    Number,
    On,
    Parameter,
    Prefix,
    Side,
    Text,
    Truth,
    When,
)
from parcours.language.pql.printing_scope import not_expressible, path
from parcours.language.tree import Events, Given, Literal, Member, Membership, Node, Now

_MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "equals": "equals"}


def leaf(node: Node) -> Expr:
    """A node that computes nothing.

    Raises:
        RuleError: the language cannot say it (code ``not-expressible``).
    """
    match node:
        case Literal():
            return constant(node)
        case Events():
            return Name("xEvent")
        case Now():
            return Name("now")
        case Member(segment=segment):
            return Apply("inSegment", (Text(segment),))
        case Membership(segment=segment):
            return Apply("segmentStatus", (Text(segment),))
        case Given(path=("parameter", position, *rest)):
            return path(Parameter(int(position)), list(rest))
        case Given(path=(kind, *_)):
            raise not_expressible(f"a value of the {kind}")
        case _:
            raise not_expressible(f"a node of kind {node.tag}")


def constant(node: Literal) -> Expr:
    """A constant; null is written as the first element of the empty array."""
    match node.value:
        case None:
            return Method(Array(()), "head", ())
        case bool() as value:
            return Truth(value)
        case int() | float() as number:
            return _number(float(number) if node.type.kind is Kind.DECIMAL else number)
        case str() as text:
            return Text(text)
        case datetime() as moment if moment.tzinfo is not None and not has_clock(node):
            return _day(moment.astimezone(UTC).date())
        case datetime():
            raise not_expressible("a timestamp written out in this place")
        case date() as day:
            return _day(day)
        case _:
            raise not_expressible("a length of time")


def has_clock(node: Node) -> bool:
    """Whether the node is an instant written out with a time of day."""
    if not isinstance(node, Literal) or not isinstance(node.value, datetime) or node.value.tzinfo is None:
        return False
    return node.value.astimezone(UTC).time() != time()


def _number(value: int | float) -> Expr:
    if isinstance(value, float) and not math.isfinite(value):
        raise not_expressible(f"the number {value}")
    negative = math.copysign(1, value) < 0
    return Prefix("-", Number(-value)) if negative else Number(value)


def _day(day: date) -> Expr:
    return Apply("date", (Number(day.year), Number(day.month), Number(day.day)))


def beside_instant(function: str, instant: Literal, first: bool) -> When:
    """The form of occurs that compares with an instant written out; ``first`` when that is the left side."""
    assert isinstance(instant.value, datetime)
    text = Text(instant.value.astimezone(UTC).isoformat().replace("+00:00", "Z"))
    compare = _MIRRORED[function] if first else function
    match compare:
        case "equals":
            return On(text)
        case "lt" | "gt":
            return Side("before" if compare == "lt" else "after", text)
        case _:
            return Distance(">=", 0, "millisecond", "before" if compare == "le" else "after", text)
