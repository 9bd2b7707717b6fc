"""Connections to the outside with aiohttp. Imported when the first request is made: it takes some time."""

from __future__ import annotations

import socket
import ssl
from types import MappingProxyType

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from parcours.core.errors import DeliveryError
from parcours.flow.delivery.failures import refused, unreachable
from parcours.flow.delivery.http.allowed import Allowed
from parcours.flow.delivery.http.outgoing import Outgoing
from parcours.flow.delivery.http.reply import Reply

#: The largest answer that is read, in bytes.
LARGEST_ANSWER = 1_000_000
_AGENT = "Parcours"


class CheckedResolver(AbstractResolver):
    """Looks names up and lets through what is allowed."""

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        self._resolver = ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        for result in found:
            self._allowed.check_address(host, port, result["host"])
        return found

    async def close(self) -> None:
        await self._resolver.close()


def opened(allowed: Allowed, connections: int, certificates: str) -> aiohttp.ClientSession:
    """A session that keeps connections open, in the event loop that runs. It keeps no cookies."""
    context = ssl.create_default_context()
    if certificates:
        context.load_verify_locations(certificates)
    connector = aiohttp.TCPConnector(
        limit=connections, ssl=context, resolver=CheckedResolver(allowed), ttl_dns_cache=60
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=None),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": _AGENT},
    )


async def ask(session: aiohttp.ClientSession, outgoing: Outgoing) -> Reply:
    """Make one request; redirects are not followed.

    Raises:
        DeliveryError: the answer is too large (permanent), or the other side cannot be reached.
    """
    try:
        async with session.request(
            outgoing.method,
            URL(outgoing.url, encoded=True),
            headers=dict(outgoing.headers),
            data=outgoing.body,
            allow_redirects=False,
        ) as response:
            body = await _read(response.content)
            headers = {name.lower(): value for name, value in response.headers.items()}
    except (aiohttp.ClientError, OSError, ValueError) as error:
        raise _broken(outgoing, error) from error
    if len(body) > LARGEST_ANSWER:
        raise refused(f"the answer of {outgoing.place} is too large", "answer-too-large")
    return Reply(response.status, MappingProxyType(headers), body)


async def _read(content: aiohttp.StreamReader) -> bytes:
    """All of the content, or some more than is allowed."""
    parts, size = list[bytes](), 0
    while size <= LARGEST_ANSWER and (part := await content.read(65_536)):
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _broken(outgoing: Outgoing, error: Exception) -> DeliveryError:
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        return unreachable(f"the certificate of {outgoing.place} cannot be trusted", "name its authority: certificates")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
    return unreachable(f"{outgoing.place} cannot be reached: {reason}")
