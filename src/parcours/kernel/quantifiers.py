"""any, all, none over the elements of a list."""

from __future__ import annotations

from functools import partial

import polars as pl

from parcours.core.schema import BOOLEAN
from parcours.kernel.elements import elements
from parcours.kernel.scope import Compile, Scope
from parcours.language.functions.declaration import Column
from parcours.language.functions.flat import Flat
from parcours.language.tree import Quantifier


def quantified(node: Quantifier, over: Column, compile_: Compile, scope: Scope) -> Column:
    """The column of ``node``: which rows have elements that meet its condition. A null list has none."""
    found = elements(over, node.where, compile_, scope)
    return found.column(partial(_answers, node.kind), BOOLEAN, nullable=False)


def _answers(kind: str, found: Flat, met: pl.Series) -> pl.Series:
    count = found.counts(met.fill_null(False).to_numpy())
    return pl.Series({"any": count > 0, "all": count == found.counts(), "none": count == 0}[kind])
