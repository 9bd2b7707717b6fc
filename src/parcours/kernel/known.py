"""Values that runs know, out of the frames in which they are kept: as the leaf that asks for them says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from parcours.core.columns import conform
from parcours.core.errors import RuleError
from parcours.core.schema import DECIMAL, INTEGER, Kind, Type, object_of, polars_type
from parcours.kernel.paths import stepped
from parcours.kernel.untyped import checked
from parcours.language.functions.declaration import Column


def known(frame: pl.DataFrame, types: Mapping[str, Type], path: Sequence[str], wanted: Type) -> pl.Series:
    """The value at a path of each row, as a value of a type; null where there is none, or one of another type.

    Args:
        frame: a row per run, a column per value at the beginning of a path.
        types: of these columns; columns that are not named here are not read.
        path: names through objects; none: the whole row is an object.
        wanted: the type of the result. The row may know more fields than it, and less.
    """
    height = pl.Series("height", [None] * frame.height)
    return frame.with_columns(height).select(_at(types, path, wanted).alias("known"))["known"]


def _at(types: Mapping[str, Type], path: Sequence[str], wanted: Type) -> pl.Expr:
    nothing = pl.when(pl.col("height").is_null()).then(pl.lit(None, dtype=polars_type(wanted)))
    if not path:
        row = pl.struct([pl.col(name) for name in types]) if types else None
        return nothing if row is None else _fitted(Column(row, object_of(types)), wanted, nothing)
    try:
        found = stepped(pl.col, types, path, wanted)
    except RuleError:  # it is of a type by now that has nothing in common with the one wanted
        return nothing
    return nothing if found.constant else _fitted(found, wanted, nothing)


def _fitted(found: Column, wanted: Type, nothing: pl.Expr) -> pl.Expr:
    if found.type.kind is Kind.ANY and wanted.kind is not Kind.ANY:
        found = checked(found, wanted)
    expr = found.expr
    if found.type == DECIMAL and wanted == INTEGER:
        expr = pl.when(expr == expr.floor()).then(expr).cast(pl.Int64, strict=False)
    elif found.type != wanted:
        try:
            expr = conform(expr, found.type, wanted)
        except pl.exceptions.PolarsError:
            return nothing
    return expr if found.failed is None else pl.when(~found.failed).then(expr)
