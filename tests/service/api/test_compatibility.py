"""What the API promised it keeps; and what breaks a promise is found."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from tools.compatibility import BASELINE, breaking
from tools.reference.openapi import described

OLD: dict[str, Any] = {
    "paths": {
        "/a": {
            "get": {
                "parameters": [
                    {"in": "query", "name": "sort", "schema": {"enum": ["up", "down"]}},
                    {"in": "query", "name": "limit", "schema": {"anyOf": [{"type": "integer"}, {"type": "null"}]}},
                ],
                "responses": {
                    "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}
                },
            },
            "post": {
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {
                                "type": "object",
                                "properties": {"name": {"type": "string"}, "size": {"type": "integer"}},
                                "required": ["name"],
                                "additionalProperties": False,
                            }
                        }
                    }
                },
                "responses": {"200": {}},
            },
        }
    },
    "components": {
        "schemas": {
            "Thing": {
                "type": "object",
                "properties": {
                    "id": {"type": "string"},
                    "state": {"enum": ["on", "off"]},
                    "parts": {"type": "array", "items": {"$ref": "#/components/schemas/Thing"}},
                },
                "required": ["id", "state"],
            }
        }
    },
}
GET, POST = ("paths", "/a", "get"), ("paths", "/a", "post")
BODY = (*POST, "requestBody", "content", "application/json", "schema")
THING = ("components", "schemas", "Thing")


def changed(place: tuple[Any, ...], value: object) -> dict[str, Any]:
    """The description with another value at a place; ``None``: without it."""
    found: Any = copy.deepcopy(OLD)
    new = found
    for part in place[:-1]:
        found = found[part]
    if value is None:
        del found[place[-1]]
    else:
        found[place[-1]] = value
    return new  # type: ignore[no-any-return]


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (("paths", "/a"), None, "is gone"),
        (POST, None, "is gone"),
        ((*GET, "parameters", 0), None, "sort is gone"),
        ((*GET, "parameters", 0, "schema", "enum"), ["up"], "does not take down"),
        ((*GET, "parameters", 1, "required"), True, "limit must be sent"),
        ((*GET, "parameters", 1, "schema"), {"type": "string"}, "is string, and was integer, null"),
        ((*GET, "responses", "200", "content"), {}, "does not give application/json"),
        ((*BODY, "required"), ["name", "size"], "size: must be sent"),
        ((*BODY, "properties", "size"), None, "size: is gone"),
        ((*BODY, "properties", "size", "type"), "string", "is string, and was integer"),
        ((*BODY, "properties", "name", "enum"), ["x"], "takes only x"),
        ((*POST, "requestBody", "required"), True, "a body must be sent"),
        ((*THING, "properties", "id"), None, "id: is gone"),
        ((*THING, "properties", "state", "enum"), ["on", "off", "new"], "may give new"),
        ((*THING, "required"), ["id"], "state: may be missing"),
        ((*THING, "properties", "parts", "type"), "object", "is object, and was array"),
    ],
)
def test_what_breaks_a_promise_is_found(place: tuple[Any, ...], value: object, told: str) -> None:
    found = breaking(OLD, changed(place, value))
    assert any(told in each for each in found), found


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("paths", "/b"), OLD["paths"]["/a"]),
        ((*GET, "parameters", 0, "schema", "enum"), ["up", "down", "sideways"]),
        ((*BODY, "properties", "more"), {"type": "string"}),
        ((*BODY, "required"), []),
        ((*THING, "properties", "more"), {"type": "string"}),
        ((*THING, "properties", "state", "enum"), ["on"]),
        ((*THING, "required"), ["id", "state", "parts"]),
        ((*GET, "responses", "404"), {"description": "new"}),
    ],
)
def test_what_adds_breaks_nothing(place: tuple[Any, ...], value: object) -> None:
    assert breaking(OLD, changed(place, value)) == []


def test_the_api_keeps_what_it_promised() -> None:
    """Where a change is meant to break clients, say so in the change log, and write the baseline anew."""
    assert breaking(json.loads(BASELINE.read_text()), described()) == []
