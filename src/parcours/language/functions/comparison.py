"""Comparison: equality is null-safe, order with null is false (expression-language.md, N2 and N3).

Numbers compare by value (an integer beside a decimal is widened first), text by code point and case-sensitive,
instants by instant, lists element by element. Functions on the smaller and larger of values stand here too.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable

import polars as pl

from parcours.core.schema import BOOLEAN
from parcours.language.functions.declaration import Column, Function, ListOfVar, NullRule, Value
from parcours.language.functions.types import COMPARABLE, ORDERABLE, SCALAR, signature

FAMILY = "comparison"


#: The same comparison with its sides exchanged.
_MIRRORED = {operator.lt: operator.gt, operator.le: operator.ge, operator.gt: operator.lt, operator.ge: operator.le}


def _constant_first(left: Column, right: Column) -> bool:
    """Whether only the right side reads columns. Polars then may give one row for many: exchange the sides."""
    return left.fixed and not right.fixed


def _ordered(compare: Callable[..., Value], left: Column, right: Column) -> pl.Expr:
    if _constant_first(left, right):
        left, right, compare = right, left, _MIRRORED[compare]
    found: pl.Expr = compare(left.expr, right.expr)
    return found


def same_column(left: Column, right: Column) -> pl.Expr:
    """Whether both sides are the same or both null."""
    if _constant_first(left, right):
        left, right = right, left
    nullable = left.nullable or right.nullable
    return left.expr.eq_missing(right.expr) if nullable else left.expr == right.expr


def _ne(left: Column, right: Column) -> pl.Expr:
    if _constant_first(left, right):
        left, right = right, left
    nullable = left.nullable or right.nullable
    return left.expr.ne_missing(right.expr) if nullable else left.expr != right.expr


def _in(item: Column, items: Column) -> pl.Expr:
    return item.expr.is_in(items.expr, nulls_equal=True).fill_null(False)


def _is_in(item: Value, items: Value) -> bool:
    return items is not None and item in items


def _extreme(pick: Callable[..., Value]) -> Callable[..., Value]:
    def meaning(*values: Value) -> Value:
        present = [value for value in values if value is not None]
        return pick(present) if present else None

    return meaning


def _ordering(
    name: str, words: str, compare: Callable[..., Value], *examples: tuple[tuple[Value, ...], Value]
) -> Function:
    return Function(
        name,
        FAMILY,
        (signature(("left", ORDERABLE), ("right", ORDERABLE), to=BOOLEAN),),
        NullRule.FALSE,
        f"True when left is {words} right: numbers by value, text by code point, dates and times in time.",
        (*examples, ((None, 1), False), ((1, None), False)),
        meaning=compare,
        columns=functools.partial(_ordered, compare),
    )


FUNCTIONS = (
    Function(
        "eq",
        FAMILY,
        (signature(("left", COMPARABLE), ("right", COMPARABLE), to=BOOLEAN),),
        NullRule.OWN,
        "True when both are the same value, or both null. Text is case-sensitive; lists are equal element by element.",
        (((1, 1), True), ((1, 1.0), True), (("a", "A"), False), ((None, None), True), ((None, 1), False)),
        meaning=lambda left, right: left == right,
        columns=same_column,
        never_null=True,
    ),
    Function(
        "ne",
        FAMILY,
        (signature(("left", COMPARABLE), ("right", COMPARABLE), to=BOOLEAN),),
        NullRule.OWN,
        "The exact opposite of eq.",
        (((1, 1), False), (("a", "A"), True), ((None, None), False), ((None, 1), True)),
        meaning=lambda left, right: left != right,
        columns=_ne,
        never_null=True,
    ),
    _ordering("lt", "less than", operator.lt, ((1, 2), True), ((2, 2), False), (("B", "a"), True)),
    _ordering("le", "less than or equal to", operator.le, ((2, 2), True), ((3, 2), False)),
    _ordering("gt", "greater than", operator.gt, ((3, 2), True), ((2, 2), False), ((2, 1.5), True)),
    _ordering("ge", "greater than or equal to", operator.ge, ((2, 2), True), ((1, 2), False)),
    Function(
        "in",
        FAMILY,
        (signature(("value", SCALAR), ("list", ListOfVar(SCALAR)), to=BOOLEAN),),
        NullRule.OWN,
        "True when the list holds the value, compared as eq does. False for a null list.",
        ((("a", ["a", "b"]), True), ((3, [1, 2]), False), ((None, [1, None]), True), ((1, None), False)),
        meaning=_is_in,
        columns=_in,
        never_null=True,
    ),
    Function(
        "min_of",
        FAMILY,
        (signature(("value", ORDERABLE), to=ORDERABLE, repeats=True),),
        NullRule.OWN,
        "The smallest argument. Nulls are ignored; null when nothing is left.",
        (((3, 1, 2), 1), ((None, 2), 2), ((None, None), None)),
        meaning=_extreme(min),
        columns=lambda *values: pl.min_horizontal([value.expr for value in values]),
    ),
    Function(
        "max_of",
        FAMILY,
        (signature(("value", ORDERABLE), to=ORDERABLE, repeats=True),),
        NullRule.OWN,
        "The largest argument. Nulls are ignored; null when nothing is left.",
        (((3, 1, 2), 3), ((None, 2), 2), ((None, None), None)),
        meaning=_extreme(max),
        columns=lambda *values: pl.max_horizontal([value.expr for value in values]),
    ),
)
