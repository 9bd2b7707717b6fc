"""Routes of Segment's and RudderStack's clients.

The write key is the name of Basic auth, ``writeKey`` of the body, or ``writeKey`` of the query, in this order.
"""

from __future__ import annotations

from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from parcours.flow.ingest.calls import Record
from parcours.flow.ingest.clients.rudderstack import anonymous_of
from parcours.service.api.ingestion.answers import answered, told
from parcours.service.api.ingestion.intake import Intake, basic

#: Paths of batches and single calls, with the one-letter ones of the browser.
BATCHES = {"/v1/batch": "batch", "/v1/b": "batch", "/v1/import": "import", "/beacon/v1/batch": "batch"}
CALLS = ("identify", "track", "page", "screen", "group", "alias")
_BEACON = "/beacon/"


class _One(msgspec.Struct, rename={"write_key": "writeKey"}):
    write_key: str | None = None


class _Batch(msgspec.Struct, rename={"write_key": "writeKey"}):
    batch: list[msgspec.Raw]
    write_key: str | None = None


_one: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_One)
_batch: msgspec.json.Decoder[Any] = msgspec.json.Decoder(_Batch)


def routes(intake: Intake) -> list[Route]:
    """The routes."""
    doors = _Doors(intake)
    singles = {path: kind for kind in CALLS for path in (f"/v1/{kind}", f"/v1/{kind[0]}")}
    taking = [
        Route(path, answered(doors.takes(kind, path)), methods=["POST", "OPTIONS"])
        for path, kind in {**BATCHES, **singles}.items()
    ]
    asking = [
        Route("/v1/projects/{key}/settings", answered(doors.settings), methods=["GET", "OPTIONS"]),
        Route("/sourceConfig", answered(doors.source_config), methods=["GET", "OPTIONS"]),
        Route("/sourceConfig/", answered(doors.source_config), methods=["GET", "OPTIONS"]),
        Route("/v1/m", answered(_unmeasured), methods=["POST", "OPTIONS"]),
    ]
    return taking + asking


class _Doors:
    """Answers the requests of one workspace."""

    def __init__(self, intake: Intake) -> None:
        self._intake = intake

    def takes(self, kind: str, path: str) -> Any:
        """What takes in the calls of one path."""
        decoder = _batch if kind in ("batch", "import") else _one
        from_beacon = path.startswith(_BEACON)

        async def take(request: Request) -> Response:
            intake = self._intake
            body, found = await intake.shaped(request, decoder)
            door = await intake.admit(_key(request) or found.write_key or request.query_params.get("writeKey", ""))
            anonymous = request.headers.get("anonymousid", "")
            format = "rudderstack" if anonymous or from_beacon else "segment"
            if not isinstance(found, _Batch) or found.batch:
                record = Record(format, door.source, intake.now, body, kind, anonymous_of(anonymous))
                await intake.keep([record])
            return Response(b'{"success":true}', media_type="application/json")

        return take

    async def settings(self, request: Request) -> Response:
        """What Segment's browser client asks for before it sends anything: no integrations, all calls wanted."""
        key = request.path_params["key"]
        await self._intake.admit(key)
        enabled = {"enabled": True}
        destination = {
            "apiKey": key,
            "unbundledIntegrations": [],
            "addBundledMetadata": True,
            "versionSettings": {"version": "4.4.7", "componentTypes": ["browser"]},
        }
        return told(
            {
                "integrations": {"Segment.io": destination},
                "plan": {
                    "track": {"__default": {**enabled, "integrations": {}}},
                    "identify": {"__default": enabled},
                    "group": {"__default": enabled},
                },
                "edgeFunction": {},
                "analyticsNextEnabled": True,
                "middlewareSettings": {},
                "enabledMiddleware": {},
                "metrics": {"sampleRate": 0},
                "legacyVideoPluginsEnabled": False,
                "remotePlugins": [],
            }
        )

    async def source_config(self, request: Request) -> Response:
        """What RudderStack's browser client asks for before it sends anything: no destinations."""
        key = _key(request) or request.query_params.get("writeKey", "")
        door = await self._intake.admit(key)
        off = {"enabled": False}
        source = {
            "id": door.source,
            "name": door.source,
            "writeKey": key,
            "enabled": True,
            "workspaceId": "parcours",
            "connections": [],
            "destinations": [],
            "updatedAt": "2026-01-01T00:00:00.000Z",
            "dataplanes": {},
            "config": {"statsCollection": {"errors": off, "metrics": off}},
        }
        return told({"source": source})


async def _unmeasured(request: Request) -> Response:
    """What the browser client measures of itself is not kept."""
    return told({"success": True})


def _key(request: Request) -> str:
    found = basic(request)
    return found[0] if found else ""
