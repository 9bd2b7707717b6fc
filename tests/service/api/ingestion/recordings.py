"""Requests that real clients sent, as they were recorded."""

from __future__ import annotations

import base64
import http.client
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import parcours
from parcours.core.clock import VirtualClock, instant
from parcours.flow.ingest.calls import Call, Record, Unread
from parcours.flow.ingest.clients import CLIENTS
from parcours.service.workspace import Workspace

FOLDER = Path(__file__).parents[3] / "fixtures" / "sdk-requests"
#: A little after the last of the requests was recorded.
NOW = instant("2026-11-21T20:00:00Z")
NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


@dataclass(frozen=True)
class Recorded:
    """One request as it was sent; ``call`` is the method of the client that caused it."""

    call: str
    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    json: Any
    reply: Any


@dataclass(frozen=True)
class Answer:
    """What came back; header names in lower case."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.content)


def requests(name: str) -> list[Recorded]:
    """All requests of one client."""
    calls = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))["calls"]
    return [_request(each) for each in calls]


def _request(call: dict[str, Any]) -> Recorded:
    sent = call["request"]
    return Recorded(
        call["call"],
        sent["method"],
        sent["target"],
        tuple((name, value) for name, value in sent["headers"]),
        base64.b64decode(sent.get("body_base64") or ""),
        sent.get("json"),
        call.get("reply_json"),
    )


def send(address: str, recorded: Recorded) -> Answer:
    """Send a request byte for byte, with its headers."""
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
    try:
        connection.putrequest(recorded.method, recorded.target, skip_host=True, skip_accept_encoding=True)
        for name, value in recorded.headers:
            if name.lower() not in ("host", "content-length", "connection"):
                connection.putheader(name, value.encode("latin-1"))
        connection.putheader("Host", where.netloc)
        connection.putheader("Content-Length", str(len(recorded.body)))
        connection.endheaders(recorded.body)
        return _answer(connection)
    finally:
        connection.close()


def ask(address: str, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Answer:
    """Send any request."""
    where = urlsplit(address)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)
    try:
        connection.request(method, path, body, dict(headers or {}))
        return _answer(connection)
    finally:
        connection.close()


def _answer(connection: http.client.HTTPConnection) -> Answer:
    response = connection.getresponse()
    return Answer(response.status, {key.lower(): value for key, value in response.getheaders()}, response.read())


def sent_at(recorded: Recorded) -> int:
    """When a client says that it sent a request; ``NOW`` where it does not say."""
    said = recorded.json.get("sentAt") or recorded.json.get("sent_at") if isinstance(recorded.json, dict) else None
    if said is None and isinstance(recorded.json, dict) and recorded.json.get("batch"):
        said = recorded.json["batch"][0].get("sentAt")
    return NOW if said is None else instant(said)


def workspace_for_clients(folder: Path, now: int = NOW, settings: str = "") -> Workspace:
    """A workspace with sources for the keys in the recordings."""
    parcours.init(folder).close()
    (folder / "parcours.toml").write_text(settings)
    workspace = parcours.open(folder, VirtualClock(now))
    workspace.sources.create("web", write_key="test-write-key")
    workspace.sources.create("product", write_key="phc_test")
    workspace.sources.create("mail", write_key="test-site-id", secret="test-api-key")
    return workspace


def calls(records: list[Record]) -> Iterator[Call]:
    """All calls in them; nothing must be unread."""
    for record in records:
        found, unread = read(record)
        assert unread == []
        yield from found


def read(record: Record) -> tuple[list[Call], list[Unread]]:
    """What a record says."""
    return CLIENTS[record.format](record)


def plain(call: Call) -> dict[str, Any]:
    """A call as plain data, without what is blank."""
    shape = {name: getattr(call, name) for name in call.__struct_fields__ if name != "context"}
    for part in ("properties", "traits", "once"):
        shape[part] = json.loads(bytes(shape[part]))
    return {name: value for name, value in shape.items() if value not in ("", {})}
