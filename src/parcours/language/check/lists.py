"""Nodes that make lists and objects, step into them, and look at their elements one by one."""

from __future__ import annotations

from dataclasses import replace

from parcours.core.schema import ANY, Kind, Type, list_of, map_of, object_of, widest
from parcours.language.check import errors
from parcours.language.check.base import Base
from parcours.language.check.calls import listed
from parcours.language.check.literals import fitted
from parcours.language.check.names import Row, element_of, untyped
from parcours.language.functions.types import ORDERED
from parcours.language.tree import Each, ListOf, Literal, Node, ObjectOf, Quantifier, Sequence, SequenceStep, Step

QUANTIFIERS = ("any", "all", "none")
EACH = ("filter", "map", "group", "ascending", "descending")
TIMES = (Kind.DATE_TIME, Kind.OFFSET_TIME, Kind.DATE_TIME_ONLY, Kind.DATE_ONLY, Kind.ANY)


class ListNodes(Base):
    """Checks lists, objects, and the conditions and expressions that are evaluated for each element of a list."""

    # --- made of parts ---

    def list_of(self, node: ListOf, where: str, rows: tuple[Row, ...]) -> Node | None:
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
            return None
        return _at_least(joined, node.type)

    def object_of(self, node: ObjectOf, where: str, rows: tuple[Row, ...]) -> Node | None:
        if len(node.names) != len(node.items):
            self.report.add(errors.mismatched_parts(where))
            return None
        for name in sorted({name for name in node.names if node.names.count(name) > 1}):
            self.report.add(errors.defined_twice(where, name))
        named = zip(node.names, node.items, strict=True)
        typed = {name: self.check(item, f"{where}.{name}", rows) for name, item in named}
        known = {name: item for name, item in typed.items() if item is not None}
        if len(known) < len(node.items):
            return None
        fields = {name: item.type for name, item in known.items()}
        return replace(node, items=tuple(known.values()), type=object_of(fields))

    def step(self, node: Step, where: str, rows: tuple[Row, ...]) -> Node | None:
        value = self.check(node.value, f"{where}.value", rows)
        type_ = None if value is None else self.names.part(value.type, node.name, where)
        return None if value is None or type_ is None else replace(node, value=value, type=type_)

    # --- evaluated for each element ---

    def quantifier(self, node: Quantifier, where: str, rows: tuple[Row, ...]) -> Node | None:
        if node.kind not in QUANTIFIERS:
            self.report.add(errors.unknown_word(where, "quantifier", node.kind, QUANTIFIERS))
        over = self._over(node.over, where, rows)
        if over is None:
            return None
        inner = self.condition(node.where, f"{where}.where", (_element(over), *rows))
        return None if inner is None or node.kind not in QUANTIFIERS else Quantifier(node.kind, over, inner)

    def each(self, node: Each, where: str, rows: tuple[Row, ...]) -> Node | None:
        if node.kind not in EACH:
            self.report.add(errors.unknown_word(where, "way to go through a list", node.kind, EACH))
            return None
        over = self._over(node.over, where, rows)
        if over is None:
            return None
        place = f"{where}.body"
        body = (self.condition if node.kind == "filter" else self.check)(node.body, place, (_element(over), *rows))
        if body is None or not self._can_order(node, body, place):
            return None
        return Each(node.kind, over, body, _result(node.kind, over.type, body.type))

    def _can_order(self, node: Each, body: Node, where: str) -> bool:
        sorts = node.kind in ("ascending", "descending")
        if sorts and body.type.kind not in {*ORDERED, Kind.OFFSET_TIME, Kind.BOOLEAN, Kind.ANY, Kind.NULL}:
            self.report.add(errors.not_orderable(self.report.where(node.body, where), body.type))
            return False
        return True

    def _over(self, node: Node, where: str, rows: tuple[Row, ...]) -> Node | None:
        """The typed node of a list that is gone through."""
        place = self.report.where(node, f"{where}.over")
        over = self.check(node, place, rows)
        if over is not None and element_of(over.type) is None:
            self.report.add(errors.not_a_list(place, _called(node), over.type))
            return None
        return over

    # --- sequences ---

    def sequence(self, node: Sequence, where: str, rows: tuple[Row, ...]) -> Node | None:
        over = self._over(node.over, where, rows)
        if not node.steps:
            self.report.add(errors.no_steps(where))
        if over is None or not node.steps:
            return None
        element = _element(over)
        timed = self._time_of(node, element, where)
        steps = [
            self._sequence_step(step, f"{where}.steps[{number}]", ((element,) * (number + 1)) + rows)
            for number, step in enumerate(node.steps)
        ]
        typed = tuple(step for step in steps if step is not None)
        return Sequence(over, node.time, typed) if timed and len(typed) == len(steps) else None

    def _time_of(self, node: Sequence, element: Row, where: str) -> bool:
        type_ = self.names.property(node.time, element, f"{where}.time")
        if type_ is not None and type_.kind not in TIMES:
            self.report.add(errors.not_a_date(f"{where}.time", type_))
            return False
        return type_ is not None

    def _sequence_step(self, step: SequenceStep, where: str, rows: tuple[Row, ...]) -> SequenceStep | None:
        counted = isinstance(step.count, int) and not isinstance(step.count, bool) and step.count >= 1
        if not counted:
            self.report.add(errors.bad_number(f"{where}.count", "the count of a step", step.count, 1))
        parts: dict[str, Node | None] = {"what": step.what, "when": step.when, "where": step.where}
        typed = {
            name: None if part is None else self.condition(part, f"{where}.{name}", rows)
            for name, part in parts.items()
        }
        complete = all((typed[name] is None) == (part is None) for name, part in parts.items())
        what = typed["what"]
        return (
            None
            if what is None or not complete or not counted
            else replace(step, what=what, when=typed["when"], where=typed["where"])
        )


def _at_least(node: ListOf, said: Type) -> ListOf:
    """The list with the type that its node says, when that holds its items, too: ``[]`` of texts stays one."""
    wider = widest(said, node.type) if said.kind is Kind.LIST and not untyped(said.element or ANY) else None
    if wider is None or wider == node.type or wider != said:
        return node
    assert said.element is not None
    fits = [fitted(item, said.element) if isinstance(item, Literal) else item for item in node.items]
    known = tuple(fit for fit in fits if fit is not None)
    return ListOf(known, said) if len(known) == len(fits) else node


def _element(over: Node) -> Row:
    return Row(f"an element of {_called(over)!r}", element_of(over.type) or ANY)


def _called(over: Node) -> str:
    """How errors call a list: by its path when it has one."""
    return ".".join(getattr(over, "path", ())) or "it"


def _result(kind: str, over: Type, body: Type) -> Type:
    """The type of what ``Each`` makes."""
    listed_ = over if over.kind is Kind.LIST else list_of(ANY)
    return {"map": list_of(body), "group": map_of(listed_)}.get(kind, listed_)
