"""Links between ids: identifies a second through the intake, beside a million known profiles, and without links."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from bench.data import Size
from bench.report import table, timed
from parcours.core.clock import instant
from parcours.core.facts import INSTANT
from parcours.core.schema import DECIMAL, Schema
from parcours.engines.intake import Preparer
from parcours.engines.joining import join
from parcours.flow.ingest.arrivals import Arrivals
from parcours.flow.ingest.dedup import SeenIds
from parcours.flow.ingest.registry import ProfileNumbers
from parcours.store.log import Log

NOW = instant("2026-03-01")
#: Events, or links, that come together.
BATCH = 10_000
BATCHES = 10
KNOWN = 1_000_000


def run(size: Size) -> None:
    """Compare intake without links, with links that say nothing new, and with links that do."""
    rows = []
    with tempfile.TemporaryDirectory() as folder, Log.open(Path(folder) / "history.duckdb") as log:
        known = pl.Series("_profile_id", [f"user-{number}" for number in range(KNOWN)])
        cases: dict[str, Callable[[int], pl.DataFrame | None]] = {
            "events only": lambda turn: None,
            "the same links again": lambda turn: _links(0, "device", "user"),
            "new devices of known users": lambda turn: _links(turn, "device", "user"),
            "visitors who become users": lambda turn: _links(turn, "user", "member"),
        }
        for name, links in cases.items():
            register = ProfileNumbers(known)
            preparer = Preparer(Schema({}, {"view": {"total": DECIMAL}}), register, SeenIds.of([], _nobody), log)
            if name == "the same links again":
                join(Arrivals(links=_links(0, "device", "user")), register, log, NOW)
            took = sum((timed(partial(_prepare, preparer, turn, links(turn)))[0].cpu for turn in range(BATCHES)), 0.0)
            rows.append((name, f"{BATCH * BATCHES / took:,.0f}", f"{took / BATCHES * 1000:.1f} ms"))
    columns = ("with as many events", "a second of CPU", f"per {BATCH:,}")
    table(f"Identities: intake beside {KNOWN:,} known profiles", columns, rows)


def _prepare(preparer: Preparer, turn: int, links: pl.DataFrame | None) -> None:
    more: dict[str, Any] = {} if links is None else {"links": links}
    preparer.prepare(Arrivals(events={"view": _events(turn)}, consumed={"x": turn + 1}, **more), NOW)


def _nobody(ids: pl.Series, type: str = "") -> pl.Series:
    return pl.repeat(False, len(ids), eager=True)


def _events(turn: int) -> pl.DataFrame:
    numbers = range(turn * BATCH, (turn + 1) * BATCH)
    return pl.DataFrame(
        {
            "_event_id": [f"e{number}" for number in numbers],
            "_profile_id": [f"user-{number * 7919 % KNOWN}" for number in numbers],
            "_time": pl.repeat(NOW, BATCH, dtype=pl.Int64, eager=True).cast(INSTANT),
            "total": pl.repeat(1.0, BATCH, eager=True),
        }
    )


def _links(turn: int, one: str, other: str) -> pl.DataFrame:
    numbers = [number * 7919 % KNOWN for number in range(turn * BATCH, (turn + 1) * BATCH)]
    return pl.DataFrame(
        {
            "id": [f"{one}-{number}" for number in numbers],
            "into": [f"{other}-{number}" for number in numbers],
            "_time": pl.repeat(NOW, BATCH, dtype=pl.Int64, eager=True).cast(INSTANT),
            "kind": ["identify"] * BATCH,
            "message_id": [f"m{number}" for number in numbers],
        }
    )
