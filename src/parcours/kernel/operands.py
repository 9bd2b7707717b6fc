"""Values as plain NumPy arrays with their nulls, and where rules over them read their parts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.schema import Kind, Type, polars_type
from parcours.kernel.rows import Bools
from parcours.language.reference import plain
from parcours.language.tree import Node

#: Values in physical form (numbers, booleans, dates as days, times and durations as microseconds), and which of
#: them are null; ``None``: none is. A null's value is any number that computes without trouble. Constants are scalars.
Operand: TypeAlias = tuple[NDArray[Any], Bools | None]

_HELD = frozenset(
    {
        Kind.BOOLEAN,
        Kind.INTEGER,
        Kind.DECIMAL,
        Kind.DATE_ONLY,
        Kind.DATE_TIME,
        Kind.DATE_TIME_ONLY,
        Kind.DURATION,
    }
)


class Inexact(Exception):
    """These values are beyond what a chain computes exactly; the Polars expression must do it."""


#: How the value of a part is read.
Read: TypeAlias = Callable[[Node], Operand]
Places: TypeAlias = NDArray[np.intp]


class Scope:
    """One evaluation: how parts that chains ask for are read, and what has been computed so far.

    Attributes:
        known: values by fingerprint of their part of a rule.
    """

    __slots__ = ("_around", "_places", "_read", "_reader", "known")

    def __init__(self, read: Read, reader: Callable[[Places], Read] | None = None) -> None:
        """``reader`` gives what reads for some of the profiles only, by their places."""
        self._read, self._reader = read, reader
        self._around: Scope | None = None
        self._places: Places = np.empty(0, np.intp)
        self.known: dict[str, Operand] = {}

    def only(self, places: Places) -> Scope | None:
        """The scope of some of the profiles, which knows what is known of all; ``None``: it is all or nothing."""
        if self._reader is None:
            return None
        found = Scope(self._reader(places))
        found._around, found._places = self, places
        return found

    def find(self, name: str) -> Operand | None:
        """What has been computed, if it has."""
        found = self.known.get(name)
        if found is None and self._around is not None and (whole := self._around.known.get(name)) is not None:
            values, unknown = whole
            some = values[self._places] if values.ndim else values
            found = self.known[name] = some, unknown[self._places] if unknown is not None and unknown.ndim else unknown
        return found

    def asked(self, name: str, node: Node) -> Operand:
        found = self.find(name)
        if found is None:
            found = self.known[name] = self._read(node)
        return found


Step: TypeAlias = Callable[[Scope], Operand]


def holds(type_: Type) -> bool:
    """Whether values of this type can stand in an :data:`Operand`."""
    return type_.kind in _HELD


def constant(value: Any, type_: Type) -> Any:
    """A value of this type as the scalar that stands for it in arrays."""
    value = plain(value, type_)
    if isinstance(value, datetime) and value.tzinfo is not None:
        value = value.astimezone(UTC)
    return operand(pl.Series([value], dtype=polars_type(type_), strict=False))[0][0]


def operand(column: pl.Series) -> Operand:
    """The values of a column whose type :func:`holds` accepts."""
    unknown = column.is_null().to_numpy() if column.null_count() else None
    physical = column.to_physical() if column.dtype.is_temporal() else column
    if unknown is not None:
        physical = physical.fill_null(False if physical.dtype == pl.Boolean else 0)
    values = physical.to_numpy()
    return values.astype(np.int64) if values.dtype == np.int32 else values, unknown


def truths(found: Operand) -> Bools:
    """Booleans with null read as false."""
    values, unknown = found
    return values if unknown is None else values & ~unknown


def either(left: Bools | None, right: Bools | None) -> Bools | None:
    if left is None or right is None:
        return right if left is None else left
    return left | right
