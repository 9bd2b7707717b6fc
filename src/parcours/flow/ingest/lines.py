"""Flat rows that are the lines of one event: put together by the id of the event.

An event is taken whole or not at all: when one of its lines is refused, or its lines disagree about profile,
time or a property of the event, all of its rows are refused, because a basket with a line missing would count
with a wrong total.
"""

from __future__ import annotations

import polars as pl

from parcours.flow.ingest.mapping import Lines
from parcours.flow.ingest.refusals import Refusals

_MILLIONTHS = 1_000_000


def gathered(rows: pl.DataFrame, lines: Lines, inside: list[str], refusals: Refusals, column: str) -> pl.DataFrame:
    """One row per event, in order of its first line; the lines of an event keep their order.

    Args:
        rows: ``_row``, ``_event_id``, ``_profile_id``, ``_time`` and typed properties, one row per line.
        lines: where the lines go; ``totals`` name properties here, not columns of the source.
        inside: properties that belong to the line; all others must agree within an event.
        refusals: gets the rows of events that cannot be taken whole.
        column: the source's column with the event id, to be named in refusals.
    """
    rows = _without_torn(rows, refusals, column)
    rows = _without_contradictions(
        rows, [name for name in rows.columns if name not in ("_row", *inside)], refusals, column
    )
    alike = [name for name in rows.columns if name not in ("_event_id", *inside)]
    events = rows.group_by("_event_id", maintain_order=True).agg(
        *(pl.col(name).first() for name in alike),
        *(_exact_sum(value, rows.schema[value]).alias(name) for name, value in lines.totals.items()),
        pl.struct(inside).alias(lines.into),
    )
    decimals = [name for name, value in lines.totals.items() if rows.schema[value].is_float()]
    # divided by NumPy, because Polars multiplies by the inexact inverse when it divides by a constant
    return events.with_columns(pl.Series(name, events[name].to_numpy() / _MILLIONTHS) for name in decimals)


def _exact_sum(name: str, dtype: pl.DataType) -> pl.Expr:
    """Sums of decimals do not depend on the order of the lines: they are taken in whole millionths."""
    if dtype.is_integer():
        return pl.col(name).sum()
    return (pl.col(name) * _MILLIONTHS).round(mode="half_to_even").cast(pl.Int64).sum()


def _without_torn(rows: pl.DataFrame, refusals: Refusals, column: str) -> pl.DataFrame:
    bad = rows["_row"].is_in(refusals.rows().implode())
    if not bad.any():
        return rows
    torn = rows["_event_id"].is_in(rows["_event_id"].filter(bad).implode())
    refusals.add(
        rows["_row"],
        torn & ~bad,
        column=column,
        code="incomplete-event",
        reason="another line of event {} was refused",
        hint="correct that line and import the file again",
        shown=rows["_event_id"],
    )
    return rows.filter(~torn)


def _without_contradictions(rows: pl.DataFrame, alike: list[str], refusals: Refusals, column: str) -> pl.DataFrame:
    """Rows of events whose lines agree in everything that is said once per event."""
    variants = rows.select(alike).unique()["_event_id"]
    split = variants.filter(variants.is_duplicated())
    if not len(split):
        return rows
    odd = rows["_event_id"].is_in(split.implode())
    refusals.add(
        rows["_row"],
        odd,
        column=column,
        code="contradicting-lines",
        reason="the lines of event {} differ in profile, time or a property of the event",
        hint="put the columns that differ into lines.columns, or skip them",
        shown=rows["_event_id"],
    )
    return rows.filter(~odd)
