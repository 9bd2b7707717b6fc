"""Chance in journeys: stable, different per run, spread evenly, and valid."""

from __future__ import annotations

import uuid
from typing import Any

import numpy as np
import polars as pl

from parcours.core.clock import MINUTE, instant
from parcours.flow.journeys.chances import draws
from parcours.language.functions.samples import hashes_of
from tests.flow.journeys.stage import Stage

T = instant("2026-03-02T10:00:00Z")
HASHES = hashes_of(pl.Series([f"p{number}" for number in range(2_000)]))
FIRST = np.ones(2_000, np.int64)


def test_numbers_are_spread_evenly_and_differ_by_seed_and_turn() -> None:
    found = draws("random", "a", HASHES, FIRST).to_numpy()
    assert abs(found.mean() - 0.5) < 0.03
    assert 0 <= found.min() <= found.max() < 1
    for other in (draws("random", "b", HASHES, FIRST), draws("random", "a", HASHES, FIRST + 1)):
        assert abs(np.corrcoef(found, other.to_numpy())[0, 1]) < 0.1


def test_uuids_are_of_version_four_and_all_different() -> None:
    found = draws("uuid", "a", HASHES, FIRST).to_list()
    assert len(set(found)) == len(found)
    assert all(uuid.UUID(text).version == 4 and str(uuid.UUID(text)) == text for text in found)


def played(reload: bool) -> list[tuple[str, str]]:
    """Which way fifty people go where chance decides."""
    body: dict[str, Any] = {
        "journey": "j",
        "entry": {"event": "visit"},
        "start": "toss",
        "activities": {
            "toss": {
                "type": "condition",
                "paths": [{"label": "heads", "when": {"journey": "random() < 0.5"}, "to": None}],
                "otherwise": "mark",
            },
            "mark": {"type": "update_profile", "values": {"tier": {"journey": "uuid()"}}},
        },
    }
    stage, people = Stage(), [f"p{number}" for number in range(50)]
    control = {"kind": "journey", "id": "j", "version": 1, "action": "publish", "body": body}
    stage.tick({"now": T, "new": [[id_, {}] for id_ in people], "controls": [control]})
    if reload:
        stage.reload()
    visits = [["visit", id_, T + MINUTE, f"e{id_}", {}] for id_ in people]
    steps = stage.tick({"now": T + MINUTE, "events": visits}).steps
    return [(row["run"], row["outcome"]) for row in steps.to_dicts() if row["activity"] == "toss"]


def test_a_condition_by_chance_goes_the_same_way_in_every_replay() -> None:
    found = [row for row in played(reload=False) if row[1] in ("heads", "otherwise")]
    assert found == [row for row in played(reload=True) if row[1] in ("heads", "otherwise")]
    assert 10 < sum(way == "heads" for _, way in found) < 40
