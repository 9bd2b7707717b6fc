"""Columns that are computed once and read by many.

An expression that uses an argument twice holds the argument's expression twice, and so on inside it. Where that grows
too large, the parts are computed one after the other as columns of a frame of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

import polars as pl

from parcours.core.schema import BOOLEAN, Type, polars_type
from parcours.kernel.leaves import Read
from parcours.language.functions.declaration import Column

#: Names of the parts of an outcome.
VALUE, FAILED = "value", "failed"


@dataclass
class Stages:
    """Expressions by the order in which they are computed: each reads leaves, and columns of earlier levels."""

    levels: list[list[pl.Expr]] = field(default_factory=list)
    _level_of: dict[str, int] = field(default_factory=dict)

    def keep(self, column: Column) -> Column:
        """The column, computed once."""
        if column.fixed or column.constant or column.expr.meta.is_column():
            kept = column.expr
        else:
            kept = self._keep(column.expr)
        failed = column.failed
        if failed is not None and failed.meta.root_names() and not failed.meta.is_column():
            failed = self._keep(failed)
        return replace(column, expr=kept, failed=failed)

    def _keep(self, expr: pl.Expr) -> pl.Expr:
        level = max((self._level_of.get(name, -1) for name in expr.meta.root_names()), default=-1) + 1
        name = f"s{len(self._level_of)}"
        self._level_of[name] = level
        while len(self.levels) <= level:
            self.levels.append([])
        self.levels[level].append(expr.alias(name))
        return pl.col(name)

    def run(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The frame with every column kept."""
        for level in self.levels:
            frame = frame.with_columns(level)
        return frame


@dataclass
class Program:
    """Columns computed over a frame of their own: ``carried`` are what they read, by the names they have there."""

    carried: Mapping[Read, Column]
    names: Mapping[Read, str]
    stages: Stages = field(default_factory=Stages)

    def leaf(self, part: Read) -> Column:
        """The column of what is read, inside the frame."""
        found, name = self.carried[part], self.names[part]
        failed = None if found.failed is None else pl.col(_failed_beside(name))
        return replace(found, expr=pl.col(name), failed=failed)

    @property
    def columns(self) -> list[pl.Expr]:
        """The columns of the frame, as expressions outside of it."""
        values = [self.carried[part].expr.alias(name) for part, name in self.names.items()]
        failures = {_failed_beside(name): self.carried[part].failed for part, name in self.names.items()}
        return [*values, *(failed.alias(name) for name, failed in failures.items() if failed is not None)]

    def over(
        self, compute: Callable[[pl.DataFrame], pl.Series], more: Sequence[pl.Expr], dtype: pl.DataType
    ) -> pl.Expr:
        """The column that ``compute`` makes of the frame with these columns more."""
        rows = pl.struct([*more, *self.columns])
        return rows.map_batches(partial(_computed, compute), return_dtype=dtype, is_elementwise=True)


def program(parts: Sequence[Read], leaf: Callable[[Read], Column]) -> Program:
    """A program that reads ``parts``, whose columns ``leaf`` gives."""
    carried = {part: leaf(part) for part in dict.fromkeys(parts)}
    return Program(carried, {part: f"_{position}" for position, part in enumerate(carried)})


def _failed_beside(name: str) -> str:
    """The name of the column that says where the column of that name failed."""
    return f"{name}!"


def _computed(compute: Callable[[pl.DataFrame], pl.Series], rows: pl.Series) -> pl.Series:
    return compute(rows.struct.unnest()).rename(rows.name)


def evaluated(frame: pl.DataFrame, stages: Stages, column: Column) -> tuple[pl.Series, pl.Series | None]:
    """The values of a column over the rows of a frame, and where it failed (``None``: nowhere)."""
    parts = [column.expr.alias(VALUE)]
    if column.failed is not None:
        parts.append(column.failed.fill_null(False).alias(FAILED))
    if not frame.height:
        return pl.Series(VALUE, [], polars_type(column.type)), None
    found = stages.run(frame).with_columns(parts)
    return found[VALUE], found[FAILED] if column.failed is not None else None


def outcome_type(type_: Type) -> pl.DataType:
    """The type of a column of values with, beside each, whether it failed."""
    return pl.Struct({VALUE: polars_type(type_), FAILED: polars_type(BOOLEAN)})


def outcome(values: pl.Series, failed: pl.Series) -> pl.Series:
    """Values and whether they failed as one column."""
    return pl.DataFrame({VALUE: values, FAILED: failed}).to_struct("outcome")


def parts_of(expr: pl.Expr, type_: Type, nullable: bool = True) -> Column:
    """The column that such an outcome holds."""
    return Column(expr.struct.field(VALUE), type_, nullable, failed=expr.struct.field(FAILED))
