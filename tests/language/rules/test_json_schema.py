"""The JSON Schema accepts what the parser accepts and refuses misspelt keys."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from hypothesis import given

from parcours.flow.segments.definitions import SEGMENT_KEYS
from parcours.language.rules import vocabulary
from parcours.language.rules.json_schema import row_rule_schema, rule_schema, segment_schema
from parcours.language.rules.parse import parse_rule
from parcours.language.rules.print import print_rule
from tests.language.rules import shapes
from tests.language.rules.test_parse import MEANINGS
from tests.language.shop import SEGMENTS, SHOP

_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "null": (type(None),),
}


class Validator:
    """The few keywords of JSON Schema that the schemas use; an unknown keyword is an error."""

    def __init__(self, root: Mapping[str, Any]) -> None:
        self.root = root

    def accepts(self, value: object, schema: Mapping[str, Any] | None = None) -> bool:
        schema = self.root if schema is None else schema
        if "type" in schema and not self._keyword("type", schema["type"], value, schema):
            return False
        return all(self._keyword(key, wanted, value, schema) for key, wanted in schema.items())

    def _keyword(self, key: str, wanted: Any, value: Any, schema: Mapping[str, Any]) -> bool:
        match key:
            case "$ref":
                return self.accepts(value, self.root["$defs"][wanted.removeprefix("#/$defs/")])
            case "oneOf":
                return sum(self.accepts(value, part) for part in wanted) == 1
            case "anyOf":
                return any(self.accepts(value, part) for part in wanted)
            case "type":
                names = wanted if isinstance(wanted, list) else [wanted]
                numeric = not isinstance(value, bool) or "boolean" in names
                return numeric and any(isinstance(value, _TYPES[name]) for name in names)
            case "enum":
                return value in wanted
            case "const":
                return value == wanted and type(value) is type(wanted)
            case "pattern":
                return re.search(wanted, value) is not None
            case "minLength" | "minItems":
                return len(value) >= wanted
            case "maxItems":
                return len(value) <= wanted
            case "minimum":
                return value >= wanted
            case "items":
                return all(self.accepts(item, wanted) for item in value)
            case "required":
                return all(name in value for name in wanted)
            case "properties":
                return all(self.accepts(part, wanted[name]) for name, part in value.items() if name in wanted)
            case "additionalProperties":
                return all(name in schema["properties"] for name in value)
            case "$schema" | "title" | "description" | "$defs":
                return True
        raise AssertionError(f"keyword {key} is not known to this validator")


RULES, ROWS, SEGMENT = (Validator(schema()) for schema in (rule_schema, row_rule_schema, segment_schema))


def in_json(text: str) -> Any:
    """A rule as JSON has it: dates are texts there."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


@pytest.mark.parametrize("text", [text for text, _ in MEANINGS])
def test_what_the_parser_accepts_the_schema_accepts(text: str) -> None:
    assert RULES.accepts(in_json(text))


@given(shapes.rules())
def test_printed_rules_fit_the_schema(shape: dict[str, Any]) -> None:
    assert RULES.accepts(json.loads(json.dumps(print_rule(parse_rule(shape, SHOP, SEGMENTS)))))


@pytest.mark.parametrize(
    "text",
    [
        "{attribut: city, is: x}",
        "{attribute: city, iss: x}",
        "{all: []}",
        "{segment: ''}",
        "{event: purchase, in_last: soon}",
        "{event: purchase, in_next: 3 days}",
        "{event: purchase, this: mont}",
        "{event: purchase, last_units: {unit: month}}",
        "{field: total, at_least: 3}",
        "{attribute: a, in: []}",
        "{attribute: a, between: [1, 2, 3]}",
        "{call: lenght, args: [a]}",
        "{all: [{segment: a}], any: [{segment: b}]}",
        "[]",
    ],
)
def test_wrong_forms_are_refused(text: str) -> None:
    assert not RULES.accepts(in_json(text))


def test_rules_about_rows_have_fields_and_no_attributes() -> None:
    assert ROWS.accepts({"field": "total", "at_least": 3})
    assert not ROWS.accepts({"attribute": "city", "is": "x"})
    assert not ROWS.accepts({"event": "visit"})


def test_a_segment_document() -> None:
    document = {"segment": "silver", "name": "Silver", "tags": ["value"], "rule": {"event": "purchase"}}
    assert SEGMENT.accepts(document)
    assert not SEGMENT.accepts({**document, "rul": {}})
    assert not SEGMENT.accepts({**document, "segment": "two words"})
    assert not SEGMENT.accepts({"segment": "silver"})


def test_every_word_stands_in_the_schema() -> None:
    text = json.dumps(rule_schema())
    tables = (
        vocabulary.GROUPS,
        vocabulary.QUANTIFIERS,
        vocabulary.SUBJECTS,
        vocabulary.AGGREGATES,
        vocabulary.COMPARATORS,
        vocabulary.MOVING_WINDOWS,
        vocabulary.FIXED_WINDOWS,
        vocabulary.MODIFIERS,
        vocabulary.CALENDAR_UNITS,
    )
    assert [word for table in tables for word in table if f'"{word}"' not in text] == []


def test_segment_documents_have_the_keys_that_are_read() -> None:
    assert set(segment_schema()["properties"]) == set(SEGMENT_KEYS)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("key", "good", "wrong"),
    [
        ("rule", {"pql": "age > 3"}, {"sql": "age > 3"}),
        ("rule", {"filter": {"age": "18.."}}, {"filter": "18.."}),
        ("evaluation", {"method": "batch", "schedule": "0 3 * * *", "zone": "Europe/Paris"}, {"method": "batch"}),
    ],
)
def test_what_else_a_segment_document_holds(key: str, good: object, wrong: object) -> None:
    document = {"segment": "silver", "rule": {"event": "purchase"}}
    assert SEGMENT.accepts({**document, key: good})
    assert not SEGMENT.accepts({**document, key: wrong})
