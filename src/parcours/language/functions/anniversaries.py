"""Days that come again every year: birthdays, renewals."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import polars as pl

from parcours.core.schema import DATE_ONLY, DATE_TIME, INTEGER
from parcours.language.calendar import shifted, shifted_columns
from parcours.language.functions.declaration import Column, Function, NullRule, Value
from parcours.language.functions.types import signature

FAMILY = "date"


def _anniversary(day: Value, now: Value, years: Value) -> Value:
    local = day.replace(tzinfo=None) if isinstance(day, datetime) else datetime.combine(day, time())
    moved = shifted(local, now.year + years - day.year, "year")
    if moved is None:
        return None
    return moved.replace(tzinfo=UTC) if isinstance(day, datetime) else moved.date()


def _columns(day: Column, now: Column, years: Column) -> pl.Expr:
    local = day.expr.cast(pl.Datetime("us")) if day.type == DATE_ONLY else day.expr.dt.replace_time_zone(None)
    count = now.expr.dt.year().cast(pl.Int64) + years.expr.clip(-20_000, 20_000) - local.dt.year()
    moved = shifted_columns(local, count, "year")
    return moved.cast(pl.Date) if day.type == DATE_ONLY else moved.dt.replace_time_zone("UTC")


_NOW = datetime(2026, 3, 11, tzinfo=UTC)
FUNCTIONS: tuple[Function, ...] = (
    Function(
        "anniversary",
        FAMILY,
        tuple(
            signature(("day", type_), ("now", DATE_TIME), ("years", INTEGER), to=type_)
            for type_ in (DATE_ONLY, DATE_TIME)
        ),
        NullRule.PROPAGATE,
        "The same day and month in the year of `now`, or so many years later; 29 February becomes the 28th where there"
        " is none. Null outside of the years 1 to 9999.",
        (
            ((date(1990, 7, 14), _NOW, 0), date(2026, 7, 14)),
            ((date(2000, 2, 29), _NOW, 1), date(2027, 2, 28)),
            ((datetime(2020, 1, 5, 8, tzinfo=UTC), _NOW, -1), datetime(2025, 1, 5, 8, tzinfo=UTC)),
        ),
        _anniversary,
        _columns,
    ),
)
