"""Values of the language as the values of columns, and back (``polars_type`` says what a column holds).

In Python an instant with an offset is an aware ``datetime``, a map and an object are a ``dict``; in a column the first
is a struct of instant and offset, a map a list of key and value, an object a struct with every field of its type. A
value of unknown type is a text that says what it is (``core/untyped.py``). A field that is null and a field that is not
there are the same: in Python it is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from functools import partial
from typing import Any

import polars as pl

from parcours.core.schema import ANY, DATE_TIME, NULL, OFFSET_TIME, STRING, Kind, Type, object_of, polars_type
from parcours.core.untyped import decoded, encoded, is_of, parsed, written

_NESTED = frozenset({Kind.LIST, Kind.MAP, Kind.OBJECT, Kind.OFFSET_TIME})


def series(values: Iterable[Any], type_: Type, name: str = "") -> pl.Series:
    """A column of the values of ``type_``."""
    return pl.Series(name, [held(value, type_) for value in values], polars_type(type_))


def values(column: pl.Series, type_: Type) -> list[Any]:
    """The values of a column of ``type_``."""
    found = column.to_list()
    return [read(value, type_) for value in found] if is_nested(type_) else found


def is_nested(type_: Type) -> bool:
    """Whether the values of a column of ``type_`` differ in form from the values of the language."""
    if type_.kind is Kind.LIST:
        return is_nested(type_.element or ANY)
    return type_.kind in _NESTED or type_.kind is Kind.ANY


def entry_of(value: Type) -> Type:
    """The type of an entry of a map to ``value``."""
    return object_of({"key": STRING, "value": value})


def held(value: Any, type_: Type) -> Any:
    """``value`` as the column of its type holds it."""
    if value is None:
        return None
    match type_.kind:
        case Kind.LIST:
            return [held(item, type_.element or ANY) for item in value]
        case Kind.MAP:
            return [{"key": key, "value": held(item, type_.element or ANY)} for key, item in value.items()]
        case Kind.OBJECT:
            return {name: held(value.get(name), kind) for name, kind in type_.fields}
        case Kind.OFFSET_TIME:
            offset = value.utcoffset() or timedelta()
            return {"instant": value.astimezone(UTC), "offset": offset // timedelta(seconds=1)}
        case Kind.ANY:
            return written(value)
        case Kind.NULL:
            return value if isinstance(value, str) else str(value)
        case Kind.DECIMAL:
            return float(value)  # in a list in an object, Polars takes the type of the first item
        case _:
            return value


def read(value: Any, type_: Type) -> Any:
    """The inverse of :func:`held`."""
    if value is None:
        return None
    match type_.kind:
        case Kind.LIST:
            return [read(item, type_.element or ANY) for item in value]
        case Kind.MAP:
            return {item["key"]: read(item["value"], type_.element or ANY) for item in value}
        case Kind.OBJECT:
            return {name: read(value[name], kind) for name, kind in type_.fields if value[name] is not None}
        case Kind.OFFSET_TIME:
            return _with_offset(value["instant"], value["offset"])
        case Kind.ANY:
            return parsed(value)
        case _:
            return value


def _with_offset(instant: datetime | None, offset: int) -> datetime | None:
    if instant is None:
        return None
    return instant.astimezone(timezone(timedelta(seconds=offset)) if offset else UTC)


def conform(expr: pl.Expr, have: Type, want: Type) -> pl.Expr:
    """A column of type ``have`` as one of ``want``, a type that holds all of its values (``widest``).

    A value of unknown type that is not one of ``want`` is null there.
    """
    if have == want:
        return expr
    if have.kind is Kind.NULL:
        return nothing_beside(expr, want)
    if want.kind is Kind.ANY:
        return encoded(expr, have)
    if have.kind is Kind.ANY:
        return _typed(expr, want)
    if have == DATE_TIME and want == OFFSET_TIME:
        pair = pl.struct(expr.alias("instant"), pl.lit(0, dtype=pl.Int32).alias("offset"))
        return pl.when(expr.is_not_null()).then(pair)
    if not is_nested(want):
        return expr.cast(polars_type(want))
    if want.kind is Kind.OBJECT:
        return _object(expr, have, want)
    inside = _element(have), _element(want)
    return expr.list.eval(conform(pl.element(), *inside)).cast(polars_type(want))


def nothing_beside(expr: pl.Expr, type_: Type) -> pl.Expr:
    """Null of ``type_`` in every row of ``expr``."""
    null = pl.lit(None, dtype=polars_type(type_))
    return pl.when(expr.is_null()).then(null).otherwise(null)


def _typed(expr: pl.Expr, want: Type) -> pl.Expr:
    if want.kind in (Kind.STRING, Kind.BOOLEAN, Kind.INTEGER, Kind.DECIMAL):
        return decoded(expr, want)
    return expr.map_batches(partial(_parsed, want), return_dtype=polars_type(want), is_elementwise=True)


def _parsed(want: Type, texts: pl.Series) -> pl.Series:
    """The values of the different texts, then one for each row."""
    different = texts.unique().alias("text")
    found = [parsed(text) for text in different.to_list()]
    made = series([value if is_of(value, want) else None for value in found], want)
    places = different.to_frame().with_row_index("place")
    rows = texts.alias("text").to_frame().join(places, on="text", how="left", maintain_order="left", nulls_equal=True)
    return made.gather(rows["place"]).rename(texts.name)


def _element(type_: Type) -> Type:
    element = type_.element or NULL
    return entry_of(element) if type_.kind is Kind.MAP else element


def _object(expr: pl.Expr, have: Type, want: Type) -> pl.Expr:
    known = dict(have.fields)
    parts = [
        (conform(expr.struct.field(name), known[name], kind) if name in known else nothing_beside(expr, kind)).alias(
            name
        )
        for name, kind in want.fields
    ]
    return pl.when(expr.is_not_null()).then(pl.struct(parts))
