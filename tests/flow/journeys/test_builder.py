"""Journeys written in Python are the same plain data as those in files."""

from __future__ import annotations

import json

import pytest

from parcours.core.errors import DefinitionError
from parcours.core.schema import BOOLEAN, INTEGER
from parcours.flow.journeys.activities.condition import Path
from parcours.flow.journeys.activities.email import Email
from parcours.flow.journeys.activities.end import End
from parcours.flow.journeys.activities.wait import Wait
from parcours.flow.journeys.activities.wait_for_event import WaitForEvent
from parcours.flow.journeys.activities.wait_for_segment import WaitForSegment
from parcours.flow.journeys.builder import Journey
from parcours.flow.journeys.definitions import ExitRule, Goal, Reentry, Schedule, Waves, ZoneOfPerson
from parcours.language.tree import Attribute, Call, Literal
from tests.flow.journeys.definitions.bodies import minimal, read


def test_a_chain_is_the_same_as_the_file() -> None:
    built = (
        Journey("welcome", name="Welcome", reentry=Reentry(wait="30 days"))
        .on_event("visit", where={"field": "total", "at_least": 20})
        .wait("1 day")
        .email(to="{{ profile.email }}", subject="Welcome", body="Good to see you")
        .wait_for("purchase", timeout="7 days", on_timeout="late")
        .then("thanks", Email(to="a@b.c", subject="Thanks", body="b"))
        .branch("late", Wait(length="2 days"))
        .then("done", End())
        .body()
    )
    assert built == {
        "journey": "welcome",
        "name": "Welcome",
        "reentry": {"wait": "30 days"},
        "entry": {"event": "visit", "where": {"field": "total", "at_least": 20}},
        "start": "wait",
        "activities": {
            "wait": {"type": "wait", "for": "1 day", "then": "email"},
            "email": {
                "type": "email",
                "to": "{{ profile.email }}",
                "subject": "Welcome",
                "body": "Good to see you",
                "then": "purchase",
            },
            "purchase": {
                "type": "wait_for_event",
                "event": "purchase",
                "timeout": "7 days",
                "on_timeout": "late",
                "then": "thanks",
            },
            "thanks": {"type": "email", "to": "a@b.c", "subject": "Thanks", "body": "b"},
            "late": {"type": "wait", "for": "2 days", "then": "done"},
            "done": {"type": "end"},
        },
    }
    assert json.loads(json.dumps(built)) == built
    assert read(built).id == "welcome"


def test_races_and_branches() -> None:
    built = (
        Journey("j")
        .on_segment("silver", "exit", include_members=True)
        .race(pause=Wait(length="1 day"), gold=WaitForSegment(segment="gold", then="done"))
        .condition(Path(label="big", when={"attribute": "size", "at_least": 3}, to="mail"), otherwise="done")
        .branch("mail", Email(to="a@b.c", subject="s", body="b"))
        .race(one=Wait(length="1 day"), two=WaitForEvent(event="purchase"))
        .then("done", End())
        .body()
    )
    definition = read(built)
    assert definition.start == ("pause", "gold")
    assert built["entry"] == {"segment": "silver", "on": "exit", "include_members": True}
    assert built["activities"]["gold"]["then"] == "done"
    assert built["activities"]["pause"]["then"] == "condition"
    assert built["activities"]["mail"]["then"] == ["one", "two"]
    assert (built["activities"]["one"]["then"], built["activities"]["two"]["then"]) == ("done", "done")


def test_every_setting_can_be_said() -> None:
    schedule = Schedule(at="2026-03-01", waves=Waves(sizes=(10, 20)))
    built = (
        Journey(
            "j",
            stay=None,
            zone=ZoneOfPerson(profile=True, otherwise="Europe/Paris"),
            exit_when=(ExitRule(segment="gold"),),
            goal=Goal(event="purchase", within="7 days"),
        )
        .on_read("gold", schedule, rate=500)
        .then("done", End())
        .body()
    )
    head = read(built).head
    assert (head.stay, head.zone, head.exit_when) == (
        None,
        ZoneOfPerson(profile=True, otherwise="Europe/Paris"),
        (ExitRule(segment="gold"),),
    )
    assert (head.goal, head.entry.schedule) == (Goal(event="purchase", within="7 days"), schedule)


def test_business_events_bring_a_segment() -> None:
    built = Journey("j").on_business_event("visit", "gold", where={"field": "total", "is": 0}).body()
    assert (built["entry"]["business_event"], built["entry"]["read"], built["start"]) == ("visit", "gold", [])
    assert read(built).start == ()


def test_rules_may_be_typed_trees() -> None:
    size = Call("ge", (Attribute(("size",), INTEGER), Literal(3, INTEGER)), BOOLEAN)
    built = Journey("j").on_event("visit", when=size).then("done", End()).body()
    same = minimal(entry={"event": "visit", "when": {"attribute": "size", "at_least": 3}})
    assert read(built).rules == read(same).rules


def test_names_are_used_once() -> None:
    with pytest.raises(DefinitionError, match="two activities 'done'"):
        Journey("j").on_event("visit").then("done", End()).branch("done", End())


def test_somebody_must_enter() -> None:
    with pytest.raises(DefinitionError) as caught:
        Journey("j").then("done", End()).body()
    assert caught.value.code == "entry-must-be-event"


def test_what_stands_behind_an_end_stands_apart() -> None:
    built = Journey("j").on_event("visit").wait("1 day").end().then("done", End()).body()
    assert "then" not in built["activities"]["wait"]
