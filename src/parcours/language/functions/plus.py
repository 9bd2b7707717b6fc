"""The ``+`` of the journey language where the types of its operands are known only when it is evaluated: a sum of
numbers, a text, or a later time (expression-language.md, section 7). Where they are known before, it is one of these.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

from parcours.core.schema import DURATION, STRING, Kind
from parcours.language.functions import arithmetic, durations
from parcours.language.functions.conversion import text_columns, text_of
from parcours.language.functions.declaration import Column, Function, NullRule, Value
from parcours.language.functions.types import JOURNEY_SCALARS, signature

_SUM = next(function for function in arithmetic.FUNCTIONS if function.name == "add_exact")
_LATER = next(function for function in durations.FUNCTIONS if function.name == "add_duration")
_TEXTS = tuple(signature(("first", STRING), ("second", kind), to=STRING) for kind in JOURNEY_SCALARS)
_TEXTS_BEHIND = tuple(
    signature(("first", kind), ("second", STRING), to=STRING) for kind in JOURNEY_SCALARS if kind != STRING
)


def _meaning(left: Value, right: Value) -> Value:
    if isinstance(left, str) or isinstance(right, str):
        return text_of(left) + text_of(right)
    return (_LATER if isinstance(right, timedelta) else _SUM).meaning(left, right)


def _kind(left: Column, right: Column) -> Function | None:
    """The function that it is for these types; none for texts."""
    if Kind.STRING in (left.type.kind, right.type.kind):
        return None
    return _LATER if right.type == DURATION else _SUM


def _columns(left: Column, right: Column) -> pl.Expr:
    function = _kind(left, right)
    if function is None:
        return pl.concat_str(text_columns(left), text_columns(right))
    return function.columns(left, right)


def _fails(left: Column, right: Column) -> pl.Expr:
    function = _kind(left, right)
    return pl.lit(False) if function is None or function.fails is None else function.fails(left, right)


FUNCTIONS = (
    Function(
        "plus",
        arithmetic.FAMILY,
        (*_SUM.signatures, *_LATER.signatures, *_TEXTS, *_TEXTS_BEHIND),
        NullRule.PROPAGATE,
        "The sum of two numbers; a text with the text of what stands beside it; or a moment later by a duration. "
        "Fails when an integer result is outside 64 bits, and outside of the years 1 to 9999.",
        (
            ((2, 3), 5),
            ((2, 0.5), 2.5),
            (("a", 1), "a1"),
            ((True, "a"), "truea"),
            ((datetime(2024, 2, 28, 12, tzinfo=UTC), timedelta(1)), datetime(2024, 2, 29, 12, tzinfo=UTC)),
            ((1, None), None),
        ),
        meaning=_meaning,
        columns=_columns,
        fails=_fails,
    ),
)
