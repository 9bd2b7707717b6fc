"""From lists of events to aggregates: ``xEvent[eventType = "purchase"].count() >= 3`` is the same tree as the rule
tree's ``{event: purchase, at_least: 3}``.

The text languages speak of all events of a profile as a list. The kernel keeps an aggregate of one event type within a
window true by adding and subtracting; a list it must build again for every profile that is touched. So every form that
says what an :class:`~parcours.language.tree.Aggregate` says is written as one, whatever language it came from: equal
questions are then equal trees and one feature.

An aggregate reads event values as the log keeps them (decimals are summed in millionths). A form that is not
recognised stays a list and keeps its meaning.
"""

from __future__ import annotations

from parcours.core.schema import BOOLEAN, DECIMAL, INTEGER, Schema, Type
from parcours.language.selections import selected
from parcours.language.tree import (
    Aggregate,
    Call,
    Each,
    Field,
    Literal,
    Node,
    Quantifier,
    Sequence,
    SequenceStep,
    Step,
    children,
    has_value,
    with_children,
)

_FOLDS = {"sum_of": "sum", "average_of": "average", "min_of": "min", "max_of": "max", "count_distinct": "distinct"}
_NUMBERS = ("eq", "ne", "lt", "le", "gt", "ge")


def lower(node: Node, schema: Schema) -> Node:
    """``node`` with every form over :class:`~parcours.language.tree.Events` that an aggregate can say written as one.

    Constants are fitted to what they are compared with, so that equal questions are equal trees. The meaning stays,
    except that decimals are summed in whole millionths, as aggregates do.
    """
    node = with_children(node, tuple(lower(child, schema) for child in children(node)))
    return _Rewriting(schema).of(node)


class _Rewriting:
    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def of(self, node: Node) -> Node:
        """The aggregate that says the same as ``node``, whose parts are already rewritten; else ``node``."""
        match node:
            case Call(function="instant_of", args=(Call(function="with_offset", args=(instant,)),)):
                return instant
            case Call(function="size", args=(Call(function="distinct", args=(list_,)),)):
                return self._fold("distinct", list_) or node
            case Call(function="size", args=(list_,)):
                return self._count(list_) or node
            case Call(function="count_known", args=(Step() | Each(kind="map") as list_,)):
                return self._fold("count", list_) or node
            case Call(function="count_known", args=(list_,)):
                return self._count(list_) or node
            case Call(function=function, args=(list_,)) if function in _FOLDS:
                return self._fold(_FOLDS[function], list_) or node
            case (
                Call(function="is_empty", args=(list_,))
                | Call(function="is_null", args=(Call(function="null_if_empty", args=(list_,)),))
            ):
                return self._none(list_) or node
            case Call(function="is_not_null", args=(Call(function="null_if_empty", args=(list_,)),)):
                return self._some(list_) or node
            case Call(function="equals", args=(left, right)) if has_value(left) or has_value(right):
                return self.of(Call("eq", (left, right), BOOLEAN))
            case Call(function=function, args=(left, right)) if function in _NUMBERS and _mixed(left, right):
                return Call(function, (_decimal(left), _decimal(right)), BOOLEAN)
            case Call(
                function="not", args=(Call(function="eq", args=(Aggregate(kind="count") as count, Literal(value=0))),)
            ):
                return _at_least(count, 1)
            case Call(function="not", args=(Call(function="eq", args=args),)):
                return Call("ne", args, BOOLEAN)
            case Call(function="contains_item", args=(Step(value=list_, name=name, type=type_), Literal() as item)):
                return self._holding(list_, name, type_, item) or node
            case Quantifier(kind=kind, over=list_, where=where):
                return self._quantified(kind, list_, where) or node
            case Call(function="gt" | "eq" as function, args=(Call(function="size", args=(list_,)), Literal(value=0))):
                return _elements(list_, "any" if function == "gt" else "none") or node
            case Sequence(over=list_, time=("timestamp",), steps=(step,)):
                return self._single(list_, step) or node
            case _:
                return node

    # --- what is asked of the events -----------------------------------------------------------------

    def _count(self, list_: Node) -> Aggregate | None:
        selection = selected(list_, self._schema)
        return None if selection is None else selection.aggregate("count", None, self._schema)

    def _some(self, list_: Node) -> Node | None:
        count = self._count(list_)
        return None if count is None else _at_least(count, 1)

    def _none(self, list_: Node) -> Node | None:
        count = self._count(list_)
        return None if count is None else Call("eq", (count, Literal(0, INTEGER)), BOOLEAN)

    def _fold(self, kind: str, list_: Node) -> Aggregate | None:
        match list_:
            case Step(value=inner, name=name, type=type_) if type_.element is not None:
                value: Node = Field((name,), type_.element)
            case Each(kind="map", over=inner, body=body):
                value = body
            case Call(function="null_if_empty", args=(inner,)):
                return self._fold(kind, inner)
            case _:
                return None
        selection = selected(inner, self._schema)
        return None if selection is None else selection.aggregate(kind, value, self._schema)

    def _holding(self, list_: Node, name: str, type_: Type, item: Literal) -> Node | None:
        if item.value is None or type_.element is None:
            return None
        same = Call("eq", (Field((name,), type_.element), item), BOOLEAN)
        return self._some(_filtered(list_, same))

    def _quantified(self, kind: str, list_: Node, where: Node) -> Node | None:
        if kind == "all":
            return self._none(_filtered(list_, Call("not", (where,), BOOLEAN)))
        return self._some(_filtered(list_, where)) if kind == "any" else self._none(_filtered(list_, where))

    def _single(self, list_: Node, step: SequenceStep) -> Node | None:
        if step.where is not None:
            return None
        for condition in (step.what, step.when):
            list_ = list_ if condition is None else _filtered(list_, condition)
        count = self._count(list_)
        return None if count is None else _at_least(count, step.count)


def _elements(list_: Node, kind: str) -> Quantifier | None:
    """Whether any or no element of a list meets a condition, which was asked by counting those that do."""
    match list_:
        case Call(function="null_if_empty", args=(inner,)):
            return _elements(inner, kind)
        case Each(kind="filter", over=over, body=Call(function="not", args=(condition,))) if kind == "none":
            return Quantifier("all", over, condition)
        case Each(kind="filter", over=over, body=condition):
            return Quantifier(kind, over, condition)
        case _:
            return None


def _mixed(left: Node, right: Node) -> bool:
    """Whether a decimal stands beside an integer constant."""
    return any(
        one.type == DECIMAL and isinstance(other, Literal) and other.type == INTEGER and _exact(other.value)
        for one, other in ((left, right), (right, left))
    )


def _exact(value: object) -> bool:
    """Whether the integer is also a decimal."""
    return isinstance(value, int) and abs(value) <= 2**53


def _decimal(node: Node) -> Node:
    if isinstance(node, Literal) and isinstance(node.value, int):
        return Literal(float(node.value), DECIMAL)
    return node


def _filtered(list_: Node, where: Node) -> Node:
    return Each("filter", list_, where, list_.type)


def _at_least(count: Node, number: int) -> Node:
    return Call("ge", (count, Literal(number, INTEGER)), BOOLEAN)
