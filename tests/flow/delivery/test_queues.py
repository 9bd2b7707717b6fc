"""Lines in front of gates: in order of arrival, also when some leave, and never more calls than the rules allow."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import HOUR, SECOND
from parcours.flow.delivery.attempts import Answer
from parcours.flow.delivery.limits import NEVER, Capping, Gate, Slots, Throttle
from parcours.flow.delivery.queues import Line
from parcours.flow.delivery.virtual import VirtualCalls

#: What happens at each instant: so many calls come, then these of those that wait leave, by their places in the line.
HAPPENINGS = st.lists(st.tuples(st.integers(0, 4), st.lists(st.integers(0, 9), max_size=4)), max_size=25)
RULES = st.tuples(st.integers(1, 4), st.integers(1, 9))


@dataclass
class Plain:
    """A line as one would write it down: whoever is first is called as soon as the rules allow."""

    rules: list[tuple[int, int]]
    waiting: deque[int] = field(default_factory=deque)
    made: list[tuple[int, int]] = field(default_factory=list)

    def call(self, now: int) -> None:
        while self.waiting and all(self._used(now, period) < most for most, period in self.rules):
            self.made.append((now, self.waiting.popleft()))

    def _used(self, now: int, period: int) -> int:
        return sum(at > now - period for at, _ in self.made)


@given(st.lists(RULES, min_size=1, max_size=2), HAPPENINGS)
def test_calls_are_made_as_if_nobody_who_left_had_ever_come(
    rules: list[tuple[int, int]], happenings: list[tuple[int, list[int]]]
) -> None:
    line = Line[int](Gate([Slots(most, period) for most, period in rules]), wait=False)
    plain, made, number = Plain(rules), list[tuple[int, int]](), 0
    for now, (comers, leavers) in enumerate([*happenings, *[(0, list[int]())] * 400]):
        for _ in range(comers):
            line.join(number, now)
            plain.waiting.append(number)
            number += 1
        while (call := line.released(now)) is not None:
            made.append((now, call))
        plain.call(now)
        gone = {plain.waiting[place] for place in leavers if place < len(plain.waiting)}
        line.leave(gone.__contains__)
        plain.waiting = deque(call for call in plain.waiting if call not in gone)
        assert [call for _, call in line] == list(plain.waiting)
    assert made == plain.made
    assert not line.slots


@given(st.lists(st.tuples(RULES, RULES), min_size=1, max_size=1), HAPPENINGS, st.booleans())
def test_lines_that_share_a_rule_never_break_it(
    rules: list[tuple[tuple[int, int], tuple[int, int]]], happenings: list[tuple[int, list[int]]], wait: bool
) -> None:
    shared, own = rules[0]
    both = Slots(*shared)
    lines = [Line[int](Gate([both], [Slots(*own)]), wait), Line[int](Gate([Slots(*own), both]), wait=False)]
    made: list[int] = []
    for now, (comers, leavers) in enumerate([*happenings, *[(0, list[int]())] * 400]):
        for each in range(comers):
            lines[each % 2].join(now, now)
        for line in lines:
            while line.released(now) is not None:
                made.append(now)
            gone = set(leavers)
            places = iter(range(len(line)))
            line.leave(lambda _, places=places, gone=gone: next(places) in gone)  # type: ignore[misc]
    most, period = shared
    assert all(late - early >= period for early, late in zip(made, made[most:], strict=False))
    assert len(lines[0]) == len(lines[1]) == 0


@given(RULES, st.integers(0, 40), HAPPENINGS)
def test_slots_that_arrays_took_are_not_forgotten(
    rule: tuple[int, int], ahead: int, happenings: list[tuple[int, list[int]]]
) -> None:
    """What was booked in arrays is not kept one by one: giving later ones back is careful then."""
    slots = Slots(*rule)
    made = slots.release_all(np.zeros(ahead, np.int64)).tolist()
    line = Line[int](Gate([slots]), wait=False)
    for now, (comers, leavers) in enumerate([*happenings, *[(0, list[int]())] * 600]):
        for each in range(comers):
            line.join(each, now)
        while line.released(now) is not None:
            made.append(now)
        line.leave(lambda each, gone=set(leavers): each in gone)  # type: ignore[misc]
    most, period = rule
    made.sort()
    assert all(late - early >= period for early, late in zip(made, made[most:], strict=False))


def test_the_endpoint_of_a_stopped_journey_is_free_for_others() -> None:
    line = Line[int](Gate([Throttle(1)]), wait=False)
    for number in range(5000):
        line.join(number, 0)
    assert line.released(0) == 0
    line.leave(lambda number: number != 4000)
    assert list(line) == [(SECOND, 4000)]
    assert line.join(5000, 0) == 2 * SECOND


def test_who_would_wait_too_long_is_not_in_the_line() -> None:
    line = Line[int](Gate([Capping(1, HOUR, 2 * HOUR)]), wait=False)
    assert [line.join(number, 0) for number in range(4)] == [0, HOUR, 2 * HOUR, NEVER]
    line.leave({1, 2}.__contains__)
    assert line.join(4, 1) == HOUR


@pytest.mark.parametrize("rules", [{"throttles": [Throttle(1)]}, {"cappings": [Capping(1, SECOND)]}])
def test_calls_of_virtual_time_move_up(rules: dict[str, list[Slots]]) -> None:
    calls, gate = VirtualCalls(), Gate(**rules)
    for number in range(10):
        calls.submit(0, str(number), [Answer(200)], gate, on_capped="queue")
    assert [key for key, _ in calls.advance(SECOND)] == ["0", "1"]
    assert len(calls.withdraw(lambda key: key not in {"5", "8"}, SECOND)) == 6
    calls.submit(SECOND, "late", [Answer(200)], gate, on_capped="queue")
    assert [(key, settled.started) for key, settled in calls.advance(HOUR)] == [
        ("5", 2 * SECOND),
        ("8", 3 * SECOND),
        ("late", 4 * SECOND),
    ]
    assert calls.due is None
