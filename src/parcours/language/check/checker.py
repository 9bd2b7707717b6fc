"""From an untyped tree (or one typed against an older schema) to a typed one: every node by its kind.

A method returns the typed node, or ``None`` when something below is wrong: then the problem is in the report,
and the parts beside it are still checked.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    Kind,
    Schema,
    Type,
    list_of,
    object_of,
)
from parcours.language.check import errors
from parcours.language.check.calls import LOGIC, listed, typed_call
from parcours.language.check.literals import canonical, fitted
from parcours.language.check.names import Names, Row
from parcours.language.check.report import BROKEN, Report
from parcours.language.check.windows import check_window
from parcours.language.functions import registry
from parcours.language.functions.types import ORDERED, SCALARS
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Call,
    Ever,
    Field,
    InWindow,
    ListOf,
    Literal,
    Member,
    Node,
    Quantifier,
)

AGGREGATES = ("count", "sum", "average", "min", "max", "first", "last", "distinct")
QUANTIFIERS = ("any", "all", "none")


class Checker:
    """Checks against one schema and one set of segments. ``rows`` are the rows around a node, innermost first."""

    def __init__(self, schema: Schema, segments: Collection[str] | None, report: Report) -> None:
        self.names = Names(schema, segments, report)
        self.report = report

    def condition(self, node: Node, where: str, rows: tuple[Row, ...] = ()) -> Node | None:
        """The typed node, which must be true or false."""
        typed = self.check(node, where, rows)
        if typed is None or typed.type == BOOLEAN:
            return typed
        self.report.add(errors.not_a_condition(self.report.where(node, where), typed.type, typed.type.numeric))
        return None

    def check(self, node: Node, where: str, rows: tuple[Row, ...] = ()) -> Node | None:
        """The typed node."""
        where = self.report.where(node, where)
        match node:
            case Literal():
                return self._literal(node, where)
            case ListOf():
                return self._list(node, where, rows)
            case Attribute():
                return self._attribute(node, where, rows)
            case Field():
                return self._field(node, where, rows)
            case Call():
                return self._call(node, where, rows)
            case Quantifier():
                return self._quantifier(node, where, rows)
            case Aggregate():
                return self._aggregate(node, where, rows)
            case InWindow():
                return self._in_window(node, where, rows)
            case Member():
                return self._member(node, where, rows)
            case _:
                raise NotImplementedError(node.tag)  # placeholder until the checker knows the node

    # --- leaves ---

    def _literal(self, node: Literal, where: str) -> Literal | None:
        typed = canonical(node)
        if typed is None:
            self.report.add(errors.bad_literal(where, node.value, node.type))
        return typed

    def _attribute(self, node: Attribute, where: str, rows: tuple[Row, ...]) -> Node | None:
        type_ = self.names.attribute(node.path, where)
        outside = self._outside_events(rows, where, "an attribute of the profile")
        return replace(node, type=type_) if outside and type_ is not None else None

    def _field(self, node: Field, where: str, rows: tuple[Row, ...]) -> Node | None:
        if node.up >= len(rows):
            self.report.add(errors.outside_row(where))
            return None
        type_ = self.names.property(node.path, rows[node.up], where)
        return None if type_ is None else replace(node, type=type_)

    def _member(self, node: Member, where: str, rows: tuple[Row, ...]) -> Node | None:
        known = self.names.segment(node.segment, where)
        return node if self._outside_events(rows, where, "membership of a segment") and known else None

    def _outside_events(self, rows: tuple[Row, ...], where: str, what: str) -> bool:
        """Whether the rule is about the profile: events are filtered on their own, without their profile."""
        if any(row.is_event for row in rows):
            self.report.add(errors.profile_in_row(where, what))
            return False
        return True

    # --- nodes with parts ---

    def _list(self, node: ListOf, where: str, rows: tuple[Row, ...]) -> Node | None:
        items = [self.check(item, f"{where}[{number}]", rows) for number, item in enumerate(node.items)]
        typed = [item for item in items if item is not None]
        if len(typed) < len(items):
            return None
        wanted = node.type.element if node.type.kind is Kind.LIST else None
        if wanted is not None and wanted.kind is not Kind.ANY:
            fits = [fitted(item, wanted) if isinstance(item, Literal) else item for item in typed]
            typed = [item if fit is None else fit for item, fit in zip(typed, fits, strict=True)]
        joined = listed(typed)
        if joined is None:
            self.report.add(errors.mixed_list(where, [item.type for item in typed]))
        return joined

    def _call(self, node: Call, where: str, rows: tuple[Row, ...]) -> Node | None:
        known = node.function in registry.names()
        if not known and (node.function != BROKEN or not self.report.problems):
            self.report.add(errors.unknown_function(where, node.function, registry.names()))
        check = self.condition if node.function in LOGIC else self._option if node.function == "in" else self.check
        places = [self.report.where(arg, f"{where}.args[{number}]") for number, arg in enumerate(node.args)]
        args = [check(arg, place, rows) for arg, place in zip(node.args, places, strict=True)]
        typed = [arg for arg in args if arg is not None]
        if not known or len(typed) < len(args):
            return None
        return typed_call(node.function, typed, where, places, self.report)

    def _option(self, node: Node, where: str, rows: tuple[Row, ...]) -> Node | None:
        """An argument of ``in``: what a list holds is fitted to the item, so its parts need not fit each other."""
        if not isinstance(node, ListOf):
            return self.check(node, where, rows)
        items = [self.check(item, f"{where}[{number}]", rows) for number, item in enumerate(node.items)]
        typed = tuple(item for item in items if item is not None)
        return ListOf(typed, list_of(ANY)) if len(typed) == len(items) else None

    def _quantifier(self, node: Quantifier, where: str, rows: tuple[Row, ...]) -> Node | None:
        if node.kind not in QUANTIFIERS:
            self.report.add(errors.unknown_word(where, "quantifier", node.kind, QUANTIFIERS))
        place = self.report.where(node.over, f"{where}.over")
        over = self.check(node.over, place, rows)
        name = ".".join(getattr(node.over, "path", ())) or "it"
        if over is not None and over.type.kind is not Kind.LIST:
            self.report.add(errors.not_a_list(place, name, over.type))
            return None
        if over is None:
            return None
        element = Row(f"an element of {name!r}", over.type.element or ANY)
        inner = self.condition(node.where, f"{where}.where", (element, *rows))
        return None if inner is None or node.kind not in QUANTIFIERS else Quantifier(node.kind, over, inner)

    def _in_window(self, node: InWindow, where: str, rows: tuple[Row, ...]) -> Node | None:
        value = self.check(node.value, f"{where}.value", rows)
        sound = check_window(node.window, where, self.report)
        if isinstance(node.value, Field) or any(row.is_event for row in rows):
            self.report.add(errors.moving_window_in_row(where))
            return None
        if value is None or not sound:
            return None
        if value.type not in (DATE_ONLY, DATE_TIME):
            self.report.add(errors.not_a_date(self.report.where(node.value, where), value.type))
            return None
        if not isinstance(value, Attribute):
            self.report.add(errors.moving_window_on_value(where))
            return None
        return InWindow(value, node.window)

    # --- values computed from events ---

    def _aggregate(self, node: Aggregate, where: str, rows: tuple[Row, ...]) -> Node | None:
        if not self._outside_events(rows, where, "a value computed from the profile's events"):
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
        return None if type_ is None else replace(node, type=type_, where=rule, value=value)

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
