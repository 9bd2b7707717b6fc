"""``Idempotency-Key``: a request that writes may be sent again, and is done once.

Sent again by the same caller within 24 hours, with the same key, path and body, it gets the answer of the first time,
with ``Idempotency-Replayed: true``, whatever was restarted meanwhile. While the first is still being answered the
answer is 409; with another body it is 422. An answer that says nothing of the request itself (401, 403, 408, 429 and
from 500 on) is not kept: then the request may be sent again as if it were new. So it may when the process ended before
it could answer.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Awaitable, Callable, Iterable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parcours.core.clock import DAY, Clock
from parcours.core.errors import ConflictError, InputError, ParcoursError
from parcours.service.access.caller import Caller
from parcours.service.api.asking import guarded
from parcours.service.api.problems import answer_of
from parcours.store.catalogue import Catalogue, requests

KEY, REPLAYED = "Idempotency-Key", "Idempotency-Replayed"
#: The longest key, and the longest answer that is kept, in bytes.
LONGEST_KEY, LONGEST_ANSWER = 255, 1_000_000
_WRITING = ("POST", "PUT", "PATCH", "DELETE")
#: Headers that belong to the answer; others are made anew.
_KEPT = ("content-type", "content-disposition", "etag", "location")
_NOT_KEPT = (401, 403, 408, 429)
#: Where files are sent.
_UPLOADS = "/api/imports"
#: Paths whose answers may hold what is shown once.
_SECRET = ("/api/keys", "/api/accounts", "/api/session", "/api/password", "/api/hooks", "/api/webhooks")


class Memory:
    """Remembers requests in the catalogue of a workspace."""

    def __init__(self, catalogue: Catalogue, clock: Clock) -> None:
        self._catalogue, self._clock = catalogue, clock
        self._process = secrets.token_hex(16)

    def begin(self, caller: str, key: str, fingerprint: str) -> requests.Kept | None:
        """The request of the first time, with its answer; ``None``: this is the first time.

        Raises:
            ConflictError: ``in-progress``, the first is still being answered.
            InputError: ``key-reused``, the first was another request.
        """
        now = self._clock.now()
        with self._catalogue.writing() as con:
            requests.forget_older(con, now - DAY)
            known = requests.find(con, caller, key)
            if known is None or (known.status is None and known.process != self._process):
                requests.begin(con, caller, key, fingerprint, self._process, now)
                return None
        if known.fingerprint != fingerprint:
            raise InputError(
                "this key came with another request before",
                code="key-reused",
                where=KEY,
                hint="a new request takes a new key",
            )
        if known.status is None:
            raise ConflictError(
                "this request is being answered",
                code="in-progress",
                hint="send it again in a moment, with the same key",
            )
        return known

    def finish(self, caller: str, key: str, status: int, headers: dict[str, str], body: bytes | None) -> None:
        """This was the answer."""
        with self._catalogue.writing() as con:
            requests.finish(con, caller, key, status, headers, body)

    def forget(self, caller: str, key: str) -> None:
        """There was none that is to be kept."""
        with self._catalogue.writing() as con:
            requests.forget(con, caller, key)


class Repeating:
    """Answers requests that were answered before. Who asks is known already.

    Args:
        app: what stands behind it.
        memory: remembers them.
    """

    def __init__(self, app: ASGIApp, memory: Memory) -> None:
        self._app, self._memory = app, memory

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        key = Headers(scope=scope).get(KEY) if scope["type"] == "http" else None
        caller = scope.get("state", {}).get("caller")
        if key is None or not isinstance(caller, Caller) or not remembered(scope["method"], str(scope["path"])):
            await self._app(scope, receive, send)
            return
        try:
            _check(key)
            body = await _whole(receive)
            who = f"{caller.kind}:{caller.id}"
            known = await run_in_threadpool(self._memory.begin, who, key, _fingerprint(scope, body))
        except ParcoursError as error:
            await answer_of(error)(scope, receive, send)
            return
        if known is not None:
            await _again(known)(scope, receive, send)
            return
        await self._first(scope, body, receive, send, who, key)

    async def _first(self, scope: Scope, body: bytes, receive: Receive, send: Send, who: str, key: str) -> None:
        """Have it answered, and keep the answer before its end is sent."""

        async def keep(heard: _Heard) -> None:
            if heard.status >= 500 or heard.status in _NOT_KEPT:
                await run_in_threadpool(self._memory.forget, who, key)
                return
            secret = str(scope["path"]).startswith(_SECRET)
            content = None if secret or heard.length > LONGEST_ANSWER else bytes(heard.body)
            await run_in_threadpool(self._memory.finish, who, key, heard.status, heard.headers, content)

        heard = _Heard(send, keep)
        try:
            await self._app(scope, _told(body, receive), heard)
        finally:
            if not heard.whole:
                await run_in_threadpool(self._memory.forget, who, key)


class _Heard:
    """Passes an answer on, and calls ``keep`` with all of it before the end is passed on."""

    def __init__(self, send: Send, keep: Callable[[_Heard], Awaitable[None]]) -> None:
        self._send, self._keep = send, keep
        self.status, self.length, self.whole = 500, 0, False
        self.headers: dict[str, str] = {}
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            self.headers = {name: headers[name] for name in _KEPT if name in headers}
        elif message["type"] == "http.response.body":
            part = message.get("body", b"")
            self.length += len(part)
            if self.length <= LONGEST_ANSWER:
                self.body += part
            if not message.get("more_body", False):
                await self._keep(self)
                self.whole = True
        await self._send(message)


def remembered(verb: str, path: str) -> bool:
    """Whether such requests are remembered: those that write, but no files, which have ids of their own."""
    return verb in _WRITING and guarded(path) and path != _UPLOADS


def _again(known: requests.Kept) -> Response:
    """The answer of the first time."""
    if known.body is None:
        error = ConflictError(
            "this was done already; its answer is not kept",
            code="answer-not-kept",
            hint="ask for what it was about",
        )
        return answer_of(error)
    return Response(known.body, known.status or 200, {**known.headers, REPLAYED: "true"})


def _check(key: str) -> None:
    if not 0 < len(key) <= LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise InputError(
            f"a key has 1 to {LONGEST_KEY} printable ASCII characters", code="bad-key", where=KEY, hint="a random UUID"
        )


def _fingerprint(scope: Scope, body: bytes) -> str:
    parts: Iterable[bytes] = (
        scope["method"].encode(),
        scope.get("raw_path") or str(scope["path"]).encode(),
        scope.get("query_string", b""),
        body,
    )
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return digest.hexdigest()


async def _whole(receive: Receive) -> bytes:
    """The body; how long it may be the guard knows."""
    found = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise InputError("the request ended early", code="bad-request")
        found += message.get("body", b"")
        if not message.get("more_body", False):
            return bytes(found)


def _told(body: bytes, receive: Receive) -> Receive:
    """The body again, then whatever comes."""
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
