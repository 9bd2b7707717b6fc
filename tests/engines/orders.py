"""A workspace in which everybody has ordered at one instant, so that all of them call at once."""

from __future__ import annotations

from pathlib import Path

import polars as pl

import parcours
from parcours.core.clock import as_datetime


def shop(folder: Path, people: int, at: int, definitions: str, settings: str) -> Path:
    """Make it in ``folder``: ``people`` orders at the instant ``at`` (microseconds) wait for the first tick."""
    orders = pl.DataFrame(
        {
            "event_id": [f"o{number}" for number in range(people)],
            "profile_id": [f"p{number}" for number in range(people)],
            "time": [as_datetime(at)] * people,
        }
    )
    with parcours.init(folder / "shop") as workspace:
        workspace.import_events(orders, event="order", id="event_id")
        path = folder / "definitions.yaml"
        path.write_text(definitions)
        workspace.apply(path)
    (folder / "shop" / "parcours.toml").write_text(settings)
    return folder / "shop"
