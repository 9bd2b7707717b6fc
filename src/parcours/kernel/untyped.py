"""Columns of values of unknown type: made into typed ones, and computed value by value.

What needs Python is computed once for every different row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import polars as pl

from parcours.core.columns import conform, series
from parcours.core.errors import EvaluationError
from parcours.core.schema import BOOLEAN, NULL, STRING, Kind, Type, list_of
from parcours.core.untyped import encoded, is_of, parsed, shown
from parcours.kernel.stages import FAILED, VALUE, outcome_type, parts_of
from parcours.language.functions.declaration import Column, Value
from parcours.language.functions.untyped import partly_untyped
from parcours.language.plain import plain

_PLACE = "_place"


def by_value(compute: Callable[..., Value], columns: Sequence[Column], result: Type) -> Column:
    """The column of ``compute(*values)`` of columns of any type; failed where it raises ``EvaluationError``."""
    texts = pl.struct([encoded(column.expr, column.type).alias(f"{place}") for place, column in enumerate(columns)])
    run = partial(_computed, compute, result)
    return parts_of(texts.map_batches(run, return_dtype=outcome_type(result), is_elementwise=True), result)


def _computed(compute: Callable[..., Value], result: Type, rows: pl.Series) -> pl.Series:
    frame = rows.struct.unnest()
    different = frame.unique(maintain_order=True)
    found = [_outcome(compute, row) for row in different.iter_rows()]
    answers = pl.DataFrame(
        [series([value for value, _ in found], result, VALUE), pl.Series(FAILED, [failed for _, failed in found])],
        schema_overrides={FAILED: pl.Boolean},
    )
    places = different.with_row_index(_PLACE)
    place = frame.join(places, on=frame.columns, how="left", maintain_order="left", nulls_equal=True)[_PLACE]
    return answers[place].to_struct(rows.name) if len(place) else answers.to_struct(rows.name)


def _outcome(compute: Callable[..., Value], row: Sequence[str | None]) -> tuple[Value, bool]:
    try:
        return compute(*map(parsed, row)), False
    except EvaluationError:
        return None, True


def checked(column: Column, want: Type) -> Column:
    """A column of unknown type as one of ``want``; failed where the value is of another type."""
    if want.kind in (Kind.STRING, Kind.BOOLEAN, Kind.INTEGER, Kind.DECIMAL):
        expr = conform(column.expr, column.type, want)
        found = Column(expr, want, failed=column.expr.is_not_null() & expr.is_null())
    else:
        found = by_value(partial(_must_be, want), [column], want)
    return with_failed(found, column.failed)


def _must_be(want: Type, value: Value) -> Value:
    value = plain(value, want)
    if is_of(value, want):
        return value
    raise EvaluationError(f"a value is not of type {want}", code="wrong-type")


def with_failed(column: Column, failed: pl.Expr | None) -> Column:
    """The column, failed there as well."""
    if failed is None:
        return column
    return replace(column, failed=failed if column.failed is None else column.failed | failed, constant=False)


def truth(column: Column) -> Column:
    """Where a value is true; one of unknown type may be anything else."""
    if column.type in (BOOLEAN, NULL):
        return column
    if column.type.kind is Kind.ANY:
        return replace(column, expr=column.expr == "true", type=BOOLEAN, constant=False)
    return replace(column, expr=column.expr.is_null() & False, type=BOOLEAN, nullable=False, constant=False)


def as_list(column: Column, element: Type) -> Column:
    """A list, also where nothing says that it is one."""
    return checked(column, list_of(element)) if column.type.kind is Kind.ANY else column


def for_people(column: Column, wanted: Type) -> Column:
    """A column without values of unknown type: they are of the type that is wanted, or else texts to read."""
    if not partly_untyped(column.type):
        return column
    if column.type.kind is Kind.ANY and wanted.kind not in (Kind.ANY, Kind.NULL):
        return checked(column, wanted)
    made, type_ = _readable(column.expr, column.type)
    return replace(column, expr=made, type=type_)


def _readable(expr: pl.Expr, type_: Type) -> tuple[pl.Expr, Type]:
    if type_.kind is Kind.ANY:
        return shown(expr), STRING
    if type_.kind is Kind.LIST and type_.element is not None:
        element, kind = _readable(pl.element(), type_.element)
        return expr.list.eval(element), list_of(kind)
    if type_.kind is Kind.OBJECT and partly_untyped(type_):
        parts = [(name, *_readable(expr.struct.field(name), kind)) for name, kind in type_.fields]
        made = pl.struct([part.alias(name) for name, part, _ in parts])
        return pl.when(expr.is_not_null()).then(made), Type(Kind.OBJECT, fields=tuple((n, k) for n, _, k in parts))
    if type_.kind is Kind.MAP and type_.element is not None:
        value, kind = _readable(pl.element().struct.field("value"), type_.element)
        entry = pl.struct(pl.element().struct.field("key"), value.alias("value"))
        return expr.list.eval(entry), Type(Kind.MAP, element=kind)
    return expr, type_
