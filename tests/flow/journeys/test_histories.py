"""Recorded journeys, replayed against the code as it is now (``record.py`` records them)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from parcours.flow.journeys.activities import kinds
from tests.flow.journeys.playing import rows_of
from tests.flow.journeys.record import HISTORIES
from tests.flow.journeys.stage import Stage

FILES = sorted(HISTORIES.glob("*.jsonl"))


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.mark.parametrize("reload", [False, True], ids=["at once", "from snapshots"])
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_past_happens_again(path: Path, reload: bool) -> None:
    _, *ticks = lines_of(path)
    stage = Stage()
    for number, shape in enumerate(ticks, 2):
        steps, deliveries = rows_of(stage.tick(shape))
        assert [list(row) for row in steps] == shape["steps"], f"line {number}"
        assert [list(row) for row in deliveries] == shape["deliveries"], f"line {number}"
        if reload and number % 3 == 0:
            stage.reload()


def test_every_kind_of_activity_is_recorded() -> None:
    stories = [lines_of(path)[0] for path in FILES]
    bodies = [body for story in stories for body in _bodies(story)]
    assert {shape["type"] for body in bodies for shape in body["activities"].values()} == set(kinds())


def _bodies(story: dict[str, Any]) -> list[dict[str, Any]]:
    later = [control["body"] for _, share in story["inputs"] for control in share.get("controls", ())]
    return [*story["journeys"], *(body for body in later if "activities" in body)]
