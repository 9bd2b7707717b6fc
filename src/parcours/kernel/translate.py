"""The translation of a typed tree to columns, node by node.

A tree becomes one expression where that stays small. Where it does not, or where evaluation can fail, the tree becomes
a program: an expression over the columns it reads, inside which parts are computed once and used by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias

import polars as pl

from parcours.core.errors import EvaluationError
from parcours.core.schema import ANY, BOOLEAN, Kind, Type, list_of, object_of, polars_type
from parcours.kernel.calls import call, eager, failed_of, failure
from parcours.kernel.each import each
from parcours.kernel.elements import either
from parcours.kernel.leaves import Edge, Read, is_computed, read, within
from parcours.kernel.paths import constant, nothing, typed
from parcours.kernel.quantifiers import counted, quantified
from parcours.kernel.scope import Scope
from parcours.kernel.sequences import followed
from parcours.kernel.stages import FAILED, VALUE, evaluated, outcome, outcome_type, parts_of, program
from parcours.kernel.successions import plan_of
from parcours.kernel.untyped import as_list, by_value, truth, with_failed
from parcours.language.functions import registry
from parcours.language.functions.declaration import Column, Overload, Value
from parcours.language.functions.untyped import partly_untyped, untyped
from parcours.language.plain import plain
from parcours.language.reference import Person, Place, part_of, value_at
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

#: Where a call fails that looks at its arguments only as far as it needs them.
Lazy: TypeAlias = Callable[[Sequence[Column]], pl.Expr | None]

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
        return failure(node.type)


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
            return scope.keep(counted(each_, scope.keep(as_list(compiled(each_.over, scope), ANY)), compiled, scope))
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
    over = scope.keep(as_list(compiled(node.over, scope), ANY))
    match node:
        case Each():
            found = each(node, over, compiled, scope)
        case Quantifier():
            found = quantified(node, over, compiled, scope)
        case Followed():
            found = followed(node, over, compiled, scope)
    return scope.keep(found)


def _list(node: ListOf, scope: Scope) -> Column:
    items = [compiled(item, scope) for item in node.items]
    element = _part_type(node.type.element or ANY, items)
    type_ = list_of(element)
    items = [item.widened(element) for item in items]
    if all(item.constant for item in items):
        return constant([item.value for item in items], type_)
    if element.kind in (Kind.LIST, Kind.MAP):  # Polars would join them
        boxed = pl.concat_list([pl.struct(item.expr.alias(VALUE)) for item in items])
        joined = boxed.list.eval(pl.element().struct.field(VALUE))
    else:
        joined = pl.concat_list([item.expr for item in items])
    return Column(joined.cast(polars_type(type_)), type_, nullable=False, failed=failed_of(items))


def _part_type(said: Type, parts: Sequence[Column]) -> Type:
    """The type of parts that are said to be of a type, which is not known of all of them."""
    return ANY if any(untyped(part.type) and part.type != said for part in parts) else said


def _object(node: ObjectOf, scope: Scope) -> Column:
    items = [compiled(item, scope) for item in node.items]
    said = [node.type.field_type(name) or ANY for name in node.names]
    types = [_part_type(type_, [item]) for item, type_ in zip(items, said, strict=True)]
    type_ = object_of(dict(zip(node.names, types, strict=True)))
    items = [item.widened(part) for item, part in zip(items, types, strict=True)]
    if all(item.constant for item in items):
        values = {name: item.value for name, item in zip(node.names, items, strict=True)}
        return constant(plain(values, type_), type_)
    made = pl.struct([item.expr.alias(name) for name, item in zip(node.names, items, strict=True)])
    return Column(made, type_, nullable=False, failed=failed_of(items))


def _stepped(node: Step, scope: Scope) -> Column:
    value = compiled(node.value, scope)
    inner = value.type.element if value.type.kind is Kind.LIST else value.type
    if inner is not None and untyped(inner):
        result = list_of(ANY) if value.type.kind is Kind.LIST else ANY
        made = by_value(partial(_part, value.type, node.name), [replace(value, failed=None)], result)
        return typed(with_failed(made, value.failed), node.type)
    found = _field(node, value, None if inner is None else inner.field_type(node.name))
    return with_failed(typed(found, node.type), value.failed)


def _part(type_: Type, name: str, value: Value) -> Value:
    return plain(part_of(type_, value, name), ANY)


def _field(node: Step, value: Column, field: Type | None) -> Column:
    """A field of objects of which it is known that they have it, or have it not (``None``)."""
    if value.type.kind is not Kind.LIST:
        return nothing(node.type) if field is None else Column(value.expr.struct.field(node.name), field)
    if field is None:
        absent = pl.when(pl.element().is_null()).then(pl.lit(None, dtype=polars_type(node.type.element or ANY)))
        return Column(value.expr.list.eval(absent), node.type)
    part = pl.element().struct.field(node.name)
    if field.kind is Kind.LIST:
        return Column(value.expr.list.eval(part.explode(empty_as_null=False, keep_nulls=False)), field)
    return Column(value.expr.list.eval(part), list_of(field))


# --- calls ---------------------------------------------------------------------------------------------


def _called(node: Call, scope: Scope) -> Column:
    columns = [compiled(arg, scope) for arg in node.args]
    if node.function not in _LINEAR or any(column.failed is not None for column in columns):
        columns = [scope.keep(column) for column in columns]
    types = tuple(arg.type for arg in node.args)
    lazy = _LAZY.get(node.function)
    if lazy is None:
        return call(node.function, types, columns, scope.keep)
    if any(untyped(type_) for type_ in types) or any(partly_untyped(column.type) for column in columns):
        return _lazy_of_untyped(node.function, columns, lazy)
    return eager(registry.overload(node.function, tuple(column.type for column in columns)), columns, lazy(columns))


def _lazy_of_untyped(name: str, columns: list[Column], lazy: Lazy) -> Column:
    """The call where an argument may be anything; then so may the result."""
    conditions = {"and": len(columns), "or": len(columns), "if": 1}.get(name, 0)
    tests = [truth(column) for column in columns[:conditions]]
    columns = [*tests, *(column.widened(ANY) for column in columns[conditions:])]
    params = tuple(column.type for column in columns)
    overload = Overload(registry.get(name), params, BOOLEAN if name in ("and", "or") else ANY)
    return eager(overload, columns, lazy(columns))


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


_LAZY: dict[str, Lazy] = {
    "and": partial(_until, lambda column: ~column.known()),
    "or": partial(_until, lambda column: column.known()),
    "coalesce": partial(_until, lambda column: column.expr.is_not_null()),
    "if": _chosen,
}
