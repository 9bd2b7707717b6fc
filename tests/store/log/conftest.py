from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from parcours.store.log import Log


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "history.duckdb"


@pytest.fixture
def log(path: Path) -> Iterator[Log]:
    with Log.open(path) as log:
        yield log
