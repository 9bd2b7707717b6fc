"""The functions of rules as steps over plain arrays: what chains are put together from."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from parcours.core.schema import BOOLEAN, DECIMAL, INTEGER, Type
from parcours.kernel.lookup import places
from parcours.kernel.operands import Inexact, Operand, Scope, Step, either, truths
from parcours.kernel.rows import Bools

#: Puts the step of a call together from those of its arguments and the type of its result.
Make: TypeAlias = Callable[[Sequence[Step], Type], Step | None]


def _joined(join: Callable[[Any, Any], Any]) -> Make:
    return lambda steps, _: lambda scope: (reduce(join, [truths(step(scope)) for step in steps]), None)


def first_then(first: Sequence[Step], rest: Sequence[Step]) -> Step:
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


def _not(steps: Sequence[Step], _: Type) -> Step:
    (step,) = steps
    return lambda scope: (~truths(step(scope)), None)


def _ordered(compare: Callable[[Any, Any], Any]) -> Make:
    def make(steps: Sequence[Step], _: Type) -> Step:
        left, right = steps

        def step(scope: Scope) -> Operand:
            a, no_a = left(scope)
            b, no_b = right(scope)
            unknown = either(no_a, no_b)
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


def one_of(item: Step, sorted_values: NDArray[Any], null_too: bool) -> Step:
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
            return compute(a, b), either(no_a, no_b)

        def decimal(scope: Scope) -> Operand:
            a, no_a = left(scope)
            b, no_b = right(scope)
            return _finite(compute(a, b), either(no_a, no_b))

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
    return np.where(finite, values, 0.0), either(unknown, ~finite)


def _div(steps: Sequence[Step], result: Type) -> Step | None:
    """Of decimals only: a divisor of zero gives zero."""
    left, right = steps

    def step(scope: Scope) -> Operand:
        a, no_a = left(scope)
        b, no_b = right(scope)
        zero = b == 0
        return _finite(np.where(zero, 0.0, a / np.where(zero, 1.0, b)), either(no_a, no_b))

    return step if result == DECIMAL else None


def _neg(steps: Sequence[Step], result: Type) -> Step | None:
    (step,) = steps

    def negated(scope: Scope) -> Operand:
        values, unknown = step(scope)
        return values * -1.0, unknown

    return negated if result == DECIMAL else None


#: How the functions that arrays can do are put together, by name; ``None`` where they cannot for these types.
CALLS: dict[str, Make] = {
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
