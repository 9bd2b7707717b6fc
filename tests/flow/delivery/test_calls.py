"""Calls against a real HTTP server: retries, time, limits and shared answers, by counts and order."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from parcours.core.clock import HOUR, VirtualClock, steady_now
from parcours.flow.delivery.calls import Calls
from parcours.flow.delivery.configured import configured
from parcours.flow.delivery.gates import Gates
from parcours.flow.delivery.templates import key_token
from parcours.testing.http import HttpSink, Reply, Seen
from tests.flow.delivery.calling import NOON, action, made, outside, row, source


def number(request: Seen) -> int:
    return int(json.loads(request.body)["n"])


def test_a_call_gives_its_answer_and_carries_its_key() -> None:
    with HttpSink(lambda request, seen: Reply(201, '{"status": "gold"}')) as sink:
        (outcome,) = made([row(7)], action(sink.url + "/people"))
    assert outcome == {
        "key": row(7)["key"],
        "result": "ok",
        "attempts": 1,
        "detail": "http_201",
        "time": NOON,
        "started": NOON,
        "answer": '{"status":"gold"}',
    }
    (request,) = sink.requests
    assert (request.method, request.path, request.body) == ("POST", "/people", b'{"n":7}')
    assert request.key == key_token(row(7)["key"])


def test_an_error_is_retried_with_the_same_key() -> None:
    with HttpSink(lambda request, seen: Reply(503) if seen < 3 else None) as sink:
        (outcome,) = made([row(1)], action(sink.url))
    assert (outcome["result"], outcome["attempts"]) == ("ok", 3)
    assert sink.counts() == {key_token(row(1)["key"]): 3}


def test_the_last_error_and_its_answer_stand() -> None:
    with HttpSink(lambda request, seen: Reply(500 + seen, '{"why": "tired"}')) as sink:
        (outcome,) = made([row(1)], action(sink.url))
    assert (outcome["result"], outcome["attempts"]) == ("http_504", 4)
    assert outcome["answer"] == '{"why":"tired"}'


def test_not_found_is_not_retried_and_other_statuses_as_configured() -> None:
    retry = {"most": 1, "by_status": {"429": 2, "422": 0}}
    answers = {0: 404, 1: 429, 2: 422, 3: 500}
    with HttpSink(lambda request, seen: Reply(answers[number(request)])) as sink:
        outcomes = made([row(index) for index in answers], action(sink.url, retry=retry))
    assert {outcome["result"]: outcome["attempts"] for outcome in outcomes} == {
        "http_404": 1,
        "http_429": 3,
        "http_422": 1,
        "http_500": 2,
    }


def test_a_cut_connection_is_an_error_that_is_retried() -> None:
    with HttpSink(lambda request, seen: Reply(drop=True) if seen == 1 else None) as sink:
        assert made([row(1)], action(sink.url))[0]["attempts"] == 2


def test_a_call_longer_than_its_time_is_cancelled_and_not_retried() -> None:
    with HttpSink(lambda request, seen: Reply(after=30)) as sink:
        (outcome,) = made([row(1, timeout=200_000)], action(sink.url))
    assert (outcome["result"], outcome["attempts"], outcome["answer"]) == ("timedout", 1, None)
    assert len(sink.requests) == 1


def test_the_time_of_the_action_goes_before_that_of_the_journey_and_the_earlier_error_is_told() -> None:
    with HttpSink(lambda request, seen: Reply(500) if seen == 1 else Reply(after=30)) as sink:
        (outcome,) = made([row(1, timeout=60_000_000)], action(sink.url, timeout="300 ms"))
    assert (outcome["result"], outcome["attempts"], outcome["detail"]) == ("timedout", 2, "http_500")


def test_nobody_there_is_an_error() -> None:
    with HttpSink() as sink:
        gone = sink.url
    (outcome,) = made([row(1)], action(gone))
    assert (outcome["result"], outcome["attempts"]) == ("error", 4)
    assert outcome["detail"].startswith("unreachable: ")


def test_what_is_not_configured_or_not_filled_in_is_an_error_without_a_call() -> None:
    with HttpSink() as sink:
        broken = {**row(3), "content": "nonsense"}
        lacking = {**row(4), "content": json.dumps({"action": "crm", "values": {}})}
        outcomes = made([row(1, name="cmr"), broken, lacking], action(sink.url))
    assert [outcome["detail"].partition(":")[0] for outcome in outcomes] == [
        "unknown-name",
        "bad-content",
        "missing-parameter",
    ]
    assert {(outcome["result"], outcome["attempts"]) for outcome in outcomes} == {("error", 0)}
    assert sink.requests == []


def test_calls_over_the_cap_are_refused_without_a_call() -> None:
    endpoint = capping(5)
    with HttpSink() as sink:
        outcomes = made([row(index) for index in range(20)], action(sink.url), {**endpoint, "url": sink.url + "/*"})
    results = [outcome["result"] for outcome in outcomes]
    assert (results.count("ok"), results.count("capped")) == (5, 15)
    assert len(sink.requests) == 5


def test_the_slots_of_an_endpoint_are_shared_and_those_of_another_are_not() -> None:
    with HttpSink() as sink:
        here, there = f"{sink.url}/v1", f"{sink.url}/v2"
        outcomes = made(
            [row(0), row(1, name="other"), row(2), row(3, name="free")],
            action(here),
            {**action(here), "action": "other"},
            {**action(there), "action": "free"},
            {**capping(2), "url": here},
        )
    assert {outcome["key"][4]: outcome["result"] for outcome in outcomes} == {
        "0": "ok",
        "1": "ok",
        "2": "capped",
        "3": "ok",
    }


def test_retries_use_slots_and_without_one_the_last_error_stands() -> None:
    with HttpSink(lambda request, seen: Reply(500)) as sink:
        outcomes = made([row(1)], action(sink.url), {**capping(2), "url": sink.url + "/*"})
    assert [(outcome["result"], outcome["attempts"]) for outcome in outcomes] == [("http_500", 2)]


def test_throttled_calls_are_made_in_order_and_none_is_lost() -> None:
    rule = {"endpoint": "slow", "throttling": {"maxThroughput": 20}}
    with HttpSink() as sink:
        rows = [row(index) for index in range(50)]
        outcomes = made(rows, action(sink.url), {**rule, "url": sink.url + "/*"}, per_host=1)
    assert {outcome["result"] for outcome in outcomes} == {"ok"}
    assert [number(request) for request in sink.requests] == list(range(50))


def test_calls_that_wait_hold_up_no_others() -> None:
    rule = {"endpoint": "slow", "throttling": {"maxThroughput": 1}}
    with HttpSink() as sink:
        slow, quick = action(sink.url + "/slow"), {**action(sink.url + "/quick"), "action": "quick"}
        rows = [row(0), row(1), row(2, name="quick"), row(3, name="quick")]
        outcomes = made(rows, slow, quick, {**rule, "url": sink.url + "/slow"})
    assert [outcome["key"][4] for outcome in outcomes][-1] == "1"


def test_delivering_returns_when_the_rest_waits_for_slots() -> None:
    async def deliver(url: str) -> tuple[int, int]:
        calls, outcomes = Calls(configured([action(url, throttling={"maxThroughput": 1})]), way, VirtualClock(0)), []
        await calls.deliver([row(0), row(1)], outcomes.append)
        first = len(outcomes)
        await calls.deliver([row(1)], outcomes.append)  # on its way already
        await calls.deliver([row(2)], outcomes.append, patient=True)
        await calls.close()
        await way.close()
        return first, len(outcomes)

    way = outside()
    with HttpSink() as sink:
        assert asyncio.run(deliver(sink.url)) == (1, 3)
    assert set(sink.counts().values()) == {1}


def test_a_capped_call_may_wait_or_be_tried_again() -> None:
    with HttpSink() as sink:
        for on_capped in ("queue", "retry"):
            retry = {"most": 20, "pause": "100 ms", "factor": 1}
            limits = {"capping": {"maxCallsCount": 2, "periodInMs": 300}, "on_capped": on_capped, "retry": retry}
            outcomes = made([row(index) for index in range(6)], action(sink.url, **limits))
            assert [outcome["result"] for outcome in outcomes] == ["ok"] * 6


def test_connections_are_bounded() -> None:
    with HttpSink(lambda request, seen: Reply(after=0.02)) as sink:
        rule = {"maxHttpConnections": 3}
        made([row(index) for index in range(20)], action(sink.url, capping=rule))
    assert sink.most_at_once == 3


def test_a_source_asks_with_its_parameters() -> None:
    with HttpSink(lambda request, seen: Reply(200, '{"degrees": 21}')) as sink:
        (outcome,) = made([row(5, "source", "weather")], source(sink.url + "/at"))
    assert (outcome["result"], outcome["answer"]) == ("ok", '{"degrees":21}')
    (request,) = sink.requests
    assert (request.method, request.path, request.query) == ("GET", "/at", "n=5")


def test_equal_questions_are_asked_once_while_the_answer_is_good() -> None:
    with HttpSink(lambda request, seen: Reply(200, f'{{"asked": "{request.query}"}}', after=0.05)) as sink:
        rows = [{**row(index % 2, "source", "weather"), "key": f"k{index}"} for index in range(10)]
        outcomes = made(rows, source(sink.url, cache="1 hour"))
    assert len(sink.requests) == 2
    assert {outcome["key"]: outcome["answer"] for outcome in outcomes} == {
        f"k{index}": f'{{"asked":"n={index % 2}"}}' for index in range(10)
    }
    assert sum(outcome["attempts"] for outcome in outcomes) == 2


def test_without_a_lifetime_everybody_asks() -> None:
    with HttpSink() as sink:
        made([{**row(1, "source", "weather"), "key": f"k{index}"} for index in range(3)], source(sink.url))
    assert len(sink.requests) == 3


def test_a_kept_answer_answers_at_once_and_an_error_is_not_kept() -> None:
    async def ask(url: str) -> list[dict[str, Any]]:
        calls, outcomes = Calls(configured([source(url, cache="1 hour")]), way, VirtualClock(0)), []
        for index in range(3):
            each = {**row(1, "source", "weather"), "key": f"k{index}"}
            await calls.deliver([each], lambda outcome: outcomes.append(dict(outcome)))
        await way.close()
        return outcomes

    way = outside()
    with HttpSink(lambda request, seen: Reply(404) if seen == 1 else Reply(200, "[1]")) as sink:
        outcomes = asyncio.run(ask(sink.url))
    assert [outcome["result"] for outcome in outcomes] == ["http_404", "ok", "ok"]
    assert [outcome["attempts"] for outcome in outcomes] == [1, 1, 0]
    assert len(sink.requests) == 2


@pytest.mark.parametrize("body", ["", "hello", "{", "[NaN]"])
def test_an_answer_that_is_no_json_is_none(body: str) -> None:
    with HttpSink(lambda request, seen: Reply(200, body)) as sink:
        (outcome,) = made([row(1)], action(sink.url))
    assert (outcome["result"], outcome["answer"]) == ("ok", None)


def test_slots_that_are_taken_stay_taken_when_the_rule_changes() -> None:
    async def call(url: str) -> list[str]:
        calls, outcomes = Calls(configured([action(url), {**capping(2), "url": url + "/*"}]), way, VirtualClock(0)), []
        await calls.deliver([row(0), row(1)], outcomes.append)
        calls.configure(configured([action(url), {**capping(3), "url": url + "/*"}]))
        await calls.deliver([row(2), row(3)], outcomes.append)
        await way.close()
        return sorted(f"{outcome['key'][4]} {outcome['result']}" for outcome in outcomes)

    way = outside()
    with HttpSink() as sink:
        assert asyncio.run(call(sink.url)) == ["0 ok", "1 ok", "2 ok", "3 capped"]


def capping(most: int) -> dict[str, object]:
    """A cap over so long that no slot comes free during a test."""
    return {"endpoint": "api", "capping": {"maxCallsCount": most, "periodInMs": 3_600_000}}


def test_a_mistake_of_ours_costs_one_call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    honest = Gates.entrance

    def entrance(self: Gates, service: Any, calling: Any, outgoing: Any) -> Any:
        if outgoing.body == b'{"n":1}':
            raise ZeroDivisionError
        return honest(self, service, calling, outgoing)

    monkeypatch.setattr(Gates, "entrance", entrance)
    with HttpSink() as sink:
        outcomes = made([row(0), row(1), row(2)], action(sink.url))
    assert {outcome["key"][4]: outcome["result"] for outcome in outcomes} == {"0": "ok", "1": "error", "2": "ok"}
    assert "ZeroDivisionError" in capsys.readouterr().out


THROTTLED = {"throttling": {"maxThroughput": 1}}


async def withdrawn(
    url: str, rows: list[dict[str, Any]], ended: dict[str, str], *bodies: dict[str, object]
) -> dict[str, str]:
    """What became of these calls, by number, when runs end while all but the first call wait."""
    way, outcomes = outside(), list[Any]()
    calls = Calls(configured(bodies), way, VirtualClock(NOON))
    done = asyncio.create_task(calls.deliver(rows, outcomes.append, patient=True))
    while not outcomes:
        await asyncio.sleep(0.001)
    calls.withdraw(ended)
    await done
    await calls.close()
    await way.close()
    assert {outcome["attempts"] for outcome in outcomes if outcome["result"] == "withdrawn"} <= {0}
    assert all(outcome["started"] == NOON for outcome in outcomes)
    return {outcome["key"].split("/")[1]: f"{outcome['result']} {outcome['detail']}" for outcome in outcomes}


def of_run(number: int, what: str = "action", name: str = "crm", asks: int | None = None) -> dict[str, Any]:
    return {**row(number, what, name), "run": f"win/{number}/P{number}"} | (
        {} if asks is None else {"content": row(asks, what, name)["content"]}
    )


def test_calls_that_wait_are_withdrawn_with_their_run_and_others_are_made() -> None:
    ended = {"win/0/P0": "stopped", "win/1/P1": "stopped", "win/2/P2": "exited"}
    with HttpSink() as sink:
        rows = [of_run(index) for index in range(4)]
        found = asyncio.run(withdrawn(sink.url, rows, ended, action(sink.url, **THROTTLED)))
    assert found == {"0": "ok http_200", "1": "withdrawn stopped", "2": "withdrawn exited", "3": "ok http_200"}
    assert [number(request) for request in sink.requests] == [0, 3]


def test_who_stays_in_the_line_moves_up() -> None:
    """Else the last one would be made an hour later."""
    rows = [of_run(number) for number in range(3600)]
    ended = {f"win/{number}/P{number}": "stopped" for number in range(1, 3599)}
    began = steady_now()
    with HttpSink() as sink:
        found = asyncio.run(withdrawn(sink.url, rows, ended, action(sink.url, **THROTTLED)))
    assert {number for number, told in found.items() if told == "ok http_200"} == {"0", "3599"}
    assert steady_now() - began < HOUR // 4


def test_a_call_that_waits_for_a_connection_or_for_its_host_is_withdrawn() -> None:
    with HttpSink(lambda request, seen: Reply(after=0.2 if number(request) else 0)) as sink:
        settings = {"capping": {"maxHttpConnections": 1}}
        rows = [of_run(index) for index in range(4)]
        ended = {"win/2/P2": "stopped", "win/3/P3": "stopped"}
        found = asyncio.run(withdrawn(sink.url, rows, ended, action(sink.url, **settings)))
    assert found["2"] == found["3"] == "withdrawn stopped"
    assert [number(request) for request in sink.requests] == [0, 1]


def test_a_capped_call_that_is_to_be_tried_again_is_withdrawn() -> None:
    settings = {**capping(1), "retry": {"most": 5, "pause": "1 s"}, "on_capped": "retry"}
    with HttpSink() as sink:
        endpoint = {"capping": settings.pop("capping"), "endpoint": settings.pop("endpoint"), "url": sink.url + "/*"}
        rows = [of_run(0), of_run(1)]
        found = asyncio.run(withdrawn(sink.url, rows, {"win/1/P1": "exited"}, action(sink.url, **settings), endpoint))
    assert found == {"0": "ok http_200", "1": "withdrawn exited"}


def test_a_question_of_others_is_asked_though_the_run_that_asked_first_has_ended() -> None:
    with HttpSink(lambda request, seen: Reply(200, f'{{"asked": "{request.query}"}}')) as sink:
        rows = [of_run(index, "source", "weather", asks) for index, asks in enumerate((0, 7, 7, 7, 8))]
        ended = {"win/1/P1": "stopped", "win/2/P2": "stopped", "win/4/P4": "stopped"}
        found = asyncio.run(withdrawn(sink.url, rows, ended, source(sink.url, cache="1 hour", **THROTTLED)))
    assert found == {
        "0": "ok http_200",
        "1": "withdrawn stopped",
        "2": "withdrawn stopped",
        "3": "ok http_200",
        "4": "withdrawn stopped",
    }
    assert sorted(request.query for request in sink.requests) == ["n=0", "n=7"]


def test_a_call_that_was_made_is_not_withdrawn() -> None:
    async def call(url: str) -> list[str]:
        way, outcomes = outside(), list[str]()
        calls = Calls(configured([action(url)]), way, VirtualClock(NOON))
        done = asyncio.create_task(calls.deliver([of_run(0)], lambda told: outcomes.append(told["result"])))
        while not sink.requests:
            await asyncio.sleep(0.001)
        calls.withdraw({"win/0/P0": "stopped"})
        await done
        await way.close()
        return outcomes

    with HttpSink(lambda request, seen: Reply(after=0.05)) as sink:
        assert asyncio.run(call(sink.url)) == ["ok"]
