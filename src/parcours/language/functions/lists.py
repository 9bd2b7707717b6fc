"""Lists: a null list is read as empty (expression-language.md, N7 and N8)."""

from __future__ import annotations

import polars as pl

from parcours.core.schema import BOOLEAN, INTEGER
from parcours.language.functions.declaration import Function, ListOfVar, NullRule
from parcours.language.functions.types import ANYTHING, SCALAR, signature

FAMILY = "list"
_ANY_LIST = ListOfVar(ANYTHING)

FUNCTIONS = (
    Function(
        "contains_item",
        FAMILY,
        (signature(("list", ListOfVar(SCALAR)), ("value", SCALAR), to=BOOLEAN),),
        NullRule.OWN,
        "True when the list holds the value, compared as eq does. False for a null list.",
        (((["a", "b"], "a"), True), (([1, 2], 3), False), (([1, None], None), True), ((None, 1), False)),
        meaning=lambda items, item: items is not None and item in items,
        columns=lambda items, item: item.expr.is_in(items.expr, nulls_equal=True).fill_null(False),
        never_null=True,
    ),
    Function(
        "size",
        FAMILY,
        (signature(("list", _ANY_LIST), to=INTEGER),),
        NullRule.OWN,
        "The number of elements, nulls among them; 0 for a null list.",
        ((([1, None],), 2), (([],), 0), ((None,), 0)),
        meaning=lambda items: len(items or ()),
        columns=lambda items: items.expr.list.len().cast(pl.Int64).fill_null(0),
        never_null=True,
    ),
    Function(
        "is_empty",
        FAMILY,
        (signature(("list", _ANY_LIST), to=BOOLEAN),),
        NullRule.OWN,
        "True when the list has no elements, or is null.",
        ((([],), True), (([None],), False), ((None,), True)),
        meaning=lambda items: not items,
        columns=lambda items: (items.expr.list.len() == 0).fill_null(True),
        never_null=True,
    ),
)
