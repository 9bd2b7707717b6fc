"""Lists of many rows at once: their elements as one flat column, and lists made from such a column again.

What Polars has no list function for, or has one for numbers only, is computed here on the elements of all rows
together. Elements are compared by *codes*: equal values have equal codes, whatever their type, and null has -1.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.schema import ANY, NULL, Kind, Type, polars_type
from parcours.language.functions.declaration import Column

Int64s: TypeAlias = NDArray[np.int64]
Bools: TypeAlias = NDArray[np.bool_]
#: A computation on columns of equal length.
Compute: TypeAlias = Callable[..., pl.Series]


def over_rows(compute: Compute, args: Sequence[Column], result: Type) -> pl.Expr:
    """The column ``compute(*columns)``: one series per argument, constants spread to the length of the others."""
    rows = pl.struct([arg.expr.alias(f"{position}") for position, arg in enumerate(args)])
    dtype = polars_type(result)
    return rows.map_batches(partial(_computed, compute, dtype), return_dtype=dtype, is_elementwise=True)


def _computed(compute: Compute, dtype: pl.DataType, rows: pl.Series) -> pl.Series:
    found = compute(*rows.struct.unnest().get_columns())
    return found.cast(dtype).rename(rows.name)


@dataclass(frozen=True, slots=True)
class Flat:
    """The elements of the lists of a column, in order: ``owner`` is the row each stands in."""

    owner: Int64s
    elements: pl.Series
    height: int
    unknown: Bools

    def where(self, kept: Bools | Int64s) -> Flat:
        """Only these elements, or the elements at these places in this order."""
        places = np.flatnonzero(kept) if kept.dtype == np.bool_ else kept
        return Flat(self.owner[places], self.elements.gather(pl.Series(places)), self.height, self.unknown)

    def counts(self, kept: Bools | None = None) -> Int64s:
        """The number of elements per row, or of those kept."""
        owner = self.owner if kept is None else self.owner[kept]
        return np.bincount(owner, minlength=self.height).astype(np.int64)

    def lists(self) -> pl.Series:
        """The lists again: null where the list was null, else with the elements that there are (in order of rows)."""
        groups = pl.DataFrame({"owner": self.owner, "element": self.elements})
        made = groups.group_by("owner", maintain_order=True).agg(pl.col("element"))
        empty = pl.Series([[]], dtype=pl.List(self.elements.dtype))
        pool = made["element"].extend(empty)
        place = np.full(self.height, len(made), np.int64)
        place[made["owner"].to_numpy()] = np.arange(len(made))
        return pool.gather(pl.Series(place).set(pl.Series(self.unknown), None))


def flat(lists: pl.Series) -> Flat:
    """The elements of a column of lists."""
    lengths = lists.list.len().fill_null(0).to_numpy()
    owner = np.repeat(np.arange(len(lists), dtype=np.int64), lengths)
    elements = lists.explode(empty_as_null=False, keep_nulls=False)
    return Flat(owner, elements, len(lists), lists.is_null().to_numpy())


def codes(elements: pl.Series, type_: Type) -> Int64s:
    """A number per element: equal for equal values, in their order where they have one, -1 for null."""
    key = elements.to_frame("element").select(identity(pl.col("element"), type_)).to_series()
    ranks = key.rank("dense") if len(key) else key.cast(pl.UInt32)
    return ranks.cast(pl.Int64).fill_null(-1).to_numpy()


def identity(expr: pl.Expr, type_: Type) -> pl.Expr:
    """What values are compared by: instants without their offset, lists, maps and objects as text, others as is."""
    match type_.kind:
        case Kind.OFFSET_TIME:
            return expr.struct.field("instant")
        case Kind.BOOLEAN:
            return expr.cast(pl.Int8)
        case Kind.DECIMAL:
            return expr + 0.0  # one zero
        case Kind.LIST | Kind.MAP | Kind.OBJECT:
            text = pl.struct(_comparable(expr, type_).alias("value")).struct.json_encode()
            return pl.when(expr.is_not_null()).then(text)
        case _:
            return expr


def _comparable(expr: pl.Expr, type_: Type) -> pl.Expr:
    match type_.kind:
        case Kind.LIST:
            return expr.list.eval(_comparable(pl.element(), type_.element or ANY))
        case Kind.MAP:
            key, value = pl.element().struct.field("key"), pl.element().struct.field("value")
            entry = pl.struct(key, _comparable(value, type_.element or ANY).alias("value"))
            known = value.is_not_null()
            return expr.list.eval(entry.filter(known).sort_by(key.filter(known)))
        case Kind.OBJECT if type_.fields:
            parts = [_comparable(expr.struct.field(name), kind).alias(name) for name, kind in type_.fields]
            return pl.when(expr.is_not_null()).then(pl.struct(parts))
        case Kind.OBJECT:
            return expr.is_not_null()
        case Kind.DATE_ONLY | Kind.DATE_TIME | Kind.DATE_TIME_ONLY | Kind.DURATION:
            return expr.to_physical()
        case _:
            return identity(expr, type_)


def joint_codes(left: pl.Series, right: pl.Series, type_: Type) -> tuple[Int64s, Int64s]:
    """:func:`codes` of two columns of the same type, comparable with each other."""
    both = codes(left.rename("both").append(right.rename("both")), type_)
    return both[: len(left)], both[len(left) :]


def pairs(owner: Int64s, code: Int64s, most: int) -> Int64s:
    """One number per row and code, equal where both are; ``most`` is the greatest code there is."""
    return owner * (most + 2) + code + 1


def firsts(numbers: Int64s) -> Bools:
    """Which numbers occur for the first time."""
    first = np.zeros(len(numbers), np.bool_)
    first[np.unique(numbers, return_index=True)[1]] = True
    return first


def ordered(found: Flat, code: Int64s, ascending: Bools) -> Flat:
    """The elements of each row by their codes, -1 last; stable. ``ascending`` has one value per row."""
    most = int(code.max(initial=0)) + 1
    key = np.where(code < 0, most, np.where(ascending[found.owner], code, most - 1 - code))
    return found.where(np.lexsort((key, found.owner)))


def element_of(type_: Type) -> Type:
    """The type of the elements of a list, of nothing where it is not known."""
    return type_.element or NULL
