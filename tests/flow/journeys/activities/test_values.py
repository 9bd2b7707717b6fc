"""Values of expressions as JSON: what is of unknown type stays what it is in each run."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.columns import series
from parcours.core.schema import ANY, INTEGER, Type, list_of, map_of, object_of
from parcours.flow.journeys.activities.values import json_object, typed_json
from tests.flow.journeys.activities.fakes import Fake

SCALARS = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = st.recursive(
    SCALARS | TEXTS,
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(TEXTS, inside.filter(lambda v: v is not None), max_size=3)
    ),
    max_leaves=6,
)


def shown(values: list[Any], type_: Type) -> list[Any]:
    return [json.loads(text) for text in typed_json(series(values, type_), type_)]


@given(st.lists(PLAIN, max_size=8))
def test_values_of_unknown_type_stay_what_they_are(values: list[Any]) -> None:
    found = shown(values, ANY)
    assert found == values
    assert [type(value) for value in found] == [type(value) for value in values]


def test_what_looks_alike_is_told_apart() -> None:
    values = [5, "5", 5.5, True, "true", None, "null", '"', "[1]", [1, "1"], {"a": 1}, "", float("nan")]
    assert shown(values, ANY) == [*values[:-1], None]
    times = [datetime(2026, 3, 1, 10, tzinfo=UTC), date(2026, 3, 1), timedelta(hours=3)]
    assert shown(times, ANY) == ["2026-03-01T10:00:00+00:00", "2026-03-01", "PT10800S"]


def test_parts_of_unknown_type_and_maps() -> None:
    assert shown([[1, "1", None], None], list_of(ANY)) == [[1, "1", None], None]
    assert shown([{"a": 1, "b": 2}], map_of(INTEGER)) == [{"a": 1, "b": 2}]
    assert shown([{"x": [5], "y": "5"}], object_of({"x": list_of(ANY), "y": ANY})) == [{"x": [5], "y": "5"}]


def test_contents() -> None:
    values = {"n": {"journey": "@action{ask.n}"}, "fixed": 7}
    fake = Fake(np.zeros(2, np.int64), values={"values.n": series([5, "5"], ANY)}, types={"values.n": ANY})
    assert [json.loads(text) for text in json_object(fake, "values", values)] == [
        {"n": 5, "fixed": 7},
        {"n": "5", "fixed": 7},
    ]
