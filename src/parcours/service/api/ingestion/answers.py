"""Answers to clients: the one shape of errors, and what browsers on other pages need to be let through."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeAlias

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response

from parcours.core.errors import AccessError, InputError, Overloaded, ParcoursError
from parcours.service.api.problems import status_of

Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
_STATUS = {"too-large": 413, "too-slow": 408, "bad-coding": 415, "unknown-operation": 404}
#: Bytes of a body that is too long which are read all the same.
_THROWN_AWAY = 64_000_000
#: Seconds for which a browser need not ask again.
_REMEMBERED = "86400"


def answered(handler: Handler) -> Handler:
    """A route: preflights are answered, errors told, and every page may read the answer."""

    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            return _preflight(request)
        try:
            response = await handler(request)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it
        except ParcoursError as error:
            response = refused(error)
            if response.status_code == 413 and not _ends_soon(request):
                response.headers["Connection"] = "close"
        response.headers["Access-Control-Allow-Origin"] = "*"
        return response

    return answer


def _ends_soon(request: Request) -> bool:
    """Whether the rest of a body that is too long may come, to be thrown away. A connection that is closed before
    everything was read is reset, and a client that is still sending then never sees the answer."""
    declared = request.headers.get("content-length", "")
    return declared.isdigit() and int(declared) <= _THROWN_AWAY


def refused(error: ParcoursError) -> JSONResponse:
    """The answer that tells an error."""
    status = status_of(error)
    if isinstance(error, InputError):
        status = _STATUS.get(error.code, 400)
    answer = JSONResponse({"ok": False, **error.to_json()}, status_code=status)
    if isinstance(error, Overloaded):
        answer.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, AccessError) and not error.known:
        answer.headers["WWW-Authenticate"] = "Key"  # "Basic" would make browsers ask the visitor
    if status == 408:
        answer.headers["Connection"] = "close"  # the rest of the body is not waited for
    return answer


def told(shape: Mapping[str, object]) -> Response:
    """An answer with this content."""
    return Response(msgspec.json.encode(shape), media_type="application/json")


def _preflight(request: Request) -> Response:
    """Whatever is asked for is allowed: what counts is the key."""
    asked = request.headers
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Origin": "*",
            "Access-Control-Allow-Methods": asked.get("access-control-request-method", "GET, POST, PUT, DELETE"),
            "Access-Control-Allow-Headers": asked.get("access-control-request-headers", "*"),
            "Access-Control-Max-Age": _REMEMBERED,
            "Vary": "Access-Control-Request-Method, Access-Control-Request-Headers",
        },
    )
