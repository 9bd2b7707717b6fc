"""The HTTP server beside a workspace. It stops with the command that started it."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, nullcontext

from fastapi import FastAPI

from parcours.core.errors import InputError
from parcours.service.remote.listening import listening
from parcours.service.remote.serving import serving as served
from parcours.service.workspace import Workspace

#: Names of this machine for itself.
LOOPBACK = ("127.0.0.1", "localhost", "::1")


def names_of(host: str) -> tuple[str, ...]:
    """The names that requests may ask for when the server listens on ``host``: any (empty) unless it is loopback."""
    return (*LOOPBACK, host) if host in LOOPBACK else ()


@contextmanager
def serving(app: FastAPI, host: str, port: int, workspace: Workspace | None = None) -> Iterator[str]:
    """Serve from a thread of its own while the block runs; gives the address.

    Args:
        app: the application.
        host, port: where to listen.
        workspace: take calls for it by its local socket, too.

    Raises:
        InputError: the port is taken, or the host is not one of this machine's.
        WorkspaceError: the socket cannot be made.
    """
    with closing(_listener(host, port)) as listener, ExitStack() as stack:
        sockets = [listener]
        if workspace is not None:
            sockets.append(stack.enter_context(listening(workspace)))
            stack.callback(setattr, workspace, "_while_running", workspace._while_running)
            workspace._while_running = nullcontext  # this server takes the calls, so that all are in the audit log
        stack.enter_context(served(app, sockets))
        try:
            yield f"http://{host}:{listener.getsockname()[1]}/"
        finally:
            app.state.pulse.close()
            app.state.calls.close()  # before the server stops: who waits for an answer gets one


def _listener(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
    except (OSError, OverflowError) as problem:
        listener.close()
        raise InputError(
            f"cannot listen on {host}:{port}: {problem}", code="port-in-use", hint="choose another one with --port"
        ) from problem
    return listener
