"""Tests and simulations of journeys in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.core.errors import InputError, UnknownNameError
from parcours.service.lines import Line
from parcours.service.workspace import Workspace

JOURNEY = {
    "journey": "welcome",
    "entry": {"segment": "adult", "on": "enter"},
    "start": "check",
    "activities": {
        "check": {
            "type": "condition",
            "paths": [{"label": "loyal", "when": {"event": "purchase", "at_least": 2}, "to": "thanks"}],
            "otherwise": "half",
        },
        "half": {
            "type": "split",
            "paths": [{"label": "a", "percent": 50, "to": "mail"}, {"label": "b", "percent": 50, "to": "ask"}],
        },
        "mail": {
            "type": "email",
            "to": "{{ profile.email }}",
            "subject": "Hello {{ profile.age }}",
            "body": "x",
            "then": "pause",
        },
        "pause": {"type": "wait", "for": "3 days", "then": "bought"},
        "bought": {
            "type": "wait_for_event",
            "event": "purchase",
            "timeout": "7 days",
            "then": "thanks",
            "on_timeout": "end",
        },
        "ask": {"type": "custom_action", "action": "crm", "values": {}, "then": "thanks", "on_error": "end"},
        "thanks": {
            "type": "email",
            "to": "{{ profile.email }}",
            "subject": "Thanks",
            "body": "You are {{ profile.age }}",
            "then": "end",
        },
        "end": {"type": "end"},
    },
}
DEFINITIONS = """
segment: adult
rule: {attribute: age, at_least: 18}
---
action: crm
url: https://crm.example/people
method: POST
answer: {types: {tier: string}}
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    (tmp_path / "d.yaml").write_text(DEFINITIONS)
    people = pl.DataFrame({"profile_id": ["old"], "age": [40], "email": ["old@x.org"]})
    bought = pl.DataFrame(
        {
            "profile_id": ["old"] * 2,
            "event_id": ["1", "2"],
            "time": ["2026-02-01T10:00:00Z", "2026-02-02T10:00:00Z"],
            "total": [3.5, 4.0],
        }
    )
    with parcours.init(tmp_path / "w") as made:
        made.import_profiles(people)
        made.import_events(bought, event="purchase")
        made.apply(tmp_path / "d.yaml")
        made.replay("2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z", "1 day")
        yield made


def said(lines: list[Line]) -> list[tuple[str, str]]:
    return [(line.profile, line.activity) for line in lines]


def test_an_invented_person_lives_with_a_hand_moved_clock(workspace: Workspace) -> None:
    seen: list[Line] = []
    session = workspace.journeys.simulate(JOURNEY, watch=seen.append)
    session.person("anna", {"email": "anna@x.org"})
    assert session.people.height == 0
    session.set("anna", {"age": 30})
    row = session.people.row(0, named=True)
    assert row["profile"] == "anna"
    if row["activities"] == "pause":
        assert [line.message["subject"] for line in session.messages if line.message] == ["Hello 30"]
        session.advance("2 days")
        assert session.people["activities"].to_list() == ["pause"]
        session.advance("2 days")
        assert session.people["activities"].to_list() == ["bought"]
        session.event("purchase", "anna", {"total": 9.5})
    assert session.people["status"].to_list() == ["finished"]
    assert session.messages[-1].message is not None
    assert session.messages[-1].message["body"] == "You are 30"
    assert seen == session.lines
    assert session.trace("anna")
    assert workspace.sql("SELECT count(*) FROM profiles").item() == 1
    assert workspace.journeys.list().height == 0


def test_in_a_test_waits_are_short_and_ways_are_chosen(workspace: Workspace) -> None:
    session = workspace.journeys.test(JOURNEY, wait="1 minute", waits={"pause": "5 minutes"}, branches={"half": "a"})
    for number in range(4):
        session.person(f"p{number}", {"age": 20 + number, "email": "x@x.org"})
    assert session.people["activities"].to_list() == ["pause"] * 4
    session.advance("4 minutes")
    assert session.people["activities"].to_list() == ["pause"] * 4
    session.advance("1 minute")
    assert session.people["activities"].to_list() == ["bought"] * 4
    session.advance("2 minutes")
    assert session.people["status"].to_list() == ["finished"] * 4
    assert {("half", "b"), ("check", "loyal"), ("ask", "error")} <= set(session.unreached)
    session.choose("half", "b")
    session.answer("ask", status=500)
    session.person("late", {"age": 30, "email": "x@x.org"})
    steps = session.steps.filter(pl.col("run").str.ends_with("/late"))
    assert steps.filter(pl.col("activity") == "ask")["outcome"].to_list()[-1] == "error"
    assert session.to_json()["mode"] == "test"


def test_segments_are_entered_and_left_by_hand(workspace: Workspace) -> None:
    session = workspace.journeys.test(JOURNEY, branches={"half": "a"})
    session.person("child", {"age": 10, "email": "x@x.org"})
    assert session.people.height == 0
    session.member("child", {"adult": True})
    assert session.people["profile"].to_list() == ["child"]
    with pytest.raises(UnknownNameError, match="adult"):
        session.member("child", {"adlt": True})


def test_people_of_the_workspace_bring_their_past(workspace: Workspace) -> None:
    session = workspace.journeys.simulate(JOURNEY)
    session.member("old", {"adult": False})
    session.member("old", {"adult": True})
    assert session.steps.filter(pl.col("activity") == "check")["outcome"].to_list() == ["loyal"]
    assert workspace.segments.count("adult") == 1


def test_calls_are_answered_as_said(workspace: Workspace) -> None:
    draft = {**JOURNEY, "start": "ask"}
    activities = dict(JOURNEY["activities"])  # type: ignore[call-overload]
    activities["thanks"] = {**activities["thanks"], "body": "tier {{ action.ask.tier }}"}
    for name in ("check", "half", "mail", "pause", "bought"):
        del activities[name]
    session = workspace.journeys.simulate({**draft, "activities": activities})
    session.answer("ask", body={"tier": "gold"})
    session.person("a", {"age": 30, "email": "a@x.org"})
    assert [line.message["body"] for line in session.messages if line.message] == ["tier gold"]
    session.answer("ask", result="timedout")
    session.person("b", {"age": 30, "email": "a@x.org"})
    assert session.people["status"].to_list() == ["finished", "finished"]
    assert len(session.messages) == 1


def test_signals(workspace: Workspace) -> None:
    draft = {
        "journey": "clicks",
        "entry": {"event": "purchase"},
        "start": "mail",
        "activities": {
            "mail": {"type": "email", "to": "a@x.org", "subject": "a", "body": "b", "then": "heard"},
            "heard": {"type": "wait_for_signal", "of": "mail", "signal": "clicked", "timeout": "1 day", "then": "end"},
            "end": {"type": "end"},
        },
    }
    session = workspace.journeys.simulate(draft)
    session.person("a")
    session.event("purchase", "a")
    session.signal("a", "mail", "clicked", "https://x.org")
    assert session.people["status"].to_list() == ["finished"]
    with pytest.raises(InputError):
        session.signal("a", "heard", "clicked")


def test_mistakes(workspace: Workspace) -> None:
    session = workspace.journeys.test(JOURNEY)
    session.person("a")
    for call in (
        lambda: session.event("purchas", "a"),
        lambda: session.event("purchase", "a", {"totl": 1}),
        lambda: session.event("purchase", "b"),
        lambda: session.set("a", {"agee": 3}),
        lambda: session.choose("half", "c"),
        lambda: session.answer("aks"),
        lambda: workspace.journeys.test(JOURNEY, branches={"hlf": "a"}),
    ):
        with pytest.raises(UnknownNameError):
            call()
    with pytest.raises(InputError):
        session.set("a", {"age": "old"})
    with pytest.raises(InputError):
        session.advance_to(0)
    with pytest.raises(InputError):
        workspace.journeys.simulate(JOURNEY).choose("half", "a")


def test_a_workspace_without_a_tick(tmp_path: Path) -> None:
    (tmp_path / "d.yaml").write_text(DEFINITIONS)
    with parcours.init(tmp_path / "w") as made:
        made.import_profiles(pl.DataFrame({"profile_id": ["x"], "age": [1], "email": ["a"]}))
        made.import_events(
            pl.DataFrame({"profile_id": ["x"], "event_id": ["1"], "time": ["2026-01-01"], "total": [1.0]}),
            event="purchase",
        )
        made.apply(tmp_path / "d.yaml")
        session = made.journeys.test(JOURNEY, at="2026-03-01", branches={"half": "a"})
        session.person("x", {"age": 20, "email": "b"})
        assert session.people["activities"].to_list() == ["pause"]


def test_steps_are_played_from_the_beginning(workspace: Workspace) -> None:
    steps = [
        {"person": "anna", "attributes": {"age": 30, "email": "anna@shop.example"}},
        {"choose": "half", "way": "a"},
        {"member": "anna", "segments": {"adult": True}},
    ]
    found = workspace.journeys.play(JOURNEY, steps, wait="1 hour")
    counts = {row["activity"]: row for row in found["activities"]}
    assert (counts["mail"]["arrived"], counts["pause"]["waiting"]) == (1, 1)
    assert {"activity": "half", "label": "a", "runs": 1} in found["edges"]
    assert [line["message"]["subject"] for line in found["log"] if line["message"]] == ["Hello 30"]
    assert [one["activities"] for one in found["people"]] == ["pause"]
    later = workspace.journeys.play(JOURNEY, [*steps, {"advance": "2 hours"}], wait="1 hour")
    assert later["log"][: len(found["log"])] == found["log"]
    assert [one["status"] for one in later["people"]] == ["finished"]
    french = workspace.journeys.play(JOURNEY, [*steps, {"advance": "2 hours"}], wait="1 hour", lang="fr")
    assert "a terminé" in french["log"][-1]["text"]


def test_only_people_who_are_named_are_told_of(workspace: Workspace) -> None:
    journey = {**JOURNEY, "entry": {"read": "adult", "schedule": {"at": "2030-01-01T00:00"}}}
    later = {"until": "2030-01-02T00:00:00Z"}
    everybody = workspace.journeys.play(journey, [later], mode="simulation")
    assert {line["profile"] for line in everybody["log"]} == {"old"}
    anna = {"person": "anna", "attributes": {"age": 30, "email": "anna@shop.example"}}
    one = workspace.journeys.play(journey, [anna, later], mode="simulation")
    assert {line["profile"] for line in one["log"]} == {"anna"} == {row["profile"] for row in one["people"]}
    assert next(row["arrived"] for row in one["activities"] if row["activity"] == "check") == 1


def test_a_step_that_cannot_be_done_says_which(workspace: Workspace) -> None:
    with pytest.raises(UnknownNameError) as caught:
        workspace.journeys.play(JOURNEY, [{"advance": "1 day"}, {"set": "nobody", "attributes": {"age": 3}}])
    assert caught.value.where == "steps[1]"
    with pytest.raises(InputError, match="in a test only"):
        workspace.journeys.play(JOURNEY, [], mode="simulation", wait="1 hour")
