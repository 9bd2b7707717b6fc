"""Capping and throttling: never more than N in any span, in order, and arrays give what single calls give."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import HOUR, SECOND
from parcours.flow.delivery.limits import NEVER, Capping, Slots, Throttle

ARRIVALS = st.lists(st.integers(0, 60), max_size=60).map(sorted)
MOST = st.integers(1, 7)
PERIOD = st.integers(1, 20)


def test_the_third_call_in_a_second_is_refused_and_one_a_second_later_is_not() -> None:
    capping = Capping(2, SECOND)
    assert [capping.take(at) for at in (0, 0, 0, SECOND - 1, SECOND)] == [True, True, False, False, True]


def test_a_span_slides_and_is_no_calendar_second() -> None:
    capping = Capping(2, SECOND)
    late, early = SECOND - 1, SECOND + 1
    assert [capping.take(at) for at in (late, late, early, 2 * SECOND - 1)] == [True, True, False, True]


def test_throttled_calls_are_released_in_order_at_the_rate_and_none_is_lost() -> None:
    throttle = Throttle(200)
    released = [throttle.release(0) for _ in range(500)]
    assert released == [0] * 200 + [SECOND] * 200 + [2 * SECOND] * 100
    assert throttle.release(SECOND) == 2 * SECOND


def test_a_retry_does_not_jump_the_queue() -> None:
    throttle = Throttle(1)
    assert [throttle.release(0), throttle.release(0)] == [0, SECOND]
    assert not throttle.take(0)
    assert not throttle.take(SECOND)
    assert throttle.take(2 * SECOND)


def test_who_would_wait_longer_than_six_hours_gets_no_slot() -> None:
    throttle = Throttle(1)
    released = [throttle.release(0) for _ in range(6 * 3600 + 3)]
    assert released[6 * 3600] == 6 * HOUR
    assert released[6 * 3600 + 1 :] == [NEVER, NEVER]
    assert throttle.release(SECOND) == 6 * HOUR + SECOND


@given(ARRIVALS, MOST, PERIOD)
def test_no_span_holds_more_than_allowed_and_nobody_is_refused_needlessly(
    arrivals: list[int], most: int, period: int
) -> None:
    capping = Capping(most, period)
    taken: list[int] = []
    for at in arrivals:
        in_span = sum(at - period < earlier for earlier in taken)
        assert capping.take(at) == (in_span < most)
        if in_span < most:
            taken.append(at)


@given(ARRIVALS, MOST, PERIOD)
def test_released_calls_keep_rate_and_order_and_wait_no_longer_than_needed(
    arrivals: list[int], most: int, period: int
) -> None:
    slots = Slots(most, period)
    released = [slots.release(at) for at in arrivals]
    assert all(a <= b for a, b in pairwise(released))
    for index, (at, instant) in enumerate(zip(arrivals, released, strict=True)):
        before = released[:index]
        earliest = max([at, *before[-1:], *(before[-most] + period for _ in range(len(before) >= most))])
        assert instant == earliest


@pytest.mark.parametrize("few", [0, 1_000], ids=["blocks", "one by one"])
@given(parts=st.lists(st.lists(st.integers(0, 300), max_size=80), min_size=1, max_size=3), most=MOST, period=PERIOD)
def test_many_calls_at_once_take_the_slots_that_single_calls_take(
    few: int, parts: list[list[int]], most: int, period: int
) -> None:
    single, many = Slots(most, period), Slots(most, period)
    for part in _consecutive(parts):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("parcours.flow.delivery.limits._FEW", few)
            found = many.take_all(np.array(part, np.int64))
        assert found.tolist() == [single.take(at) for at in part]


@given(
    parts=st.lists(st.lists(st.integers(0, 300), max_size=80), min_size=1, max_size=3),
    most=MOST,
    period=PERIOD,
    queue=st.integers(0, 60),
)
def test_many_calls_at_once_are_released_as_single_calls_are(
    parts: list[list[int]], most: int, period: int, queue: int
) -> None:
    single, many = Slots(most, period, queue), Slots(most, period, queue)
    for part in _consecutive(parts):
        assert many.release_all(np.array(part, np.int64)).tolist() == [single.release(at) for at in part]


@given(st.lists(st.integers(0, 200), max_size=80).map(sorted), MOST, PERIOD, st.randoms(use_true_random=False))
def test_retries_between_released_calls_keep_the_rate(
    arrivals: list[int], most: int, period: int, random: st.DataObject
) -> None:
    slots = Slots(most, period)
    made: list[int] = []
    for at in arrivals:
        if random.random() < 0.5:  # type: ignore[attr-defined]
            made += [at] if slots.take(at) else []
        else:
            made.append(slots.release(at))
    assert made == sorted(made)
    assert all(later - earlier >= period for earlier, later in zip(made, made[most:], strict=False))


def _consecutive(parts: list[list[int]]) -> list[list[int]]:
    """The numbers of all parts in order of time, cut where the parts are."""
    ordered = iter(sorted(at for part in parts for at in part))
    return [[next(ordered) for _ in part] for part in parts]
