"""Connections that are used again."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from parcours.core.errors import WorkspaceError
from parcours.service.remote import messages
from parcours.service.remote.connection import Connections, Local


def answer(connection: socket.socket) -> None:
    """Read a request, and say ``yes`` as a result."""
    read = b""
    while not read.endswith(b"question"):
        read += connection.recv(65_536)
    frame = messages.frame("result", "yes")
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(frame) + frame)


def test_a_connection_that_the_service_has_closed_is_not_used_again(tmp_path: Path) -> None:
    path = tmp_path / "s"
    closed = threading.Event()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()

        def serve() -> None:
            for _ in range(2):
                with server.accept()[0] as connection:
                    answer(connection)
                closed.set()

        threading.Thread(target=serve, daemon=True).start()
        connections = Connections(Local(path, "the service"))
        try:
            assert list(connections.exchange(b"question")) == [["result", "yes"]]
            closed.wait()
            assert list(connections.exchange(b"question")) == [["result", "yes"]]
        finally:
            connections.close()
    with pytest.raises(WorkspaceError):
        list(connections.exchange(b"question"))
