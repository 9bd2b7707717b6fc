"""The shop twice: open here, and by way of somebody who serves it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import parcours
from parcours.core.clock import instant
from parcours.service import opening
from parcours.service.remote.serving import serving_here
from parcours.service.workspace import Workspace
from parcours.testing.service import running_service
from tests.service import shop

NOW = "2024-07-01T12:00:00Z"


@contextmanager
def by_socket(workspace: Workspace) -> Iterator[Workspace]:
    """The workspace as another process of this machine's user has it."""
    with serving_here(workspace), parcours.open(workspace.folder) as far:
        yield far


@contextmanager
def by_url(workspace: Workspace) -> Iterator[Workspace]:
    """The workspace as a process of another machine has it."""
    with running_service(workspace) as service, parcours.open(service.address, key=service.key) as far:
        yield far


@pytest.fixture(params=[by_socket, by_url], ids=["socket", "url"])
def way(request: pytest.FixtureRequest) -> Callable[[Workspace], object]:
    """How a workspace is reached that another process holds."""
    found: Callable[[Workspace], object] = request.param
    return found


@pytest.fixture
def pair(replayed: Path, tmp_path: Path, way: Callable) -> Iterator[tuple[Workspace, Workspace]]:  # type: ignore[type-arg]
    """Two copies of the shop on one day: one open here, the other one reached."""
    clock = parcours.VirtualClock(instant(NOW))
    with ExitStack() as stack:
        here, there = (tmp_path / name for name in ("here", "there"))
        for folder in (here, there):
            folder.mkdir()
        near = stack.enter_context(opening.hold(shop.copied(replayed, here), clock))
        held = stack.enter_context(opening.hold(shop.copied(replayed, there), clock))
        yield near, stack.enter_context(way(held))
