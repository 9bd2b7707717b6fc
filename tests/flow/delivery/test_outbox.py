"""The outbox against a real SMTP server: nothing is lost, nothing is sent under another key."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from parcours.core.clock import HOUR, MILLISECOND, SECOND, VirtualClock
from parcours.core.facts import OUTCOME_COLUMNS
from parcours.flow.delivery.calls import Calls
from parcours.flow.delivery.channels.base import Channel
from parcours.flow.delivery.configured import configured
from parcours.flow.delivery.outbox import Outbox
from parcours.flow.delivery.retry import RetryPolicy
from parcours.flow.delivery.templates import Message, key_token
from parcours.testing.http import HttpSink, Reply
from parcours.testing.smtp import DROP, SmtpSink, SmtpSinkProcess
from tests.flow.delivery.calling import action, outside, row
from tests.flow.delivery.rows import TEMPLATES, deliveries, people, smtp

QUICK = RetryPolicy(attempts=3, first=MILLISECOND)
CLOCK = VirtualClock(HOUR)


def send(port: int, rows: pl.DataFrame, *, policy: RetryPolicy = QUICK, clock: VirtualClock = CLOCK) -> pl.DataFrame:
    with Outbox({"email": smtp(port)}, policy) as outbox:
        return outbox.deliver(rows, TEMPLATES, clock)


@pytest.fixture
def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_every_message_arrives_once_and_has_an_outcome_in_order() -> None:
    rows = deliveries(*people(50))
    with SmtpSink() as sink:
        outcomes = send(sink.port, rows)
    assert outcomes.schema == OUTCOME_COLUMNS
    assert outcomes["key"].to_list() == rows["key"].to_list()
    assert set(outcomes["result"]) == {"sent"}
    assert set(outcomes["attempts"]) == {1}
    assert sink.counts() == {key_token(key): 1 for key in rows["key"]}


def test_a_key_that_appears_twice_is_sent_once() -> None:
    rows = deliveries(*people(2))
    with SmtpSink() as sink:
        outcomes = send(sink.port, pl.concat([rows, rows]))
    assert outcomes.height == 2
    assert set(sink.counts().values()) == {1}


def test_a_server_that_says_later_is_asked_again() -> None:
    with SmtpSink(behaviour=lambda key, seen: "451 come back" if seen < 3 else None) as sink:
        outcomes = send(sink.port, deliveries(*people(5)))
    assert outcomes["result"].to_list() == ["sent"] * 5
    assert outcomes["attempts"].to_list() == [3] * 5
    assert set(sink.counts().values()) == {1}


def test_what_is_put_off_to_the_end_stays_pending() -> None:
    with SmtpSink(behaviour=lambda key, seen: "451 come back") as sink:
        assert send(sink.port, deliveries(*people(2))).is_empty()
        assert set(sink.mailbox.seen.values()) == {3}


def test_messages_that_were_put_off_go_to_nobody_who_was_erased(free_port: int) -> None:
    rows = deliveries(*people(3))
    told: list[str] = []

    async def carry() -> None:
        policy = RetryPolicy(attempts=1, first=MILLISECOND, rest=SECOND // 2)
        outbox = Outbox({"email": smtp(free_port)}, policy)
        heard = lambda outcome: told.append(outcome["key"])  # noqa: E731
        await outbox.carry(rows, TEMPLATES, CLOCK, heard)
        assert not told, "there is no server yet"
        await outbox.carry(rows.clear(), TEMPLATES, CLOCK, heard, {rows["run"][1]: "erased", rows["run"][2]: "exited"})
        with SmtpSink(port=free_port):
            while len(told) < 2:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.1)
        await outbox.close_async()

    asyncio.run(carry())
    assert sorted(told) == sorted([rows["key"][0], rows["key"][2]])


def test_one_that_is_put_off_does_not_hold_up_the_others() -> None:
    slow = key_token("win/1/P1/offer/1")
    with SmtpSink(behaviour=lambda key, seen: "451 come back" if key == slow else None) as sink:
        outcomes = send(sink.port, deliveries(*people(3)))
    assert outcomes["key"].to_list() == ["win/1/P0/offer/1", "win/1/P2/offer/1"]


def test_a_permanent_refusal_is_final_after_one_attempt() -> None:
    with SmtpSink(behaviour=lambda key, seen: "554 spam") as sink:
        outcomes = send(sink.port, deliveries(*people(1)))
        assert set(sink.mailbox.seen.values()) == {1}
    (row,) = outcomes.to_dicts()
    assert (row["result"], row["attempts"], row["detail"]) == ("failed", 1, "refused: 554 spam")


def test_a_connection_cut_in_the_middle_is_repeated_byte_by_byte_equal() -> None:
    seen: list[bytes] = []
    with SmtpSink(behaviour=lambda key, count: DROP if count == 1 else None) as sink:
        keep, handle = seen.append, sink.mailbox.handle_DATA

        async def handle_data(server: object, session: object, envelope: object) -> str:
            keep(envelope.original_content)  # type: ignore[attr-defined]
            return await handle(server, session, envelope)

        sink.mailbox.handle_DATA = handle_data  # type: ignore[method-assign]
        outcomes = send(sink.port, deliveries(*people(1)))
    assert outcomes["attempts"].to_list() == [2]
    assert outcomes["result"].to_list() == ["sent"]
    assert len(seen) == 2
    assert seen[0] == seen[1]


def test_a_server_that_is_down_leaves_everything_pending(free_port: int) -> None:
    class Counting(Channel):
        parallel = 4
        tried = 0

        def __init__(self) -> None:
            self.inner = smtp(free_port)

        async def send(self, message: Message) -> str:
            Counting.tried += 1
            return await self.inner.send(message)

        async def close(self) -> None:
            await self.inner.close()

    with Outbox({"email": Counting()}, QUICK) as outbox:
        assert outbox.deliver(deliveries(*people(500)), TEMPLATES, CLOCK).is_empty()
    assert Counting.tried <= 3 * 4


def test_a_server_that_comes_back_gets_the_rest(free_port: int) -> None:
    rows = deliveries(*people(20))
    with Outbox({"email": smtp(free_port)}, QUICK) as outbox:
        assert outbox.deliver(rows, TEMPLATES, CLOCK).is_empty()
        with SmtpSink(free_port) as sink:
            assert outbox.deliver(rows, TEMPLATES, CLOCK).height == 20
        with SmtpSink(free_port) as again:
            assert outbox.deliver(rows, TEMPLATES, CLOCK).height == 20
    assert sink.counts() == again.counts()


def test_after_the_time_for_trying_a_message_has_failed(free_port: int) -> None:
    policy = RetryPolicy(attempts=1, give_up=2 * HOUR)
    rows = deliveries(*people(1))
    assert send(free_port, rows, policy=policy, clock=VirtualClock(2 * HOUR - 1)).is_empty()
    outcomes = send(free_port, rows, policy=policy, clock=VirtualClock(2 * HOUR))
    assert outcomes["result"].to_list() == ["failed"]
    assert outcomes["detail"][0].startswith("given-up")


def test_who_has_no_address_is_skipped_and_a_bad_address_has_failed() -> None:
    broken = [{"email": None}, {"email": " "}, {"email": "nobody"}, {"email": "a@example.org, b@example.org"}]
    with SmtpSink() as sink:
        outcomes = send(sink.port, deliveries(*broken))
    assert outcomes["result"].to_list() == ["skipped", "skipped", "failed", "failed"]
    assert sink.counts() == {}


def test_a_line_break_in_a_header_is_refused() -> None:
    with SmtpSink() as sink:
        outcomes = send(sink.port, deliveries({"email": "a@example.org", "name": "Ann\r\nBcc: x@example.org"}))
    assert outcomes["result"].to_list() == ["failed"]
    assert "header-injection" in outcomes["detail"][0]
    assert sink.counts() == {}


def test_a_delivery_without_template_or_with_broken_content_has_failed() -> None:
    rows = deliveries(*people(2)).with_columns(version=pl.Series([2, 1], dtype=pl.Int32), content=pl.lit("nonsense"))
    outcomes = send(1, rows)
    assert outcomes["result"].to_list() == ["failed", "failed"]
    assert [detail.partition(":")[0] for detail in outcomes["detail"]] == ["no-template", "bad-content"]


def test_deliveries_of_a_channel_that_is_not_configured_stay_pending() -> None:
    with Outbox({}, QUICK) as outbox:
        assert outbox.deliver(deliveries(*people(2), channel="sms"), TEMPLATES, CLOCK).is_empty()


def test_a_mistake_in_a_channel_does_not_cost_the_other_outcomes(capsys: pytest.CaptureFixture[str]) -> None:
    class Odd(Channel):
        def __init__(self) -> None: ...

        kind = "odd"

        async def send(self, message: Message) -> str:
            if message.key == "win/1/P1/offer/1":
                raise ZeroDivisionError
            return "ok"

        async def close(self) -> None: ...

    with Outbox({"email": Odd()}, RetryPolicy(attempts=1)) as outbox:
        outcomes = outbox.deliver(deliveries(*people(3)), TEMPLATES, CLOCK)
    assert outcomes["key"].to_list() == ["win/1/P0/offer/1", "win/1/P2/offer/1"]
    assert "ZeroDivisionError" in capsys.readouterr().out


def test_a_refused_sender_leaves_the_messages_pending() -> None:
    async def handle_mail(server: object, session: object, envelope: object, address: str, options: list[str]) -> str:
        return "550 not you"

    with SmtpSink() as sink:
        sink.mailbox.handle_MAIL = handle_mail  # type: ignore[attr-defined]
        assert send(sink.port, deliveries(*people(2))).is_empty()


@pytest.mark.parametrize("settings", [{"security": "starttls"}, {"username": "me", "password": "secret"}])
def test_without_the_security_or_login_asked_for_nothing_is_sent(settings: dict[str, str]) -> None:
    with SmtpSink() as sink, Outbox({"email": smtp(sink.port, **settings)}, QUICK) as outbox:
        assert outbox.deliver(deliveries(*people(2)), TEMPLATES, CLOCK).is_empty()
    assert sink.counts() == {}


def test_connections_stay_open_from_call_to_call() -> None:
    greeted: list[object] = []

    async def handle_ehlo(
        server: object, session: object, envelope: object, host: str, replies: list[str]
    ) -> list[str]:
        session.host_name = host
        greeted.append(session)
        return replies

    with SmtpSink() as sink:
        sink.mailbox.handle_EHLO = handle_ehlo  # type: ignore[attr-defined]
        with Outbox({"email": smtp(sink.port, connections=2)}, QUICK) as outbox:
            for _ in range(3):
                assert outbox.deliver(deliveries(*people(10)), TEMPLATES, CLOCK).height == 10
    assert len(greeted) <= 2


def test_a_sink_in_its_own_process_counts_and_stores(tmp_path: Path) -> None:
    rows = deliveries(*people(20))
    with SmtpSinkProcess(store=tmp_path / "mails") as sink:
        assert send(sink.port, rows)["result"].to_list() == ["sent"] * 20
        assert sink.counts() == {key_token(key): 1 for key in rows["key"]}
    assert len(list((tmp_path / "mails").glob("*.eml"))) == 20


def test_calls_of_runs_that_ended_are_left_out_also_those_that_have_not_come_to_their_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The second half of the rows is looked at only when the first half has been tried."""

    async def carry(url: str) -> list[tuple[str, str]]:
        way, outcomes = outside(), list[tuple[str, str]]()
        outbox = Outbox({}, calls=Calls(configured([action(url)]), way, VirtualClock(HOUR)))

        def told(outcome: Mapping[str, Any]) -> None:
            outcomes.append((outcome["key"].split("/")[1], outcome["result"]))

        rows = pl.DataFrame([{**row(index), "run": f"win/{index}/P{index}"} for index in range(4)])
        under_way = asyncio.create_task(outbox.carry(rows, {}, VirtualClock(HOUR), told, {"win/1/P1": "exited"}))
        while not sink.requests:
            await asyncio.sleep(0.001)
        await outbox.carry(rows.clear(), {}, VirtualClock(HOUR), told, {"win/0/P0": "stopped", "win/3/P3": "stopped"})
        await under_way
        await outbox.carry(rows.head(1).with_columns(key=pl.lit("win/0/P0/call/2")), {}, VirtualClock(HOUR), told)
        await outbox.close_async()
        await way.close()
        return outcomes

    monkeypatch.setattr("parcours.flow.delivery.outbox._SLICE", 2)
    with HttpSink(lambda request, seen: Reply(after=0.1)) as sink:
        found = asyncio.run(carry(sink.url))
    assert found == [("1", "withdrawn"), ("0", "ok"), ("3", "withdrawn"), ("2", "ok"), ("0", "ok")]
