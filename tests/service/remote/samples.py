"""Values of any type that annotations name, and a comparison that looks into them."""

from __future__ import annotations

import inspect
import types
import typing
from collections import abc
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec
import numpy as np
import polars as pl

from parcours.core.errors import ParcoursError
from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.service.remote.shapes import hints_of, is_named_tuple, is_room

FRAME = pl.DataFrame(
    {"a": [1, None], "b": ["x", "é"], "c": [[{"d": 1.5}], []], "t": [datetime(2026, 1, 2, tzinfo=UTC), None]}
)
_BODY = {
    "journey": "hello",
    "entry": {"event": "purchase"},
    "start": "mail",
    "activities": {
        "mail": {"type": "email", "to": "{{ profile.email }}", "subject": "Hello", "body": "Hello", "then": "pause"},
        "pause": {"type": "wait", "for": "7 days", "then": "end"},
        "end": {"type": "end"},
    },
}
JOURNEY = JourneyDefinition.from_json({"version": 3, "body": _BODY, "rules": {}})
PLAIN: Mapping[Any, Any] = {
    str: "é",
    int: 2**70,
    float: 0.1,
    bool: True,
    bytes: b"\0\xff",
    type(None): None,
    object: {"a": [1, None, ("x", 2.5)], 3: {"b"}},
    Any: {"any": [date(2026, 1, 2)]},
    date: date(2024, 2, 29),
    datetime: datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC),
    time: time(3, 4),
    timedelta: timedelta(days=-1, microseconds=1),
    Path: Path("a") / "b",
    pl.DataFrame: FRAME,
    pl.Series: FRAME["t"],
    dict: {"a": 1},
    JourneyDefinition: JOURNEY,
    ParcoursError: ParcoursError("wrong", where="here"),
}
_SEQUENCES: Mapping[Any, type] = {
    list: list, abc.Sequence: list, abc.Collection: list, abc.Iterable: list, set: set, frozenset: frozenset,
}  # fmt: skip
_DEEP = 3


def samples(hint: Any, depth: int = 0) -> Iterator[Any]:
    """Values that fit a hint: one for every part of a union; nothing for what cannot be made up."""
    origin, inside = get_origin(hint), get_args(hint)
    if isinstance(hint, str | typing.TypeVar) or is_room(hint):
        return
    if hint in PLAIN:
        yield PLAIN[hint]
    elif origin in (typing.Union, types.UnionType):
        for each in inside:
            yield from samples(each, depth)
    elif origin is Literal:
        yield inside[0]
    elif origin is tuple:
        yield from _tuples(inside, depth)
    elif origin in _SEQUENCES:
        yield _SEQUENCES[origin](each for each in samples(inside[0], depth + 1) if origin is list or _plain(each))
    elif origin in (dict, abc.Mapping):
        yield {key: value for key in samples(inside[0]) for value in samples(inside[1], depth + 1)}
    elif inspect.isclass(hint):
        yield from _made(hint, depth)


def _plain(value: Any) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True


def _tuples(inside: tuple[Any, ...], depth: int) -> Iterator[Any]:
    if inside[-1] is Ellipsis:
        yield tuple(samples(inside[0], depth + 1))
        yield ()
        return
    firsts = [next(samples(each, depth + 1), None) for each in inside]
    yield tuple(firsts)


def _made(kind: Any, depth: int) -> Iterator[Any]:
    if issubclass(kind, Enum):
        yield from kind
        return
    if not (is_dataclass(kind) or is_named_tuple(kind) or issubclass(kind, msgspec.Struct)):
        return
    if depth > _DEEP:
        return
    yield from _objects(kind, depth)
    for below in kind.__subclasses__():
        yield from _made(below, depth + 1)


def _objects(kind: Any, depth: int) -> Iterator[Any]:
    """Objects whose fields take the values that they can have, one after the other."""
    hints = hints_of(kind)
    if is_dataclass(kind):
        names = [each.name for each in fields(kind) if each.init]
    else:
        names = list(getattr(kind, "__struct_fields__", None) or kind._fields)
    choices = {name: list(samples(hints[name], depth + 1)) for name in names}
    for turn in range(max([1, *(len(some) for some in choices.values())])):
        given = {name: some[turn % len(some)] for name, some in choices.items() if some}
        try:
            yield kind(**given)
        except (TypeError, ValueError, AttributeError, ParcoursError):
            continue  # values that the class itself refuses


def same(one: Any, other: Any) -> bool:
    """Whether two values are equal, whatever stands in them."""
    if type(one) is not type(other):
        return isinstance(one, Mapping) and isinstance(other, Mapping) and same(dict(one), dict(other))
    if isinstance(one, pl.DataFrame):
        return one.schema == other.schema and one.equals(other, null_equal=True)
    if isinstance(one, pl.Series):
        return one.dtype == other.dtype and one.equals(other, null_equal=True)
    if isinstance(one, np.ndarray):
        return bool(np.array_equal(one, other, equal_nan=True))
    if isinstance(one, float):
        return one == other or (one != one and other != other)
    if isinstance(one, ParcoursError):
        return same(dict(sorted(vars(one).items())), dict(sorted(vars(other).items()))) and str(one) == str(other)
    if isinstance(one, dict):
        return same(list(one), list(other)) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if is_dataclass(one) and not isinstance(one, type):
        return all(same(getattr(one, each.name), getattr(other, each.name)) for each in fields(one))
    if isinstance(one, msgspec.Struct):
        return all(same(getattr(one, name), getattr(other, name)) for name in one.__struct_fields__)
    return bool(one == other)
