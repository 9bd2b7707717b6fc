"""A small schema, and definitions as plain data to change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from parcours.core.errors import DefinitionError, ParcoursError
from parcours.core.schema import INTEGER, STRING, Schema
from parcours.flow.journeys.definitions import JourneyDefinition, read_journey

SCHEMA = Schema(
    attributes={"email": STRING, "size": INTEGER},
    events={"purchase": {"total": INTEGER, "order": STRING}, "visit": {"total": INTEGER, "page": STRING}},
)
SEGMENTS = ("silver", "gold")

Change = Callable[[dict[str, Any]], object]


def read(body: Mapping[str, Any], version: int = 1, **around: Any) -> JourneyDefinition:
    return read_journey(body, SCHEMA, SEGMENTS, version, **around)


def problems(body: Mapping[str, Any], **around: Any) -> list[ParcoursError]:
    """Every problem of a definition that cannot be accepted."""
    with pytest.raises(DefinitionError) as caught:
        read(body, **around)
    assert caught.value.problems
    return list(caught.value.problems)


def places(body: Mapping[str, Any], **around: Any) -> list[tuple[str | None, str]]:
    """Place and code of every problem."""
    return [(problem.where, problem.code) for problem in problems(body, **around)]


def minimal(**settings: Any) -> dict[str, Any]:
    """A journey that starts with a visit and ends at once, with further settings."""
    body = {"journey": "j", "entry": {"event": "visit"}, "start": "done", "activities": {"done": {"type": "end"}}}
    return {**body, **settings}
