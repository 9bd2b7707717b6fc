"""Arithmetic: null with null, integers stay integers, a divisor of zero gives zero (expression-language.md, section 7).

An integer result outside 64 bits and a decimal result outside the range of a double are null: nothing wraps
around, and neither infinity nor NaN ever comes out. In the journey expression language an integer result outside
64 bits fails instead (D3): those are the functions with ``exact`` in their names, and ``quotient``.
"""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from parcours.core.errors import EvaluationError
from parcours.core.schema import DECIMAL, INTEGER
from parcours.language.functions.declaration import Column, Function, NullRule, Spelling, Value
from parcours.language.functions.signatures import Signature
from parcours.language.functions.types import journey, signature

FAMILY = "arithmetic"
WIDE = pl.Int128


def fitting(value: int | float) -> int | float | None:
    """``value``, or null when it does not fit its type: 64 bits, or a finite double."""
    if isinstance(value, int):
        return value if -(2**63) <= value < 2**63 else None
    return value if math.isfinite(value) else None


def narrow(wide: pl.Expr) -> pl.Expr:
    """A 128-bit column as 64 bits, null where it does not fit."""
    return wide.cast(pl.Int64, strict=False)


def finite(expr: pl.Expr) -> pl.Expr:
    """A decimal column with null where it is infinite or not a number."""
    return pl.when(expr.is_finite()).then(expr)


def _binary(*names: str) -> tuple[Signature, ...]:
    left, right = names or ("left", "right")
    return tuple(signature((left, kind), (right, kind), to=kind) for kind in (INTEGER, DECIMAL))


def _unary() -> tuple[Signature, ...]:
    return tuple(signature(("number", kind), to=kind) for kind in (INTEGER, DECIMAL))


def _checked(compute: Callable[..., Value]) -> Callable[..., Value]:
    def meaning(*values: Value) -> Value:
        try:
            return fitting(compute(*values))
        except OverflowError:
            return None

    return meaning


def _either(compute: Callable[..., pl.Expr]) -> Callable[..., pl.Expr]:
    """The column form of an operator that Polars writes alike for integers and decimals."""

    def columns(*args: Column) -> pl.Expr:
        if args[0].type == INTEGER:
            return narrow(compute(*(arg.expr.cast(WIDE) for arg in args)))
        return finite(compute(*(arg.expr for arg in args)))

    return columns


def overflow(what: str) -> EvaluationError:
    return EvaluationError(
        f"{what} is outside of the range of integers (64 bits)",
        code="integer-overflow",
        hint="compute with decimals: toDecimal(…)",
    )


def _exact(function: Function, name: str, words: str, failing: tuple[Value, ...], *spellings: Spelling) -> Function:
    """The same function, but one that fails where an integer result does not fit."""

    def meaning(*values: Value) -> Value:
        found = function.meaning(*values)
        if found is None and result_is_integer(values):
            raise overflow(f"the {words} of " + " and ".join(map(str, values)))
        return found

    def result_is_integer(values: Sequence[Value]) -> bool:
        return name == "round_exact" or isinstance(values[0], int)

    def fails(*args: Column) -> pl.Expr:
        if args[0].type != INTEGER and name != "round_exact":
            return pl.lit(False)
        known = functools.reduce(operator.and_, (arg.expr.is_not_null() for arg in args))
        return known & function.columns(*args).is_null()

    return Function(
        name,
        function.family,
        function.signatures,
        function.null_rule,
        f"{function.prose} Fails when an integer result is outside 64 bits, as for {failing}.",
        tuple(example for example in function.examples if example[1] is not None or None in example[0]),
        meaning=meaning,
        columns=function.columns,
        spellings=spellings,
        fails=fails,
    )


def _divided(left: Value, right: Value) -> Value:
    return math.nan if right == 0 else left / right


def _divided_columns(left: Column, right: Column) -> pl.Expr:
    quotient = pl.map_batches([left.expr, right.expr], _true_division, return_dtype=pl.Float64, is_elementwise=True)
    return pl.when(right.expr != 0).then(finite(quotient))


def _quotient(left: Value, right: Value) -> Value:
    if right == 0:
        return type(left)(0)
    if isinstance(left, float):
        return left / right
    size = abs(left) // abs(right)
    return size if (left < 0) == (right < 0) else -size


def _quotient_columns(left: Column, right: Column) -> pl.Expr:
    zero = right.expr == 0
    if left.type == DECIMAL:
        result = finite(
            pl.map_batches([left.expr, right.expr], _true_division, return_dtype=pl.Float64, is_elementwise=True)
        )
        return pl.when(zero & left.expr.is_not_null()).then(0.0).otherwise(result)
    size = _truncated(left.expr.cast(WIDE), pl.when(~zero).then(right.expr).cast(WIDE))
    return narrow(pl.when(zero & left.expr.is_not_null()).then(pl.lit(0, dtype=WIDE)).otherwise(size))


def _truncated(left: pl.Expr, right: pl.Expr) -> pl.Expr:
    return (left.abs() // right.abs()) * left.sign() * right.sign()


def _remainder(left: Value, right: Value) -> Value:
    if right == 0:
        return type(left)(0)
    if isinstance(left, float):
        return math.fmod(left, right)
    return left - right * _quotient(left, right)


def _remainder_columns(left: Column, right: Column) -> pl.Expr:
    zero = right.expr == 0
    if left.type == DECIMAL:
        result = pl.map_batches([left.expr, right.expr], _fmod, return_dtype=pl.Float64, is_elementwise=True)
        return pl.when(zero & left.expr.is_not_null()).then(0.0).otherwise(result)
    wide, divisor = left.expr.cast(WIDE), pl.when(~zero).then(right.expr).cast(WIDE)
    rest = wide - divisor * _truncated(wide, divisor)
    return narrow(pl.when(zero & left.expr.is_not_null()).then(pl.lit(0, dtype=WIDE)).otherwise(rest))


def _true_division(columns: Sequence[pl.Series]) -> pl.Series:
    """The quotient of doubles, correctly rounded; Polars multiplies by the rounded inverse of a constant divisor."""
    left, right = (column.to_numpy() for column in columns)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        return pl.Series(np.divide(left, right), dtype=pl.Float64).fill_nan(None)


def _fmod(columns: Sequence[pl.Series]) -> pl.Series:
    """The exact remainder of doubles; Polars' own ``%`` rounds and follows the divisor's sign."""
    left, right = (column.to_numpy() for column in columns)
    with np.errstate(invalid="ignore"):
        return pl.Series(np.fmod(left, right), dtype=pl.Float64).fill_nan(None)


def _rounded(value: Value) -> Value:
    if isinstance(value, int):
        return value
    whole = math.floor(value)
    return whole + 1 if value - whole >= 0.5 else whole


def _rounded_columns(value: Column) -> pl.Expr:
    if value.type == INTEGER:
        return value.expr
    whole = value.expr.floor()
    return (whole + (value.expr - whole >= 0.5)).cast(pl.Int64, strict=False)


_ANY_SIZE = (
    Function(
        "add",
        FAMILY,
        _binary(),
        NullRule.PROPAGATE,
        "The sum.",
        (((1, 2), 3), ((1, 2.5), 3.5), ((None, 2), None), ((2**63 - 1, 1), None)),
        meaning=_checked(operator.add),
        columns=_either(operator.add),
    ),
    Function(
        "sub",
        FAMILY,
        _binary(),
        NullRule.PROPAGATE,
        "The difference.",
        (((5, 3), 2), ((1.5, 1), 0.5), ((5, None), None)),
        meaning=_checked(operator.sub),
        columns=_either(operator.sub),
    ),
    Function(
        "mul",
        FAMILY,
        _binary(),
        NullRule.PROPAGATE,
        "The product.",
        (((3, 4), 12), ((3, 0.5), 1.5), ((2**62, 2), None), ((1e308, 10.0), None)),
        meaning=_checked(operator.mul),
        columns=_either(operator.mul),
    ),
    Function(
        "div",
        FAMILY,
        _binary("dividend", "divisor"),
        NullRule.PROPAGATE,
        "The quotient; of two integers it is an integer, truncated toward zero. A divisor of zero gives zero.",
        (((7, 2), 3), ((-7, 2), -3), ((7, 2.0), 3.5), ((7, 0), 0), ((1.5, 0.0), 0.0), ((None, 0), None)),
        meaning=_checked(_quotient),
        columns=_quotient_columns,
    ),
    Function(
        "mod",
        FAMILY,
        _binary("dividend", "divisor"),
        NullRule.PROPAGATE,
        "The remainder, with the sign of the dividend. A divisor of zero gives zero.",
        (((7, 3), 1), ((-7, 3), -1), ((7, -3), 1), ((5.5, 2), 1.5), ((7, 0), 0)),
        meaning=_checked(_remainder),
        columns=_remainder_columns,
    ),
    Function(
        "neg",
        FAMILY,
        _unary(),
        NullRule.PROPAGATE,
        "The number with the other sign.",
        (((3,), -3), ((-2.5,), 2.5), ((-(2**63),), None)),
        meaning=_checked(operator.neg),
        columns=_either(lambda expr: expr * -1),
    ),
    Function(
        "abs",
        FAMILY,
        _unary(),
        NullRule.PROPAGATE,
        "The number without its sign.",
        (((-3,), 3), ((2.5,), 2.5), ((None,), None)),
        meaning=_checked(abs),
        columns=_either(lambda expr: expr.abs()),
    ),
    Function(
        "round",
        FAMILY,
        tuple(signature(("number", kind), to=INTEGER) for kind in (INTEGER, DECIMAL)),
        NullRule.PROPAGATE,
        "The nearest integer; halves go up.",
        (((2.5,), 3), ((-2.5,), -2), ((2.4,), 2), ((7,), 7), ((1e300,), None)),
        meaning=_checked(_rounded),
        columns=_rounded_columns,
    ),
)

_BY_NAME = {function.name: function for function in _ANY_SIZE}

FUNCTIONS = (
    *_ANY_SIZE,
    _exact(_BY_NAME["add"], "add_exact", "sum", (2**63 - 1, 1)),
    _exact(_BY_NAME["sub"], "sub_exact", "difference", (-(2**63), 1)),
    _exact(_BY_NAME["mul"], "mul_exact", "product", (2**62, 2)),
    _exact(_BY_NAME["neg"], "neg_exact", "negative", (-(2**63),)),
    _exact(_BY_NAME["div"], "quotient", "quotient", (-(2**63), -1)),
    _exact(_BY_NAME["round"], "round_exact", "rounding", (1e300,), journey("round")),
    Function(
        "remainder",
        FAMILY,
        _binary("dividend", "divisor"),
        NullRule.PROPAGATE,
        "The same as mod, under the name of the journey expression language.",
        (((7, 3), 1), ((-7, 3), -1), ((7, -3), 1), ((5.5, 2), 1.5), ((7, 0), 0)),
        meaning=_checked(_remainder),
        columns=_remainder_columns,
    ),
    Function(
        "divide",
        FAMILY,
        (signature(("dividend", DECIMAL), ("divisor", DECIMAL), to=DECIMAL),),
        NullRule.PROPAGATE,
        "The quotient as a decimal, never truncated; null when the divisor is zero.",
        (((7, 2), 3.5), ((1, 0), None), ((1.5, 0.5), 3.0), ((None, 2), None), ((1e308, 1e-308), None)),
        meaning=_checked(_divided),
        columns=_divided_columns,
    ),
)
