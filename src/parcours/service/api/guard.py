"""Who asks, and whether anybody may ask like this. Everything below ``/api`` passes here first.

A caller is a process of the machine's user (it comes by the local socket), a program with a key
(``Authorization: Bearer pk_…``, or Basic with the key as name or password), or a person who is signed in (a cookie).
A page in somebody's browser that comes from elsewhere must not act in their name: it cannot send JSON without being
asked first, cannot know the token that a writing request with a cookie has to carry, and the name that it asks for is
not one of ours.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parcours.core.errors import AccessError, InputError, Overloaded, ParcoursError
from parcours.service.access.caller import LOCAL
from parcours.service.access.gate import Gate, Known
from parcours.service.access.keys import PREFIX
from parcours.service.access.tokens import csrf_of
from parcours.service.api.asking import READING, address_of, from_here, guarded, host_of, key_of, looks, token_of
from parcours.service.api.limiting import Limiter, Standing
from parcours.service.api.problems import answer_of, status_of
from parcours.service.remote.messages import MEDIA_TYPE as CALL_TYPE
from parcours.service.remote.messages import PATH as CALL

#: What strangers may ask for.
PUBLIC = frozenset(
    {
        ("GET", "/api/openapi.json"),
        ("GET", "/api/docs"),
        ("POST", "/api/session"),
        ("GET", "/api/oidc/login"),
        ("GET", "/api/oidc/callback"),
    }
)
#: What people may do before they have changed a one-time password.
BEFORE_CHANGING = ("/api/session", "/api/password")
#: Paths that take files as they are.
UPLOADS = ("/api/imports",)
#: What takes no JSON either, by path, with its type, which no page can send without being asked first. It counts
#: itself what it reads.
OTHERS = {CALL: CALL_TYPE}
#: The header that shows that a page is ours.
CSRF = "Parcours-CSRF"
_EVERYTHING = Known(LOCAL, None)


class Guard:
    """Finds out who asks, and refuses whom nobody knows and what a page from elsewhere may have sent.

    What stands behind it finds the caller as ``request.state.caller``, and its session as ``request.state.session``.

    Args:
        app: what stands behind it.
        gate: knows keys and sessions.
        limiter: says how often somebody may ask.
        hosts: the names that requests may ask for; any, when empty.
        longest: bytes of the body of a request, at most.
        secure: whether browsers reach the service by https, even where a web server in front of it does not say so.
    """

    def __init__(
        self,
        app: ASGIApp,
        gate: Gate,
        limiter: Limiter,
        hosts: Sequence[str] = (),
        longest: int = 32_000_000,
        secure: bool = False,
    ) -> None:
        self._app = app
        self._gate = gate
        self._limiter = limiter
        self._hosts = frozenset(hosts)
        self._longest = longest
        self._secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] != "http" or not looks(scope["path"]):
            await self._app(scope, receive, send)
            return
        headers, state = Headers(scope=scope), scope.setdefault("state", {})
        standing: Standing | None = None
        try:
            known, token = await self._known(scope, headers)
            standing = self._standing(scope, known)
            _check_often(standing)
            if guarded(scope["path"]):
                self._admit(scope, headers, known, token)
        except ParcoursError as error:
            state["denied"] = not isinstance(error, Overloaded)
            answer = answer_of(error, 400 if isinstance(error, InputError) else status_of(error))
            await answer(scope, receive, _adding(send, standing))
            return
        if known is not None and (guarded(scope["path"]) or not known.must_change):
            state["caller"], state["session"] = known.caller, known.session
        own = scope["path"] in UPLOADS or scope["path"] in OTHERS
        limited = receive if own else _at_most(self._longest, receive)
        await self._app(scope, limited, _adding(send, standing))

    async def _known(self, scope: Scope, headers: Headers) -> tuple[Known | None, str]:
        """Who asks; and the token, where it is one of a session."""
        if from_here(scope):
            return _EVERYTHING, ""
        key = key_of(headers)
        if key:
            return (await self._found(key) if key.startswith(PREFIX) else None), ""
        token = token_of(headers, self._secure or scope.get("scheme") == "https")
        if not token or token.startswith(PREFIX):
            return None, ""
        return await self._found(token), token

    async def _found(self, secret: str) -> Known | None:
        return self._gate.remembered(secret) or await run_in_threadpool(self._gate.find, secret)

    def _standing(self, scope: Scope, known: Known | None) -> Standing | None:
        """Count the request; that of the machine's user does not count."""
        if known is _EVERYTHING:
            return None
        return self._limiter.stranger(address_of(scope)) if known is None else self._limiter.known(known.caller.id)

    def _admit(self, scope: Scope, headers: Headers, known: Known | None, token: str) -> None:
        """Make sure that this request may be made by this caller.

        Raises:
            InputError: ``not-from-here``.
            AccessError: nobody knows the caller, or it has to change its password first.
        """
        method, path = scope["method"], scope["path"]
        if known is not _EVERYTHING:
            self._check_form(method, path, headers)
        if ("GET" if method == "HEAD" else method, path) in PUBLIC:
            return
        if known is None:
            raise AccessError(
                "who asks is not known", known=False, hint="sign in, or send a key: Authorization: Bearer pk_…"
            )
        if token and method not in READING and not _same(headers.get(CSRF, ""), csrf_of(token)):
            raise _not_from_here(
                f"a request with a session needs the header {CSRF}", "its value: the cookie parcours-csrf"
            )
        if known.must_change and path not in BEFORE_CHANGING:
            raise AccessError(
                "the one-time password has to be changed first", code="must-change-password", hint="POST /api/password"
            )

    def _check_form(self, method: str, path: str, headers: Headers) -> None:
        host = host_of(headers)
        if self._hosts and host not in self._hosts:
            raise _not_from_here(f"this server does not go by the name {host[:80]!r}", "see the setting access.hosts")
        if method in READING:
            return
        origin = headers.get("origin")
        foreign = origin is not None and _place(origin) != headers.get("host", "").lower()
        if foreign or headers.get("sec-fetch-site") in ("cross-site", "same-site"):
            raise _not_from_here("a page from elsewhere may not change anything here")
        body = headers.get("content-length") not in (None, "0") or "transfer-encoding" in headers
        wanted = OTHERS.get(path, "application/json")
        if body and path not in UPLOADS and _media_type(headers) != wanted:
            raise _not_from_here(f"a request with a body must be of type {wanted}")


def _check_often(standing: Standing | None) -> None:
    """Raises:
    Overloaded: ``too-many-requests``.
    """
    if standing is not None and not standing.allowed:
        raise Overloaded("too many requests", code="too-many-requests", retry_after=standing.seconds)


def _adding(send: Send, standing: Standing | None) -> Send:
    """The same, with headers that say where the caller stands."""
    if standing is None:
        return send

    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*message.get("headers", ()), *standing.headers]
        await send(message)

    return with_headers


def _at_most(longest: int, receive: Receive) -> Receive:
    """The same, until a body gets too long."""
    so_far = 0

    async def counted() -> Message:
        nonlocal so_far
        message = await receive()
        so_far += len(message.get("body", b""))
        if so_far > longest:
            raise HTTPException(413, f"the request is longer than {longest:,} bytes")
        return message

    return counted


def _not_from_here(message: str, hint: str | None = None) -> InputError:
    return InputError(message, code="not-from-here", hint=hint)


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode(), wanted.encode())


def _place(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _media_type(headers: Headers) -> str:
    return headers.get("content-type", "").partition(";")[0].strip().lower()
