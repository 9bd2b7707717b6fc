"""Plain data to typed settings, with every problem and its place instead of the first one only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec

from parcours.core.errors import DefinitionError, ParcoursError, nearest

Settings = TypeVar("Settings", bound=msgspec.Struct)

_TYPES = {"str": "text", "int": "a number", "float": "a number", "bool": "true or false", "null": "nothing"}
_TYPES |= {"object": "settings (name: value)", "array": "a list"}


def read_settings(
    kind: type[Settings],
    shape: object,
    where: str,
    problems: list[ParcoursError],
    *,
    also: frozenset[str] = frozenset(),
) -> Settings | None:
    """``shape`` as an instance of ``kind``, or ``None`` after adding every problem to ``problems``.

    Args:
        kind: the struct to make; its encoded field names are the settings.
        shape: plain data, normally a mapping.
        where: path of the shape, put in front of the place of each problem.
        problems: where problems are added.
        also: names in ``shape`` that belong to somebody else.
    """
    if not isinstance(shape, Mapping):
        problems.append(bad_setting(where, "expected settings (name: value) here"))
        return None
    before = len(problems)
    fields = _fields(kind)
    for name in shape:
        if name not in fields and name not in also:
            problems.append(_unknown(join(where, str(name)), str(name), fields))
    values = {}
    for name, field in fields.items():
        if name in shape:
            values[field.name] = _value(field.type, shape[name], join(where, name), problems)
        elif field.required:
            problems.append(missing(join(where, name)))
    return kind(**values) if len(problems) == before else None


@cache
def _fields(kind: type[msgspec.Struct]) -> Mapping[str, msgspec.structs.FieldInfo]:
    """The settings of a struct; to find them out takes longer than to read them."""
    return {field.encode_name: field for field in msgspec.structs.fields(kind)}


def _value(kind: Any, shape: object, where: str, problems: list[ParcoursError]) -> object:
    """``shape`` as a value of type ``kind``; settings inside settings and in lists keep their own places."""
    if _is_struct(kind):
        return read_settings(kind, shape, where, problems)
    inner = [part for part in get_args(kind) if _is_struct(part)] if get_origin(kind) in (UnionType, Union) else []
    if len(inner) == 1 and isinstance(shape, Mapping):
        return read_settings(inner[0], shape, where, problems)
    element = get_args(kind)[0] if get_origin(kind) is tuple else None
    if _is_struct(element) and isinstance(shape, list | tuple):
        return tuple(_value(element, item, f"{where}[{index}]", problems) for index, item in enumerate(shape))
    try:
        return msgspec.convert(shape, kind)
    except msgspec.ValidationError as error:
        problems.append(_explained(error, where))
        return None


def _is_struct(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def join(where: str, name: str) -> str:
    """Path of the setting ``name`` inside the settings at ``where``."""
    return f"{where}.{name}" if where else name


def _explained(error: msgspec.ValidationError, where: str) -> DefinitionError:
    text, _, place = str(error).partition(" - at `$")
    words = re.sub(r"`([^`]+)`", _in_words, text).replace("Expected", "expected").replace("got", "found")
    return bad_setting(where + place.rstrip("`"), words.replace("Invalid enum value", "unknown value"))


def _in_words(quoted: re.Match[str]) -> str:
    names = [_TYPES.get(part.strip(), part.strip()) for part in quoted.group(1).split("|")]
    return " or ".join(dict.fromkeys(name for name in names if name != "nothing")) or "nothing"


def bad_setting(where: str, expected: str, hint: str | None = None) -> DefinitionError:
    """A setting with a value that it cannot have."""
    return DefinitionError(expected, code="bad-setting", where=where, hint=hint)


def missing(where: str, hint: str | None = None) -> DefinitionError:
    """A setting that must be there and is not."""
    return DefinitionError(f"{where.rpartition('.')[2]!r} is missing", code="missing-setting", where=where, hint=hint)


def _unknown(where: str, name: str, known: Iterable[str]) -> DefinitionError:
    names = sorted(known)
    return DefinitionError(
        f"there is no setting {name!r} here",
        code="unknown-setting",
        where=where,
        hint=nearest(name, names) or "settings are: " + ", ".join(names),
    )
