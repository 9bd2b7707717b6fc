"""JSON schemas of what operations give, from their type hints: so that clients in any language are typed."""

from __future__ import annotations

import dataclasses
import inspect
import re
import types
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

import polars as pl

from parcours.service.api.shapes import SHAPES
from parcours.service.paging import Page
from parcours.service.surface.arguments import worded

Schema = dict[str, Any]
_PLAIN: Mapping[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    bytes: {"type": "string", "contentEncoding": "base64"},
    datetime: {"type": "string", "format": "date-time"},
    date: {"type": "string", "format": "date"},
    timedelta: {"type": "number", "description": "seconds"},
}
_LISTS = (list, tuple, set, frozenset, Sequence, Collection, Iterable, Set)
_MAPPINGS = (dict, Mapping)


class Schemas:
    """Makes schemas. Those with a name are kept in ``components`` and referred to."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}
        self._names: dict[str, Any] = {}

    def of(self, kind: Any) -> Schema:
        """The schema of a result of this type, as :func:`~parcours.service.api.plain.plain` gives it."""
        kind = _bare(kind)
        if kind in _PLAIN:
            return dict(_PLAIN[kind])
        origin, inner = get_origin(kind), get_args(kind)
        if origin is Literal:
            return {"enum": list(inner)}
        if origin in (Union, types.UnionType):
            return self._united([self.of(each) for each in inner])
        if origin in _LISTS or kind in _LISTS:
            items = [each for each in inner if each is not Ellipsis]
            return {"type": "array", "items": self._united([self.of(each) for each in items]) if items else {}}
        if origin in _MAPPINGS or kind in _MAPPINGS:
            return {"type": "object", "additionalProperties": self.of(inner[1]) if inner else {}}
        return self._of_class(kind)

    def page(self, columns: Mapping[str, Any] | None, name: str) -> Schema:
        """The schema of a page of a table with these columns; ``None``: they depend on what there is."""
        if columns is None:
            row: Schema = {"type": "object", "additionalProperties": True}
        else:
            row = self._kept(f"{name}Row", lambda: _object({key: self.of(kind) for key, kind in columns.items()}))
        return _object(
            {
                "items": {"type": "array", "items": row},
                "next": {
                    "anyOf": [{"type": "string"}, {"type": "null"}],
                    "description": "The cursor of the next page; null: there is none",
                },
                "total": {
                    "anyOf": [{"type": "integer"}, {"type": "null"}],
                    "description": "Rows of the whole table, where they were counted",
                },
            }
        )

    # --- classes -----------------------------------------------------------------------------------------

    def _of_class(self, kind: Any) -> Schema:
        if kind in SHAPES:
            return self.of(get_type_hints(SHAPES[kind])["return"])
        if is_typeddict(kind):
            return self._kept(kind.__name__.removesuffix("Shape"), lambda: self._of_typed_dict(kind))
        if inspect.isclass(kind) and issubclass(kind, Enum):
            return {"enum": [each.value for each in kind]}
        if kind in (pl.DataFrame, Page):
            return {"type": "array", "items": {"type": "object", "additionalProperties": True}}
        if inspect.isclass(kind) and dataclasses.is_dataclass(kind) and not hasattr(kind, "to_json"):
            return self._kept(kind.__name__, lambda: self._of_dataclass(kind), kind)
        return {}

    def _kept(self, name: str, make: Any, kind: Any = None) -> Schema:
        if self._names.get(name, kind) is not kind:
            name = f"{kind.__module__.rpartition('.')[2].title()}{name}"  # another class has this name
        if name not in self.components:
            self._names[name] = kind
            self.components[name] = {}  # while it is made, it may refer to itself
            self.components[name] = {"title": name, **make()}
        return {"$ref": f"#/components/schemas/{name}"}

    def _of_typed_dict(self, kind: Any) -> Schema:
        hints = get_type_hints(kind, include_extras=True)
        required = [name for name, hint in hints.items() if get_origin(hint) is not NotRequired]
        return {**_described(kind), **_object({name: self.of(hint) for name, hint in hints.items()}, required)}

    def _of_dataclass(self, kind: Any) -> Schema:
        hints = get_type_hints(kind)
        shown = [each.name for each in dataclasses.fields(kind)]
        return {**_described(kind), **_object({name: self.of(hints[name]) for name in shown})}

    def _united(self, found: list[Schema]) -> Schema:
        different = [each for place, each in enumerate(found) if each not in found[:place]]
        if {} in different:
            return {}
        return different[0] if len(different) == 1 else {"anyOf": different}


def _object(properties: Mapping[str, Schema], required: Sequence[str] | None = None) -> Schema:
    needed = list(properties if required is None else required)
    return {"type": "object", "properties": dict(properties), **({"required": needed} if needed else {})}


def _described(kind: Any) -> Schema:
    """What a class says about itself, without the sections of its docstring."""
    text = inspect.cleandoc(kind.__doc__ or "")
    first = re.split(r"\n\s*\n(?:Attributes|Args):", text)[0]
    if not first or text.startswith(f"{kind.__name__}("):  # what a dataclass says of itself
        return {}
    return {"description": worded(" ".join(first.split()))}


def _bare(kind: Any) -> Any:
    """A type without what is said about it."""
    while get_origin(kind) in (Annotated, NotRequired):
        kind = get_args(kind)[0]
    return kind


def plainly_json(kind: Any) -> bool:
    """Whether results of this type are JSON as they are."""
    kind, inner = _bare(kind), get_args(_bare(kind))
    if kind in (str, int, float, bool, type(None)):
        return True
    return get_origin(kind) in (list, dict, Union, types.UnionType) and all(map(plainly_json, inner))
