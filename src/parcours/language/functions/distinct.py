"""Functions that Polars lacks, computed in Python once for every different value of a column."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import polars as pl

from parcours.language.functions.declaration import Value


def over_distinct(compute: Callable[..., Value], arguments: Sequence[pl.Expr], result: pl.DataType) -> pl.Expr:
    """The column of ``compute(*values)``, called once per different row of ``arguments``; null where one is null.

    Arguments are texts, integers or booleans (floats would not do: 0.0 and -0.0 are one value to a join).
    """
    rows = pl.struct([argument.alias(f"{position}") for position, argument in enumerate(arguments)])
    return rows.map_batches(partial(_computed, compute, result), return_dtype=result, is_elementwise=True)


def _computed(compute: Callable[..., Value], result: pl.DataType, rows: pl.Series) -> pl.Series:
    frame = rows.struct.unnest()
    different = frame.drop_nulls().unique()
    values = pl.Series("_value", [compute(*row) for row in different.iter_rows()], dtype=result)
    found = frame.join(different.with_columns(values), on=frame.columns, how="left", maintain_order="left")
    return found["_value"].rename(rows.name)
