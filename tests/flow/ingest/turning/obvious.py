"""What conversion of calls means, call by call and value by value in plain Python: slow, and obviously right."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    NULL,
    STRING,
    Kind,
    Type,
    list_of,
    object_of,
)
from parcours.flow.ingest.turning.names import property_name

DEEPEST = 8
MARKERS = ("", "NA", "N/A", "n/a", "null", "NULL", "None", "none", "-", "\\N")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
TIME = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}([.,]\d{1,9})?)?\s?([zZ]|[+-]\d{2}(:?\d{2})?)?")
TRUE, FALSE = ("true", "yes", "y", "t", "1"), ("false", "no", "n", "f", "0")


class Misfits(Exception):
    """Nothing of a value fits."""


def rows(
    objects: Iterable[Mapping[str, Any] | None], known: Mapping[str, Type]
) -> tuple[list[dict[str, Any]], dict[str, Type], set[tuple[int, str]]]:
    """The properties of every object as they are kept, the types then, and what was set aside: row and path."""
    objects = list(objects)
    aside: set[tuple[int, str]] = set()
    named = [
        _once(held or {}, spelling(objects, known), lambda path, row=row: aside.add((row, path)))
        for row, held in enumerate(objects)
    ]
    types = dict(known)
    for name in dict.fromkeys(name for held in named for name in held):
        found = type_of([held.get(name) for held in named], known.get(name, NULL), 0)
        if found != NULL:
            types[name] = found
    kept = []
    for row, held in enumerate(named):
        note = lambda path, row=row: aside.add((row, path))  # noqa: E731
        kept.append({name: fitted(held.get(name), kind, name, 0, note) for name, kind in types.items()})
        for name, value in held.items():
            if name not in types:
                fitted(value, NULL, name, 0, note)
    return kept, types, aside


def spelling(objects: Iterable[Any], known: Iterable[str]) -> Callable[[str], str]:
    """Which name a name becomes: as it is known, or was said first."""
    said = {name.lower(): name for name in known}
    for held in objects:
        for name in held or {}:
            if name.lower() not in said or said[name.lower()].startswith("_"):
                made = property_name(name)
                said.setdefault(made.lower(), made)

    def spelled(name: str) -> str:
        direct = said.get(name.lower())
        return direct if direct and not direct.startswith("_") else said[property_name(name).lower()]

    return spelled


def _once(
    held: Mapping[str, Any], spell: Callable[[str], str], aside: Callable[[str], None], path: str = ""
) -> dict[str, Any]:
    """An object by our names; of several spellings of one name the very name counts, or the first with a value."""
    found: dict[str, Any] = {}
    for mine in dict.fromkeys(map(spell, held)):
        there = [name for name in held if spell(name) == mine and held[name] not in (None, [], {})]
        best = mine if mine in there else there[0] if there else None
        found[mine] = next(held[name] for name in held if spell(name) == mine) if best is None else held[best]
        for name in there:
            if name != best:
                aside(f"{path}{mine}")
    return found


def kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int | float):
        return "number"
    return "text" if isinstance(value, str) else "list" if isinstance(value, list) else "object"


def flat(value: Any, depth: int) -> Any:
    """Lists and objects too deep inside others, as text."""
    return msgspec.json.encode(value).decode() if depth > DEEPEST and isinstance(value, list | dict) else value


def type_of(values: list[Any], known: Type, depth: int) -> Type:
    """The type of a property after these values."""
    values = [flat(value, depth) for value in values if value is not None]
    if not values:
        return known
    if known == NULL:
        known = new_type(values, depth)
    numbers = [value for value in values if kind(value) == "number"]
    if known == INTEGER and any(isinstance(value, float) for value in numbers):
        known = DECIMAL
    lists = [value for value in values if kind(value) == "list"]
    if known.kind is Kind.LIST and lists:
        known = list_of(type_of([part for value in lists for part in value], known.element or NULL, depth + 1))
    objects = [value for value in values if kind(value) == "object"]
    if known.kind is Kind.OBJECT and objects:
        fields = dict(known.fields)
        named = [_once(held, spelling(objects, fields), lambda path: None) for held in objects]
        for name in dict.fromkeys(name for held in named for name in held):
            found = type_of([held.get(name) for held in named], fields.get(name, NULL), depth + 1)
            if found != NULL:
                fields[name] = found
        known = object_of(fields)
    return known


def new_type(values: list[Any], depth: int) -> Type:
    """The type of a property that nothing is known about."""
    kinds = Counter(kind(value) for value in values if value not in ({}, []))
    if not kinds:
        return NULL
    most = max(kinds.values())
    values = [value for value in values if value not in ({}, [])]
    mistakes = len(kinds) > 1 and len(values) >= 20 and len(values) - most <= 0.05 * len(values)
    if len(kinds) > 1 and kinds.keys() <= {"boolean", "number", "text"} and not mistakes:
        return STRING
    by_count = sorted(("text", "boolean", "object", "list", "number"), key=lambda name: -kinds[name])
    found = (type_of_kind([value for value in values if kind(value) == usual], usual, depth) for usual in by_count)
    return next((one for one in found if one != NULL), NULL)


def type_of_kind(values: list[Any], usual: str, depth: int) -> Type:
    """The type of new values that are all of one kind."""
    if not values:
        return NULL
    if usual == "boolean":
        return BOOLEAN
    if usual == "number":
        if any(isinstance(value, float) for value in values):
            return DECIMAL
        return STRING if any(abs(value) > 2**53 for value in values) else INTEGER
    if usual == "text":
        return STRING if depth else text_type(values)
    if usual == "list":
        inner = type_of([part for value in values for part in value], NULL, depth + 1)
        return NULL if inner == NULL else list_of(inner)
    named = [_once(held, spelling(values, ()), lambda path: None) for held in values]
    fields = {}
    for name in dict.fromkeys(name for held in named for name in held):
        found = type_of([held.get(name) for held in named], NULL, depth + 1)
        if found != NULL:
            fields[name] = found
    return object_of(fields) if fields else NULL


def text_type(values: list[str]) -> Type:
    texts = [value.strip() for value in values if value.strip() not in MARKERS]
    timed = [bool(DATE.fullmatch(text) or TIME.fullmatch(text)) for text in texts]
    if not texts or sum(timed) <= len(texts) / 2:
        return STRING
    for found, matches in ((DATE_ONLY, [bool(DATE.fullmatch(text)) for text in texts]), (DATE_TIME, timed)):
        missed = [text for text, good in zip(texts, matches, strict=True) if not good]
        few = len(missed) <= max(1, 0.05 * len(texts)) and len(texts) >= 5
        if not missed or (few and not any(re.search(r"\d", text) for text in missed)):
            return found
    return STRING


def fitted(value: Any, target: Type, path: str, depth: int, aside: Callable[[str], None]) -> Any:
    """The value in the type; what does not fit is noted, and nothing stands in its place."""
    value = flat(value, depth)
    if target == NULL:
        note_twins(value, path, depth, aside)
    if value is None or target == NULL or value == {} or (value == [] and target.kind is not Kind.LIST):
        return None
    if isinstance(value, str) and target != STRING and value.strip() in MARKERS:
        return None
    try:
        if target.kind is Kind.LIST:
            if not isinstance(value, list):
                raise Misfits
            return [fitted(part, target.element or NULL, path, depth + 1, aside) for part in value]
        if target.kind is Kind.OBJECT:
            if not isinstance(value, dict):
                raise Misfits
            return obj(value, target, path, depth, aside)
        return plain(value, target)
    except Misfits:
        aside(path)
        return None


def note_twins(value: Any, path: str, depth: int, aside: Callable[[str], None]) -> None:
    """Names that one object has twice, in a value of which nothing is known."""
    if isinstance(value, list) and depth <= DEEPEST:
        for part in value:
            note_twins(flat(part, depth + 1), path, depth + 1, aside)
    if isinstance(value, dict) and depth <= DEEPEST:
        for name, part in _once(value, spelling([value], ()), aside, f"{path}.").items():
            note_twins(flat(part, depth + 1), f"{path}.{name}", depth + 1, aside)


def obj(value: dict[str, Any], target: Type, path: str, depth: int, aside: Callable[[str], None]) -> dict[str, Any]:
    fields = dict(target.fields)
    held = _once(value, spelling([value], fields), aside, f"{path}.")
    for name in held.keys() - fields.keys():
        note_twins(held[name], f"{path}.{name}", depth + 1, aside)
    return {name: fitted(held.get(name), part, f"{path}.{name}", depth + 1, aside) for name, part in fields.items()}


def plain(value: Any, target: Type) -> Any:
    if target == STRING:
        return as_text(value)
    if isinstance(value, list | dict):
        raise Misfits
    if target == BOOLEAN:
        text = as_text(value).strip()
        if text in MARKERS:
            return None
        if text.lower() not in TRUE + FALSE:
            raise Misfits
        return text.lower() in TRUE
    if target in (INTEGER, DECIMAL):
        return number(value, target)
    if not isinstance(value, str):
        raise Misfits
    return moment(value.strip(), target)


def as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool | list | dict):
        return msgspec.json.encode(value).decode()
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return str(value)


def number(value: Any, target: Type) -> int | float | None:
    if isinstance(value, bool):
        raise Misfits
    if isinstance(value, str):
        if value.strip() in MARKERS:
            return None
        try:
            value = float(value.strip())
        except ValueError:
            raise Misfits from None
    if target == INTEGER:
        if not math.isfinite(value) or value != int(value) or abs(value) > 2**53:
            raise Misfits
        return int(value)
    if not math.isfinite(value) or abs(value) >= 1e12:
        raise Misfits
    return float(value)


def moment(text: str, target: Type) -> datetime | date | None:
    if text in MARKERS:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Misfits from None
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    if target == DATE_TIME:
        return found
    if (found.hour, found.minute, found.second, found.microsecond) != (0, 0, 0, 0):
        raise Misfits
    return found.date()
