"""Values computed from the profile's events."""

from __future__ import annotations

from dataclasses import replace

from parcours.core.schema import DECIMAL, INTEGER, Kind, Type, object_of
from parcours.language.check import errors
from parcours.language.check.base import Base
from parcours.language.check.names import Row
from parcours.language.check.windows import check_window, settled
from parcours.language.functions.types import ORDERED, SCALARS
from parcours.language.tree import Aggregate, Node
from parcours.language.window_kinds import Ever

AGGREGATES = ("count", "sum", "average", "min", "max", "first", "last", "distinct")


class AggregateNodes(Base):
    """Checks aggregates: the event type, the rows, the condition on them, and what is computed."""

    def aggregate(self, node: Aggregate, where: str, rows: tuple[Row, ...]) -> Node | None:
        if not self.outside_events(rows, where, "a value computed from the profile's events"):
            return None
        if node.kind not in AGGREGATES:
            self.report.add(errors.unknown_word(where, "aggregate", node.kind, AGGREGATES))
            return None
        sound = node.window == Ever() or check_window(node.window, where, self.report)
        event = self.names.event(node.event, f"{where}.event")
        inner = None if event is None else self._rows(node, event, f"{where}.over")
        if inner is None:
            return None
        rule = None if node.where is None else self.condition(node.where, f"{where}.where", inner)
        value = None if node.value is None else self.check(node.value, f"{where}.{node.kind}", inner)
        complete = (rule is None) == (node.where is None) and (value is None) == (node.value is None)
        if not complete or not sound:
            return None
        type_ = self._aggregated(node.kind, value, f"{where}.{node.kind}")
        return (
            None if type_ is None else replace(node, window=settled(node.window), type=type_, where=rule, value=value)
        )

    def _rows(self, node: Aggregate, event: Row, where: str) -> tuple[Row, ...] | None:
        if node.over is None:
            return (event,)
        name = ".".join(node.over)
        type_ = self.names.property(node.over, event, where)
        if type_ is None:
            return None
        element = type_.element if type_.kind is Kind.LIST else None
        if element is None or element.kind is not Kind.OBJECT:
            self.report.add(errors.not_a_list(where, name, type_, "a list of objects"))
            return None
        return Row(f"an element of {name!r}", object_of(dict(element.fields))), event

    def _aggregated(self, kind: str, value: Node | None, where: str) -> Type | None:
        if value is None and kind != "count":
            self.report.add(errors.value_missing(where, kind))
            return None
        if value is None or kind in ("count", "distinct"):
            allowed = value is None or value.type.kind in {*SCALARS, Kind.ANY} or kind == "count"
            result = INTEGER
        elif kind in ("sum", "average"):
            allowed, result = value.type.numeric, value.type if kind == "sum" else DECIMAL
        else:
            wanted = {*ORDERED, Kind.BOOLEAN} if kind in ("min", "max") else SCALARS
            allowed, result = value.type.kind in {*wanted, Kind.ANY}, value.type
        if allowed:
            return result
        assert value is not None
        self.report.add(errors.cannot_aggregate(where, kind, value.type))
        return None
