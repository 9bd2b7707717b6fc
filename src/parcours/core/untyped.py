"""Values of unknown type in columns: each as a text that says what it is (``polars_type(ANY)`` is text).

====================== ==================================================================
text                   a double quote and the text itself, so that texts keep their order
true, false, 5, 5.0    as in JSON; a decimal has a point or an exponent, an integer has not
lists and objects      JSON
dates, times, maps …   an object with one of the keys of :data:`TAGS`, as in ``{"$dateOnly": 18262}``
====================== ==================================================================

A name that begins with ``$`` gets one more, so that no object is taken for a tag.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import polars as pl

from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DATE_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    NULL,
    STRING,
    Kind,
    Type,
)

#: The type of a Python value that is no list, object or time, by its class.
SCALARS = {bool: BOOLEAN, int: INTEGER, float: DECIMAL, str: STRING, date: DATE_ONLY, timedelta: DURATION}
QUOTE = '"'
_MICROSECOND = timedelta(microseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LOCAL_EPOCH = _EPOCH.replace(tzinfo=None)
_TIMES = {
    Kind.DATE_ONLY: "$dateOnly",
    Kind.DATE_TIME_ONLY: "$dateTimeOnly",
    Kind.DATE_TIME: "$dateTime",
    Kind.DURATION: "$duration",
}
_AS_IT_IS = (Kind.STRING, Kind.BOOLEAN, Kind.INTEGER, Kind.DECIMAL)
_INTEGER = r"^-?[0-9]+$"
_NUMBER = r"^-?[0-9]"


def is_of(value: Any, type_: Type) -> bool:
    """Whether a Python value is one of ``type_``; null is of every type, and an integer a decimal."""
    if value is None or type_.kind in (Kind.ANY, Kind.NULL):
        return True
    if type_.kind in (Kind.LIST, Kind.MAP, Kind.OBJECT):
        return _is_made_of(value, type_)
    if isinstance(value, datetime):
        return type_.kind in ((Kind.DATE_TIME_ONLY,) if value.tzinfo is None else (Kind.DATE_TIME, Kind.OFFSET_TIME))
    found = SCALARS.get(type(value), NULL)
    return found == type_ or (found == INTEGER and type_ == DECIMAL)


def _is_made_of(value: Any, type_: Type) -> bool:
    if type_.kind is Kind.LIST:
        return isinstance(value, list) and all(is_of(item, type_.element or ANY) for item in value)
    if not isinstance(value, Mapping):
        return False
    if type_.kind is Kind.MAP:
        return all(is_of(item, type_.element or ANY) for item in value.values())
    return all(is_of(value.get(name), kind) for name, kind in type_.fields)


# --- one value -----------------------------------------------------------------------------------------


def written(value: Any) -> str | None:
    """The text that a column of unknown type holds for a Python value of the language."""
    if value is None:
        return None
    if isinstance(value, str):
        return QUOTE + value
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def parsed(text: str | None) -> Any:
    """The inverse of :func:`written`; fields that are null are left out."""
    if text is None:
        return None
    return text[1:] if text.startswith(QUOTE) else json.loads(text, object_hook=_read)


def _plain(value: Any) -> Any:
    """A value in terms of JSON."""
    match value:
        case datetime():
            return _plain_time(value)
        case date():
            return {"$dateOnly": (value - _EPOCH.date()).days}
        case timedelta():
            return {"$duration": value // _MICROSECOND}
        case list():
            return [_plain(item) for item in value]
        case Mapping() if None in value.values():
            return {"$map": [{"key": key, "value": _plain(item)} for key, item in value.items()]}
        case Mapping():
            return {_escaped(name): _plain(item) for name, item in value.items()}
        case _:
            return value


def _plain_time(value: datetime) -> Any:
    if value.tzinfo is None:
        return {"$dateTimeOnly": (value - _LOCAL_EPOCH) // _MICROSECOND}
    made = {"$dateTime": (value - _EPOCH) // _MICROSECOND}
    offset = (value.utcoffset() or timedelta()) // timedelta(seconds=1)
    return {**made, "offset": offset} if offset else made


def _read_time(microseconds: int, offset: int = 0) -> datetime:
    instant = _EPOCH + timedelta(microseconds=microseconds)
    return instant.astimezone(timezone(timedelta(seconds=offset))) if offset else instant


#: What stands under each tag, read.
TAGS: Mapping[str, Callable[[Any], Any]] = {
    "$dateOnly": lambda days: _EPOCH.date() + timedelta(days=days),
    "$dateTimeOnly": lambda microseconds: _LOCAL_EPOCH + timedelta(microseconds=microseconds),
    "$dateTime": _read_time,
    "$duration": lambda microseconds: timedelta(microseconds=microseconds),
    "$map": lambda entries: {entry["key"]: entry.get("value") for entry in entries},
    "$any": parsed,
}


def _read(found: dict[str, Any]) -> Any:
    tag = next(iter(found), "")
    if tag in TAGS:
        return TAGS[tag](*found.values())
    return {name[name.startswith("$") :]: value for name, value in found.items() if value is not None}


def _escaped(name: str) -> str:
    return f"${name}" if name.startswith("$") else name


# --- columns -------------------------------------------------------------------------------------------


def encoded(expr: pl.Expr, type_: Type) -> pl.Expr:
    """A column of ``type_`` as one of unknown type."""
    match type_.kind:
        case Kind.ANY:
            return expr
        case Kind.STRING:
            return pl.lit(QUOTE) + expr
        case Kind.BOOLEAN | Kind.INTEGER | Kind.DECIMAL:
            return expr.cast(pl.String)
        case Kind.NULL:
            return pl.when(expr.is_not_null()).then(pl.lit(None, dtype=pl.String))
        case _:
            wrapped = pl.struct(_json(expr, type_).alias("v")).struct.json_encode()
            value = wrapped.str.strip_prefix('{"v":').str.head(-1)
            return pl.when(expr.is_not_null()).then(value)


def _json(expr: pl.Expr, type_: Type) -> pl.Expr:
    """A column as one that Polars writes as the JSON of its values."""
    known = expr.is_not_null()
    match type_.kind:
        case kind if kind in _AS_IT_IS:
            return expr
        case Kind.LIST:
            return expr.list.eval(_json(pl.element(), type_.element or ANY))
        case Kind.MAP:
            key, value = pl.element().struct.field("key"), pl.element().struct.field("value")
            entries = expr.list.eval(pl.struct(key, _json(value, type_.element or ANY).alias("value")))
            return pl.when(known).then(pl.struct(entries.alias("$map")))
        case Kind.OBJECT:
            parts = [_json(expr.struct.field(name), kind).alias(_escaped(name)) for name, kind in type_.fields]
            return pl.when(known).then(pl.struct(parts or [pl.lit(None, dtype=pl.String).alias("$$")]))
        case Kind.OFFSET_TIME:
            instant, offset = expr.struct.field("instant").to_physical(), expr.struct.field("offset")
            return pl.when(known).then(pl.struct(instant.alias("$dateTime"), offset))
        case Kind.ANY | Kind.NULL:
            return pl.when(known).then(pl.struct(expr.cast(pl.String).alias("$any")))
        case kind:
            return pl.when(known).then(pl.struct(expr.to_physical().alias(_TIMES[kind])))


def decoded(expr: pl.Expr, type_: Type) -> pl.Expr:
    """A column of unknown type as one of text, truth or numbers: null where the value is of another type."""
    match type_.kind:
        case Kind.ANY:
            return expr
        case Kind.STRING:
            return pl.when(expr.str.starts_with(QUOTE)).then(expr.str.slice(1))
        case Kind.BOOLEAN:
            return pl.when(expr.is_in(["true", "false"])).then(expr == "true")
        case Kind.INTEGER:
            return pl.when(expr.str.contains(_INTEGER)).then(expr).cast(pl.Int64, strict=False)
        case Kind.DECIMAL:
            return pl.when(expr.str.contains(_NUMBER)).then(expr).cast(pl.Float64, strict=False)
        case _:
            raise TypeError(f"no column of unknown type is read as {type_} here")


def shown(expr: pl.Expr) -> pl.Expr:
    """A column of unknown type as people read it: texts as they are, everything else as its text here."""
    return expr.str.strip_prefix(QUOTE)
