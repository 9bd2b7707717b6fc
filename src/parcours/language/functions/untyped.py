"""Untyped values: what is known of them only when an expression is evaluated (expression-language.md, D12)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import reduce

from parcours.core.schema import ANY, DATE_TIME, DATE_TIME_ONLY, NULL, Kind, Type, list_of, map_of, object_of, widest
from parcours.core.untyped import SCALARS
from parcours.language.functions.declaration import Value


def untyped(type_: Type) -> bool:
    """Whether nothing is known of the values of ``type_``, or of the elements of a list or map of that type."""
    return type_.kind is Kind.ANY or (type_.element is not None and untyped(type_.element))


def partly_untyped(type_: Type) -> bool:
    """Whether ``type_``, or anything inside it, is left open."""
    inside = [kind for _, kind in type_.fields] + ([] if type_.element is None else [type_.element])
    return type_.kind is Kind.ANY or any(map(partly_untyped, inside))


def type_of_value(value: Value, type_: Type = ANY) -> Type:
    """The type that a Python value has by itself; of lists and maps, ``type_`` says that a value is a map.

    Elements of different types make a list of untyped values.
    """
    if isinstance(value, list):
        return list_of(_common(type_of_value(item, type_.element or ANY) for item in value))
    if isinstance(value, Mapping) and type_.kind is Kind.MAP:
        return map_of(_common(type_of_value(item, type_.element or ANY) for item in value.values()))
    if isinstance(value, Mapping):
        return object_of({str(name): type_of_value(item) for name, item in value.items()})
    if isinstance(value, datetime):
        return DATE_TIME_ONLY if value.tzinfo is None else DATE_TIME
    return SCALARS.get(type(value), NULL)


def _common(types: Iterable[Type]) -> Type:
    return reduce(_joined, types, NULL)


def _joined(left: Type, right: Type) -> Type:
    """The type of values of both; untyped where they have nothing in common."""
    if left == right or NULL in (left, right):
        return right if left == NULL else left
    if left.kind is right.kind and left.kind in (Kind.LIST, Kind.MAP):
        return Type(left.kind, element=_joined(left.element or NULL, right.element or NULL))
    if left.kind is Kind.OBJECT and right.kind is Kind.OBJECT:
        known, other = dict(left.fields), dict(right.fields)
        return object_of({name: _joined(known.get(name, NULL), other.get(name, NULL)) for name in {**known, **other}})
    return ANY if ANY in (left, right) else widest(left, right) or ANY
