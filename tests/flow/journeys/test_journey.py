"""A journey with several versions: what its runs listen to."""

from __future__ import annotations

from parcours.flow.journeys.definitions import JourneyDefinition
from parcours.flow.journeys.journey import Journey
from parcours.flow.journeys.versions import CLOSED, LIVE, STOPPED


def waiting_for(event: str, version: int) -> JourneyDefinition:
    body = {
        "journey": "j",
        "entry": {"event": "visit"},
        "start": "w",
        "activities": {"w": {"type": "wait_for_event", "event": event, "then": "e"}, "e": {"type": "end"}},
    }
    return JourneyDefinition.from_json({"version": version, "body": body, "rules": {}})


def test_versions_listen_while_somebody_may_be_inside() -> None:
    journey = Journey("j", 0)
    assert journey.listened() == frozenset()
    first = journey.add(waiting_for("purchase", 1), LIVE, 0)
    assert journey.listened() == {"purchase"}
    journey.add(waiting_for("refund", 2), LIVE, 0)
    first.status = CLOSED
    assert journey.listened() == {"purchase", "refund"}
    assert journey.listened() is journey.listened()
    first.status = STOPPED
    assert journey.listened() == {"refund"}
    journey.add(waiting_for("visit", 2), LIVE, 0)  # as it is after an edit
    assert journey.listened() == {"visit"}
