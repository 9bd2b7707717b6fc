"""Tracking plans: JSON Schemas of events made ready to check many of them.

Patterns are run by an engine without backtracking, and nothing is ever fetched: what a plan refers to stands in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jsonschema_rs

from parcours.core.errors import InputError
from parcours.flow.ingest.turning.rules import EventPlan, Mode, Violation

#: Violations of one event that are told at most.
_MOST = 20


def event_plan(event: str, schema: Mapping[str, object], mode: Mode) -> EventPlan:
    """The plan of an event type.

    Raises:
        InputError: ``bad-schema``: it is no JSON Schema, or refers to something outside.
    """
    validator = _validator(event, schema)

    def check(properties: Any) -> list[Violation]:
        if validator.is_valid(properties):
            return []
        errors = sorted(
            validator.iter_errors(properties), key=lambda error: [str(part) for part in error.instance_path]
        )
        return [violation for error in errors[:_MOST] for violation in _violations(error)][:_MOST]

    return EventPlan(mode, check)


def _validator(event: str, schema: Mapping[str, object]) -> Any:
    if not isinstance(schema, Mapping):
        raise InputError("a schema is a JSON object", code="bad-schema", where=event)
    try:
        return jsonschema_rs.validator_for(
            dict(schema), validate_formats=True, pattern_options=jsonschema_rs.RegexOptions(), offline=True
        )
    except jsonschema_rs.ValidationError as problem:
        place = ".".join(str(part) for part in problem.instance_path)
        raise InputError(
            f"the schema of {event!r} is no JSON Schema: {problem.message}",
            code="bad-schema",
            where=f"schema.{place}" if place else "schema",
            hint="see https://json-schema.org; references must stay inside the schema",
        ) from None
    except (ValueError, TypeError, RecursionError, jsonschema_rs.ReferencingError) as problem:
        raise InputError(f"the schema of {event!r} cannot be used: {problem}", code="bad-schema") from None


def _violations(error: Any) -> list[Violation]:
    """An error in our words; one for each property that is not foreseen."""
    # positions in lists are left out: what is counted is the property
    path = [str(part) for part in error.instance_path if not isinstance(part, int)]
    rule = str(error.kind.name)
    if rule == "required":
        return [Violation(".".join([*path, str(error.kind.property)]), rule, str(error.message))]
    if rule in ("additionalProperties", "unevaluatedProperties"):
        return [Violation(".".join([*path, str(name)]), rule, str(error.message)) for name in error.kind.unexpected]
    return [Violation(".".join(path), rule, str(error.message))]
