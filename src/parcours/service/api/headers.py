"""Headers of every answer: what a browser must not do with it, and the id of the request."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: What an answer may load that says nothing else: nothing. Nobody may frame it.
NOTHING = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
#: Unless the answer says otherwise.
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Content-Security-Policy": NOTHING,
}
_API = {"Cache-Control": "no-store", "Cross-Origin-Resource-Policy": "same-origin"}
_HTTPS = {"Strict-Transport-Security": "max-age=31536000"}
#: The header with the id of the request.
REQUEST = "X-Request-Id"


class SecureHeaders:
    """Adds them. The id of the request is ``request.state.id``.

    Args:
        app: what stands behind it.
        secure: whether browsers reach the service by https, even where a web server in front of it does not say so.
        new_id: makes ids.
    """

    def __init__(self, app: ASGIApp, secure: bool = False, new_id: Callable[[], str] = lambda: secrets.token_hex(8)):
        self._app = app
        self._secure = secure
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and add the headers to what comes back."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        id_ = scope.setdefault("state", {})["id"] = self._new_id()
        wanted = {**_ALWAYS, **(_API if scope["path"].startswith("/api/") else {})}
        wanted |= _HTTPS if self._secure or scope.get("scheme") == "https" else {}

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in wanted.items():
                    headers.setdefault(name, value)
                headers[REQUEST] = id_
            await send(message)

        await self._app(scope, receive, with_headers)
