"""Where the typed trees of a definition come from: the rule language, or a definition that was parsed before."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from parcours.core.schema import Kind, Schema, Type
from parcours.flow.journeys.activities.base import ITEM, RuleText
from parcours.flow.journeys.chances import drawn
from parcours.language.frontends import read_row_rule, read_rule, read_value
from parcours.language.runs import RunScope
from parcours.language.tree import Node


class RuleSource(Protocol):
    """Gives the typed tree of a rule in a definition."""

    def parse(self, rule: RuleText, where: str) -> Node | None:
        """The tree of the rule or expression at ``where``.

        ``None`` when the rule cannot be looked at because of a problem that is reported elsewhere.

        Raises:
            DefinitionError: the rule cannot be accepted; ``problems`` holds every problem.
        """


@dataclass(frozen=True, slots=True)
class LanguageRules:
    """Parses rules as they are written. With ``run`` they may read what the runs of the journey know, but for rules
    about single events."""

    schema: Schema
    segments: Collection[str]
    run: RunScope | None = None

    def parse(self, rule: RuleText, where: str) -> Node | None:
        if rule.usage == "condition" and rule.event is None:
            return drawn(read_rule(rule.shape, self.schema, self.segments, where=where, run=self.run), where)
        if rule.event is None:
            wanted = self._wanted(*rule.into)
            value = read_value(
                rule.shape, self.schema, self.segments, usage=rule.usage, where=where, run=self.run, wanted=wanted
            )
            return drawn(value, where)
        if rule.event not in self.schema.events:
            return None
        return read_row_rule(rule.shape, rule.event, self.schema, where=where)

    def _wanted(self, kind: str = "", *names: str) -> Type | None:
        """The type of the attribute or property that a value is for; ``None`` when there is none."""
        if kind == "attribute":
            name, *inside = names
            return _part(self.schema.attributes.get(name), inside)
        if kind == "event":
            event, name, *inside = names
            return _part(self.schema.events.get(event, {}).get(name), inside)
        return None


def _part(type_: Type | None, names: Sequence[str]) -> Type | None:
    """The type at a path inside of values of a type; ``None`` when nothing is said about it."""
    for name in names:
        if type_ is None or type_.kind is Kind.ANY:
            return type_
        type_ = type_.element if name == ITEM or type_.kind is Kind.MAP else type_.field_type(name)
    return type_
