"""Who leaves before the answer is not worked for any longer."""

from __future__ import annotations

import json
import socket
import threading
from urllib.parse import urlsplit

import polars as pl
import pytest

from parcours.core import interrupting
from parcours.store.log import Log
from parcours.testing.service import Service

FOR_EVER = "SELECT count(*) FROM range(100000000) a, range(100000000) b WHERE a.range + b.range < 0"


def test_a_question_is_given_up_when_its_caller_leaves(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, given_up, query = threading.Event(), threading.Event(), Log.query

    def watched(log: Log, statement: str) -> pl.DataFrame:
        if statement != FOR_EVER:
            return query(log, statement)
        asked.set()
        try:
            return query(log, statement)
        except interrupting.Interrupted:
            given_up.set()
            raise

    monkeypatch.setattr(Log, "query", watched)
    place = urlsplit(service.address)
    with socket.create_connection((str(place.hostname), place.port)) as caller:
        body = json.dumps({"query": FOR_EVER}).encode()
        head = f"POST /api/sql HTTP/1.1\r\nHost: {place.netloc}\r\nAuthorization: Bearer {service.key}\r\n"
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        caller.sendall(head.encode() + body)
        assert asked.wait(60)
    assert given_up.wait(60)
    assert service.client.did("GET", "/status")["profiles"] == 0
