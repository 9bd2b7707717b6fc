"""What comes during a pause is kept where the journey says so (journeys.md, section 21, line 49)."""

from __future__ import annotations

from typing import Any

import pytest

from parcours.core.clock import MINUTE, instant
from tests.flow.journeys.stage import Stage

T = instant("2026-03-02T10:00:00Z")


def journey(**settings: Any) -> dict[str, Any]:
    activities = {
        "mail": {"type": "email", "to": "a@example.org", "subject": "s", "body": "b", "then": "bought"},
        "bought": {"type": "wait_for_event", "event": "purchase", "timeout": "1 day", "then": None},
    }
    return {"journey": "j", "entry": {"event": "visit"}, "start": "mail", "activities": activities, **settings}


def control(action: str, **body: Any) -> dict[str, Any]:
    return {"kind": "journey", "id": "j", "version": 1, "action": action, "body": body}


def played(settings: dict[str, Any], reload: bool) -> tuple[list[tuple[str, str, int]], list[str]]:
    """Ann comes during the pause, Ben comes twice. Entries and ends by minute, and drops."""
    stage, rows = Stage(), []
    published = {**control("publish"), "body": journey(**settings)}
    ticks: list[dict[str, Any]] = [
        {"now": T, "new": [["ann", {}], ["ben", {}]], "controls": [published]},
        {"now": T + MINUTE, "controls": [control("pause", profiles="hold")]},
    ]
    ticks += [
        {"now": T + 2 * MINUTE, "events": [["visit", "ann", T + 2 * MINUTE, "e1", {}]]},
        {"now": T + 3 * MINUTE, "events": [["visit", "ben", T + 3 * MINUTE, "e2", {"order": "x"}]]},
        {"now": T + 4 * MINUTE, "events": [["visit", "ben", T + 4 * MINUTE, "e3", {}]]},
        {"now": T + 5 * MINUTE, "controls": [control("resume")]},
        {"now": T + 6 * MINUTE, "events": [["purchase", "ben", T + 6 * MINUTE, "e4", {}]]},
    ]
    for tick in ticks:
        rows += stage.tick(tick).steps.to_dicts()
        if reload:
            stage.reload()
    steps = [
        (row["run"], row["outcome"], (int(row["time"].timestamp() * 1e6) - T) // MINUTE)
        for row in rows
        if row["kind"] in ("entry", "end")
    ]
    return steps, [row["outcome"] for row in rows if row["kind"] == "discard"]


@pytest.mark.parametrize("reload", [False, True])
def test_entries_are_kept_and_count_when_the_pause_is_over(reload: bool) -> None:
    steps, drops = played({"on_paused": "keep"}, reload)

    assert steps == [("j/1/ann", "entered", 5), ("j/1/ben", "entered", 5), ("j/1/ben", "finished", 6)]
    assert drops == ["already_in_journey"]


def test_they_are_dropped_where_nothing_is_said() -> None:
    steps, drops = played({}, False)

    assert steps == []
    assert drops == ["journey_paused"] * 3


@pytest.mark.parametrize(("settings", "ends"), [({"on_paused": "keep"}, ["finished"]), ({}, [])])
def test_who_is_held_hears_what_came_meanwhile(settings: dict[str, Any], ends: list[str]) -> None:
    stage, rows = Stage(), []
    body = journey(**settings)
    body["start"] = "first"
    body["activities"]["first"] = {"type": "wait", "for": "2 minutes", "then": "mail"}
    for tick in (
        {"now": T, "new": [["ann", {}]], "controls": [{**control("publish"), "body": body}]},
        {"now": T + MINUTE, "events": [["visit", "ann", T + MINUTE, "e1", {}]]},
        {"now": T + 2 * MINUTE, "controls": [control("pause", profiles="hold")]},
        {"now": T + 4 * MINUTE, "events": [["purchase", "ann", T + 4 * MINUTE, "e2", {}]]},
        {"now": T + 5 * MINUTE, "controls": [control("resume")]},
    ):
        rows += stage.tick(tick).steps.to_dicts()

    assert [row["outcome"] for row in rows if row["kind"] == "end"] == ends
