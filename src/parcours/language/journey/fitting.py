"""Typed nodes brought to the type that their place asks for.

Three things are brought together here: null and values of unknown type take the type that is wanted; the two forms of
an instant become each other; and what was left open because an operand was of unknown type (:class:`Open`) is
decided. Nothing else is ever converted (expression-language.md, section 6).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from parcours.core.schema import ANY, DATE_TIME, DECIMAL, OFFSET_TIME, Type, list_of, map_of
from parcours.language.journey.types import UNKNOWN, common, fits, is_instant, is_soft
from parcours.language.tree import (
    Attribute,
    Call,
    Each,
    Fetched,
    Field,
    Given,
    ListOf,
    Literal,
    Node,
    Step,
    children,
    with_children,
)


@dataclass(frozen=True, slots=True)
class Open(Call):
    """A call whose form depends on the type of an operand of unknown type. It never leaves the checker.

    ``decide(type)`` gives the call for a result of that type, one of those that it ``can`` be; ``decide(None)`` the
    likeliest.
    """

    decide: Callable[[Type | None], Node] = field(kw_only=True, compare=False)
    can: Callable[[Type], bool] = field(kw_only=True, compare=False)


def open_call(decide: Callable[[Type | None], Node], can: Callable[[Type], bool]) -> Open:
    """A call that is decided later."""
    return Open("?", (), ANY, decide=decide, can=can)


#: Stands for a part with a problem. It fits everywhere, so that one problem does not lead to others.
BROKEN = open_call(lambda wanted: Literal(None, wanted or ANY), lambda _: True)


def can_be(node: Node, wanted: Type) -> bool:
    """Whether ``node`` may stand where ``wanted`` is asked for."""
    return fits(node.type, wanted) and (not isinstance(node, Open) or wanted.kind in UNKNOWN or node.can(wanted))


def undecided(*values: Node) -> bool:
    """Whether the common type of ``values`` must wait, as one of them is open and none says what it is."""
    return any(isinstance(value, Open) for value in values) and all(is_soft(value.type) for value in values)


def chosen(function: str, before: tuple[Node, ...], values: tuple[Node, ...]) -> Node:
    """A call whose result is one of ``values``, all of unknown type: decided when it is known what is wanted."""

    def decide(wanted: Type | None) -> Node:
        if wanted is None:
            wanted = by_themselves(values) or ANY
        if is_soft(wanted):
            return Call(function, (*before, *map(settled, values)), wanted)
        return Call(function, (*before, *(fitted(value, wanted) for value in values)), wanted)

    return open_call(decide, lambda wanted: all(can_be(value, wanted) for value in values))


def by_themselves(values: Sequence[Node]) -> Type | None:
    """The type that values of unknown type have together when nothing more is known of them: that of each by itself, or
    the first of these, or a number, that all of them can be."""
    found = [settled(value).type for value in values]
    candidates = (one for one in (common(found), *found, DECIMAL) if one is not None)
    return next((one for one in candidates if all(can_be(value, one) for value in values)), None)


def moment_beside(node: Node, other: Type) -> Node:
    """``node``, decided where it can be an instant and stands beside another: it keeps its offset then."""
    if isinstance(node, Open) and is_instant(other) and can_be(node, OFFSET_TIME):
        return fitted(node, OFFSET_TIME)
    return node


def settled(node: Node) -> Node:
    """``node`` with everything decided that was left open in it; null and unknown types stay."""
    if isinstance(node, Open):
        return settled(node.decide(None))
    before = children(node)
    parts = tuple(settled(part) for part in before)
    if all(part is old for part, old in zip(parts, before, strict=True)):
        return node
    found = with_children(node, parts)
    if isinstance(found, Call) and found.function in ("if", "coalesce") and is_soft(found.type):
        kept = parts[1:] if found.function == "if" else parts
        return replace(found, type=common(part.type for part in kept) or ANY)
    return found


def instant(node: Node) -> Node:
    """An instant, or a list of these, without its offset."""
    if node.type not in (OFFSET_TIME, list_of(OFFSET_TIME)):
        return node
    match node:
        case Literal(value=datetime() as value):
            return Literal(value.astimezone(UTC), DATE_TIME)
        case Call(function="with_offset" | "with_zone", args=(plain, *_)):
            return plain
        case ListOf(items=items):
            return ListOf(tuple(instant(item) for item in items), list_of(DATE_TIME))
        case _:
            return Call("instant_of", (node,), DATE_TIME if node.type == OFFSET_TIME else list_of(DATE_TIME))


def with_offset(node: Node) -> Node:
    """An instant, or a list of these, with an offset, zero if it had none."""
    if node.type == DATE_TIME:
        return Literal(node.value, OFFSET_TIME) if isinstance(node, Literal) else _offset_zero(node)
    if node.type != list_of(DATE_TIME):
        return node
    if isinstance(node, ListOf):
        return ListOf(tuple(with_offset(item) for item in node.items), list_of(OFFSET_TIME))
    return Each("map", node, _offset_zero(Field((), DATE_TIME)), list_of(OFFSET_TIME))


def _offset_zero(node: Node) -> Node:
    return Call("with_offset", (node,), OFFSET_TIME)


def fitted(node: Node, wanted: Type) -> Node:
    """``node`` as a value of ``wanted``, which its type fits (:func:`parcours.language.journey.types.fits`)."""
    if wanted.kind in UNKNOWN or node.type == wanted:
        return node
    if is_soft(node.type):
        return _given_type(node, wanted)
    if wanted in (OFFSET_TIME, list_of(OFFSET_TIME)):
        return with_offset(node)
    if wanted in (DATE_TIME, list_of(DATE_TIME)):
        return instant(node)
    return node


def _given_type(node: Node, wanted: Type) -> Node:
    """A node of open type with the type that is wanted of it."""
    match node:
        case Literal(value=None):
            return Literal(None, wanted)
        case ListOf(items=items):
            element = wanted.element or ANY
            return ListOf(tuple(fitted(item, element) for item in items), wanted)
        case Given() | Fetched() | Attribute() | Field() | Step():
            return replace(node, type=wanted)
        case Each(kind="filter" | "ascending" | "descending", over=over):
            return replace(node, over=fitted(over, wanted), type=wanted)
        case Open(decide=decide, can=can):
            return decide(wanted) if can(wanted) else Literal(None, wanted)
        case Call():
            return _call_given_type(node, wanted)
        case _:
            return node


def _call_given_type(node: Call, wanted: Type) -> Node:
    first, *rest = node.args
    match node.function:
        case "first_item" | "last_item" | "item_at":
            return replace(node, args=(fitted(first, list_of(wanted)), *rest), type=wanted)
        case "null_if_empty":
            return replace(node, args=(fitted(first, wanted),), type=wanted)
        case "entry":
            return replace(node, args=(fitted(first, map_of(wanted)), *rest), type=wanted)
        case "coalesce":
            return replace(node, args=tuple(fitted(arg, wanted) for arg in node.args), type=wanted)
        case "if":
            return replace(node, args=(first, *(fitted(branch, wanted) for branch in rest)), type=wanted)
        case _:
            return node
