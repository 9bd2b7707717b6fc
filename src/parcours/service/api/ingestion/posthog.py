"""Routes of PostHog's clients.

The key is ``api_key`` or ``token`` of the body, of its first event, or of the query; of the newer protocol, the bearer
token. Bodies are JSON, or a form whose field ``data`` is JSON or its base64; ``compression=gzip-js`` in the query means
the same as a header. There are no feature flags, no surveys and no recordings here: who asks for them is told so.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qs

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from parcours.core.errors import InputError
from parcours.flow.ingest.calls import Record
from parcours.service.api.ingestion.answers import answered, told
from parcours.service.api.ingestion.intake import Intake
from parcours.service.api.ingestion.unpacking import read, shaped, unpacked

TAKING = ("/batch", "/i/v0/e", "/e", "/capture", "/track", "/engage")
NEWER = "/i/v1/analytics/events"
FLAGS = ("/flags", "/decide")
RECORDINGS = ("/s", "/ses")
_NO_FLAGS: dict[str, object] = {
    "config": {"enable_collect_everything": False},
    "supportedCompression": ["gzip", "gzip-js"],
    "featureFlags": {},
    "featureFlagPayloads": {},
    "flags": {},
    "errorsWhileComputingFlags": False,
    "isAuthenticated": False,
    "sessionRecording": False,
    "autocapture_opt_out": True,
    "capturePerformance": False,
    "surveys": False,
    "toolbarParams": {},
    "siteApps": [],
}


class _Inner(msgspec.Struct):
    token: str | None = None
    api_key: str | None = None


class _Event(msgspec.Struct):
    api_key: str | None = None
    token: str | None = None
    properties: _Inner | None = None

    @property
    def key(self) -> str:
        inner = self.properties or _Inner()
        return self.api_key or self.token or inner.token or inner.api_key or ""


class _Body(_Event):
    batch: list[msgspec.Raw] | None = None


class _Batch(msgspec.Struct):
    batch: list[msgspec.Raw]


_body: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_Body)
_batch: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_Batch)
_events: msgspec.json.Decoder[Any] = msgspec.json.Decoder(list[msgspec.Raw])
_event: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_Event)


def routes(intake: Intake) -> list[Route]:
    """The routes; with and without a slash at the end."""
    doors = _Doors(intake)
    ends = ("/", "")
    taking = [
        Route(path + end, answered(doors.take), methods=["GET", "POST", "OPTIONS"]) for path in TAKING for end in ends
    ]
    flags = [
        Route(path + end, answered(doors.flags), methods=["GET", "POST", "OPTIONS"]) for path in FLAGS for end in ends
    ]
    rest = [
        Route(path + end, answered(_unrecorded), methods=["POST", "OPTIONS"]) for path in RECORDINGS for end in ends
    ]
    config = Route("/array/{key}/config", answered(doors.config), methods=["GET", "OPTIONS"])
    newer = Route(NEWER, answered(doors.take_newer), methods=["POST", "OPTIONS"])
    return [*taking, newer, *flags, config, *rest]


class _Doors:
    """Answers the requests of one workspace."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    async def take(self, request: Request) -> Response:
        """Events in whatever form."""
        key, body, empty = await self._read(request)
        door = await self._intake.admit(key)
        if not empty:
            sent = request.query_params.get("_", "")
            await self._intake.keep([Record("posthog", door.source, self._intake.now, body, sent)])
        return told({"status": 1})

    async def take_newer(self, request: Request) -> Response:
        """A batch of the newer protocol; what is wrong with an event is seen later, so none is named in the answer."""
        intake, headers = self._intake, request.headers
        body, found = await intake.shaped(request, _batch)
        door = await intake.admit(headers.get("authorization", "").removeprefix("Bearer").strip())
        if found.batch:
            library = headers.get("posthog-sdk-info", "").partition("/")[0]
            beside = f"{headers.get('posthog-request-timestamp', '')} {library}".rstrip()
            await intake.keep([Record("posthog", door.source, intake.now, body, beside)])
        return told({"results": {}})

    async def flags(self, request: Request) -> Response:
        """No flags."""
        key, _, _ = await self._read(request)
        await self._intake.admit(key)
        return told(_NO_FLAGS)

    async def config(self, request: Request) -> Response:
        """The same for browsers, by the key in the path."""
        key = request.path_params["key"]
        await self._intake.admit(key)
        return told({**_NO_FLAGS, "token": key, "hasFeatureFlags": False})

    async def _read(self, request: Request) -> tuple[str, bytes, bool]:
        """Key, JSON, and whether it holds nothing."""
        query = request.query_params
        came = await self._intake.body(request) or query.get("data", "").encode()
        coding, limit = request.headers.get("content-encoding", ""), self._intake.limit
        compression = query.get("compression", "")
        form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        given = query.get("api_key") or query.get("token") or ""

        def found(body: bytes) -> tuple[str, bytes, bool]:
            if not body and given:
                return given, b"[]", True
            key, body, empty = _key(_plain(unpacked(body, coding, limit), compression, form, limit), limit)
            return key or given, body, empty

        return await self._intake.worked(found, came)


def _key(body: bytes, limit: int) -> tuple[str, bytes, bool]:
    """The key in a body, the body, and whether there is nothing beside the key."""
    if body.startswith(b"["):
        body, events = read(body, "", limit, _events)
        return _key_of(events), body, not events
    body, found = read(body, "", limit, _body)
    return found.key or _key_of(found.batch or ()), body, found.batch is not None and not found.batch


def _key_of(events: Sequence[msgspec.Raw]) -> str:
    """The key in the first event."""
    return str(shaped(bytes(events[0]), _event).key) if events else ""


def _plain(body: bytes, compression: str, form: bool, limit: int) -> bytes:
    """The JSON in a body, out of a form and of base64."""
    if compression == "lz64":
        raise InputError("lz64 is not understood", code="bad-coding", hint="have the client send gzip-js or base64")
    body = body.removeprefix(b"\xef\xbb\xbf").strip()
    if body.startswith((b"{", b"[")):
        return body
    if form or body.startswith(b"data="):
        fields = parse_qs(body.decode("utf-8", "replace"), max_num_fields=20)
        body = fields.get("data", [""])[0].strip().encode()
        if body.startswith((b"{", b"[")):
            return body
    try:
        found = base64.b64decode(body.replace(b" ", b"+") + b"=" * (-len(body) % 4), validate=True)
    except (binascii.Error, ValueError):
        return body  # whoever reads it as JSON says what is wrong
    return unpacked(found, "", limit).strip() if found else body


async def _unrecorded(request: Request) -> Response:
    """Recordings of sessions are not kept."""
    return told({"status": 1})
