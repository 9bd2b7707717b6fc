"""A definition as plain data, whoever wrote it: a reader of YAML 1.1, our own reader of files, or a program with typed
trees in the places of rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from parcours.core.errors import DefinitionError, InputError, ParcoursError
from parcours.core.reading import join
from parcours.language.tree import Node
from parcours.language.tree_json import from_json, to_json

#: A typed tree among plain data: ``{"$node": …}``.
NODE = "$node"


def plain_body(body: Mapping[Any, object]) -> dict[str, Any]:
    """The definition with text keys and text dates, as our own reader of files gives it, and typed trees as data.

    In YAML 1.1 ``on:`` is a boolean, so a reader may hand over ``{True: "enter"}``, and dates are objects.
    """
    plain: dict[str, Any] = {str(name): _as_text(value) for name, value in body.items()}
    if isinstance(plain.get("entry"), Mapping):
        plain["entry"] = _plain_entry(_with_on(plain["entry"]))
    activities = plain.get("activities")
    if isinstance(activities, Mapping):
        plain["activities"] = {str(name): _with_on(shape) for name, shape in activities.items()}
    return {name: _without_nodes(value) for name, value in plain.items()}


def with_nodes(shape: Any, problems: list[ParcoursError], where: str = "") -> Any:
    """The data with typed trees in their places; what stands for one and is none is added to ``problems``."""
    if isinstance(shape, Mapping):
        if set(shape) == {NODE}:
            return _node(shape[NODE], problems, where)
        return {name: with_nodes(value, problems, join(where, str(name))) for name, value in shape.items()}
    if isinstance(shape, list | tuple):
        return [with_nodes(item, problems, f"{where}[{index}]") for index, item in enumerate(shape)]
    return shape


def _node(shape: Any, problems: list[ParcoursError], where: str) -> Node | None:
    try:
        return from_json(shape)
    except (AttributeError, KeyError, TypeError, ValueError, InputError):
        problems.append(DefinitionError(f"this is no typed tree: {shape!r:.60}", code="bad-tree", where=where))
        return None


def _without_nodes(shape: Any) -> Any:
    if isinstance(shape, Node):
        return {NODE: to_json(shape)}
    if isinstance(shape, Mapping):
        return {name: _without_nodes(value) for name, value in shape.items()}
    return [_without_nodes(item) for item in shape] if isinstance(shape, list | tuple) else shape


def _plain_entry(entry: Any) -> object:
    schedule = entry.get("schedule")
    if not isinstance(schedule, Mapping):
        return entry
    return {**entry, "schedule": {name: _as_text(value) for name, value in schedule.items()}}


def _with_on(shape: Any) -> Any:
    if not isinstance(shape, Mapping) or True not in shape:
        return shape
    return {"on" if name is True else name: value for name, value in shape.items()}


def _as_text(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value
