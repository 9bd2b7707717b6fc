"""The contexts of the conformance cases as scopes: types inferred from values, then overridden (see their README)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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
    widest,
)
from parcours.language.journey.scope import JourneyScope

_NAMES = {
    "string": STRING,
    "integer": INTEGER,
    "decimal": DECIMAL,
    "boolean": BOOLEAN,
    "dateOnly": DATE_ONLY,
    "dateTimeOnly": DATE_TIME_ONLY,
    "dateTime": OFFSET_TIME,
    "duration": DURATION,
    "object": object_of({}),
}


def scope_of(context: Mapping[str, Any]) -> JourneyScope:
    """The scope of a case."""
    sources = context.get("datasources", {})
    remote = [(name, group) for name, groups in sources.items() for group, held in groups.items() if _is_remote(held)]
    plain = {
        name: {group: {} if (name, group) in remote else held for group, held in groups.items()}
        for name, groups in sources.items()
    }
    roots = inferred({key: context.get(key, {}) for key in ("events", "journey", "actions")} | {"datasources": plain})
    for path, name in context.get("types", {}).items():
        roots = _overridden(roots, path.replace("[]", ".[]").split("."), named(name))
    parts = {name: dict(type_.fields) for name, type_ in roots.fields}
    return JourneyScope(parts["events"], parts["datasources"], parts["actions"], parts["journey"], remote)


def _is_remote(group: object) -> bool:
    return isinstance(group, Mapping) and "$calls" in group


def named(name: str) -> Type:
    """The type that a case names."""
    if name.startswith("list"):
        return list_of(_NAMES[name[4].lower() + name[5:]])
    return _NAMES[name]


def inferred(value: object) -> Type:
    """The type of a JSON value."""
    match value:
        case None:
            return ANY
        case bool():
            return BOOLEAN
        case int():
            return INTEGER
        case float():
            return DECIMAL
        case str():
            return STRING
        case list():
            element: Type | None = NULL
            for item in value:
                element = None if element is None else widest(element, inferred(item))
            return list_of(ANY if element in (None, NULL) else element)
        case _:
            assert isinstance(value, Mapping)
            return object_of({name: inferred(part) for name, part in value.items()})


def _overridden(type_: Type | None, path: Sequence[str], new: Type) -> Type:
    if not path:
        return new
    if path[0] == "[]":
        element = type_.element if type_ is not None and type_.kind is Kind.LIST else None
        return list_of(_overridden(element, path[1:], new))
    fields = dict(type_.fields) if type_ is not None and type_.kind is Kind.OBJECT else {}
    return object_of({**fields, path[0]: _overridden(fields.get(path[0]), path[1:], new)})
