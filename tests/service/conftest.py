"""The shop, replayed once; tests that change something get a copy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import parcours
from parcours.service.workspace import Workspace
from parcours.testing.postgres import PostgresServer
from tests.service import shop


@pytest.fixture(params=["sqlite", "postgres"])
def either_catalogue(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one workspace of the test keeps its catalogue in a file, and again on a server."""
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres")
        monkeypatch.setenv("PARCOURS_CATALOGUE", server.database())


@pytest.fixture(scope="session")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Folder of the shop after half a year. Not to be changed."""
    return shop.make(tmp_path_factory.mktemp("shop"))


@pytest.fixture
def folder(replayed: Path, tmp_path: Path) -> Path:
    """A copy of the shop's folder."""
    return shop.copied(replayed, tmp_path)


@pytest.fixture
def workspace(folder: Path) -> Iterator[Workspace]:
    """A copy of the shop, open."""
    with parcours.open(folder) as opened:
        yield opened
