"""One call with its retries: the budget, the slots, the statuses, the pauses."""

from __future__ import annotations

from typing import Literal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import SECOND
from parcours.flow.delivery.attempts import Answer, Attempts, RetryRules, Settled
from parcours.flow.delivery.limits import Capping, Gate, Slots, Throttle
from parcours.flow.delivery.virtual import OnCapped, VirtualCalls, settled_alike

BUDGET = 5 * SECOND
STANDARD = RetryRules()


def answer(status: int | None, seconds: float = 0, body: str | None = None) -> Answer:
    return Answer(status, body, took=round(seconds * SECOND))


def settle(
    *answers: Answer,
    rules: RetryRules = STANDARD,
    gate: Gate | None = None,
    on_capped: OnCapped = "error",
    budget: int = BUDGET,
) -> Settled:
    calls = VirtualCalls()
    calls.submit(0, "call", answers, gate, rules=rules, budget=budget, on_capped=on_capped)
    ((key, settled),) = calls.advance(100 * SECOND)
    assert (key, calls.due) == ("call", None)
    return settled


def test_an_answer_is_the_outcome_at_its_instant() -> None:
    assert settle(answer(200, 2, '{"a":1}')) == Settled("ok", 1, 0, 2 * SECOND, '{"a":1}', "http_200")


def test_an_error_is_retried_at_once_and_a_success_is_no_error() -> None:
    assert settle(answer(500, 2), answer(204, 1)) == Settled("ok", 2, 0, 3 * SECOND, None, "http_204")


def test_there_are_three_retries_and_the_last_error_stands() -> None:
    settled = settle(answer(500), answer(502), answer(503), answer(418, body='"no"'), answer(200))
    assert settled == Settled("http_418", 4, 0, 0, '"no"')


@pytest.mark.parametrize("status", [401, 403, 404])
def test_what_would_be_the_same_next_time_is_not_retried(status: int) -> None:
    assert settle(answer(status), answer(200)) == Settled(f"http_{status}", 1, 0, 0)


def test_a_failed_connection_is_retried() -> None:
    assert settle(Answer(None, detail="refused")).attempts == 4
    assert settle(Answer(None, detail="refused")).detail == "refused"
    assert settle(answer(None), answer(200)).result == "ok"


def test_a_first_call_longer_than_the_budget_is_not_retried() -> None:
    assert settle(answer(200, 20)) == Settled("timedout", 1, 0, BUDGET)


def test_the_budget_ends_the_retries_and_the_earlier_error_is_kept() -> None:
    assert settle(answer(500, 2), answer(200, 4)) == Settled("timedout", 2, 0, BUDGET, None, "http_500")


def test_an_answer_at_the_end_of_the_budget_counts() -> None:
    assert settle(answer(200, 5)).result == "ok"


def test_statuses_may_have_their_own_number_of_retries() -> None:
    rules = RetryRules(most=1, by_status={429: 5, 400: 0})
    assert settle(answer(429), rules=rules).attempts == 6
    assert settle(answer(400), rules=rules).attempts == 1
    assert settle(answer(500), rules=rules).attempts == 2
    assert settle(answer(404), rules=rules).attempts == 2


def test_pauses_grow_up_to_the_longest_and_end_with_the_budget() -> None:
    rules = RetryRules(most=9, pause=SECOND, factor=2.0, longest=3 * SECOND)
    assert [rules.pause_behind(tries) // SECOND for tries in (1, 2, 3, 4)] == [1, 2, 3, 3]
    assert settle(answer(500), rules=rules) == Settled("http_500", 3, 0, 3 * SECOND)


def test_without_a_slot_no_call_is_made() -> None:
    full = Capping(1, SECOND)
    full.take(0)
    assert settle(answer(200), gate=Gate(cappings=[full])) == Settled("capped", 0, 0, 0)


def test_without_a_slot_for_a_retry_the_last_error_stands() -> None:
    settled = settle(answer(500), answer(503), answer(200), gate=Gate(cappings=[Capping(2, SECOND)]))
    assert settled == Settled("http_503", 2, 0, 0)


def test_a_capped_call_may_wait_for_a_slot() -> None:
    full = Capping(1, SECOND)
    full.take(0)
    settled = settle(answer(200, 1), gate=Gate(cappings=[full]), on_capped="queue")
    assert settled == Settled("ok", 1, SECOND, 2 * SECOND, None, "http_200")


def test_a_capped_call_may_be_tried_again() -> None:
    full = Capping(1, 2 * SECOND)
    full.take(0)
    rules = RetryRules(pause=SECOND, factor=1.0)
    assert settle(answer(200), gate=Gate(cappings=[full]), on_capped="retry", rules=rules) == Settled(
        "ok", 1, 2 * SECOND, 2 * SECOND, None, "http_200"
    )
    never = Capping(1, 60 * SECOND)
    never.take(0)
    assert settle(answer(200), gate=Gate(cappings=[never]), on_capped="retry", rules=rules) == Settled(
        "capped", 0, 0, 3 * SECOND
    )


def test_time_in_the_queue_is_not_part_of_the_budget() -> None:
    calls, gate = VirtualCalls(), Gate(throttles=[Throttle(1)])
    for index in range(8):
        calls.submit(0, str(index), [answer(200, 1)], gate, budget=2 * SECOND)
    settled = calls.advance(100 * SECOND)
    assert [key for key, _ in settled] == [str(index) for index in range(8)]
    assert [(each.result, each.started) for _, each in settled] == [("ok", index * SECOND) for index in range(8)]


def test_a_call_whose_time_in_the_queue_is_out_has_timed_out() -> None:
    calls, gate = VirtualCalls(), Gate(throttles=[Throttle(1, queue=SECOND)])
    for index in range(3):
        calls.submit(0, str(index), [answer(200)], gate)
    assert calls.advance(SECOND)[-1] == ("2", Settled("timedout", 0, 0, SECOND, None, "queue"))


def test_throttling_for_the_rate_and_capping_on_one_endpoint() -> None:
    calls, gate = VirtualCalls(), Gate([Throttle(2)], [Capping(3, 10 * SECOND)])
    for index in range(5):
        calls.submit(0, str(index), [answer(200)], gate)
    settled = [(each.result, each.time // SECOND) for _, each in calls.advance(100 * SECOND)]
    assert settled == [("ok", 0), ("ok", 0), ("ok", 1), ("capped", 1), ("capped", 2)]


def test_the_retries_of_one_call_come_before_the_next_call_of_the_instant() -> None:
    calls, gate = VirtualCalls(), Gate(cappings=[Capping(3, SECOND)])
    calls.submit(0, "a", [answer(500), answer(500), answer(200)], gate)
    calls.submit(0, "b", [answer(200)], gate)
    assert [(key, each.result, each.attempts) for key, each in calls.advance(0)] == [("a", "ok", 3), ("b", "capped", 0)]


def test_calls_advance_as_far_as_asked() -> None:
    calls = VirtualCalls()
    calls.submit(0, "slow", [answer(200, 3)])
    calls.submit(SECOND, "quick", [answer(200, 1)])
    assert calls.advance(SECOND) == []
    assert calls.due == 2 * SECOND
    assert [key for key, _ in calls.advance(3 * SECOND)] == ["quick", "slow"]


ANSWERS = st.builds(answer, st.sampled_from([200, 404, 500, None]), st.integers(0, 6))


@given(st.lists(ANSWERS, min_size=1, max_size=6), st.integers(0, 6), st.integers(0, 3), st.integers(1, 6))
def test_what_came_of_a_call_keeps_to_budget_and_number(
    answers: list[Answer], slots: int, pause: int, most: int
) -> None:
    gate = Gate(cappings=[Capping(max(1, slots), 1000 * SECOND)])
    if slots == 0:
        gate.first(0)
    rules = RetryRules(most=most, pause=pause * SECOND)
    settled = settle(*answers, rules=rules, gate=gate)
    assert settled.attempts <= min(most + 1, slots)
    assert settled.started <= settled.time <= settled.started + BUDGET
    assert (settled.result == "capped") == (slots == 0)
    if settled.result == "timedout":
        assert settled.time == settled.started + BUDGET
    elif settled.attempts:
        assert settled.result == answers[min(settled.attempts, len(answers)) - 1].result


def test_an_attempt_that_was_never_begun_is_not_due() -> None:
    attempts = Attempts(STANDARD)
    assert (attempts.due, attempts.settled, attempts.first) == (None, None, True)


ENDING = st.sampled_from([answer(200, 1, "{}"), answer(404), answer(200, 9), answer(500, 9)])
RULES = st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), max_size=2)


@given(
    st.lists(st.integers(0, 40), max_size=40).map(sorted),
    ENDING,
    RULES,
    RULES,
    st.integers(0, 8),
    st.sampled_from(["error", "queue"]),
)
def test_many_calls_alike_are_settled_as_one_after_the_other(
    at: list[int],
    same: Answer,
    throttles: list[tuple[int, int]],
    cappings: list[tuple[int, int]],
    queue: int,
    on_capped: Literal["error", "queue"],
) -> None:
    def gate() -> Gate:
        made = [
            [Slots(most, period * SECOND, queue * SECOND) for most, period in rules] for rules in (throttles, cappings)
        ]
        return Gate(*made)

    calls, one_by_one = VirtualCalls(), gate()
    for index, seconds in enumerate(at):
        calls.submit(seconds * SECOND, str(index), [same], one_by_one, budget=BUDGET, on_capped=on_capped)
    expected = dict(calls.advance(10_000 * SECOND))
    instants = np.array(at, np.int64) * SECOND
    found = settled_alike(instants, same, gate(), budget=BUDGET, on_capped=on_capped)
    plain = found.with_columns(pl.col("started", "time").to_physical()).rows(named=True)
    assert [Settled(**row) for row in plain] == [expected[str(index)] for index in range(len(at))]


def test_answers_that_would_be_retried_are_not_alike() -> None:
    with pytest.raises(AssertionError):
        settled_alike(np.zeros(1, np.int64), answer(500))
