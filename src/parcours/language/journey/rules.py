"""Rules of a workspace written as journey expressions: about a profile, or about single events of a type."""

from __future__ import annotations

from collections.abc import Collection

from parcours.core.errors import DefinitionError, RuleError
from parcours.core.schema import DATE_TIME, Schema, object_of
from parcours.language.check import check_row_condition
from parcours.language.journey.read import read
from parcours.language.journey.scope import TIMESTAMP, JourneyScope
from parcours.language.lower import lower
from parcours.language.rows import of_event
from parcours.language.tree import Node


def read_rule(rule: object, schema: Schema, segments: Collection[str] | None = None, where: str = "rule") -> Node:
    """The typed tree of a rule about a profile; what it asks of events is written as aggregates where possible.

    The profile is the data source ``#{Parcours.Profile.…}``, its events are ``#{Parcours.Events.…}``.

    Raises:
        DefinitionError: the rule cannot be accepted; ``problems`` holds every problem with its place and span.
    """
    scope = JourneyScope(profile=schema, segments=segments, strict=True)
    return lower(read(as_text(rule, where), scope, usage="condition", where=where), schema)


def read_row_rule(rule: object, event: str, schema: Schema, where: str = "where") -> Node:
    """The typed tree of a rule about a single event, whose payload is ``@{<event type>.…}``.

    Raises:
        DefinitionError: as :func:`read_rule`; also when the rule reads more than the event.
    """
    payload = object_of({**schema.events.get(event, {}), TIMESTAMP: DATE_TIME})
    scope = JourneyScope(events={event: payload}, profile=schema, strict=True)
    node = read(as_text(rule, where), scope, usage="condition", where=where)
    return check_row_condition(of_event(node, ("event", event)), event, schema, where=where)


def as_text(rule: object, where: str) -> str:
    """The rule, which must be a text.

    Raises:
        DefinitionError: it is none.
    """
    if isinstance(rule, str):
        return rule
    problem = RuleError(
        f"expected an expression as text, found {rule!r:.60}",
        code="parse.not-a-text",
        where=where,
        hint="for example #{Parcours.Profile.age} >= 18",
    )
    raise DefinitionError("the rule has 1 problem", code=problem.code, where=where, problems=[problem])
