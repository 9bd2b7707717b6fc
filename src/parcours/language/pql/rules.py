"""Rules of a workspace written as queries."""

from __future__ import annotations

from collections.abc import Collection

from parcours.core.schema import DATE_TIME, Schema, object_of
from parcours.language.check import check_row_condition
from parcours.language.check.problems import expect_text
from parcours.language.lower import lower
from parcours.language.pql.read import RULE, read
from parcours.language.pql.scope import PqlScope
from parcours.language.rows import TIMESTAMP, of_event
from parcours.language.tree import Node

_EXAMPLE = 'xEvent[eventType = "purchase"].count() > 2'


def read_rule(rule: object, schema: Schema, segments: Collection[str] | None = None, where: str = "rule") -> Node:
    """The typed tree of a rule about a profile; what it asks of events is written as aggregates where possible.

    Raises:
        DefinitionError: the rule cannot be accepted; ``problems`` holds every problem with its place and span.
    """
    text = expect_text(rule, where, "a query", _EXAMPLE)
    return lower(read(text, PqlScope.of_schema(schema, segments), usage=RULE, where=where), schema)


def read_row_rule(rule: object, event: str, schema: Schema, where: str = "where") -> Node:
    """The typed tree of a rule about a single event of a type; its properties are read by their names.

    Raises:
        DefinitionError: as :func:`read_rule`; also when the rule reads more than the event.
    """
    text = expect_text(rule, where, "a query", _EXAMPLE)
    row = object_of({**schema.events.get(event, {}), TIMESTAMP: DATE_TIME})
    node = read(text, PqlScope(row, strict=True), usage=RULE, where=where)
    return check_row_condition(of_event(node), event, schema, where=where)
