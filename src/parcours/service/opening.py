"""Opening a workspace: here where nobody holds it, else by way of the process that does (decision 026)."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from parcours.core.clock import Clock
from parcours.core.errors import InputError, WorkspaceError
from parcours.service.folder import Folder, Holder

if TYPE_CHECKING:
    from parcours.service.workspace import Workspace

#: Where programs find a service, and the key they send it, when nobody says so.
URL, KEY = "PARCOURS_URL", "PARCOURS_KEY"


def open(place: Path | str | None = None, clock: Clock | None = None, *, key: str | None = None) -> Workspace:
    """Open a workspace: the one in a folder, or that of a service.

    It is used in the same way wherever it is. A folder that another process holds which runs it (``parcours run``,
    ``parcours serve``, ``workspace.run()``) is used by way of that process.

    Args:
        place: a folder made by :func:`init` or ``parcours init``, or the URL of a service; by default the URL in the
            environment variable ``PARCOURS_URL``.
        clock: where "now" comes from, in a workspace that is opened here; by default the clock of the machine.
        key: an API key of the service; by default that in ``PARCOURS_KEY``.

    Raises:
        WorkspaceError: there is none, another process holds it and does not run it, it cannot be written, or is
            damaged; or the service cannot be reached.
        AccessError: the service does not know the key, or the key may not do this.
        InputError: neither folder nor URL is known.
    """
    if place is None and os.environ.get(URL):
        return connect(os.environ[URL], key)
    if not place:
        raise InputError("no workspace is named", code="no-workspace", hint=f"name a folder, or set {URL}")
    if isinstance(place, str) and place.startswith(("http://", "https://")):
        return connect(place, key)
    return _here_or_there(Path(place), clock)


def connect(url: str, key: str | None = None) -> Workspace:
    """The workspace of a service.

    Args:
        url: of the service.
        key: an API key; by default that in the environment variable ``PARCOURS_KEY``.

    Raises:
        InputError: that is no URL.
        WorkspaceError: the service cannot be reached.
        AccessError: it does not know the key.
    """
    from parcours.service.remote.connection import Connections, Remote
    from parcours.service.remote.workspace import remote_workspace

    chosen = os.environ.get(KEY, "") if key is None else key
    return remote_workspace(Connections(Remote.at(url), chosen), "lz4")


def hold(folder: Path | str, clock: Clock | None = None) -> Workspace:
    """Open the workspace in ``folder`` in this process, which others can use it by way of while it runs.

    Raises:
        WorkspaceError: there is none, another process holds it, it cannot be written, or is damaged.
    """
    from parcours.service.workspace import Workspace

    workspace = Workspace(folder, clock)
    workspace._while_running = partial(_served, workspace)
    return workspace


def reachable(workspace: Workspace) -> AbstractContextManager[object]:
    """While it lasts, other processes find a workspace that is held here, and wait until it is served or run.

    Raises:
        WorkspaceError: no socket can be made for them.
    """
    from parcours.service.remote.listening import listening

    return listening(workspace)


def _here_or_there(folder: Path, clock: Clock | None) -> Workspace:
    try:
        return hold(folder, clock)
    except WorkspaceError as error:
        holder = Holder.of(Folder(folder.absolute()))
        if error.code != "in-use" or holder.socket is None:
            raise
        return _by_way_of(holder, holder.socket, error)


def _by_way_of(holder: Holder, socket: Path, in_use: WorkspaceError) -> Workspace:
    from parcours.service.remote.connection import Connections, Local
    from parcours.service.remote.workspace import remote_workspace

    try:
        return remote_workspace(Connections(Local(socket, holder.name)))
    except WorkspaceError as error:
        if error.code != "unreachable":
            raise
        raise in_use from None  # it begins, ends, or is gone


def _served(workspace: Workspace) -> AbstractContextManager[None]:
    from parcours.service.remote.serving import serving_here

    return serving_here(workspace)
