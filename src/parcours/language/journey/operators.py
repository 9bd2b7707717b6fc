"""Operators: which types they take, and the function that each pair of types means (expression-language.md, section 7).

Every function here takes typed operands and gives the node, or ``None`` when the operator does not apply to them. An
operand of unknown type fits whatever the other one allows.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from parcours.core.errors import RuleError, Span
from parcours.core.schema import (
    BOOLEAN,
    DATE_TIME,
    DECIMAL,
    DURATION,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Kind,
    Type,
)
from parcours.language.check.problems import Problems
from parcours.language.functions import registry
from parcours.language.journey.calls import Argument, typed_call
from parcours.language.journey.fitting import (
    Open,
    by_themselves,
    can_be,
    fitted,
    instant,
    open_call,
    settled,
    with_offset,
)
from parcours.language.journey.types import (
    INSTANTS,
    SCALARS,
    UNKNOWN,
    fits,
    is_structured,
    joined,
    mixed_numbers,
)
from parcours.language.tree import Call, Literal, Node

_NUMBERS = (Kind.INTEGER, Kind.DECIMAL)
_ADDABLE = (*INSTANTS, Kind.DATE_TIME_ONLY, Kind.DURATION)
_ORDER = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
#: Functions of integers, and of numbers that are not all integers.
_ARITHMETIC = {
    "+": ("add_exact", "add"),
    "-": ("sub_exact", "sub"),
    "*": ("mul_exact", "mul"),
    "/": ("quotient", "quotient"),
    "%": ("remainder", "remainder"),
}
TESTS = {
    "is null": "is_null",
    "is not null": "is_not_null",
    "has null": "has_null",
    "is numeric": "is_numeric",
    "is integer": "is_integer",
    "is decimal": "is_decimal",
}


def binary(sign: str, left: Node, right: Node) -> Node | None:
    """``left sign right``."""
    if sign in ("==", "!="):
        return _equality("eq" if sign == "==" else "ne", left, right)
    if sign in _ORDER:
        return _order(_ORDER[sign], left, right)
    if sign == "+":
        return _plus(left, right)
    if sign == "*":
        return _times(left, right)
    return _numeric(sign, left, right)


def negative(operand: Node) -> Node | None:
    """``-operand``."""
    kind = operand.type.kind
    if kind in UNKNOWN:
        return _numeric_later(lambda type_: _negated(fitted(operand, type_)), "neg_exact", operand)
    return _negated(operand) if kind in _NUMBERS else None


def _negated(operand: Node) -> Node:
    return Call("neg_exact" if operand.type == INTEGER else "neg", (operand,), operand.type)


def test(sign: str, operand: Node) -> Node | None:
    """``operand is null`` and the like."""
    if sign == "has null":
        if operand.type.kind in UNKNOWN:
            operand = fitted(operand, Type(Kind.LIST, element=STRING))
        if operand.type.kind is not Kind.LIST:
            return None
    return Call(TESTS[sign], (settled(operand),), BOOLEAN)


# --- comparisons ---------------------------------------------------------------------------------------


def _equality(function: str, left: Node, right: Node) -> Node | None:
    if is_structured(left.type) or is_structured(right.type):
        return None
    if mixed_numbers(left.type, right.type):
        return Call(function, (left, right), BOOLEAN)
    type_ = joined(left.type, right.type)
    if type_ is not None and type_.kind in UNKNOWN:
        type_ = by_themselves((left, right)) or type_
    if type_ is None or not (can_be(left, type_) and can_be(right, type_)):
        return None
    return Call(function, (_comparable(left, type_), _comparable(right, type_)), BOOLEAN)


def _order(function: str, left: Node, right: Node) -> Node | None:
    kinds = {left.type.kind, right.type.kind} - {*UNKNOWN}
    if kinds and not (kinds <= {*_NUMBERS} or kinds <= {*INSTANTS} or kinds == {Kind.DATE_TIME_ONLY}):
        return None
    type_ = DECIMAL if not kinds else joined(left.type, right.type) or DECIMAL
    return Call(function, (_comparable(left, type_), _comparable(right, type_)), BOOLEAN)


def _comparable(node: Node, type_: Type) -> Node:
    """An operand of a comparison. Beside an integer, a number of unknown type may have a fraction."""
    if node.type.kind in UNKNOWN and type_.kind is Kind.INTEGER and not isinstance(node, Literal):
        return fitted(node, DECIMAL)
    if isinstance(node, Open) and type_ == DATE_TIME and can_be(node, OFFSET_TIME):
        type_ = OFFSET_TIME  # instants are compared whatever their offset, and sums have one
    return instant(fitted(settled(node) if type_.kind in UNKNOWN else node, type_))


# --- arithmetic ----------------------------------------------------------------------------------------


def _plus(left: Node, right: Node) -> Node | None:
    first, second = left.type.kind, right.type.kind
    if not {first, second} <= {*SCALARS, *UNKNOWN}:
        return None
    if Kind.STRING in (first, second):
        return _text(left, right)
    if first in _NUMBERS and second in _NUMBERS:
        return _calculation("+", left, right)
    if first in _ADDABLE and second is Kind.DURATION:
        return _later(left, right)
    if first in _ADDABLE and second in UNKNOWN:
        return _sum_later(left, right)
    if first in UNKNOWN and second in (Kind.DURATION, *_NUMBERS, *UNKNOWN):
        return _sum_later(left, right)
    if second in UNKNOWN and first in _NUMBERS:
        return _sum_later(left, right)
    if not {first, second} & {*UNKNOWN}:
        return None
    return _whatever_it_is(left, right)


def _sum_later(left: Node, right: Node) -> Node:
    def can(wanted: Type) -> bool:
        if wanted.kind in _NUMBERS:
            return {left.type.kind, right.type.kind} <= {wanted.kind, Kind.INTEGER, *UNKNOWN}
        moment = wanted.kind in _ADDABLE and right.type.kind in (Kind.DURATION, *UNKNOWN)
        return wanted == STRING or (moment and fits(left.type, wanted))

    return open_call(lambda wanted: _plus_as(left, right, wanted), can)


def _plus_as(left: Node, right: Node, wanted: Type | None) -> Node:
    """A sum with an operand of unknown type: a number, a text or a later time, whichever is wanted."""
    if wanted is None:
        if left.type.kind in _ADDABLE:
            return _later(left, right)
        known = left.type if left.type.kind not in UNKNOWN else right.type
        wanted = OFFSET_TIME if known == DURATION and known != left.type else known
        if wanted.kind not in _ADDABLE and not (_is_null(left) or _is_null(right)):
            return _whatever_it_is(left, right)
    if wanted.kind in _NUMBERS:
        return _calculation("+", _number(left, wanted), _number(right, wanted))
    if wanted.kind in _ADDABLE:
        return fitted(_later(left if left.type.kind in _ADDABLE else fitted(left, wanted), right), wanted)
    found = _whatever_it_is(left, right, wanted)
    return _as_text(found) if wanted == STRING else found


def _whatever_it_is(left: Node, right: Node, wanted: Type | None = None) -> Node:
    """A sum that is looked at when it is evaluated, if something of unknown type is left in it."""
    parts = settled(left), settled(right)
    kinds = {part.type.kind for part in parts}
    if _is_null(left) or _is_null(right) or Kind.STRING in kinds or (wanted == STRING and not kinds & {*UNKNOWN}):
        return _text(left, right)
    try:
        return (None if kinds & {*UNKNOWN} else _plus(*parts)) or _as_it_comes("plus", *parts)
    except RuleError:
        return _text(left, right)


def _later(left: Node, right: Node) -> Node:
    return Call("add_duration", (with_offset(left), fitted(right, DURATION)), with_offset(left).type)


def _text(left: Node, right: Node) -> Node:
    return Call("concat", (_as_text(left), _as_text(right)), STRING)


def _as_text(node: Node) -> Node:
    """An operand of a sum that is a text; a value of unknown type may be anything that has a text."""
    if _is_null(node):
        return fitted(node, STRING)
    if isinstance(node, Open) and can_be(node, STRING):
        node = settled(fitted(node, STRING))
    if node.type == STRING:
        return node
    if node.type.kind not in UNKNOWN:
        return Call("text_of", (node,), STRING)
    text = typed_call("toString", [Argument(node, Span(0, 0))], Span(0, 0), Problems("", ""))
    return settled(text or Literal(None, STRING))


def _times(left: Node, right: Node) -> Node | None:
    type_ = joined(left.type, right.type)
    if type_ is None:
        return None
    if type_.kind in UNKNOWN:
        return _calculated_later("*", left, right)
    if type_.kind not in _NUMBERS:
        return None
    return _calculation("*", fitted(left, type_), fitted(right, type_))


def _numeric(sign: str, left: Node, right: Node) -> Node | None:
    kinds = {left.type.kind, right.type.kind}
    if not kinds <= {*_NUMBERS, *UNKNOWN}:
        return None
    if kinds <= {*_NUMBERS}:
        return _calculation(sign, left, right)
    if Kind.DECIMAL in kinds:
        return _calculation(sign, _number(left, DECIMAL), _number(right, DECIMAL))
    return _calculated_later(sign, left, right)


def _calculated_later(sign: str, left: Node, right: Node) -> Node:
    def calculation(wanted: Type) -> Node:
        return _calculation(sign, _number(left, wanted), _number(right, wanted))

    return _numeric_later(calculation, _ARITHMETIC[sign][0], left, right)


def _numeric_later(calculation: Callable[[Type], Node], function: str, *operands: Node) -> Node:
    """A calculation with an operand of unknown type, for an integer or a decimal, whichever is wanted.

    Where nothing is, ``function`` calculates with whatever numbers there are.
    """

    def decide(wanted: Type | None) -> Node:
        if wanted is None:
            kinds = {settled(operand).type.kind for operand in operands}
            if Kind.DECIMAL in kinds:
                return calculation(DECIMAL)
            if Kind.ANY in kinds:
                with suppress(RuleError):
                    return _as_it_comes(function, *operands)
        return calculation(wanted or (INTEGER if INTEGER in {operand.type for operand in operands} else DECIMAL))

    return open_call(decide, lambda wanted: wanted.kind in _NUMBERS)


def _is_null(node: Node) -> bool:
    return isinstance(node, Literal) and node.value is None


def _as_it_comes(function: str, *operands: Node) -> Node:
    """A call that looks at the types of its operands when it is evaluated."""
    args = tuple(settled(operand) for operand in operands)
    return Call(function, args, registry.resolve(function, [arg.type for arg in args]))


def _number(node: Node, wanted: Type) -> Node:
    return fitted(node, wanted) if node.type.kind in UNKNOWN else node


def _calculation(sign: str, left: Node, right: Node) -> Node:
    whole = left.type == INTEGER and right.type == INTEGER
    return Call(_ARITHMETIC[sign][0 if whole else 1], (left, right), INTEGER if whole else DECIMAL)


def hint(sign: str, left: Type, right: Type) -> str | None:
    """What to do about operands that an operator does not take."""
    kinds = {left.kind, right.kind}
    if sign in ("==", "!=") and kinds & {Kind.OBJECT, Kind.MAP}:
        return "objects are not comparable: compare their fields, or write 'is null'"
    if sign in _ORDER and kinds == {Kind.DATE_ONLY}:
        return 'a dateOnly has no order here: make both a dateTime with toDateTime("UTC", …)'
    if sign in _ORDER and kinds <= {*SCALARS} and not kinds <= {*_NUMBERS}:
        return "only numbers, dateTime and dateTimeOnly have an order, and only among themselves"
    if mixed_numbers(left, right):
        return "write the whole number with .0, or convert it with toDecimal"
    if not kinds & {*_ADDABLE, Kind.DATE_ONLY}:
        return "convert one of them: toString, toInteger, toDecimal …" if kinds <= {*SCALARS} else None
    if sign == "-":
        return 'add a negative duration: … + toDuration("-PT1H")'
    if Kind.DATE_ONLY in kinds and sign == "+":
        return 'a dateOnly has no hours: make it a dateTime with toDateTime("UTC", …)'
    if left.kind is Kind.DURATION and right.kind in _ADDABLE:
        return "a duration stands to the right of what it is added to"
    return "a duration is added to a dateTime, a dateTimeOnly or a duration" if Kind.DURATION in kinds else None
