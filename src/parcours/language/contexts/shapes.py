"""Types and values of the language from JSON: what a context holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from parcours.core.errors import InputError, nearest
from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    NULL,
    OFFSET_TIME,
    STRING,
    Kind,
    Type,
    list_of,
    object_of,
)
from parcours.language.functions.iso import read_duration, read_moment

#: The types by the names that contexts and expectations give them.
NAMES: Mapping[str, Type] = {
    "boolean": BOOLEAN,
    "integer": INTEGER,
    "decimal": DECIMAL,
    "string": STRING,
    "dateTime": OFFSET_TIME,
    "dateTimeOnly": DATE_TIME_ONLY,
    "dateOnly": DATE_ONLY,
    "duration": DURATION,
    "object": object_of({}),
    "any": ANY,
    "null": NULL,
}


def named(name: str) -> Type:
    """The type of a name; ``listX`` is a list.

    Raises:
        InputError: there is no such type.
    """
    if name.startswith("list") and len(name) > 4:
        return list_of(named(name[4].lower() + name[5:]))
    if name not in NAMES:
        hint = nearest(name, NAMES) or "types are: " + ", ".join(NAMES)
        raise InputError(f"{name!r} is not a type", code="unknown-type", where="types", hint=hint)
    return NAMES[name]


def inferred(value: Any) -> Type:
    """The type of a JSON value; untyped for null and for lists without a common type."""
    return _plain(_seen(value))


def element(values: Sequence[Any]) -> Type:
    """The type of the elements of a JSON list."""
    return _plain(_common([_seen(value) for value in values]))


def merged(left: Type, right: Type) -> Type:
    """The object type with the fields of both."""
    return _plain(_merged(left, right))


def alike(value: Any) -> bool:
    """Whether the items of every list in a JSON value have a common type."""
    return not _mixed(_seen(value))


def _mixed(type_: Type) -> bool:
    inside = (type_.element, *(kind for _, kind in type_.fields))
    return type_ == MIXED or any(part is not None and _mixed(part) for part in inside)


#: Values of types that have nothing in common: whatever comes next, they have no common type.
MIXED = Type(Kind.NULL)


def _seen(value: Any) -> Type:
    if isinstance(value, bool):
        return BOOLEAN
    if isinstance(value, dict):
        return object_of({name: _seen(part) for name, part in value.items()})
    if isinstance(value, list):
        return list_of(_common([_seen(item) for item in value]))
    return {int: INTEGER, float: DECIMAL, str: STRING}.get(type(value), ANY)


def _plain(type_: Type) -> Type:
    """``type_`` with what is mixed left untyped."""
    if type_ == MIXED:
        return ANY
    if type_.kind is Kind.OBJECT:
        return object_of({name: _plain(kind) for name, kind in type_.fields})
    return list_of(_plain(type_.element)) if type_.kind is Kind.LIST and type_.element is not None else type_


def _common(types: Sequence[Type]) -> Type:
    joined = ANY
    for type_ in types:
        joined = _joined(joined, type_)
    return joined


def _joined(left: Type, right: Type) -> Type:
    if MIXED in (left, right):
        return MIXED
    if left == right or right.kind is Kind.ANY:
        return left
    if left.kind is Kind.ANY:
        return right
    if left.numeric and right.numeric:
        return DECIMAL
    if left.kind is Kind.LIST and right.kind is Kind.LIST:
        return list_of(_joined(left.element or ANY, right.element or ANY))
    if left.kind is Kind.OBJECT and right.kind is Kind.OBJECT:
        return _merged(left, right)
    return MIXED


def _merged(left: Type, right: Type) -> Type:
    """Both; a field that only ``right`` has stands before those it precedes there, as keys are read in order."""
    known, other = dict(left.fields), dict(right.fields)
    order, ahead = list(known), list[str]()
    for name in other:
        if name in known:
            at = order.index(name)
            order[at:at], ahead = ahead, []
        else:
            ahead.append(name)
    return object_of({name: _joined(known.get(name, ANY), other.get(name, ANY)) for name in [*order, *ahead]})


def settled(type_: Type, values: Sequence[Any]) -> Type:
    """``type_``, with null as the type of the parts that no value has, rather than untyped."""
    match type_.kind:
        case Kind.ANY if all(value is None for value in values):
            return NULL
        case Kind.LIST:
            items = [item for value in values if isinstance(value, list) for item in value]
            return list_of(settled(type_.element or ANY, items))
        case Kind.OBJECT:
            objects = [value for value in values if isinstance(value, dict)]
            return object_of({name: settled(kind, [one.get(name) for one in objects]) for name, kind in type_.fields})
        case _:
            return type_


def overridden(type_: Type, path: str, declared: Type) -> Type:
    """``type_`` with the part at ``path`` declared: names between dots, ``[]`` behind a list."""
    parts = re.findall(r"\[\]|[^.\[\]]+", path)
    return _declared(type_, parts, declared)


def _declared(type_: Type, parts: Sequence[str], declared: Type) -> Type:
    if not parts:
        return _as_declared(type_, declared)
    first, *rest = parts
    if first == "[]":
        element = type_.element if type_.kind is Kind.LIST else None
        return list_of(_declared(element or ANY, rest, declared))
    fields = dict(type_.fields) if type_.kind is Kind.OBJECT else {}
    fields[first] = _declared(fields.get(first, ANY), rest, declared)
    return object_of(fields)


def _as_declared(type_: Type, declared: Type) -> Type:
    """What is declared. That something is an object, or a list of objects, says nothing of the fields known of it."""
    if declared == object_of({}) and type_.kind is Kind.OBJECT:
        return type_
    if declared.kind is Kind.LIST and type_.kind is Kind.LIST:
        return list_of(_as_declared(type_.element or ANY, declared.element or ANY))
    return declared


def converted(value: Any, type_: Type) -> Any:
    """A JSON value as a value of ``type_``; dates, times and durations are ISO texts."""
    match type_.kind:
        case Kind.LIST if isinstance(value, list):
            return [converted(item, type_.element or ANY) for item in value]
        case Kind.OBJECT if isinstance(value, dict):
            kinds = dict(type_.fields)
            return {name: converted(part, kinds.get(name, ANY)) for name, part in value.items()}
        case Kind.DECIMAL if isinstance(value, int) and not isinstance(value, bool):
            return float(value)
        case Kind.OFFSET_TIME | Kind.DATE_TIME | Kind.DATE_TIME_ONLY | Kind.DATE_ONLY if isinstance(value, str):
            return read_moment(value)
        case Kind.DURATION if isinstance(value, str):
            return read_duration(value)
        case _:
            return value
