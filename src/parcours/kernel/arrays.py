"""Simple rules over plain NumPy arrays: what a tick of few profiles evaluates with.

Each call into Polars has a fixed price, so for a hundred profiles the calls cost more than the work. A
:class:`Chain` is a rule as functions over arrays, put together once when the rule is published. Whatever it
cannot do itself (texts, lists, dates by part …) it asks for as it asks for leaves, and the caller answers
with the Polars expression of that part. Parts that rules have in common are computed once per
:class:`Scope`. Tests compare chains with the reference evaluator on generated trees.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.schema import BOOLEAN, DECIMAL, INTEGER, Kind, Type, polars_type
from parcours.kernel.lookup import places
from parcours.kernel.rows import Bools
from parcours.language.functions import registry
from parcours.language.functions.untyped import partly_untyped, untyped
from parcours.language.reference import plain
from parcours.language.tree import Call, Each, ListOf, Literal, Node, Quantifier, has_value, walk
from parcours.language.tree import Sequence as Followed
from parcours.language.tree import Step as Part
from parcours.language.tree_json import fingerprint

#: Values in physical form (numbers, booleans, dates as days, times and durations as microseconds), and which of
#: them are null; ``None``: none is. A null's value is any number that computes without trouble. Constants are scalars.
Operand: TypeAlias = tuple[NDArray[Any], Bools | None]

_HELD = frozenset(
    {
        Kind.BOOLEAN,
        Kind.INTEGER,
        Kind.DECIMAL,
        Kind.DATE_ONLY,
        Kind.DATE_TIME,
        Kind.DATE_TIME_ONLY,
        Kind.DURATION,
    }
)


class Inexact(Exception):
    """These values are beyond what a chain computes exactly; the Polars expression must do it."""


#: How the value of a part is read.
Read: TypeAlias = Callable[[Node], Operand]
Places: TypeAlias = NDArray[np.intp]


class Scope:
    """One evaluation: how parts that chains ask for are read, and what has been computed so far.

    Attributes:
        known: values by fingerprint of their part of a rule.
    """

    __slots__ = ("_around", "_places", "_read", "_reader", "known")

    def __init__(self, read: Read, reader: Callable[[Places], Read] | None = None) -> None:
        """``reader`` gives what reads for some of the profiles only, by their places."""
        self._read, self._reader = read, reader
        self._around: Scope | None = None
        self._places: Places = np.empty(0, np.intp)
        self.known: dict[str, Operand] = {}

    def only(self, places: Places) -> Scope | None:
        """The scope of some of the profiles, which knows what is known of all; ``None``: it is all or nothing."""
        if self._reader is None:
            return None
        found = Scope(self._reader(places))
        found._around, found._places = self, places
        return found

    def find(self, name: str) -> Operand | None:
        """What has been computed, if it has."""
        found = self.known.get(name)
        if found is None and self._around is not None and (whole := self._around.known.get(name)) is not None:
            values, unknown = whole
            some = values[self._places] if values.ndim else values
            found = self.known[name] = some, unknown[self._places] if unknown is not None and unknown.ndim else unknown
        return found

    def asked(self, name: str, node: Node) -> Operand:
        found = self.find(name)
        if found is None:
            found = self.known[name] = self._read(node)
        return found


Step: TypeAlias = Callable[[Scope], Operand]


def holds(type_: Type) -> bool:
    """Whether values of this type can stand in an :data:`Operand`."""
    return type_.kind in _HELD


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
        return _known(self._run(scope))

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
        make = _CALLS.get(node.function)
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
        return _first_then(first, rest) if len(first) + len(rest) == len(node.args) else None

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
        return _one_of(step, np.array(found), None in values) if found else None


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


def constant(value: Any, type_: Type) -> Any:
    """A value of this type as the scalar that stands for it in arrays."""
    value = plain(value, type_)
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(UTC)
    return operand(pl.Series([value], dtype=polars_type(type_), strict=False))[0][0]


def operand(column: pl.Series) -> Operand:
    """The values of a column whose type :func:`holds` accepts."""
    unknown = column.is_null().to_numpy() if column.null_count() else None
    physical = column.to_physical() if column.dtype.is_temporal() else column
    if unknown is not None:
        physical = physical.fill_null(False if physical.dtype == pl.Boolean else 0)
    values = physical.to_numpy()
    return values.astype(np.int64) if values.dtype == np.int32 else values, unknown


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


def _known(found: Operand) -> Bools:
    """Booleans with null read as false."""
    values, unknown = found
    return values if unknown is None else values & ~unknown


def _either(left: Bools | None, right: Bools | None) -> Bools | None:
    if left is None or right is None:
        return right if left is None else left
    return left | right


# --- functions -----------------------------------------------------------------------------------------

Make: TypeAlias = Callable[[Sequence[Step], Type], Step | None]


def _joined(join: Callable[[Any, Any], Any]) -> Make:
    return lambda steps, _: lambda scope: (reduce(join, [_known(step(scope)) for step in steps]), None)


def _first_then(first: Sequence[Step], rest: Sequence[Step]) -> Step:
    guard, dear = _joined(operator.and_)(first, BOOLEAN), _joined(operator.and_)(rest, BOOLEAN)
    assert guard is not None
    assert dear is not None

    def step(scope: Scope) -> Operand:
        held, _ = guard(scope)
        places = np.flatnonzero(held) if held.ndim else None
        some = scope.only(places) if places is not None and len(places) * 2 < len(held) else None
        if places is None or some is None:
            return held & dear(scope)[0], None
        found = np.zeros(len(held), np.bool_)
        if len(places):
            found[places] = dear(some)[0]
        return found, None

    return step


def _dear(node: Node) -> bool:
    """Whether a part of a rule looks for sequences of events."""
    return any(isinstance(part, Followed) for part in walk(node))


def _not(steps: Sequence[Step], _: Type) -> Step:
    (step,) = steps
    return lambda scope: (~_known(step(scope)), None)


def _ordered(compare: Callable[[Any, Any], Any]) -> Make:
    def make(steps: Sequence[Step], _: Type) -> Step:
        left, right = steps

        def step(scope: Scope) -> Operand:
            a, no_a = left(scope)
            b, no_b = right(scope)
            unknown = _either(no_a, no_b)
            return (compare(a, b) if unknown is None else compare(a, b) & ~unknown), None

        return step

    return make


def _same(left: Operand, right: Operand) -> Bools:
    """Null-safe: two nulls are the same."""
    (a, no_a), (b, no_b) = left, right
    same: Bools = a == b
    if no_a is None and no_b is None:
        return same
    if no_a is None or no_b is None:
        return same & ~(no_b if no_a is None else no_a)  # type: ignore[operator]
    same = (same | no_a) & (no_a == no_b)
    return same


def _eq(steps: Sequence[Step], _: Type) -> Step:
    left, right = steps
    return lambda scope: (_same(left(scope), right(scope)), None)


def _ne(steps: Sequence[Step], _: Type) -> Step:
    left, right = steps
    return lambda scope: (~_same(left(scope), right(scope)), None)


def _is_null(steps: Sequence[Step], _: Type) -> Step:
    (step,) = steps
    return lambda scope: (_nulls(step(scope)), None)


def _is_not_null(steps: Sequence[Step], _: Type) -> Step:
    (step,) = steps
    return lambda scope: (~_nulls(step(scope)), None)


def _nulls(found: Operand) -> Bools:
    values, unknown = found
    return np.zeros(values.shape, np.bool_) if unknown is None else unknown


def _one_of(item: Step, sorted_values: NDArray[Any], null_too: bool) -> Step:
    def step(scope: Scope) -> Operand:
        values, unknown = item(scope)
        _, found = places(sorted_values, values)
        if unknown is not None:
            found = found | unknown if null_too else found & ~unknown
        return found, None

    return step


def _arithmetic(compute: Callable[[Any, Any], Any]) -> Make:
    def make(steps: Sequence[Step], result: Type) -> Step:
        left, right = steps

        def whole(scope: Scope) -> Operand:
            a, no_a = left(scope)
            b, no_b = right(scope)
            if not _roomy(a, b, compute is operator.mul):
                raise Inexact
            return compute(a, b), _either(no_a, no_b)

        def decimal(scope: Scope) -> Operand:
            a, no_a = left(scope)
            b, no_b = right(scope)
            return _finite(compute(a, b), _either(no_a, no_b))

        return whole if result == INTEGER else decimal

    return make


def _roomy(a: NDArray[Any], b: NDArray[Any], product: bool) -> bool:
    """Whether no result can leave 64 bits."""
    left, right = _size(a), _size(b)
    return (left * right if product else left + right) < 2**63


def _size(values: NDArray[Any]) -> int:
    return max(int(values.max()), -int(values.min()))


def _finite(values: NDArray[Any], unknown: Bools | None) -> Operand:
    """Null where a decimal has become infinite."""
    finite = np.isfinite(values)
    if finite.all():
        return values, unknown
    return np.where(finite, values, 0.0), _either(unknown, ~finite)


def _div(steps: Sequence[Step], result: Type) -> Step | None:
    """Of decimals only: a divisor of zero gives zero."""
    left, right = steps

    def step(scope: Scope) -> Operand:
        a, no_a = left(scope)
        b, no_b = right(scope)
        zero = b == 0
        return _finite(np.where(zero, 0.0, a / np.where(zero, 1.0, b)), _either(no_a, no_b))

    return step if result == DECIMAL else None


def _neg(steps: Sequence[Step], result: Type) -> Step | None:
    (step,) = steps

    def negated(scope: Scope) -> Operand:
        values, unknown = step(scope)
        return values * -1.0, unknown

    return negated if result == DECIMAL else None


_CALLS: dict[str, Make] = {
    "and": _joined(operator.and_),
    "or": _joined(operator.or_),
    "not": _not,
    "eq": _eq,
    "ne": _ne,
    "lt": _ordered(operator.lt),
    "le": _ordered(operator.le),
    "gt": _ordered(operator.gt),
    "ge": _ordered(operator.ge),
    "is_null": _is_null,
    "is_not_null": _is_not_null,
    "add": _arithmetic(operator.add),
    "sub": _arithmetic(operator.sub),
    "mul": _arithmetic(operator.mul),
    "div": _div,
    "neg": _neg,
}
