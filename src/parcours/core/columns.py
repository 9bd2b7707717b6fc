"""Values of the language as the values of columns, and back (``polars_type`` says what a column holds).

In Python an instant with an offset is an aware ``datetime``, a map and an object are a ``dict``; in a column the first
is a struct of instant and offset, a map a list of key and value, an object a struct with every field of its type. A
field that is null and a field that is not there are the same: in Python it is left out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import polars as pl

from parcours.core.schema import ANY, DATE_TIME, NULL, OFFSET_TIME, STRING, Kind, Type, object_of, polars_type

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
    return type_.kind in _NESTED and not (type_.kind is Kind.LIST and not is_nested(type_.element or ANY))


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
        case Kind.ANY | Kind.NULL:
            return value if isinstance(value, str) else str(value)
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
        case _:
            return value


def _with_offset(instant: datetime | None, offset: int) -> datetime | None:
    if instant is None:
        return None
    return instant.astimezone(timezone(timedelta(seconds=offset)) if offset else UTC)


def conform(expr: pl.Expr, have: Type, want: Type) -> pl.Expr:
    """A column of type ``have`` as one of ``want``, a type that holds all of its values (``widest``).

    Untyped values are held as texts; one that does not say a value of ``want`` is null there.
    """
    if have == want:
        return expr
    if have.kind is Kind.NULL or (have.kind is Kind.ANY and want.kind in _NESTED):
        return nothing_beside(expr, want)
    if have == DATE_TIME and want == OFFSET_TIME:
        pair = pl.struct(expr.alias("instant"), pl.lit(0, dtype=pl.Int32).alias("offset"))
        return pl.when(expr.is_not_null()).then(pair)
    if not is_nested(want):
        return expr.cast(polars_type(want), strict=have.kind is not Kind.ANY)
    if want.kind is Kind.OBJECT:
        return _object(expr, have, want)
    inside = _element(have), _element(want)
    return expr.list.eval(conform(pl.element(), *inside)).cast(polars_type(want))


def nothing_beside(expr: pl.Expr, type_: Type) -> pl.Expr:
    """Null of ``type_`` in every row of ``expr``."""
    null = pl.lit(None, dtype=polars_type(type_))
    return pl.when(expr.is_null()).then(null).otherwise(null)


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
