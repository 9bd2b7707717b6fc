"""A real HTTP server on the loopback interface that keeps and counts what it gets: for tests and for the demo.

In a thread of this process::

    with HttpSink(behaviour=lambda request, seen: Reply(500) if seen == 1 else None) as sink:
        …                      # call sink.url
        sink.counts()          # {idempotency key: requests}
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType

from aiohttp import web

#: The header with the idempotency key of a call or message.
KEY_HEADER = "Idempotency-Key"


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it came; header names in lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def key(self) -> str:
        """The idempotency key, empty if there is none."""
        return self.headers.get(KEY_HEADER.lower(), "")


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: status, body, headers, and seconds to wait before it; ``drop`` cuts the connection instead."""

    status: int = 200
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    after: float = 0.0
    drop: bool = False


#: Decides the answer: gets the request and how many with its key have come, this one included (from 1);
#: ``None``: 200 with an empty JSON object.
Behaviour = Callable[[Seen, int], Reply | None]


class HttpSink:
    """A server in a thread of this process.

    Args:
        behaviour: what to answer.
        port: where to listen; 0 finds a free port.
        tls: serve https with this context.

    Attributes:
        requests: everything that came, in order.
        most_at_once: how many requests were being answered at once, at most.
    """

    host = "127.0.0.1"

    def __init__(self, behaviour: Behaviour | None = None, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.port = port
        self.requests: list[Seen] = []
        self.most_at_once = 0
        self._behaviour = behaviour
        self._tls = tls
        self._seen: Counter[str] = Counter()
        self._at_once = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="http-sink", daemon=True)

    @property
    def url(self) -> str:
        """Where it listens, without a slash at the end."""
        return f"{'https' if self._tls else 'http'}://{self.host}:{self.port}"

    def counts(self) -> dict[str, int]:
        """How many requests came with each key."""
        return dict(self._seen)

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        headers = {name.lower(): value for name, value in request.headers.items()}
        seen = Seen(request.method, request.path, request.query_string, headers, await request.read())
        self.requests.append(seen)
        self._seen[seen.key] += 1
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return await self._answered(request, seen)
        finally:
            self._at_once -= 1

    async def _answered(self, request: web.BaseRequest, seen: Seen) -> web.StreamResponse:
        reply = self._behaviour(seen, self._seen[seen.key]) if self._behaviour else None
        reply = reply or Reply(200, "{}")
        await asyncio.sleep(reply.after)
        if reply.drop and request.transport is not None:
            request.transport.abort()
        headers = {"Content-Type": "application/json", **reply.headers}
        return web.Response(status=reply.status, body=reply.body.encode(), headers=headers)

    async def _listen(self) -> web.ServerRunner:
        runner = web.ServerRunner(web.Server(self._handle, handler_cancellation=True), shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, self.host, self.port, ssl_context=self._tls)
        await site.start()
        self.port = runner.addresses[0][1]
        return runner

    def __enter__(self) -> HttpSink:
        self._thread.start()
        self._runner = asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._runner.cleanup(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
