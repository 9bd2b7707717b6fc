"""Rules of a workspace written as journey expressions: about a profile, and about single events."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from parcours.core.schema import DATE_TIME, Schema, Type, object_of
from parcours.language.check import check_row_condition
from parcours.language.check.errors import unknown_event
from parcours.language.check.problems import alone, expect_text
from parcours.language.journey.express import express
from parcours.language.journey.layout import render
from parcours.language.journey.read import read, read_inside
from parcours.language.journey.scope import TIMESTAMP, JourneyScope
from parcours.language.lower import lower
from parcours.language.rows import of_event
from parcours.language.runs import RunScope, of_run, refuse_asking
from parcours.language.scopes import with_fields
from parcours.language.tree import Field, Node

_TIME = "_time"


def read_rule(
    rule: object,
    schema: Schema,
    segments: Collection[str] | None = None,
    where: str = "rule",
    run: RunScope | None = None,
) -> Node:
    """The typed tree of a rule about a profile; what it asks of events is written as aggregates where possible.

    Attributes are ``#{Parcours.Profile.city}``, events of a type, newest first, ``#{Parcours.Events.purchase}``. With
    ``run`` it is a rule of a journey, which reads what its run knows: ``@{visit.total}``.

    Raises:
        DefinitionError: the rule cannot be accepted; ``problems`` holds every problem with its place and span.
    """
    text = expect_text(rule, where, "an expression", "count(#{Parcours.Events.purchase}) > 2")
    return read_value(text, schema, segments, usage="condition", where=where, run=run)


def read_value(
    text: str,
    schema: Schema,
    segments: Collection[str] | None = None,
    *,
    usage: str | None = None,
    where: str = "value",
    run: RunScope | None = None,
) -> Node:
    """The typed tree of an expression about a profile, and about what its run knows.

    Raises:
        DefinitionError: as :func:`read_rule`; also for what asks a data source (``asks-source``).
    """
    if run is None:
        scope = JourneyScope(profile=schema, segments=segments, strict=True)
        return lower(read(text, scope, usage=usage, where=where), schema)
    node = of_run(read(text, run.scope(schema, segments), usage=usage, where=where), run)
    refuse_asking(node, run, where)
    return lower(node, schema)


def read_row_rule(rule: object, event: str, schema: Schema, where: str = "where") -> Node:
    """The typed tree of a rule about a single event of type ``event``, which is ``currentEventField`` or ``@{event}``.

    Raises:
        DefinitionError: as :func:`read_rule`; also for what a single event does not know: the profile, the clock.
    """
    text = expect_text(rule, where, "an expression", "currentEventField.total > 50")
    properties = schema.events.get(event)
    if properties is None:
        raise alone(unknown_event(where, event, schema.events))
    row: Mapping[str, Type] = {TIMESTAMP: DATE_TIME, **properties}
    scope = JourneyScope(events={event: object_of(row)}, strict=True)
    node = of_event(read_inside(text, scope, object_of(row), usage="condition", where=where), ("event", event))
    if TIMESTAMP not in properties:
        node = _renamed(node, TIMESTAMP, _TIME)
    return check_row_condition(lower(node, schema), event, schema, where=where)


def print_row_rule(node: Node) -> str:
    """The text of a rule about a single event; :func:`read_row_rule` reads it.

    Raises:
        DefinitionError: a part has no form in the language (code ``not-expressible``).
    """
    return render(express(_renamed(node, _TIME, TIMESTAMP), in_row=True))


def _renamed(node: Node, old: str, new: str) -> Node:
    """``node`` with another name for a property of the event that it is about."""

    def renamed(field: Field, depth: int) -> Field:
        own = field.up == depth and field.path[:1] == (old,)
        return replace(field, path=(new, *field.path[1:])) if own else field

    return with_fields(node, renamed)
