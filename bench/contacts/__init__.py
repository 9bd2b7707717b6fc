"""The CRM: a million contacts, five million interactions; each operation against the same in plain SQL."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bench.contacts import selecting
from bench.contacts.data import build
from bench.data import Size


def run(size: Size) -> None:
    """Measure, compare, print."""
    with tempfile.TemporaryDirectory(prefix="parcours-bench-") as folder:
        place = Path(folder) / "catalogue.sqlite"
        build(place, size.profiles)
        selecting.run(place, size.profiles)
