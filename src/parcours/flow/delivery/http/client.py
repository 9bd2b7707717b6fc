"""Requests to the outside: over connections that stay open, to allowed hosts only, with certificates checked."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from parcours.flow.delivery.failures import refused
from parcours.flow.delivery.http.allowed import Allowed
from parcours.flow.delivery.http.outgoing import Outgoing
from parcours.flow.delivery.http.reply import Reply

if TYPE_CHECKING:
    from aiohttp import ClientSession

_REDIRECTS = 5
#: The headers that go along to another host. Any other may say who we are.
_HARMLESS = frozenset({"accept", "content-type", "idempotency-key"})


class Client:
    """Makes requests, used from one event loop.

    Args:
        allowed: where they may go.
        connections: how many may be open at once.
        certificates: a file with certificates of authorities to trust besides those of the system.
    """

    def __init__(self, allowed: Allowed, *, connections: int = 256, certificates: str = "") -> None:
        self._allowed = allowed
        self._connections = connections
        self._certificates = certificates
        self._session: ClientSession | None = None

    async def request(self, outgoing: Outgoing, timeout: float, *, follow: bool = True) -> Reply:
        """Make a request and read the answer; redirects are followed, a few at most, unless told otherwise.

        A 303, and a 301 or 302 behind a POST, is followed with GET; to another host nothing goes along that says who
        we are.

        Args:
            outgoing: the request.
            timeout: seconds for all of it.
            follow: whether redirects are followed.

        Raises:
            TimeoutError: there was no whole answer in time.
            DeliveryError: the host may not be called, the answer is too large (permanent); the host cannot be reached
                or the connection broke (``unreachable``).
        """
        async with asyncio.timeout(timeout):
            for _ in range(_REDIRECTS + 1):
                reply = await self._one(outgoing)
                following = _redirected(outgoing, reply) if follow else None
                if following is None:
                    return reply
                outgoing = following
        raise refused(f"{outgoing.place} redirects too often", "too-many-redirects")

    async def _one(self, outgoing: Outgoing) -> Reply:
        from parcours.flow.delivery.http.session import ask, opened

        self._allowed.check(outgoing.url)
        if self._session is None:
            self._session = opened(self._allowed, self._connections, self._certificates)
        return await ask(self._session, outgoing)

    async def close(self) -> None:
        """Let go of connections. The client can be used again; it then opens new ones."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()


def _redirected(outgoing: Outgoing, reply: Reply) -> Outgoing | None:
    """The request that a redirect asks for; ``None`` if the reply is none."""
    location = reply.headers.get("location")
    if reply.status not in (301, 302, 303, 307, 308) or not location:
        return None
    url = urljoin(outgoing.url, location)
    turned = reply.status == 303 and outgoing.method != "HEAD"
    turned = turned or (reply.status in (301, 302) and outgoing.method == "POST")
    headers = outgoing.headers
    if _origin(url) != _origin(outgoing.url):
        headers = {name: value for name, value in headers.items() if name.lower() in _HARMLESS}
    if not turned:
        return Outgoing(outgoing.method, url, headers, outgoing.body)
    headers = {name: value for name, value in headers.items() if not name.lower().startswith("content-")}
    return Outgoing("GET", url, headers, None)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port
