"""Server-sent events from a real server: what moves is told, however many watch and however slow they are."""

from __future__ import annotations

import asyncio
import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import polars as pl
import pytest

import parcours
from parcours.service.api.pulse import Pulse
from parcours.service.api.watching import WAITING, Client, Message
from parcours.service.workspace import Workspace
from parcours.testing.service import Service, running_service
from tests.service.live import eventually, running

DEFINITIONS = """
segment: adult
name: Adults
rule: {attribute: age, at_least: 18}
---
segment: old
rule: {attribute: age, at_least: 60}
---
journey: hello
entry: {segment: adult, on: enter}
start: pause
activities:
  pause: {type: wait, for: 7 days, then: end}
  end: {type: end}
"""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("live")
    place = folder / "shop"
    parcours.init(place).close()
    (place / "parcours.toml").write_text("tick_seconds = 0.05\n")
    with parcours.open(place) as workspace:
        told(workspace, nobody=1)
        (folder / "d.yaml").write_text(DEFINITIONS)
        workspace.apply(folder / "d.yaml")
        workspace.run(ticks=2)
        with running_service(workspace, live=True) as found, running(workspace):
            yield found


def told(workspace: Workspace, **ages: int) -> None:
    frame = pl.DataFrame({"profile_id": list(ages), "age": list(ages.values())})
    workspace.import_profiles(frame.with_columns(time=pl.lit(datetime.now(UTC))), time="time")


class Stream:
    """A client that reads events."""

    def __init__(self, service: Service, query: str = "", **headers: str) -> None:
        self.connection = http.client.HTTPConnection(urlsplit(service.address).netloc, timeout=30)
        named = {
            "Authorization": f"Bearer {service.key}",
            **{name.replace("_", "-"): one for name, one in headers.items()},
        }
        self.connection.request("GET", f"/api/live{query}", headers=named)
        self.answer = self.connection.getresponse()

    def close(self) -> None:
        self.answer.close()
        self.connection.close()

    def next(self) -> tuple[str, str, dict[str, Any]]:
        """Name, id and data of the next event."""
        found: dict[str, str] = {}
        while True:
            line = self.answer.readline()
            if not line:
                raise EOFError
            text = line.decode().rstrip("\n")
            if not text and "data" in found:
                return found["event"], found["id"], json.loads(found["data"])
            name, _, value = text.partition(": ")
            found[name] = value

    def until(self, wanted: Any) -> dict[str, Any]:
        """The first event for which it is so."""
        while True:
            name, _, data = self.next()
            if wanted(name, data):
                return data


@contextmanager
def watching(service: Service, query: str = "", **headers: str) -> Iterator[Stream]:
    stream = Stream(service, query, **headers)
    try:
        yield stream
    finally:
        stream.close()


def test_the_first_event_is_a_picture_then_there_are_changes(service: Service) -> None:
    with watching(service) as stream:
        assert stream.answer.status == 200
        assert str(stream.answer.headers["content-type"]).startswith("text/event-stream")
        name, _, picture = stream.next()
        assert name == "picture"
        assert picture["segments"]["adult"] == {"name": "Adults", "members": 0, "entries": 0, "exits": 0}
        assert picture["journeys"]["hello"]["inside"] == 0
        told(service.workspace, ann=31, bob=70)
        change = stream.until(lambda name, data: "adult" in data.get("segments", {}))
        assert change["segments"]["adult"]["members"] == 2
        inside = stream.until(lambda name, data: "hello" in data.get("journeys", {}))
        assert inside["journeys"]["hello"]["inside"] == 2
        told(service.workspace, ann=3)
        change = stream.until(lambda name, data: "adult" in data.get("segments", {}))
        assert change["segments"]["adult"] == {"name": "Adults", "members": 1, "entries": 2, "exits": 1}
        assert "old" not in change["segments"]


def test_counts_are_those_of_the_workspace(service: Service) -> None:
    count = service.workspace.segments.count("old")
    told(service.workspace, cid=90, dan=80)
    eventually(lambda: service.workspace.segments.count("old") == count + 2)
    with watching(service) as stream:
        _, _, picture = stream.next()
    listed = service.workspace.segments.list()
    for row in listed.iter_rows(named=True):
        shown = picture["segments"][row["segment"]]
        assert (shown["members"], shown["entries"], shown["exits"]) == (row["members"], row["entries"], row["exits"])


def test_a_segment_that_is_published_meanwhile_is_counted_from_its_first_member(service: Service) -> None:
    told(service.workspace, ina=45)
    eventually(lambda: service.workspace.sql("SELECT count(*) FROM profiles WHERE _profile_id = 'ina'").item())
    with watching(service) as stream:
        stream.next()
        service.workspace.apply({"segment": "forties", "rule": {"attribute": "age", "between": [40, 49]}})
        change = stream.until(lambda name, data: (data.get("segments", {}).get("forties") or {}).get("members"))
        assert change["segments"]["forties"]["members"] == service.workspace.segments.count("forties")


def test_dead_letters_are_counted_until_they_are_settled(service: Service) -> None:
    source = service.workspace.sources.create("shop")
    with watching(service) as stream:
        assert stream.next()[2]["dead_letters"] == 0
        told_nobody = {"event": "Order Completed", "writeKey": source["write_key"]}
        service.client.ask_any("POST", "/v1/track", told_nobody)
        stream.until(lambda name, data: data["dead_letters"] == 1)
        service.workspace.letters.dismiss(source="shop")
        stream.until(lambda name, data: data["dead_letters"] == 0)


def test_activities_of_a_journey_on_request(service: Service) -> None:
    def waiting(data: dict[str, Any]) -> int:
        return sum(one["waiting"] for one in data["activities"] if one["activity"] == "pause")

    told(service.workspace, eve=31)
    with watching(service, "?journey=hello") as stream:
        data = stream.until(lambda name, data: name == "journey" and waiting(data))
        count = waiting(data)
        told(service.workspace, fay=32)
        stream.until(lambda name, data: name == "journey" and waiting(data) > count)


def test_whoever_comes_again_gets_a_fresh_picture(service: Service) -> None:
    with watching(service) as stream:
        _, number, _ = stream.next()
    count = service.workspace.segments.count("adult")
    told(service.workspace, gus=31)
    eventually(lambda: service.workspace.segments.count("adult") == count + 1)
    with watching(service, Last_Event_ID=number) as stream:
        name, again, picture = stream.next()
        assert name == "picture"
        assert int(again) > int(number)
        assert picture["segments"]["adult"]["members"] == count + 1


def test_without_the_scope_there_is_nothing(service: Service) -> None:
    assert service.stranger.ask("GET", "/live").status == 401
    assert service.client_with("data:read").ask("GET", "/live").status == 403
    assert service.client_with("segments:read").ask("GET", "/live?journey=hello").status == 403


def test_journeys_are_for_those_who_may_see_them(service: Service) -> None:
    client = service.client_with("segments:read")
    limited = Service(service.address, client.key, service.workspace)
    with watching(limited) as stream:
        assert "journeys" not in stream.next()[2]


def test_a_thousand_changes_a_second_are_few_messages(service: Service) -> None:
    stop = threading.Event()

    def change() -> None:
        turn = 0
        while not stop.wait(0.02):
            turn += 1
            told(service.workspace, **{f"p{number}": 10 + turn % 2 * 40 for number in range(50)})

    thread = threading.Thread(target=change)
    with watching(service) as stream:
        stream.next()
        thread.start()
        try:
            stream.until(lambda name, data: data.get("segments"))
            began, count = time.monotonic(), 0
            while time.monotonic() - began < 2.0:
                stream.next()
                count += 1
        finally:
            stop.set()
            thread.join()
    assert count <= 10 * 2.5


def test_hundreds_watch_and_it_is_counted_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []
    original = Pulse._count

    def count(self: Pulse) -> Any:
        counted.append(time.monotonic())
        return original(self)

    monkeypatch.setattr(Pulse, "_count", count)
    streams = [Stream(service) for _ in range(200)]
    try:
        for stream in streams:
            stream.next()
        before = len(counted)
        told(service.workspace, hal=31)
        for stream in streams:
            stream.until(lambda name, data: "adult" in data.get("segments", {}))
        assert len(counted) - before < 100
    finally:
        for stream in streams:
            stream.close()
    eventually(lambda: not service.workspace._parts.watchers or len(service.workspace._parts.watchers) == 1)


def test_a_slow_client_costs_no_memory() -> None:
    async def slow() -> Client:
        client = Client(())
        client.behind = False
        for number in range(10_000):
            client.put(Message("change", number, {}))
        return client

    client = asyncio.run(slow())
    assert client.behind
    assert len(client._waiting) < WAITING


def test_streams_end_when_the_server_does(tmp_path: Path) -> None:
    with parcours.init(tmp_path / "shop") as workspace:
        with running_service(workspace) as service:
            stream = Stream(service)
            stream.next()
        with pytest.raises((EOFError, http.client.HTTPException, OSError)):
            stream.until(lambda name, data: False)
        stream.close()
