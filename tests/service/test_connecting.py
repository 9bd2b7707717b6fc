"""Connectors in a workspace that runs: rows come in, failures are seen and stop nothing, a restart loses nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

import parcours
from parcours.core.errors import DefinitionError, InputError
from parcours.service import connecting
from parcours.service.workspace import Workspace
from parcours.testing.kafka import KafkaServer
from parcours.testing.nats import NatsServer
from parcours.testing.postgres import PostgresServer
from tests.service.live import eventually, running

ROWS = {"profile": "customer", "event": "purchase", "time": "at"}


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "FIRST_REST", 0.1)
    monkeypatch.setattr(connecting, "LONGEST_REST", 0.5)
    monkeypatch.setattr("parcours.flow.ingest.connectors.kafka._SESSION", 1_000)


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Workspace]:
    with parcours.init(tmp_path / "shop") as workspace:
        yield workspace


def state(workspace: Workspace, source: str) -> dict[str, Any]:
    rows = workspace.sources.connections().rows(named=True)
    return next((row for row in rows if row["source"] == source), {"state": "", "messages": 0})


def count(workspace: Workspace, event: str = "purchase") -> int:
    if event not in workspace._parts.log.schema.events:
        return 0
    return int(workspace.sql(f"SELECT count(*) FROM {event}").item())


def messages(first: int, last: int) -> list[bytes]:
    at = "2026-03-01T10:00:00Z"
    return [json.dumps({"customer": f"c{n % 7}", "at": at, "n": n}).encode() for n in range(first, last)]


async def to_kafka(address: str, values: list[bytes]) -> None:
    from aiokafka import AIOKafkaProducer
    from aiokafka.admin import AIOKafkaAdminClient, NewTopic

    admin = AIOKafkaAdminClient(bootstrap_servers=address)
    await admin.start()
    try:
        if "orders" not in await admin.list_topics():
            await admin.create_topics([NewTopic("orders", 1, 1)])
    finally:
        await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=address) as producer:
        for value in values:
            await producer.send_and_wait("orders", value, partition=0)


async def to_nats(url: str, values: list[bytes]) -> None:
    import nats

    client = await nats.connect(url)
    try:
        stream = client.jetstream()
        await stream.add_stream(name="SHOP", subjects=["shop.>"])
        for value in values:
            await stream.publish("shop.orders", value)
    finally:
        await client.close()


def test_kafka_to_events_with_bad_messages_in_the_dead_letters(empty: Workspace) -> None:
    with KafkaServer() as server:
        asyncio.run(to_kafka(server.address, [*messages(0, 20), b"{broken", b'{"n": 1}']))
        empty.sources.create("till", kind="kafka", settings={"servers": [server.address], "topics": ["orders"],
                                                              "mapping": ROWS})  # fmt: skip
        with running(empty):
            eventually(lambda: count(empty) == 20)
            eventually(lambda: state(empty, "till")["behind"] == 0)
            eventually(lambda: empty.dead_letters().height == 2)
            asyncio.run(to_kafka(server.address, messages(20, 25)))
            eventually(lambda: count(empty) == 25)
            assert state(empty, "till")["messages"] == 27
        assert empty.sources.connections().is_empty()
    found = empty.sql("SELECT _event_id, n, _profile_id FROM purchase ORDER BY n").rows()
    assert found[3][0].startswith("orders-0-3-")
    assert [row[1] for row in found] == list(range(25))
    letters = empty.dead_letters().sort("reason")
    assert [reason.partition(":")[0] for reason in letters["reason"]] == ["orders/0/20", "orders/0/21"]
    assert set(letters["source"]) == {"till"}


def test_a_restart_in_the_middle_loses_nothing_and_doubles_nothing(empty: Workspace) -> None:
    folder = empty.folder
    with KafkaServer() as server:
        asyncio.run(to_kafka(server.address, messages(0, 200)))
        empty.sources.create("till", kind="kafka", settings={"servers": [server.address], "topics": ["orders"],
                                                              "mapping": ROWS, "portion": 7})  # fmt: skip
        with running(empty):
            eventually(lambda: state(empty, "till")["messages"] >= 20)
        empty.close()
        asyncio.run(to_kafka(server.address, messages(200, 210)))
        with parcours.open(folder) as workspace, running(workspace):
            eventually(lambda: count(workspace) == 210)
        with parcours.open(folder) as workspace:
            assert workspace.sql("SELECT n FROM purchase ORDER BY n")["n"].to_list() == list(range(210))


def test_nats_to_events(empty: Workspace) -> None:
    with NatsServer() as server:
        asyncio.run(to_nats(server.url, messages(0, 10)))
        settings = {"servers": [server.url], "subject": "shop.orders", "mapping": ROWS}
        empty.sources.create("bus", kind="nats", settings=settings)
        with running(empty):
            eventually(lambda: count(empty) == 10)
            server.kill()
            eventually(lambda: state(empty, "bus")["state"] == "failed")
            server.start()
            asyncio.run(to_nats(server.url, messages(10, 12)))
            eventually(lambda: count(empty) == 12)
            assert state(empty, "bus")["state"] == "connected"


def test_tables_become_profiles_and_follow_changes(empty: Workspace, postgres: PostgresServer) -> None:
    url = postgres.database().replace("+psycopg", "")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE customers (id text PRIMARY KEY, city text, age int)")
        connection.execute("INSERT INTO customers SELECT 'c' || n, 'Lyon', n FROM generate_series(1, 50) n")
        settings = {"url": url, "table": "customers", "key": ["id"], "every": "100 ms",
                    "mapping": {"of": "profiles", "profile": "id"}}  # fmt: skip
        empty.sources.create("crm", kind="postgres", settings=settings)

        def cities() -> dict[str, int]:
            if "city" not in empty._parts.log.schema.attributes:
                return {}
            return dict(empty.sql("SELECT city, count(*) FROM profiles GROUP BY city").rows())

        with running(empty):
            eventually(lambda: cities() == {"Lyon": 50})
            connection.execute("UPDATE customers SET city = 'Nice' WHERE age <= 3")
            eventually(lambda: cities() == {"Lyon": 47, "Nice": 3})


def test_a_source_that_fails_is_seen_and_stops_nothing(empty: Workspace) -> None:
    secret = "do-not-tell"
    folder = empty.folder
    empty.close()
    (folder / "parcours.toml").write_text(f'[secrets]\nword = "{secret}"\n')
    with parcours.open(folder) as workspace:
        settings = {"url": f"postgresql://a@127.0.0.1:1/{secret}", "password": {"secret": "word"}, "table": "t",
                    "key": ["id"], "mapping": {"event": "purchase"}}  # fmt: skip
        workspace.sources.create("broken", kind="postgres", settings=settings)
        with running(workspace):
            eventually(lambda: state(workspace, "broken").get("failures", 0) >= 2)
            found = state(workspace, "broken")
            assert found["error"]
            assert secret not in found["error"]
            workspace.sources.change("broken", enabled=False)
            assert workspace.sources.connections().is_empty()


def test_sources_may_be_made_and_changed_while_it_runs(empty: Workspace) -> None:
    with KafkaServer() as server:
        asyncio.run(to_kafka(server.address, messages(0, 5)))
        with running(empty):
            of = {"servers": [server.address], "topics": ["elsewhere"], "mapping": ROWS}
            empty.sources.create("till", kind="kafka", settings=of)
            eventually(lambda: state(empty, "till")["state"] == "connected")
            empty.sources.change("till", settings={**of, "topics": ["orders"]})
            eventually(lambda: count(empty) == 5)
            empty.sources.delete("till")
            assert empty.sources.connections().is_empty()


def test_settings_that_cannot_be_are_refused_at_once(empty: Workspace) -> None:
    with pytest.raises(DefinitionError, match="kafka source"):
        empty.sources.create("till", kind="kafka", settings={"servers": []})
    with pytest.raises(InputError, match="no connector"):
        empty.sources.create("till", kind="pigeon", settings={})
    assert empty.sources.list().is_empty()


def test_while_too_much_waits_a_source_waits(empty: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    from parcours.core.errors import Overloaded

    journal = empty._parts.journal
    append, full = journal.append, [True]

    def refusing(records: Any) -> Any:
        if full[0]:
            raise Overloaded("too much waits", retry_after=0)
        return append(records)

    monkeypatch.setattr(journal, "append", refusing)
    with KafkaServer() as server:
        asyncio.run(to_kafka(server.address, messages(0, 5)))
        empty.sources.create("till", kind="kafka", settings={"servers": [server.address], "topics": ["orders"],
                                                              "mapping": ROWS})  # fmt: skip
        with running(empty):
            eventually(lambda: state(empty, "till")["state"] == "waiting")
            full[0] = False
            eventually(lambda: count(empty) == 5)
