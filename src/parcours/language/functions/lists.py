"""Lists: their size, members and parts (expression-language.md, 10.4 and N8; profile-query-language.md, 7.2).

A null list is the empty list where something is asked about it (its size, its members), and gives null where a list
or an element is made from it.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import polars as pl

from parcours.core.schema import BOOLEAN, INTEGER, OFFSET_TIME, STRING, Type, list_of
from parcours.language.functions.conversion import text_columns, text_of
from parcours.language.functions.declaration import Column, Function, NullRule, Value
from parcours.language.functions.flat import element_of, flat, over_rows
from parcours.language.functions.same import key_of
from parcours.language.functions.signatures import ListOfVar, Signature
from parcours.language.functions.types import (
    ANYTHING,
    JOURNEY_SCALARS,
    OBJECT,
    SCALAR,
    exactly,
    journey,
    pql,
    signature,
)

FAMILY = "list"
_ANY_LIST, _SCALARS = ListOfVar(ANYTHING), ListOfVar(SCALAR)
_OBJECTS = signature(("list", ListOfVar(OBJECT)), to=INTEGER)


def each_list(*more: Type, to: Type | None = None) -> tuple[Signature, ...]:
    """The journey language's signatures for a list of each scalar type; without ``to`` they give the same list."""
    return tuple(exactly(list_of(kind), *more, to=to or list_of(kind)) for kind in JOURNEY_SCALARS)


def _contains(items: list[Value], item: Value) -> bool:
    return key_of(item) in map(key_of, items)


def _contains_columns(items: Column, item: Column) -> pl.Expr:
    if items.type == list_of(OFFSET_TIME):
        instants = items.expr.list.eval(pl.element().struct.field("instant"))
        return item.expr.struct.field("instant").is_in(instants)
    return item.expr.is_in(items.expr)


def _has_null_columns(items: Column) -> pl.Expr:
    return (items.expr.list.len() != items.expr.list.drop_nulls().list.len()).fill_null(False)


def _item_at(items: list[Value], place: int) -> Value:
    return items[place] if 0 <= place < len(items) else None


def _item_at_columns(items: Column, place: Column) -> pl.Expr:
    valid = pl.when(place.expr.is_between(0, 2**31 - 1)).then(place.expr)
    return over_rows(_items_at, (items, Column(valid, INTEGER)), items.type.element or items.type)


def _items_at(lists: pl.Series, places: pl.Series) -> pl.Series:
    found = pl.DataFrame({"list": lists, "place": places})
    return found.select(pl.col("list").list.get(pl.col("place"), null_on_oob=True)).to_series()


def _take(items: list[Value], count: int, first: bool = True) -> list[Value]:
    count = min(max(count, 0), len(items))
    return items[:count] if first else items[len(items) - count :]


def _take_columns(items: Column, count: Column, first: Column | None = None) -> pl.Expr:
    number = count.expr.clip(0, 2**31 - 1)
    if first is None:
        return over_rows(_taken, (items, Column(number, INTEGER)), items.type)
    return over_rows(_taken, (items, Column(number, INTEGER), first), items.type)


def _taken(lists: pl.Series, counts: pl.Series, first: pl.Series | None = None) -> pl.Series:
    frame = pl.DataFrame({"list": lists, "count": counts})
    counted = pl.col("count").is_not_null()
    head = pl.col("list").list.head(pl.col("count"))
    if first is None:
        return frame.select(pl.when(counted).then(head)).to_series()
    tail = pl.col("list").list.tail(pl.col("count"))
    chosen = pl.when(pl.col("first") & counted).then(head).when(pl.col("first").not_() & counted).then(tail)
    return frame.with_columns(first=first).select(chosen).to_series()


def _joined(items: list[Value], separator: str, quoted: bool) -> str:
    mark = '"' if quoted else ""
    return separator.join(f"{mark}{text_of(item)}{mark}" for item in items if item is not None)


def _joined_columns(items: Column, separator: Column, quoted: Column) -> pl.Expr:
    return over_rows(partial(_joined_series, items.type), (items, separator, quoted), STRING)


def _joined_series(type_: Type, lists: pl.Series, separators: pl.Series, quoted: pl.Series) -> pl.Series:
    found, element = flat(lists), element_of(type_)
    text = text_columns(Column(pl.col("element"), element))
    texts = pl.DataFrame({"element": found.elements}).select(text).to_series().cast(pl.String)
    mark = quoted.to_frame("q").select(pl.when(pl.col("q")).then(pl.lit('"')).when(pl.col("q").not_()).then(pl.lit("")))
    marks = mark.to_series().gather(pl.Series(found.owner))
    lists = type(found)(found.owner, marks + texts + marks, found.height, found.unknown).lists()
    frame = pl.DataFrame({"list": lists, "separator": separators, "quoted": quoted})
    joined = pl.col("list").list.join(pl.col("separator"), ignore_nulls=True)
    known = pl.col("list").is_not_null() & pl.col("separator").is_not_null() & pl.col("quoted").is_not_null()
    return frame.select(pl.when(known).then(joined)).to_series()


def _null_if_empty_columns(items: Column) -> pl.Expr:
    return pl.when(items.expr.list.len() > 0).then(items.expr)


def _end(which: int) -> dict[str, Any]:
    def columns(items: Column) -> pl.Expr:
        return items.expr.list.get(which, null_on_oob=True)

    return {"meaning": lambda items: items[which] if items else None, "columns": columns}


FUNCTIONS = (
    Function(
        "contains_item",
        FAMILY,
        (signature(("list", _SCALARS), ("value", SCALAR), to=BOOLEAN),),
        NullRule.FALSE,
        "True when the list holds the value. False for a null list and for a null value.",
        (((["a", "b"], "a"), True), (([1, 2], 3), False), (([1, None], None), False), ((None, 1), False)),
        meaning=_contains,
        columns=_contains_columns,
        spellings=(pql("includes"),),
    ),
    Function(
        "has_null",
        FAMILY,
        (signature(("list", _ANY_LIST), to=BOOLEAN),),
        NullRule.FALSE,
        "True when an element is null. The empty text is not null; a null list has no elements.",
        ((([1, None],), True), ((["", "a"],), False), ((None,), False)),
        meaning=lambda items: None in items,
        columns=_has_null_columns,
        passes_on=True,
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
        spellings=(
            journey("listSize", *each_list(to=INTEGER), _OBJECTS),
            journey("countWithNull", *each_list(to=INTEGER)),
            pql("count"),
        ),
        passes_on=True,
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
        passes_on=True,
    ),
    Function(
        "null_if_empty",
        FAMILY,
        (signature(("list", _ANY_LIST), to=_ANY_LIST),),
        NullRule.PROPAGATE,
        "The list, or null when it has no elements.",
        ((([1, None],), [1, None]), (([],), None), ((None,), None)),
        meaning=lambda items: items or None,
        columns=_null_if_empty_columns,
        passes_on=True,
    ),
    Function(
        "first_item",
        FAMILY,
        (signature(("list", _ANY_LIST), to=ANYTHING),),
        NullRule.PROPAGATE,
        "The first element; null when there is none.",
        (((["a", "b"],), "a"), (([None, 1],), None), (([],), None)),
        **_end(0),
        spellings=(pql("head"),),
        passes_on=True,
    ),
    Function(
        "last_item",
        FAMILY,
        (signature(("list", _ANY_LIST), to=ANYTHING),),
        NullRule.PROPAGATE,
        "The last element; null when there is none.",
        (((["a", "b"],), "b"), (([1, None],), None), (([],), None)),
        **_end(-1),
        passes_on=True,
    ),
    Function(
        "item_at",
        FAMILY,
        (signature(("list", _ANY_LIST), ("place", INTEGER), to=ANYTHING),),
        NullRule.PROPAGATE,
        "The element at a place, counted from 0; null when there is none, and for negative places.",
        (((["a", "b"], 1), "b"), (([1, 2], 2), None), (([1, 2], -1), None), ((None, 0), None)),
        meaning=_item_at,
        columns=_item_at_columns,
        spellings=(journey("getListItem", *(exactly(list_of(k), INTEGER, to=k) for k in JOURNEY_SCALARS)),),
        passes_on=True,
    ),
    Function(
        "take",
        FAMILY,
        (
            signature(("list", _ANY_LIST), ("count", INTEGER), to=_ANY_LIST),
            signature(("list", _ANY_LIST), ("count", INTEGER), ("first", BOOLEAN), to=_ANY_LIST),
        ),
        NullRule.PROPAGATE,
        "So many elements from the start, or from the end when the third argument is false; all of them when there are "
        "fewer, none when the number is not positive.",
        ((([1, 2, 3], 2), [1, 2]), (([1, 2, 3], 2, False), [2, 3]), (([1], 5), [1]), (([1], -1), [])),
        meaning=_take,
        columns=_take_columns,
        spellings=(
            journey(
                "limit",
                *each_list(INTEGER),
                signature(("list", ListOfVar(OBJECT)), ("count", INTEGER), to=ListOfVar(OBJECT)),
                *each_list(INTEGER, BOOLEAN),
                signature(("list", ListOfVar(OBJECT)), ("count", INTEGER), ("first", BOOLEAN), to=ListOfVar(OBJECT)),
            ),
        ),
        passes_on=True,
    ),
    Function(
        "join_list",
        FAMILY,
        (signature(("list", _SCALARS), ("separator", STRING), ("quoted", BOOLEAN), to=STRING),),
        NullRule.PROPAGATE,
        "The elements as text with the separator between them, each in double quotes if the third argument is true. "
        "Nulls are skipped.",
        ((([1, None, 3], "-", False), "1-3"), ((["a", "b"], ";", True), '"a";"b"'), (([], ",", True), "")),
        meaning=_joined,
        columns=_joined_columns,
        spellings=(journey("serializeList", *each_list(STRING, BOOLEAN, to=STRING)),),
    ),
)
