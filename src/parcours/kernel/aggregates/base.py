"""What every aggregate does: keep one encoded value per profile as rows come in and go out.

Two families. A *linear* aggregate adds and subtracts, and keeps nothing but its value. Any other says which
profiles it can no longer know by itself; these are recomputed from their rows inside the window.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from parcours.kernel.rows import Int64s, Profiles, Rows

NOBODY: Profiles = np.empty(0, np.int32)


class Aggregate(ABC):
    """One value per profile over the rows inside a window.

    Attributes:
        name: the ``kind`` of the tree node.
        linear: whether adding and subtracting rows is all it needs.
        adds: whether rows can be taken in, in any order, without a look at the other rows.
        ordered: whether :meth:`reduce` needs the rows sorted by asker, time and arrival; else any order will do.
        summed: whether decimals are taken in millionths, so that sums are exact.
        nothing: the encoded value of a profile without rows.
        null: whether :attr:`nothing` means null (else it is a value like any other).
    """

    name: ClassVar[str]
    linear: ClassVar[bool] = False
    adds: ClassVar[bool] = True
    ordered: ClassVar[bool] = False
    summed: ClassVar[bool] = False
    nothing: ClassVar[int] = 0
    null: ClassVar[bool] = False

    def __init__(self, profiles: int) -> None:
        self.values: Int64s = filled(profiles, self.nothing)

    def resize(self, profiles: int) -> None:
        """Make room for this many profiles; the new ones have no rows."""
        self.values = extended(self.values, profiles, self.nothing)

    @abstractmethod
    def add(self, rows: Rows) -> Profiles:
        """Take in rows that came into the window, sorted by time; gives the profiles to recompute."""

    @abstractmethod
    def subtract(self, rows: Rows) -> Profiles:
        """Take out rows that left the window, sorted by time; gives the profiles to recompute."""

    def build(self, rows: Rows) -> Profiles:
        """Take in the first rows of all, sorted by time; gives the profiles to recompute."""
        return self.add(rows)

    @abstractmethod
    def reduce(self, asked: NDArray[np.intp], rows: Rows, count: int) -> Int64s:
        """The encoded values of ``count`` askers from their rows (in which order, see :attr:`ordered`)."""

    def recompute(self, profiles: Profiles, asked: NDArray[np.intp], rows: Rows) -> None:
        """Set the values of ``profiles`` (each once) from their rows, as :meth:`reduce` gives them."""
        self.values[profiles] = self.reduce(asked, rows, len(profiles))

    def clear(self, profiles: Profiles) -> None:
        """Forget everything about these profiles."""
        self.values[profiles] = self.nothing

    def dump(self) -> dict[str, Int64s]:
        """The state as named arrays; :meth:`load` reads it back."""
        return {"values": self.values}

    def load(self, parts: dict[str, Int64s]) -> None:
        self.values = parts["values"]


def filled(length: int, fill: int) -> Int64s:
    """An array of one number. Zeros cost nothing until they are written to."""
    return np.full(length, fill, np.int64) if fill else np.zeros(length, np.int64)


def extended(array: Int64s, length: int, fill: int) -> Int64s:
    """``array`` with at least ``length`` elements; the new ones are ``fill``."""
    if length <= len(array):
        return array
    longer = filled(length, fill)
    longer[: len(array)] = array
    return longer


def values_of(rows: Rows) -> Int64s:
    """The values of rows that must have them."""
    assert rows.values is not None, "this aggregate needs a stream with values"
    return rows.values


def different(profiles: Profiles, count: int) -> Profiles:
    """The different ones among these numbers below ``count``, ascending."""
    if len(profiles) * 16 < count:
        return ascending(profiles)
    seen = np.zeros(count, np.bool_)
    seen[profiles] = True
    return np.flatnonzero(seen).astype(np.int32)


def ascending(profiles: Profiles) -> Profiles:
    """The different ones among these numbers, ascending. For few of them this costs a third of ``np.unique``."""
    if len(profiles) < 2:
        return profiles
    profiles = np.sort(profiles)
    new = np.empty(len(profiles), np.bool_)
    new[0] = True
    np.not_equal(profiles[1:], profiles[:-1], out=new[1:])
    return profiles[new]


def last_of_each(asked: NDArray[np.intp]) -> NDArray[np.intp]:
    """Positions of the last row of each asker in rows sorted by asker."""
    return np.flatnonzero(np.append(asked[1:] != asked[:-1], len(asked) > 0)[: len(asked)])
