"""The settings of a test of a journey: how long waits last, and which ways people take (journeys.md, section 13)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from parcours.core.clock import duration
from parcours.core.errors import UnknownNameError, nearest
from parcours.flow.journeys.definitions import JourneyDefinition


def with_testing(
    definition: JourneyDefinition,
    *,
    wait: str | None = None,
    waits: Mapping[str, str] | None = None,
    branches: Mapping[str, str] | None = None,
) -> JourneyDefinition:
    """The journey with other settings of its test.

    Raises:
        UnknownNameError: there is no such activity, or no such way out of it.
        InputError: that is no length of time.
    """
    for name, way in (branches or {}).items():
        ways = [one.label for one in _activity(definition, name).edges()]
        if way not in ways:
            raise UnknownNameError(f"there is no way {way!r} out of {name!r}", hint=nearest(way, ways))
    for name, length in (waits or {}).items():
        _activity(definition, name)
        duration(length)
    testing = definition.head.test
    shape: dict[str, Any] = {
        "wait": wait or testing.wait,
        "waits": {**testing.waits, **(waits or {})},
        "max_profiles": testing.max_profiles,
        "branches": {**testing.branches, **(branches or {})},
    }
    plain = definition.to_json()
    body: Any = plain["body"]
    return JourneyDefinition.from_json({**plain, "body": {**body, "test": shape}})


def _activity(definition: JourneyDefinition, name: str) -> Any:
    if name not in definition.activities:
        raise UnknownNameError(f"there is no activity {name!r}", hint=nearest(name, definition.activities))
    return definition.activities[name]
