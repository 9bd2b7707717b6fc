"""Conversion: text that is not what it should be becomes null, silently (expression-language.md, D36)."""

from __future__ import annotations

import math
import re
from datetime import date

import polars as pl

from parcours.core.schema import BOOLEAN, DATE_ONLY, DECIMAL, INTEGER, STRING
from parcours.language.functions.arithmetic import finite, fitting
from parcours.language.functions.declaration import Column, Function, NullRule, Value
from parcours.language.functions.types import signature

FAMILY = "conversion"
_INTEGER = "[+-]?[0-9]{1,30}"
_DECIMAL = r"[+-]?[0-9]{1,300}(\.[0-9]{1,300})?"


def _to_integer(value: Value) -> Value:
    if isinstance(value, str):
        return fitting(int(value)) if re.fullmatch(_INTEGER, value) else None
    return fitting(math.trunc(value))


def _to_integer_columns(value: Column) -> pl.Expr:
    if value.type == STRING:
        return pl.when(value.expr.str.contains(f"^{_INTEGER}$")).then(value.expr).cast(pl.Int64, strict=False)
    return value.expr.cast(pl.Int64, strict=False)


def _to_decimal(value: Value) -> Value:
    if isinstance(value, str) and not re.fullmatch(_DECIMAL, value):
        return None
    return fitting(float(value))


def _to_decimal_columns(value: Column) -> pl.Expr:
    if value.type == STRING:
        return finite(pl.when(value.expr.str.contains(f"^{_DECIMAL}$")).then(value.expr).cast(pl.Float64, strict=False))
    return value.expr.cast(pl.Float64)


def _to_string(value: Value) -> Value:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, date) else str(value)


def _to_string_columns(value: Column) -> pl.Expr:
    return value.expr.dt.to_string("%Y-%m-%d") if value.type == DATE_ONLY else value.expr.cast(pl.String)


FUNCTIONS = (
    Function(
        "to_integer",
        FAMILY,
        tuple(signature(("value", kind), to=INTEGER) for kind in (INTEGER, DECIMAL, STRING, BOOLEAN)),
        NullRule.PROPAGATE,
        "The value as an integer: decimals lose their fraction, text must be digits with or without a sign, "
        "true is 1. Null where that is impossible.",
        (((2.9,), 2), ((-2.9,), -2), (("-42",), -42), (("4x",), None), (("9" * 30,), None), ((True,), 1)),
        meaning=_to_integer,
        columns=_to_integer_columns,
    ),
    Function(
        "to_decimal",
        FAMILY,
        tuple(signature(("value", kind), to=DECIMAL) for kind in (DECIMAL, INTEGER, STRING, BOOLEAN)),
        NullRule.PROPAGATE,
        "The value as a decimal: text must be digits with or without a sign and a fraction. Null where that is "
        "impossible.",
        (((3,), 3.0), (("2.50",), 2.5), (("1e3",), None), (("",), None), ((None,), None)),
        meaning=_to_decimal,
        columns=_to_decimal_columns,
    ),
    Function(
        "to_string",
        FAMILY,
        tuple(signature(("value", kind), to=STRING) for kind in (STRING, INTEGER, BOOLEAN, DATE_ONLY)),
        NullRule.PROPAGATE,
        "The value as text: true and false, integers in digits, dates as 2024-12-31.",
        (((42,), "42"), ((True,), "true"), ((date(2024, 2, 29),), "2024-02-29"), ((None,), None)),
        meaning=_to_string,
        columns=_to_string_columns,
    ),
)
