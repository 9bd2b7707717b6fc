"""NATS, with a real server: a durable consumer of a stream loses nothing; a plain subject is heard."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from parcours.core.errors import DefinitionError
from parcours.flow.ingest.connectors import settings_of
from parcours.testing.nats import NatsServer
from tests.certificates import certificate as made_certificate
from tests.flow.ingest.connectors.kept import Kept, connected, until

ROWS = {"profile": "customer", "event": "purchase"}


#: The client leaves what it had opened to the collector of garbage when a server does not let it in.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning", "ignore::ResourceWarning")


@pytest.fixture(autouse=True)
def _collected() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture
def server() -> Iterator[NatsServer]:
    with NatsServer() as server:
        yield server


def send(server: NatsServer, subject: str, values: Sequence[bytes], headers: dict[str, str] | None = None) -> None:
    """Send messages to the stream ``SHOP``."""
    asyncio.run(_send(server.url, subject, values, headers))


async def _send(url: str, subject: str, values: Sequence[bytes], headers: dict[str, str] | None) -> None:
    import nats

    client = await nats.connect(url)
    try:
        stream = client.jetstream()
        await stream.add_stream(name="SHOP", subjects=["shop.>"])
        for value in values:
            await stream.publish(subject, value, headers=headers)
    finally:
        await client.close()


async def _tell(url: str, subject: str, values: Sequence[bytes]) -> None:
    import nats

    client = await nats.connect(url)
    for value in values:
        await client.publish(subject, value)
    await client.drain()


def rows(first: int, last: int) -> list[bytes]:
    return [json.dumps({"customer": f"c{n % 7}", "n": n}).encode() for n in range(first, last)]


def settings(server: NatsServer, **more: Any) -> dict[str, Any]:
    return {"servers": [server.url], "subject": "shop.orders", "mapping": ROWS, **more}


def numbers(line: Kept) -> list[int]:
    return sorted(value["n"] for value in line.distinct().values())


def test_messages_come_with_place_id_and_time_and_only_once(server: NatsServer, tmp_path: Path) -> None:
    send(server, "shop.orders", rows(0, 12))
    send(server, "shop.else", rows(50, 52))
    with connected("nats", settings(server, portion=5), Kept(tmp_path)) as line:
        until(lambda: len(line.messages) == 12)
        until(lambda: 0 in line.behind)
    send(server, "shop.orders", rows(12, 14))
    with connected("nats", settings(server), Kept(tmp_path)) as later:
        until(lambda: len(later.messages) == 2)
    assert numbers(line) == list(range(12))
    assert numbers(later) == [12, 13]
    message = line.messages[3]
    assert message.place == "SHOP/4 (shop.orders)"
    assert message.id == f"SHOP-4-{message.time}"
    assert abs(message.time - line.records[0].received) < 60_000_000
    assert not line.errors


def test_what_could_not_be_kept_comes_again_with_the_same_ids(
    server: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parcours.flow.ingest.connectors.nats._ACK_WAIT", 1.0)
    send(server, "shop.orders", rows(0, 20))
    line = Kept(tmp_path)
    line.fails = 2
    with connected("nats", settings(server, portion=5), line):
        until(lambda: len(line.distinct()) == 20)
    assert len(line.errors) == 2
    assert numbers(line) == list(range(20))


def test_a_server_that_is_killed_is_seen_and_goes_on(
    server: NatsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("parcours.flow.ingest.connectors.nats._ACK_WAIT", 1.0)
    send(server, "shop.orders", rows(0, 5))
    with connected("nats", settings(server), Kept(tmp_path)) as line:
        until(lambda: len(line.distinct()) == 5)
        server.kill()
        until(lambda: line.errors)
        server.start()
        send(server, "shop.orders", rows(5, 10))
        until(lambda: len(line.distinct()) == 10)
    assert numbers(line) == list(range(10))


def test_messages_that_are_none_are_set_aside_with_their_place(server: NatsServer, tmp_path: Path) -> None:
    send(server, "shop.orders", [b"{broken", *rows(0, 1), b"\xff", b"7"])
    with connected("nats", settings(server), Kept(tmp_path)) as line:
        until(lambda: sum(len(portion.bad) for portion in line.portions) == 3)
    found = [each for portion in line.portions for each in portion.bad]
    assert [each.reason.partition(" ")[0] for each in found] == ["SHOP/1", "SHOP/3", "SHOP/4"]
    assert numbers(line) == [0]


def test_the_publishers_own_id_is_kept(server: NatsServer, tmp_path: Path) -> None:
    send(server, "shop.orders", rows(0, 1), {"Nats-Msg-Id": "order-17"})
    with connected("nats", settings(server), Kept(tmp_path)) as line:
        until(lambda: line.messages)
    assert line.messages[0].id == "order-17"


def test_a_plain_subject_is_heard(server: NatsServer, tmp_path: Path) -> None:
    of = settings(server, subject="till.*", jetstream=False)
    with connected("nats", of, Kept(tmp_path)) as line:
        until(lambda: line.behind)
        asyncio.run(_tell(server.url, "till.three", [*rows(0, 40), b"broken"]))
        until(lambda: len(line.messages) == 40)
        until(lambda: any(portion.bad for portion in line.portions))
    assert numbers(line) == list(range(40))
    assert line.messages[0].place == "till.three"


def test_a_stream_that_is_not_there_is_an_error(server: NatsServer, tmp_path: Path) -> None:
    with connected("nats", settings(server, subject="nowhere"), Kept(tmp_path)) as line:
        until(lambda: line.errors)


def test_with_tls_and_a_password(tmp_path: Path) -> None:
    certificate, key = made_certificate(tmp_path)
    options = ("--tls", "--tlscert", str(certificate), "--tlskey", str(key), "--user", "till", "--pass", "a word")
    with NatsServer(*options) as server:
        of = settings(
            server, subject="till.*", jetstream=False, authorities=str(certificate), username="till",
            servers=[server.url.replace("nats:", "tls:")], password={"secret": "nats"},
        )  # fmt: skip
        with connected("nats", of, Kept(tmp_path), {"nats": "a word"}) as line:
            until(lambda: line.behind)
        with connected("nats", of, Kept(tmp_path), {"nats": "another"}) as line:
            until(lambda: line.errors)
            assert not line.behind
        with connected("nats", {**of, "authorities": ""}, Kept(tmp_path), {"nats": "a word"}) as line:
            until(lambda: line.errors)
            assert not line.behind


def test_with_a_token(tmp_path: Path) -> None:
    with NatsServer("--auth", "a-token") as server:
        of = settings(server, jetstream=False, token={"secret": "nats"})
        with connected("nats", of, Kept(tmp_path), {"nats": "a-token"}) as line:
            until(lambda: line.behind)
        with connected("nats", of, Kept(tmp_path), {"nats": "another"}) as line:
            until(lambda: line.errors)


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"servers": []}, "servers"),
        ({"subject": "a b"}, "subject"),
        ({"stream": "SHOP", "jetstream": False}, "stream"),
        ({"token": "open"}, "token"),
        ({"mapping": {"event": ""}}, "mapping.event"),
    ],
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, Any], where: str) -> None:
    shape = {"servers": ["nats://localhost:1"], "subject": "shop.orders", "mapping": ROWS, **wrong}
    with pytest.raises(DefinitionError) as caught:
        settings_of("nats", shape)
    assert where in {problem.where for problem in caught.value.problems}
