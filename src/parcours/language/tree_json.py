"""The tree as plain data, for storage and exchange, and the fingerprint by which equal trees are found."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import get_args

from parcours.core.schema import Type
from parcours.language.tree import Node, SequenceStep
from parcours.language.window_kinds import Edge, Window

_KINDS: dict[str, type[Node | SequenceStep | Window | Edge]] = {
    kind.tag: kind for kind in (*get_args(Node), SequenceStep, *get_args(Window), Edge)
}


def to_json(node: Node | Window) -> dict[str, object]:
    """The node as plain data; :func:`from_json` reads it back. Fields at their default are left out."""
    shape: dict[str, object] = {"node": node.tag}
    for part in fields(node):
        if not part.init:
            continue
        value = getattr(node, part.name)
        if value != part.default or part.name == "value":
            shape[part.name] = _plain(value)
    return shape


def _plain(value: object) -> object:
    if isinstance(value, Type):
        return value.to_json()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return {"$datetime": value.isoformat()}
    if isinstance(value, date):
        return {"$date": value.isoformat()}
    if isinstance(value, timedelta):
        return {"$microseconds": value // timedelta(microseconds=1)}
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return to_json(value)  # type: ignore[arg-type]


def window_from_json(shape: Mapping[str, object]) -> Window:
    """The window that :func:`to_json` wrote.

    Raises:
        KeyError: the data names no window of this version.
    """
    return _read(shape)  # type: ignore[return-value]


def from_json(shape: Mapping[str, object]) -> Node:
    """The node that :func:`to_json` wrote.

    Raises:
        KeyError: the data names no node or window of this version.
    """
    return _read(shape)  # type: ignore[return-value]


def _read(value: object) -> object:
    if isinstance(value, list):
        return tuple(_read(item) for item in value)
    if not isinstance(value, Mapping):
        return value
    if "$datetime" in value:
        return datetime.fromisoformat(str(value["$datetime"]))
    if "$date" in value:
        return date.fromisoformat(str(value["$date"]))
    if "$microseconds" in value:
        return timedelta(microseconds=int(str(value["$microseconds"])))
    kind = _KINDS[str(value["node"])]
    return kind(
        **{  # type: ignore[arg-type]
            name: Type.from_json(part) if name == "type" else _read(part)
            for name, part in value.items()
            if name != "node"
        }
    )


@functools.lru_cache(maxsize=65_536)
def fingerprint(node: Node) -> str:
    """32 hex digits that are equal for equal trees, on every machine and in every version of Python."""
    text = json.dumps(to_json(node), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
