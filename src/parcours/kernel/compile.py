"""A typed tree as Polars expressions: over one row per profile, or over rows of events.

The tree decides, this module only translates; what a tree means stands in ``language/reference.py``. A compiled
expression is elementwise, so it may run over any selection of rows. A rule made of constants only gives a single row
in a ``select``: use ``with_columns``, or select it beside a column.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TypeAlias

import polars as pl

from parcours.core.errors import RuleError
from parcours.core.schema import ANY, DATE_TIME, Kind, Type, list_of, object_of, polars_type, widest
from parcours.kernel.quantifiers import quantified
from parcours.language.functions import registry
from parcours.language.functions.declaration import Column, NullRule, Overload, Value
from parcours.language.reference import plain
from parcours.language.tree import (
    Aggregate,
    Attribute,
    Call,
    Field,
    InWindow,
    ListOf,
    Literal,
    Member,
    Node,
    Quantifier,
    children,
    walk,
)
from parcours.language.windows import time_dependent

__all__ = [
    "attribute_expression",
    "condition",
    "expression",
    "item_rows",
    "leaves",
    "row_condition",
    "row_expression",
    "time_dependent",
]

#: The column that holds the line item in frames of :func:`item_rows`.
ITEM = "_item"
Leaf: TypeAlias = Callable[[Node], Column]
Scope: TypeAlias = Callable[[Sequence[str], Type], Column]
_EXACT = ("count", "sum", "distinct")


def leaves(node: Node) -> tuple[Node, ...]:
    """The different leaves that :func:`expression` asks columns for, in order of appearance.

    These are Attribute, Aggregate, InWindow and Member nodes; nothing below an Aggregate or InWindow.
    """
    if isinstance(node, Attribute | Aggregate | InWindow | Member):
        return (node,)
    return tuple(dict.fromkeys(leaf for child in children(node) for leaf in leaves(child)))


def expression(node: Node, columns: Callable[[Node], pl.Expr]) -> pl.Expr:
    """The value of ``node``, one row per profile.

    ``columns`` gives the column of each of :func:`leaves`: of the leaf's type, without nulls for Member, InWindow and
    Aggregate of kind count, sum and distinct. A boolean result may be null where a boolean attribute is.

    Raises:
        RuleError: the tree holds a property of an event outside of an aggregate (code ``not-in-profile``), or looks
            from within a list at a window that moves (``moving-row``).
    """

    def leaf(part: Node) -> Column:
        if isinstance(part, Field):
            raise RuleError(f"{'.'.join(part.path)!r} is a property of an event", code="not-in-profile")
        if isinstance(part, InWindow) and any(isinstance(inner, Field) for inner in walk(part)):
            raise _not_in_rows(part)
        return Column(columns(part), part.type, nullable=_can_be_null(part))

    return _compiled(node, leaf).expr


def condition(node: Node, columns: Callable[[Node], pl.Expr]) -> pl.Expr:
    """:func:`expression` of a rule, with null read as false: whether each profile meets it."""
    return expression(node, columns).fill_null(False)


def attribute_expression(node: Attribute, attributes: Mapping[str, Type]) -> pl.Expr:
    """The value of an attribute in a frame with a column per attribute; null when the frame does not have it."""
    return _stepped(pl.col, attributes, node.path, node.type).expr


def row_expression(node: Node, properties: Mapping[str, Type], over: Sequence[str] | None = None) -> pl.Expr:
    """The value of ``node`` over the rows of a frame with the columns ``properties`` and ``_time``.

    A property that the frame does not have is null. With ``over`` the frame is one of :func:`item_rows`: the rows are
    line items, ``Field`` with ``up=0`` is a field of the item and with ``up=1`` a property of its event.

    Raises:
        RuleError: the tree reads more than rows: attributes, segments, aggregates (code ``not-in-rows``), or compares
            a date of the row with a window that moves (``moving-row``).
    """
    event: Scope = partial(_stepped, pl.col, {**properties, "_time": DATE_TIME})
    scopes = [event] if over is None else [_item_scope(properties, over), event]

    def leaf(part: Node) -> Column:
        if not isinstance(part, Field):
            raise _not_in_rows(part)
        return scopes[part.up](part.path, part.type)

    return _compiled(node, leaf).expr


def row_condition(node: Node, properties: Mapping[str, Type], over: Sequence[str] | None = None) -> pl.Expr:
    """:func:`row_expression` of a rule, with null read as false: which rows meet it."""
    return row_expression(node, properties, over).fill_null(False)


def item_rows(rows: pl.DataFrame, properties: Mapping[str, Type], over: Sequence[str]) -> pl.DataFrame:
    """One row per element of the list at path ``over``: the element in column :data:`ITEM`, beside its event.

    Events keep their order and elements theirs; null elements are left out.
    """
    items = _stepped(pl.col, properties, over, list_of(ANY)).expr.alias(ITEM)
    spread = rows.with_columns(items).explode(ITEM, empty_as_null=False, keep_nulls=False)
    return spread.filter(pl.col(ITEM).is_not_null())


# --- translation ---------------------------------------------------------------------------------------


def _compiled(node: Node, leaf: Leaf) -> Column:
    match node:
        case Literal(value=value, type=type_):
            return _constant(plain(value, type_), type_)
        case ListOf():
            return _list(node, leaf)
        case Call(function=name, args=args):
            columns = [_compiled(arg, leaf) for arg in args]
            return _call(registry.overload(name, tuple(column.type for column in columns)), columns)
        case Quantifier():
            return quantified(node, _compiled, leaf, _inside)
        case _:
            return leaf(node)


def _constant(value: Value, type_: Type) -> Column:
    return Column(_literal(value, type_), type_, nullable=value is None, constant=True, value=value)


def _call(overload: Overload, columns: Sequence[Column]) -> Column:
    """A call of constants is a constant, and so is one that a constant null decides."""
    rule = overload.function.null_rule
    decided = rule is not NullRule.OWN and any(column.constant and column.value is None for column in columns)
    if decided:
        return _constant(False if rule is NullRule.FALSE else None, overload.result)
    if all(column.constant for column in columns):
        return _constant(overload.value([column.value for column in columns]), overload.result)
    return overload.expression(columns)


def _literal(value: Value, type_: Type) -> pl.Expr:
    if isinstance(value, list):
        return pl.lit(pl.Series([value], dtype=polars_type(type_))).first()
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(UTC)
    return pl.lit(value, dtype=polars_type(type_))


def _list(node: ListOf, leaf: Leaf) -> Column:
    items = [_compiled(item, leaf).widened(node.type.element or ANY) for item in node.items]
    if all(item.constant for item in items):
        return _constant([item.value for item in items], node.type)
    joined = pl.concat_list([item.expr for item in items]).cast(polars_type(node.type))
    return Column(joined, node.type, nullable=False)


def _can_be_null(node: Node) -> bool:
    if isinstance(node, Aggregate):
        return node.kind not in _EXACT
    return not isinstance(node, InWindow | Member)


def _not_in_rows(node: Node) -> RuleError:
    if isinstance(node, InWindow):
        return RuleError("a date inside a row cannot be compared with a window that moves", code="moving-row")
    return RuleError(f"a condition on rows cannot hold {_WORDS[node.tag]}", code="not-in-rows")


_WORDS = {
    "attribute": "an attribute of the profile",
    "aggregate": "a condition on other events",
    "member": "a segment",
}


# --- paths into rows -----------------------------------------------------------------------------------


def _stepped(column: Callable[[str], pl.Expr], known: Mapping[str, Type], path: Sequence[str], type_: Type) -> Column:
    """The column at ``path``, as what is really there: at least as wide as ``type_``, or null if nothing is."""
    first, *rest = path
    found = known.get(first)
    if found is None:
        return _nothing(type_)
    return _inside(column(first), found, rest, type_, nullable=path != ("_time",))


def _inside(expr: pl.Expr, found: Type, path: Sequence[str], type_: Type, nullable: bool = True) -> Column:
    for name in path:
        field = found.field_type(name)
        if field is None:
            return _nothing(type_)
        expr, found = expr.struct.field(name), field
    wide = widest(type_, found)
    if wide is None:
        raise RuleError(
            f"{'.'.join(path) or 'a value'} was {type_} when the rule was checked and now is {found}",
            code="type-changed",
            hint="save the rule again",
        )
    return (
        Column(expr, found, nullable).widened(wide) if _scalar_widening(found, wide) else Column(expr, found, nullable)
    )


def _scalar_widening(found: Type, wide: Type) -> bool:
    return (
        found != wide
        and wide.kind is not Kind.OBJECT
        and (wide.element is None or wide.element.kind is not Kind.OBJECT)
    )


def _nothing(type_: Type) -> Column:
    return _constant(None, type_)


def _item_scope(properties: Mapping[str, Type], over: Sequence[str]) -> Scope:
    items = object_of(properties)
    for name in over:
        items = items.field_type(name) or ANY
    return partial(_inside, pl.col(ITEM), items.element or ANY)
