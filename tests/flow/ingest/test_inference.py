"""Types found out from text."""

from __future__ import annotations

import polars as pl
import pytest

from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    INTEGER,
    NULL,
    STRING,
    list_of,
    object_of,
)
from parcours.flow.ingest.formats import Typing
from parcours.flow.ingest.inference import inferred


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["true", "FALSE", None], BOOLEAN),
        (["1", "-20", "+3"], INTEGER),
        (["0", "1"], INTEGER),
        (["1", "2.5", "1e3"], DECIMAL),
        ([".5", "-0.25"], DECIMAL),
        (["2026-03-14", "2026-03-15"], DATE_ONLY),
        (["2026-03-14", "2026-03-15T10:30"], DATE_TIME),
        (["2026-03-14 10:30:00", "2026-03-14T10:30:00.5+01:00", "2026-03-14T10:30Z"], DATE_TIME),
        (["14/03/2026"], STRING),
        (["007", "123"], STRING),
        (["1", "2", "3", "4", "5+"], STRING),
        (["1", "x"], STRING),
        (["yes", "no"], STRING),
        (["12345678901234567890123"], DECIMAL),
        ([" 1 ", "2"], INTEGER),
        (["1", "", "N/A", None], INTEGER),
        (["", None], NULL),
        (["NA", "BE"], STRING),
        ([None, None], NULL),
    ],
)
def test_text_of_csv(values, kind):
    assert inferred(pl.Series(values, dtype=pl.String), Typing.NONE) == kind


@pytest.mark.parametrize("kind", [INTEGER, DECIMAL, DATE_ONLY])
def test_a_few_values_without_digits_are_mistakes(kind):
    good = {INTEGER: "12", DECIMAL: "1.5", DATE_ONLY: "2026-01-31"}[kind]

    assert inferred(pl.Series([good] * 99 + ["abc"]), Typing.NONE) == kind
    assert inferred(pl.Series([good] * 4 + ["abc"]), Typing.NONE) == kind
    assert inferred(pl.Series([good] * 90 + ["abc"] * 10), Typing.NONE) == STRING
    assert inferred(pl.Series([good] * 999 + ["A12"]), Typing.NONE) == STRING


def test_json_texts_are_dates_or_texts():
    assert inferred(pl.Series(["2026-03-14"]), Typing.JSON) == DATE_ONLY
    assert inferred(pl.Series(["12"]), Typing.JSON) == STRING
    assert inferred(pl.Series([True]), Typing.JSON) == BOOLEAN
    assert inferred(pl.Series([""]), Typing.JSON) == STRING


def test_typed_columns_are_taken_at_their_word():
    assert inferred(pl.Series(["12"]), Typing.FULL) == STRING
    assert inferred(pl.Series([1], dtype=pl.UInt8), Typing.FULL) == INTEGER
    assert inferred(pl.Series([[1.5]]), Typing.FULL) == list_of(DECIMAL)
    assert inferred(pl.Series([0]).cast(pl.Datetime("ns")), Typing.FULL) == DATE_TIME_ONLY
    assert inferred(pl.Series([None], dtype=pl.Int64), Typing.FULL) == NULL


def test_parts_that_never_had_a_value_are_left_out():
    assert inferred(pl.Series([[], []]), Typing.JSON) == NULL
    assert inferred(pl.Series([{"a": None}]), Typing.JSON) == NULL
    assert inferred(pl.Series([[{"a": 1, "b": None, "c": []}]]), Typing.JSON) == list_of(object_of({"a": INTEGER}))
