"""Text messages and push notifications, handed to any provider that takes them over HTTP."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, Literal

import msgspec

from parcours.core.clock import steady_now
from parcours.core.errors import DefinitionError, ParcoursError
from parcours.core.reading import bad_setting
from parcours.flow.delivery.channels.answers import checked, requested
from parcours.flow.delivery.channels.base import Channel
from parcours.flow.delivery.configured.authentication import read_authentication
from parcours.flow.delivery.configured.request import url_problems
from parcours.flow.delivery.failures import no_address, refused, try_later
from parcours.flow.delivery.http.outgoing import Outgoing, urlencoded
from parcours.flow.delivery.http.reply import Reply
from parcours.flow.delivery.outside import Outside
from parcours.flow.delivery.templates import Message
from parcours.language.templates import Template, parse_template

_PHONE = re.compile(r"\+?[0-9]{4,15}")
_SPACES = re.compile(r"[\s().\-/]+")


class ProviderSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a provider takes messages.

    Attributes:
        url, method: the request.
        headers, query: constant, or templates of the message.
        body: what is sent: settings in settings, or a text; every text in it is a template of the message. It may use
            ``to``, ``text``, ``title`` and whatever else the message has, and ``key``.
        content: how the body is written.
        authentication: as in a custom action.
        accepted: what the answer must say to be a success, by its place: ``{"status": ["queued", "sent"]}``.
        refused: what it says when the message is refused for good.
        id: place of the provider's own id of the message in the answer: ``messages.0.id``.
        connections: how many requests may be under way at once.
        timeout: seconds to wait for an answer.
    """

    url: str
    method: Literal["GET", "POST", "PUT"] = "POST"
    headers: dict[str, str] = {}
    query: dict[str, str] = {}
    body: Any = None
    content: Literal["json", "form"] = "json"
    authentication: Any = None
    accepted: dict[str, list[Any]] = {}
    refused: dict[str, list[Any]] = {}
    id: str = ""
    connections: int = 50
    timeout: float = 15.0


class Provider(Channel):
    """Makes a request for each message. 2xx is taken, unless the answer says otherwise; 408, 425, 429 and 5xx are tried
    again; 401 and 403 leave messages pending, since they concern the settings; all else has failed for good.

    The key stands in ``Idempotency-Key``, the same for every attempt.
    """

    settings_type: ClassVar[type[msgspec.Struct]] = ProviderSettings

    def __init__(self, settings: msgspec.Struct, outside: Outside) -> None:
        assert isinstance(settings, ProviderSettings)
        self.settings = settings
        self.parallel = max(1, settings.connections)
        self._outside = outside
        problems: list[ParcoursError] = [*url_problems(settings.url)]
        self._authentication = read_authentication(settings.authentication, "authentication", problems)
        self._parts = _templates(
            {"headers": settings.headers, "query": settings.query, "body": settings.body}, problems
        )
        if problems:
            raise DefinitionError(f"the settings of channel {self.kind!r} are not right", problems=problems)

    def address(self, text: str) -> str:
        """The address as the provider gets it.

        Raises:
            DeliveryError: it is none (``bad-address``, permanent).
        """
        return text

    async def send(self, message: Message) -> str:
        if not message.get("to"):
            raise no_address("the person has no address")
        values = {**message.fields, "to": self.address(message.get("to")), "key": message.token}
        outgoing = self._outgoing(_rendered(self._parts, values, message.decided), message.token)
        timeout, authenticator = self.settings.timeout, self._outside.authenticator
        try:
            ready = await authenticator.authenticated(outgoing, self._authentication, steady_now(), timeout)
        except TimeoutError as error:
            raise try_later("no token in time", "no-answer") from error
        reply = await requested(self._outside.client, ready, timeout)
        if reply.status == 401:
            authenticator.refused(self._authentication)
        return self._taken(reply, checked(reply, ours=True))

    def _outgoing(self, parts: Mapping[str, Any], token: str) -> Outgoing:
        url = self.settings.url
        query, body = urlencoded(parts["query"]), parts["body"]
        url = f"{url}{'&' if '?' in url else '?'}{query}" if query else url
        headers = {"Idempotency-Key": token, **parts["headers"]}
        for name, value in headers.items():
            if any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
                raise refused(f"a line break or control character in header {name!r}", "header-injection")
        if body is None:
            return Outgoing(self.settings.method, url, headers, None)
        form = self.settings.content == "form"
        written = urlencoded(body).encode() if form else msgspec.json.encode(body)
        content = "application/x-www-form-urlencoded" if form else "application/json"
        return Outgoing(self.settings.method, url, {"Content-Type": content, **headers}, written)

    def _taken(self, reply: Reply, said: str) -> str:
        """What a success says: the provider's id, or the start of its answer.

        Raises:
            DeliveryError: the answer says that it is none.
        """
        answer = reply.decoded
        if any(_at(answer, place) in values for place, values in self.settings.refused.items()):
            raise refused(said, "refused")
        if any(_at(answer, place) not in values for place, values in self.settings.accepted.items()):
            raise try_later(said, "not-now")
        found = _at(answer, self.settings.id) if self.settings.id else None
        return said if found is None else str(found)

    async def close(self) -> None:
        await self._outside.close()


class SmsChannel(Provider):
    """Text messages. The number goes without spaces and signs, with the ``+`` that it may begin with."""

    kind: ClassVar[str] = "sms"

    def address(self, text: str) -> str:
        number = _SPACES.sub("", text)
        if not _PHONE.fullmatch(number):
            raise refused(f"{text[:40]!r} is no phone number", "bad-address")
        return number


class PushChannel(Provider):
    """Push notifications; the address is the token of the device."""

    kind: ClassVar[str] = "push"


def _templates(shape: Any, problems: list[ParcoursError], where: str = "") -> Any:
    """``shape`` with a template for each text in it."""
    if isinstance(shape, str):
        try:
            return parse_template(shape)
        except DefinitionError as error:
            problems.append(bad_setting(where, error.message, error.hint))
            return None
    if isinstance(shape, Mapping):
        return {name: _templates(part, problems, f"{where}.{name}".lstrip(".")) for name, part in shape.items()}
    if isinstance(shape, list | tuple):
        return [_templates(part, problems, f"{where}[{index}]") for index, part in enumerate(shape)]
    return shape


def _rendered(shape: Any, values: Mapping[str, object], decided: int) -> Any:
    if isinstance(shape, Template):
        return shape.render(values, decided)
    if isinstance(shape, Mapping):
        return {name: _rendered(part, values, decided) for name, part in shape.items()}
    if isinstance(shape, list):
        return [_rendered(part, values, decided) for part in shape]
    return shape


def _at(answer: object, place: str) -> object:
    """The value at a place in JSON: names and numbers with dots between."""
    for name in place.split("."):
        if isinstance(answer, Mapping):
            answer = answer.get(name)
        elif isinstance(answer, list) and name.isdigit() and int(name) < len(answer):
            answer = answer[int(name)]
        else:
            return None
    return answer
