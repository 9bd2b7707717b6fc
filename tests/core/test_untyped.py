"""Values of unknown type as texts that say what they are."""

from datetime import UTC, date, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.columns import conform, series, values
from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Schema,
    list_of,
    map_of,
    object_of,
    polars_type,
)
from parcours.core.untyped import encoded, is_of, parsed, shown, written

NOON = datetime(2024, 3, 31, 12, tzinfo=UTC)
PARIS = NOON.astimezone(timezone(timedelta(hours=2)))
EARLY = datetime(1, 1, 1, tzinfo=UTC).replace(tzinfo=None)
SINGLE = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
TIMES = st.sampled_from((NOON, PARIS, date(1969, 1, 1), EARLY, timedelta(-1, 5), NOON.replace(tzinfo=None)))
NAMES = st.sampled_from(("a", "$any", "$", "$$map", "", "$dateOnly"))
ANYTHING = st.recursive(
    SINGLE | st.text() | TIMES, lambda inner: st.lists(inner) | st.dictionaries(NAMES, inner), max_leaves=6
)


@given(ANYTHING)
def test_there_and_back(value):
    assert str(parsed(written(value))) == str(value)  # 5 is not 5.0, and true is not 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("a", '"a'),
        ('say "x"', '"say "x"'),
        ("", '"'),
        (5, "5"),
        (5.0, "5.0"),
        (True, "true"),
        ([1, "a", None], '[1,"a",null]'),
        ({"$any": 1}, '{"$$any":1}'),
        (date(1970, 1, 2), '{"$dateOnly":1}'),
        (None, None),
    ],
)
def test_how_they_are_written(value, text):
    assert written(value) == text


@pytest.mark.parametrize(
    ("type_", "given"),
    [
        (STRING, ["a", '"', None]),
        (BOOLEAN, [True, None]),
        (INTEGER, [5, -(2**63)]),
        (DECIMAL, [5.0, 1e300, -1e-7, 1e16]),
        (DATE_ONLY, [date(1969, 1, 1), None]),
        (DATE_TIME, [NOON]),
        (DATE_TIME_ONLY, [EARLY]),
        (OFFSET_TIME, [PARIS, NOON, None]),
        (DURATION, [timedelta(-1, 5)]),
        (list_of(STRING), [["a", None], [], None]),
        (list_of(list_of(DATE_ONLY)), [[[date(2024, 2, 29)], None]]),
        (map_of(INTEGER), [{"b": 1, "a": None}, {}, None]),
        (object_of({"$any": DECIMAL, "at": OFFSET_TIME, "x": ANY}), [{"$any": 5.0, "at": PARIS, "x": ["a", 1]}, {}]),
        (list_of(object_of({"n": INTEGER})), [[{"n": 1}, None], None]),
    ],
)
def test_typed_columns_become_untyped_ones_and_typed_again(type_, given):
    frame = series(given, type_, "x").to_frame()
    made = frame.select(encoded(pl.col("x"), type_).alias("x")).to_series()
    assert str(values(made, ANY)) == str(given)
    again = made.to_frame().select(conform(pl.col("x"), ANY, type_)).to_series()
    assert again.dtype == polars_type(type_)
    assert list(map(written, values(again, type_))) == list(map(written, given))


MIXED = ["a", 5, 2.5, True, [1], {"a": "x"}, None, "5", date(2024, 2, 29)]


@pytest.mark.parametrize(
    ("type_", "found"),
    [
        (STRING, ["a", None, None, None, None, None, None, "5", None]),
        (INTEGER, [None, 5, None, None, None, None, None, None, None]),
        (DECIMAL, [None, 5.0, 2.5, None, None, None, None, None, None]),
        (BOOLEAN, [None, None, None, True, None, None, None, None, None]),
        (list_of(INTEGER), [None, None, None, None, [1], None, None, None, None]),
        (object_of({"a": STRING}), [None, None, None, None, None, {"a": "x"}, None, None, None]),
        (DATE_ONLY, [None] * 8 + [date(2024, 2, 29)]),
    ],
)
def test_a_value_of_another_type_is_null(type_, found):
    column = series(MIXED, ANY, "x").to_frame().select(conform(pl.col("x"), ANY, type_)).to_series()
    assert values(column, type_) == found
    assert [is_of(value, type_) for value in MIXED] == [
        value is None or other is not None for value, other in zip(MIXED, found, strict=True)
    ]


def test_people_read_texts_as_they_are():
    column = series(["a", '"q"', 5, None], ANY, "x").to_frame().select(shown(pl.col("x"))).to_series()
    assert column.to_list() == ["a", '"q"', "5", None]


def test_what_files_hold_of_unknown_type_is_text():
    known = Schema().with_attributes({"x": ANY, "l": list_of(ANY)}).with_event("e", {"o": object_of({"v": ANY})})
    assert known.attributes == {"x": STRING, "l": list_of(STRING)}
    assert known.events == {"e": {"o": object_of({"v": STRING})}}
