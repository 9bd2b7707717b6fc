"""JSON Schema (2020-12) of a journey, for editors, forms and other programs.

Made from the structs that read a definition, and from the schema of rules; so a new activity or setting is in it by
itself. It describes the form; names and types are known only to a workspace.
"""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, TypeAlias

import msgspec

from parcours.flow.journeys.activities import kinds
from parcours.flow.journeys.definitions.parts import Head
from parcours.language.frontends import FRONT_ENDS, TREE
from parcours.language.rules.json_schema import DIALECT, rule_schema

Schema: TypeAlias = dict[str, Any]

_REFERENCE = "#/$defs/{name}"
#: Settings that hold rules, by the rules they hold.
_RULES = {"when": "rule", "where": "event_rule"}
#: Settings that hold dates, in the structs named here.
_DATES = {("Head", "starts"), ("Head", "ends"), ("Schedule", "at"), ("Schedule", "until")}
_DATE: Schema = {"type": ["string", "null"], "description": "2026-03-14, 2026-03-14T10:30 or 2026-03-14T10:30:00Z"}
_NAME = "^[A-Za-z_][A-Za-z0-9_-]{0,62}$"


def journey_schema() -> Schema:
    """The JSON Schema of one journey; what an activity may have depends on its ``type``."""
    components = _components()
    head = components.pop("Head")
    head["properties"]["journey"] = {"type": "string", "pattern": _NAME}
    activity = {"oneOf": [_ref(_definition_of(name)) for name in kinds()], "discriminator": {"propertyName": "type"}}
    head["properties"]["activities"] = {
        "type": "object",
        "propertyNames": {"pattern": _NAME},
        "additionalProperties": _ref("activity"),
    }
    rules = rule_schema()["$defs"]
    assert isinstance(rules, Mapping)
    definitions = {"activity": activity, **components, **rules, "event_rule": _event_rule()}
    return {"$schema": DIALECT, **head, "title": "A Parcours journey", "$defs": definitions}


def activity_schemas() -> Mapping[str, Schema]:
    """The JSON Schema of each kind of activity by its name, with everything it refers to: for forms."""
    components, rules = _components(), rule_schema()["$defs"]
    assert isinstance(rules, Mapping)
    components.pop("Head")
    return {
        name: {
            "$schema": DIALECT,
            "title": name,
            **_ref(_definition_of(name)),
            "$defs": {**components, **rules, "event_rule": _event_rule()},
        }
        for name in kinds()
    }


def _components() -> dict[str, Schema]:
    """The schema of every struct by its name; those of activities with their ``type``, by :func:`_definition_of`."""
    _, found = msgspec.json.schema_components([Head, *kinds().values()], ref_template=_REFERENCE)
    components = {name: _finished(name, schema) for name, schema in found.items()}
    for kind, struct in kinds().items():
        schema = components.pop(struct.__name__)
        schema["title"] = kind
        schema["properties"] = {"type": {"const": kind}, **schema["properties"]}
        schema["required"] = ["type", *schema["required"]]
        components[_definition_of(kind)] = schema
    return components


def _event_rule() -> Schema:
    """A rule about single events, as a rule tree or in any language that has such rules."""
    texts = [name for name, language in FRONT_ENDS.items() if language.read_row is not None and name != TREE]
    text = {"type": "string", "minLength": 1}
    said = [
        {"type": "object", "properties": {name: text}, "required": [name], "additionalProperties": False}
        for name in texts
    ]
    return {"anyOf": [_ref("row_rule"), *said]}


def _definition_of(kind: str) -> str:
    return f"activity-{kind}"


def _finished(name: str, schema: Schema) -> Schema:
    """A schema with rules and dates in their places, nothing unknown allowed, and prose without indentation."""
    properties = {setting: _setting(name, setting, part) for setting, part in schema.get("properties", {}).items()}
    finished = {**schema, "properties": properties, "required": list(schema.get("required", ()))}
    finished["additionalProperties"] = False
    if "description" in schema:
        finished["description"] = inspect.cleandoc(schema["description"])
    return finished


def _setting(struct: str, name: str, schema: Schema) -> Schema:
    if (struct, name) in _DATES:
        return _DATE
    if name in _RULES and set(schema) <= {"default"}:
        rule = _ref(_RULES[name])
        return {"anyOf": [rule, {"type": "null"}]} if "default" in schema else rule
    return schema


def _ref(name: str) -> Schema:
    return {"$ref": _REFERENCE.format(name=name)}
