"""Heads of requests that take too long, or do not end; everybody else is served meanwhile."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from parcours.service.remote import patience
from parcours.service.remote.serving import serving

WHOLE = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(patience, "SECONDS", 0.4)

    async def echo(request: Request) -> Response:
        return PlainTextResponse(await request.body())

    listener = socket.create_server(("127.0.0.1", 0))
    with listener, serving(Starlette(routes=[Route("/", echo, methods=["POST"])]), [listener]):
        yield listener.getsockname()[1]


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=30)


def test_a_request_is_answered_and_another_one_after_it(port: int) -> None:
    with connected(port) as client:
        for _ in range(3):
            client.sendall(WHOLE)
            assert client.recv(1_000).endswith(b"hello")


@pytest.mark.parametrize("begun", [b"", b"POST / HT", b"POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ", WHOLE + b"POST /"])
def test_a_head_that_does_not_come_ends_the_connection(port: int, begun: bytes) -> None:
    with connected(port) as slow, connected(port) as quick:
        slow.sendall(begun)
        quick.sendall(WHOLE)
        assert quick.recv(1_000).endswith(b"hello")
        found = b""
        while part := slow.recv(1_000):
            found += part
        assert found.endswith(b"hello") == begun.startswith(WHOLE)


def test_a_body_may_take_its_time(port: int) -> None:
    with connected(port) as client:
        client.sendall(WHOLE[:-5])
        time.sleep(0.8)
        client.sendall(b"hello")
        assert client.recv(1_000).endswith(b"hello")


@pytest.mark.parametrize("endless", [b"X-More: more\r\n", b"x" * 1_000])
def test_a_head_without_end_is_not_kept(port: int, endless: bytes) -> None:
    with connected(port) as client:
        client.sendall(b"POST / HTTP/1.1\r\nX-Long: ")
        sent = 0
        try:
            while sent < 10_000_000:
                client.sendall(endless * 50)
                sent += 50 * len(endless)
        except ConnectionError:
            pass
        assert sent < 10_000_000
