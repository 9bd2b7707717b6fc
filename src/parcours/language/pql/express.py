"""Typed tree -> syntax tree: the inverse of reading.

Trees that came from a query become a query that reads as the same tree; other trees one that means the same, where
the language can say it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from parcours.core.schema import ANY, BOOLEAN, DECIMAL, Kind
from parcours.language.functions import registry
from parcours.language.pql.aggregate_printer import as_events
from parcours.language.pql.ast import (
    Apply,
    Array,
    Binding,
    Bound,
    Chain,
    ChainStep,
    Expr,
    Filter,
    Lambda,
    Logic,
    Method,
    Object,
    Prefix,
)
from parcours.language.pql.call_printer import COMPARED, CallPrinter
from parcours.language.pql.call_reader import LANGUAGE, OPPOSITES
from parcours.language.pql.element_reader import FOLD_FUNCTIONS
from parcours.language.pql.leaf_printer import leaf
from parcours.language.pql.printing_scope import Around, bare, not_expressible, plain, stepped
from parcours.language.pql.rename import renamed
from parcours.language.pql.time_printer import said
from parcours.language.pql.values import read_as
from parcours.language.scopes import fields, reach
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Call,
    Each,
    Field,
    InWindow,
    ListOf,
    Literal,
    Node,
    ObjectOf,
    Quantifier,
    Sequence,
    Step,
    has_value,
)

_FOLDS = {function: name for name, function in FOLD_FUNCTIONS.items()}
_WHOLE = Field((), ANY)
_MEMBERSHIP = ("in_list", "not_in_list")
#: Stands for an element whose test is written on the array itself.
_ELEMENT = "\0"


def express(node: Node) -> Expr:
    """The syntax tree of a typed tree.

    Raises:
        RuleError: a part has no form in the language (code ``not-expressible``); the message names it.
    """
    return Printer(node).expr(node, Around())


class Printer(CallPrinter):
    """Writes one tree."""

    def expr(self, node: Node, around: Around) -> Expr:
        match node:
            case Call():
                return self.call(node, around)
            case Attribute():
                return around.attribute(node)
            case Field():
                return around.field(node)
            case InWindow():
                return self.in_window(node, around)
            case Aggregate():
                return self.expr(as_events(node), around)
            case Quantifier():
                return self._quantifier(node, around)
            case Each():
                return self._each(node, around)
            case Sequence():
                return self._chain(node, around)
            case ListOf(items=items):
                return Array(tuple(self.expr(item, around) for item in items))
            case ObjectOf(names=()):
                raise not_expressible("an object without parts")
            case ObjectOf(names=names, items=items):
                return Object(names, tuple(self.expr(item, around) for item in items))
            case Step(value=value, name=name):
                return stepped(self.list(value, around), name)
            case _:
                return leaf(node)

    # --- methods with an argument in the scope of elements ---

    def special(self, node: Call, around: Around) -> Expr | None:
        match node:
            case Call(function=function, args=(list_,)) if function in _FOLDS:
                return self._fold(_FOLDS[function], list_, around)
            case Call(function="take", args=(Each(kind="descending" | "ascending") as ordered, number)):
                name = "topN" if ordered.kind == "descending" else "bottomN"
                args = (self._body(ordered, around), self.expr(number, around))
                return Method(self.list(ordered.over, around), name, args)
            case Call(function="from_entries", args=(Each(kind="map") as each,)):
                return self._map_of_map(each, around)
            case _:
                return None

    def _fold(self, name: str, list_: Node, around: Around) -> Expr:
        """``list.sum(value)``; values of no known type are read as numbers without being asked."""
        match list_:
            case Each(kind="map", over=over, body=body) if body == read_as(_WHOLE, DECIMAL):
                return Method(self.list(over, around), name, ())
            case Each(kind="map", over=over):
                return Method(self.list(over, around), name, (self._body(list_, around),))
            case _:
                return Method(self.list(list_, around), name, ())

    def _each(self, node: Each, around: Around) -> Expr:
        over = self.list(node.over, around)
        match node.kind:
            case "filter" if self._bare(node.body, around):
                return Filter(over, self.condition(node.body, around.element()))
            case "filter":
                name, *_ = self.variables(around, 1)
                return Bound("select", (Binding(name, over, self.condition(node.body, around.named(name))),))
            case "map":
                return Method(over, "map", (self._body(node, around),))
            case "group":
                return Method(over, "groupBy", (self._body(node, around),))
            case _:
                raise not_expressible("a sorted list")

    def _body(self, node: Each, around: Around) -> Expr:
        """The argument of such a method, a lambda where bare names do not say it."""
        if self._bare(node.body, around):
            return self.expr(node.body, around.element())
        name, *_ = self.variables(around, 1)
        return Lambda((name,), self.expr(node.body, around.named(name)))

    def _bare(self, body: Node, around: Around) -> bool:
        """Whether bare names say all that ``body`` reads of its element."""
        taken = set(around.names())
        own = (part for part, depth in fields(body) if part.up == depth)
        return all(part.path and bare(part.path[0]) and part.path[0] not in taken for part in own)

    def _map_of_map(self, each: Each, around: Around) -> Expr:
        match each:
            case Each(
                over=Call(function="entries", args=(map_,)),
                body=ObjectOf(names=("key", "value"), items=(key, value)),
            ):
                first, second = self.variables(around, 2)
                entry = around.parted({"key": first, "value": second})
                if isinstance(key, Call) and key.function == "text_of":
                    key = key.args[0]
                made = Apply("mapEntry", (self.expr(key, entry), self.expr(value, entry)))
                return Method(self.expr(map_, around), "map", (Lambda((first, second), made),))
            case _:
                raise not_expressible("a map made from a list")

    # --- quantifiers ---

    def _quantifier(self, node: Quantifier, around: Around) -> Expr:
        if node.kind == "any" and _meets_alone(node):
            written = self.expr(node.where, around.named(_ELEMENT))
            return renamed(written, _ELEMENT, self.list(node.over, around))
        over = self.list(node.over, around)
        if node.kind == "any" and self._bare(node.where, around) and node.where != Literal(True, BOOLEAN):
            return Method(over, "exists", (self.condition(node.where, around.element()),))
        name, *_ = self.variables(around, 1)
        binding = Binding(name, over, self.condition(node.where, around.named(name)))
        bound = Bound("forall" if node.kind == "all" else "exists", (binding,))
        return Prefix("not", bound) if node.kind == "none" else bound

    # --- chains ---

    def _chain(self, node: Sequence, around: Around) -> Expr:
        if len(node.time) != 1 or not plain(node.time[0]):
            raise not_expressible(f"a sequence in order of {'.'.join(node.time)}")
        taken = {*self._taken, *around.names()}
        free = (one for one in _step_names() if one not in taken)
        names = [name for _, name in zip(node.steps, free, strict=False)]
        steps = tuple(self._step(node, number, names, around) for number in range(len(node.steps)))
        return Chain(self.list(node.over, around), node.time[0], steps)

    def _step(self, node: Sequence, number: int, names: list[str], around: Around) -> ChainStep:
        step = node.steps[number]
        for name in names[:number]:
            around = around.named(name)
        event = around.element(names[number])
        what = self.condition(step.what, event)
        when = None if step.when is None else self.when(step.when, node.time[0], around.named(names[number]))
        if step.when is not None and when is None:  # conditions are kept apart only because they are written apart
            what = Logic("and", (what, self.condition(step.when, event)))
        where = None if step.where is None else self.condition(step.where, Around(event.rows))
        return ChainStep(names[number], what, when, where, None if step.count == 1 else step.count)


def _step_names() -> Iterator[str]:
    yield from "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    yield from (f"S{number}" for number in range(1, 1_000_000))


def _meets_alone(node: Quantifier) -> bool:
    """Whether the test of each element can be written on the array itself, where it is true if any meets it (P6)."""
    whole = Field((), node.over.type.element or node.over.type)
    if whole.type.kind in (Kind.LIST, Kind.OBJECT, Kind.MAP):
        return False
    tested, others = _tested(node.where, whole)
    return tested == whole and not any(0 in reach(other) for other in others)


def _tested(test: Node, whole: Field) -> tuple[Node | None, tuple[Node, ...]]:
    """What a test is about and what it is held against, if it is a test that arrays can take."""
    if isinstance(test, Call) and test.function == "eq" and any(has_value(arg) for arg in test.args):
        test = replace(test, function="equals")
    times = said(test)
    if times is not None:
        value = times.value
        read = isinstance(value, Call) and value.function in ("read_instant", "instant_of")
        return (value.args[0] if read else value), tuple(times.bases.values())  # type: ignore[union-attr]
    if not isinstance(test, Call) or not _on_arrays(test):
        return None, ()
    place = 1 if test.function in COMPARED and test.args[0] != whole else 0
    others = test.args[:place] + test.args[place + 1 :]
    lists = [other for other in others if other.type.kind is Kind.LIST]
    return (None if lists and test.function not in _MEMBERSHIP else test.args[place]), others


def _on_arrays(test: Call) -> bool:
    if test.function in (*COMPARED, *_MEMBERSHIP, "like"):
        return True
    found = [one for one in registry.get(test.function).spellings if one.language == LANGUAGE and one.method]
    return any(one.name not in (*OPPOSITES, "isNull", "isNotNull") for one in found)
