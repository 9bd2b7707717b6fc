"""The plain page at ``/status``, at ``/`` without the web application; ``/status.json``; a way in for strangers."""

from __future__ import annotations

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from parcours.service.access.caller import Caller
from parcours.service.api.door import door, policy
from parcours.service.api.overview import overview
from parcours.service.api.page import STYLE, language_of, page
from parcours.service.api.permission import caller_of
from parcours.service.workspace import Workspace

#: What one must be allowed to see the numbers.
SCOPES = ("segments:read", "journeys:read", "deliveries:read")
_HEADERS = {"Content-Security-Policy": policy(STYLE), "Cache-Control": "no-store"}


def add_pages(app: FastAPI, workspace: Workspace, live: bool, front: bool = True) -> None:
    """Add the pages to an application.

    Args:
        app: gets them.
        workspace: what they show.
        live: whether time moves.
        front: whether it is the first page as well, as there is no other.
    """
    provider = bool(workspace._parts.settings.oidc.issuer)

    async def show(request: Request) -> Response:
        caller = getattr(request.state, "caller", None)
        if not isinstance(caller, Caller) or not caller.scopes.issuperset(SCOPES):
            return door(provider)
        language = language_of(request.headers.get("accept-language", ""))
        return HTMLResponse(page(await run_in_threadpool(overview, workspace, live=live), language), headers=_HEADERS)

    async def status(request: Request) -> Response:
        caller = caller_of(request)
        for scope in SCOPES:
            caller.check(scope)
        return JSONResponse(dict(await run_in_threadpool(overview, workspace, live=live)))

    for path, answer in (*((("/", show),) if front else ()), ("/status", show), ("/status.json", status)):
        app.add_route(path, answer, include_in_schema=False)
