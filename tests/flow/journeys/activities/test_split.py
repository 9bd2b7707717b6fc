"""Splits: shares on average, for a person, and exactly."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import instant
from parcours.flow.journeys.activities.base import STAY, Activity, Edge
from parcours.flow.journeys.activities.split import Share, Split
from parcours.flow.journeys.contents import Contents
from tests.flow.journeys.activities.fakes import SETTINGS, Fake, answers, problems, runs


def made(*shares: float, **more: bool) -> Split:
    return Split(paths=tuple(Share(percent=share, to=f"a{index}") for index, share in enumerate(shares)), **more)


def many(count: int, **more: object) -> Fake:
    return Fake(np.arange(count, dtype=np.int64) + instant("2026-03-02"), **more)  # type: ignore[arg-type]


def test_each_run_takes_the_path_that_its_draw_lies_in() -> None:
    arrivals = many(2000)
    edges = made(10, 0, 60, 30).step(arrivals).edge
    expected = [0 if draw < 0.1 else 2 if draw < 0.7 else 3 for draw in arrivals.draw()]
    assert edges.tolist() == expected
    assert abs((edges == 2).mean() - 0.6) < 0.06


@given(st.floats(0, 1, exclude_max=True), st.lists(st.integers(0, 50), min_size=1, max_size=5))
def test_every_draw_belongs_to_a_path_with_a_share(draw: float, parts: list[int]) -> None:
    parts = [*parts, 1]
    shares = [part * 100 / sum(parts) for part in parts]
    arrivals = many(1)
    arrivals.draw = lambda salt="": np.array([draw])  # type: ignore[method-assign]
    (edge,) = made(*shares).step(arrivals).edge.tolist()
    assert shares[edge] > 0


def test_a_sticky_split_gives_a_person_the_same_path_every_time() -> None:
    arrivals = many(300, persons=[row % 10 for row in range(300)])
    sticky, free = made(50, 50, sticky=True).step(arrivals).edge, made(50, 50).step(arrivals).edge
    assert all(len(set(sticky[person::10].tolist())) == 1 for person in range(10))
    assert len(set(sticky.tolist())) == 2
    assert any(len(set(free[person::10].tolist())) == 2 for person in range(10))


def test_a_test_takes_the_top_path_or_the_named_one() -> None:
    assert set(made(1, 99).step(many(50, mode="test")).edge.tolist()) == {0}
    settings = SETTINGS._replace(test_branches={"here": "path 2"})
    assert set(made(99, 1).step(many(50, mode="test", settings=settings)).edge.tolist()) == {1}


def test_an_exact_split_asks_for_a_number() -> None:
    moves = made(50, 50, exact=True).step(runs("2026-03-02T09:00:00Z"))
    assert (moves.channel, moves.edge.tolist()) == ("seat", [STAY])
    assert moves.contents is not None
    (content,) = Contents.together([moves.contents])["content"]
    assert json.loads(content) == {"cap": "welcome/3/here", "most": None}
    assert set(made(50, 50, exact=True).step(many(50, mode="dry")).edge.tolist()) == {0, 1}


@given(st.lists(st.integers(0, 20), min_size=1, max_size=5).filter(any))
def test_exact_shares_hold_to_within_one_run_at_any_moment(parts: list[int]) -> None:
    shares = [round(part * 100 / sum(parts), 1) for part in parts]
    shares[parts.index(max(parts))] = round(100 - sum(shares) + shares[parts.index(max(parts))], 1)
    count = 1500
    numbered = answers(*(("ok", json.dumps({"number": number})) for number in range(count)))
    edges = made(*shares, exact=True).answered(many(count), numbered).edge
    seen = np.cumsum(edges[:, None] == np.arange(len(shares)), axis=0)
    owed = np.arange(1, count + 1)[:, None] * np.array(shares) / 100
    assert np.abs(seen - owed).max() < 1 + 1e-6
    assert (np.abs(seen[999] - owed[999]) < 1e-6).all()


def test_a_number_that_never_came_is_replaced_by_a_draw() -> None:
    arrivals = many(100)
    lost = answers(*[("error", None)] * 100)
    assert made(50, 50, exact=True).answered(arrivals, lost).edge.tolist() == made(50, 50).step(arrivals).edge.tolist()


def test_ways_out() -> None:
    split = Split(paths=(Share(percent=50, label="A", to="a"), Share(percent=50, label="B", to=("b", "c"))))
    assert split.edges() == (Edge("A", ("a",), "paths[0].to"), Edge("B", ("b", "c"), "paths[1].to"))


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        (made(50, 50), []),
        (made(33.3, 33.3, 33.4), []),
        (made(100 / 3, 100 / 3, 100 / 3), []),
        (made(0.1, 0.2, 99.7), []),
        (made(50, 49), [("bad-setting", "paths")]),
        (made(), [("missing-setting", "paths")]),
        (made(-10, 110), [("bad-setting", "paths[0].percent"), ("bad-setting", "paths[1].percent")]),
        (made(float("nan"), 50), [("bad-setting", "paths[0].percent")]),
        (made(50, 50, exact=True, sticky=True), [("bad-setting", "exact")]),
        (made(33.333, 66.667, exact=True), [("bad-setting", "exact")]),
        (made(33.25, 66.75, exact=True), []),
        (Split(paths=(Share(percent=50, label="A"), Share(percent=50, label="A"))), [("repeated-label", "paths")]),
    ],
)
def test_what_is_wrong(activity: Activity, expected: list[tuple[str, str]]) -> None:
    assert problems(activity) == expected
