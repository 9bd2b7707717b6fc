"""Requests to the outside: over connections that stay open, to allowed hosts only, with certificates checked."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit

import aiohttp
import msgspec
from yarl import URL

from parcours.core.errors import DeliveryError
from parcours.flow.delivery.channels.base import refused, unreachable
from parcours.flow.delivery.configured.request import Outgoing
from parcours.flow.delivery.http.allowed import Allowed, CheckedResolver

#: The largest answer that is read, in bytes.
LARGEST_ANSWER = 1_000_000
_REDIRECTS = 5
_AGENT = "Parcours"
#: The headers that go along to another host. Any other may say who we are.
_HARMLESS = frozenset({"accept", "content-type", "idempotency-key"})


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the status, headers by lower-case name, and the body."""

    status: int
    headers: MappingProxyType[str, str]
    body: bytes

    @property
    def json(self) -> str | None:
        """The body as JSON text; ``None`` if it is none."""
        try:
            return msgspec.json.encode(msgspec.json.decode(self.body)).decode()
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return None

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


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
        self._session: aiohttp.ClientSession | None = None

    async def request(self, outgoing: Outgoing, timeout: float) -> Reply:
        """Make a request and read the answer; redirects are followed, a few at most.

        A 303, and a 301 or 302 behind a POST, is followed with GET; to another host nothing goes along that says who
        we are.

        Args:
            outgoing: the request.
            timeout: seconds for all of it.

        Raises:
            TimeoutError: there was no whole answer in time.
            DeliveryError: the host may not be called, the answer is too large (permanent); the host cannot be reached
                or the connection broke (``unreachable``).
        """
        async with asyncio.timeout(timeout):
            for _ in range(_REDIRECTS + 1):
                reply = await self._one(outgoing)
                following = _redirected(outgoing, reply)
                if following is None:
                    return reply
                outgoing = following
        raise refused(f"{outgoing.place} redirects too often", "too-many-redirects")

    async def _one(self, outgoing: Outgoing) -> Reply:
        self._allowed.check(outgoing.url)
        session = self._opened()
        try:
            async with session.request(
                outgoing.method,
                URL(outgoing.url, encoded=True),
                headers=dict(outgoing.headers),
                data=outgoing.body,
                allow_redirects=False,
            ) as response:
                body = await response.content.read(LARGEST_ANSWER + 1)
                while len(body) <= LARGEST_ANSWER and (more := await response.content.read(LARGEST_ANSWER)):
                    body += more
                headers = {name.lower(): value for name, value in response.headers.items()}
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _broken(outgoing, error) from error
        if len(body) > LARGEST_ANSWER:
            raise refused(f"the answer of {outgoing.place} is too large", "answer-too-large")
        return Reply(response.status, MappingProxyType(headers), body)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            context = ssl.create_default_context()
            if self._certificates:
                context.load_verify_locations(self._certificates)
            connector = aiohttp.TCPConnector(
                limit=self._connections, ssl=context, resolver=CheckedResolver(self._allowed), ttl_dns_cache=60
            )
            self._session = aiohttp.ClientSession(
                connector=connector,
                timeout=aiohttp.ClientTimeout(total=None),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": _AGENT},
            )
        return self._session

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


def _broken(outgoing: Outgoing, error: Exception) -> DeliveryError:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return unreachable(f"the certificate of {outgoing.place} cannot be trusted", "name its authority: certificates")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return unreachable(f"{outgoing.place} cannot be reached: {reason}")
