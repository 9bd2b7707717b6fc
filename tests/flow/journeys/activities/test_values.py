"""Values of expressions as JSON: what is of unknown type stays what it is in each run."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from parcours.core import columns
from parcours.core.columns import series
from parcours.core.schema import ANY, DATE_ONLY, INTEGER, STRING, Type, list_of, map_of, object_of
from parcours.flow.journeys.activities.values import expressions, json_object, table, type_of_parts, typed_json
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


EXPRESSION = {"journey": "…"}


@st.composite
def shapes(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any], dict[str, tuple[list[Any], Type]]]:
    """Values as written with expressions at any depth, the same for three runs each, and what the expressions give."""
    given: dict[str, tuple[list[Any], Type]] = {}

    def value(depth: int, place: str) -> tuple[Any, list[Any]]:
        kind = draw(st.sampled_from(["constant", "expression", "object", "list"][: 4 if depth else 2]))
        if kind == "expression":
            type_ = draw(st.sampled_from([INTEGER, STRING, ANY, list_of(INTEGER)]))
            drawn = {INTEGER: st.integers(-9, 9), STRING: TEXTS, ANY: PLAIN}.get(type_, st.lists(st.integers(0, 5)))
            given[place] = (draw(st.lists(st.none() | drawn, min_size=3, max_size=3)), type_)
            return EXPRESSION, given[place][0]
        if kind == "constant":
            constant = draw(st.sampled_from([5, "5", None, True, 2.5, [1, 2], [5, 2.5], {"a": 1}, [1, "1"], []]))
            return constant, [constant] * 3
        names = draw(st.lists(st.sampled_from(["a", "b", "c d", "e.f", "g[0]"]), unique=True, min_size=1, max_size=3))
        if kind == "object":
            paths = {
                name: f"{place}.{name}" if name.replace(" ", "").isalpha() else f'{place}["{name}"]' for name in names
            }
            parts = {name: value(depth - 1, path) for name, path in paths.items()}
            whole = [{name: runs[run] for name, (_, runs) in parts.items()} for run in range(3)]
            return {name: part for name, (part, _) in parts.items()}, whole
        items = [value(depth - 1, f"{place}[{at}]") for at in range(len(names))]
        return [part for part, _ in items], [[runs[run] for _, runs in items] for run in range(3)]

    made = {name: value(2, f"values.{name}") for name in ("x", "y")}
    return {name: part for name, (part, _) in made.items()}, {name: runs for name, (_, runs) in made.items()}, given


def fake(given: dict[str, tuple[list[Any], Type]]) -> Fake:
    values = {place: series(found, type_) for place, (found, type_) in given.items()}
    return Fake(np.zeros(3, np.int64), values=values, types={place: type_ for place, (_, type_) in given.items()})


def without_nulls(value: Any) -> Any:
    """As the language sees a value: a field that is null is not there; integers of a decimal column are decimals."""
    match value:
        case dict():
            return {name: without_nulls(part) for name, part in value.items() if part is not None}
        case list():
            return [without_nulls(part) for part in value]
        case _:
            return value


def constant(value: Any) -> tuple[dict[str, Any], dict[str, Any], dict[str, tuple[list[Any], Type]]]:
    return {"x": value}, {"x": [value] * 3}, {}


@given(shapes())
@example(constant({"a": [5, 2.5]}))
@example(constant([{"a": [[5], [2.5]]}, {"a": [[]]}]))
def test_expressions_inside_of_lists_and_objects(shape: tuple[dict[str, Any], dict[str, Any], Any]) -> None:
    written, wanted, found = shape
    arrivals = fake(found)
    assert [rule.setting for rule in expressions("values", written)] == list(found)
    texts = json_object(arrivals, "values", written).to_list()
    assert [json.loads(text) for text in texts] == [
        {name: runs[run] for name, runs in wanted.items()} for run in range(3)
    ]
    made = table(arrivals, "values", written)
    for name, runs in wanted.items():
        seen = columns.values(made.frame[name], made.types[name])
        assert without_nulls(seen) == without_nulls(runs)
        assert made.types[name] == type_of_parts(f"values.{name}", written[name], lambda place: found[place][1])


def test_what_is_kept_is_of_the_type_of_its_place() -> None:
    made = table(
        fake({"values.x.n": ([5, "5", 5.0], ANY), "values.y": ([5, "5", None], ANY)}),
        "values",
        {"x": {"n": EXPRESSION, "more": 1}, "y": EXPRESSION, "day": "2026-03-01"}
        | {"z": "text", "left": EXPRESSION["journey"]},
    )
    wanted = {"x": object_of({"n": INTEGER, "absent": STRING}), "y": STRING, "day": DATE_ONLY, "z": ANY}
    found = made.fitting(wanted)
    assert found["x"].to_list() == [{"n": 5, "absent": None}, {"n": None, "absent": None}, {"n": 5, "absent": None}]
    assert found["y"].to_list() == [None, "5", None]
    assert found["day"].to_list() == [date(2026, 3, 1)] * 3
    assert columns.values(found["z"], ANY) == ["text"] * 3
    assert made.fitting({})["y"].to_list() == ["5", "5", None]
    assert found["left"].to_list() == ["…"] * 3


def test_contents() -> None:
    values = {"n": {"journey": "@action{ask.n}"}, "fixed": 7}
    fake = Fake(np.zeros(2, np.int64), values={"values.n": series([5, "5"], ANY)}, types={"values.n": ANY})
    assert [json.loads(text) for text in json_object(fake, "values", values)] == [
        {"n": 5, "fixed": 7},
        {"n": "5", "fixed": 7},
    ]
