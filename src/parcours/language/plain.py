"""Plain Python values: brought to their type, stepped into, and as instants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from parcours.core.clock import as_datetime, instant
from parcours.core.schema import ANY, DECIMAL, Kind, Type
from parcours.language.functions.declaration import Value


def plain(value: Value, type_: Type) -> Value:
    """``value`` as a value of ``type_``: integers of a decimal column as floats, counted instants as ``datetime``, of
    an object the fields of its type that are not null, in the order of the type."""
    if value is None or isinstance(value, bool | str):
        return value
    if type_.kind is Kind.LIST and type_.element is not None and isinstance(value, Sequence):
        return [plain(item, type_.element) for item in value]
    if isinstance(value, Mapping):
        return _plain_object(value, type_)
    if isinstance(value, list) and type_.kind is Kind.ANY:
        return [plain(item, ANY) for item in value]
    if isinstance(value, int) and type_ == DECIMAL:
        return float(value)
    if isinstance(value, int) and type_.kind in (Kind.DATE_TIME, Kind.OFFSET_TIME):
        return as_datetime(value)
    return value


def _plain_object(value: Mapping[str, Value], type_: Type) -> Value:
    if type_.kind is Kind.MAP:
        return {key: plain(item, type_.element or ANY) for key, item in value.items()}
    if type_.kind is Kind.OBJECT and type_.fields:
        return {name: plain(value[name], kind) for name, kind in type_.fields if value.get(name) is not None}
    return {name: plain(item, ANY) for name, item in value.items() if item is not None}


def as_instant(moment: date | datetime) -> int:
    """The instant of a date or time in microseconds; a date is its midnight in UTC, as is a time without zone."""
    if isinstance(moment, datetime):
        return instant(moment)
    return instant(datetime(moment.year, moment.month, moment.day, tzinfo=UTC))


def step_into(value: Value, path: tuple[str, ...]) -> Value:
    """The part of an object at a path of names; null where there is nothing."""
    for name in path:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
