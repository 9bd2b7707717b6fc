"""The server on the local socket of a process that runs a workspace: it takes calls, and nothing else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from parcours.core.errors import ParcoursError
from parcours.service.access.caller import LOCAL
from parcours.service.remote.answering import Calls
from parcours.service.remote.listening import listening
from parcours.service.remote.messages import PATH
from parcours.service.remote.patience import Patience
from parcours.service.remote.taking import Taking
from parcours.service.workspace import Workspace

#: Seconds in which answers that are under way are sent when the server stops.
GRACE = 5


@contextmanager
def serving_here(workspace: Workspace) -> Iterator[None]:
    """While it lasts, other processes of this machine's user can use the workspace; where they can already, nothing.

    Raises:
        WorkspaceError: the socket cannot be made.
    """
    calls = Calls(workspace)
    with listening(workspace) as found, serving(_application(calls), [found]):
        try:
            yield
        finally:
            calls.close()


def _application(calls: Calls) -> ASGIApp:
    taking = Taking(calls, most_mb=0)

    async def take(request: Request) -> Response:
        request.state.caller = LOCAL  # nobody else can open the socket
        return await taking.take(request)

    async def explain(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, ParcoursError)
        return JSONResponse({"ok": False, **error.to_json()}, status_code=503)

    return Starlette(
        routes=[Route(PATH, take, methods=["POST"])],
        exception_handlers={ParcoursError: explain},
    )


@contextmanager
def serving(app: ASGIApp, sockets: list[socket.socket]) -> Iterator[None]:
    """Serve on these sockets from a thread of its own while the block runs."""
    config = uvicorn.Config(
        app,
        http=Patience,
        log_config=None,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=GRACE,
    )
    server = uvicorn.Server(config)
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the live loop has them
    thread = threading.Thread(target=server.run, args=(sockets,), name="http", daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
