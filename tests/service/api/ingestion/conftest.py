"""A server that ten kinds of clients may send to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from parcours.core.clock import VirtualClock
from parcours.flow.ingest.calls import Record
from parcours.service.api.app import application
from parcours.service.api.ingestion import ingestion_routes
from parcours.service.api.server import serving
from parcours.service.workspace import Workspace
from tests.service.api.ingestion.recordings import NOW, workspace_for_clients


@dataclass(frozen=True)
class Server:
    """A running server, its workspace, its clock, and what came in since the test began."""

    address: str
    workspace: Workspace
    before: int = 0

    @property
    def clock(self) -> VirtualClock:
        clock = self.workspace._parts.clock
        assert isinstance(clock, VirtualClock)
        return clock

    def set(self, now: int) -> None:
        """Have the clock stand at an instant."""
        self.clock._now = now

    def kept(self) -> list[Record]:
        """What is in the journal since the test began."""
        return everything(self.workspace)[self.before :]

    def since_now(self) -> Server:
        """The same for a test that begins."""
        return replace(self, before=len(everything(self.workspace)))


def everything(workspace: Workspace) -> list[Record]:
    """Every record in the journal, in order."""
    journal = workspace._parts.journal
    return [record for file in journal.files() for record in journal.read(file.name, 0, 1_000_000)]


@pytest.fixture(scope="session")
def whole_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The whole application; one for all tests."""
    folder = tmp_path_factory.mktemp("clients") / "workspace"
    with (
        workspace_for_clients(folder) as workspace,
        serving(application(workspace, live=False), "127.0.0.1", 0) as address,
    ):
        yield Server(address, workspace)


@pytest.fixture
def whole(whole_service: Server) -> Server:
    """The whole application."""
    whole_service.set(NOW)
    return whole_service.since_now()


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Only the routes of clients; one for all tests that leave the workspace as it is."""
    with _server(tmp_path_factory.mktemp("doors") / "workspace", "") as server:
        yield server


@pytest.fixture
def server(shared: Server, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """Only the routes of clients. With settings as its parameter, a server of its own over a new workspace."""
    if (settings := getattr(request, "param", None)) is None:
        shared.set(NOW)
        yield shared.since_now()
        return
    with _server(tmp_path / "workspace", settings) as server:
        yield server


@contextmanager
def _server(folder: Path, settings: str) -> Iterator[Server]:
    with (
        workspace_for_clients(folder, settings=settings) as workspace,
        _alone(Starlette(routes=ingestion_routes(workspace))) as address,
    ):
        yield Server(address, workspace)


@contextmanager
def _alone(app: Starlette) -> Iterator[str]:
    """Serve an application on a free port."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
        thread.start()
        while not server.started and thread.is_alive():
            thread.join(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        server.should_exit = True
        thread.join()
