"""A typed tree as Polars expressions: over one row per profile, or over rows of events.

The tree decides, this module only translates; what a tree means stands in ``language/reference.py``. A compiled
expression is elementwise, so it may run over any selection of rows. A rule made of constants only gives a single row
in a ``select``: use ``with_columns``, or select it beside a column.

Where evaluation fails (``EvaluationError`` in the reference) :func:`expression` gives null and :func:`outcome` says so.
Untyped values are held as texts that say what they are (``core/untyped.py``); what :func:`expression` gives is read by
people, so of a value of unknown type it is the text alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias, TypeVar

import polars as pl

from parcours.core.columns import conform
from parcours.core.errors import RuleError
from parcours.core.schema import ANY, DATE_TIME, Type, list_of, object_of
from parcours.kernel.leaves import Edge, Read, edge, read
from parcours.kernel.paths import inside, stepped
from parcours.kernel.translate import FAILED, VALUE, translated
from parcours.kernel.untyped import for_people, truth
from parcours.language.functions.declaration import Column
from parcours.language.functions.untyped import partly_untyped
from parcours.language.tree import Aggregate, Attribute, Been, Field, InWindow, Member, Membership, Node, Now
from parcours.language.tree import Sequence as Followed
from parcours.language.windows import time_dependent

__all__ = [
    "FAILED",
    "VALUE",
    "attribute_expression",
    "condition",
    "exact_expression",
    "expression",
    "item_rows",
    "leaves",
    "outcome",
    "row_condition",
    "row_expression",
    "time_dependent",
]

#: The column that holds the line item in frames of :func:`item_rows`.
ITEM = "_item"
AnyFrame = TypeVar("AnyFrame", pl.DataFrame, pl.LazyFrame)
Fields: TypeAlias = Callable[[Sequence[str], Type], Column]
_EXACT = ("count", "sum", "distinct")


def leaves(node: Node) -> tuple[Node, ...]:
    """The different leaves that :func:`expression` asks columns for, in order of appearance.

    These are Attribute, Aggregate, InWindow, Member, Membership, Been, Given, Fetched, Events, Now and Chance nodes,
    and sequences over narrowed events that streams answer (``successions.py``); nothing below an Aggregate, InWindow or
    Fetched. For a window over values inside a list that is Now, from which its edges follow.
    """
    asked = (Now() if isinstance(part, Edge) else part for part in read(node))
    return tuple(dict.fromkeys(part for part in asked if not isinstance(part, Field)))


def expression(node: Node, columns: Callable[[Node], pl.Expr]) -> pl.Expr:
    """The value of ``node``, one row per profile; null where evaluation fails.

    ``columns`` gives the column of each of :func:`leaves`: of the leaf's type, without nulls for Member, InWindow and
    Aggregate of kind count, sum and distinct. A boolean result may be null where a boolean attribute is.

    Raises:
        RuleError: the tree holds a property of an event outside of an aggregate (code ``not-in-profile``), or asks a
            data source for each element of a list (``not-in-rows``).
    """
    return _value(for_people(translated(node, partial(_profile_leaf, columns)), node.type))


def exact_expression(node: Node, columns: Callable[[Node], pl.Expr]) -> pl.Expr:
    """As :func:`expression`, but values of unknown type say what they are: a column of ``node.type``."""
    found = translated(node, partial(_profile_leaf, columns))
    return _value(replace(found, expr=conform(found.expr, found.type, node.type), type=node.type))


def _value(found: Column) -> pl.Expr:
    return found.expr if found.failed is None else pl.when(~found.failed).then(found.expr)


def outcome(node: Node, columns: Callable[[Node], pl.Expr]) -> tuple[pl.Expr, Type]:
    """The value of ``node`` and whether its evaluation fails, as a struct with the fields :data:`VALUE` and
    :data:`FAILED`, and the type of the value, which may be narrower than the tree says (null, for an absent field).

    Raises:
        RuleError: as :func:`expression`.
    """
    found = translated(node, partial(_profile_leaf, columns))
    failed = pl.lit(False) if found.failed is None else found.failed
    return pl.struct(found.expr.alias(VALUE), failed.alias(FAILED)), found.type


def _profile_leaf(columns: Callable[[Node], pl.Expr], part: Read) -> Column:
    if isinstance(part, Edge):
        return edge(part, columns(Now()))
    if isinstance(part, Field):
        raise RuleError(f"{'.'.join(part.path)!r} is a property of an event", code="not-in-profile")
    if isinstance(part, InWindow) and any(isinstance(inner, Field) for inner in read(part.value)):
        raise _not_in_rows(part)
    return Column(columns(part), part.type, nullable=_can_be_null(part))


def condition(node: Node, columns: Callable[[Node], pl.Expr]) -> pl.Expr:
    """:func:`expression` of a rule, with null read as false: whether each profile meets it."""
    return _value(truth(translated(node, partial(_profile_leaf, columns)))).fill_null(False)


def attribute_expression(node: Attribute, attributes: Mapping[str, Type]) -> pl.Expr:
    """The value of an attribute in a frame with a column per attribute; null when the frame does not have it."""
    found = stepped(pl.col, attributes, node.path, node.type)
    return _value(found.widened(node.type) if partly_untyped(node.type) else found)


def row_expression(node: Node, properties: Mapping[str, Type], over: Sequence[str] | None = None) -> pl.Expr:
    """The value of ``node`` over the rows of a frame with the columns ``properties`` and ``_time``.

    A property that the frame does not have is null. With ``over`` the frame is one of :func:`item_rows`: the rows are
    line items, ``Field`` with ``up=0`` is a field of the item and with ``up=1`` a property of its event. Values of
    unknown type are given as columns hold them.

    Raises:
        RuleError: the tree reads more than rows: attributes, segments, aggregates (code ``not-in-rows``), or compares
            a date of the row with a window that moves (``moving-row``).
    """
    found = _over_rows(node, properties, over)
    return _value(found if partly_untyped(node.type) else for_people(found, node.type))


def _over_rows(node: Node, properties: Mapping[str, Type], over: Sequence[str] | None) -> Column:
    event: Fields = partial(stepped, pl.col, {**properties, "_time": DATE_TIME})
    scopes = [event] if over is None else [_item_scope(properties, over), event]

    def leaf(part: Read) -> Column:
        if not isinstance(part, Field):
            raise _not_in_rows(part)
        return scopes[part.up](part.path, part.type)

    return translated(node, leaf)


def row_condition(node: Node, properties: Mapping[str, Type], over: Sequence[str] | None = None) -> pl.Expr:
    """:func:`row_expression` of a rule, with null read as false: which rows meet it."""
    return _value(truth(_over_rows(node, properties, over))).fill_null(False)


def item_rows(rows: AnyFrame, properties: Mapping[str, Type], over: Sequence[str]) -> AnyFrame:
    """One row per element of the list at path ``over``: the element in column :data:`ITEM`, beside its event.

    Events keep their order and elements theirs; null elements are left out.
    """
    items = stepped(pl.col, properties, over, list_of(ANY)).expr.alias(ITEM)
    spread = rows.with_columns(items).explode(ITEM, empty_as_null=False, keep_nulls=False)
    return spread.filter(pl.col(ITEM).is_not_null())


def _can_be_null(node: Node) -> bool:
    if isinstance(node, Aggregate):
        return node.kind not in _EXACT
    return not isinstance(node, InWindow | Member | Membership | Been | Now | Followed)


def _not_in_rows(node: Read) -> RuleError:
    if isinstance(node, InWindow | Edge):
        return RuleError("a date inside a row cannot be compared with a window that moves", code="moving-row")
    return RuleError(f"a condition on rows cannot hold {_WORDS.get(node.tag, node.tag)}", code="not-in-rows")


_WORDS = {
    "attribute": "an attribute of the profile",
    "aggregate": "a condition on other events",
    "member": "a segment",
    "membership": "a segment",
    "been": "a segment",
    "events": "a list of all events",
    "now": "the present instant",
}


def _item_scope(properties: Mapping[str, Type], over: Sequence[str]) -> Fields:
    items = object_of(properties).at(over) or ANY
    return partial(inside, pl.col(ITEM), items.element or ANY)
