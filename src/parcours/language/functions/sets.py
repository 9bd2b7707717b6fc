"""Lists as sets and bags: different values, common members (expression-language.md, 10.1 and 10.4;
profile-query-language.md, 7.2).

Equal objects count as one; an attribute that an object lacks is null. Two nulls are one value where nulls are counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from functools import partial

import numpy as np
import polars as pl

from parcours.core.schema import BOOLEAN, INTEGER, Type, list_of
from parcours.language.functions.declaration import Column, Function, NullRule, Value
from parcours.language.functions.flat import (
    Bools,
    Flat,
    Int64s,
    codes,
    element_of,
    firsts,
    flat,
    joint_codes,
    over_rows,
    pairs,
)
from parcours.language.functions.lists import FAMILY, each_list
from parcours.language.functions.same import first_of_each, key_of
from parcours.language.functions.signatures import ListOfVar, Signature
from parcours.language.functions.types import ANYTHING, JOURNEY_SCALARS, OBJECT, exactly, journey, pql, signature

_LIST, _OBJECTS = ListOfVar(ANYTHING), ListOfVar(OBJECT)


def _two_lists(to: Type | None = None) -> tuple[Signature, ...]:
    return tuple(exactly(list_of(kind), list_of(kind), to=to or list_of(kind)) for kind in JOURNEY_SCALARS)


# --- different values ----------------------------------------------------------------------------------


def _known_keys(items: Sequence[Value] | None) -> list[Hashable]:
    return [key_of(item) for item in items or () if item is not None]


def _distinct(items: list[Value]) -> list[Value]:
    return [item for item in _distinct_with_null(items) if item is not None]


def _distinct_with_null(items: list[Value]) -> list[Value]:
    return first_of_each(items, [key_of(item) for item in items])


def _different(lists: pl.Series, type_: Type, with_null: bool) -> tuple[Flat, Bools]:
    found = flat(lists)
    code = codes(found.elements, element_of(type_))
    first = firsts(pairs(found.owner, code, int(code.max(initial=-1))))
    return found, first if with_null else first & (code >= 0)


def _distinct_columns(with_null: bool) -> Callable[[Column], pl.Expr]:
    def compute(type_: Type, lists: pl.Series) -> pl.Series:
        found, kept = _different(lists, type_, with_null)
        return found.where(kept).lists()

    return lambda items: over_rows(partial(compute, items.type), (items,), items.type)


def _count_distinct_columns(with_null: bool) -> Callable[[Column], pl.Expr]:
    def compute(type_: Type, lists: pl.Series) -> pl.Series:
        found, kept = _different(lists, type_, with_null)
        return pl.Series(found.counts(kept))

    return lambda items: over_rows(partial(compute, items.type), (items,), INTEGER)


# --- common members ------------------------------------------------------------------------------------


def _intersection(left: list[Value] | None, right: list[Value] | None) -> list[Value]:
    common = set(_known_keys(right))
    return [item for item in _distinct(left or []) if key_of(item) in common]


def _subset(left: list[Value], right: list[Value]) -> bool:
    return None not in left and set(_known_keys(left)) <= set(_known_keys(right))


def _same_members(left: list[Value], right: list[Value]) -> bool:
    return Counter(map(key_of, left)) == Counter(map(key_of, right))


def _numbered(type_: Type, left: pl.Series, right: pl.Series) -> tuple[Flat, Int64s, Bools, Flat, Int64s]:
    """The left elements by row and value, which are not null, and the right elements likewise."""
    first, second = flat(left), flat(right)
    here, there = joint_codes(first.elements, second.elements, element_of(type_))
    most = int(max(here.max(initial=-1), there.max(initial=-1)))
    return first, pairs(first.owner, here, most), here >= 0, second, pairs(second.owner, there, most)


def _intersection_series(type_: Type, left: pl.Series, right: pl.Series) -> pl.Series:
    found, numbers, known, _, others = _numbered(type_, left, right)
    kept = found.where(known & np.isin(numbers, others) & firsts(numbers))
    return Flat(kept.owner, kept.elements, kept.height, np.zeros(kept.height, np.bool_)).lists()


def _intersects_series(type_: Type, left: pl.Series, right: pl.Series) -> pl.Series:
    found, numbers, known, _, others = _numbered(type_, left, right)
    return pl.Series(found.counts(known & np.isin(numbers, others)) > 0)


def _subset_series(type_: Type, left: pl.Series, right: pl.Series) -> pl.Series:
    found, numbers, known, other, others = _numbered(type_, left, right)
    outside = found.counts(~(known & np.isin(numbers, others)))
    return pl.Series((outside == 0) & ~found.unknown & ~other.unknown)


def _same_members_series(type_: Type, left: pl.Series, right: pl.Series) -> pl.Series:
    found, numbers, _, other, others = _numbered(type_, left, right)
    values, places = np.unique(np.append(numbers, others), return_inverse=True)
    signs = np.append(np.ones(len(numbers)), -np.ones(len(others)))
    surplus = np.bincount(places, signs, len(values)) != 0
    owner = np.append(found.owner, other.owner)
    uneven = np.bincount(owner[surplus[places]], minlength=found.height) > 0
    return pl.Series(~uneven & ~found.unknown & ~other.unknown)


def _on_both(compute: Callable[..., pl.Series], result: Type | None = None) -> Callable[[Column, Column], pl.Expr]:
    def columns(left: Column, right: Column) -> pl.Expr:
        return over_rows(partial(compute, left.type), (left, right), result or left.type)

    return columns


def _of_two(to: Type | ListOfVar) -> Signature:
    return signature(("list", _LIST), ("other", _LIST), to=to)


FUNCTIONS = (
    Function(
        "count_known",
        FAMILY,
        (signature(("list", _LIST), to=INTEGER),),
        NullRule.OWN,
        "The number of elements that are not null; 0 for a null list.",
        ((([10, 2, 10, None],), 3), ((None,), 0)),
        meaning=lambda items: len(_known_keys(items)),
        columns=lambda items: items.expr.list.drop_nulls().list.len().cast(pl.Int64).fill_null(0),
        never_null=True,
        spellings=(journey("count", *each_list(to=INTEGER), signature(("list", _OBJECTS), to=INTEGER)),),
        passes_on=True,
    ),
    Function(
        "count_null",
        FAMILY,
        (signature(("list", _LIST), to=INTEGER),),
        NullRule.OWN,
        "The number of elements that are null; 0 for a null list.",
        ((([10, None, None],), 2), ((None,), 0)),
        meaning=lambda items: len(items or ()) - len(_known_keys(items)),
        columns=lambda items: (
            items.expr.list.len().cast(pl.Int64) - items.expr.list.drop_nulls().list.len().cast(pl.Int64)
        ).fill_null(0),
        never_null=True,
        spellings=(journey("countOnlyNull", *each_list(to=INTEGER)),),
        passes_on=True,
    ),
    Function(
        "count_distinct",
        FAMILY,
        (signature(("list", _LIST), to=INTEGER),),
        NullRule.OWN,
        "The number of different values that are not null; 0 for a null list.",
        ((([10, 2, 10, None],), 2), ((None,), 0)),
        meaning=lambda items: len(set(_known_keys(items))),
        columns=_count_distinct_columns(with_null=False),
        never_null=True,
        spellings=(journey("distinctCount", *each_list(to=INTEGER), signature(("list", _OBJECTS), to=INTEGER)),),
    ),
    Function(
        "count_distinct_with_null",
        FAMILY,
        (signature(("list", _LIST), to=INTEGER),),
        NullRule.OWN,
        "The number of different values, null counting as one; 0 for a null list.",
        ((([10, 2, 10, None, None],), 3), ((None,), 0)),
        meaning=lambda items: len(set(map(key_of, items or ()))),
        columns=_count_distinct_columns(with_null=True),
        never_null=True,
        spellings=(journey("distinctCountWithNull", *each_list(to=INTEGER)),),
    ),
    Function(
        "distinct",
        FAMILY,
        (signature(("list", _LIST), to=_LIST),),
        NullRule.PROPAGATE,
        "The different values in order of their first occurrence, without null.",
        ((([10, 2, 10, None],), [10, 2]), (([],), []), ((None,), None)),
        meaning=_distinct,
        columns=_distinct_columns(with_null=False),
        spellings=(journey("distinct", *each_list(), signature(("list", _OBJECTS), to=_OBJECTS)), pql("distinct")),
    ),
    Function(
        "distinct_with_null",
        FAMILY,
        (signature(("list", _LIST), to=_LIST),),
        NullRule.PROPAGATE,
        "The different values in order of their first occurrence, null as one of them.",
        ((([10, None, 10, None],), [10, None]), ((None,), None)),
        meaning=_distinct_with_null,
        columns=_distinct_columns(with_null=True),
        spellings=(journey("distinctWithNull", *each_list(), signature(("list", _OBJECTS), to=_OBJECTS)),),
    ),
    Function(
        "intersection",
        FAMILY,
        (_of_two(_LIST),),
        NullRule.OWN,
        "The values of the first list that are also in the second, in the order of the first, each once, without "
        "null. A null list is the empty list.",
        ((([3, 2, 1, 1, None], [1, None, 2]), [2, 1]), ((["a"], ["b"]), []), ((None, [1]), [])),
        meaning=_intersection,
        columns=_on_both(_intersection_series),
        never_null=True,
        spellings=(journey("intersect", *_two_lists()), pql("intersection")),
    ),
    Function(
        "intersects",
        FAMILY,
        (_of_two(BOOLEAN),),
        NullRule.FALSE,
        "True when the lists have a value in common; null is none.",
        ((([1, 2], [2, 3]), True), (([1, None], [None]), False), ((None, [1]), False)),
        meaning=lambda left, right: bool(_intersection(left, right)),
        columns=_on_both(_intersects_series, BOOLEAN),
        spellings=(pql("intersects"),),
    ),
    Function(
        "subset_of",
        FAMILY,
        (_of_two(BOOLEAN),),
        NullRule.FALSE,
        "True when every element of the first list is in the second; a null element is in no list.",
        ((([1, 1], [1, 2]), True), (([], [1]), True), (([1, None], [1, None]), False), ((None, [1]), False)),
        meaning=_subset,
        columns=_on_both(_subset_series, BOOLEAN),
        spellings=(pql("subsetOf"),),
    ),
    Function(
        "superset_of",
        FAMILY,
        (_of_two(BOOLEAN),),
        NullRule.FALSE,
        "True when every element of the second list is in the first; a null element is in no list.",
        ((([1, 2], [1, 1]), True), (([1], []), True), (([1], [1, 2]), False), ((None, [1]), False)),
        meaning=lambda left, right: _subset(right, left),
        columns=lambda left, right: _on_both(_subset_series, BOOLEAN)(right, left),
        spellings=(pql("supersetOf"),),
    ),
    Function(
        "same_members",
        FAMILY,
        (_of_two(BOOLEAN),),
        NullRule.FALSE,
        "True when both lists have the same elements the same number of times, in any order.",
        ((([1, 2, 2], [2, 1, 2]), True), (([1, 2], [1, 2, 2]), False), (([], []), True), ((None, []), False)),
        meaning=_same_members,
        columns=_on_both(_same_members_series, BOOLEAN),
    ),
)
