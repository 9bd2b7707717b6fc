"""Routes of Customer.io's clients: the Track API, versions 1 and 2.

The site id is the write key, the API key its secret. Ids of people stand in the address, so it is read as it was sent.
"""

from __future__ import annotations

import re
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from parcours.core.errors import InputError
from parcours.flow.ingest.calls import Record
from parcours.service.api.ingestion.answers import answered, told
from parcours.service.api.ingestion.intake import Intake, basic

_OPERATIONS = re.compile(
    r"(?:PUT|DELETE) customers/[^/]+|POST customers/[^/]+/events|POST events|PUT customers/[^/]+/devices"
    r"|DELETE customers/[^/]+/devices/[^/]+|POST merge_customers|POST v2/(?:entity|batch)"
)
_VERBS = ["POST", "PUT", "DELETE", "OPTIONS"]


class _One(msgspec.Struct):
    pass


class _Batch(msgspec.Struct):
    batch: list[msgspec.Raw]


_one: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_One)
_batch: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_Batch)


def routes(intake: Intake) -> list[Route]:
    """The routes."""
    take = answered(_Doors(intake).take)
    return [Route(f"/api/{version}/{{rest:path}}", take, methods=_VERBS) for version in ("v1", "v2")]


class _Doors:
    """Answers the requests of one workspace."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def take(self, request: Request) -> Response:
        """One operation, or a batch of them."""
        target = _target(request)
        intake = self._intake
        name, secret = basic(request) or ("", "")
        door = await intake.admit(name, secret)
        if request.method == "DELETE":
            await intake.body(request)
            body = b"{}"
        else:
            body, _ = await intake.shaped(request, _batch if target.endswith("v2/batch") else _one)
        await intake.keep([Record("customerio", door.source, intake.now, body, target)])
        return told({})


def _target(request: Request) -> str:
    """The operation that is asked for.

    Raises:
        InputError: ``unknown-operation``.
    """
    path = request.scope.get("raw_path", request.url.path.encode()).decode("latin-1").partition("?")[0]
    rest = path.removeprefix("/api/").removeprefix("v1/").rstrip("/")
    target = f"{request.method} {rest}"
    if not _OPERATIONS.fullmatch(target):
        raise InputError(f"there is no operation {request.method} {path}", code="unknown-operation")
    return target
