"""Conversion: text that is not what it should be becomes null, silently (expression-language.md, 10.2, D36).

:data:`text_of` gives the canonical text of every kind of value (D13).
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import polars as pl

from parcours.core.clock import instant
from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Kind,
    Type,
)
from parcours.language.functions.arithmetic import finite, fitting, overflow
from parcours.language.functions.declaration import Column, Function, NullRule, Value
from parcours.language.functions.distinct import over_distinct
from parcours.language.functions.iso import moment_text
from parcours.language.functions.signatures import Signature
from parcours.language.functions.types import journey, signature
from parcours.language.numbers import decimal_text

FAMILY = "conversion"
_INTEGER = "[+-]?[0-9]{1,30}"
_DECIMAL = r"[+-]?[0-9]{1,400}(\.[0-9]{1,1200})?"
_MILLISECOND = timedelta(milliseconds=1)


def _milliseconds(moment: Column) -> pl.Expr:
    """Milliseconds since the epoch, rounded down."""
    instants = moment.expr.struct.field("instant") if moment.type == OFFSET_TIME else moment.expr
    return instants.dt.timestamp("us") // 1000


# --- numbers -------------------------------------------------------------------------------------------


def _to_integer(value: Value) -> Value:
    if isinstance(value, str):
        return fitting(int(value)) if re.fullmatch(_INTEGER, value) else None
    if isinstance(value, datetime):
        return instant(value) // 1000
    return fitting(math.trunc(value))


def _to_integer_columns(value: Column) -> pl.Expr:
    if value.type == STRING:
        return pl.when(value.expr.str.contains(f"^{_INTEGER}$")).then(value.expr).cast(pl.Int64, strict=False)
    if value.type.kind in (Kind.DATE_TIME, Kind.OFFSET_TIME):
        return _milliseconds(value)
    return value.expr.cast(pl.Int64, strict=False)


def _to_integer_exact(value: Value) -> Value:
    found = _to_integer(value)
    if found is None and isinstance(value, float):
        raise overflow(str(value))
    return found


def _to_integer_fails(value: Column) -> pl.Expr:
    if value.type != DECIMAL:
        return pl.lit(False)
    return value.expr.is_not_null() & _to_integer_columns(value).is_null()


def _to_decimal(value: Value) -> Value:
    if isinstance(value, str) and not re.fullmatch(_DECIMAL, value):
        return None
    return fitting(float(instant(value) // 1000 if isinstance(value, datetime) else value))


def _to_decimal_columns(value: Column) -> pl.Expr:
    if value.type == STRING:
        return finite(pl.when(value.expr.str.contains(f"^{_DECIMAL}$")).then(value.expr).cast(pl.Float64, strict=False))
    if value.type.kind in (Kind.DATE_TIME, Kind.OFFSET_TIME):
        return _milliseconds(value).cast(pl.Float64)
    return value.expr.cast(pl.Float64)


# --- truth ---------------------------------------------------------------------------------------------


def _to_boolean(value: Value) -> bool:
    return value == "true" if isinstance(value, str) else value != 0


def _to_boolean_columns(value: Column) -> pl.Expr:
    if value.type == STRING:
        return value.expr == "true"
    return value.expr if value.type == BOOLEAN else value.expr != 0


# --- canonical text ------------------------------------------------------------------------------------


def text_of(value: Value) -> str:
    """The canonical text of a value (expression-language.md, D13)."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return decimal_text(value)
    if isinstance(value, datetime):
        return moment_text(value if value.tzinfo is None else value.astimezone(UTC))
    if isinstance(value, timedelta):
        return str(int(abs(value) // _MILLISECOND) * (-1 if value < timedelta(0) else 1))
    return value.isoformat() if isinstance(value, date) else str(value)


def _decimal_texts(value: Column) -> pl.Expr:
    short = value.expr.cast(pl.String)
    # few numbers are so large or small that they are written with an exponent
    exponent = pl.when(short.str.contains("e", literal=True)).then(short)
    return pl.when(exponent.is_null()).then(short).otherwise(over_distinct(decimal_text, (exponent,), pl.String()))


def _moment_texts(value: Column) -> pl.Expr:
    return value.expr.dt.to_string("%Y-%m-%dT%H:%M:%S%.f")


def _instant_texts(value: Column) -> pl.Expr:
    moments = value.expr.struct.field("instant") if value.type == OFFSET_TIME else value.expr
    return moments.dt.replace_time_zone(None).dt.to_string("%Y-%m-%dT%H:%M:%S%.fZ")


def text_columns(value: Column) -> pl.Expr:
    """:func:`text_of` of a column of any scalar type."""
    match value.type.kind:
        case Kind.DECIMAL:
            return _decimal_texts(value)
        case Kind.DATE_ONLY:
            return value.expr.dt.to_string("%Y-%m-%d")
        case Kind.DATE_TIME_ONLY:
            return _moment_texts(value)
        case Kind.DATE_TIME | Kind.OFFSET_TIME:
            return _instant_texts(value)
        case Kind.DURATION:
            return value.expr.dt.total_milliseconds().cast(pl.String)
        case _:
            return value.expr.cast(pl.String)


def _forms(kinds: tuple[Type, ...], to: Type) -> tuple[Signature, ...]:
    return tuple(signature(("value", kind), to=to) for kind in kinds)


_TEXT_OF = Function(
    "text_of",
    FAMILY,
    _forms((STRING, INTEGER, DECIMAL, BOOLEAN, DATE_ONLY, DATE_TIME_ONLY, DATE_TIME, OFFSET_TIME, DURATION), to=STRING),
    NullRule.PROPAGATE,
    "The value as text: true and false; integers in digits; decimals with at least one digit after the point and "
    "without exponent; dates as 2024-12-31; times as 2024-12-31T09:30:00, with a fraction of seconds where there is "
    "one, in UTC with Z unless local; durations as a number of milliseconds.",
    (
        ((42,), "42"),
        ((4.0,), "4.0"),
        ((1e-7,), "0.0000001"),
        ((True,), "true"),
        ((date(2024, 2, 29),), "2024-02-29"),
        ((datetime(2024, 2, 29, 6, 30, tzinfo=None),), "2024-02-29T06:30:00"),
        ((datetime(2024, 2, 29, 6, 30, 0, 120_000, UTC),), "2024-02-29T06:30:00.120Z"),
        ((timedelta(seconds=4),), "4000"),
        ((None,), None),
    ),
    meaning=text_of,
    columns=text_columns,
    spellings=(
        journey(
            "toString",
            *_forms((DATE_TIME_ONLY, OFFSET_TIME, DURATION, BOOLEAN, INTEGER, DECIMAL, STRING, DATE_ONLY), to=STRING),
        ),
    ),
)

_TO_INTEGER = Function(
    "to_integer",
    FAMILY,
    _forms((INTEGER, DECIMAL, STRING, BOOLEAN, DATE_TIME, OFFSET_TIME), to=INTEGER),
    NullRule.PROPAGATE,
    "The value as an integer: decimals lose their fraction, text must be digits with or without a sign, "
    "true is 1, an instant is its milliseconds since 1970. Null where that is impossible.",
    (
        ((2.9,), 2),
        ((-2.9,), -2),
        (("-42",), -42),
        (("4x",), None),
        (("9" * 30,), None),
        ((True,), 1),
        ((datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC),), 1000),
    ),
    meaning=_to_integer,
    columns=_to_integer_columns,
)

FUNCTIONS = (
    _TO_INTEGER,
    replace(
        _TO_INTEGER,
        name="to_integer_exact",
        prose="The value as an integer, as to_integer gives it; but a decimal outside 64 bits fails.",
        meaning=_to_integer_exact,
        fails=_to_integer_fails,
        spellings=(journey("toInteger", *_forms((OFFSET_TIME, DECIMAL, INTEGER, STRING, BOOLEAN), to=INTEGER)),),
    ),
    Function(
        "to_decimal",
        FAMILY,
        _forms((DECIMAL, INTEGER, STRING, BOOLEAN, DATE_TIME, OFFSET_TIME), to=DECIMAL),
        NullRule.PROPAGATE,
        "The value as a decimal: text must be digits with or without a sign and a fraction, true is 1.0, an instant "
        "is its milliseconds since 1970. Null where that is impossible.",
        (((3,), 3.0), (("2.50",), 2.5), (("1e3",), None), (("",), None), ((None,), None), ((True,), 1.0)),
        meaning=_to_decimal,
        columns=_to_decimal_columns,
        spellings=(journey("toDecimal", *_forms((INTEGER, DECIMAL, STRING, BOOLEAN, OFFSET_TIME), to=DECIMAL)),),
    ),
    Function(
        "to_boolean",
        FAMILY,
        _forms((STRING, DECIMAL, INTEGER, BOOLEAN), to=BOOLEAN),
        NullRule.FALSE,
        "True for the text true (exactly so), for numbers that are not zero, and for true itself.",
        ((("true",), True), (("True",), False), ((-2,), True), ((0.0,), False), ((True,), True), ((None,), False)),
        meaning=_to_boolean,
        columns=_to_boolean_columns,
        spellings=(journey("toBool"),),
    ),
    _TEXT_OF,
    replace(_TEXT_OF, name="to_string", prose="The value as text: the same as text_of.", spellings=()),
)
