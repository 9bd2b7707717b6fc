"""``GET /api/live``: what moves, as server-sent events.

The first event is a ``picture`` with everything, then there is a ``change`` with what has changed, at most ten a
second and at least one. With ``?journey=`` there are events ``journey`` with the counters of its activities. Whoever
comes again with ``Last-Event-ID`` gets a fresh picture, and so does whoever is too slow for the changes.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import StreamingResponse

from parcours.service.access.caller import Caller
from parcours.service.api.permission import allowed
from parcours.service.api.pulse import Pulse
from parcours.service.api.watching import Client

#: Seconds without any event after which there is a sign of life.
HEARTBEAT = 15.0
#: Seconds after which a stream ends, so that clients, who come again by themselves, are asked anew who they are.
LONGEST = 600.0
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"description": "Events, as they happen", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
}


def live_routes(pulse: Pulse) -> APIRouter:
    """The route over the counts of a workspace."""
    router = APIRouter(prefix="/api", tags=["live"])

    @router.get(
        "/live",
        operation_id="live",
        summary="What moves, as server-sent events.",
        response_class=StreamingResponse,
        responses=_ANSWER,
    )
    async def live(
        caller: Annotated[Caller, allowed("segments:read")],
        journey: Annotated[list[str], Query(description="Journeys whose activities are counted, too")] = [],  # noqa: B006
    ) -> StreamingResponse:
        if journey:
            caller.check("journeys:read")
        client = Client(journey)
        shown = "journeys:read" in caller.scopes
        return StreamingResponse(_events(pulse, client, shown), media_type="text/event-stream", headers=_HEADERS)

    return router


async def _events(pulse: Pulse, client: Client, journeys: bool) -> AsyncIterator[bytes]:
    began = told = time.monotonic()
    await pulse.join(client)
    try:
        yield b"retry: 1000\n\n"
        while not pulse.closing and time.monotonic() - began < LONGEST:
            if client.behind and (picture := pulse.picture(client)):
                client.behind = False
                told = time.monotonic()
                for message in picture:
                    yield message.written(journeys=journeys)
            following = client.take()
            if following is not None:
                told = time.monotonic()
                yield following.written(journeys=journeys)
                continue
            if time.monotonic() - told >= HEARTBEAT:
                told = time.monotonic()
                yield b": alive\n\n"
            await client.wait(HEARTBEAT)
    finally:
        pulse.leave(client)
