"""Web hooks: a request to a URL that the journey gives, signed so that the other side can check who sent it.

Fields of a message: ``url``, ``body``, ``method`` (POST), ``secret`` (the name of one; without it the settings' one),
and ``headers.<name>`` for each header.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from parcours.core.clock import Clock, SystemClock
from parcours.core.errors import DeliveryError
from parcours.core.secrets import Secret
from parcours.flow.delivery.channels.answers import checked, requested
from parcours.flow.delivery.channels.base import Channel
from parcours.flow.delivery.failures import no_address, refused
from parcours.flow.delivery.http.outgoing import Outgoing
from parcours.flow.delivery.http.signing import signed
from parcours.flow.delivery.outside import Outside
from parcours.flow.delivery.templates import Message

_HEADER = "headers."
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class WebhookSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How to send web hooks.

    Attributes:
        secret: to sign those that name no secret of their own with.
        connections: how many requests may be under way at once.
        timeout: seconds to wait for an answer.
    """

    secret: Secret | None = None
    connections: int = 50
    timeout: float = 15.0


class WebhookChannel(Channel):
    """Makes a request for each message; 2xx is taken, 408, 425, 429 and 5xx are tried again, all else has failed.

    The key stands in ``Idempotency-Key`` and ``webhook-id``, the same for every attempt.
    """

    kind: ClassVar[str] = "webhook"
    settings_type: ClassVar[type[msgspec.Struct]] = WebhookSettings

    def __init__(self, settings: msgspec.Struct, outside: Outside, clock: Clock | None = None) -> None:
        assert isinstance(settings, WebhookSettings)
        self.settings = settings
        self.parallel = max(1, settings.connections)
        self._outside = outside
        self._clock = clock or SystemClock()

    async def send(self, message: Message) -> str:
        outgoing = self._outgoing(message)
        return checked(await requested(self._outside.client, outgoing, self.settings.timeout))

    def _outgoing(self, message: Message) -> Outgoing:
        url, body = message.get("url"), message.fields.get("body", "").encode()
        method = message.get("method").upper() or "POST"
        if not url:
            raise no_address("the web hook has no URL")
        if method not in _METHODS:
            raise refused(f"{method[:20]!r} is no HTTP method", "bad-method")
        headers = {"Content-Type": "application/json; charset=UTF-8", "Idempotency-Key": message.token}
        for field in message.fields:
            if field.startswith(_HEADER):
                headers[field.removeprefix(_HEADER)] = _header(field, message.get(field))
        return Outgoing(method, url, {**headers, **self._signature(message, body)}, body or None)

    def _signature(self, message: Message, body: bytes) -> dict[str, str]:
        name = message.get("secret")
        secret = Secret(name) if name else self.settings.secret
        if secret is None:
            return {"webhook-id": message.token}
        try:
            return signed(self._outside.secrets.get(secret), message.token, body, self._clock.now())
        except ValueError as error:
            raise DeliveryError(
                f"secret {secret.secret!r} is empty, or not in base 64 behind whsec_",
                permanent=False,
                code="bad-secret",
            ) from error

    async def close(self) -> None:
        await self._outside.close()


def _header(field: str, value: str) -> str:
    if any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
        raise refused(f"a line break or control character in {field!r}", "header-injection")
    return value
