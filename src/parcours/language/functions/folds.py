"""Folds: one number or value from a list, or from arguments written out (expression-language.md, 10.1 and N7;
profile-query-language.md, 7.3).

Nulls are ignored, and a null list is the empty list. A sum of integers beyond 64 bits fails; decimals are added in
their order.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl

from parcours.core.errors import EvaluationError
from parcours.core.schema import (
    DATE_ONLY,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    OFFSET_TIME,
    Kind,
    Type,
    list_of,
)
from parcours.language.functions.arithmetic import finite, fitting, narrow
from parcours.language.functions.declaration import Column, Function, NullRule, Value
from parcours.language.functions.flat import codes, element_of, flat, ordered, over_rows
from parcours.language.functions.signatures import ListOfVar, Signature, Var
from parcours.language.functions.types import ORDERED, exactly, journey, signature

FAMILY = "aggregation"
_ORDERABLE = Var("a number, text, date, time or duration", ORDERED | {Kind.OFFSET_TIME})
_PAIRED = (DECIMAL, DURATION, OFFSET_TIME, DATE_TIME_ONLY, INTEGER)
_COMPARED = (DURATION, INTEGER, DECIMAL, OFFSET_TIME, DATE_TIME_ONLY, DATE_ONLY)


def _known(args: tuple[Value, ...]) -> list[Any]:
    """The values to fold: those of the one list, or the arguments themselves; without null."""
    values = args[0] if len(args) == 1 and (args[0] is None or isinstance(args[0], list)) else args
    return [value for value in values or () if value is not None]


def _is_list(args: tuple[Column, ...]) -> bool:
    return len(args) == 1 and args[0].type.kind is Kind.LIST


# --- sums ----------------------------------------------------------------------------------------------


def _sum(*args: Value) -> Value:
    total = functools.reduce(operator.add, _known(args), 0)
    if isinstance(total, int) and fitting(total) is None:
        raise EvaluationError(
            "a sum is beyond 64 bits", code="integer-overflow", hint="compute with decimals: toDecimal(…)"
        )
    return fitting(total)


def _wide_total(args: tuple[Column, ...]) -> pl.Expr:
    """The sum of integers in 128 bits."""
    if _is_list(args):
        return args[0].expr.list.eval(pl.element().cast(pl.Int128).sum()).list.first().fill_null(0)
    return functools.reduce(operator.add, (arg.expr.cast(pl.Int128).fill_null(0) for arg in args))


def _overflows(*args: Column) -> pl.Expr:
    if _numbers(args) == DECIMAL:
        return pl.lit(False)
    return ~_wide_total(args).is_between(-(2**63), 2**63 - 1)


def _numbers(args: tuple[Column, ...]) -> Type:
    return element_of(args[0].type) if _is_list(args) else args[0].type


def _sum_columns(*args: Column) -> pl.Expr:
    if _numbers(args) != DECIMAL:
        return narrow(_wide_total(args))
    return finite(_decimal_total(args))


def _decimal_total(args: tuple[Column, ...]) -> pl.Expr:
    if _is_list(args):
        return over_rows(_decimal_sums, args, DECIMAL)
    return functools.reduce(operator.add, (arg.expr.cast(pl.Float64).fill_null(0.0) for arg in args), pl.lit(0.0))


def _decimal_sums(lists: pl.Series) -> pl.Series:
    """In the order of the elements, so that the last digit is the reference's."""
    found = flat(lists)
    weights = found.elements.cast(pl.Float64).fill_null(0.0).to_numpy()
    with np.errstate(over="ignore", invalid="ignore"):
        return pl.Series(np.bincount(found.owner, weights, found.height))


def _average(*args: Value) -> Value:
    values = _known(args)
    return fitting(functools.reduce(operator.add, values, 0.0) / len(values)) if values else None


def _average_columns(*args: Column) -> pl.Expr:
    if _is_list(args):
        count = args[0].expr.list.drop_nulls().list.len().fill_null(0)
    else:
        count = functools.reduce(operator.add, (arg.expr.is_not_null().cast(pl.UInt32) for arg in args))
    known = count.cast(pl.Int64) > 0
    return finite(pl.when(known).then(_decimal_total(args) / pl.when(known).then(count.cast(pl.Float64))))


# --- smallest and greatest -----------------------------------------------------------------------------


def _extreme(pick: Callable[..., Value]) -> Callable[..., Value]:
    def meaning(*args: Value) -> Value:
        values = _known(args)
        return pick(values) if values else None

    return meaning


def _extreme_columns(smallest: bool) -> Callable[..., pl.Expr]:
    def columns(*args: Column) -> pl.Expr:
        if _is_list(args):
            return _extreme_of_list(args[0], smallest)
        if args[0].type == OFFSET_TIME:
            return functools.reduce(functools.partial(_earlier, smallest), (arg.expr for arg in args))
        values = [arg.expr for arg in args]
        return pl.min_horizontal(values) if smallest else pl.max_horizontal(values)

    return columns


def _extreme_of_list(items: Column, smallest: bool) -> pl.Expr:
    element = element_of(items.type)
    if element.numeric or element.kind in (Kind.DATE_ONLY, Kind.DATE_TIME, Kind.DATE_TIME_ONLY, Kind.DURATION):
        return items.expr.list.min() if smallest else items.expr.list.max()
    return over_rows(functools.partial(_first_in_order, element, smallest), (items,), element)


def _first_in_order(element: Type, smallest: bool, lists: pl.Series) -> pl.Series:
    found = flat(lists)
    made = ordered(found, codes(found.elements, element), np.full(found.height, smallest))
    return made.lists().list.get(0, null_on_oob=True)


def _earlier(smallest: bool, left: pl.Expr, right: pl.Expr) -> pl.Expr:
    """The earlier (or later) of two instants with its offset, the left one when they are equal."""
    here, there = left.struct.field("instant"), right.struct.field("instant")
    return pl.when(here.is_null() | (there < here if smallest else there > here)).then(right).otherwise(left)


def _fold(*kinds: Type, to: Type | None = None) -> tuple[Signature, ...]:
    lists = (signature(("list", list_of(kind)), to=to or kind) for kind in kinds)
    return (*lists, *(signature(("value", kind), to=to or kind, repeats=True) for kind in kinds))


_EXTREME = (
    signature(("list", ListOfVar(_ORDERABLE)), to=_ORDERABLE),
    signature(("value", _ORDERABLE), to=_ORDERABLE, repeats=True),
)


def _journey_extreme(name: str) -> Any:
    lists = (exactly(list_of(kind), to=kind) for kind in _COMPARED)
    return journey(name, *lists, *(exactly(kind, kind, to=kind) for kind in _PAIRED))


FUNCTIONS = (
    Function(
        "sum_of",
        FAMILY,
        _fold(INTEGER, DECIMAL),
        NullRule.OWN,
        "The sum of the numbers of a list, or of the arguments. Nulls are ignored; 0 when nothing is left.",
        ((([1, None, 2],), 3), ((5, None), 5), (([0.5, 1.0],), 1.5), (([],), 0)),
        meaning=_sum,
        columns=_sum_columns,
        spellings=(
            journey(
                "sum",
                *(exactly(list_of(kind), to=kind) for kind in (DECIMAL, INTEGER)),
                *(exactly(kind, kind, to=kind) for kind in (INTEGER, DECIMAL)),
            ),
        ),
        fails=_overflows,
    ),
    Function(
        "average_of",
        FAMILY,
        _fold(INTEGER, DECIMAL, to=DECIMAL),
        NullRule.OWN,
        "The mean of the numbers of a list, or of the arguments. Nulls are ignored; null when nothing is left.",
        ((([10, None, 8],), 9.0), ((1, 2.5), 1.75), (([],), None)),
        meaning=_average,
        columns=_average_columns,
        spellings=(
            journey(
                "avg",
                *(exactly(list_of(kind), to=DECIMAL) for kind in (INTEGER, DECIMAL)),
                *(exactly(left, right, to=DECIMAL) for left in (DECIMAL, INTEGER) for right in (DECIMAL, INTEGER)),
            ),
        ),
    ),
    Function(
        "min_of",
        FAMILY,
        _EXTREME,
        NullRule.OWN,
        "The smallest value of a list, or the smallest argument. Nulls are ignored; null when nothing is left.",
        (((3, 1, 2), 1), ((None, 2), 2), (([3, None, 1],), 1), (([],), None)),
        meaning=_extreme(min),
        columns=_extreme_columns(smallest=True),
        spellings=(_journey_extreme("min"),),
    ),
    Function(
        "max_of",
        FAMILY,
        _EXTREME,
        NullRule.OWN,
        "The greatest value of a list, or the greatest argument. Nulls are ignored; null when nothing is left.",
        (((3, 1, 2), 3), ((None, 2), 2), (([3, None, 1],), 3), (([],), None)),
        meaning=_extreme(max),
        columns=_extreme_columns(smallest=False),
        spellings=(_journey_extreme("max"),),
    ),
)
