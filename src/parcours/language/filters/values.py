"""What the filters of all types of field share: comparisons, and the empty value."""

from __future__ import annotations

from collections.abc import Mapping

from parcours.core.schema import BOOLEAN
from parcours.language.conditions import all_of
from parcours.language.filters.ast import Compare, Interval, Operand
from parcours.language.filters.context import Context
from parcours.language.filters.fields import Target
from parcours.language.functions import registry
from parcours.language.tree import Call, Node

FUNCTIONS: Mapping[str, str] = {"=": "eq", "<>": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge"}


def call(function: str, *args: Node) -> Node:
    """A typed call of arguments that fit."""
    return Call(function, args, registry.resolve(function, [arg.type for arg in args]))


def negated(node: Node) -> Node:
    return Call("not", (node,), BOOLEAN)


class ValueFilter:
    """Conditions on a field of one type. Methods raise ``RuleError`` with the span of what does not fit."""

    def __init__(self, target: Target, context: Context) -> None:
        self.target = target
        self.field = target.node
        self.context = context

    def compare(self, test: Compare) -> Node:
        """The condition of one comparison."""
        if test.operand.quoted and not test.operand.text and test.sign in ("=", "<>"):
            return self.blank(test.sign == "=")
        return self.compared(test.sign, test.operand)

    def interval(self, test: Interval) -> Node:
        """The condition of an interval with one end or both."""
        parts = []
        if test.low is not None:
            parts.append(self.compared(">=", test.low))
        if test.high is not None:
            parts.append(self.compared("<=", test.high))
        return all_of(*parts)

    def blank(self, wanted: bool) -> Node:
        return call("is_null" if wanted else "is_not_null", self.field)

    def compared(self, sign: str, operand: Operand) -> Node:
        """The field compared with a value that is not empty."""
        raise NotImplementedError
