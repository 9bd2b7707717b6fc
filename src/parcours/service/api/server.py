"""The HTTP server beside a workspace: the API, a page that shows what runs, and the links of messages. It stops with
the command that started it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version

import uvicorn
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from parcours.core.errors import InputError
from parcours.service.api.crm import crm_routes
from parcours.service.api.guard import Guard
from parcours.service.api.page import Overview, page
from parcours.service.api.problems import explain_problems
from parcours.service.crm.crm import Crm

#: Names of this machine for itself.
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def application(
    overview: Callable[[], Overview],
    more: Sequence[Route] = (),
    crm: Callable[[], Crm] | None = None,
    hosts: Sequence[str] = (),
) -> FastAPI:
    """The routes.

    Args:
        overview: asked at each request of the page.
        more: routes beside its own.
        crm: gives the CRM at each request; without it the API has none.
        hosts: names that requests may ask for; any, when empty.
    """

    async def show(request: Request) -> Response:
        return HTMLResponse(page(await run_in_threadpool(overview)))

    async def status(request: Request) -> Response:
        return JSONResponse(dict(await run_in_threadpool(overview)))

    app = FastAPI(
        title="Parcours", version=version("parcours"), openapi_url="/api/openapi.json", docs_url=None, redoc_url=None
    )
    for path, answer in (("/", show), ("/status.json", status)):
        app.add_route(path, answer, include_in_schema=False)
    app.routes.extend(more)
    if crm is not None:
        app.include_router(crm_routes(crm))
    explain_problems(app)
    app.add_middleware(Guard, hosts=hosts)
    return app


@contextmanager
def serving(
    overview: Callable[[], Overview],
    host: str,
    port: int,
    more: Sequence[Route] = (),
    crm: Callable[[], Crm] | None = None,
) -> Iterator[str]:
    """Serve from a thread of its own while the block runs; gives the address.

    Raises:
        InputError: the port is taken, or the host is not one of this machine's.
    """
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except (OSError, OverflowError) as problem:
        listener.close()
        raise InputError(
            f"cannot listen on {host}:{port}: {problem}", code="port-in-use", hint="choose another one with --port"
        ) from problem
    hosts = (*LOOPBACK, host) if host in LOOPBACK else ()
    app = application(overview, more, crm, hosts)
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]  # the live loop has them
    thread = threading.Thread(target=server.run, args=([listener],), name="http", daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        thread.join(0.01)
    try:
        yield f"http://{host}:{listener.getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
