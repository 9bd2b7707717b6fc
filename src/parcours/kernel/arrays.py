"""Simple rules over plain NumPy arrays: what a tick of few profiles evaluates with.

Each call into Polars has a fixed price, so for a hundred profiles the calls cost more than the work. A
:class:`Chain` is a rule as functions over arrays, put together once when the rule is published. Whatever it
cannot do itself (texts, lists, dates by part …) it asks for as it asks for leaves, and the caller answers
with the Polars expression of that part. Parts that rules have in common are computed once per
:class:`Scope`. Tests compare chains with the reference evaluator on generated trees.
"""

from __future__ import annotations

import numpy as np

from parcours.core.schema import DECIMAL, INTEGER, Type
from parcours.kernel.operands import Operand, Scope, Step, constant, holds, truths
from parcours.kernel.rows import Bools
from parcours.kernel.steps import CALLS, first_then, one_of
from parcours.language.functions import registry
from parcours.language.functions.untyped import partly_untyped, untyped
from parcours.language.tree import Call, Each, ListOf, Literal, Node, Quantifier, has_value, walk
from parcours.language.tree import Sequence as Followed
from parcours.language.tree import Step as Part
from parcours.language.tree_json import fingerprint


class Chain:
    """A rule as functions over arrays.

    Attributes:
        asked: the parts that must be read, by fingerprint: leaves, and whatever cannot be computed here.
    """

    def __init__(self, node: Node) -> None:
        self.asked: dict[str, Node] = {}
        self._may_fail = may_fail(node)
        step = self._step(node, failed_is_false=True)
        assert step is not None, f"a rule is boolean, not {node.type}"
        self._run = step

    def held(self, scope: Scope) -> Bools:
        """Whether the rule holds for each profile, null read as false. May be one value for all, if constant.

        Raises:
            Inexact: integers grew beyond 64 bits.
        """
        return truths(self._run(scope))

    def _step(self, node: Node, *, failed_is_false: bool = False) -> Step | None:
        """``failed_is_false``: where evaluation of the part fails, it may as well be false.

        Elsewhere failing must reach what stands around it, so that Polars is asked for the whole that may fail.
        """
        if not holds(node.type):
            return None
        if (
            self._may_fail
            and isinstance(node, Call)
            and not (failed_is_false and _fails_apart(node))
            and may_fail(node)
        ):
            return self._ask(node)
        if has_value(node) and node.value == node.value:
            operand: Operand = (constant(node.value, node.type), None)
            return lambda scope: operand
        if isinstance(node, Call) and not all(isinstance(arg, Literal) for arg in node.args):
            before = dict(self.asked)
            computed = self._call(node, failed_is_false)
            if computed is not None:
                return _shared(fingerprint(node), computed)
            self.asked = before
        return self._ask(node)

    def _ask(self, node: Node) -> Step:
        name = fingerprint(node)
        self.asked[name] = node
        return lambda scope: scope.asked(name, node)

    def _call(self, node: Call, failed_is_false: bool) -> Step | None:
        if node.function == "in":
            return self._in(node)
        if node.function == "and" and any(map(_dear, node.args)) and not all(map(_dear, node.args)):
            return self._guarded(node, failed_is_false)
        make = CALLS.get(node.function)
        if make is None:
            return None
        apart = failed_is_false and node.function in ("and", "or")
        steps = [self._step(arg, failed_is_false=apart) for arg in node.args]
        overload = registry.overload(node.function, tuple(arg.type for arg in node.args))
        fitted = [
            _widened(step, arg.type, type_) for step, arg, type_ in zip(steps, node.args, overload.params, strict=True)
        ]
        known = [step for step in fitted if step is not None]
        return make(known, overload.result) if len(known) == len(node.args) else None

    def _guarded(self, node: Call, failed_is_false: bool) -> Step | None:
        """Parts that cost much are computed only for the profiles for which all others hold."""
        cheap, dear = (
            [self._step(arg, failed_is_false=failed_is_false) for arg in node.args if _dear(arg) is costly]
            for costly in (False, True)
        )
        first, rest = ([step for step in steps if step is not None] for steps in (cheap, dear))
        return first_then(first, rest) if len(first) + len(rest) == len(node.args) else None

    def _in(self, node: Call) -> Step | None:
        item, items = node.args
        if not isinstance(items, ListOf) or not all(isinstance(one, Literal) for one in items.items):
            return None
        type_ = registry.overload("in", (item.type, items.type)).params[0]
        step = self._step(item)
        step = None if step is None else _widened(step, item.type, type_)
        values = [one.value for one in items.items if isinstance(one, Literal)]
        if step is None or any(value != value for value in values):
            return None
        found = sorted({constant(value, type_) for value in values if value is not None})
        return one_of(step, np.array(found), None in values) if found else None


def may_fail(node: Node) -> bool:
    """Whether evaluation may fail for some values."""
    return any(_may_itself_fail(part) for part in walk(node))


def _may_itself_fail(part: Node) -> bool:
    match part:
        case Call(function=function, args=args):
            values = [arg.value if isinstance(arg, Literal) else None for arg in args]
            return registry.get(function).may_fail(values) or any(untyped(arg.type) for arg in args)
        case Part(value=value) | Each(over=value) | Quantifier(over=value):
            return partly_untyped(value.type)
        case _:
            return False


def _fails_apart(node: Call) -> bool:
    """Whether the parts may fail one by one where the whole may be false instead: none hides that another failed."""
    return node.function == "and" or (node.function == "or" and not any(map(may_fail, node.args[:-1])))


def _shared(name: str, compute: Step) -> Step:
    def step(scope: Scope) -> Operand:
        found = scope.find(name)
        if found is None:
            found = scope.known[name] = compute(scope)
        return found

    return step


def _widened(step: Step | None, have: Type, want: Type) -> Step | None:
    if step is None or have == want:
        return step
    if have != INTEGER or want != DECIMAL:
        return None

    def widened(scope: Scope) -> Operand:
        values, unknown = step(scope)
        return values.astype(np.float64), unknown

    return widened


def _dear(node: Node) -> bool:
    """Whether a part of a rule looks for sequences of events."""
    return any(isinstance(part, Followed) for part in walk(node))
