"""Plain data to typed settings, with every problem and its place instead of the first one only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from parcours.core.errors import DefinitionError, ParcoursError
from parcours.flow.journeys.problems import missing_setting, unknown_setting, wrong_value

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
        problems.append(wrong_value(where, "expected settings (name: value) here"))
        return None
    before = len(problems)
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
    for name in shape:
        if name not in fields and name not in also:
            problems.append(unknown_setting(_join(where, str(name)), str(name), fields))
    values = {}
    for name, field in fields.items():
        if name not in shape:
            if field.required:
                problems.append(missing_setting(_join(where, name)))
            continue
        try:
            values[field.name] = msgspec.convert(shape[name], field.type)
        except msgspec.ValidationError as error:
            problems.append(_explained(error, _join(where, name)))
    return kind(**values) if len(problems) == before else None


def _join(where: str, name: str) -> str:
    return f"{where}.{name}" if where else name


def _explained(error: msgspec.ValidationError, where: str) -> DefinitionError:
    text, _, place = str(error).partition(" - at `$")
    where += place.rstrip("`")
    missing = re.fullmatch(r"Object missing required field `(.+)`", text)
    if missing:
        return missing_setting(f"{where}.{missing.group(1)}")
    unknown = re.fullmatch(r"Object contains unknown field `(.+)`", text)
    if unknown:
        return unknown_setting(f"{where}.{unknown.group(1)}", unknown.group(1), ())
    return wrong_value(where, re.sub(r"`([^`]+)`", _in_words, text).replace("Expected", "expected"))


def _in_words(quoted: re.Match[str]) -> str:
    names = [_TYPES.get(part.strip(), part.strip()) for part in quoted.group(1).split("|")]
    return " or ".join(dict.fromkeys(name for name in names if name != "nothing")) or "nothing"
