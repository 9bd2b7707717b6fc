"""An office with an empty catalogue, on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from parcours.contacts.office import Days, Office
from parcours.core.clock import instant
from parcours.store.catalogue import Catalogue
from parcours.testing.postgres import PostgresServer

DAY = Days(instant("2026-03-11T09:00:00Z"), date(2026, 3, 11), date(2026, 3, 11))


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty catalogue on SQLite. Not to be changed."""
    place = tmp_path_factory.mktemp("catalogue") / "empty.sqlite"
    Catalogue.open(place).close()
    return place


@pytest.fixture(scope="session")
def empty_database(postgres: PostgresServer) -> str:
    """An empty catalogue on PostgreSQL. Not to be changed."""
    url = postgres.database()
    Catalogue.open(url).close()
    return url


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str | Path]:
    """Where an empty catalogue is."""
    if request.param == "sqlite":
        yield shutil.copy(request.getfixturevalue("empty_file"), tmp_path / "catalogue.sqlite")
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.copy(request.getfixturevalue("empty_database"))
    yield url
    server.drop(url)


@pytest.fixture
def catalogue(place: str | Path) -> Iterator[Catalogue]:
    with Catalogue.open(place) as catalogue:
        yield catalogue


@pytest.fixture
def office(catalogue: Catalogue) -> Office:
    return Office(catalogue)


@pytest.fixture
def days() -> Days:
    return DAY
