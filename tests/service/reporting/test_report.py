"""The whole report of a journey, and the story of a person, from the log."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from parcours.core.schema import DECIMAL, Schema
from parcours.flow.journeys.definitions import read_journey
from parcours.service.reporting.report import report
from parcours.service.reporting.stories import steps_of, story
from tests.service.reporting.history import START, history, rows

SCHEMA = Schema().with_event("purchase", {"total": DECIMAL}).with_event("visit", {})
BODY: dict[str, Any] = {
    "journey": "j",
    "entry": {"event": "visit"},
    "start": "pause",
    "zone": "Europe/Paris",
    "goal": {"event": "purchase", "within": "1 day"},
    "holdout": 10,
    "activities": {"pause": {"type": "wait", "for": "1 hour", "then": "bye"}, "bye": {"type": "end"}},
}
STEPS = """
ada 0 entry entry entered
ada 0 pause wait waiting
ben 0 entry entry held_out
cy 0 entry discard entry_cap
ada 60 pause wait elapsed
ada 60 bye end finished
"""


def test_a_report_holds_everything(tmp_path: Path) -> None:
    bought = {"id": "1", "who": 0, "at": START + 5, "total": 1.0}
    with history(tmp_path, rows(STEPS), purchases=[bought], schema=SCHEMA) as log:
        found = report(log, read_journey(BODY, SCHEMA, ()), language="fr")

    assert found.runs["finished"].item() == 1
    assert "1 arrivés" in found.drawing.text()
    assert found._repr_svg_().startswith("<svg ")
    plain = json.loads(json.dumps(found.to_json()))
    assert plain["days"] == [{"journey": "j", "day": "2026-03-14", "entered": 1, "held_out": 1}]
    assert plain["discards"][0]["last"] == "2026-03-14T12:00:00Z"
    assert (plain["goal"]["treated_converted"], plain["goal"]["held_out"]) == (1, 1)
    assert "Newcombe" in plain["goal"]["method"]


def test_a_report_without_a_goal_and_without_steps(tmp_path: Path) -> None:
    body = {name: value for name, value in BODY.items() if name not in ("goal", "holdout")}
    with history(tmp_path, [], schema=SCHEMA) as log:
        found = report(log, read_journey(body, SCHEMA, ()), version=1)

    assert found.goal is None
    assert "goal" not in found.to_json()
    assert "0 arrived" in found.drawing.text()


def test_the_story_of_a_person(tmp_path: Path) -> None:
    definition = read_journey(BODY, SCHEMA, ())
    with history(tmp_path, rows(STEPS) + rows(STEPS, journey="k"), schema=SCHEMA) as log:
        assert story(log, 0, "j", definition, "Europe/Paris") == [
            "14 March 2026 13:00  enters by event 'visit'",
            "14 March 2026 13:00  waits until 14 March 14:00",
            "14 March 2026 14:00  the wait is over",
            "14 March 2026 14:00  has finished",
        ]
        assert story(log, 1, "j", definition) == ["14 March 2026 12:00  is held out for comparison"]
        assert story(log, 4, "j", definition) == []
        assert steps_of(log, 0).height == 8
