"""The cases of the conformance corpus, with the scope that each is read in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    NULL,
    STRING,
    Kind,
    Type,
    list_of,
    object_of,
    widest,
)
from parcours.language.pql import PqlScope

_FOLDER = Path(__file__).parents[2] / "conformance"
#: The files of cases, and which share of each is looked at here.
FILES = ((_FOLDER / "cases" / "pql.jsonl", 1), (_FOLDER / "own" / "pql.jsonl", 3))


@cache
def cases() -> tuple[Mapping[str, Any], ...]:
    return tuple(json.loads(line) for file, share in FILES for line in file.read_text("utf-8").splitlines()[::share])


def type_of(value: object) -> Type:
    """The type of a JSON value (README of the corpus, Context)."""
    match value:
        case None:
            return NULL
        case bool():
            return BOOLEAN
        case int():
            return INTEGER
        case float():
            return DECIMAL
        case str():
            return STRING
        case list():
            joined = NULL
            for item in value:
                joined = widest(joined, type_of(item)) or ANY
            return list_of(joined)
        case dict():
            return object_of({name: type_of(item) for name, item in value.items()})
    raise TypeError(value)


def scope_of(context: Mapping[str, Any], *, timestamps: bool = False) -> PqlScope:
    """What the context of a case holds; with ``timestamps`` the time of events is no text."""
    element = type_of(context.get("events", [])).element or NULL
    fields = dict(element.fields) if element.kind is Kind.OBJECT else {}
    if timestamps and "timestamp" in fields:
        fields["timestamp"] = DATE_TIME
    params = [type_of(value) for value in context.get("params", [])]
    return PqlScope(type_of(context.get("profile", {})), object_of(fields), params)
