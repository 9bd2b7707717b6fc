"""Logic: two-valued, null counts as false (expression-language.md, N1); and what a value is (null, a number)."""

from __future__ import annotations

import functools
import operator

import polars as pl

from parcours.core.schema import BOOLEAN, Kind
from parcours.language.functions.declaration import Column, Function, NullRule, Value
from parcours.language.functions.types import ANYTHING, pql, signature

FAMILY = "logic"


def _all(*parts: Column) -> pl.Expr:
    return functools.reduce(operator.and_, (part.known() for part in parts))


def _any(*parts: Column) -> pl.Expr:
    return functools.reduce(operator.or_, (part.known() for part in parts))


def _if(test: Column, then: Column, otherwise: Column) -> pl.Expr:
    return pl.when(test.expr).then(then.expr).otherwise(otherwise.expr)


def _first(*values: Value) -> Value:
    return next((value for value in values if value is not None), None)


def _first_known(*values: Column) -> pl.Expr:
    # not pl.coalesce: with a null literal and nothing but nulls in the columns it gives a single row
    found = values[-1].expr
    for value in reversed(values[:-1]):
        found = pl.when(value.expr.is_not_null()).then(value.expr).otherwise(found)
    return found


def _number_test(name: str, words: str, kinds: frozenset[Kind], types: tuple[type, ...], *examples: Value) -> Function:
    return Function(
        name,
        FAMILY,
        (signature(("value", ANYTHING), to=BOOLEAN),),
        NullRule.FALSE,
        f"True when the value is {words}. A text of digits is none.",
        tuple(((value,), expected) for value, expected in examples),
        meaning=lambda value: isinstance(value, types) and not isinstance(value, bool),
        columns=lambda value: value.expr.is_not_null() & pl.lit(value.type.kind in kinds),
    )


FUNCTIONS = (
    Function(
        "and",
        FAMILY,
        (signature(("condition", BOOLEAN), to=BOOLEAN, repeats=True),),
        NullRule.OWN,
        "True when every condition is true. Null counts as false.",
        (((True, True), True), ((True, False), False), ((True, None), False)),
        meaning=lambda *parts: all(part is True for part in parts),
        columns=_all,
        never_null=True,
    ),
    Function(
        "or",
        FAMILY,
        (signature(("condition", BOOLEAN), to=BOOLEAN, repeats=True),),
        NullRule.OWN,
        "True when at least one condition is true. Null counts as false.",
        (((True, False), True), ((False, False), False), ((False, None), False), ((None, True), True)),
        meaning=lambda *parts: any(part is True for part in parts),
        columns=_any,
        never_null=True,
    ),
    Function(
        "not",
        FAMILY,
        (signature(("condition", BOOLEAN), to=BOOLEAN),),
        NullRule.OWN,
        "True when the condition is false or null: “not a member” holds for a missing flag.",
        (((True,), False), ((False,), True), ((None,), True)),
        meaning=lambda part: part is not True,
        columns=lambda part: ~part.known(),
        never_null=True,
    ),
    Function(
        "if",
        FAMILY,
        (signature(("condition", BOOLEAN), ("then", ANYTHING), ("else", ANYTHING), to=ANYTHING),),
        NullRule.OWN,
        "The second argument when the condition is true, else the third. Null counts as false.",
        (((True, 1, 2), 1), ((False, 1, 2), 2), ((None, "a", "b"), "b"), ((True, 1, 2.5), 1.0)),
        meaning=lambda test, then, otherwise: then if test is True else otherwise,
        columns=_if,
        spellings=(pql("if", method=False),),
    ),
    Function(
        "coalesce",
        FAMILY,
        (signature(("value", ANYTHING), to=ANYTHING, repeats=True),),
        NullRule.OWN,
        "The first argument that is not null; null when all are.",
        (((None, 3), 3), ((2, 3), 2), ((None, None), None)),
        meaning=_first,
        columns=_first_known,
    ),
    Function(
        "is_null",
        FAMILY,
        (signature(("value", ANYTHING), to=BOOLEAN),),
        NullRule.OWN,
        "True when there is no value. The empty text and the empty list are values.",
        (((None,), True), (("",), False), ((0,), False)),
        meaning=lambda value: value is None,
        columns=lambda value: value.expr.is_null(),
        never_null=True,
        spellings=(pql("isNull"),),
        passes_on=True,
    ),
    Function(
        "is_not_null",
        FAMILY,
        (signature(("value", ANYTHING), to=BOOLEAN),),
        NullRule.OWN,
        "True when there is a value, be it the empty text or the empty list.",
        (((None,), False), (("",), True), ((0,), True)),
        meaning=lambda value: value is not None,
        columns=lambda value: value.expr.is_not_null(),
        never_null=True,
        spellings=(pql("isNotNull"),),
        passes_on=True,
    ),
    _number_test(
        "is_numeric",
        "an integer or a decimal",
        frozenset({Kind.INTEGER, Kind.DECIMAL}),
        (int, float),
        *((1, True), (1.5, True), ("1", False), (True, False), (None, False)),
    ),
    _number_test("is_integer", "an integer", frozenset({Kind.INTEGER}), (int,), (1, True), (1.0, False), (None, False)),
    _number_test("is_decimal", "a decimal", frozenset({Kind.DECIMAL}), (float,), (1.0, True), (1, False), ("1", False)),
)
