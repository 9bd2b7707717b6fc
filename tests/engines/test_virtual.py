"""The tick on a virtual clock."""

import polars as pl
import pytest

from parcours.core.clock import HOUR, MINUTE, instant
from parcours.core.facts import EVENT_COLUMNS, INSTANT, Batch, DefinitionChange, EventBatch
from parcours.core.schema import STRING, Schema
from parcours.engines.outside import Stub, StubbedOutside
from parcours.engines.state import State
from parcours.engines.virtual import VirtualRunner
from parcours.flow.delivery.attempts import Answer
from parcours.flow.journeys.definitions import read_journey

T0 = instant("2026-03-02T10:00:00Z")
SCHEMA = Schema(attributes={"tier": STRING}, events={"visit": {}, "buy": {}})


def journey(activities, start="first", **settings):
    return {"journey": "j", "entry": {"event": "visit"}, "start": start, "activities": activities, **settings}


class World:
    """A runner with people and journeys, and the steps that it made."""

    def __init__(self, *bodies, people=("anna", "ben"), stubs=None):
        self.steps = []
        self.outside = StubbedOutside(stubs)
        self.runner = VirtualRunner(State(SCHEMA), self.outside, self.note)
        new = pl.DataFrame({"_profile": range(len(people)), "_profile_id": people, "_time": T0 - HOUR})
        new = new.cast({"_profile": pl.Int32, "_time": pl.Int64}).cast({"_time": INSTANT})
        self.runner.take(Batch(new_profiles=new), T0 - HOUR)
        changes = tuple(
            DefinitionChange("journey", body["journey"], 1, "publish", read_journey(body, SCHEMA, ()).to_json())
            for body in bodies
        )
        self.runner.take(Batch(definitions=changes), T0 - HOUR)

    def note(self, at, outputs):
        rows = outputs.steps.with_columns(pl.col("time").to_physical() - T0)
        self.steps += rows.select("_profile", "activity", "outcome", "time").rows()

    def event(self, type_, at, profile=0):
        rows = pl.DataFrame({"_event_id": [f"{type_}{at}{profile}"], "_profile": [profile], "_time": [T0 + at]})
        rows = rows.cast({"_profile": pl.Int32, "_time": INSTANT})
        assert list(rows.columns) == list(EVENT_COLUMNS)
        self.runner.take(Batch(events=(EventBatch(type_, rows),)), T0 + at)

    def left(self, profile=0):
        """What a person has done, and when, without arrivals."""
        rows = [row[1:] for row in self.steps if row[0] == profile and row[2] not in ("entered", "waiting", "finished")]
        return rows


TRUE = {"attribute": "tier", "is_set": False}
MAIL = {"type": "email", "to": "x@example.com", "subject": "s", "body": "b"}


def test_what_is_due_before_an_input_happens_before_it():
    waits = {"first": {"type": "wait", "for": "1 hour", "then": "mail"}, "mail": MAIL}
    world = World(journey(waits))
    world.event("visit", 0)
    world.event("visit", 90 * MINUTE, profile=1)
    assert world.left() == [("first", "elapsed", HOUR), ("mail", "next", HOUR)]
    assert world.left(1) == []
    world.runner.advance(T0 + 150 * MINUTE - 1)
    assert world.left(1) == []
    world.runner.advance(T0 + 150 * MINUTE)
    assert world.left(1) == [("first", "elapsed", 150 * MINUTE), ("mail", "next", 150 * MINUTE)]


def test_at_one_instant_inputs_come_before_timers():
    waits = {"first": {"type": "wait_for_event", "event": "buy", "timeout": "1 hour", "then": "mail"}, "mail": MAIL}
    world = World(journey(waits))
    world.event("visit", 0)
    world.event("buy", HOUR)
    assert world.left()[0] == ("first", "event", HOUR)


def test_inputs_of_one_instant_come_in_the_order_given():
    waits = {"first": {"type": "wait_for_event", "event": "buy", "then": "mail"}, "mail": MAIL}
    world = World(journey(waits))
    world.event("visit", 0)
    world.event("buy", 0)
    assert [row[0] for row in world.left()] == ["first", "mail"]
    world = World(journey(waits))
    world.event("buy", 0)
    world.event("visit", 0)
    assert world.left() == []


def test_answers_of_no_time_come_before_the_next_input():
    source = {
        "type": "condition",
        "source": {"name": "weather"},
        "paths": [{"label": "all", "when": TRUE, "to": "mail"}],
    }
    world = World(journey({"first": source, "mail": MAIL}), stubs={"first": Stub((Answer(200),))})
    world.event("visit", 0)
    assert world.left() == [("first", "all", 0), ("mail", "next", 0)]


def test_time_runs_forward_only():
    world = World(journey({"first": MAIL}))
    world.event("visit", HOUR)
    with pytest.raises(ValueError, match="forward"):
        world.event("visit", 0)
