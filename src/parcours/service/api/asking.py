"""What a request says of itself: where it goes, where it comes from, what it carries to show who sends it."""

from __future__ import annotations

import base64
import binascii
import json
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.types import Scope

from parcours.core.errors import InputError
from parcours.service.access.keys import PREFIX
from parcours.service.access.throttle import place_of

#: Methods that change nothing.
READING = ("GET", "HEAD", "OPTIONS")
#: What lies below ``/api`` without being of the API: ingestion as a client sends it, with keys of its own.
_ELSEWHERE = ("/api/v1/", "/api/v2/")
#: Pages that tell more to those who are known.
_PAGES = ("/", "/status", "/status.json")


def guarded(path: str) -> bool:
    """Whether a path is one of the API."""
    return (path == "/api" or path.startswith("/api/")) and not path.startswith(_ELSEWHERE)


def looks(path: str) -> bool:
    """Whether a path wants to know who asks: those of the API, and some pages."""
    return path in _PAGES or guarded(path)


def from_here(scope: Scope) -> bool:
    """Whether a request came by the local socket, which only the machine's user can open."""
    place, port = scope.get("server") or ("", 0)
    return port is None and str(place).startswith("/")


def address_of(scope: Scope) -> str:
    """Where a request came from; blank by the local socket."""
    client = scope.get("client")
    return place_of(str(client[0])) if client and not from_here(scope) else ""


def host_of(headers: Headers) -> str:
    """The name that is asked for, without port and brackets."""
    try:
        return urlsplit(f"//{headers.get('host', '')}").hostname or ""
    except ValueError:
        return ""


def key_of(headers: Headers) -> str:
    """The key that a request carries; blank where there is none."""
    kind, _, rest = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return rest.strip()
    if kind.lower() != "basic":
        return ""
    try:
        name, _, password = base64.b64decode(rest, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return name if name.startswith(PREFIX) else password


def cookie_name(secure: bool) -> str:
    """The cookie with the token of a session; by https only this host can set it."""
    return "__Host-parcours" if secure else "parcours"


def token_of(headers: Headers, secure: bool) -> str:
    """The token of a session that a request carries; blank where there is none."""
    return cookie_parser(headers.get("cookie", "")).get(cookie_name(secure), "")


def check_texts(request: Request) -> None:
    """Make sure that the texts of a JSON body, which was read already, are texts: they hold no half of a character.

    Raises:
        InputError: ``bad-text``.
    """
    body: bytes = getattr(request, "_body", b"")
    if b"\\ud" not in body and b"\\uD" not in body:
        return
    try:
        json.dumps(json.loads(body), ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise InputError("a text holds half a character (a lone surrogate)", code="bad-text") from None
    except ValueError:
        pass  # whoever parses it says so
