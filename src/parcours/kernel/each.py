"""Lists and maps made element by element: filter, map, group, and lists in the order of a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import numpy as np
import polars as pl

from parcours.core.schema import STRING, Type, list_of, map_of
from parcours.kernel.elements import Elements, Make, elements
from parcours.kernel.scope import Compile, Scope
from parcours.kernel.untyped import by_value, truth, with_failed
from parcours.language.functions.conversion import text_columns, text_of
from parcours.language.functions.declaration import Column, Value
from parcours.language.functions.flat import Flat, codes, ordered
from parcours.language.functions.untyped import partly_untyped, untyped
from parcours.language.reference import arranged
from parcours.language.tree import Each


def each(node: Each, over: Column, compile_: Compile, scope: Scope) -> Column:
    """The column of ``node``; a null list gives null."""
    found = elements(over, node.body, compile_, scope, _BODIES.get(node.kind))
    if node.kind in _ORDERS and untyped(found.body.type):
        return _arranged(node.kind == "ascending", found)
    make, type_ = _make(node.kind, over.type, found.body)
    return found.column(make, type_, nullable=over.nullable)


def _key(body: Column) -> Column:
    """What elements are grouped by, as text."""
    if partly_untyped(body.type):
        return with_failed(by_value(_text, [body], STRING), body.failed)
    return body


def _text(value: Value) -> str | None:
    return None if value is None else text_of(value)


_ORDERS = ("ascending", "descending")
#: What is made of the values of the body first.
_BODIES: Mapping[str, Callable[[Column], Column]] = {"filter": truth, "group": _key}


def _arranged(ascending: bool, found: Elements) -> Column:
    """The elements in the order of keys of unknown types."""
    keys = found.column(_mapped, list_of(found.body.type), nullable=True)
    made = by_value(partial(_in_order, ascending), [found.over, keys], found.over.type)
    return with_failed(made, keys.failed)


def _in_order(ascending: bool, items: list[Value] | None, keys: list[Value] | None) -> list[Value] | None:
    return None if items is None or keys is None else arranged(items, keys, ascending)


def _make(kind: str, over: Type, body: Column) -> tuple[Make, Type]:
    match kind:
        case "filter":
            return _filtered, over
        case "map":
            return _mapped, list_of(body.type)
        case "group":
            return partial(_grouped, body.type), map_of(over)
        case _:
            return partial(_sorted, body.type, kind == "ascending"), over


def _filtered(found: Flat, met: pl.Series) -> pl.Series:
    return found.where(met.fill_null(False).to_numpy()).lists()


def _mapped(found: Flat, values: pl.Series) -> pl.Series:
    return Flat(found.owner, values, found.height, found.unknown).lists()


def _sorted(type_: Type, ascending: bool, found: Flat, values: pl.Series) -> pl.Series:
    return ordered(found, codes(values, type_), np.full(found.height, ascending)).lists()


def _grouped(type_: Type, found: Flat, values: pl.Series) -> pl.Series:
    """The groups in order of their first elements."""
    text = text_columns(Column(pl.col("key"), type_))
    frame = pl.DataFrame({"owner": found.owner, "key": values, "value": found.elements}).with_columns(text.alias("key"))
    groups = frame.drop_nulls("key").group_by("owner", "key", maintain_order=True).agg(pl.col("value"))
    groups = groups.sort("owner", maintain_order=True)
    entries = groups.select(pl.struct("key", "value")).to_series()
    return Flat(groups["owner"].to_numpy(), entries, found.height, found.unknown).lists()
