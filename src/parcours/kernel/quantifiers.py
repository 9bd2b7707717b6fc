"""any, all, none over the elements of a list, and how many of them."""

from __future__ import annotations

from functools import partial

import polars as pl

from parcours.core.schema import BOOLEAN, INTEGER
from parcours.kernel.elements import elements
from parcours.kernel.scope import Compile, Scope
from parcours.kernel.untyped import truth
from parcours.language.functions.declaration import Column
from parcours.language.functions.flat import Flat
from parcours.language.tree import Each, Quantifier


def quantified(node: Quantifier, over: Column, compile_: Compile, scope: Scope) -> Column:
    """The column of ``node``: which rows have elements that meet its condition. A null list has none."""
    found = elements(over, node.where, compile_, scope, truth)
    return found.column(partial(_answers, node.kind), BOOLEAN, nullable=False)


def counted(node: Each, over: Column, compile_: Compile, scope: Scope) -> Column:
    """The column of how many elements a filter leaves over, of a null list none; no list is made for it."""
    found = elements(over, node.body, compile_, scope, truth)
    return found.column(_number, INTEGER, nullable=False)


def _number(found: Flat, met: pl.Series) -> pl.Series:
    return pl.Series(found.counts(met.fill_null(False).to_numpy()))


def _answers(kind: str, found: Flat, met: pl.Series) -> pl.Series:
    count = found.counts(met.fill_null(False).to_numpy())
    return pl.Series({"any": count > 0, "all": count == found.counts(), "none": count == 0}[kind])
