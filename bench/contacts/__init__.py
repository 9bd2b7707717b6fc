"""The CRM: a million contacts, five million interactions; each operation against the same in plain SQL."""

from __future__ import annotations

import tempfile
from pathlib import Path

import parcours
from bench.contacts import selecting, working
from bench.contacts.data import build
from bench.data import Size


def run(size: Size) -> None:
    """Measure, compare, print."""
    with tempfile.TemporaryDirectory(prefix="parcours-bench-") as folder:
        workspace = Path(folder) / "workspace"
        parcours.init(workspace).close()
        place = workspace / "catalogue.sqlite"
        build(place, size.profiles)
        selecting.run(place, size.profiles)
        working.run(workspace, size.profiles)
