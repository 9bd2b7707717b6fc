"""Lists in order, and lists of objects by one of their attributes (expression-language.md, 10.1 and 10.4).

The name of the attribute may be computed: every row can ask for another one. An attribute that an object lacks is null.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import polars as pl

from parcours.core.columns import conform
from parcours.core.schema import BOOLEAN, INTEGER, STRING, Kind, Type, list_of, widest
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
    ordered,
    over_rows,
    pairs,
)
from parcours.language.functions.lists import FAMILY, each_list
from parcours.language.functions.same import first_of_each, key_of
from parcours.language.functions.signatures import ListOfVar, Shape, Signature
from parcours.language.functions.types import JOURNEY_SCALARS, OBJECT, SCALAR, journey, signature

_SCALARS, _OBJECTS = ListOfVar(SCALAR), ListOfVar(OBJECT)
_PARTS = frozenset({Kind.LIST, Kind.MAP, Kind.OBJECT})


def in_order(items: list[Value], keys: list[Value], ascending: bool) -> list[Value]:
    """The items by their keys; stable, those without a key last."""
    known = [place for place, key in enumerate(keys) if key is not None]
    known.sort(key=lambda place: keys[place], reverse=not ascending)
    return [items[place] for place in known] + [item for item, key in zip(items, keys, strict=True) if key is None]


def _keys(items: list[Value], name: str) -> list[Value]:
    return [None if item is None else item.get(name) for item in items]


def _single_keys(items: list[Value], name: str) -> list[Value]:
    """The attribute of each object as something to sort by; lists and objects have no order."""
    return [None if isinstance(key, list | dict) else key for key in _keys(items, name)]


def _filter_by(items: list[Value], name: str, values: list[Value]) -> list[Value]:
    wanted = {key_of(value) for value in values if value is not None}
    keyed = zip(items, _keys(items, name), strict=True)
    return [item for item, key in keyed if key is not None and key_of(key) in wanted]


def _distinct_by(items: list[Value], name: str, with_null: bool = False) -> list[Value]:
    keyed = zip(items, _keys(items, name), strict=True)
    kept = [(item, key_of(key)) for item, key in keyed if with_null or key is not None]
    return first_of_each([item for item, _ in kept], [key for _, key in kept])


# --- columns -------------------------------------------------------------------------------------------


def _sorted_series(type_: Type, lists: pl.Series, ascending: pl.Series) -> pl.Series:
    found = flat(lists)
    made = ordered(found, codes(found.elements, element_of(type_)), ascending.fill_null(True).to_numpy()).lists()
    return made.set(ascending.is_null(), None)


def _asked(type_: Type, names: pl.Series, found: Flat) -> Iterator[tuple[Bools, Type, pl.Series]]:
    """For each attribute that a row asks for: the elements of those rows, its type, its values for all elements."""
    asked = names.gather(pl.Series(found.owner))
    fields = dict(element_of(type_).fields)
    for name in names.unique():
        if name in fields:
            yield (asked == name).fill_null(False).to_numpy(), fields[name], found.elements.struct.field(name)


def _codes_by_name(type_: Type, names: pl.Series, found: Flat, usable: Callable[[Type], bool]) -> Int64s:
    """The code of the attribute that each element's row asks for; -1 where the object lacks it."""
    code = np.full(len(found.owner), -1, np.int64)
    for here, kind, values in _asked(type_, names, found):
        if usable(kind):
            code[here] = codes(values, kind)[here]
    return code


def _sorted_by_series(type_: Type, lists: pl.Series, names: pl.Series, ascending: pl.Series) -> pl.Series:
    found = flat(lists)
    code = _codes_by_name(type_, names, found, lambda kind: kind.kind not in _PARTS)
    made = ordered(found, code, ascending.fill_null(True).to_numpy()).lists()
    return made.set(ascending.is_null() | names.is_null(), None)


def _distinct_by_flat(type_: Type, with_null: bool, lists: pl.Series, names: pl.Series) -> Flat:
    found = flat(lists)
    code = _codes_by_name(type_, names, found, lambda _: True)
    first = firsts(pairs(found.owner, code, int(code.max(initial=-1))))
    return found.where(first if with_null else first & (code >= 0))


def _distinct_by_series(type_: Type, with_null: bool, lists: pl.Series, names: pl.Series) -> pl.Series:
    return _distinct_by_flat(type_, with_null, lists, names).lists().set(names.is_null(), None)


def _count_by_series(type_: Type, lists: pl.Series, names: pl.Series) -> pl.Series:
    return pl.Series(_distinct_by_flat(type_, False, lists, names).counts()).set(names.is_null(), 0)


def _filtered_series(type_: Type, wanted: Type, lists: pl.Series, names: pl.Series, values: pl.Series) -> pl.Series:
    found, others = flat(lists), flat(values)
    kept = np.zeros(len(found.owner), np.bool_)
    for here, kind, attribute in _asked(type_, names, found):
        common = widest(kind, wanted)
        if common is not None and common.kind not in _PARTS:
            left, right = joint_codes(_as(attribute, kind, common), _as(others.elements, wanted, common), common)
            most = int(max(left.max(initial=-1), right.max(initial=-1)))
            meets = np.isin(pairs(found.owner, left, most), pairs(others.owner, right, most)) & (left >= 0)
            kept[here] = meets[here]
    return found.where(kept).lists().set(names.is_null() | values.is_null(), None)


def _as(values: pl.Series, have: Type, want: Type) -> pl.Series:
    return values.to_frame("value").select(conform(pl.col("value"), have, want)).to_series()


def _on(compute: Callable[..., pl.Series], *more: object, to: Type | None = None) -> Callable[..., pl.Expr]:
    def columns(items: Column, *others: Column) -> pl.Expr:
        return over_rows(partial(compute, items.type, *more), (items, *others), to or items.type)

    return columns


def _filter_columns(items: Column, name: Column, values: Column) -> pl.Expr:
    return over_rows(partial(_filtered_series, items.type, element_of(values.type)), (items, name, values), items.type)


def _by(to: Shape, *more: tuple[str, Type]) -> Signature:
    return signature(("list", _OBJECTS), ("attribute", STRING), *more, to=to)


FUNCTIONS = (
    Function(
        "sort_list",
        FAMILY,
        (signature(("list", _SCALARS), ("ascending", BOOLEAN), to=_SCALARS),),
        NullRule.PROPAGATE,
        "The elements in order, ascending when the second argument is true; nulls last, equal elements in their old "
        "order.",
        ((([3, None, 1], True), [1, 3, None]), (([1, 3, None], False), [3, 1, None]), ((["b", "B"], True), ["B", "b"])),
        meaning=lambda items, ascending: in_order(items, items, ascending),
        columns=_on(_sorted_series),
        spellings=(journey("sort", *each_list(BOOLEAN)),),
    ),
    Function(
        "sort_by",
        FAMILY,
        (_by(_OBJECTS, ("ascending", BOOLEAN)),),
        NullRule.PROPAGATE,
        "The objects in the order of an attribute, ascending when the third argument is true; those without it last, "
        "equal ones in their old order.",
        (
            (([{"n": 1}, {"n": None}, {"n": 2}], "n", False), [{"n": 2}, {"n": 1}, {"n": None}]),
            (([{"n": 2}, {"n": 1}], "m", True), [{"n": 2}, {"n": 1}]),
        ),
        meaning=lambda items, name, ascending: in_order(items, _single_keys(items, name), ascending),
        columns=_on(_sorted_by_series),
        spellings=(journey("sort", _by(_OBJECTS, ("ascending", BOOLEAN))),),
    ),
    Function(
        "filter_by",
        FAMILY,
        (signature(("list", _OBJECTS), ("attribute", STRING), ("values", _SCALARS), to=_OBJECTS),),
        NullRule.PROPAGATE,
        "The objects whose attribute is one of the values.",
        (
            (([{"id": 1, "n": "a"}, {"id": 2, "n": "b"}], "n", ["a", "c"]), [{"id": 1, "n": "a"}]),
            (([{"id": 1}, {"id": None}], "id", [None]), []),
        ),
        meaning=_filter_by,
        columns=_filter_columns,
        spellings=(
            journey(
                "filter",
                *(
                    signature(("list", _OBJECTS), ("attribute", STRING), ("values", list_of(kind)), to=_OBJECTS)
                    for kind in JOURNEY_SCALARS
                ),
            ),
        ),
    ),
    Function(
        "distinct_by",
        FAMILY,
        (_by(_OBJECTS),),
        NullRule.PROPAGATE,
        "The first object with each value of an attribute; objects without it are left out.",
        (
            (([{"id": 1, "n": "a"}, {"id": 2, "n": "a"}, {"id": 3, "n": None}], "n"), [{"id": 1, "n": "a"}]),
            (([{"n": "a"}], "m"), []),
        ),
        meaning=_distinct_by,
        columns=_on(_distinct_by_series, False),
        spellings=(journey("distinct", _by(_OBJECTS)),),
    ),
    Function(
        "distinct_with_null_by",
        FAMILY,
        (_by(_OBJECTS),),
        NullRule.PROPAGATE,
        "The first object with each value of an attribute, and the first without it.",
        (
            (([{"n": "a"}, {"n": None}, {"n": "a"}, {"n": None}], "n"), [{"n": "a"}, {"n": None}]),
            (([{"n": "a"}, {"n": "b"}], "m"), [{"n": "a"}]),
        ),
        meaning=lambda items, name: _distinct_by(items, name, with_null=True),
        columns=_on(_distinct_by_series, True),
        spellings=(journey("distinctWithNull", _by(_OBJECTS)),),
    ),
    Function(
        "count_distinct_by",
        FAMILY,
        (_by(INTEGER),),
        NullRule.OWN,
        "The number of different values that an attribute has in the objects, null not counted; 0 for a null list.",
        ((([{"n": "a"}, {"n": "a"}, {"n": None}], "n"), 1), ((None, "n"), 0)),
        meaning=lambda items, name: len(_distinct_by(items or [], name)) if name is not None else 0,
        columns=_on(_count_by_series, to=INTEGER),
        never_null=True,
        spellings=(journey("distinctCount", _by(INTEGER)),),
    ),
)
