"""What runs know, as the leaf that asks for it says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl
import pytest

from parcours.core import columns
from parcours.core.columns import read, series
from parcours.core.errors import EvaluationError
from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DATE_TIME,
    DECIMAL,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Schema,
    Type,
    list_of,
    object_of,
    polars_type,
)
from parcours.kernel.beside import Beside
from parcours.kernel.book import FeatureBook
from parcours.kernel.evaluate import Compiled, holds
from parcours.kernel.known import as_type, fitted, known
from parcours.kernel.values import values
from parcours.language.frontends import print_in, read_rule, read_value
from parcours.language.reference import Person, evaluate
from parcours.language.runs import RunScope
from parcours.language.tree import Given, walk
from parcours.testing.strategies import frame_of

TYPES = {
    "total": DECIMAL,
    "count": INTEGER,
    "at": DATE_TIME,
    "place": object_of({"city": STRING, "zone": INTEGER}),
    "items": list_of(object_of({"price": DECIMAL})),
    "odd": ANY,
}
AT = datetime(2024, 3, 1, tzinfo=UTC)
ROWS = [
    {"total": 1.5, "count": 3, "at": AT, "place": {"city": "a", "zone": 1}, "items": [{"price": 2.0}], "odd": 5},
    {"total": 2.0, "place": {"zone": 2}, "items": [], "odd": "abc"},
    {"odd": {"deep": {"er": 7}, "list": [1, 2]}},
    {"odd": None},
]
FRAME = frame_of(ROWS, TYPES)


@pytest.mark.parametrize(
    ("path", "wanted", "expected"),
    [
        (("total",), DECIMAL, [1.5, 2.0, None, None]),
        (("total",), INTEGER, [None, 2, None, None]),
        (("count",), DECIMAL, [3.0, None, None, None]),
        (("place", "city"), STRING, ["a", None, None, None]),
        (("place",), object_of({"zone": INTEGER}), [{"zone": 1}, {"zone": 2}, None, None]),
        (("absent",), STRING, [None] * 4),
        (("place", "absent"), STRING, [None] * 4),
        (("total",), STRING, [None] * 4),
        (("at",), DATE_TIME, [AT, None, None, None]),
        (("at",), OFFSET_TIME, [{"instant": AT, "offset": 0}, None, None, None]),
        (("total", "deep"), STRING, [None] * 4),
        (("items",), list_of(object_of({"price": INTEGER})), [[{"price": 2}], [], None, None]),
        ((), object_of({"count": INTEGER}), [{"count": 3}, {"count": None}, {"count": None}, {"count": None}]),
    ],
    ids=str,
)
def test_values_are_of_the_type_that_is_asked_for(path, wanted, expected):
    assert known(FRAME, path, wanted).to_list() == expected


def test_untyped_values_stay_what_they_are():
    found = known(FRAME, ("odd",), ANY).to_list()
    assert [read(value, ANY) for value in found] == [5, "abc", {"deep": {"er": 7}, "list": [1, 2]}, None]
    assert known(FRAME.clear(), ("total",), DECIMAL).to_list() == []


def test_offsets_are_left_out_where_none_are_wanted():
    column = series([AT, None], OFFSET_TIME, "at")
    assert fitted(column, DATE_TIME).to_list() == [AT, None]
    assert fitted(column, STRING).to_list() == [None, None]
    assert [read(value, ANY) for value in fitted(pl.Series([1, None]), ANY)] == [1, None]


# --- values of unknown type: compiled as the reference -------------------------------------------------

RUN = RunScope(events={"heard": object_of(TYPES)}, actions={"raw": ANY})
SCHEMA = Schema({"age": INTEGER}, {})
EVERYBODY = np.zeros(len(ROWS), np.int32)
PEOPLE = [Person({"age": 5}, given={"event": {"heard": row}, "action": {"raw": row["odd"]}}) for row in ROWS]


def given_of(leaf: Given):
    if leaf.path[0] == "action":
        raw = series([row["odd"] for row in ROWS], ANY, "raw")
        return known(raw.to_frame(), ("raw", *leaf.path[2:]), leaf.type)
    return known(FRAME, leaf.path[2:], leaf.type)


def meaning(node, person):
    try:
        return evaluate(node, person, 0)
    except EvaluationError:
        return None


def nobody(segment, profiles):
    return np.zeros(len(profiles), np.bool_)


def book() -> FeatureBook:
    return FeatureBook(SCHEMA, 1)


@pytest.mark.parametrize(
    "text",
    [
        "@{heard.odd} > 3",
        "not (@{heard.odd} > 3)",
        '@{heard.odd} == "abc"',
        "@{heard.odd} is null",
        "@{heard.odd} is not null",
        "@{heard.odd.deep.er} == 7",
        "not (@{heard.odd.deep.er} == 7)",
        "@{heard.odd.deep.er, defaultValue: 3} == 3",
        "@{heard.odd.deep} is not null",
        "@action{raw.deep.er} > 5",
        "not (@action{raw.deep.er} > 5)",
        "@{heard.place.zone} + @{heard.count} > 3",
        "count(@{heard.items.all(currentEventField.price > 1)}) == 1",
        "@{heard.total} > 1.6 or @{heard.count} == 3",
    ],
)
def test_conditions_on_what_was_heard_mean_what_the_reference_says(text):
    node = read_rule({"journey": text}, SCHEMA, run=RUN)
    assert read_rule({"journey": print_in(node, "journey")}, SCHEMA, run=RUN) == node
    assert read_rule(print_in(node, "tree"), SCHEMA, run=RUN) == node
    expected = [meaning(node, person) is True for person in PEOPLE]
    assert holds(Compiled(node), book(), EVERYBODY, 0, nobody, Beside(given_of)).tolist() == expected


@pytest.mark.parametrize(
    "rule",
    [
        {"given": "event.heard.odd", "type": "integer", "at_least": 5},
        {"not": {"given": "event.heard.odd", "type": "integer", "at_least": 5}},
        {"given": "event.heard.odd", "is": "abc"},
        {"not": {"given": "event.heard.odd", "is": "abc"}},
        {"given": "action.raw.deep.er", "type": "integer", "is": 7},
        {"given": "event.heard.place.city", "is_set": True},
        {"any_item": {"given": "event.heard.items"}, "where": {"field": "price", "at_least": 2}},
    ],
    ids=str,
)
def test_rule_trees_on_what_was_heard_mean_what_the_reference_says(rule):
    node = read_rule(rule, SCHEMA, run=RUN)
    expected = [meaning(node, person) is True for person in PEOPLE]
    assert holds(Compiled(node), book(), EVERYBODY, 0, nobody, Beside(given_of)).tolist() == expected
    assert read_rule(print_in(node, "tree"), SCHEMA, run=RUN) == node


@pytest.mark.parametrize("text", ["@{heard.total}", "@{heard.at}", "@{heard.items}", "@{heard.odd.deep.er} + 1"])
def test_values_of_what_was_heard_mean_what_the_reference_says(text):
    node = read_value({"journey": text}, SCHEMA, usage="value", run=RUN)
    expected = series([meaning(node, person) for person in PEOPLE], node.type)
    assert values(Compiled(node), book(), EVERYBODY, 0, nobody, Beside(given_of)).to_list() == expected.to_list()


@pytest.mark.parametrize("wanted", [INTEGER, DECIMAL, STRING, object_of({"deep": object_of({"er": INTEGER})})])
@pytest.mark.parametrize("text", ["@{heard.odd}", "@action{raw}"])
def test_values_of_a_wanted_type_mean_what_the_reference_says(text, wanted):
    node = read_value({"journey": text}, SCHEMA, usage="value", run=RUN, wanted=wanted)
    found = values(Compiled(node), book(), EVERYBODY, 0, nobody, Beside(given_of)).to_list()
    assert found == series([meaning(node, person) for person in PEOPLE], wanted).to_list()


def test_what_is_taken_for_a_value_of_a_type_is_looked_into():
    node = read_rule({"journey": "@{heard.odd} > 3"}, SCHEMA, run=RUN)
    leaves = [part for part in walk(node) if isinstance(part, Given)]
    assert leaves == [Given(("event", "heard"), object_of({"odd": ANY}))]
    assert node.type == BOOLEAN


@pytest.mark.parametrize(
    ("have", "wanted", "held", "expected"),
    [
        (ANY, INTEGER, [5, 5.0, 5.5, "5", True, None, [5]], [5, 5, None, None, None, None, None]),
        (ANY, STRING, ["a", 5, None, {"a": 1}], ["a", None, None, None]),
        (ANY, DATE_TIME, ["2024-03-01", "2024-03-01T00:00:00Z", 3], [AT, AT, None]),
        (ANY, list_of(DECIMAL), [[1, 2.5], ["x"], 1], [[1.0, 2.5], [None], None]),
        (INTEGER, ANY, [5, None], [5, None]),
        (STRING, ANY, ["5", None], ["5", None]),
        (STRING, INTEGER, ["5", "x", None], [5, None, None]),
        (STRING, BOOLEAN, ["true", "yes"], [True, None]),
        (INTEGER, STRING, [5, None], ["5", None]),
        (BOOLEAN, STRING, [True], ["true"]),
        (
            object_of({"a": INTEGER, "b": ANY, "c": STRING}),
            object_of({"b": INTEGER, "a": STRING, "d": ANY}),
            [{"a": 1, "b": "x", "c": "y"}, {"b": 2}, None],
            [{"a": "1"}, {"b": 2}, None],
        ),
        (object_of({"a": INTEGER}), STRING, [{"a": 1}], [None]),
        (list_of(INTEGER), list_of(STRING), [[1, None], []], [["1", None], []]),
    ],
)
def test_values_as_those_of_another_type(have: Type, wanted: Type, held: list[Any], expected: list[Any]) -> None:
    found = as_type(series(held, have, "name"), have, wanted)
    assert (found.name, found.dtype) == ("name", polars_type(wanted))
    assert columns.values(found, wanted) == expected
