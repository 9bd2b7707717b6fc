"""A gate over a catalogue, on SQLite and on PostgreSQL, with a clock that is moved and secrets that can be told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from parcours.core.clock import VirtualClock
from parcours.service.access.access import Access
from parcours.service.access.gate import Gate
from parcours.store.catalogue import Catalogue
from parcours.testing.postgres import PostgresServer

#: 2026-01-01.
START = 1_767_225_600_000_000


def counting() -> Callable[[int], bytes]:
    """Secrets that differ, and are the same in every run."""
    number = 0

    def random(length: int) -> bytes:
        nonlocal number
        number += 1
        return number.to_bytes(length, "big")

    return random


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture(params=["sqlite", "postgres"])
def catalogue(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Catalogue]:
    if request.param == "sqlite":
        place: Path | str = tmp_path / "catalogue.sqlite"
    else:
        server: PostgresServer = request.getfixturevalue("postgres")
        place = server.database()
    with Catalogue.open(place) as opened:
        yield opened


@pytest.fixture
def gate(catalogue: Catalogue, clock: VirtualClock) -> Iterator[Gate]:
    made = Gate(catalogue, clock, counting())
    yield made
    made.close()


@pytest.fixture
def access(gate: Gate) -> Access:
    return Access(gate)
