"""The JSON Schema of journeys accepts what is read, and refuses what is misspelt."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from parcours.flow.journeys.activities import kinds
from parcours.flow.journeys.definitions import Head
from parcours.flow.journeys.schema import activity_schemas, journey_schema
from parcours.flow.segments.documents import read_documents
from tests.flow.journeys.definitions.bodies import minimal
from tests.flow.journeys.definitions.test_reading import WIN_BACK
from tests.flow.journeys.definitions.test_settings import EVERYTHING
from tests.language.rules.test_json_schema import Validator

EXAMPLES = sorted(Path(__file__).parents[3].glob("examples/*/journeys/*.yaml"))


class JourneyValidator(Validator):
    """With the keywords that mappings with names of people need."""

    def _keyword(self, key: str, wanted: Any, value: Any, schema: Mapping[str, Any]) -> bool:
        match key:
            case "default" | "discriminator":
                return True
            case "propertyNames":
                return all(self.accepts(name, wanted) for name in value)
            case "additionalProperties" if isinstance(wanted, Mapping):
                known = schema.get("properties", {})
                return all(self.accepts(part, wanted) for name, part in value.items() if name not in known)
            case "additionalProperties":
                return wanted or all(name in schema["properties"] for name in value)
            case "required" | "properties" if not isinstance(value, Mapping):
                return False
        return super()._keyword(key, wanted, value, schema)


JOURNEY = JourneyValidator(journey_schema())


def bodies() -> Iterator[Any]:
    for path in EXAMPLES:
        for document in read_documents(path):
            yield pytest.param(dict(document), id=path.stem)
    win_back = yaml.safe_load(WIN_BACK)
    win_back["entry"] = {"segment": "silver", "on": "exit"}
    yield pytest.param(win_back, id="win back")
    yield pytest.param(EVERYTHING, id="everything")
    yield pytest.param(
        minimal(entry={"read": "gold", "schedule": {"at": "2026-03-01", "waves": {"count": 3}}}), id="read"
    )
    yield pytest.param(minimal(start=[], activities={}), id="nothing behind the entry")


def plain(body: Any) -> Any:
    return json.loads(json.dumps(body))


def test_there_are_examples() -> None:
    assert EXAMPLES


@pytest.mark.parametrize("body", [*bodies()])
def test_what_is_read_is_accepted(body: Any) -> None:
    assert JOURNEY.accepts(plain(body))


def _paths(shape: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places of settings: everything but names that people choose, and what stands in rules."""
    if isinstance(shape, dict):
        for name, value in shape.items():
            if path not in (("activities",), ("test", "waits"), ("test", "branches")):
                yield (*path, name)
            if name not in ("when", "where", "values", "parameters", "headers"):
                yield from _paths(value, (*path, name))
    elif isinstance(shape, list):
        for index, value in enumerate(shape):
            yield from _paths(value, (*path, index))


@pytest.mark.parametrize("body", [*bodies()])
def test_misspelt_settings_are_refused(body: Any) -> None:
    for *way, name in _paths(plain(body)):
        shape = copy.deepcopy(plain(body))
        part = shape
        for step in way:
            part = part[step]
        part[f"{name}x"] = part.pop(name)
        assert not JOURNEY.accepts(shape), f"{way} {name}"


@pytest.mark.parametrize(
    "change",
    [
        {"activities": {"done": {"type": "and"}}},
        {"activities": {"done": {}}},
        {"activities": {"a b": {"type": "end"}}},
        {"journey": "a b"},
        {"on_entry_inside": "wait"},
        {"priority": "high"},
        {"starts": 3},
        {"entry": {"event": "visit", "where": {"fild": "total", "is": 3}}},
    ],
)
def test_wrong_values_are_refused(change: dict[str, Any]) -> None:
    assert not JOURNEY.accepts(minimal(**change))


def test_every_setting_and_every_activity_is_in_it() -> None:
    schema = journey_schema()
    assert set(schema["properties"]) == set(Head.__struct_encode_fields__)
    for kind, struct in kinds().items():
        known = schema["$defs"][f"activity-{kind}"]["properties"]
        assert set(known) == {"type", *struct.__struct_encode_fields__}
        assert known["type"] == {"const": kind}


def test_every_activity_has_a_schema_of_its_own() -> None:
    schemas = activity_schemas()
    assert set(schemas) == set(kinds())
    wait = JourneyValidator(schemas["wait"])
    assert wait.accepts({"type": "wait", "for": "1 day"})
    assert not wait.accepts({"type": "wait", "fro": "1 day"})
    assert not wait.accepts({"type": "end"})
