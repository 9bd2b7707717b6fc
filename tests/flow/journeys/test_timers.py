"""Timers against a plain list."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from parcours.flow.journeys.timers import Timers

batches = st.lists(st.tuples(st.lists(st.integers(0, 60), max_size=8), st.integers(0, 10)), max_size=20)


@given(batches)
def test_pop_gives_what_is_due_once(steps: list[tuple[list[int], int]]) -> None:
    timers, plain, now, slot = Timers(), list[tuple[int, int]](), 0, 0
    for due, pause in steps:
        slots = list(range(slot, slot + len(due)))
        slot += len(due)
        timers.push(np.array(due, np.int64), np.array(slots, np.int32))
        plain += zip(due, slots, strict=True)
        assert timers.next_due() == min((instant for instant, _ in plain), default=None)
        now += pause
        instants, found = timers.pop(now)
        expected = [pair for pair in plain if pair[0] <= now]
        assert sorted(zip(instants.tolist(), found.tolist(), strict=True)) == sorted(expected)
        plain = [pair for pair in plain if pair[0] > now]
        assert len(timers) == len(plain)


def test_many_small_batches_stay_in_few_pieces() -> None:
    timers = Timers()
    for index in range(1000):
        timers.push(np.array([1000 - index], np.int64), np.array([index], np.int32))
    assert len(timers._pieces) <= 11
