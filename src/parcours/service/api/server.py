"""The HTTP server beside a workspace: it shows what runs, and takes in what people do with links of messages. It stops
with the command that started it."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from parcours.core.errors import InputError, ParcoursError
from parcours.service.api.page import Overview, page


def application(overview: Callable[[], Overview], more: Sequence[Route] = ()) -> Starlette:
    """The routes; ``overview`` is asked at each request, ``more`` stand beside its own."""

    async def show(request: Request) -> Response:
        return HTMLResponse(page(await run_in_threadpool(overview)))

    async def status(request: Request) -> Response:
        return JSONResponse(dict(await run_in_threadpool(overview)))

    async def failed(request: Request, problem: Exception) -> Response:
        assert isinstance(problem, ParcoursError)
        return JSONResponse({"ok": False, **problem.to_json()}, status_code=500)

    return Starlette(
        routes=[Route("/", show), Route("/status.json", status), *more], exception_handlers={ParcoursError: failed}
    )


@contextmanager
def serving(overview: Callable[[], Overview], host: str, port: int, more: Sequence[Route] = ()) -> Iterator[str]:
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
    server = uvicorn.Server(uvicorn.Config(application(overview, more), log_level="warning", access_log=False))
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
