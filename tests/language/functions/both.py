"""A function on both of its forms: over Python values, and over columns, with the rows that fail."""

from datetime import UTC, datetime, timedelta, timezone

import polars as pl

from parcours.core.errors import EvaluationError
from parcours.core.schema import (
    OFFSET_TIME,
    Kind,
    Type,
    polars_type,
)
from parcours.language.functions.declaration import Column, Function, NullRule, Overload, bind

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
    frame = pl.DataFrame({f"a{i}": column_of([row[i] for row in rows], kind) for i, kind in enumerate(types)})
    columns = []
    for i, kind in enumerate(types):
        if i in constant:
            value = rows[0][i]
            nested = kind.kind in (Kind.LIST, Kind.OFFSET_TIME)
            expr = pl.lit(column_of([value], kind)).first() if nested else pl.lit(value, dtype=polars_type(kind))
            columns.append(Column(expr, kind, value is None, True, value))
        else:
            columns.append(Column(pl.col(f"a{i}"), kind))
    widened = [column.widened(param) for column, param in zip(columns, chosen.params, strict=True)]
    found = frame.with_columns(chosen.expression(columns).expr.alias("r"))["r"]
    assert found.dtype == polars_type(chosen.result)
    values = plain(found, chosen.result)
    if function.fails is None:
        return values
    failed = frame.with_columns(function.fails(*widened).alias("f"))["f"].fill_null(False).to_list()
    if function.null_rule is not NullRule.OWN:
        unknown = [any(value is None for value in row) for row in rows]
        failed = [bad and not null for bad, null in zip(failed, unknown, strict=True)]
    return [FAILED if bad else value for bad, value in zip(failed, values, strict=True)]


def column_of(values: list, kind: Type) -> pl.Series:
    if kind == OFFSET_TIME:
        values = [_struct(value) for value in values]
    if kind.kind is Kind.LIST and kind.element == OFFSET_TIME:
        values = [value and [_struct(item) for item in value] for value in values]
    return pl.Series(values, dtype=polars_type(kind), strict=False)


def _struct(moment: datetime | None) -> dict | None:
    if moment is None:
        return None
    return {"instant": moment.astimezone(UTC), "offset": int(moment.utcoffset().total_seconds())}


def plain(found: pl.Series, kind: Type) -> list:
    return [_plain(value, kind) for value in found.to_list()]


def _plain(value: object, kind: Type) -> object:
    if value is None:
        return None
    if kind.element is not None:
        return [_plain(item, kind.element) for item in value]
    if kind != OFFSET_TIME:
        return value
    return value["instant"].astimezone(timezone(timedelta(seconds=value["offset"])))
