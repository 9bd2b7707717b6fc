"""What may be said of every activity of a journey, for forms: ``web/completions/activities.json``.

From the JSON Schema of journeys, so a new activity or setting is in it by itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from parcours.flow.journeys.schema import journey_schema

VERSION = 1
_KIND = "activity-"
_RULES = ("rule", "event_rule")
_PLAIN = {"string": "text", "integer": "whole", "number": "number", "boolean": "flag", "object": "map"}


def pages() -> Mapping[str, str]:
    return {"../../web/completions/activities.json": json.dumps(content(), indent=1, ensure_ascii=False)}


def content() -> dict[str, Any]:
    """What the file holds: the settings of each activity, and of the parts that they and a journey have."""
    schema = journey_schema()
    found = schema["$defs"]
    assert isinstance(found, Mapping)
    parts = {name: shape for name, shape in found.items() if shape.get("title") == name and not name.startswith(_KIND)}
    return {
        "version": VERSION,
        "activities": {name.removeprefix(_KIND): _settings(found[name]) for name in found if name.startswith(_KIND)},
        "parts": {name: _settings(shape) for name, shape in parts.items()},
        "journey": [each for each in _settings(schema) if each["name"] not in ("activities", "start")],
    }


def _settings(shape: Mapping[str, Any]) -> list[dict[str, Any]]:
    must = set(shape.get("required", ()))
    said = ((name, form) for name, form in shape["properties"].items() if name != "type" or "const" not in form)
    return [{"name": name, "required": name in must, **_form(form)} for name, form in said]


def _form(form: Mapping[str, Any]) -> dict[str, Any]:
    """How a setting is written, with its default where it has one that says something."""
    default = form.get("default")
    return _written(form) | ({"default": default} if default not in (None, "", [], {}) else {})


def _written(form: Mapping[str, Any]) -> dict[str, Any]:
    choices = [each for each in form.get("anyOf", [form]) if each.get("type") != "null"]
    types, first = _types(form), choices[0]
    part = next((_name(each) for each in choices if "$ref" in each), None)
    if part in _RULES:
        return {"form": part}
    if part:
        return {"form": "part", "part": part} | ({"or": "text"} if "string" in types else {})
    if {"array", "string"} <= types:
        return {"form": "way"}
    if "array" in types:
        return _several(first.get("items", {}))
    if "enum" in first and len(choices) == 1:
        return {"form": "choice", "options": first["enum"]}
    if {"string", "object"} <= types:
        return {"form": "template"}
    if {"string", "number"} <= types:
        return {"form": "duration"}
    if "2026" in form.get("description", ""):
        return {"form": "moment"}
    return {
        "form": next((_PLAIN[each] for each in ("number", *sorted(types)) if each in types and each in _PLAIN), "any")
    }


def _several(items: Mapping[str, Any]) -> dict[str, Any]:
    if "$ref" in items:
        return {"form": "parts", "part": _name(items)}
    if "enum" in items:
        return {"form": "choices", "options": items["enum"]}
    return {"form": "ways" if "array" in _types(items) else "list"}


def _types(form: Mapping[str, Any]) -> set[str]:
    found = [each.get("type", ()) for each in form.get("anyOf", [form])]
    return {name for each in found for name in ([each] if isinstance(each, str) else each)}


def _name(form: Mapping[str, Any]) -> str:
    return str(form["$ref"]).rsplit("/", 1)[-1]
