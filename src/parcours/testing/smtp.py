"""A real SMTP server on the loopback interface that keeps what it gets: for tests and for the demo.

In the same process, in a thread of its own::

    with SmtpSink() as sink:
        settings = {"type": "smtp", "host": sink.host, "port": sink.port, "security": "none", "sender": …}
        …
        sink.counts()          # {idempotency key as in the X-Parcours-Key header: messages}

In another process, which ends with this one::

    with SmtpSinkProcess(store="mails") as sink: …

Needs ``aiosmtpd``.
"""

from __future__ import annotations

import argparse
import asyncio
import functools
import json
import re
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO, cast

from parcours.core.errors import ParcoursError

#: Answers for a recipient, as :data:`Behaviour` does for a message: gets the address.
Refusal = Callable[[str], str | None]
#: Decides what a sink answers to a message: gets its key and how often it has seen that key (from 1), returns a
#: reply such as ``451 later``, ``None`` to take the message, or :data:`DROP` to cut the connection.
Behaviour = Callable[[str, int], str | None]

DROP = "drop"
_KEY = re.compile(rb"(?mi)^X-Parcours-Key:[ \t]*(\S+)")


class Mailbox:
    """What a sink has taken.

    Attributes:
        taken: messages taken, by key.
        seen: messages offered, by key, with those that were turned away.
        messages: the messages themselves, in order, if they are kept in memory.

    Args:
        store: folder for the messages as ``.eml`` files.
        behaviour: what to answer; takes everything if not given.
        keep: keep the messages in memory.
        refuse: what to answer to a recipient; knows everybody if not given.
    """

    def __init__(
        self,
        store: Path | None = None,
        behaviour: Behaviour | None = None,
        *,
        keep: bool = False,
        refuse: Refusal | None = None,
    ) -> None:
        self.taken: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self.messages: list[bytes] = []
        self._store = store
        self._behaviour = behaviour
        self._keep = keep
        self._refuse = refuse
        if store is not None:
            store.mkdir(parents=True, exist_ok=True)

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        """Called by aiosmtpd with each recipient; the reply to the client."""
        reply = self._refuse(address) if self._refuse else None
        if reply is not None:
            return reply
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """Called by aiosmtpd with each message; the reply to the client."""
        content = envelope.original_content or envelope.content
        found = _KEY.search(content, 0, content.find(b"\r\n\r\n"))
        key = found.group(1).decode() if found else ""
        self.seen[key] += 1
        reply = self._behaviour(key, self.seen[key]) if self._behaviour else None
        if reply == DROP:
            server.transport.abort()
            return "421 gone"
        if reply is not None:
            return reply
        self._take(key, content)
        return "250 OK"

    def _take(self, key: str, content: bytes) -> None:
        self.taken[key] += 1
        if self._store is not None:
            (self._store / f"{key or 'no-key'}-{self.taken[key]}.eml").write_bytes(content)
        if self._keep:
            self.messages.append(content)


def _protocols(mailbox: Mailbox) -> Callable[[], Any]:
    """Makes the protocol of each connection."""
    try:
        from aiosmtpd.smtp import SMTP
    except ImportError as error:
        raise ParcoursError(
            "the SMTP sink needs the package aiosmtpd", code="missing-package", hint="pip install aiosmtpd"
        ) from error
    return functools.partial(SMTP, mailbox, hostname="localhost", ident="Parcours sink", enable_SMTPUTF8=True)


class SmtpSink:
    """A sink in a thread of this process; keeps the messages in memory.

    Args:
        port: where to listen; 0 finds a free port.
        behaviour: what to answer; takes everything if not given.
        refuse: what to answer to a recipient; knows everybody if not given.

    Raises:
        ParcoursError: ``aiosmtpd`` is not installed.
    """

    host = "127.0.0.1"

    def __init__(self, port: int = 0, behaviour: Behaviour | None = None, refuse: Refusal | None = None) -> None:
        self.port = port
        self.mailbox = Mailbox(behaviour=behaviour, keep=True, refuse=refuse)
        self._protocols = _protocols(self.mailbox)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp-sink", daemon=True)

    def counts(self) -> dict[str, int]:
        """How many messages came with each key."""
        return dict(self.mailbox.taken)

    @property
    def messages(self) -> list[bytes]:
        """The messages as they came, in order."""
        return self.mailbox.messages

    async def _listen(self) -> asyncio.Server:
        server = await asyncio.get_running_loop().create_server(self._protocols, self.host, self.port)
        self.port = server.sockets[0].getsockname()[1]
        return server

    def __enter__(self) -> SmtpSink:
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(_shut(self._server), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _shut(server: asyncio.Server) -> None:
    """Close the server and its connections, and let their handlers end."""
    server.close()
    handlers = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in handlers:
        task.cancel()
    await asyncio.gather(*handlers, return_exceptions=True)


class SmtpSinkProcess:
    """A sink in a process of its own.

    Args:
        port: where to listen; 0 finds a free port.
        store: folder for the messages as ``.eml`` files; without it they are only counted.
    """

    host = "127.0.0.1"

    def __init__(self, port: int = 0, store: str | Path | None = None) -> None:
        self._command = [sys.executable, "-m", "parcours.testing.smtp", "--port", str(port)]
        if store is not None:
            self._command += ["--store", str(store)]
        self.port = port

    def start(self) -> SmtpSinkProcess:
        """Start it and wait until it listens.

        Raises:
            ParcoursError: it did not start.
        """
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C is for the program that started it, which may still want to send
        )
        first = self._answers.readline()
        if not first:
            raise ParcoursError("the SMTP sink did not start", code="sink-failed", hint="pip install aiosmtpd")
        self.port = int(json.loads(first)["port"])
        return self

    @property
    def _answers(self) -> TextIO:
        return cast(TextIO, self._process.stdout)

    def counts(self) -> dict[str, int]:
        """How many messages came with each key."""
        commands = cast(TextIO, self._process.stdin)
        commands.write("counts\n")
        commands.flush()
        return dict(json.loads(self._answers.readline()))

    def stop(self) -> None:
        """End the process."""
        cast(TextIO, self._process.stdin).close()
        self._process.wait(timeout=10)
        self._answers.close()

    def __enter__(self) -> SmtpSinkProcess:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


async def _serve(port: int, mailbox: Mailbox) -> None:
    """Listen until standard input ends; answer each line ``counts`` with the counts as JSON."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(_protocols(mailbox), "127.0.0.1", port)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    while line := await commands.readline():
        if line.strip() == b"counts":
            print(json.dumps(mailbox.taken), flush=True)
    await _shut(server)


def main() -> None:
    """Run a sink: ``python -m parcours.testing.smtp --port 2525 --store mails``."""
    parser = argparse.ArgumentParser(description="An SMTP server that keeps what it gets; ends with standard input.")
    parser.add_argument("--port", type=int, default=2525)
    parser.add_argument("--store", type=Path, default=None, help="folder for the messages; counts only if not given")
    options = parser.parse_args()
    asyncio.run(_serve(options.port, Mailbox(options.store)))


if __name__ == "__main__":
    main()
