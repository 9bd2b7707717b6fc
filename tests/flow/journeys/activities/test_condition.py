"""Conditions against rules tried one after the other, and what a data source changes."""

from __future__ import annotations

import json

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.flow.journeys.activities.base import FAIL, STAY, Activity, Edge, Names
from parcours.flow.journeys.activities.condition import Condition, Path, Source
from parcours.flow.journeys.contents import Contents
from tests.flow.journeys.activities.fakes import ANSWER, SCHEMA, SETTINGS, answers, problems, runs

RULE = {"attribute": "size", "at_least": 3}


def made(count: int, **more: object) -> Condition:
    return Condition(paths=tuple(Path(when=RULE, to=f"a{index}") for index in range(count)), **more)  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=8))
def test_each_run_takes_the_first_true_path(rows: list[tuple[bool, bool, bool]]) -> None:
    rules = {f"paths[{index}].when": [row[index] for row in rows] for index in range(3)}
    moves = made(3).step(runs(*["2026-03-02T09:00:00Z"] * len(rows), rules=rules))
    assert moves.edge.tolist() == [row.index(True) if any(row) else 3 for row in rows]


def test_ways_out_in_vertical_order() -> None:
    labelled = Condition(paths=(Path(when=RULE, label="big", to="a"), Path(when=RULE)), on_error="e")
    assert labelled.edges() == (
        Edge("big", ("a",), "paths[0].to"),
        Edge("path 2", (), "paths[1].to"),
        Edge("otherwise", (), "otherwise"),
        Edge("error", ("e",), "on_error"),
    )
    assert [edge.label for edge in made(1).edges()] == ["path 1", "otherwise"]


def texts(contents: Contents | None) -> list[object]:
    assert contents is not None
    return [json.loads(text) for text in Contents.together([contents])["content"]]


SOURCE = Source(name="weather", parameters={"city": {"journey": "…"}, "units": "metric", "days": 3, "none": None})


def test_a_source_is_asked_first_with_typed_parameters() -> None:
    condition = made(1, source=SOURCE)
    assert [rule.setting for rule in condition.rules()] == ["paths[0].when", "source.parameters.city"]
    arrivals = runs("2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z")
    arrivals.values = {"source.parameters.city": pl.Series(["Metz", None])}
    moves = condition.step(arrivals)
    assert moves.edge.tolist() == [STAY, STAY]
    assert moves.channel == "source"
    assert texts(moves.contents) == [
        {
            "source": "weather",
            "values": {"city": city, "units": "metric", "days": 3, "none": None},
            "timeout": SETTINGS.step_timeout,
        }
        for city in ("Metz", None)
    ]
    assert condition.remembers("here") == ("source", "weather")
    assert made(1).remembers("here") is None


def test_the_answer_decides_and_the_other_cases_catch_no_error() -> None:
    arrivals = runs(*["2026-03-02T09:00:00Z"] * 6, rules={"paths[0].when": [True, False] + [False] * 4})
    results = ("ok", "ok", "http_500", "timedout", "capped", "strange")
    moves = made(1, source=SOURCE).answered(arrivals, answers(*((result, None) for result in results)))
    assert moves.edge.tolist() == [0, 1, FAIL, FAIL, FAIL, FAIL]
    assert isinstance(moves.error, pl.Series)
    assert moves.error.to_list() == [None, None, "http_500", "timedOut", "capped", "error"]


def test_a_test_takes_the_path_that_its_settings_name() -> None:
    settings = SETTINGS._replace(test_branches={"here": "path 2"})
    rules = {"paths[0].when": [True], "paths[1].when": [False]}
    chosen = runs("2026-03-02T09:00:00Z", rules=rules, mode="test", settings=settings)
    assert made(2).step(chosen).edge.tolist() == [1]
    assert made(2).step(runs("2026-03-02T09:00:00Z", rules=rules, settings=settings)).edge.tolist() == [0]
    other = settings._replace(test_branches={"elsewhere": "path 2"})
    assert made(2).step(runs("2026-03-02T09:00:00Z", rules=rules, mode="test", settings=other)).edge.tolist() == [0]


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        (made(2), []),
        (made(0), [("missing-setting", "paths")]),
        (Condition(paths=(Path(when=RULE, label="a"), Path(when=RULE, label="a"))), [("repeated-label", "paths")]),
        (Condition(paths=(Path(when=RULE, label="otherwise"),)), [("repeated-label", "paths")]),
        (Condition(paths=(Path(when=RULE, label="error"),)), [("repeated-label", "paths")]),
        (made(1, source=Source(name="weather")), []),
        (made(1, source=Source(name="wether")), [("unknown-name", "source.name")]),
    ],
)
def test_what_is_wrong(activity: Activity, expected: list[tuple[str, str]]) -> None:
    assert problems(activity, Names(SCHEMA, sources={"weather": ANSWER})) == expected
