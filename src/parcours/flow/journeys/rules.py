"""Where the typed trees of a definition come from: the rule language, or a definition that was parsed before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from parcours.core.schema import Schema
from parcours.language.frontends import read_row_rule, read_rule
from parcours.language.tree import Node


class RuleSource(Protocol):
    """Gives the typed tree of a rule in a definition."""

    def parse(self, shape: object, event: str | None, where: str) -> Node | None:
        """The tree of the rule at ``where``; about rows of ``event`` when that is given, else about a profile.

        ``None`` when the rule cannot be looked at because of a problem that is reported elsewhere.

        Raises:
            DefinitionError: the rule cannot be accepted; ``problems`` holds every problem.
        """


@dataclass(frozen=True, slots=True)
class LanguageRules:
    """Parses rules as they are written."""

    schema: Schema
    segments: Collection[str]

    def parse(self, shape: object, event: str | None, where: str) -> Node | None:
        if event is None:
            return read_rule(shape, self.schema, self.segments, where=where)
        if event not in self.schema.events:
            return None
        return read_row_rule(shape, event, self.schema, where=where)


@dataclass(frozen=True, slots=True)
class StoredRules:
    """Rules parsed before, by their place."""

    trees: Mapping[str, Node]

    def parse(self, shape: object, event: str | None, where: str) -> Node | None:
        return self.trees[where]
