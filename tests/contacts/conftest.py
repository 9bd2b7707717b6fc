"""An office with an empty catalogue, on SQLite in memory or in a file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from parcours.contacts.office import Days, Office
from parcours.core.clock import instant
from parcours.store.catalogue import Catalogue

DAY = Days(instant("2026-03-11T09:00:00Z"), date(2026, 3, 11), date(2026, 3, 11))


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with Catalogue.open(tmp_path / "catalogue.sqlite") as catalogue:
        yield catalogue


@pytest.fixture
def office(catalogue: Catalogue) -> Office:
    return Office(catalogue)


@pytest.fixture
def days() -> Days:
    return DAY
