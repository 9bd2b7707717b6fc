"""Calls of functions over columns: constants are computed at once, untyped values by the types that they have.

A column of values of unknown type holds few types. Its rows are taken apart by type, and the function's overload for
these types computes each part; lists and objects, whose types are many, are computed once for every different row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial, reduce
from typing import TypeAlias

import polars as pl

from parcours.core.errors import EvaluationError, RuleError
from parcours.core.schema import ANY, BOOLEAN, DECIMAL, INTEGER, NULL, STRING, Kind, Type, polars_type
from parcours.core.untyped import QUOTE, decoded
from parcours.kernel.elements import either
from parcours.kernel.paths import constant, nothing
from parcours.kernel.stages import FAILED, VALUE, outcome_type, parts_of
from parcours.kernel.untyped import by_value, with_failed
from parcours.language.functions import registry
from parcours.language.functions.declaration import Column, NullRule, Overload, Value
from parcours.language.functions.untyped import partly_untyped, type_of_value, untyped
from parcours.language.reference import applied

#: A way to compute a column once.
Keep: TypeAlias = Callable[[Column], Column]

#: The types of single values, by the numbers they have here; lists, objects and times are :data:`_OTHER`.
_SINGLE = (NULL, STRING, BOOLEAN, INTEGER, DECIMAL)
_OTHER = len(_SINGLE)
_ROW = "_row"


def call(name: str, args: Sequence[Type], columns: Sequence[Column], keep: Keep) -> Column:
    """The column of a call that needs all of its arguments; ``args`` are their types as the rule has them."""
    failed = failed_of(columns)
    columns = [replace(column, failed=None) for column in columns]
    types = tuple(column.type for column in columns)
    if not any(map(partly_untyped, types)):
        try:
            return eager(registry.overload(name, types), columns, failed)
        except RuleError:
            if not any(map(untyped, args)):
                raise
            columns = [
                column.widened(ANY) if untyped(arg) else column for column, arg in zip(columns, args, strict=True)
            ]
            return with_failed(_open(name, columns, keep), failed)
    passing = registry.passing_on(name, types)
    if passing is not None:
        return eager(passing, columns, failed)
    return with_failed(_open(name, columns, keep), failed)


def failed_of(columns: Sequence[Column]) -> pl.Expr | None:
    """Where one of the columns failed."""
    return reduce(either, (column.failed for column in columns), None)


def eager(overload: Overload, columns: Sequence[Column], failed: pl.Expr | None) -> Column:
    """A call of constants is a constant, and so is one that a constant null decides."""
    rule = overload.function.null_rule
    bare = [replace(column, failed=None) for column in columns]
    if rule is not NullRule.OWN and any(column.constant and column.value is None for column in columns):
        return with_failed(constant(False if rule is NullRule.FALSE else None, overload.result), failed)
    if all(column.constant for column in columns):
        return _computed(overload.value, [column.value for column in columns], overload.result)
    own = _own_failures(overload, bare)
    return with_failed(overload.expression(bare), either(failed, own))


def _computed(compute: Callable[[list[Value]], Value], values: list[Value], result: Type) -> Column:
    try:
        return constant(compute(values), result)
    except EvaluationError:
        return failure(result)


def failure(type_: Type) -> Column:
    """A column that fails everywhere."""
    return Column(nothing(type_).expr, type_, failed=pl.lit(True))


def _own_failures(overload: Overload, columns: Sequence[Column]) -> pl.Expr | None:
    if overload.function.fails is None or not overload.function.may_fail([column.value for column in columns]):
        return None
    widened = [column.widened(type_) for column, type_ in zip(columns, overload.params, strict=True)]
    fails = overload.function.fails(*widened).fill_null(False)
    if overload.function.null_rule is NullRule.OWN:
        return fails
    return reduce(lambda found, column: found & column.expr.is_not_null(), widened, fails)


# --- untyped arguments ---------------------------------------------------------------------------------


def _open(name: str, columns: Sequence[Column], keep: Keep) -> Column:
    """The call, with the types that the values of its untyped arguments have."""
    types = tuple(column.type for column in columns)
    result = registry.open_result(name, types) if any(map(untyped, types)) else registry.overload(name, types).result
    if all(column.constant for column in columns):
        return _computed(partial(applied, name, types), [column.value for column in columns], result)
    read = {f"{place}": column for place, column in enumerate(columns) if not column.constant}
    rows = pl.struct([column.expr.alias(place) for place, column in read.items()])
    run = partial(_by_type, name, columns, result)
    expr = rows.map_batches(run, return_dtype=outcome_type(result), is_elementwise=True)
    kept = keep(Column(expr, result))
    return parts_of(kept.expr, result)


def _by_type(name: str, columns: Sequence[Column], result: Type, rows: pl.Series) -> pl.Series:
    """The call over columns whose names are the places of the arguments, types together with types."""
    frame = rows.struct.unnest()
    kinds = [_kinds(f"{place}", column.type) for place, column in enumerate(columns) if _is_open(column)]
    names = [kind.meta.output_name() for kind in kinds]
    marked = frame.with_columns(kinds).with_row_index(_ROW)
    if not frame.height:
        return pl.Series(rows.name, [], outcome_type(result))
    parts = [
        _of_types(name, columns, dict(zip(names, key, strict=True)), result, part)
        for key, part in (marked.group_by(names, maintain_order=True) if names else [((), marked)])
    ]
    return pl.concat(parts).sort(_ROW).select(VALUE, FAILED).to_struct(rows.name)


def _is_open(column: Column) -> bool:
    return untyped(column.type) and not column.constant


def _kinds(place: str, type_: Type) -> pl.Expr:
    """Which type each value of an untyped argument has."""
    text = pl.col(place)
    if type_.kind is not Kind.ANY:
        return pl.when(text.is_null()).then(0).otherwise(_OTHER).alias(f"k{place}")
    return (
        pl.when(text.is_null())
        .then(0)
        .when(text.str.starts_with(QUOTE))
        .then(1)
        .when(text.is_in(["true", "false"]))
        .then(2)
        .when(text.str.contains("^-?[0-9]{1,18}$"))
        .then(3)
        .when(text.str.contains("^-?[0-9]+[.eE]"))
        .then(4)
        .otherwise(_OTHER)
        .alias(f"k{place}")
    )


def _of_types(
    name: str, columns: Sequence[Column], kinds: dict[str, object], result: Type, part: pl.DataFrame
) -> pl.DataFrame:
    """The call over rows whose untyped values are of these types."""
    if not kinds or _OTHER in kinds.values() or any(_no_single(column) for column in columns):
        return _one_by_one(name, columns, result, part)
    args = [_argument(f"{place}", column, kinds.get(f"k{place}")) for place, column in enumerate(columns)]
    try:
        overload = registry.overload(name, tuple(arg.type for arg in args))
    except RuleError:
        return _answers(failure(result), part)
    return _answers(eager(overload, args, None).widened(result), part)


def _no_single(column: Column) -> bool:
    """Whether a constant is a list or object of unknown types, or an argument an object with such parts."""
    if column.constant:
        return (
            partly_untyped(type_of_value(column.value, column.type))
            if untyped(column.type)
            else partly_untyped(column.type)
        )
    return partly_untyped(column.type) and not untyped(column.type)


def _argument(place: str, column: Column, kind: object) -> Column:
    if column.constant:
        return constant(column.value, type_of_value(column.value, column.type)) if untyped(column.type) else column
    if kind is None:
        return replace(column, expr=pl.col(place))
    type_ = _SINGLE[int(str(kind))]
    if type_ == NULL:
        return nothing(NULL)
    return Column(decoded(pl.col(place), type_), type_, nullable=False)


def _one_by_one(name: str, columns: Sequence[Column], result: Type, part: pl.DataFrame) -> pl.DataFrame:
    """The call over rows of which nothing is known beforehand."""
    types = tuple(column.type for column in columns)
    args = [column if column.constant else replace(column, expr=pl.col(f"{n}")) for n, column in enumerate(columns)]
    return _answers(by_value(lambda *values: applied(name, types, list(values)), args, result), part)


def _answers(found: Column, part: pl.DataFrame) -> pl.DataFrame:
    failed = pl.lit(False) if found.failed is None else found.failed.fill_null(False)
    value = found.expr.cast(polars_type(found.type))
    return part.with_columns(value.alias(VALUE), failed.alias(FAILED)).select(_ROW, VALUE, FAILED)
