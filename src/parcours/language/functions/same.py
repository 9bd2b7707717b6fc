"""When two Python values are the same value of the language, inside lists, maps and objects too."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Any

from parcours.language.functions.declaration import Value


def key_of(value: Value) -> Hashable:
    """Equal for equal values only: true is not 1, a local time no instant, an absent field is a null one."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, dict):
        return ("object", frozenset((name, key_of(item)) for name, item in value.items() if item is not None))
    if isinstance(value, list):
        return ("list", tuple(map(key_of, value)))
    if isinstance(value, datetime):
        return ("instant" if value.tzinfo else "local", value)
    found: Hashable = value
    return found


def first_of_each(values: Sequence[Any], keys: Sequence[Hashable]) -> list[Any]:
    """The values whose keys occur for the first time."""
    found: dict[Hashable, Any] = {}
    for key, value in zip(keys, values, strict=True):
        found.setdefault(key, value)
    return list(found.values())
