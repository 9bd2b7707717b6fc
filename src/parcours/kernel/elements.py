"""What is evaluated for the elements of a list: the elements of all rows together, as rows of their own.

Polars' ``list.eval`` sees the element only. A part evaluated for an element may also read the rows around it, so the
lists are exploded beside the columns that the part reads, and the answers are gathered per row again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeAlias

import numpy as np
import polars as pl

from parcours.core.schema import ANY, Type, polars_type
from parcours.kernel.leaves import read
from parcours.kernel.paths import inside
from parcours.kernel.scope import Compile, Scope
from parcours.kernel.stages import Program, evaluated, outcome, outcome_type, parts_of, program
from parcours.language.functions.declaration import Column
from parcours.language.functions.flat import Bools, Flat, flat
from parcours.language.tree import Node

LIST, ELEMENT = "_list", "_element"
#: What becomes of the elements and the values of the body: one value per row.
Make: TypeAlias = Callable[[Flat, pl.Series], pl.Series]


@dataclass(frozen=True)
class Elements:
    """A list and what is evaluated for its elements; ``program`` holds what that reads from around."""

    over: Column
    body: Column
    program: Program

    def column(self, make: Make, type_: Type, *, nullable: bool) -> Column:
        """What ``make`` makes of the elements. The row fails in which the list or the body of an element failed."""
        fails = self.body.failed is not None
        dtype = outcome_type(type_) if fails else polars_type(type_)
        expr = self.program.over(partial(self._run, make, dtype), [self.over.expr.alias(LIST)], dtype)
        found = parts_of(expr, type_, nullable) if fails else Column(expr, type_, nullable)
        return replace(found, failed=either(found.failed, self.over.failed))

    def _run(self, make: Make, dtype: pl.DataType, frame: pl.DataFrame) -> pl.Series:
        found = flat(frame[LIST])
        values, failed = evaluated(rows_of(frame, found), self.program.stages, self.body)
        made = make(found, values)
        if self.body.failed is None:
            return made.cast(dtype)
        return outcome(made, pl.Series(any_per_row(found, failed))).cast(dtype)


def elements(
    over: Column, body: Node, compile_: Compile, scope: Scope, finish: Callable[[Column], Column] | None = None
) -> Elements:
    """The translation of ``body`` for the elements of ``over``; ``finish`` makes what is wanted of its column."""
    made = program(list(read(body, 1)), scope.read)

    def field(up: int, path: Sequence[str], type_: Type) -> Column:
        return inside(pl.col(ELEMENT), over.type.element or ANY, path, type_)

    within = Scope(made.leaf, 1, field, None if scope.stages is None else made.stages)
    found = compile_(body, within)
    return Elements(over, found if finish is None else finish(found), made)


def rows_of(frame: pl.DataFrame, found: Flat) -> pl.DataFrame:
    """The elements as rows, beside the columns of the row that each stands in."""
    around = frame.drop(LIST)
    elements_ = found.elements.alias(ELEMENT)
    return around[found.owner].with_columns(elements_) if around.width else elements_.to_frame()


def any_per_row(found: Flat, failed: pl.Series | None) -> Bools:
    """In which rows one of the elements is meant."""
    if failed is None:
        return np.zeros(found.height, np.bool_)
    return found.counts(failed.to_numpy()) > 0


def either(left: pl.Expr | None, right: pl.Expr | None) -> pl.Expr | None:
    """Where one of two failed."""
    if left is None or right is None:
        return right if left is None else left
    return left | right
