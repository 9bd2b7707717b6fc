"""Authentication of requests: what is added to them, with tokens asked for once and kept for their time."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from urllib.parse import urlencode

import msgspec

from parcours.core.clock import MINUTE
from parcours.core.errors import DeliveryError
from parcours.core.secrets import Secrets
from parcours.flow.delivery.configured.authentication import ApiKey, Authentication, Basic, Bearer, Custom
from parcours.flow.delivery.failures import try_later
from parcours.flow.delivery.http.client import Client
from parcours.flow.delivery.http.outgoing import Outgoing
from parcours.flow.delivery.http.reply import Reply


@dataclass(slots=True)
class _Token:
    """A token and the instant until which it is used."""

    text: str
    until: int


class Authenticator:
    """Adds to requests who we are. Tokens are kept in memory, one for all who are configured alike."""

    def __init__(self, client: Client, secrets: Secrets) -> None:
        self._client = client
        self._secrets = secrets
        self._tokens: dict[bytes, _Token] = {}
        self._asking: dict[bytes, asyncio.Lock] = {}

    async def authenticated(self, outgoing: Outgoing, how: Authentication | None, now: int, timeout: float) -> Outgoing:
        """The request with its credentials, at the instant ``now`` of a clock that only goes forward.

        Raises:
            DeliveryError: a secret is missing, or no token was given; not permanent.
            TimeoutError: no token was given in time.
        """
        if how is None:
            return outgoing
        if isinstance(how, Basic):
            pair = f"{self._secrets.reveal(how.username)}:{self._secrets.get(how.password)}"
            return outgoing.with_header("Authorization", f"Basic {base64.b64encode(pair.encode()).decode()}")
        if isinstance(how, Bearer):
            return outgoing.with_header("Authorization", f"Bearer {self._secrets.get(how.token)}")
        if isinstance(how, ApiKey):
            key = self._secrets.get(how.key)
            return outgoing.with_header(how.name, key) if how.place == "header" else outgoing.with_query(how.name, key)
        return _with_token(outgoing, how, await self._token(how, now, timeout))

    def refused(self, how: Authentication | None) -> None:
        """The credentials were not accepted (401): a token that is kept is given up."""
        if isinstance(how, Custom):
            self._tokens.pop(_name(how), None)

    async def _token(self, how: Custom, now: int, timeout: float) -> str:
        name = _name(how)
        async with self._asking.setdefault(name, asyncio.Lock()):
            known = self._tokens.get(name)
            if known is None or known.until <= now:
                reply = await self._client.request(self._asked(how), timeout)
                known = self._tokens[name] = _Token(_found(how, reply), now + _lasting(how, reply))
            return known.text

    def _asked(self, how: Custom) -> Outgoing:
        headers = {name: self._secrets.reveal(value) for name, value in how.headers.items()}
        values = {name: self._secrets.reveal(value) for name, value in how.body.body_params.items()}
        if how.method == "GET":
            return Outgoing("GET", how.endpoint, headers, None)
        if how.body.body_type == "json":
            return Outgoing(how.method, how.endpoint, _typed(headers, "application/json"), msgspec.json.encode(values))
        body = urlencode(values).encode()
        return Outgoing(how.method, how.endpoint, _typed(headers, "application/x-www-form-urlencoded"), body)


def _typed(headers: dict[str, str], content: str) -> dict[str, str]:
    named = any(name.lower() == "content-type" for name in headers)
    return headers if named else {**headers, "Content-Type": content}


def _name(how: Custom) -> bytes:
    return msgspec.json.encode(how)


def _with_token(outgoing: Outgoing, how: Custom, token: str) -> Outgoing:
    if how.authorization_type == "bearer":
        return outgoing.with_header("Authorization", f"Bearer {token}")
    if how.authorization_type == "header":
        return outgoing.with_header(how.token_target, token)
    return outgoing.with_query(how.token_target, token)


def _found(how: Custom, reply: Reply) -> str:
    if not 200 <= reply.status < 300:
        raise try_later(f"no token: the answer was {reply.status}", "no-token")
    if how.token_in_response == "response":
        return reply.text.strip()
    token = _at(how.token_in_response, reply)
    if not isinstance(token, str | int) or isinstance(token, bool):
        raise try_later(f"no token: there is none at {how.token_in_response}", "no-token")
    return str(token)


def _lasting(how: Custom, reply: Reply) -> int:
    """How long the token is used, in microseconds; where it says so itself, a minute less, or half of a short time."""
    lasting = how.cache_duration
    if lasting.duration is not None:
        return lasting.duration * lasting.unit
    said = _at(lasting.expiry_in_response or "", reply)
    try:
        whole = int(float(said) * lasting.unit)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return 0
    return whole - min(MINUTE, whole // 2)


def _at(path: str, reply: Reply) -> object:
    """The value at ``json://a.b.c`` in a reply."""
    try:
        found: object = msgspec.json.decode(reply.body)
    except msgspec.DecodeError as error:
        raise DeliveryError("no token: the answer is no JSON", permanent=False, code="no-token") from error
    for name in path.removeprefix("json://").strip("/").replace("/", ".").split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found
