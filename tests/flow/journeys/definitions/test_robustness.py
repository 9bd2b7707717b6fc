"""Whatever stands in a definition: it is read, or refused with problems that have places. Never another error."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.errors import DefinitionError, ParcoursError
from parcours.flow.journeys.activities import kinds
from parcours.flow.journeys.definitions import JourneyDefinition
from tests.flow.journeys.definitions.bodies import minimal, read
from tests.flow.journeys.definitions.test_reading import WIN_BACK
from tests.flow.journeys.definitions.test_settings import EVERYTHING

READ = minimal(
    entry={
        "read": "gold",
        "rate": 5,
        "spread": "1 hour",
        "schedule": {"at": "2026-03-01", "waves": {"sizes": ["10 %", "90 %"], "every": "1 hour"}},
    },
    start="loop",
    activities={
        "loop": {"type": "loop", "again": "loop", "times": 3, "then": "fork"},
        "fork": {"type": "fork", "branches": ["a", "b"]},
        "a": {"type": "split", "paths": [{"percent": 40, "to": "join"}, {"percent": 60, "to": "join"}]},
        "b": {"type": "time_condition", "paths": [{"days": ["mon"], "from": "09:00", "until": "17:00", "to": "join"}]},
        "join": {"type": "join", "then": "mail"},
        "mail": {"type": "webhook", "url": "https://x.example/{{ profile.email }}", "values": {"a": 1}, "then": "w"},
        "w": {"type": "wait_for_signal", "of": "mail", "signal": "sent", "timeout": "1 day"},
    },
)
BODIES: list[dict[str, Any]] = [yaml.safe_load(WIN_BACK), EVERYTHING, READ]
VALUES: list[Any] = [
    *(None, True, 0, -1, 1e300, float("nan"), "", "x", "1 day", "done", "{{ profile. }}", "2026-03-01", "Europe/Paris"),
    *([], {}, [None], ["done", "done"], [["x"]], {"x": {}}, {"$node": {}}, {"journey": "@{"}, {"journey": "true"}),
    *({"event": "purchase", "count": True}, {"segment": "gold"}, [{"to": "done"}], {"type": "end"}, {1: 2}),
]
NAMES = ["x", "then", "type", "when", "until", "activities", "for", True, "on", "schedule", *kinds()]


def places(shape: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = shape.items() if isinstance(shape, dict) else enumerate(shape) if isinstance(shape, list) else ()
    for name, value in items:
        yield (*path, name)
        yield from places(value, (*path, name))


@st.composite
def spoilt(draw: st.DrawFn) -> dict[str, Any]:
    """A definition with up to three things in it changed, added or left out."""
    body = copy.deepcopy(draw(st.sampled_from(BODIES)))
    for _ in range(draw(st.integers(1, 3))):
        *way, name = draw(st.sampled_from([*places(body)]))
        part: Any = body
        for step in way:
            part = part[step]
        action = draw(st.sampled_from(["set", "remove", "add"]))
        if action == "set":
            part[name] = copy.deepcopy(draw(st.sampled_from(VALUES)))
        elif action == "remove":
            del part[name]
        elif isinstance(part, dict):
            part[draw(st.sampled_from(NAMES))] = copy.deepcopy(draw(st.sampled_from(VALUES)))
    return body


def test_the_definitions_are_fine() -> None:
    for body in BODIES:
        assert read(body)


def tried(body: dict[str, Any]) -> tuple[JourneyDefinition | None, tuple[ParcoursError, ...]]:
    try:
        return read(body), ()
    except DefinitionError as error:
        return None, error.problems


@given(spoilt())
@settings(max_examples=200, deadline=None)
def test_it_is_read_or_refused_with_places(body: dict[str, Any]) -> None:
    definition, problems = tried(body)
    assert all(problem.where for problem in problems)
    if definition is None:
        assert problems
    else:
        assert JourneyDefinition.from_json(json.loads(json.dumps(definition.to_json()))) == definition
