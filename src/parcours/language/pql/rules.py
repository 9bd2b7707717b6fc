"""Rules of a workspace written as queries."""

from __future__ import annotations

from collections.abc import Collection

from parcours.core.errors import DefinitionError, RuleError
from parcours.core.schema import Schema
from parcours.language.lower import lower
from parcours.language.pql.read import RULE, read
from parcours.language.pql.scope import PqlScope
from parcours.language.tree import Node


def read_rule(rule: object, schema: Schema, segments: Collection[str] | None = None, where: str = "rule") -> Node:
    """The typed tree of a rule about a profile; what it asks of events is written as aggregates where possible.

    Raises:
        DefinitionError: the rule cannot be accepted; ``problems`` holds every problem with its place and span.
    """
    if not isinstance(rule, str):
        problem = RuleError(
            f"expected a query as text, found {rule!r:.60}",
            code="parse.not-a-text",
            where=where,
            hint='for example xEvent[eventType = "purchase"].count() > 2',
        )
        raise DefinitionError("the rule has 1 problem", code=problem.code, where=where, problems=[problem])
    return lower(read(rule, PqlScope.of_schema(schema, segments), usage=RULE, where=where), schema)
