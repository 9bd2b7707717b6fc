"""JSON Schema (2020-12) of the rule tree and of segment files, for editors and for other programs.

Made from the same tables as the parser. It describes the form; names and types are known only to a workspace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

from parcours.core.schema import Kind
from parcours.language.calendar import UNITS
from parcours.language.functions import registry
from parcours.language.rules.anniversaries import WINDOWS
from parcours.language.rules.edges import EXAMPLES
from parcours.language.rules.parse import SEVERAL
from parcours.language.rules.values import SUBJECT_KEYS
from parcours.language.rules.vocabulary import (
    AGGREGATE_KEYS,
    CALENDAR_UNITS,
    COMPARISONS,
    DATE_COMPARISONS,
    EACH,
    EDGES,
    FUTURE_WINDOWS,
    MOVING_WINDOWS,
    QUANTIFIERS,
    SIGNS,
    SUBJECTS,
)
from parcours.language.rules.windows import NEIGHBOURS, RAW_WINDOWS

Schema: TypeAlias = dict[str, object]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
#: Subjects of rules about profiles, and of rules about single rows.
MADE = ("each", "object", "part")
BESIDE = ("all_events", "now", "given", "fetched", "random", "uuid")
PROFILE_SUBJECTS = ("attribute", "event", "segment_status", "call", "value", *MADE, *BESIDE)
ROW_SUBJECTS = ("field", "event_field", "item", "call", "value", *MADE)
#: The kinds of rule, with their subjects: about a profile, about an event, about an element of a profile's list.
RULES: Mapping[str, tuple[str, ...]] = {
    "rule": PROFILE_SUBJECTS,
    "row_rule": ROW_SUBJECTS,
    "element_rule": (*ROW_SUBJECTS, "attribute", "event", "segment_status", *BESIDE),
}

_TEXT: Schema = {"type": "string", "minLength": 1}
_CRON: Schema = {
    "type": "string",
    "minLength": 9,
    "description": "minute, hour, day of the month, month, day of the week: 0 3 * * *",
}
_YES: Schema = {"type": "boolean"}
_DURATION: Schema = {
    "type": "string",
    "pattern": r"^\s*(\d+(\.\d+)?\s*[A-Za-z]+\s*(,|and)?\s*)+$",
    "description": "a number and a unit: 30 minutes, 12 hours, 90 days",
}
_UNIT: Schema = {"enum": list(CALENDAR_UNITS)}
_DATE: Schema = {"type": "string", "description": "2026-03-14 or 2026-03-14T10:30:00Z"}
_PATH: Schema = {"anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}]}
_TYPE: Schema = {"anyOf": [{"enum": [kind.value for kind in Kind]}, {"type": "object"}]}
_EDGE: Schema = {
    "type": "string",
    "pattern": rf"^\s*(now|start\s+of\s+({'|'.join(UNITS)}))\s*([+-]\s*\d+\s*({'|'.join(UNITS)})s?)?\s*$",
    "description": f"for example: {EXAMPLES}",
}
_SHARE: Schema = {"type": "string", "pattern": r"^\s*\d{1,3}(\.\d+)?\s*%\s*$", "description": "a share of all: 10 %"}
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}


def rule_schema() -> Schema:
    """The JSON Schema of a rule about profiles."""
    return {"$schema": DIALECT, "title": "A Parcours rule", **_ref("rule"), "$defs": _definitions()}


def row_rule_schema() -> Schema:
    """The JSON Schema of a rule about single events (``where``)."""
    return {"$schema": DIALECT, "title": "A Parcours rule about events", **_ref("row_rule"), "$defs": _definitions()}


def segment_schema() -> Schema:
    """The JSON Schema of one segment document of a definition file."""
    name: Schema = {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_-]{0,62}$"}
    properties: Schema = {
        "segment": {**name, "description": "the id, by which rules and journeys refer to the segment"},
        "name": {"type": "string"},
        "description": {"type": "string"},
        "tags": {"type": "array", "items": {"type": "string"}},
        "rule": _ref("rule"),
        "evaluation": _object({"method": {"const": "batch"}, "schedule": _CRON, "zone": _TEXT}, ("method", "schedule")),
    }
    head: Schema = {"$schema": DIALECT, "title": "A Parcours segment"}
    return {**head, **_object(properties, ("segment", "rule")), "$defs": _definitions()}


def _texts() -> Iterable[Schema]:
    """Rules in the other languages, by the name of the language."""
    for name in ("journey", "pql"):
        yield _object({name: _TEXT}, (name,))
    filters: Schema = {"type": "object", "description": "a filter expression for each attribute"}
    yield _object({"filter": filters}, ("filter",))


def _definitions() -> Schema:
    rules: Schema = {kind: {"oneOf": list(_rules(kind))} for kind in RULES}
    values: Schema = {_value_of(kind): _value(kind) for kind in RULES}
    return {
        **rules,
        **values,
        "span": _object({"unit": _UNIT, "count": _whole(1), "include_current": _YES}, ("unit", "count")),
        "units": _object({"unit": _UNIT, "from": _whole(), "to": _whole()}, ("unit", "from", "to")),
        "window": _window(),
        "anniversary": _object(_anniversary_windows(), ()),
        "step": _object(_step(), ("event",)),
        "ages": {"type": "array", "items": _DURATION, "minItems": 2, "maxItems": 2},
    }


def _rules(kind: str) -> Iterable[Schema]:
    for key in ("all", "any", "none"):
        yield _object({key: {"type": "array", "items": _ref(kind), "minItems": 1}}, (key,))
    yield _object({"not": _ref(kind)}, ("not",))
    if kind == "rule":
        yield from _texts()
    if kind != "row_rule":
        several = [_object({key: {"type": "array", "items": _TEXT, "minItems": 1}}, (key,)) for key in SEVERAL]
        yield _object({"segment": {"anyOf": [_TEXT, *several]}}, ("segment",))
        yield _object({"sample": _SHARE, "seed": _TEXT}, ("sample",))
        steps: Schema = {"type": "array", "items": _ref("step"), "minItems": 1}
        yield _object({"sequence": steps, "zone": _TEXT, **_event_windows()}, ("sequence",))
    sides: Schema = {"left": _ref(_value_of(kind)), "op": {"enum": list(SIGNS)}, "right": _ref(_value_of(kind))}
    yield _object({"compare": _object(sides, ("left", "op", "right"))}, ("compare",))
    for key in QUANTIFIERS:
        yield _object({key: _list_of(kind), "where": _ref(_inner(kind))}, (key, "where"))
    for subject in RULES[kind]:
        yield _condition(subject, kind)


def _inner(kind: str) -> str:
    """The kind of rule about the elements of a list."""
    return "row_rule" if kind == "row_rule" else "element_rule"


def _list_of(kind: str) -> Schema:
    """A list that is gone through: its path, or a value."""
    return {"anyOf": [_PATH, {"type": "object", **_ref(_value_of(kind))}]}


def _step() -> Schema:
    lengths: Schema = {"within": _DURATION, "not_before": _DURATION}
    windows = {key: schema for key, schema in _event_windows().items() if key != "last"}
    return {
        "event": _TEXT,
        "where": _ref("element_rule"),
        "also": _ref("element_rule"),
        "count": _whole(1),
        **lengths,
        "zone": _TEXT,
        **windows,
        "last": _UNIT,
    }


def _window() -> Schema:
    """A free window between two edges, or a window in the fields of its kind."""
    edges = _object({**dict.fromkeys(EDGES, _EDGE), "zone": _TEXT}, ())
    fields: Mapping[type, Schema] = {int: {"type": ["integer", "null"]}, bool: _YES, str: _TEXT}
    raw = [
        _object({kind: _object({name: fields[type_] for name, type_ in known.items()}, ())}, (kind,))
        for kind, known in RAW_WINDOWS.items()
    ]
    return {"anyOf": [edges, *raw]}


def _anniversary_windows() -> Schema:
    windows = _moving_windows(MOVING_WINDOWS)
    return {key: windows[key] for key in WINDOWS}


def _condition(subject: str, rule: str) -> Schema:
    keys = {**_subject(subject, rule), **_comparators(rule), "ignore_case": _YES, "zone": _TEXT}
    if subject == "event":
        keys.update(_event_windows())
    elif rule != "row_rule":
        keys.update(_moving_windows(MOVING_WINDOWS))
    schema = _object(keys, (subject,))
    return {**schema, "description": SUBJECTS[subject]}


def _value(rule: str) -> Schema:
    """A value: a constant, a list, a subject without comparator, or a rule, which is true or false."""
    bare = []
    for subject in RULES[rule]:
        windows = _event_windows() if subject == "event" else {}
        bare.append(_object({**_subject(subject, rule), **windows}, (subject,)))
    return {"anyOf": [_SCALAR, {"type": "null"}, {"type": "array", "items": _ref(_value_of(rule))}, *bare, _ref(rule)]}


def _subject(subject: str, rule: str) -> Schema:
    value = _ref(_value_of(rule))
    known: Mapping[str, Schema] = {
        "attribute": {"attribute": _PATH},
        "field": {"field": _PATH, "up": _whole(0)},
        "event_field": {"event_field": _PATH},
        "segment_status": {"segment_status": _TEXT},
        "item": {"item": {"const": True}, "up": _whole(0)},
        "call": {"call": {"enum": list(registry.names())}, "args": {"type": "array", "items": value}},
        "value": {"value": value, "type": _TYPE},
        "event": {
            "event": _TEXT,
            "where": _ref("row_rule"),
            "over": _PATH,
            "zone": _TEXT,
            **{kind: _aggregated(kind) for kind in AGGREGATE_KEYS},
        },
        "each": {
            "each": _list_of(rule),
            "where": _ref(_inner(rule)),
            **{key: _ref(_value_of(_inner(rule))) for key in EACH if key != "where"},
        },
        "object": {"object": {"type": "object", "description": "values by name"}},
        "part": {"part": _TEXT, "of": value},
        "all_events": {"all_events": {"anyOf": [{"const": True}, {"type": "array", "items": _TEXT, "minItems": 1}]}},
        "now": {"now": {"const": True}},
        "given": {"given": _PATH, "type": _TYPE},
        "fetched": {"fetched": _PATH, "with": {"type": "object"}, "type": _TYPE},
        "random": {"random": _whole(0)},
        "uuid": {"uuid": _whole(0)},
    }
    assert {*known[subject]} <= {*SUBJECT_KEYS[subject]}
    return dict(known[subject])


def _aggregated(kind: str) -> Schema:
    forms: list[Schema] = [_TEXT, {"type": "object"}]
    return {"anyOf": [*forms, {"const": True}] if kind == "count" else forms}


def _comparators(rule: str) -> Schema:
    operand = _ref(_value_of(rule))
    dates: Schema = {key: {"anyOf": [_DATE, {"type": "object"}]} for key in DATE_COMPARISONS}
    return {
        **dict.fromkeys((key for key in COMPARISONS if key not in DATE_COMPARISONS), operand),
        **dates,
        "between": {"type": "array", "items": operand, "minItems": 2, "maxItems": 2},
        "in": {"anyOf": [{"type": "array", "items": operand, "minItems": 1}, {"type": "object"}]},
        "not_in": {"anyOf": [{"type": "array", "items": operand, "minItems": 1}, {"type": "object"}]},
        "is_set": _YES,
        "anniversary": _ref("anniversary"),
    }


def _moving_windows(keys: Iterable[str]) -> Schema:
    forms: Schema = {
        "between_ages": _ref("ages"),
        **dict.fromkeys(NEIGHBOURS, _UNIT),
        "window": _ref("window"),
        **dict.fromkeys(("last_units", "next_units"), _ref("span")),
        "units": _ref("units"),
    }
    return {key: forms.get(key, _DURATION) for key in keys}


def _event_windows() -> Schema:
    windows = _moving_windows(key for key in MOVING_WINDOWS if key not in FUTURE_WINDOWS)
    windows["last"] = {"anyOf": [_UNIT, _TEXT, {"type": "object"}]}  # a window, or the latest value of a property
    return {**windows, "from": _DATE, "until": _DATE}


def _value_of(rule: str) -> str:
    return rule.replace("rule", "value")


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _whole(least: int | None = None) -> Schema:
    return {"type": "integer"} if least is None else {"type": "integer", "minimum": least}


def _object(properties: Schema, required: Iterable[str]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }
