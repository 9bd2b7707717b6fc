"""Query -> typed tree: every part of the syntax tree by its kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from parcours.core.errors import DefinitionError, ParcoursError
from parcours.core.schema import ANY, BOOLEAN, DECIMAL, INTEGER, STRING, Kind, Type, list_of, object_of
from parcours.language.check.carets import line_and_column
from parcours.language.pql import type_errors
from parcours.language.pql.ast import (
    Apply,
    Array,
    Bound,
    Chain,
    Climb,
    Dot,
    Expr,
    Filter,
    Fold,
    Infix,
    Lambda,
    Let,
    Logic,
    Method,
    Name,
    Number,
    Object,
    Occurs,
    Parameter,
    Prefix,
    Text,
    Truth,
)
from parcours.language.pql.binding_reader import BindingReader
from parcours.language.pql.cursor import raise_all
from parcours.language.pql.parse import parse
from parcours.language.pql.scope import Frame, Level, PqlScope
from parcours.language.pql.values import NOTHING
from parcours.language.tree import Each, Events, Literal, Node

#: How the result of a query is used: as a rule, which is true or false.
RULE = "rule"


def read(text: str, scope: PqlScope, *, usage: str | None = None, where: str = "query") -> Node:
    """The typed tree of a query.

    Args:
        text: the query.
        scope: what it may refer to.
        usage: with ``"rule"`` the result is a condition: an array is read as *not empty*, null as false (P1).
            Otherwise it is whatever the query gives.
        where: what errors call the text; line and column follow.

    Raises:
        DefinitionError: the text is no query (codes ``parse.…``), or its names or types do not fit (``type.…``);
            ``problems`` holds every problem with its span.
    """
    try:
        return read_ast(parse(text), scope, usage=usage)
    except DefinitionError as error:
        problems = [_located(problem, text, where) for problem in error.problems]
        raise DefinitionError(error.message, code=error.code, where=where, span=error.span, problems=problems) from None


def read_ast(tree: Expr, scope: PqlScope, *, usage: str | None = None) -> Node:
    """The typed tree of a syntax tree.

    Raises:
        DefinitionError: names or types do not fit (codes ``type.…``).
    """
    reader = Reader(scope)
    frame = Frame((Level(scope.profile),))
    node = reader.query(tree, frame) if isinstance(tree, Lambda) else reader.node(tree, frame)
    if usage == RULE:
        node = reader.as_condition(node, tree.span)
    raise_all(reader.problems)
    return node


class Reader(BindingReader):
    """Reads every kind of expression."""

    def node(self, expr: Expr, frame: Frame) -> Node:
        match expr:
            case Truth(value=value):
                return Literal(value, BOOLEAN)
            case Text(value=value):
                return Literal(value, STRING)
            case Number(value=value):
                return Literal(value, DECIMAL if isinstance(value, float) else INTEGER)
            case Name():
                return self.name(expr, frame)
            case Dot():
                return self.dot(expr, frame)
            case Infix():
                return self.infix(expr, frame)
            case Logic():
                return self.logic(expr, frame)
            case Method():
                return self.method(expr, frame)
            case Filter():
                return self.filter(expr, frame)
            case Apply():
                return self.apply(expr, frame)
            case Occurs():
                return self.occurs(expr, frame)
            case _:
                return self._rarer(expr, frame)

    def _rarer(self, expr: Expr, frame: Frame) -> Node:
        match expr:
            case Prefix():
                return self.prefix(expr, frame)
            case Array():
                return self.array(expr, frame)
            case Object():
                return self.object(expr, frame)
            case Parameter():
                return self.parameter(expr)
            case Climb():
                return self.climb(expr, frame)
            case Let():
                return self.let(expr, frame)
            case Bound():
                return self.bound(expr, frame)
            case Fold():
                return self.fold(expr, frame)
            case Chain():
                return self.chain(expr, frame)
            case Lambda():
                return self.problem(type_errors.misplaced_lambda(expr.span))
            case _:
                return NOTHING

    # --- event types ---

    def narrowed(self, list_: Node, condition: Expr, name: str | None = None) -> Node:
        """The list with what is known of its elements when a condition says which event type they are of."""
        event_type = _event_type(condition, name) if self.scope.event_types else ""
        if event_type not in self.scope.event_types:
            return list_
        return _only(list_, event_type, self.scope.event_types[event_type])


def _event_type(condition: Expr, name: str | None) -> str:
    """The event type that a condition asks for at its top: ``eventType = "purchase" and …``."""
    parts = condition.parts if isinstance(condition, Logic) and condition.operator == "and" else (condition,)
    for part in parts:
        match part:
            case Infix(operator="=", left=Name(name="eventType"), right=Text(value=value)) if name is None:
                return value
            case Infix(operator="=", left=Dot(value=Name(name=owner), name="eventType"), right=Text(value=value)) if (
                owner == name
            ):
                return value
    return ""


def _only(list_: Node, event_type: str, properties: Mapping[str, Type]) -> Node:
    """Events that a condition is about to be asked of, without those of other types if their properties differ.

    The condition refuses them anyway; but it could not be computed for values of other types.
    """
    if isinstance(list_, Each) and list_.kind == "filter":
        inner = _only(list_.over, event_type, properties)
        return replace(list_, over=inner, type=inner.type)
    if not isinstance(list_, Events) or list_.types or list_.type.element is None:
        return list_
    element = _of_event_type(list_.type.element, properties)
    return list_ if element == list_.type.element else Events(list_of(element), (event_type,))


def _of_event_type(element: Type, properties: Mapping[str, Type]) -> Type:
    """The element with the types that one event type gives to properties of no known type."""
    if element.kind is not Kind.OBJECT or element.field_type("eventType") is None:
        return element
    fields = dict(element.fields)
    for name, type_ in properties.items():
        if fields.get(name) == ANY:
            fields[name] = type_
    return object_of(fields)


def _located(problem: ParcoursError, text: str, where: str) -> ParcoursError:
    """The problem with its place in words: ``rule:2:15``."""
    if problem.span is None:
        return problem
    line, column = line_and_column(text, problem.span.start)
    return type(problem)(
        problem.message, code=problem.code, where=f"{where}:{line}:{column}", hint=problem.hint, span=problem.span
    )
