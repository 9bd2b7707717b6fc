"""Fork, join, loop and end."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.flow.journeys.activities.base import ALL, FINISH, STAY, Activity, Edge
from parcours.flow.journeys.activities.end import End
from parcours.flow.journeys.activities.fork import Fork
from parcours.flow.journeys.activities.join import Join
from parcours.flow.journeys.activities.loop import Loop
from tests.flow.journeys.activities.fakes import problems, runs

TIME = "2026-03-02T09:00:00Z"


def test_a_fork_takes_all_ways_and_a_join_waits() -> None:
    fork = Fork(branches=("a", ("b", "c")))
    assert fork.step(runs(TIME, TIME)).edge.tolist() == [ALL, ALL]
    assert fork.edges() == (Edge("branch 1", ("a",), "branches[0]"), Edge("branch 2", ("b", "c"), "branches[1]"))
    join = Join(then="d")
    assert join.step(runs(TIME)).edge.tolist() == [STAY]
    assert join.edges() == (Edge("next", ("d",), "then"),)
    assert join.joins
    assert not fork.joins


def test_an_end_ends() -> None:
    assert End().step(runs(TIME, TIME)).edge.tolist() == [FINISH, FINISH]
    assert End().edges() == ()


@given(st.integers(1, 5), st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=8))
def test_a_loop_goes_back_while_it_may_and_its_rule_is_false(times: int, rows: list[tuple[int, bool]]) -> None:
    laps, reached = [row[0] for row in rows], [row[1] for row in rows]
    arrivals = runs(*[TIME] * len(rows), turns=laps, rules={"until": reached})
    bounded, until = Loop(again="a", times=times), Loop(again="a", times=times, until={"segment": "silver"})
    assert bounded.step(arrivals).edge.tolist() == [0 if lap < times else 1 for lap in laps]
    expected = [0 if lap < times and not true else 1 for lap, true in rows]
    assert until.step(arrivals).edge.tolist() == expected


def test_a_loop_ends_after_as_many_rounds_as_it_says() -> None:
    loop, laps = Loop(again="a", times=3, then="b"), 0
    while loop.step(runs(TIME, turns=[laps])).edge.tolist() == [0]:
        laps += 1
    assert laps == 3
    assert loop.edges() == (Edge("again", ("a",), "again"), Edge("next", ("b",), "then"))


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        (Fork(branches=("a", "b")), []),
        (Fork(branches=("a",)), [("missing-setting", "branches")]),
        (Loop(again="a", times=1), []),
        (Loop(again="a", times=0), [("bad-setting", "times")]),
    ],
)
def test_what_is_wrong(activity: Activity, expected: list[tuple[str, str]]) -> None:
    assert problems(activity) == expected
