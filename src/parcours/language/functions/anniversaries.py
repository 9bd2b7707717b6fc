"""Days that come again every year: birthdays, renewals; and how many full years have passed.

"The birthday is within the next seven days" is ``anniversary_from(birthday, tomorrow) <= today + 7 days``. Such a rule
reads the clock only through the date of today, so its answer changes only when a day begins.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import numpy as np
import polars as pl
from numpy.typing import NDArray

from parcours.core.schema import DATE_ONLY, DATE_TIME, INTEGER, polars_type
from parcours.language.calendar import shifted, shifted_columns
from parcours.language.functions.declaration import Column, Function, NullRule, Value
from parcours.language.functions.flat import over_rows
from parcours.language.functions.types import signature

FAMILY = "date"
_LOCAL = pl.Datetime("us")
_LAST_DAY = np.datetime64(date.max)


def _local(moment: Value) -> datetime:
    return moment.replace(tzinfo=None) if isinstance(moment, datetime) else datetime.combine(moment, time.min)


def _anniversary_from(moment: Value, start: Value) -> Value:
    own, first = _local(moment), _local(start)
    found = [shifted(own, first.year - own.year + more, "year") for more in (0, 1)]
    later = next((some for some in found if some is not None and some >= first), None)
    if later is None:
        return None
    return later.replace(tzinfo=UTC) if isinstance(moment, datetime) else later.date()


def _anniversary_from_columns(moment: Column, start: Column) -> pl.Expr:
    if moment.type == start.type == DATE_ONLY:
        return over_rows(_anniversaries, (moment, start), DATE_ONLY)
    own, first = (column.expr.cast(polars_type(column.type)).cast(_LOCAL) for column in (moment, start))
    years = (first.dt.year() - own.dt.year()).cast(pl.Int64)
    this, next_ = (shifted_columns(own, years + more, "year") for more in (0, 1))
    later = pl.when(this >= first).then(this).otherwise(next_)
    return later.cast(pl.Date) if moment.type == DATE_ONLY else later.dt.replace_time_zone("UTC")


def _anniversaries(own: pl.Series, first: pl.Series) -> pl.Series:
    """The anniversaries of days from first days on: by months and days as numbers, a tenth of the work of instants."""
    days, starts = (column.cast(pl.Date).fill_null(date(1970, 1, 1)).to_numpy() for column in (own, first))
    months = days.astype("datetime64[M]")
    day, month = days - months.astype("datetime64[D]"), months.astype(np.int64) % 12
    year = starts.astype("datetime64[Y]").astype(np.int64)
    this = _day_of(year * 12 + month, day)
    later = np.where(this >= starts, this, _day_of((year + 1) * 12 + month, day))
    known = own.is_not_null() & first.is_not_null() & pl.Series(later <= _LAST_DAY)
    return pl.Series(later.astype(np.int64).astype(np.int32)).cast(pl.Date).set(~known, None)


def _day_of(month: NDArray[np.int64], day: NDArray[np.timedelta64]) -> NDArray[np.datetime64]:
    """The day of a month (counted from 1970, from 0), or its last."""
    first, next_ = (months.astype("datetime64[M]").astype("datetime64[D]") for months in (month, month + 1))
    found: NDArray[np.datetime64] = np.minimum(first + day, next_ - np.timedelta64(1, "D"))
    return found


def _full_years(start: Value, end: Value) -> Value:
    years = end.year - start.year
    there = shifted(_local(start), years, "year")
    return years - (there is not None and there > _local(end))


def _full_years_columns(start: Column, end: Column) -> pl.Expr:
    first, last = start.expr.cast(_LOCAL), end.expr.cast(_LOCAL)
    years = (last.dt.year() - first.dt.year()).cast(pl.Int64)
    return years - (shifted_columns(first, years, "year") > last).cast(pl.Int64)


FUNCTIONS: tuple[Function, ...] = (
    Function(
        "anniversary_from",
        FAMILY,
        tuple(signature(("day", kind), ("start", kind), to=kind) for kind in (DATE_ONLY, DATE_TIME)),
        NullRule.PROPAGATE,
        "The first day not before the start that has the month and day of the given one, whatever the year. 29 February"
        " is the 28th where a year has none. Null after the year 9999.",
        (
            ((date(1980, 6, 1), date(2024, 5, 30)), date(2024, 6, 1)),
            ((date(1980, 6, 1), date(2024, 6, 1)), date(2024, 6, 1)),
            ((date(1980, 6, 1), date(2024, 6, 2)), date(2025, 6, 1)),
            ((date(2000, 2, 29), date(2023, 1, 1)), date(2023, 2, 28)),
        ),
        _anniversary_from,
        _anniversary_from_columns,
    ),
    Function(
        "full_years",
        FAMILY,
        (signature(("from", DATE_ONLY), ("to", DATE_ONLY), to=INTEGER),),
        NullRule.PROPAGATE,
        "The number of full years from one date to another: the age of a person. Negative when the second is earlier.",
        (
            ((date(1980, 6, 1), date(2024, 5, 31)), 43),
            ((date(1980, 6, 1), date(2024, 6, 1)), 44),
            ((date(2000, 2, 29), date(2023, 2, 28)), 23),
        ),
        _full_years,
        _full_years_columns,
    ),
)
