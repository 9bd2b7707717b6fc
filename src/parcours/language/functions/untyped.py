"""Untyped values: what is known of them only when an expression is evaluated (expression-language.md, D12)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    NULL,
    STRING,
    Kind,
    Type,
    list_of,
    object_of,
    widest,
)
from parcours.language.functions.declaration import Value

_SCALARS = {bool: BOOLEAN, int: INTEGER, float: DECIMAL, str: STRING, date: DATE_ONLY, timedelta: DURATION}


def untyped(type_: Type) -> bool:
    """Whether nothing is known of the values of ``type_``, or of the elements of a list or map of that type."""
    return type_.kind is Kind.ANY or (type_.element is not None and untyped(type_.element))


def partly_untyped(type_: Type) -> bool:
    """Whether ``type_``, or anything inside it, is left open."""
    inside = [kind for _, kind in type_.fields] + ([] if type_.element is None else [type_.element])
    return type_.kind is Kind.ANY or any(map(partly_untyped, inside))


def type_of_value(value: Value) -> Type:
    """The type that a Python value has by itself. Elements of different types make a list of untyped values."""
    if isinstance(value, list):
        joined: Type | None = NULL
        for item in value:
            joined = None if joined is None else widest(joined, type_of_value(item))
        return list_of(ANY if joined is None else joined)
    if isinstance(value, dict):
        return object_of({str(name): type_of_value(item) for name, item in value.items()})
    if isinstance(value, datetime):
        return DATE_TIME_ONLY if value.tzinfo is None else DATE_TIME
    return _SCALARS.get(type(value), NULL)


def is_of(value: Value, type_: Type) -> bool:
    """Whether ``value`` is one of ``type_``; null is of every type, and an integer a decimal."""
    if value is None or type_.kind in (Kind.ANY, Kind.NULL):
        return True
    if type_.kind in (Kind.LIST, Kind.MAP, Kind.OBJECT):
        return _is_made_of(value, type_)
    if isinstance(value, datetime):
        return type_.kind in ((Kind.DATE_TIME_ONLY,) if value.tzinfo is None else (Kind.DATE_TIME, Kind.OFFSET_TIME))
    found = _SCALARS.get(type(value), NULL)
    return found == type_ or (found == INTEGER and type_ == DECIMAL)


def _is_made_of(value: Value, type_: Type) -> bool:
    if type_.kind is Kind.LIST:
        return isinstance(value, list) and all(is_of(item, type_.element or ANY) for item in value)
    if not isinstance(value, Mapping):
        return False
    if type_.kind is Kind.MAP:
        return all(is_of(item, type_.element or ANY) for item in value.values())
    return all(is_of(value.get(name), kind) for name, kind in type_.fields)
