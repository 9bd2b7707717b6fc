"""Rows that become a frame later: a tick keeps arrays, and a commit makes one frame of those of all its ticks.

A frame costs much the same whether it has three rows or three thousand, and most ticks have three.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Self

import numpy as np
import polars as pl
from numpy.typing import NDArray

#: A row of texts and numbers that many rows share.
Shared = tuple[object, ...]


class Deferred(ABC):
    """Rows of a table of facts, complete and fixed, whose frame has not been made."""

    @property
    @abstractmethod
    def height(self) -> int:
        """The number of rows."""

    @classmethod
    @abstractmethod
    def together(cls, parts: Sequence[Self]) -> pl.DataFrame:
        """The rows of all parts, one part after the other, as one frame."""


#: Rows, as a frame or on the way to one.
Table = pl.DataFrame | Deferred


def frame_of(tables: Sequence[Table]) -> pl.DataFrame:
    """All rows, one table after the other, as one frame; of at least one table, all with the same columns."""
    frames = [frame for _, some in groupby(tables, key=type) for frame in _frames(list(some))]
    return frames[0] if len(frames) == 1 else pl.concat(frames)


def _frames(tables: list[Table]) -> list[pl.DataFrame]:
    """Frames of tables that are all of one class."""
    deferred = [table for table in tables if isinstance(table, Deferred)]
    if deferred:
        return [type(deferred[0]).together(deferred)]
    return [table for table in tables if isinstance(table, pl.DataFrame)]


def shared_frame(
    parts: Sequence[tuple[Sequence[Shared], NDArray[np.intp]]],
    schema: Mapping[str, pl.DataType | type[pl.DataType]],
) -> pl.DataFrame:
    """What rows share, written out: a row for each number in the parts, which stands for a text of its part."""
    places: dict[Shared, int] = {}
    codes = []
    for texts, numbers in parts:
        here = np.array([places.setdefault(text, len(places)) for text in texts], np.uint32)
        codes.append(here[numbers])
    return pl.DataFrame(list(places), schema=schema, orient="row")[np.concatenate(codes)]
