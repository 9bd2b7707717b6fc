"""Kafka, with a real broker: nothing is lost and nothing is new twice, whoever stops when."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from parcours.core.errors import DefinitionError
from parcours.flow.ingest.calls import Record
from parcours.flow.ingest.connectors import settings_of
from parcours.testing.kafka import KafkaServer
from tests.certificates import certificate as made_certificate
from tests.clients.tls import in_front_of
from tests.flow.ingest.connectors.kept import Kept, connected, until

ROWS = {"profile": "customer", "event": "purchase", "time": "at", "id": ""}


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """This broker lets members wait for each other as long as a session may be silent."""
    monkeypatch.setattr("parcours.flow.ingest.connectors.kafka._SESSION", 1_000)
    monkeypatch.setattr("parcours.flow.ingest.connectors.kafka._METADATA", 1_000)


@pytest.fixture
def server() -> Iterator[KafkaServer]:
    with KafkaServer() as server:
        yield server


def send(server: KafkaServer, topic: str, values: Sequence[bytes | None], partitions: int = 1) -> None:
    """Send messages, the first to the first partition, and so on in turn."""
    asyncio.run(_send(server.address, topic, values, partitions))


async def _send(address: str, topic: str, values: Sequence[bytes | None], partitions: int) -> None:
    from aiokafka import AIOKafkaProducer
    from aiokafka.admin import AIOKafkaAdminClient, NewTopic

    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    try:
        if topic not in await admin.list_topics():
            await admin.create_topics([NewTopic(topic, partitions, 1)])
    finally:
        await admin.close()
    producer = AIOKafkaProducer(bootstrap_servers=address)
    await producer.start()
    try:
        for number, value in enumerate(values):
            await producer.send_and_wait(topic, value, key=b"key", partition=number % partitions)
    finally:
        await producer.stop()


def rows(first: int, last: int) -> list[bytes]:
    return [
        json.dumps({"customer": f"c{n % 7}", "at": "2026-03-01T10:00:00Z", "n": n}).encode() for n in range(first, last)
    ]


def settings(server: KafkaServer, **more: Any) -> dict[str, Any]:
    return {"servers": [server.address], "topics": ["orders"], "mapping": ROWS, **more}


def numbers(line: Kept) -> list[int]:
    return sorted(value["n"] for value in line.distinct().values())


def test_messages_of_all_partitions_come_with_place_id_and_time(server: KafkaServer, tmp_path: Path) -> None:
    send(server, "orders", rows(0, 30), partitions=3)
    with connected("kafka", settings(server), Kept(tmp_path)) as line:
        until(lambda: len(line.messages) == 30)
        until(lambda: 0 in line.behind)
    assert numbers(line) == list(range(30))
    message = next(message for message in line.messages if message.place == "orders/2/4")
    assert message.id == f"orders-2-4-{message.time // 1000}"
    assert abs(message.time - line.records[0].received) < 60_000_000
    assert {(record.format, record.source) for record in line.records} == {("portion", "shop")}
    assert not line.errors


def test_what_was_kept_does_not_come_again(server: KafkaServer, tmp_path: Path) -> None:
    send(server, "orders", rows(0, 10))
    with connected("kafka", settings(server), Kept(tmp_path)) as first:
        until(lambda: len(first.messages) == 10)
    send(server, "orders", rows(10, 15))
    with connected("kafka", settings(server), Kept(tmp_path)) as second:
        until(lambda: len(second.messages) >= 5)
    assert [value["n"] for value in second.values] == [10, 11, 12, 13, 14]


def test_what_could_not_be_kept_comes_again_with_the_same_ids(server: KafkaServer, tmp_path: Path) -> None:
    send(server, "orders", rows(0, 20))
    line = Kept(tmp_path)
    line.fails = 2
    with connected("kafka", settings(server, portion=5), line):
        until(lambda: len(line.distinct()) == 20)
    assert [str(error) for error in line.errors[:2]] == ["no room", "no room"]
    assert numbers(line) == list(range(20))


def test_messages_that_are_none_are_set_aside_with_their_place(server: KafkaServer, tmp_path: Path) -> None:
    bad = [b"{broken", b"[1]", b"\xff\xfe", None, b"null", b"[" * 100_000]
    send(server, "orders", [*rows(0, 1), *bad, *rows(1, 2)])
    with connected("kafka", settings(server), Kept(tmp_path)) as line:
        until(lambda: len(line.messages) == 2)
    found = [each for portion in line.portions for each in portion.bad]
    assert [each.reason.partition(":")[0] for each in found] == [f"orders/0/{n}" for n in (1, 2, 3, 5, 6)]
    assert {each.code for each in found} == {"bad-message"}
    assert found[0].payload == b"{broken"
    assert not line.errors


def test_topics_by_a_pattern_come_too_when_they_are_made_later(server: KafkaServer, tmp_path: Path) -> None:
    send(server, "shop-a", rows(0, 3))
    send(server, "else", rows(50, 53))
    of = settings(server, topics=[], pattern="^shop-.*")
    with connected("kafka", of, Kept(tmp_path)) as line:
        until(lambda: len(line.distinct()) == 3)
        send(server, "shop-b", rows(3, 6))
        until(lambda: len(line.distinct()) == 6)
    assert numbers(line) == list(range(6))


def test_a_broker_that_was_made_anew_counts_from_nothing_and_is_read_again(server: KafkaServer, tmp_path: Path) -> None:
    send(server, "orders", rows(0, 5))
    with connected("kafka", settings(server), Kept(tmp_path)) as line:
        until(lambda: len(line.distinct()) == 5)
        server.kill()
        server.start()
        send(server, "orders", rows(5, 10))
        until(lambda: len(line.distinct()) == 10, 90)
    assert numbers(line) == list(range(10))


def test_a_broker_that_falls_silent_is_seen(
    server: KafkaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parcours.flow.ingest.connectors.kafka._SILENCE", 2.0)
    send(server, "orders", rows(0, 5))
    with connected("kafka", settings(server), Kept(tmp_path)) as line:
        until(lambda: len(line.distinct()) == 5)
        server.pause()
        try:
            until(lambda: line.errors)
        finally:
            server.go_on()
        send(server, "orders", rows(5, 8))
        until(lambda: len(line.distinct()) == 8)
    assert "does not answer" in str(line.errors[0])


class Unlucky(Kept):
    """The broker goes as soon as a portion is kept, so that nobody is there to commit it to."""

    server: KafkaServer | None = None

    def keep(self, records: Sequence[Record], messages: int = 0) -> None:
        super().keep(records, messages)
        if self.server is not None:
            self.server.kill()
            self.server = None


def test_a_broker_that_goes_before_the_commit_holds_nobody_up(server: KafkaServer, tmp_path: Path) -> None:
    send(server, "orders", rows(0, 5))
    line = Unlucky(tmp_path)
    line.server = server
    with connected("kafka", settings(server), line):
        until(lambda: len(line.distinct()) == 5)
    assert not line.errors  # it was let go while it tried


def test_a_broker_that_goes_before_the_commit_is_an_error_and_comes_later(
    server: KafkaServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parcours.flow.ingest.connectors.kafka._SILENCE", 1.0)
    send(server, "orders", rows(0, 5))
    line = Unlucky(tmp_path)
    line.server = server
    with connected("kafka", settings(server), line):
        until(lambda: line.errors)
        server.start()
        send(server, "orders", rows(5, 8))
        until(lambda: len(line.distinct()) == 8)
    assert "does not answer" in str(line.errors[0])


def test_with_tls(tmp_path: Path) -> None:
    certificate, key = made_certificate(tmp_path)
    server = KafkaServer()
    with in_front_of(f"tcp://{server.address}", certificate, key) as place:
        server.advertised = place.removeprefix("https://")
        with server:
            of = settings(server, servers=[server.advertised], tls=True, authorities=str(certificate))
            with connected("kafka", of, Kept(tmp_path)) as line:
                until(lambda: line.behind)
            with connected("kafka", {**of, "authorities": ""}, Kept(tmp_path)) as line:
                until(lambda: line.errors)
                assert not line.behind


def test_a_broker_that_is_not_there_is_an_error_and_comes_later(tmp_path: Path) -> None:
    server = KafkaServer()
    with connected("kafka", settings(server), Kept(tmp_path)) as line:
        until(lambda: line.errors)
        with server:
            send(server, "orders", rows(0, 2))
            until(lambda: len(line.distinct()) == 2)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"servers": []}, "servers"),
        ({"topics": []}, "topics"),
        ({"pattern": "x.*"}, "topics"),
        ({"topics": [], "pattern": "("}, "pattern"),
        ({"mapping": {"profile": ""}}, "mapping.profile"),
        ({"mapping": {}}, "mapping.event"),
        ({"mapping": {"event": "e", "zone": "Mars"}}, "mapping.zone"),
        ({"mapping": {"of": "profiles", "event": "e"}}, "mapping.event"),
        ({"format": "segment"}, "mapping"),
        ({"format": "xml"}, "format"),
        ({"portion": 0}, "portion"),
        ({"password": "open"}, "password"),
        ({"tpoics": []}, "tpoics"),
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, Any], where: str) -> None:
    shape = {"servers": ["localhost:1"], "topics": ["orders"], "mapping": ROWS, **wrong}
    with pytest.raises(DefinitionError) as caught:
        settings_of("kafka", shape)
    assert where in {problem.where for problem in caught.value.problems}
