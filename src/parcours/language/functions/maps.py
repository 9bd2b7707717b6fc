"""Maps and objects: keys, values, entries (expression-language.md, 8.4; profile-query-language.md, 7.4).

A map keeps the order of its keys and may hold nulls. An object is read as a map of the fields that are not null, in
the order of its type.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import polars as pl

from parcours.core.columns import conform, entry_of
from parcours.core.schema import ANY, NULL, STRING, Kind, Type, list_of, map_of, polars_type, widest
from parcours.language.functions.declaration import Column, Function, NullRule, Value
from parcours.language.functions.flat import Flat, codes, firsts, flat, over_rows, pairs
from parcours.language.functions.signatures import Derived, ListOfVar, MapOfVar, Shape, Signature
from parcours.language.functions.types import ANYTHING, OBJECT, pql, signature
from parcours.language.functions.untyped import untyped

FAMILY = "map"
_MAP = MapOfVar(ANYTHING)
_KEYS = list_of(STRING)


def common_type(object_: Type) -> Type:
    """The type that holds every field of an object; untyped when there is none, or when one of several is."""
    kinds = {kind for _, kind in object_.fields}
    if len(kinds) > 1 and any(map(untyped, kinds)):
        return ANY
    joined: Type | None = NULL
    for _, kind in object_.fields:
        joined = None if joined is None else widest(joined, kind)
    return ANY if joined is None else joined


def _value_type(entry: Type) -> Type:
    return entry.field_type("value") or NULL


_MAP_OF_OBJECT = Derived("map", OBJECT, lambda kind: map_of(common_type(kind)))
_VALUE_OF_OBJECT = Derived("a value", OBJECT, common_type)
_VALUES_OF_OBJECT = Derived("list of values", OBJECT, lambda kind: list_of(common_type(kind)))
_ENTRIES_OF_OBJECT = Derived("list of entries {key, value}", OBJECT, lambda kind: list_of(entry_of(common_type(kind))))
_ENTRIES = Derived("list of entries {key, value}", ANYTHING, lambda kind: list_of(entry_of(kind)))
_MAP_OF_ENTRIES = Derived("map", OBJECT, lambda kind: map_of(_value_type(kind)))


def _from_entries(entries: list[Value]) -> dict[str, Value]:
    present = [entry for entry in entries if entry is not None and entry.get("key") is not None]
    return {entry["key"]: entry.get("value") for entry in present}


# --- columns -------------------------------------------------------------------------------------------


def _as_map(given: Column) -> tuple[pl.Expr, Type]:
    """A column of maps, and the type of their values."""
    if given.type.kind is not Kind.OBJECT:
        return given.expr, given.type.element or NULL
    value = common_type(given.type)
    entries = [
        pl.when(given.expr.struct.field(name).is_not_null()).then(
            pl.struct(
                pl.lit(name).alias("key"),
                conform(given.expr.struct.field(name), kind, value).alias("value"),
            )
        )
        for name, kind in given.type.fields
    ]
    if not entries:
        empty = pl.lit(pl.Series([[]], dtype=polars_type(map_of(value)))).first()
        return pl.when(given.expr.is_not_null()).then(empty), value
    return pl.when(given.expr.is_not_null()).then(pl.concat_list(entries).list.drop_nulls()), value


def _part(name: str) -> Any:
    def columns(given: Column) -> pl.Expr:
        return _as_map(given)[0].list.eval(pl.element().struct.field(name))

    return columns


def _first_key(given: Column) -> pl.Expr:
    return _as_map(given)[0].list.first().struct.field("key")


def _entry(given: Column, key: Column) -> pl.Expr:
    entries, value = _as_map(given)
    return over_rows(partial(_entry_series, value), (Column(entries, map_of(value)), key), value)


def _entry_series(value: Type, maps: pl.Series, keys: pl.Series) -> pl.Series:
    found = flat(maps)
    asked = keys.gather(pl.Series(found.owner))
    here = (found.elements.struct.field("key") == asked).fill_null(False).to_numpy()
    places = np.full(found.height, -1, np.int64)
    places[found.owner[here][::-1]] = np.flatnonzero(here)[::-1]
    rows = pl.Series(places)
    return found.elements.struct.field("value").cast(polars_type(value)).gather(rows.set(rows < 0, None))


def _from_entries_columns(entries: Column) -> pl.Expr:
    entry = entries.type.element or NULL
    value = _value_type(entry)
    if entry.field_type("key") is None:
        none = pl.lit(pl.Series([[]], dtype=polars_type(map_of(value)))).first()
        return pl.when(entries.expr.is_not_null()).then(none)
    return over_rows(partial(_from_entries_series, value), (entries,), map_of(value))


def _from_entries_series(value: Type, lists: pl.Series) -> pl.Series:
    """A key that occurs again keeps its place and takes the later value."""
    every = flat(lists)
    found = every.where(every.elements.struct.field("key").is_not_null().to_numpy())
    keys = found.elements.struct.field("key")
    code = codes(keys, STRING)
    numbers = pairs(found.owner, code, int(code.max(initial=-1)))
    first = firsts(numbers)
    last = pl.Series(np.arange(len(numbers))).to_frame("place").select(pl.col("place").last().over(pl.Series(numbers)))
    values = found.elements.struct.field("value").cast(polars_type(value)).gather(last.to_series().filter(first))
    kept = found.where(first)
    made = pl.DataFrame({"key": kept.elements.struct.field("key"), "value": values}).to_struct("entry")
    return Flat(kept.owner, made, kept.height, kept.unknown).lists()


def _both(to_map: Shape, to_object: Shape, *more: tuple[str, Type]) -> tuple[Signature, ...]:
    """A signature for maps and one for objects."""
    return (
        signature(("map", _MAP), *more, to=to_map),
        signature(("object", OBJECT), *more, to=to_object),
    )


_SAMPLE = {"a": 1, "b": 2}

FUNCTIONS = (
    Function(
        "entry",
        FAMILY,
        _both(ANYTHING, _VALUE_OF_OBJECT, ("key", STRING)),
        NullRule.PROPAGATE,
        "The value under a key, null when there is none. Keys are case-sensitive.",
        (((_SAMPLE, "b"), 2), ((_SAMPLE, "B"), None)),
        meaning=lambda given, key: given.get(key),
        columns=_entry,
        spellings=(pql("get"),),
        passes_on=True,
    ),
    Function(
        "keys",
        FAMILY,
        _both(_KEYS, _KEYS),
        NullRule.PROPAGATE,
        "The keys of a map in their order, or the names of the fields of an object that are not null.",
        (((_SAMPLE,), ["a", "b"]), ((None,), None)),
        meaning=list,
        columns=_part("key"),
        spellings=(pql("keys"),),
        passes_on=True,
    ),
    Function(
        "values",
        FAMILY,
        _both(ListOfVar(ANYTHING), _VALUES_OF_OBJECT),
        NullRule.PROPAGATE,
        "The values of a map in the order of its keys, or the fields of an object that are not null.",
        (((_SAMPLE,), [1, 2]), ((None,), None)),
        meaning=lambda given: list(given.values()),
        columns=_part("value"),
        spellings=(pql("values"),),
        passes_on=True,
    ),
    Function(
        "first_key",
        FAMILY,
        _both(STRING, STRING),
        NullRule.PROPAGATE,
        "The first key of a map, null when it is empty.",
        (((_SAMPLE,), "a"), ((None,), None)),
        meaning=lambda given: next(iter(given), None),
        columns=_first_key,
        passes_on=True,
    ),
    Function(
        "entries",
        FAMILY,
        _both(_ENTRIES, _ENTRIES_OF_OBJECT),
        NullRule.PROPAGATE,
        "The entries of a map as a list of objects with a key and a value.",
        (((_SAMPLE,), [{"key": "a", "value": 1}, {"key": "b", "value": 2}]), ((None,), None)),
        meaning=lambda given: [{"key": key, "value": value} for key, value in given.items()],
        columns=lambda given: _as_map(given)[0],
        passes_on=True,
    ),
    Function(
        "from_entries",
        FAMILY,
        (signature(("entries", ListOfVar(OBJECT)), to=_MAP_OF_ENTRIES),),
        NullRule.PROPAGATE,
        "The map made of a list of objects with a key and a value. Of entries with the same key the last counts; "
        "entries without a key are left out.",
        (
            (([{"key": "a", "value": 1}, {"key": "b", "value": 2}, {"key": "a", "value": 3}],), {"a": 3, "b": 2}),
            ((None,), None),
        ),
        meaning=_from_entries,
        columns=_from_entries_columns,
        passes_on=True,
    ),
    Function(
        "to_map",
        FAMILY,
        _both(_MAP, _MAP_OF_OBJECT),
        NullRule.PROPAGATE,
        "An object as a map of its fields that are not null; a map as it is.",
        (((_SAMPLE,), _SAMPLE), ((None,), None)),
        meaning=lambda given: given,
        columns=lambda given: _as_map(given)[0],
        passes_on=True,
    ),
)
