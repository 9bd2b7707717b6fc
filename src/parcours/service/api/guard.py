"""Whose requests are answered: those of this machine's own programs and pages, not of pages from elsewhere.

There are no accounts yet, so whoever reaches the API may do everything. A page in the user's browser that comes from
elsewhere must not: it cannot send JSON without being asked first, and the name it asks for is not one of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_READING = ("GET", "HEAD", "OPTIONS")


class Guard:
    """Refuses requests that a page from elsewhere may have sent.

    Args:
        app: what stands behind it.
        hosts: the names that requests may ask for; any, when empty.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str] = ()) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass the request on."""
        if scope["type"] == "http" and str(scope["path"]).startswith("/api"):
            problem = self._problem(scope["method"], Headers(scope=scope))
            if problem is not None:
                shape = {"ok": False, "code": "not-from-here", "message": problem}
                await JSONResponse(shape, status_code=400)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _problem(self, method: str, headers: Headers) -> str | None:
        host = _name(headers.get("host", ""))
        if self._hosts and host not in self._hosts:
            return f"this server does not go by the name {host!r}"
        if method in _READING:
            return None
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != headers.get("host", ""):
            return f"a page of {origin} may not change anything here"
        if int(headers.get("content-length") or 0) and not headers.get("content-type", "").startswith(
            "application/json"
        ):
            return "a request with a body must be of type application/json"
        return None


def _name(host: str) -> str:
    """The name without port and brackets."""
    return urlsplit(f"//{host}").hostname or ""
