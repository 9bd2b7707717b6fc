"""A column made into a given type; what does not fit is marked, never bent.

Numbers have limits so that sums stay exact in millionths: decimals below 10^12 in size, integers up to 2^53,
no NaN, no infinity.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from parcours.core.schema import Kind, Type, polars_type
from parcours.flow.ingest.inference import NULL_MARKERS
from parcours.flow.ingest.times import instants

#: Decimals of this size and above are refused.
DECIMAL_LIMIT = 1e12
#: Integers above this size are refused.
INTEGER_LIMIT = 2**53

_TRUE, _FALSE = ["true", "yes", "y", "t", "1"], ["false", "no", "n", "f", "0"]


@dataclass(frozen=True, slots=True)
class Converted:
    """``values`` of the wanted type; ``misfit`` where a value is not of the type, ``beyond`` where it is a
    number outside the limits. Both are boolean without nulls; the value is null there."""

    values: pl.Series
    misfit: pl.Series
    beyond: pl.Series


def converted(values: pl.Series, target: Type, *, zone: str = "UTC", pattern: str | None = None) -> Converted:
    """``values`` as ``target``. ``zone`` is that of times which name none; ``pattern`` see :mod:`times`."""
    given = values.is_not_null()
    if values.dtype == pl.String and target.kind not in (Kind.STRING, Kind.ANY):
        values = values.str.strip_chars()
        given &= ~values.is_in(list(NULL_MARKERS)).fill_null(False)
    out = _cast(values, target, zone, pattern)
    beyond = outside(out, target)
    misfit = given & (out.is_null() | _lost_inside(values, out))
    out = out.set(misfit | beyond, None) if not out.dtype.is_nested() else _cleared(out, misfit | beyond)
    return Converted(out.alias(values.name), misfit & ~beyond, beyond)


def outside(values: pl.Series, kind: Type) -> pl.Series:
    """Where a number of the column, at any depth, is NaN, infinite or outside the limits."""
    if not _has_numbers(kind):
        return pl.Series([False], dtype=pl.Boolean).new_from_index(0, len(values))
    return values.to_frame("v").select(_outside(pl.col("v"), kind).fill_null(False)).to_series()


def _has_numbers(kind: Type) -> bool:
    inner = [kind.element] if kind.element else [part for _, part in kind.fields]
    return kind.numeric or any(_has_numbers(part) for part in inner)


def _outside(value: pl.Expr, kind: Type) -> pl.Expr:
    if kind.kind is Kind.INTEGER:
        return ~value.is_between(-INTEGER_LIMIT, INTEGER_LIMIT)
    if kind.kind is Kind.DECIMAL:
        # not (|v| < limit) also holds for NaN
        return ~(value.is_finite() & (value.abs() < DECIMAL_LIMIT))
    if kind.kind is Kind.LIST and kind.element is not None:
        return value.list.eval(_outside(pl.element(), kind.element)).list.any()
    parts = [_outside(value.struct.field(name), part) for name, part in kind.fields if _has_numbers(part)]
    return pl.any_horizontal(parts) if parts else pl.lit(False)


def _cast(values: pl.Series, target: Type, zone: str, pattern: str | None) -> pl.Series:
    dtype = values.dtype
    wanted = polars_type(target)
    if dtype == wanted:
        return values
    match target.kind:
        case Kind.STRING | Kind.ANY:
            return _to_text(values)
        case Kind.BOOLEAN:
            return _to_boolean(values)
        case Kind.INTEGER:
            return _to_integer(values)
        case Kind.DECIMAL if dtype.is_numeric() or dtype == pl.String:
            return values.cast(pl.Float64, strict=False)
        case Kind.DATE_TIME:
            return instants(values, pattern=pattern, zone=zone)
        case Kind.DATE_ONLY | Kind.DATE_TIME_ONLY:
            return _to_local(values, wanted, pattern)
        case Kind.LIST | Kind.OBJECT if dtype.is_nested():
            return _to_nested(values, wanted)
    return pl.Series(values.name, [None], wanted).new_from_index(0, len(values))


def _to_text(values: pl.Series) -> pl.Series:
    if values.dtype.is_nested():
        return values.to_frame("v").select(pl.struct("v").struct.json_encode().str.slice(5)).to_series().str.head(-1)
    if values.dtype.is_float():
        whole = values.is_finite() & (values == values.round()) & (values.abs() < 2**53)
        as_integer = values.set(~whole.fill_null(False), None).cast(pl.Int64, strict=False).cast(pl.String)
        return as_integer.fill_null(values.cast(pl.String))
    if isinstance(values.dtype, pl.Datetime):
        return values.dt.to_string("iso:strict")
    return values.cast(pl.String)


def _to_boolean(values: pl.Series) -> pl.Series:
    text = (_to_text(values) if values.dtype.is_numeric() else values.cast(pl.String, strict=False)).str.to_lowercase()
    known = text.is_in(_TRUE + _FALSE)
    return text.is_in(_TRUE).set(~known, None) if len(text) else text.cast(pl.Boolean)


def _to_integer(values: pl.Series) -> pl.Series:
    if values.dtype == pl.String:
        exact = values.cast(pl.Int64, strict=False)
        return exact.fill_null(_to_integer(values.cast(pl.Float64, strict=False)))
    if values.dtype.is_float() or values.dtype.is_decimal():
        number = values.cast(pl.Float64)
        whole = number.is_finite() & (number == number.round()) & (number.abs() < 2**62)
        return number.set(~whole.fill_null(False), None).cast(pl.Int64, strict=False)
    numeric = values.dtype.is_integer()
    return values.cast(pl.Int64, strict=False) if numeric else values.clear(len(values)).cast(pl.Int64, strict=False)


def _to_local(values: pl.Series, wanted: pl.DataType, pattern: str | None) -> pl.Series:
    """Dates and times without zone; a date is what is left of a time only when it is midnight."""
    moment = instants(values, pattern=pattern).dt.replace_time_zone(None)
    if wanted != pl.Date:
        return moment
    return moment.set(moment != moment.dt.truncate("1d"), None).cast(pl.Date)


def _to_nested(values: pl.Series, wanted: pl.DataType) -> pl.Series:
    """Lists and objects part by part, by name; parts that are missing are null."""
    try:
        aligned = pl.concat([pl.Series("v", [], wanted).to_frame(), values.to_frame("v")], how="diagonal_relaxed")
        return aligned["v"].cast(wanted, strict=False).alias(values.name)
    except pl.exceptions.PolarsError:
        return pl.Series(values.name, [None], wanted).new_from_index(0, len(values))


def _lost_inside(before: pl.Series, after: pl.Series) -> pl.Series:
    """Where converting a list or object lost a value inside."""
    nothing = pl.Series([False], dtype=pl.Boolean).new_from_index(0, len(before))
    if not after.dtype.is_nested() or before.dtype == after.dtype or not before.dtype.is_nested():
        return nothing
    frame = pl.DataFrame({"before": before, "after": after})
    depth = _leaves(pl.col("before"), before.dtype), _leaves(pl.col("after"), after.dtype)
    return frame.select((depth[0] > depth[1]).fill_null(False)).to_series()


def _leaves(value: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """How many values that are not null a list or object holds, at any depth."""
    if isinstance(dtype, pl.List):
        return value.list.eval(_leaves(pl.element(), dtype.inner)).list.sum().fill_null(0)  # type: ignore[arg-type]
    if isinstance(dtype, pl.Struct):
        parts = [_leaves(value.struct.field(part.name), part.dtype) for part in dtype.fields]  # type: ignore[arg-type]
        return pl.sum_horizontal(parts)
    return value.is_not_null().cast(pl.Int64)


def _cleared(values: pl.Series, where: pl.Series) -> pl.Series:
    if not where.any():
        return values
    return pl.select(pl.when(~where).then(values)).to_series()
