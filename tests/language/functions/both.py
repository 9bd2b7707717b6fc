"""A function on both of its forms: over Python values, and over columns, with the rows that fail."""

import polars as pl

from parcours.core.columns import series, values
from parcours.core.errors import EvaluationError
from parcours.core.schema import (
    Kind,
    Type,
    polars_type,
)
from parcours.language.functions.declaration import Column, Function, NullRule, Overload
from parcours.language.functions.signatures import bind

FAILED = "failed"


def overload(function: Function, types: tuple[Type, ...]) -> Overload:
    fits = [fit for signature in function.signatures if (fit := bind(signature, types)) is not None]
    _, params, result = min(fits, key=lambda fit: fit[0])
    return Overload(function, params, result)


def meant(function: Function, types: tuple[Type, ...], rows: list[tuple]) -> list:
    """What the reference says, ``FAILED`` where evaluation fails."""
    chosen = overload(function, types)
    return [_value(chosen, row) for row in rows]


def _value(chosen: Overload, row: tuple) -> object:
    try:
        return chosen.value(row)
    except EvaluationError:
        return FAILED


def computed(function: Function, types: tuple[Type, ...], rows: list[tuple], constant: tuple[int, ...] = ()) -> list:
    """What the columns say. Arguments at ``constant`` are written as constants, the same in all rows."""
    chosen = overload(function, types)
    frame = pl.DataFrame({f"a{i}": series([row[i] for row in rows], kind) for i, kind in enumerate(types)})
    columns = [
        _constant(rows[0][i], kind) if i in constant else Column(pl.col(f"a{i}"), kind) for i, kind in enumerate(types)
    ]
    widened = [column.widened(param) for column, param in zip(columns, chosen.params, strict=True)]
    found = frame.with_columns(chosen.expression(columns).expr.alias("r"))["r"]
    assert found.dtype == polars_type(chosen.result)
    known = values(found, chosen.result)
    if function.fails is None:
        return known
    failed = frame.with_columns(function.fails(*widened).alias("f"))["f"].fill_null(False).to_list()
    if function.null_rule is not NullRule.OWN:
        unknown = [any(value is None for value in row) for row in rows]
        failed = [bad and not null for bad, null in zip(failed, unknown, strict=True)]
    return [FAILED if bad else value for bad, value in zip(failed, known, strict=True)]


def _constant(value: object, kind: Type) -> Column:
    nested = kind.kind in (Kind.LIST, Kind.OFFSET_TIME)
    expr = pl.lit(series([value], kind)).first() if nested else pl.lit(value, dtype=polars_type(kind))
    return Column(expr, kind, value is None, True, value)
