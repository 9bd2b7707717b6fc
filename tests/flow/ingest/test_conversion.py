"""Columns made into a type: what does not fit is marked, never bent."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    STRING,
    Type,
    list_of,
    object_of,
    polars_type,
)
from parcours.flow.ingest.conversion import converted

MISFIT, BEYOND = "misfit", "beyond"


def outcome(values: pl.Series, kind: Type) -> list[object]:
    """Per row the value, or how it was refused."""
    result = converted(values, kind)
    assert result.values.dtype == polars_type(kind)
    rows = zip(result.values.to_list(), result.misfit.to_list(), result.beyond.to_list(), strict=True)
    return [MISFIT if misfit else BEYOND if beyond else value for value, misfit, beyond in rows]


@pytest.mark.parametrize(
    ("kind", "texts", "expected"),
    [
        (INTEGER, ["12", " 7 ", "007", "1.0", "1.5", "abc"], [12, 7, 7, 1, MISFIT, MISFIT]),
        (INTEGER, ["", "n/a", None], [None, None, None]),
        (INTEGER, [str(2**53), str(-(2**53)), str(2**53 + 1), "9" * 30], [2**53, -(2**53), BEYOND, MISFIT]),
        (DECIMAL, ["1.5", "1e3", "-.5", "1,5", "999999999999.5"], [1.5, 1000.0, -0.5, MISFIT, 999_999_999_999.5]),
        (DECIMAL, ["1e12", "-1e12", "nan", "inf", "-inf", "1e400"], [BEYOND] * 6),
        (BOOLEAN, ["true", "No", "Y", "0", "maybe", "2"], [True, False, True, False, MISFIT, MISFIT]),
        (DATE_ONLY, ["2026-02-28", "2026-02-30", "2026-02-28T00:00", "2026-02-28T10:00"],
         [date(2026, 2, 28), MISFIT, date(2026, 2, 28), MISFIT]),
        (DATE_TIME, ["2026-02-28T10:00+01:00", "noon"], [datetime(2026, 2, 28, 9, tzinfo=UTC), MISFIT]),
        (STRING, ["", "NA", " x "], ["", "NA", " x "]),
        (list_of(INTEGER), ["[1]"], [MISFIT]),
    ],
)  # fmt: skip
def test_text(kind, texts, expected):
    assert outcome(pl.Series(texts, dtype=pl.String), kind) == expected


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (INTEGER, pl.Series([1.0, 1.5, math.nan]), [1, MISFIT, MISFIT]),
        (INTEGER, pl.Series([2**63], dtype=pl.UInt64), [MISFIT]),
        (INTEGER, pl.Series([True]), [MISFIT]),
        (DECIMAL, pl.Series([1, 10**13]), [1.0, BEYOND]),
        (DECIMAL, pl.Series([1.5, math.nan, math.inf, None]), [1.5, BEYOND, BEYOND, None]),
        (STRING, pl.Series([1.0, 2.5]), ["1", "2.5"]),
        (STRING, pl.Series([1, None]), ["1", None]),
        (STRING, pl.Series([{"a": 1}]), ['{"a":1}']),
        (BOOLEAN, pl.Series([1, 0, 2]), [True, False, MISFIT]),
        (DATE_TIME, pl.Series([date(2026, 1, 1)]), [datetime(2026, 1, 1, tzinfo=UTC)]),
        (DATE_ONLY, pl.Series([5]), [MISFIT]),
    ],
)
def test_typed_values(kind, values, expected):
    assert outcome(values, kind) == expected


def test_lists_of_objects_are_aligned_by_name():
    kind = list_of(object_of({"sku": STRING, "price": DECIMAL, "size": STRING}))
    values = pl.Series([[{"price": 1, "sku": "a"}], [], None])

    assert outcome(values, kind) == [[{"sku": "a", "price": 1.0, "size": None}], [], None]


def test_numbers_inside_lists_are_checked():
    kind = list_of(object_of({"price": DECIMAL}))
    values = pl.Series([[{"price": 1.0}], [{"price": 1.0}, {"price": math.nan}], [{"price": None}]])

    assert outcome(values, kind) == [[{"price": 1.0}], BEYOND, [{"price": None}]]


def test_values_inside_lists_that_do_not_fit():
    kind = list_of(object_of({"price": DECIMAL}))
    values = pl.Series([[{"price": "1.5"}], [{"price": "2"}, {"price": "much"}]])

    assert outcome(values, kind) == [[{"price": 1.5}], MISFIT]


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True) | st.none(), max_size=20))
def test_every_decimal_is_kept_as_it_is_or_refused(numbers):
    found = outcome(pl.Series(numbers, dtype=pl.Float64), DECIMAL)

    for number, kept in zip(numbers, found, strict=True):
        inside = number is not None and math.isfinite(number) and abs(number) < 1e12
        assert kept == (number if inside or number is None else BEYOND)


@given(st.lists(st.text(max_size=8), max_size=20), st.sampled_from([BOOLEAN, INTEGER, DECIMAL, DATE_ONLY, DATE_TIME]))
def test_no_text_breaks_it(texts, kind):
    assert len(outcome(pl.Series(texts, dtype=pl.String), kind)) == len(texts)
