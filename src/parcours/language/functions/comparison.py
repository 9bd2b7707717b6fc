"""Comparison: equality is null-safe, order with null is false (expression-language.md, N2 and N3).

Numbers compare by value (an integer beside a decimal is widened first), text by code point and case-sensitive,
instants by instant whatever their offset, lists element by element. In PQL nothing is equal to null
(profile-query-language.md, P10): ``equals`` beside ``eq``,
``in_list`` and ``not_in_list`` beside ``in``.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from dataclasses import replace

import polars as pl

from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Kind,
    list_of,
)
from parcours.language.functions.declaration import Column, Function, NullRule, Value
from parcours.language.functions.signatures import ListOfVar
from parcours.language.functions.types import COMPARABLE, ORDERABLE, SCALAR, exactly, journey, pql, signature

FAMILY = "comparison"


#: The same comparison with its sides exchanged.
_MIRRORED = {operator.lt: operator.gt, operator.le: operator.ge, operator.gt: operator.lt, operator.ge: operator.le}


def by_instant(column: Column) -> Column:
    """A column of instants with offsets, or of lists of such, with the instants only: these are what is compared."""
    if column.type.kind is Kind.OFFSET_TIME:
        return replace(column, expr=column.expr.struct.field("instant"))
    if column.type.kind is Kind.LIST and column.type.element == OFFSET_TIME:
        return replace(column, expr=column.expr.list.eval(pl.element().struct.field("instant")))
    return column


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
    left, right = by_instant(left), by_instant(right)
    if _constant_first(left, right):
        left, right = right, left
    nullable = left.nullable or right.nullable
    return left.expr.eq_missing(right.expr) if nullable else left.expr == right.expr


def _ne(left: Column, right: Column) -> pl.Expr:
    left, right = by_instant(left), by_instant(right)
    if _constant_first(left, right):
        left, right = right, left
    nullable = left.nullable or right.nullable
    return left.expr.ne_missing(right.expr) if nullable else left.expr != right.expr


def _in(item: Column, items: Column) -> pl.Expr:
    return by_instant(item).expr.is_in(by_instant(items).expr, nulls_equal=True).fill_null(False)


def _is_in(item: Value, items: Value) -> bool:
    return items is not None and item in items


def _listed(item: Column, items: Column) -> pl.Expr:
    found = by_instant(item).expr.is_in(by_instant(items).expr, nulls_equal=True)
    return pl.when(item.expr.is_not_null()).then(found)


# --- equality of PQL -----------------------------------------------------------------------------------


def _equals(value: Value, *candidates: Value) -> bool:
    """Whether the value is one of the candidates; a boolean behind texts tells whether case matters."""
    if value is None:
        return False
    if isinstance(value, str) and isinstance(candidates[-1], bool):
        *candidates_, case_sensitive = candidates
        if case_sensitive:
            return value in candidates_
        return value.lower() in [other.lower() for other in candidates_ if other is not None]
    return value in candidates


def _equals_columns(value: Column, *candidates: Column) -> pl.Expr:
    if value.type != STRING or candidates[-1].type != BOOLEAN:
        return _one_of(value, *candidates)
    *others, case_sensitive = candidates
    exact = _one_of(value, *others)
    loose = _one_of(*(replace(text, expr=text.expr.str.to_lowercase()) for text in (value, *others)))
    return pl.when(case_sensitive.expr.fill_null(True)).then(exact).otherwise(loose)


def _one_of(value: Column, *candidates: Column) -> pl.Expr:
    known = [same_column(value, other) for other in candidates]
    return functools.reduce(operator.or_, known) & value.expr.is_not_null()


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


_SINGLE = signature(("value", SCALAR), ("other", SCALAR), to=BOOLEAN, repeats=True)
_WITH_CASE = signature(
    ("text", STRING), ("other", STRING), to=BOOLEAN, repeats=True, closing=(("case_sensitive", BOOLEAN),)
)
_LISTED = (STRING, BOOLEAN, INTEGER, DECIMAL, DURATION, OFFSET_TIME, DATE_TIME_ONLY, DATE_ONLY)

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
        spellings=(journey("in", *(exactly(kind, list_of(kind), to=BOOLEAN) for kind in _LISTED)),),
    ),
    Function(
        "in_list",
        FAMILY,
        (signature(("value", SCALAR), ("list", ListOfVar(SCALAR)), to=BOOLEAN),),
        NullRule.FALSE,
        "True when the list holds the value. False when either is null.",
        ((("a", ["a", "b"]), True), ((3, [1, 2]), False), ((None, [1, None]), False), ((1, None), False)),
        meaning=_is_in,
        columns=_listed,
    ),
    Function(
        "not_in_list",
        FAMILY,
        (signature(("value", SCALAR), ("list", ListOfVar(SCALAR)), to=BOOLEAN),),
        NullRule.FALSE,
        "True when the list does not hold the value. False when either is null, unlike the opposite of in_list.",
        ((("a", ["a", "b"]), False), ((3, [1, None]), True), ((None, [1]), False), ((1, None), False)),
        meaning=lambda item, items: item not in items,
        columns=lambda item, items: ~_listed(item, items),
    ),
    Function(
        "equals",
        FAMILY,
        (_SINGLE, _WITH_CASE),
        NullRule.OWN,
        "True when the value is the same as one of the others. Null is the same as nothing, not even null. For texts "
        "a last argument false makes upper and lower case the same.",
        (
            ((1, 1.0), True),
            (("AK", "AL", "AK"), True),
            (("a", "A"), False),
            (("a", "A", False), True),
            (("a", "A", True), False),
            ((None, None), False),
            ((None, 1), False),
        ),
        meaning=_equals,
        columns=_equals_columns,
        never_null=True,
        spellings=(pql("equals"),),
    ),
    Function(
        "not_equal_to",
        FAMILY,
        (_SINGLE, _WITH_CASE),
        NullRule.OWN,
        "The exact opposite of equals, so it is true for null.",
        (((1, 1.0), False), (("a", "A"), True), (("a", "A", False), False), ((None, None), True), ((None, 1), True)),
        meaning=lambda *values: not _equals(*values),
        columns=lambda *values: ~_equals_columns(*values),
        never_null=True,
        spellings=(pql("notEqualTo", signature(("value", SCALAR), ("other", SCALAR), to=BOOLEAN)),),
    ),
)
