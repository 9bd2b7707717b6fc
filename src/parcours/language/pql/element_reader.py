"""Methods that look at each element of an array or entry of a map (profile-query-language.md, 7.2 to 7.4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from parcours.core.errors import Span
from parcours.core.schema import ANY, DECIMAL, INTEGER, NULL, STRING, Kind, Type, list_of, map_of, object_of, widest
from parcours.language.pql import type_errors
from parcours.language.pql.ast import Apply, Expr, Filter, Lambda, Method, Text
from parcours.language.pql.operator_reader import OperatorReader
from parcours.language.pql.scope import Frame
from parcours.language.pql.values import ORDERED, SCALARS, element_of, empty_list, read_as, untyped
from parcours.language.tree import Call, Each, Field, ListOf, Literal, Node, ObjectOf, Quantifier, Step

FOLD_FUNCTIONS: Mapping[str, str] = {"sum": "sum_of", "average": "average_of", "min": "min_of", "max": "max_of"}
COUNT, TAKE, HEAD = "size", "take", "first_item"
_KEY, _VALUE = "key", "value"


class ElementReader(OperatorReader):
    """Reads filters, folds and the other methods with an argument in the scope of each element."""

    def element_method(self, expr: Method, frame: Frame) -> Node | None:
        """The node of such a method, or ``None`` when ``expr`` is a method of another kind."""
        reader = _METHODS.get(expr.name)
        if reader is None:
            return None
        read, least, most = reader
        if not least <= len(expr.args) <= most:
            wanted = str(least) if least == most else f"{least} or {most}"
            plural = "" if wanted == "1" else "s"
            return self.problem(
                type_errors.wrong_number(expr.span, expr.name, f"{wanted} argument{plural}", len(expr.args))
            )
        return read(self, expr, self.node(expr.value, frame), frame)

    # --- the list and its elements ---

    def as_list(self, node: Node, what: str, span: Span) -> Node:
        """A list: an object is a list of one, null has no elements (P7)."""
        match node.type.kind:
            case Kind.LIST:
                return node
            case Kind.ANY | Kind.NULL:
                return empty_list()
            case Kind.OBJECT:
                return self.single(node, span)
            case _:
                self.problem(type_errors.not_an_array(span, what, node.type))
                return empty_list()

    def single(self, node: Node, span: Span) -> Node:
        """The list that holds the object, and nothing if there is none."""
        one = ListOf((node,), list_of(node.type))
        if isinstance(node, ObjectOf):
            return one
        missing = Call("is_null", (self.again(node, span),), Type(Kind.BOOLEAN))
        return Call("if", (missing, empty_list(), one), list_of(node.type))

    def body(self, expr: Expr, list_: Node, frame: Frame, read: Callable[[Expr, Frame], Node]) -> Node:
        """An argument in the scope of each element, or a lambda of it."""
        element = element_of(list_)
        if not isinstance(expr, Lambda):
            return read(expr, frame.inside(element))
        if len(expr.names) != 1:
            return self.problem(type_errors.lambda_names(expr.span, 1, len(expr.names)))
        return read(expr.body, frame.inside(element, {expr.names[0]: ()}))

    def filtered(self, list_: Node, condition: Expr, frame: Frame) -> Node:
        """The elements that meet a condition; one that names the event type fixes what its properties are."""
        list_ = self.narrowed(list_, condition)
        return Each("filter", list_, self.body(condition, list_, frame, self.condition), list_.type)

    def narrowed(self, list_: Node, condition: Expr, name: str | None = None) -> Node:
        """Overridden where event types are known."""
        return list_

    # --- methods ---

    def filter(self, expr: Filter, frame: Frame) -> Node:
        list_ = self.as_list(self.node(expr.value, frame), "[ ]", expr.value.span)
        return self.filtered(list_, expr.condition, frame)

    def _filter(self, expr: Method, value: Node, frame: Frame) -> Node:
        return self.filtered(self.as_list(value, expr.name, expr.value.span), expr.args[0], frame)

    def _exists(self, expr: Method, value: Node, frame: Frame) -> Node:
        list_ = self.narrowed(self.as_list(value, expr.name, expr.value.span), expr.args[0])
        return Quantifier("any", list_, self.body(expr.args[0], list_, frame, self.condition))

    def _map(self, expr: Method, value: Node, frame: Frame) -> Node:
        argument = expr.args[0]
        two_names = isinstance(argument, Lambda) and len(argument.names) == 2
        if value.type.kind is Kind.MAP or (two_names and value.type.kind is Kind.OBJECT):
            return self._map_of_map(expr, self.as_map(value), frame)
        if two_names and untyped(value.type):
            return self._map_of_map(expr, Literal(None, map_of(NULL)), frame)
        list_ = self.as_list(value, expr.name, expr.value.span)
        return self.mapped(list_, self.body(argument, list_, frame, self.node))

    def mapped(self, list_: Node, body: Node) -> Node:
        return Each("map", list_, body, list_of(body.type))

    def _group(self, expr: Method, value: Node, frame: Frame) -> Node:
        list_ = self.as_list(value, expr.name, expr.value.span)
        key = self.body(expr.args[0], list_, frame, self.node)
        if key.type.kind not in SCALARS and not untyped(key.type):
            self.problem(type_errors.expected(expr.args[0].span, "a single value to group by", key.type))
        return Each("group", list_, key, map_of(list_.type))

    def _top(self, expr: Method, value: Node, frame: Frame) -> Node:
        list_ = self.as_list(value, expr.name, expr.value.span)
        by = self.body(expr.args[0], list_, frame, self.node)
        if by.type.kind not in ORDERED and not untyped(by.type):
            self.problem(type_errors.no_order(expr.args[0].span, by.type))
        number = self.node(expr.args[1], frame)
        if number.type != INTEGER and number.type.kind is not Kind.NULL:
            number = self.problem(type_errors.expected(expr.args[1].span, "an integer", number.type))
        kind = "descending" if expr.name == "topN" else "ascending"
        return Call(TAKE, (Each(kind, list_, by, list_.type), number), list_.type)

    def _head(self, expr: Method, value: Node, frame: Frame) -> Node:
        list_ = self.as_list(value, expr.name, expr.value.span)
        if list_ == empty_list():
            return Literal(None, NULL)
        return Call(HEAD, (list_,), element_of(list_))

    # --- folds ---

    def _count(self, expr: Method, value: Node, frame: Frame) -> Node:
        return Call(COUNT, (self.as_list(value, expr.name, expr.value.span),), INTEGER)

    def _fold(self, expr: Method, value: Node, frame: Frame) -> Node:
        list_ = self.as_list(value, expr.name, expr.value.span)
        if expr.args:
            body = self.body(expr.args[0], list_, frame, self.node)
            list_ = self.values_of(list_, body, expr.args[0].span)
        return self.folded(expr.name, list_, expr.span)

    def values_of(self, list_: Node, body: Node, span: Span) -> Node:
        """The values of ``body`` for each element; those of a path through an array are joined (P6)."""
        if body.type.kind is not Kind.LIST:
            return self.mapped(list_, body)
        path = _path_in_element(body)
        if path is None:
            self.problem(type_errors.expected(span, "a single value of each element", body.type))
            return empty_list()
        for name in path:
            list_ = self.step(list_, name, span)
        return list_

    def folded(self, kind: str, list_: Node, span: Span) -> Node:
        """The sum, average, smallest or largest of the elements (P19)."""
        element = element_of(list_)
        wanted = ORDERED if kind in ("min", "max") else (Kind.INTEGER, Kind.DECIMAL)
        if element.kind is Kind.ANY:
            list_ = self.mapped(list_, read_as(Field((), element), DECIMAL))
            element = DECIMAL
        if element.kind not in wanted and element.kind is not Kind.NULL:
            what = "numbers" if kind in ("sum", "average") else "numbers, strings or timestamps"
            return self.problem(type_errors.expected(span, f"{what} for {kind}", element))
        type_ = DECIMAL if kind == "average" else INTEGER if element.kind is Kind.NULL and kind == "sum" else element
        return Call(FOLD_FUNCTIONS[kind], (list_,), type_)

    # --- maps and objects ---

    def as_map(self, value: Node) -> Node:
        """A map; an object is the map of its parts."""
        if value.type.kind is not Kind.OBJECT:
            return value
        found: Type | None = NULL
        for _, type_ in value.type.fields:
            found = None if found is None else widest(found, type_)
        return Call("to_map", (value,), map_of(ANY if found is None else found))

    def _map_of_map(self, expr: Method, value: Node, frame: Frame) -> Node:
        argument = expr.args[0]
        if not isinstance(argument, Lambda) or len(argument.names) != 2:
            found = len(argument.names) if isinstance(argument, Lambda) else 0
            return self.problem(type_errors.lambda_names(argument.span, 2, found))
        entry = object_of({_KEY: STRING, _VALUE: value.type.element or ANY})
        key, part = argument.names
        inner = frame.inside(entry, {key: (_KEY,), part: (_VALUE,)})
        made = argument.body
        if not isinstance(made, Apply) or made.name != "mapEntry":
            return self.problem(type_errors.wants_entry(made.span))
        if len(made.args) != 2:
            return self.problem(type_errors.wrong_number(made.span, "mapEntry", "2 arguments", len(made.args)))
        return self._from_entries(Call("entries", (value,), list_of(entry)), made, inner)

    def _from_entries(self, entries: Node, made: Apply, frame: Frame) -> Node:
        key, value = (self.node(arg, frame) for arg in made.args)
        if key.type.kind in SCALARS and key.type != STRING:
            key = Call("text_of", (key,), STRING)
        elif key.type != STRING and not untyped(key.type):
            key = self.problem(type_errors.expected(made.args[0].span, "a single value as key", key.type))
        pair = ObjectOf((_KEY, _VALUE), (key, value), object_of({_KEY: key.type, _VALUE: value.type}))
        return Call("from_entries", (self.mapped(entries, pair),), map_of(value.type))

    def _get(self, expr: Method, value: Node, frame: Frame) -> Node:
        argument = expr.args[0]
        if isinstance(argument, Text) and value.type.kind in (Kind.OBJECT, Kind.MAP):
            known = value.type.kind is Kind.MAP or value.type.field_type(argument.value) is not None
            return self.step(value, argument.value, expr.span) if known else Literal(None, NULL)
        key = self.node(argument, frame)
        if key.type != STRING and not untyped(key.type):
            return self.problem(type_errors.expected(argument.span, "a string as key", key.type))
        if untyped(value.type):
            return Literal(None, NULL)
        if value.type.kind not in (Kind.OBJECT, Kind.MAP):
            return self.problem(type_errors.expected(expr.value.span, "a map for get", value.type))
        map_ = self.as_map(value)
        return Call("entry", (map_, key), map_.type.element or NULL)

    def _parts(self, expr: Method, value: Node, frame: Frame) -> Node:
        """``keys`` and ``values``."""
        if untyped(value.type):
            return empty_list()
        if value.type.kind not in (Kind.OBJECT, Kind.MAP):
            return self.problem(type_errors.expected(expr.value.span, f"a map for {expr.name}", value.type))
        map_ = self.as_map(value)
        element = STRING if expr.name == "keys" else map_.type.element or ANY
        return Call(expr.name, (map_,), list_of(element))


def _path_in_element(node: Node) -> tuple[str, ...] | None:
    """The names that lead from the element to ``node``, when it is a path in the element."""
    match node:
        case Field(path=path, up=0):
            return path
        case Step(value=value, name=name):
            before = _path_in_element(value)
            return None if before is None else (*before, name)
        case _:
            return None


_Reader = Callable[[ElementReader, Method, Node, Frame], Node]
#: How each method is read, and its least and largest number of arguments.
_METHODS: Mapping[str, tuple[_Reader, int, int]] = {
    "filter": (ElementReader._filter, 1, 1),
    "exists": (ElementReader._exists, 1, 1),
    "map": (ElementReader._map, 1, 1),
    "groupBy": (ElementReader._group, 1, 1),
    "topN": (ElementReader._top, 2, 2),
    "bottomN": (ElementReader._top, 2, 2),
    "head": (ElementReader._head, 0, 0),
    "count": (ElementReader._count, 0, 0),
    "sum": (ElementReader._fold, 0, 1),
    "average": (ElementReader._fold, 0, 1),
    "min": (ElementReader._fold, 0, 1),
    "max": (ElementReader._fold, 0, 1),
    "get": (ElementReader._get, 1, 1),
    "keys": (ElementReader._parts, 0, 0),
    "values": (ElementReader._parts, 0, 0),
}
METHOD_NAMES = tuple(_METHODS)
