"""The request of a custom action or data source: as it is written, and as it goes out with values filled in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from parcours.core.errors import DefinitionError, ParcoursError, UnknownNameError, nearest
from parcours.core.reading import bad_setting, join
from parcours.flow.delivery.configured.authentication import (
    Authentication,
    looks_secret,
    read_authentication,
    secret_in_definition,
)
from parcours.flow.delivery.configured.parameters import (
    Parameter,
    filled,
    filled_url,
    given,
    name_problems,
    names,
    read_parameters,
    url_names,
)
from parcours.flow.delivery.failures import refused
from parcours.flow.delivery.http.outgoing import Outgoing, text, urlencoded, with_query

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]
BodyForm = Literal["json", "form", "text"]
_CONTENT_TYPES = {
    "json": "application/json; charset=UTF-8",
    "form": "application/x-www-form-urlencoded; charset=UTF-8",
    "text": "text/plain; charset=UTF-8",
}


class RequestForm(msgspec.Struct, frozen=True, kw_only=True):
    """The settings that say what is asked.

    Attributes:
        url: ``https://api.example/people/{id}``; ``{name}`` is a parameter.
        method: HTTP method.
        headers, query, body: constants, with ``{parameter: name}`` where a value goes.
        content: how the body is written.
        parameters: what the journey gives, by name: a type, or settings of a parameter.
        authentication: ``none``, or settings with ``type``.
    """

    url: str
    method: Method = "POST"
    headers: dict[str, Any] = {}
    query: dict[str, Any] = {}
    body: Any = None
    content: BodyForm = "json"
    parameters: dict[str, Any] = {}
    authentication: Any = None


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """A request with places for values; see :class:`RequestForm`."""

    url: str
    method: str
    headers: Mapping[str, Any]
    query: Mapping[str, Any]
    body: Any
    content: BodyForm
    parameters: Mapping[str, Parameter]
    authentication: Authentication | None

    def outgoing(self, values: Mapping[str, Any]) -> Outgoing:
        """The request with these values. A null header or query value is left out.

        Raises:
            DeliveryError: a value is missing, of another type, or cannot stand in a header (permanent).
        """
        found = given(self.parameters, values)
        url = with_query(filled_url(self.url, found), filled(self.query, found))
        headers = {name: text(value) for name, value in filled(self.headers, found).items() if value is not None}
        for name, value in headers.items():
            if any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
                raise refused(f"a control character in header {name!r}", "header-injection")
        if self.body is None:
            return Outgoing(self.method, url, headers, None)
        if not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = _CONTENT_TYPES[self.content]
        return Outgoing(self.method, url, headers, _encoded(filled(self.body, found), self.content))


def read_request(form: RequestForm, problems: list[ParcoursError]) -> Request:
    """The request that a form describes; every problem is added to ``problems``."""
    parameters = read_parameters(form.parameters, "parameters", problems)
    problems.extend(_url_problems(form.url, parameters))
    for setting in ("headers", "query", "body"):
        problems.extend(name_problems(getattr(form, setting), setting, parameters))
    problems.extend(_unused(form, parameters))
    problems.extend(_secrets(form))
    problems.extend(_body_problems(form))
    return Request(
        url=form.url,
        method=form.method,
        headers=form.headers,
        query=form.query,
        body=form.body,
        content=form.content,
        parameters=parameters,
        authentication=read_authentication(form.authentication, "authentication", problems),
    )


def url_problems(url: str, where: str = "url") -> Iterator[DefinitionError]:
    """What is wrong with a URL without parameters."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        yield bad_setting(where, f"{url!r} is no URL: {error}")
        return
    if parts.scheme not in ("http", "https") or not parts.hostname or any(letter.isspace() for letter in url):
        yield bad_setting(where, f"{url!r} is no URL", "write it as https://api.example/v1")
    elif parts.username or parts.password:
        yield secret_in_definition(where)


def _url_problems(url: str, parameters: Mapping[str, Parameter]) -> Iterator[ParcoursError]:
    used = url_names(url)
    yield from url_problems(filled_url(url, dict.fromkeys(used, "x")))
    for name in used:
        if name not in parameters:
            yield UnknownNameError(f"there is no parameter {name!r}", where="url", hint=nearest(name, parameters))


def _unused(form: RequestForm, parameters: Mapping[str, Parameter]) -> Iterator[ParcoursError]:
    used = names([form.headers, form.query, form.body]) | set(url_names(form.url))
    for name in parameters:
        if name not in used:
            hint = f"write {{parameter: {name}}} where it goes, or {{{name}}} in the url"
            yield DefinitionError(
                f"parameter {name!r} is used nowhere", code="unused", where=f"parameters.{name}", hint=hint
            )


def _secrets(form: RequestForm) -> Iterator[ParcoursError]:
    for setting in ("headers", "query"):
        for name, value in getattr(form, setting).items():
            if isinstance(value, str) and looks_secret(name):
                yield secret_in_definition(join(setting, name))


def _body_problems(form: RequestForm) -> Iterator[ParcoursError]:
    if form.content == "form" and form.body is not None and not isinstance(form.body, Mapping):
        yield bad_setting("body", "expected settings (name: value): the body is a form")
    if form.content == "text" and isinstance(form.body, Mapping) and form.body.keys() != {"parameter"}:
        yield bad_setting("body", "expected a text or a parameter: the body is text")


def _encoded(body: Any, content: BodyForm) -> bytes:
    if content == "json":
        return msgspec.json.encode(body)
    return (urlencoded(body) if content == "form" else text(body)).encode()
