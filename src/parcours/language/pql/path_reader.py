"""Names and paths: what a bare name, ``$n``, ``^`` and ``.name`` lead to (profile-query-language.md, section 4)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection
from dataclasses import replace

from parcours.core.errors import DefinitionError, Span
from parcours.core.schema import DATE_TIME, INTEGER, NULL, STRING, Kind, Type, list_of, object_of
from parcours.language.pql import limits, type_errors
from parcours.language.pql.ast import Climb, Dot, Expr, Name, Parameter
from parcours.language.pql.scope import Frame, Given, Level, PqlScope, RowName, lifted, size
from parcours.language.pql.values import NOTHING, element_of, untyped
from parcours.language.pql.words import DAYS, EVENTS, NOW
from parcours.language.tree import (
    Attribute,
    Call,
    Each,
    Events,
    Field,
    Literal,
    Node,
    Now,
    ObjectOf,
    Step,
)
from parcours.language.tree import Given as GivenNode

#: The name of a part that is read again at once.
_PART = "part"


def start_of_day(offset: int) -> Node:
    """The start of today, or of a day so many days later, as an instant."""
    today = Call("start_of", (Now(), Literal("day", STRING)), DATE_TIME)
    if offset == 0:
        return today
    return Call("shift", (today, Literal(offset, INTEGER), Literal("day", STRING)), DATE_TIME)


class PathReader:
    """Looks names up. The rest of the reader asks it for nodes."""

    def __init__(self, scope: PqlScope) -> None:
        self.scope = scope
        self.problems: list[DefinitionError] = []
        self._grown = 0

    @abstractmethod
    def node(self, expr: Expr, frame: Frame) -> Node:
        """The typed node of an expression; a problem is noted, and stands as null."""

    def problem(self, problem: DefinitionError) -> Node:
        if len(self.problems) < limits.MAX_PROBLEMS:
            self.problems.append(problem)
        return NOTHING

    def again(self, node: Node, span: Span, nodes: int | None = None) -> Node:
        """``node``, which stands in the tree once more than it was written."""
        self._grown += size(node) if nodes is None else nodes
        if self._grown <= limits.MAX_NODES:
            return node
        if not any(problem.code == "type.too-large" for problem in self.problems):
            self.problem(type_errors.too_large(span))
        return NOTHING

    # --- names ---

    def name(self, expr: Name, frame: Frame) -> Node:
        bound = frame.names.get(expr.name)
        if bound is not None:
            return self._bound(bound, frame, expr.span)
        if expr.name == EVENTS:
            return Events(self.scope.events_list)
        if expr.name == NOW:
            return Now()
        if expr.name in DAYS:
            return start_of_day(DAYS[expr.name])
        return self.property(frame.levels[-1], expr.name, frame, expr.span)

    def _bound(self, bound: RowName | Given, frame: Frame, span: Span) -> Node:
        if isinstance(bound, RowName):
            return frame.field(bound.row, bound.path, bound.type)
        used = self.again(bound.value, span, bound.size)
        return lifted(used, frame.rows - bound.rows)

    def property(self, level: Level, name: str, frame: Frame, span: Span) -> Node:
        """A property of an element around, or of the profile."""
        if level.row is not None:
            return self.step(frame.field(level.row, (), level.type), name, span)
        found = level.type.field_type(name)
        return self.unknown(name, level.type, span) if found is None else Attribute((name,), found)

    def climb(self, expr: Climb, frame: Frame) -> Node:
        if expr.levels >= len(frame.levels):
            return self.problem(type_errors.beyond_root(expr.span, expr.levels))
        return self.property(frame.levels[-1 - expr.levels], expr.name, frame, expr.span)

    def parameter(self, expr: Parameter) -> Node:
        if expr.position == 1:
            return self.whole_profile()
        position = expr.position - 2
        if not 0 <= position < len(self.scope.params):
            count = len(self.scope.params) + 1
            return self.problem(type_errors.unknown_parameter(expr.span, expr.position, count))
        return GivenNode(("parameter", str(expr.position)), self.scope.params[position])

    def whole_profile(self) -> ObjectOf:
        """The profile as one object."""
        fields = self.scope.profile.fields
        return ObjectOf(
            tuple(name for name, _ in fields),
            tuple(Attribute((name,), type_) for name, type_ in fields),
            self.scope.profile,
        )

    # --- steps ---

    def dot(self, expr: Dot, frame: Frame) -> Node:
        end = expr.span.end
        return self.step(self.node(expr.value, frame), expr.name, Span(max(0, end - len(expr.name)), end))

    def step(self, value: Node, name: str, span: Span) -> Node:
        """Property ``name`` of an object, or of every object of a list (P6)."""
        if value.type.kind is Kind.LIST:
            return self._projection(value, name, span)
        if value.type.kind is Kind.MAP:
            return Call("entry", (value, Literal(name, STRING)), value.type.element or NULL)
        if value.type.kind is not Kind.OBJECT or value.type.field_type(name) is None:
            return self.unknown(name, value.type, span)
        type_ = value.type.field_type(name)
        assert type_ is not None
        match value:
            case Attribute(path=path) | Field(path=path) | GivenNode(path=path):
                return replace(value, path=(*path, name), type=type_)
            case ObjectOf(names=names, items=items):
                return items[names.index(name)]
            case _:
                return Step(value, name, type_)

    def _projection(self, list_: Node, name: str, span: Span) -> Node:
        owner = element_of(list_)
        inner = owner.field_type(name) if owner.kind is Kind.OBJECT else None
        if inner is not None:
            return Step(list_, name, inner if inner.kind is Kind.LIST else list_of(inner))
        if owner.kind is Kind.LIST:
            return self._joined(list_, self.step(Field((), owner), name, span))
        if owner.kind is Kind.MAP:
            found = owner.element or NULL
            return Each("map", list_, Call("entry", (Field((), owner), Literal(name, STRING)), found), list_of(found))
        self.unknown(name, owner, span)
        return Each("map", list_, NOTHING, list_of(NULL))

    def _joined(self, list_: Node, inner: Node) -> Node:
        """The lists that ``inner`` is for each list in ``list_``, as one list."""
        part = ObjectOf((_PART,), (inner,), object_of({_PART: inner.type}))
        return Step(Each("map", list_, part, list_of(part.type)), _PART, inner.type)

    def unknown(self, name: str, owner: Type, span: Span) -> Node:
        """A property that nothing is known of: null, or a problem where all names are known."""
        if self.scope.strict and not untyped(owner) and (owner.fields or owner.kind is not Kind.OBJECT):
            self.problem(type_errors.unknown_property(span, name, self._known(owner)))
        return NOTHING

    def _known(self, owner: Type) -> Collection[str]:
        names = [name for name, _ in owner.fields]
        return [*names, EVENTS] if owner == self.scope.profile else names
