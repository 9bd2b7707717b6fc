"""Attributes that are set only where there is nothing yet: decided by what there is, row after row."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
from numpy.typing import NDArray

#: Which of these profiles have a value of an attribute.
Has = Callable[[str, NDArray[np.int32]], NDArray[np.bool_]]
ONCE = "_once"


def nobody(attribute: str, profiles: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Before there is anybody."""
    return np.zeros(len(profiles), np.bool_)


def settled(changes: pl.DataFrame, has: Has) -> pl.DataFrame:
    """Profile changes in which what is to be set only once is set (listed in ``_set``), or left out.

    Args:
        changes: with ``_profile``, ``_set`` and ``_once`` (attributes, or null), in the order in which they apply.
        has: asked about the time before all of them.
    """
    if ONCE not in changes.columns:
        return changes
    rows = changes.drop(ONCE)
    asked = changes[ONCE].drop_nulls()
    if not len(asked):
        return rows
    added = [_added(changes, name, has) for name in asked.explode().drop_nulls().unique(maintain_order=True)]
    more = pl.concat(added).group_by("row").agg(pl.col("name")) if added else None
    if more is None or not more.height:
        return rows
    numbered = rows.with_row_index("row").join(more, on="row", how="left", maintain_order="left")
    sets = pl.concat_list(pl.col("_set"), pl.col("name").fill_null([])).alias("_set")
    return numbered.with_columns(sets).select(rows.columns)


def _added(changes: pl.DataFrame, name: str, has: Has) -> pl.DataFrame:
    """The rows in which this attribute is set because there was nothing: ``row`` and ``name``."""
    told = changes.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
        "_profile",
        pl.col("_set").list.contains(name).fill_null(False).alias("sets"),
        pl.col(ONCE).list.contains(name).fill_null(False).alias("once"),
        pl.col(name).is_not_null().alias("value"),
    ).filter(pl.col("sets") | (pl.col("once") & pl.col("value")))
    # after a row that sets it only once there is a value in any case
    before = (pl.col("once") | pl.col("value")).shift(1).over("_profile")
    told = told.with_columns(before.alias("before"))
    first = pl.Series(has(name, told["_profile"].to_numpy()))
    there = told["before"].fill_null(first)
    return told.filter(pl.Series(told["once"]) & ~there).select("row", pl.lit(name).alias("name"))
