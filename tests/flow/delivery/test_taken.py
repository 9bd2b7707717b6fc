"""Calls of before a restart count after it."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import HOUR, SECOND, VirtualClock, steady_now
from parcours.flow.delivery import taken
from parcours.flow.delivery.calls import Calls
from parcours.flow.delivery.configured import configured
from parcours.flow.delivery.limits import Slots
from parcours.flow.delivery.taken import TakenSlots
from parcours.testing.http import HttpSink
from tests.flow.delivery.calling import NOON, action, outside, row, source


def called(folder: Path, rows: list[dict[str, object]], *bodies: Mapping[str, object]) -> Counter[str]:
    """What became of calls made by a process of their own, so to speak."""

    async def make() -> Counter[str]:
        way, results = outside(), Counter[str]()
        calls = Calls(configured(bodies), way, VirtualClock(NOON), taken=TakenSlots(folder))
        await calls.deliver(rows, lambda told: results.update([told["result"]]), patient=True)
        await calls.close()
        await way.close()
        return results

    return asyncio.run(make())


def rows(*numbers: int, what: str = "action", name: str = "crm") -> list[dict[str, object]]:
    return [row(number, what, name) for number in numbers]


def test_a_cap_holds_over_a_restart(tmp_path: Path) -> None:
    rule = {"capping": {"maxCallsCount": 5, "periodInMs": 3_600_000}}
    with HttpSink() as sink:
        endpoint = {"endpoint": "api", "url": sink.url + "/*", **rule}
        assert called(tmp_path / "limits", rows(0, 1, 2), action(sink.url), endpoint) == {"ok": 3}
        assert called(tmp_path / "limits", rows(3, 4, 5, 6), action(sink.url), endpoint) == {"ok": 2, "capped": 2}
        assert called(tmp_path / "limits", rows(7), action(sink.url), endpoint) == {"capped": 1}
    assert len(sink.requests) == 5


def test_the_slots_of_services_and_of_other_rules_are_their_own(tmp_path: Path) -> None:
    rule = {"capping": {"maxCallsCount": 1, "periodInMs": 3_600_000}}
    with HttpSink() as sink:
        endpoint = {"endpoint": "api", "url": sink.url + "/*", **rule}
        bodies = [action(sink.url), {**action(sink.url), "action": "own", **rule}, source(sink.url), endpoint]
        assert called(tmp_path, rows(0), *bodies) == {"ok": 1}
        assert called(tmp_path, rows(1, what="source", name="weather"), *bodies) == {"ok": 1}
        assert called(tmp_path, [*rows(2, name="own"), *rows(3)], *bodies) == {"capped": 2}


def test_retries_count_too(tmp_path: Path) -> None:
    rule = {"endpoint": "api", "capping": {"maxCallsCount": 3, "periodInMs": 3_600_000}}
    with HttpSink(lambda request, seen: None if seen > 1 else _busy()) as sink:
        endpoint = {**rule, "url": sink.url + "/*"}
        assert called(tmp_path, rows(0), action(sink.url), endpoint) == {"ok": 1}
        assert called(tmp_path, rows(1, 2), action(sink.url), endpoint) == {"http_503": 1, "capped": 1}


def _busy() -> object:
    from parcours.testing.http import Reply

    return Reply(503)


def test_throttled_calls_keep_their_distance_over_a_restart(tmp_path: Path) -> None:
    limited = {"throttling": {"maxThroughput": 1}}
    with HttpSink() as sink:
        began = steady_now()
        for number in range(3):
            assert called(tmp_path, rows(number), action(sink.url, **limited)) == {"ok": 1}
    assert steady_now() - began >= 2 * SECOND


def test_a_rule_that_becomes_wider_or_narrower_keeps_what_was_called(tmp_path: Path) -> None:
    def rule(most: int) -> dict[str, object]:
        return {"capping": {"maxCallsCount": most, "periodInMs": 3_600_000}}

    with HttpSink() as sink:
        assert called(tmp_path, rows(0, 1, 2), action(sink.url, **rule(3))) == {"ok": 3}
        assert called(tmp_path, rows(3, 4), action(sink.url, **rule(4))) == {"ok": 1, "capped": 1}
        assert called(tmp_path, rows(5), action(sink.url, **rule(2))) == {"capped": 1}


def test_a_rule_that_changes_while_calls_go_on_is_remembered(tmp_path: Path) -> None:
    def known(url: str, most: int) -> object:
        return configured([action(url, capping={"maxCallsCount": most, "periodInMs": 3_600_000})])

    async def make(url: str) -> None:
        way = outside()
        calls = Calls(known(url, 3), way, VirtualClock(NOON), taken=TakenSlots(tmp_path))  # type: ignore[arg-type]
        await calls.deliver(rows(0, 1), lambda told: None)
        calls.configure(known(url, 4))  # type: ignore[arg-type]
        await calls.deliver(rows(2), lambda told: None)
        await calls.close()
        await way.close()

    with HttpSink() as sink:
        asyncio.run(make(sink.url))
        wider = action(sink.url, capping={"maxCallsCount": 4, "periodInMs": 3_600_000})
        assert called(tmp_path, rows(3, 4), wider) == {"ok": 1, "capped": 1}


def test_where_nothing_can_be_written_calls_are_made_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "limits").write_text("a file is in the way")
    with HttpSink() as sink:
        assert called(tmp_path / "limits", rows(0), action(sink.url, throttling={"maxThroughput": 9})) == {"ok": 1}


def test_a_damaged_file_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    last = TakenSlots(tmp_path).last("api.action", 4)
    last.note(steady_now())
    last.close()
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes() + b"abc")
    assert len(TakenSlots(tmp_path).last("api.action", 4).instants) == 1


def test_instants_that_lie_ahead_because_the_clock_was_set_back_count_as_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = steady_now()
    TakenSlots(tmp_path).last("api.action", 4).note(now)
    monkeypatch.setattr(taken.SystemClock, "now", lambda self: 1_000_000 * SECOND)
    (found,) = TakenSlots(tmp_path).last("api.action", 4).instants
    assert now <= found <= steady_now()


@given(most=st.integers(1, 5), steps=st.lists(st.integers(0, HOUR), min_size=1, max_size=20), cut=st.integers(0, 20))
def test_slots_are_free_when_they_would_be_without_the_restart(
    tmp_path_factory: pytest.TempPathFactory, most: int, steps: list[int], cut: int
) -> None:
    folder = tmp_path_factory.mktemp("slots")
    straight, before = Slots(most, HOUR), TakenSlots(folder).last("r", most)
    at = steady_now() - sum(steps) - 1
    resumed = Slots(most, HOUR)
    for index, step in enumerate(steps):
        at += step
        if index == cut:
            before.close()
            before = TakenSlots(folder).last("r", most)
            resumed = Slots(most, HOUR)
            for instant in before.instants:
                resumed.book(instant)
        assert abs(straight.free_at(at) - resumed.free_at(at)) < SECOND  # the two clocks are read one after the other
        if straight.take(at):
            resumed.book(max(at, resumed.free_at(at)))
            before.note(at)
    before.close()
