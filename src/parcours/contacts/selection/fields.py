"""Conditions on single fields, over columns: which rows have a value that meets them."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.contacts.selection.filters import Test
from parcours.core.schema import DECIMAL
from parcours.kernel.compile import condition

#: One truth for each row, contact or number of a text.
Mask: TypeAlias = NDArray[np.bool_]
MILLION = 1_000_000


def mask(truths: pl.Series) -> Mask:
    """A column of truths without nulls as an array."""
    return truths.to_numpy().astype(np.bool_, copy=False)


def met(test: Test, column: pl.Series, texts: pl.Series | None) -> Mask:
    """Which rows meet a condition on a field.

    Args:
        test: the condition.
        column: the values; texts as numbers.
        texts: the texts by number, where it is a field of texts: each different one is looked at once.
    """
    if texts is None:
        return _over(test, _amounts(column) if test.field.type == DECIMAL else column)
    known = texts.replace("", None) if test.field.options else texts
    return np.take(_over(test, known), column.to_numpy())


def _amounts(millionths: pl.Series) -> pl.Series:
    """Amounts as the database hands them out. Polars would multiply by the inverse: 100,000 would not become 0.1."""
    return pl.Series(millionths.to_numpy() / MILLION)


def _over(test: Test, values: pl.Series) -> Mask:
    name = test.field.name
    tested = values.alias(name).to_frame().with_columns(condition(test.node, lambda _: pl.col(name)).alias("_met"))
    return mask(tested["_met"])
