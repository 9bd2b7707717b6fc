"""The translation of a typed tree to columns, node by node.

A tree becomes one expression where that stays small. Where it does not, or where evaluation can fail, the tree becomes
a program: an expression over the columns it reads, inside which parts are computed once and used by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial, reduce

import polars as pl

from parcours.core.errors import EvaluationError, RuleError
from parcours.core.schema import ANY, NULL, Kind, Type, list_of, polars_type
from parcours.kernel.each import each
from parcours.kernel.elements import either
from parcours.kernel.leaves import Edge, Read, is_computed, read, within
from parcours.kernel.paths import constant, nothing
from parcours.kernel.quantifiers import counted, quantified
from parcours.kernel.scope import Scope
from parcours.kernel.sequences import followed
from parcours.kernel.stages import FAILED, VALUE, evaluated, outcome, outcome_type, parts_of, program
from parcours.kernel.successions import plan_of
from parcours.language.functions import registry
from parcours.language.functions.declaration import Column, NullRule, Overload, Value
from parcours.language.functions.untyped import untyped
from parcours.language.reference import Person, Place, plain, value_at
from parcours.language.tree import (
    Aggregate,
    Call,
    Each,
    InWindow,
    ListOf,
    Literal,
    Node,
    ObjectOf,
    Quantifier,
    Step,
    children,
    walk,
)
from parcours.language.tree import (
    Sequence as Followed,
)

__all__ = ["FAILED", "VALUE", "translated"]

#: Expressions larger than this become programs. A plain rule of hundreds of conditions stays below.
LARGE = 5_000
#: Functions whose column form uses each argument once.
_LINEAR = frozenset({"and", "or", "not", "eq", "ne", "lt", "le", "gt", "ge", "is_null", "is_not_null"})
_SPREAD = 3
_ELEMENTS = 2_000


def translated(node: Node, leaf: Callable[[Read], Column]) -> Column:
    """The column of ``node``; ``leaf`` gives the columns of what :func:`~parcours.kernel.leaves.read` finds."""
    if _may_fail(node) or _weight(node) > LARGE:
        return _program(node, leaf)
    return compiled(node, Scope(leaf))


def _may_fail(node: Node) -> bool:
    calls = (part for part in walk(node) if isinstance(part, Call))
    return any(
        registry.get(call.function).may_fail([arg.value if isinstance(arg, Literal) else None for arg in call.args])
        or any(untyped(arg.type) for arg in call.args)
        for call in calls
    )


def _weight(node: Node) -> int:
    """About how large the expression of a node is."""
    below = sum(map(_weight, children(node))) if not isinstance(node, Aggregate) else 0
    if isinstance(node, Each | Quantifier | Followed):
        return _ELEMENTS + below
    return 1 + below * (_SPREAD if isinstance(node, Call) and node.function not in _LINEAR else 1)


def _program(node: Node, leaf: Callable[[Read], Column]) -> Column:
    made = program(list(read(node)), leaf)
    if not made.carried:
        return _known(node)
    column = compiled(node, Scope(made.leaf, stages=made.stages))
    fails = column.failed is not None

    def run(frame: pl.DataFrame) -> pl.Series:
        values, failed = evaluated(frame, made.stages, column)
        if not fails:
            return values
        return outcome(values, pl.Series([], dtype=pl.Boolean) if failed is None else failed)

    if not fails:
        return replace(column, expr=made.over(run, [], polars_type(column.type)), constant=False)
    return parts_of(made.over(run, [], outcome_type(column.type)), column.type, column.nullable)


def _known(node: Node) -> Column:
    """A node that reads nothing: its value is known."""
    try:
        return constant(value_at(node, Place(Person(), 0)), node.type)
    except EvaluationError:
        return _failure(node.type)


def _failure(type_: Type) -> Column:
    return Column(nothing(type_).expr, type_, failed=pl.lit(True))


# --- nodes ---------------------------------------------------------------------------------------------


def compiled(node: Node, scope: Scope) -> Column:
    """The column of ``node`` at a place."""
    match node:
        case Literal(value=value, type=type_):
            return constant(plain(value, type_), type_)
        case ListOf():
            return _list(node, scope)
        case ObjectOf():
            return _object(node, scope)
        case Call(function="size", args=(Each(kind="filter") as each_,)) if any(True for _ in read(each_)):
            return scope.keep(counted(each_, scope.keep(compiled(each_.over, scope)), compiled, scope))
        case Call():
            return _called(node, scope)
        case Step():
            return _stepped(node, scope)
        case Followed() if plan_of(node) is not None:
            return scope.read(node)
        case Each() | Quantifier() | Followed():
            return _over_elements(node, scope)
        case InWindow(value=value, window=window) if scope.rows and is_computed(node):
            lower, upper = (scope.leaf(Edge(window, upper=upper)).expr for upper in (False, True))
            return within(scope.keep(compiled(value, scope)), lower, upper)
        case _:
            return scope.read(node)


def _over_elements(node: Each | Quantifier | Followed, scope: Scope) -> Column:
    if not any(True for _ in read(node)):
        return _known(node)
    over = scope.keep(compiled(node.over, scope))
    match node:
        case Each():
            found = each(node, over, compiled, scope)
        case Quantifier():
            found = quantified(node, over, compiled, scope)
        case Followed():
            found = followed(node, over, compiled, scope)
    return scope.keep(found)


def _failed(columns: Sequence[Column]) -> pl.Expr | None:
    """Where one of the columns failed."""
    return reduce(either, (column.failed for column in columns), None)


def _list(node: ListOf, scope: Scope) -> Column:
    element = node.type.element or ANY
    items = [compiled(item, scope).widened(element) for item in node.items]
    if all(item.constant for item in items):
        return constant([item.value for item in items], node.type)
    if element.kind in (Kind.LIST, Kind.MAP):  # Polars would join them
        boxed = pl.concat_list([pl.struct(item.expr.alias(VALUE)) for item in items])
        joined = boxed.list.eval(pl.element().struct.field(VALUE))
    else:
        joined = pl.concat_list([item.expr for item in items])
    return Column(joined.cast(polars_type(node.type)), node.type, nullable=False, failed=_failed(items))


def _object(node: ObjectOf, scope: Scope) -> Column:
    types = [node.type.field_type(name) or ANY for name in node.names]
    items = [compiled(item, scope).widened(type_) for item, type_ in zip(node.items, types, strict=True)]
    if all(item.constant for item in items):
        values = {name: item.value for name, item in zip(node.names, items, strict=True)}
        return constant(plain(values, node.type), node.type)
    made = pl.struct([item.expr.alias(name) for name, item in zip(node.names, items, strict=True)])
    return Column(made, node.type, nullable=False, failed=_failed(items))


def _stepped(node: Step, scope: Scope) -> Column:
    value = compiled(node.value, scope)
    inner = value.type.element if value.type.kind is Kind.LIST else value.type
    field = None if inner is None else inner.field_type(node.name)
    if value.type.kind is not Kind.LIST:
        if field is None:
            return replace(nothing(node.type), failed=value.failed)
        return Column(value.expr.struct.field(node.name), field, failed=value.failed)
    if field is None:
        absent = pl.when(pl.element().is_null()).then(pl.lit(None, dtype=polars_type(node.type.element or ANY)))
        return Column(value.expr.list.eval(absent), node.type, failed=value.failed)
    part = pl.element().struct.field(node.name)
    if field.kind is Kind.LIST:
        return Column(
            value.expr.list.eval(part.explode(empty_as_null=False, keep_nulls=False)), field, failed=value.failed
        )
    return Column(value.expr.list.eval(part), list_of(field), failed=value.failed)


# --- calls ---------------------------------------------------------------------------------------------


def _called(node: Call, scope: Scope) -> Column:
    columns = [compiled(arg, scope) for arg in node.args]
    if node.function not in _LINEAR or any(column.failed is not None for column in columns):
        columns = [scope.keep(column) for column in columns]
    overload, columns = _resolved(node.function, columns)
    lazy = _LAZY.get(node.function)
    if lazy is not None:
        return _eager(overload, columns, lazy(columns))
    return _eager(overload, columns, _failed(columns))


def _eager(overload: Overload, columns: Sequence[Column], failed: pl.Expr | None) -> Column:
    """A call of constants is a constant, and so is one that a constant null decides."""
    rule = overload.function.null_rule
    bare = [replace(column, failed=None) for column in columns]
    if rule is not NullRule.OWN and any(column.constant and column.value is None for column in columns):
        return _with_failed(constant(False if rule is NullRule.FALSE else None, overload.result), failed)
    if all(column.constant for column in columns):
        return _computed(overload, [column.value for column in columns])
    own = _own_failures(overload, bare)
    return _with_failed(overload.expression(bare), either(failed, own))


def _with_failed(column: Column, failed: pl.Expr | None) -> Column:
    return column if failed is None else replace(column, failed=failed, constant=False)


def _computed(overload: Overload, values: Sequence[Value]) -> Column:
    try:
        return constant(overload.value(values), overload.result)
    except EvaluationError:
        return _failure(overload.result)


def _own_failures(overload: Overload, columns: Sequence[Column]) -> pl.Expr | None:
    if overload.function.fails is None or not overload.function.may_fail([column.value for column in columns]):
        return None
    widened = [column.widened(type_) for column, type_ in zip(columns, overload.params, strict=True)]
    fails = overload.function.fails(*widened).fill_null(False)
    if overload.function.null_rule is NullRule.OWN:
        return fails
    return reduce(lambda found, column: found & column.expr.is_not_null(), widened, fails)


def _resolved(name: str, columns: list[Column]) -> tuple[Overload, list[Column]]:
    """The overload for the columns. Untyped ones count as text, or fail where there is a value if text does not do."""
    try:
        return registry.overload(name, tuple(column.type for column in columns)), columns
    except RuleError:
        columns = [_refused(column) if untyped(column.type) else column for column in columns]
        return registry.overload(name, tuple(column.type for column in columns)), columns


def _refused(column: Column) -> Column:
    failed = column.expr.is_not_null()
    return replace(nothing(NULL), failed=either(column.failed, failed), constant=False)


# --- functions that look at their arguments only as far as they need ------------------------------------


def _until(stops: Callable[[Column], pl.Expr], columns: Sequence[Column]) -> pl.Expr | None:
    """Where one of the columns failed before ``stops`` was true for one."""
    failed: pl.Expr | None = None
    for column in reversed(columns):
        if failed is not None:
            failed = either(column.failed, ~stops(replace(column, failed=None)) & failed)
        else:
            failed = column.failed
    return failed


def _chosen(columns: Sequence[Column]) -> pl.Expr | None:
    test, then, otherwise = columns
    if then.failed is None and otherwise.failed is None:
        return test.failed
    parts = [pl.lit(False) if column.failed is None else column.failed for column in (then, otherwise)]
    return either(test.failed, pl.when(test.expr).then(parts[0]).otherwise(parts[1]))


_LAZY: dict[str, Callable[[Sequence[Column]], pl.Expr | None]] = {
    "and": partial(_until, lambda column: ~column.known()),
    "or": partial(_until, lambda column: column.known()),
    "coalesce": partial(_until, lambda column: column.expr.is_not_null()),
    "if": _chosen,
}
