"""Values in columns and back, and columns of narrower types as wider ones."""

from datetime import UTC, datetime, timedelta, timezone

import polars as pl
import pytest

from parcours.core.columns import conform, nothing_beside, series, values
from parcours.core.schema import (
    ANY,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    NULL,
    OFFSET_TIME,
    STRING,
    list_of,
    map_of,
    object_of,
    polars_type,
)

NOON = datetime(2024, 3, 31, 12, tzinfo=UTC)
PARIS = NOON.astimezone(timezone(timedelta(hours=2)))
INNER = object_of({"at": OFFSET_TIME, "tags": list_of(STRING)})


@pytest.mark.parametrize(
    ("type_", "given"),
    [
        (OFFSET_TIME, [PARIS, None, NOON]),
        (list_of(OFFSET_TIME), [[PARIS, None], [], None]),
        (map_of(INTEGER), [{"b": 1, "a": None}, {}, None]),
        (map_of(map_of(OFFSET_TIME)), [{"a": {"x": PARIS}}, None]),
        (list_of(INNER), [[{"at": PARIS, "tags": ["x"]}, None], None, []]),
        (DECIMAL, [1.5, None]),
    ],
)
def test_there_and_back(type_, given):
    found = values(series(given, type_), type_)
    assert found == given
    assert str(found) == str(given)  # with offsets, and maps in order


def test_a_field_that_is_null_is_left_out():
    assert values(series([{"at": None, "tags": ["a"]}], INNER), INNER) == [{"tags": ["a"]}]


def conformed(given, have, want):
    column = series(given, have, "x").to_frame().select(conform(pl.col("x"), have, want)).to_series()
    assert column.dtype == polars_type(want)
    return values(column, want)


def test_a_column_of_a_wider_type():
    assert conformed([1, None], INTEGER, DECIMAL) == [1.0, None]
    assert conformed([NOON, None], DATE_TIME, OFFSET_TIME) == [NOON, None]
    assert conformed([[NOON], None, []], list_of(DATE_TIME), list_of(OFFSET_TIME)) == [[NOON], None, []]
    assert conformed([[[1], None]], list_of(list_of(INTEGER)), list_of(list_of(DECIMAL))) == [[[1.0], None]]
    assert conformed([{"a": 1}, None], map_of(INTEGER), map_of(DECIMAL)) == [{"a": 1.0}, None]
    assert conformed([[None], None], list_of(NULL), list_of(INNER)) == [[None], None]
    assert conformed([None, None], ANY, list_of(INTEGER)) == [None, None]


def test_an_object_with_other_fields():
    have = object_of({"b": INTEGER, "a": INTEGER})
    want = object_of({"a": DECIMAL, "c": INNER, "b": INTEGER})
    assert conformed([{"b": 1, "a": 2}, None], have, want) == [{"a": 2.0, "b": 1}, None]


def test_nothing_in_every_row():
    frame = pl.DataFrame({"x": [1, None, 3]})
    assert frame.select(nothing_beside(pl.col("x"), OFFSET_TIME)).to_series().to_list() == [None, None, None]
