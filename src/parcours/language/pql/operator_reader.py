"""Operators: logic, comparison, membership, patterns of like, arithmetic (profile-query-language.md, sections 5, 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from parcours.core.errors import Span
from parcours.core.schema import BOOLEAN, DECIMAL, INTEGER, NULL, STRING, Kind, Type, list_of, object_of, widest
from parcours.language.functions import registry
from parcours.language.functions.signatures import ListOfVar
from parcours.language.pql import type_errors
from parcours.language.pql.ast import Array, Expr, Infix, Logic, Number, Object, Prefix
from parcours.language.pql.path_reader import PathReader
from parcours.language.pql.scope import Frame
from parcours.language.pql.values import (
    NOTHING,
    ORDERED,
    SCALARS,
    any_of,
    as_number_type,
    beside,
    common,
    element,
    element_of,
    midnight,
    negated,
    not_empty,
    read_as,
    stamped,
    untyped,
)
from parcours.language.tree import Call, ListOf, Literal, Node, ObjectOf, has_value

EQUALS = "equals"
_ORDER: Mapping[str, str] = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge"}
_ARITHMETIC: Mapping[str, str] = {"+": "add", "-": "sub", "*": "mul", "%": "mod", "/": "divide"}
_MEMBERSHIP: Mapping[str, str] = {"in": "in_list", "notIn": "not_in_list"}


class OperatorReader(PathReader):
    """Reads operators and literals that hold other expressions."""

    # --- logic ---

    def condition(self, expr: Expr, frame: Frame) -> Node:
        """An expression where true or false is wanted: an array means *not empty*, null false (P1)."""
        return self.as_condition(self.node(expr, frame), expr.span)

    def as_condition(self, node: Node, span: Span) -> Node:
        match node.type.kind:
            case Kind.BOOLEAN:
                return node
            case Kind.LIST:
                return not_empty(node)
            case Kind.NULL:
                return Literal(False, BOOLEAN)
            case Kind.ANY:
                return read_as(node, BOOLEAN)
            case _:
                return self.problem(type_errors.not_a_condition(span, node.type))

    def logic(self, expr: Logic, frame: Frame) -> Node:
        return Call(expr.operator, tuple(self.condition(part, frame) for part in expr.parts), BOOLEAN)

    def prefix(self, expr: Prefix, frame: Frame) -> Node:
        if expr.operator == "not":
            return negated(self.condition(expr.value, frame))
        if isinstance(expr.value, Number):
            return Literal(-expr.value.value, DECIMAL if isinstance(expr.value.value, float) else INTEGER)
        value = self.number(self.node(expr.value, frame), "-", expr.value.span)
        return Call("neg", (value,), as_number_type((value.type,)))

    # --- comparison ---

    def infix(self, expr: Infix, frame: Frame) -> Node:
        left, right = self.node(expr.left, frame), self.node(expr.right, frame)
        match expr.operator:
            case "=":
                return self.equal(left, right, expr.span)
            case "!=":
                return negated(self.equal(left, right, expr.span))
            case "in" | "notIn":
                return self._membership(expr, left, right)
            case "like":
                return self._like(expr, left, right)
            case operator if operator in _ORDER:
                return self._ordered(_ORDER[operator], left, right, expr.span)
            case operator:
                first = self.number(left, operator, expr.left.span)
                second = self.number(right, operator, expr.right.span)
                type_ = DECIMAL if operator == "/" else as_number_type((first.type, second.type))
                return Call(_ARITHMETIC[operator], (first, second), type_)

    def equal(self, left: Node, right: Node, span: Span) -> Node:
        """Equality: false for null, of arrays as bags, of an array and a value true for any element (P6, P10, P12)."""
        lists = [node.type.kind is Kind.LIST for node in (left, right)]
        if all(lists):
            if widest(left.type, right.type) is None and common(element(left), element(right)) is None:
                return self.problem(type_errors.not_comparable(span, left.type, right.type))
            return Call("same_members", (left, right), BOOLEAN)
        if lists[0]:
            return any_of(left, self.equal(element(left), beside(right), span))
        if lists[1]:
            return any_of(right, self.equal(beside(left), element(right), span))
        return self._compared(EQUALS, left, right, span, SCALARS)

    def _ordered(self, function: str, left: Node, right: Node, span: Span) -> Node:
        lists = [node.type.kind is Kind.LIST for node in (left, right)]
        if all(lists):
            return self.problem(type_errors.no_order(span, left.type))
        if lists[0]:
            return any_of(left, self._ordered(function, element(left), beside(right), span))
        if lists[1]:
            return any_of(right, self._ordered(function, beside(left), element(right), span))
        return self._compared(function, left, right, span, ORDERED)

    def _compared(self, function: str, left: Node, right: Node, span: Span, kinds: tuple[Kind, ...]) -> Node:
        found = common(left, right)
        if found is None and not self.scope.strict:  # where types are those of values in JSON, a timestamp may be text
            found = stamped(left, right)
        for node in (left, right):
            if not untyped(node.type) and node.type.kind not in kinds:
                wrong = type_errors.no_order if node.type.kind in SCALARS else type_errors.expected_scalar
                return self.problem(wrong(span, node.type))
        if found is None:
            return self.problem(type_errors.not_comparable(span, left.type, right.type))
        return Call(function, found, BOOLEAN)

    # --- in, notIn, like ---

    def _membership(self, expr: Infix, value: Node, array: Node) -> Node:
        function = _MEMBERSHIP[expr.operator]
        if array.type.kind is Kind.OBJECT or array.type.kind is Kind.MAP or array.type.kind in SCALARS:
            return self.problem(type_errors.not_an_array(expr.right.span, expr.operator, array.type))
        if value.type.kind is Kind.LIST:
            inner = self._in(function, element(value), beside(array), expr.span)
            return any_of(value, inner)
        return self._in(function, value, array, expr.span)

    def _in(self, function: str, value: Node, array: Node, span: Span) -> Node:
        array = NOTHING if array.type.kind is Kind.ANY else array
        if array.type.kind is Kind.LIST:
            if element_of(array).kind in (Kind.OBJECT, Kind.MAP, Kind.LIST):
                return self.problem(type_errors.not_comparable(span, value.type, array.type))
            if isinstance(array, ListOf) and not untyped(value.type):
                array = self._fitted(array, value.type)
            found = common(value, element(array))
            if found is None or value.type.kind not in (*SCALARS, Kind.NULL, Kind.ANY):
                return self.problem(type_errors.not_comparable(span, value.type, element_of(array)))
            value = found[0] if found[1] == element(array) else value
        args = (array, value) if _list_first(function) else (value, array)
        return Call(function, args, BOOLEAN)

    def _fitted(self, array: ListOf, wanted: Type) -> ListOf:
        """Days written out, as instants where timestamps are looked for."""
        if wanted.kind is not Kind.DATE_TIME or element_of(array).kind is not Kind.DATE_ONLY:
            return array
        items = tuple(_at_midnight(item) for item in array.items)
        return ListOf(items, list_of(wanted)) if all(item.type == wanted for item in items) else array

    def _like(self, expr: Infix, text: Node, pattern: Node) -> Node:
        if text.type.kind is Kind.LIST:
            return any_of(text, self._like(expr, element(text), beside(pattern)))
        for node, part in ((text, expr.left), (pattern, expr.right)):
            if node.type != STRING and not untyped(node.type):
                return self.problem(type_errors.expected(part.span, "a string for like", node.type))
        return Call("like", (text, pattern), BOOLEAN)

    # --- numbers, arrays, objects ---

    def number(self, node: Node, operator: str, span: Span) -> Node:
        """A number, or what may turn out to be one."""
        if node.type.kind is Kind.ANY:
            return read_as(node, DECIMAL)
        if node.type.numeric or node.type.kind is Kind.NULL:
            return node
        return self.problem(type_errors.not_a_number(span, operator, node.type))

    def array(self, expr: Array, frame: Frame) -> ListOf:
        items = tuple(self.node(item, frame) for item in expr.items)
        type_ = NULL
        for item in items:
            joined = widest(type_, item.type)
            if joined is None:
                self.problem(type_errors.mixed(expr.span, [one.type for one in items]))
                return ListOf((), list_of(NULL))
            type_ = joined
        return ListOf(items, list_of(type_))

    def object(self, expr: Object, frame: Frame) -> ObjectOf:
        items = tuple(self.node(item, frame) for item in expr.items)
        type_ = object_of({key: item.type for key, item in zip(expr.keys, items, strict=True)})
        return ObjectOf(expr.keys, items, type_)


def _at_midnight(node: Node) -> Node:
    if has_value(node):
        return replace(node, value=midnight(node.value), type=_INSTANT)  # type: ignore[arg-type]
    return node


_INSTANT = Type(Kind.DATE_TIME)


def _list_first(function: str) -> bool:
    """Whether the function takes the list before the value."""
    return isinstance(registry.get(function).signatures[0].params[0].type, ListOfVar)
