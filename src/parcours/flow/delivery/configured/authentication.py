"""How requests say who they are, as definitions write it. Values that must stay secret are named, never written.

The form of ``custom`` is that of journeys.md, section 15.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, TypeAlias

import msgspec

from parcours.core.clock import HOUR, MILLISECOND, SECOND
from parcours.core.errors import DefinitionError, ParcoursError, UnknownNameError, nearest
from parcours.core.reading import bad_setting, join, read_settings
from parcours.core.secrets import Secret


class Basic(msgspec.Struct, frozen=True, kw_only=True):
    """User name and password, in the header ``Authorization``."""

    username: str | Secret
    password: Secret


class ApiKey(msgspec.Struct, frozen=True, kw_only=True):
    """A key in a header or query value of this name."""

    name: str
    key: Secret
    place: Literal["header", "query"] = msgspec.field(default="header", name="in")


class Bearer(msgspec.Struct, frozen=True, kw_only=True):
    """A token that does not change, in the header ``Authorization``."""

    token: Secret


class TokenBody(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The body of a request for a token."""

    body_type: Literal["form", "json"] = "form"
    body_params: dict[str, str | Secret] = {}


class CacheDuration(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """How long a token is kept: a number of units, or the number that stands in the answer at this place."""

    duration: int | None = None
    expiry_in_response: str | None = None
    time_unit: Literal["milliseconds", "seconds", "minutes", "hours", "days"] = "seconds"

    @property
    def unit(self) -> int:
        """The unit in microseconds."""
        return _UNITS[self.time_unit]


class Custom(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A token that is asked for and kept for some time.

    Attributes:
        endpoint, method, headers, body: the request for it.
        token_in_response: where it stands: ``response`` (the whole text), or ``json://path`` with dots.
        cache_duration: how long it is kept.
        authorization_type: how it is sent: as ``bearer``, in a ``header``, or as a query value (``queryParam``).
        token_target: name of that header or query value.
    """

    endpoint: str
    token_in_response: str
    method: Literal["GET", "POST", "PUT"] = "POST"
    headers: dict[str, str | Secret] = {}
    body: TokenBody = TokenBody()
    cache_duration: CacheDuration = CacheDuration(duration=HOUR // SECOND)
    authorization_type: Literal["bearer", "header", "queryParam"] = "bearer"
    token_target: str = ""


Authentication: TypeAlias = Basic | ApiKey | Bearer | Custom
_KINDS: Mapping[str, type[msgspec.Struct]] = {
    "basic": Basic,
    "api_key": ApiKey,
    "bearer": Bearer,
    "custom": Custom,
    "customAuthorization": Custom,
}
_UNITS = {
    "milliseconds": MILLISECOND,
    "seconds": SECOND,
    "minutes": 60 * SECOND,
    "hours": HOUR,
    "days": 24 * HOUR,
}
#: Parts of names whose values nobody should read in a definition.
_SECRET_WORDS = ("secret", "password", "passwd", "token", "api-key", "apikey", "api_key", "authorization", "credential")
_NOT_SECRET = ("grant_type", "token_type", "subject_token_type", "requested_token_type")


def read_authentication(shape: object, where: str, problems: list[ParcoursError]) -> Authentication | None:
    """``none``, or settings with ``type``; every problem is added to ``problems``."""
    if shape in (None, "none") or (isinstance(shape, Mapping) and shape.get("type") == "none"):
        return None
    name = shape.get("type") if isinstance(shape, Mapping) else None
    kind = _KINDS.get(str(name))
    if kind is None:
        known = ("none", *_KINDS)
        message = f"there is no kind of authentication {name!r}"
        problems.append(UnknownNameError(message, where=join(where, "type"), hint=nearest(str(name), known)))
        return None
    assert isinstance(shape, Mapping)
    problems.extend(_written_secrets(kind, shape, where))
    read = read_settings(kind, _hidden(kind, shape), where, problems, also=frozenset({"type"}))
    if isinstance(read, Custom):
        problems.extend(_custom_problems(read, where))
    return read  # type: ignore[return-value]


def secret_problems(values: Mapping[str, object], where: str) -> Iterator[ParcoursError]:
    """Constants by whose names they look like secrets."""
    for name, value in values.items():
        if isinstance(value, str) and looks_secret(name):
            yield secret_in_definition(join(where, name))


def looks_secret(name: str) -> bool:
    """Whether a value of this name should not be readable."""
    lower = name.lower()
    return lower not in _NOT_SECRET and any(word in lower for word in _SECRET_WORDS)


def secret_in_definition(where: str) -> DefinitionError:
    """A secret that is written where only its name may stand."""
    return DefinitionError(
        "a secret must not stand in a definition",
        code="secret-in-definition",
        where=where,
        hint="write {secret: NAME} under authentication, and set PARCOURS_SECRET_NAME",
    )


def _written_secrets(kind: type[msgspec.Struct], shape: Mapping[str, object], where: str) -> Iterator[ParcoursError]:
    for field in msgspec.structs.fields(kind):
        if field.type is Secret and isinstance(shape.get(field.encode_name), str):
            yield secret_in_definition(join(where, field.encode_name))
    body = shape.get("body")
    for place, values in (
        ("headers", shape.get("headers")),
        ("body.bodyParams", body.get("bodyParams") if isinstance(body, Mapping) else None),
    ):
        if kind is Custom and isinstance(values, Mapping):
            yield from secret_problems(values, join(where, place))


def _hidden(kind: type[msgspec.Struct], shape: Mapping[str, object]) -> dict[str, object]:
    """``shape`` with written secrets as names, so that they are one problem and not two."""
    secret = {field.encode_name for field in msgspec.structs.fields(kind) if field.type is Secret}
    return {
        name: {"secret": "written"} if name in secret and isinstance(part, str) else part
        for name, part in shape.items()
    }


def _custom_problems(custom: Custom, where: str) -> Iterator[ParcoursError]:
    token = custom.token_in_response
    if token != "response" and not token.startswith("json://"):
        yield bad_setting(join(where, "tokenInResponse"), "expected response, or json:// and a path")
    if custom.authorization_type != "bearer" and not custom.token_target:
        yield bad_setting(
            join(where, "tokenTarget"), f"{custom.authorization_type} needs the name to send the token as"
        )
    lasting = custom.cache_duration
    if (lasting.duration is None) == (lasting.expiry_in_response is None):
        yield bad_setting(join(where, "cacheDuration"), "expected duration or expiryInResponse, and not both")
    elif lasting.duration is not None and lasting.duration < 0:
        yield bad_setting(join(where, "cacheDuration.duration"), "expected 0 or more")
    elif lasting.expiry_in_response is not None and not lasting.expiry_in_response.startswith("json://"):
        yield bad_setting(join(where, "cacheDuration.expiryInResponse"), "expected json:// and a path")
