"""Windows of the kernel against the meaning of windows, and their edges against each other."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from parcours.kernel.calendar import start_of, starts_of, unit_of, units_of
from parcours.kernel.windows import NEVER, bounds, bounds_at, entering, enters_at, leaves_at, leaving, turns
from parcours.language import windows as meaning
from parcours.language.window_kinds import Calendar, Rolling, Window
from parcours.testing.strategies import GRID, ZONES, instants, relative_windows, windows


def steady() -> st.SearchStrategy[Window]:
    """Windows whose edges only move forward."""
    return windows().filter(lambda window: not meaning.swinging(window))


UNITS = ("day", "week", "month", "quarter", "year", "decade", "century")


@given(windows(), instants(), instants())
def test_inside_is_what_the_language_says(window: Window, t: int, now: int) -> None:
    lo, hi = bounds(window, now)
    assert (lo < t <= hi) == meaning.contains(window, t, now)


@given(steady(), instants(), instants())
def test_an_instant_is_inside_from_entering_until_leaving(window: Window, t: int, now: int) -> None:
    comes, goes = int(entering(window, np.array([t]))[0]), int(leaving(window, np.array([t]))[0])
    for moment in (now, comes - 1, comes, goes - 1, goes):
        if abs(moment) < NEVER // 2:
            assert (comes <= moment < goes) == meaning.contains(window, t, moment)


@given(steady(), instants(), st.integers(0, 400))
def test_both_edges_only_ever_move_forward(window: Window, now: int, steps: int) -> None:
    before, after = bounds(window, now), bounds(window, now + steps * GRID)
    assert before[0] <= after[0]
    assert before[1] <= after[1]


@given(relative_windows(), instants(400), instants(400))
def test_an_instant_comes_and_goes_at_no_other_times_than_the_turns(window: Window, t: int, now: int) -> None:
    points = sorted({int(some[0]) for some in turns(window, np.array([t]))} | {now})
    for earlier, later in pairwise(points):
        assert meaning.contains(window, t, earlier) == meaning.contains(window, t, later - 1)


@given(windows(), st.lists(instants(), max_size=5))
def test_bounds_at_many_instants_are_those_at_each(window: Window, nows: list[int]) -> None:
    found = bounds_at(window, np.array(nows, np.int64))
    assert list(zip(*(edges.tolist() for edges in found), strict=True)) == [bounds(window, now) for now in nows]


@given(st.sampled_from(UNITS), st.sampled_from((*ZONES, "America/Sao_Paulo")), st.lists(instants(4_000), min_size=1))
def test_arrays_of_units_are_the_units_one_by_one(unit: str, zone: str, times: list[int]) -> None:
    numbers = [unit_of(unit, zone, time) for time in times]
    assert units_of(unit, zone, np.array(times)).tolist() == numbers
    assert starts_of(unit, zone, np.array(numbers)).tolist() == [start_of(unit, zone, number) for number in numbers]
    for time, number in zip(times, numbers, strict=True):
        assert start_of(unit, zone, number) <= time < start_of(unit, zone, number + 1)


def test_an_event_of_exactly_the_age_of_a_rolling_window_has_just_left() -> None:
    t = np.array([1_000])
    assert leaving(Rolling(50), t).tolist() == [1_050]
    assert leaving(Rolling(50, closed=True), t).tolist() == [1_051]
    assert entering(Rolling(50, 20), t).tolist() == [1_020]


def test_nothing_enters_an_empty_array() -> None:
    nothing = np.empty(0, np.int64)
    assert len(entering(Calendar("month", zone="Europe/Paris"), nothing)) == 0
    assert len(leaving(Calendar("week"), nothing)) == 0


@given(windows(), instants())
def test_one_instant_comes_and_goes_as_in_an_array(window: Window, t: int) -> None:
    assert enters_at(window, t) == entering(window, np.array([t]))[0]
    assert leaves_at(window, t) == leaving(window, np.array([t]))[0]
