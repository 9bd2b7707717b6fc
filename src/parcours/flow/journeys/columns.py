"""Small helpers over columns that several parts of the runtime share."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.facts import INSTANT


def json_of(frame: pl.DataFrame, height: int) -> pl.Series:
    """One JSON object per row of ``frame``: instants as ISO text, null and NaN as null; ``{}`` without columns."""
    if not frame.width:
        return pl.repeat("{}", height, dtype=pl.String, eager=True)
    return frame.select(pl.struct(pl.all()).struct.json_encode()).to_series()


def instants(microseconds: NDArray[np.int64]) -> pl.Series:
    """The instants as a column of frames of facts."""
    return pl.Series(microseconds, dtype=pl.Int64).cast(INSTANT)


def microseconds(column: pl.Series) -> NDArray[np.int64]:
    """The instants of a column as whole microseconds."""
    if column.dtype != INSTANT:
        column = column.cast(INSTANT)
    return column.to_numpy().view(np.int64)  # to_physical() of Polars takes thirty times as long


def first_of_each(groups: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Which elements of a sorted array differ from the one before."""
    first = np.ones(len(groups), np.bool_)
    first[1:] = groups[1:] != groups[:-1]
    return first


def rank_within(groups: NDArray[np.generic]) -> NDArray[np.int64]:
    """Position of each element among the equal ones in front of it, in a sorted array: 0, 1, 2 …"""
    first = first_of_each(groups)
    starts = np.flatnonzero(first)
    return np.arange(len(groups)) - starts[np.cumsum(first) - 1] if len(groups) else np.empty(0, np.int64)
