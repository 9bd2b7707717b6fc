"""From an untyped tree (or one typed against an older schema) to a typed one: every node by its kind.

The parts of the checker: leaves and calls here, lists and objects in ``lists``, values computed from events in
``aggregates``, names in ``names``, functions in ``calls``, constants in ``literals``, one function per error in
``errors``.
"""

from __future__ import annotations

from dataclasses import replace

from parcours.core.schema import ANY, DATE_ONLY, DATE_TIME, DATE_TIME_ONLY, DECIMAL, OFFSET_TIME, STRING, list_of
from parcours.language.check import errors
from parcours.language.check.aggregates import AggregateNodes
from parcours.language.check.calls import LOGIC, typed_call
from parcours.language.check.lists import ListNodes
from parcours.language.check.literals import canonical
from parcours.language.check.names import Row
from parcours.language.check.report import BROKEN
from parcours.language.check.windows import check_window, settled
from parcours.language.functions import registry
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Call,
    Chance,
    Each,
    Events,
    Fetched,
    Field,
    Given,
    InWindow,
    ListOf,
    Literal,
    Member,
    Membership,
    Node,
    Now,
    ObjectOf,
    Quantifier,
    Sequence,
    Step,
)

#: What a computed value must be of to lie in a window.
TIMES = (DATE_ONLY, DATE_TIME, DATE_TIME_ONLY, OFFSET_TIME)
CHANCES = {"random": DECIMAL, "uuid": STRING}


class Checker(ListNodes, AggregateNodes):
    """Checks every kind of node. ``rows`` are the rows around a node, innermost first."""

    def check(self, node: Node, where: str, rows: tuple[Row, ...] = ()) -> Node | None:
        """The typed node."""
        where = self.report.where(node, where)
        match node:
            case Literal():
                return self._literal(node, where)
            case Attribute():
                return self._attribute(node, where, rows)
            case Field():
                return self._field(node, where, rows)
            case Member() | Membership():
                return self._member(node, where, rows)
            case Call():
                return self._call(node, where, rows)
            case InWindow():
                return self._in_window(node, where, rows)
            case Aggregate():
                return self.aggregate(node, where, rows)
            case Given() | Fetched() | Events() | Now() | Chance():
                return self._beside(node, where, rows)
            case _:
                return self._made_of_parts(node, where, rows)

    def _made_of_parts(self, node: Node, where: str, rows: tuple[Row, ...]) -> Node | None:
        match node:
            case ListOf():
                return self.list_of(node, where, rows)
            case ObjectOf():
                return self.object_of(node, where, rows)
            case Step():
                return self.step(node, where, rows)
            case Quantifier():
                return self.quantifier(node, where, rows)
            case Each():
                return self.each(node, where, rows)
            case Sequence():
                return self.sequence(node, where, rows)
            case _:
                raise TypeError(f"the checker does not know {type(node).__name__}")

    # --- leaves ---

    def _literal(self, node: Literal, where: str) -> Literal | None:
        typed = canonical(node)
        if typed is None:
            self.report.add(errors.bad_literal(where, node.value, node.type))
        return typed

    def _attribute(self, node: Attribute, where: str, rows: tuple[Row, ...]) -> Node | None:
        type_ = self.names.attribute(node.path, where)
        outside = self.outside_events(rows, where, "an attribute of the profile")
        return replace(node, type=type_) if outside and type_ is not None else None

    def _field(self, node: Field, where: str, rows: tuple[Row, ...]) -> Node | None:
        if node.up >= len(rows):
            self.report.add(errors.outside_row(where))
            return None
        type_ = self.names.property(node.path, rows[node.up], where)
        return None if type_ is None else replace(node, type=type_)

    def _member(self, node: Member | Membership, where: str, rows: tuple[Row, ...]) -> Node | None:
        known = self.names.segment(node.segment, where)
        return node if self.outside_events(rows, where, "membership of a segment") and known else None

    def _beside(self, node: Given | Fetched | Events | Now | Chance, where: str, rows: tuple[Row, ...]) -> Node | None:
        """What is the same for all rows of a profile: rows are filtered without it."""
        if not self.outside_events(rows, where, "a value that is not of the row"):
            return None
        match node:
            case Now():
                return Now()
            case Events(types=types):
                return replace(node, type=self.names.events(types))
            case Chance(kind=kind):
                if kind not in CHANCES:
                    self.report.add(errors.unknown_word(where, "kind of chance", kind, CHANCES))
                return replace(node, type=CHANCES[kind]) if kind in CHANCES else None
            case Given(path=path):
                type_ = self.names.given(path, node.type, where)
                return None if type_ is None else replace(node, type=type_)
            case Fetched():
                return self._fetched(node, where, rows)

    def _fetched(self, node: Fetched, where: str, rows: tuple[Row, ...]) -> Node | None:
        if len(node.names) != len(node.args):
            self.report.add(errors.mismatched_parts(where))
            return None
        args = [self.check(arg, f"{where}.{name}", rows) for name, arg in zip(node.names, node.args, strict=True)]
        typed = tuple(arg for arg in args if arg is not None)
        type_ = self.names.given(node.path, node.type, where)
        return None if type_ is None or len(typed) < len(args) else replace(node, args=typed, type=type_)

    # --- nodes with parts ---

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

    def _in_window(self, node: InWindow, where: str, rows: tuple[Row, ...]) -> Node | None:
        value = self.check(node.value, f"{where}.value", rows)
        sound = check_window(node.window, where, self.report)
        if any(row.is_event for row in rows):
            self.report.add(errors.moving_window_in_row(where))
            return None
        if value is None or not sound:
            return None
        kinds = (DATE_ONLY, DATE_TIME) if isinstance(value, Attribute) else TIMES
        if value.type not in kinds:
            self.report.add(errors.not_a_date(self.report.where(node.value, where), value.type))
            return None
        return InWindow(value, settled(node.window))
