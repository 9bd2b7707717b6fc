"""Requests that a service must survive: cut off, slow, malformed, too long, with names without end."""

from __future__ import annotations

import gzip
import json
import random
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.served import AUTHORIZATION, Served, prepared, settled, until

pytestmark = pytest.mark.slow
SETTINGS = "[intake]\nseconds = 2\nevent_types = 300\nbody_mb = 4\n"
#: Names of events that come; more than there may be.
NAMES = 10_000


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One service that all of it happens to."""
    folder = prepared(tmp_path_factory.mktemp("faults") / "shop", SETTINGS)
    with Served(folder) as running:
        yield running


def track(id: str, event: str = "Viewed", **more: Any) -> dict[str, Any]:
    return {"type": "track", "userId": "u", "event": event, "messageId": id, "properties": {}, **more}


def well(service: Served, id: str) -> bool:
    """Whether the service still takes events in."""
    return service.post("/v1/batch", {"batch": [track(id)]}).status == 200


def head(service: Served, length: int) -> bytes:
    lines = ["POST /v1/batch HTTP/1.1", f"host: 127.0.0.1:{service.port}", f"authorization: {AUTHORIZATION}"]
    return "\r\n".join([*lines, "content-type: application/json", f"content-length: {length}", "", ""]).encode()


def wire(service: Served) -> socket.socket:
    return socket.create_connection(("127.0.0.1", service.port), timeout=60)


def test_clients_that_go_away_in_the_middle(service: Served) -> None:
    body = json.dumps({"batch": [track(f"gone-{n}") for n in range(50)]}).encode()
    chance = random.Random(3)
    whole = head(service, len(body)) + body
    for _ in range(60):
        with wire(service) as connection:
            connection.sendall(whole[: chance.randrange(1, len(whole) - 1)])
    assert well(service, "after-gone")


def test_clients_that_are_slow(service: Served) -> None:
    """Many at the same time, and nobody waits for them."""
    waiting = [wire(service) for _ in range(40)]
    try:
        for connection in waiting:
            connection.sendall(head(service, 1_000) + b'{"batch": [')
        assert well(service, "during-slow")
        answers = [connection.recv(200) for connection in waiting]
        assert all(b" 408 " in answer for answer in answers)
    finally:
        for connection in waiting:
            connection.close()
    assert well(service, "after-slow")


@pytest.mark.parametrize(
    ("body", "coding", "status"),
    [
        (b"", "", 400),
        (b"{", "", 400),
        (b"[]", "", 400),
        (b'{"batch": {}}', "", 400),
        (b"\xff\xfe\x00", "", 400),
        (b"[" * 1_000_000, "", 400),
        (b'{"batch": ' + b'{"a":' * 200_000, "", 400),
        (gzip.compress(b'{"batch": []}')[:-6], "gzip", 400),
        (b"\x1f\x8b" + b"x" * 500, "gzip", 400),
        (b"no gzip", "gzip", 400),
        (b'{"batch": []}', "zstd", 415),
        (b"x" * 10_000_000, "", 413),
        (gzip.compress(b" " * 200_000_000), "gzip", 413),
    ],
    ids=[
        "empty", "cut off", "a list", "no list", "no text", "deep lists", "deep objects", "gzip cut off", "broken gzip",
        "no gzip", "another coding", "10 MB", "a gzip bomb",
    ],
)  # fmt: skip
def test_malformed_bodies(service: Served, body: bytes, coding: str, status: int) -> None:
    before = service.memory()
    answer = service.post("/v1/batch", body, **({"content_encoding": coding} if coding else {}))
    assert answer.status == status, answer.content
    assert service.memory() - before < 100_000_000
    assert well(service, f"after-{coding}-{len(body)}")


def test_names_without_end(service: Served) -> None:
    """There are as many event types as may be; what is more is kept as dead letters, and what is known goes on."""
    for first in range(0, NAMES, 500):
        calls = [track(f"name-{n}", f"Event {n:05d}") for n in range(first, first + 500)]
        until(lambda calls=calls: service.post("/v1/batch", {"batch": calls}).status == 200)
    assert well(service, "after-names")


def test_afterwards_everything_is_there_once_and_nothing_else(service: Served) -> None:
    """Has to be the last: it ends the service."""
    assert service.end() == 0, service.said
    assert "Traceback" not in service.said
    with settled(service.folder) as workspace:
        viewed = workspace.sql("SELECT _event_id FROM viewed")["_event_id"].to_list()
        assert len(set(viewed)) == len(viewed)
        assert {"after-gone", "during-slow", "after-slow", "after-names"} <= set(viewed)
        assert not [id for id in viewed if id.startswith("gone-")]
        kinds = set(workspace.schema.events)
        assert len(kinds) == 300
        letters = workspace.dead_letters()
        assert letters.height == NAMES - (len(kinds) - 1)
        assert letters["code"].n_unique() == 1
        assert {f"event_{n:05d}" for n in range(250)} <= kinds


def test_a_disk_that_fills_up_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    """No file can grow beyond a limit: to a program this looks like a full disk."""
    folder = prepared(tmp_path / "shop")
    limit = max(path.stat().st_size for path in folder.rglob("*") if path.is_file()) + 600_000
    taken, refused, noise = [], [], random.Random(5)
    with Served(folder, 0, limit, "--still") as service:
        for number in range(200):
            calls = [track(f"b-{number}-{n}", properties={"text": noise.randbytes(200).hex()}) for n in range(50)]
            answer = service.post("/v1/batch", {"batch": calls})
            (taken if answer.status == 200 else refused).append((number, answer))
            if len(refused) >= 5:
                break
        assert taken
        assert {answer.status for _, answer in refused} == {503}, service.said
        assert {answer.data["code"] for _, answer in refused} == {"disk-full"}
        service.kill()
    with settled(folder) as workspace:
        found = workspace.sql("SELECT _event_id FROM viewed WHERE _event_id LIKE 'b-%'")["_event_id"].to_list()
    assert sorted(found) == sorted(f"b-{number}-{n}" for number, _ in taken for n in range(50))


def test_a_disk_that_fills_up_while_it_runs(tmp_path: Path) -> None:
    folder = prepared(tmp_path / "shop")
    limit = max(path.stat().st_size for path in folder.rglob("*") if path.is_file()) + 1_500_000
    taken, noise = [], random.Random(6)
    service = Served(folder, 0, limit)
    with service:
        for number in range(400):
            calls = [track(f"b-{number}-{n}", properties={"text": noise.randbytes(200).hex()}) for n in range(50)]
            try:
                answer = service.post("/v1/batch", {"batch": calls})
            except OSError:
                break  # it has ended: a tick could not be committed
            if answer.status == 200:
                taken.append(number)
            elif answer.status == 503:
                break
        assert taken
    with settled(folder) as workspace:
        found = workspace.sql("SELECT _event_id FROM viewed WHERE _event_id LIKE 'b-%'")["_event_id"].to_list()
    assert len(set(found)) == len(found)
    assert {f"b-{number}-{n}" for number in taken for n in range(50)} <= set(found)


def test_memory_does_not_grow_with_what_waits(tmp_path: Path) -> None:
    """What waits is on disk: three times as much takes little more memory. Beyond a limit, senders wait."""
    folder = prepared(tmp_path / "shop", "[intake]\nbacklog_mb = 60\n")
    with Served(folder, 0, None, "--still") as service:
        first = fill(service, 0, 15_000_000)
        before = service.memory()
        fill(service, first, 45_000_000)
        assert service.memory() - before < 0.5 * 45_000_000
        answer = service.post("/v1/batch", {"batch": batch(10**6)})
        for number in range(20):
            if answer.status == 429:
                break
            answer = service.post("/v1/batch", {"batch": batch(10**6 + number)})
        assert answer.status == 429, answer.content
        named = {name.lower(): text for name, text in answer.headers.items()}
        assert int(named["retry-after"]) >= 1
        assert answer.data["code"] == "overloaded"


def test_memory_does_not_grow_with_what_is_taken_in_at_once(tmp_path: Path) -> None:
    """Ticks take portions: the most memory that catching up takes does not follow how much there is."""
    most = []
    for name, size in (("little", 10_000_000), ("much", 40_000_000)):
        folder = prepared(tmp_path / name)
        with Served(folder, 0, None, "--still") as service:
            fill(service, 0, size)
            service.kill()
        with Served(folder) as service:
            until(lambda folder=folder: not list((folder / "requests").glob("*.requests")))
            most.append(service.memory("VmHWM"))
            assert service.end() == 0, service.said
    assert most[1] < 2 * most[0]


_NOISE = random.Random(4).randbytes(1_300).hex()


def batch(number: int) -> list[dict[str, Any]]:
    """About a megabyte."""
    return [track(f"m-{number}-{n}", properties={"text": _NOISE[n : n + 1_900]}) for n in range(500)]


def fill(service: Served, first: int, size: int) -> int:
    """Send so many bytes; gives the number of the next batch."""
    number, sent = first, 0
    while sent < size - 1_000_000:
        content = json.dumps({"batch": batch(number)}).encode()
        assert service.post("/v1/batch", content).status == 200
        sent += len(content)
        number += 1
    return number
