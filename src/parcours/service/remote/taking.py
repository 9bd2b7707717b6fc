"""The one route of calls: reads a request, begins the call, and streams what it tells."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from parcours.core.errors import AccessError, InputError
from parcours.service.access.caller import Caller
from parcours.service.remote import messages
from parcours.service.remote.answering import Call, Calls
from parcours.service.remote.permitted import scope_of
from parcours.service.remote.wire import Compression

MB = 1_000_000


class Taking:
    """Answers requests at :data:`messages.PATH`.

    Args:
        calls: where the workspace is.
        most_mb: megabytes that a request from elsewhere may have; processes of this machine's user send what they like.
    """

    def __init__(self, calls: Calls, most_mb: int) -> None:
        self.calls = calls
        self._most = most_mb * MB

    async def take(self, request: Request) -> Response:
        """Take a call.

        Raises:
            ParcoursError: it is not taken; nothing was done.
        """
        caller = getattr(request.state, "caller", None)
        if not isinstance(caller, Caller):
            raise AccessError("who asks is not known", known=False, hint="send a key: Authorization: Bearer pk_…")
        if not request.headers.get("content-type", "").startswith(messages.MEDIA_TYPE):
            raise InputError(f"a call is of type {messages.MEDIA_TYPE}", code="bad-media-type")
        local = caller.kind == "local"
        content = await _body(request, None if local else self._most)
        message = await run_in_threadpool(messages.read_request, content)
        request.state.operation, request.state.reads = message.name, reads(message)  # for the audit log
        request.state.operation, request.state.reads = message.name, self.calls.reads(message)  # for the audit log
        compression: Compression = "uncompressed" if local else "lz4"
        call = await run_in_threadpool(self.calls.begin, message, caller, compression)
        return (
            Response(messages.frame("result", None), media_type=messages.MEDIA_TYPE) if call is None else Stream(call)
        )


def reads(message: messages.Request) -> bool:
    """Whether a call changes nothing, as far as its name tells: what was kept may be moved."""
    return message.how == "stop" or (not message.kept and scope_of(message.name).endswith(":read"))


async def _body(request: Request, most: int | None) -> bytes:
    content = bytearray()
    with contextlib.suppress(ClientDisconnect):
        async for part in request.stream():
            content += part
            if most is not None and len(content) > most:
                hint = f"at most {most // MB} MB at once; send it in parts"
                raise InputError("the request is too large", code="too-large", hint=hint)
    return bytes(content)


class Stream(Response):
    """What a call tells, as it comes. Who goes before the end gives the call up."""

    def __init__(self, call: Call) -> None:
        super().__init__(
            media_type=messages.MEDIA_TYPE, headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        )
        del self.headers["content-length"]
        self._call = call

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        loop, news = asyncio.get_running_loop(), asyncio.Event()

        def noticed() -> None:
            with contextlib.suppress(RuntimeError):  # the server is gone
                loop.call_soon_threadsafe(news.set)

        self._call.when_noticed(noticed)
        gone = asyncio.ensure_future(_gone(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            await self._sent(send, news, gone)
        finally:
            gone.cancel()
            self._call.give_up()  # for one that has ended this means nothing

    async def _sent(self, send: Send, news: asyncio.Event, gone: asyncio.Future[None]) -> None:
        ended = False
        while not ended and not gone.done():
            news.clear()  # first: what comes from here on is news again
            content, ended = self._call.frames()
            if content or ended:
                await send({"type": "http.response.body", "body": content, "more_body": not ended})
            elif not await _awaited(news, gone):
                await send({"type": "http.response.body", "body": messages.frame("waiting"), "more_body": True})


async def _awaited(news: asyncio.Event, gone: asyncio.Future[None]) -> bool:
    """Wait for news, or until the caller is gone; false when only time has passed."""
    waiting: asyncio.Future[Any] = asyncio.ensure_future(news.wait())
    ending: asyncio.Future[Any] = gone
    try:
        done, _ = await asyncio.wait(
            {waiting, ending}, timeout=messages.SIGN_OF_LIFE, return_when=asyncio.FIRST_COMPLETED
        )
        return bool(done)
    finally:
        waiting.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
