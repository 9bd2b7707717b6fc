"""Untyped values: what is known of them only when an expression is evaluated (expression-language.md, D12)."""

from __future__ import annotations

from datetime import datetime

from parcours.core.schema import ANY, DATE_TIME, DATE_TIME_ONLY, NULL, Kind, Type, list_of, object_of, widest
from parcours.core.untyped import SCALARS
from parcours.language.functions.declaration import Value


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
    return SCALARS.get(type(value), NULL)
