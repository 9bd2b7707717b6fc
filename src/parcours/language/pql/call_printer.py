"""Calls as operators, methods and functions of a query."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import replace

from parcours.core.schema import BOOLEAN, Kind
from parcours.language.functions import registry
from parcours.language.pql.ast import (
    Apply,
    Binding,
    Bound,
    Distance,
    Expr,
    Infix,
    Logic,
    Method,
    Name,
    Occurs,
    Prefix,
    When,
)
from parcours.language.pql.call_reader import LANGUAGE
from parcours.language.pql.leaf_printer import beside_instant, has_clock
from parcours.language.pql.path_reader import start_of_day
from parcours.language.pql.printing_scope import Around, names_in, not_expressible, stepped
from parcours.language.pql.rename import renamed
from parcours.language.pql.time_printer import Said, date_of, said, same_unit
from parcours.language.pql.window_edges import halves, open_ended, opposite
from parcours.language.pql.words import DAYS
from parcours.language.tree import Call, Field, InWindow, ListOf, Literal, Node, Now, Quantifier, has_value

INFIX: Mapping[str, str] = {
    "equals": "=",
    "same_members": "=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
    "add": "+",
    "sub": "-",
    "mul": "*",
    "divide": "/",
    "mod": "%",
    "in_list": "in",
    "not_in_list": "notIn",
    "in": "in",
    "like": "like",
}
COMPARED = ("lt", "le", "gt", "ge", "equals")
_NULL_SAFE = ("eq", "ne")
_READ = ("read_instant", "to_decimal", "to_boolean")
_LETTERS = "xyzabcdefghijklmnopqrstuvw"


class CallPrinter:
    """Writes calls and conditions. The rest of the printer writes what stands in them."""

    def __init__(self, node: Node) -> None:
        self._taken = names_in(node)

    @abstractmethod
    def expr(self, node: Node, around: Around) -> Expr:
        """Any node."""

    @abstractmethod
    def special(self, node: Call, around: Around) -> Expr | None:
        """A call that is a method with an argument in the scope of elements."""

    def variables(self, around: Around, count: int) -> tuple[str, ...]:
        """Names that nothing else has."""
        taken = {*self._taken, *around.names()}
        free = (letter + suffix for suffix in ("", *map(str, range(2, 10_000))) for letter in _LETTERS)
        return tuple(name for name, _ in zip((one for one in free if one not in taken), range(count), strict=False))

    # --- conditions and lists ---

    def condition(self, node: Node, around: Around) -> Expr:
        """A node where true or false is wanted: *not empty* is written as the array itself (P1)."""
        match node:
            case Call(function="not", args=(Call(function="is_empty", args=(list_,)),)):
                return self.list(list_, around)
            case _:
                return self.expr(node, around)

    def list(self, node: Node, around: Around) -> Expr:
        """A node where an array is wanted: that of a single object is written as the object (P7)."""
        match node:
            case Call(
                function="if",
                args=(Call(function="is_null", args=(value,)), ListOf(items=()), ListOf(items=(one,))),
            ) if value == one:
                return self.expr(value, around)
            case _:
                return self.expr(node, around)

    def _negated(self, inner: Node, around: Around) -> Expr:
        if isinstance(inner, Call) and inner.function == "is_empty":
            return Bound("exists", (Binding(self.variables(around, 1)[0], self.list(inner.args[0], around), None),))
        written = self.condition(inner, around)
        is_equality = isinstance(inner, Quantifier) or (isinstance(inner, Call) and INFIX.get(inner.function) == "=")
        if is_equality and isinstance(written, Infix) and written.operator == "=":
            return replace(written, operator="!=")
        return Prefix("not", written)

    # --- calls ---

    def call(self, node: Call, around: Around) -> Expr:
        found = said(node)
        if found is not None:
            return self.occurs(found, around)
        match node.function, node.args:
            case ("and" | "or") as word, args if len(args) > 1:
                return Logic(word, tuple(self.condition(arg, around) for arg in args))
            case (("and" | "or"), (only,)):
                return self.condition(only, around)
            case "not", (inner,):
                return self._negated(inner, around)
            case "is_empty", (list_,):
                return Prefix("not", self.list(list_, around))
            case "neg", (value,):
                return Prefix("-", self.expr(value, around))
            case "if", (test, then, otherwise):
                parts = (self.condition(test, around), self.expr(then, around), self.expr(otherwise, around))
                return Apply("if", parts)
        return (
            self._implied(node, around)
            or self._infix(node, around)
            or self.special(node, around)
            or self._spelled(node, around)
        )

    def _implied(self, node: Call, around: Around) -> Expr | None:
        """What the reader adds by itself is not written; the start of a day is a word."""
        match node:
            case Call(function=function, args=(value,)) if function in _READ and value.type.kind in (
                Kind.ANY,
                Kind.STRING,
            ):
                return self.expr(value, around)
            case Call(function="instant_of", args=(value,)):
                return self.expr(date_of(node) or value, around)
            case Call(function="to_map", args=(value,)):
                return self.expr(value, around)
            case Call(function="start_of" | "shift"):
                return next((Name(day) for day, offset in DAYS.items() if node == start_of_day(offset)), None)
            case _:
                return None

    def _infix(self, node: Call, around: Around) -> Expr | None:
        if len(node.args) != 2:
            return None
        left, right = node.args
        if node.function in _NULL_SAFE:
            return self._null_safe(node, left, right, around)
        if node.function in COMPARED and (has_clock(left) or has_clock(right)):
            value, instant = (right, left) if has_clock(left) else (left, right)
            assert isinstance(instant, Literal)
            return Occurs(self.expr(value, around), beside_instant(node.function, instant, instant is left))
        if node.function not in INFIX:
            return None
        if node.function in ("in_list", "not_in_list") and _list_first(node.function):
            left, right = right, left
        return Infix(INFIX[node.function], self.expr(left, around), self.expr(right, around))

    def _null_safe(self, node: Call, left: Node, right: Node, around: Around) -> Expr:
        """Equality in which null equals null, which PQL says in more words."""
        if left.type.kind is Kind.LIST or right.type.kind is Kind.LIST:
            raise not_expressible("the comparison of lists in order")
        same = Call("equals", (left, right), BOOLEAN)
        if not any(has_value(side) for side in (left, right)):
            nulls = tuple(Call("is_null", (side,), BOOLEAN) for side in (left, right))
            same = Call("or", (same, Call("and", nulls, BOOLEAN)), BOOLEAN)
        return self.expr(same if node.function == "eq" else Call("not", (same,), BOOLEAN), around)

    def _spelled(self, node: Call, around: Around) -> Expr:
        """A function of the registry, as the language writes it."""
        if node.function == "entry" and node.args[0].type.kind is Kind.MAP:
            map_, key = node.args
            if isinstance(key, Literal) and isinstance(key.value, str):
                return stepped(self.expr(map_, around), key.value)
        spellings = [one for one in registry.get(node.function).spellings if one.language == LANGUAGE]
        for one in spellings:
            if one.now and node.args[:1] == (Now(),):
                return Apply(one.name, tuple(self.expr(arg, around) for arg in node.args[1:]))
        for one in spellings:
            if one.method and not one.now and node.args:
                value, *rest = node.args
                return Method(self.list(value, around), one.name, tuple(self.expr(arg, around) for arg in rest))
            if not one.method and not one.now:
                return Apply(one.name, tuple(self.expr(arg, around) for arg in node.args))
        raise not_expressible(f"the function {node.function}")

    # --- time ---

    def in_window(self, node: InWindow, around: Around) -> Expr:
        node = open_ended(node)
        found = said(node)
        if found is not None:
            return self.occurs(found, around)
        parts = halves(node)
        if parts is not None and node not in parts:
            return Logic("and", tuple(self.in_window(part, around) for part in parts))
        beyond = opposite(node)
        found = None if beyond is None else said(beyond)
        if found is None:
            raise not_expressible("this window of time")
        present = Method(self.expr(node.value, around), "isNotNull", ())
        return Logic("and", (Prefix("not", self.occurs(found, around)), present))

    def occurs(self, found: Said, around: Around) -> Occurs:
        """A form of ``occurs``; a date that was read as its midnight is written as the date."""
        when: When = found.when
        for name, base in found.bases.items():
            when = renamed(when, name, self.expr(date_of(base) or base, around))
        return Occurs(self.expr(date_of(found.value) or found.value, around), when)

    def when(self, node: Node, time: str, around: Around) -> When | None:
        """The content of WHEN: what ``occurs`` says of the field ``time`` of the event, if it is one form."""
        negation = isinstance(node, Call) and node.function == "not"
        found = same_unit(node.args[0]) if negation else said(node, plain=True)  # type: ignore[union-attr]
        if found is None or not _is_time(found.value, time):
            return None
        when = self.occurs(found, around).when
        return replace(when, operator="!=") if negation and isinstance(when, Distance) else when


def _is_time(value: Node, time: str) -> bool:
    """Whether the value is the field of the event that holds its time; a field that does not exist is null."""
    if isinstance(value, Call) and value.args:
        value = date_of(value) or value.args[0]
    match value:
        case Field(path=(name,), up=0):
            return name == time
        case _:
            return isinstance(value, Literal) and value.value is None


def _list_first(function: str) -> bool:
    return registry.get(function).signatures[0].params[0].name == "list"
