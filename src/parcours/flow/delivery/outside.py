"""What everything that goes out over HTTP shares: connections, secrets, tokens."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from parcours.core.secrets import Secrets
from parcours.flow.delivery.http.allowed import Allowed
from parcours.flow.delivery.http.client import Client
from parcours.flow.delivery.http.tokens import Authenticator


class OutsideSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settings of requests to the outside.

    Attributes:
        hosts: where they may go, with ``*`` for any text; ``host:port`` for one port only.
        internal: hosts, or networks such as ``10.0.0.0/8``, that may be called though they are internal.
        connections: how many may be open at once.
        certificates: a file with certificates of authorities to trust besides those of the system.
    """

    hosts: tuple[str, ...] = ("*",)
    internal: tuple[str, ...] = ()
    connections: int = 256
    certificates: str = ""


class Outside:
    """The way out, used from one event loop."""

    def __init__(self, settings: OutsideSettings | None = None, secrets: Mapping[str, str] | None = None) -> None:
        settings = settings or OutsideSettings()
        allowed = Allowed(settings.hosts, settings.internal)
        self.client = Client(allowed, connections=settings.connections, certificates=settings.certificates)
        self.secrets = Secrets(secrets)
        self.authenticator = Authenticator(self.client, self.secrets)

    async def close(self) -> None:
        """Let go of connections."""
        await self.client.close()
