"""Backtests: what a draft would have done, and what another one would have done differently."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.core.errors import InputError
from parcours.service.backtesting import Backtest, Difference
from parcours.service.workspace import Workspace

JOURNEY = """
journey: hello
name: Say hello
entry: {segment: big, on: enter}
reentry: {allowed: true, wait: 30 days}
start: mail
activities:
  mail: {type: email, to: "{{ profile.email }}", subject: Hello, body: "You are {{ profile.age }}", then: pause}
  pause: {type: wait, for: 7 days, then: end}
  end: {type: end}
"""


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    (tmp_path / "draft.yaml").write_text(JOURNEY)
    return tmp_path / "draft.yaml"


def test_the_past_of_a_live_journey_comes_out_again(workspace: Workspace, draft: Path) -> None:
    found = workspace.journeys.backtest(draft)
    assert isinstance(found, Backtest)
    entered = workspace.sql(
        "SELECT _profile_id, count(*) AS runs FROM journey_steps WHERE kind = 'entry' "
        "AND outcome = 'entered' GROUP BY 1 ORDER BY 1"
    )
    assert found.people.filter(pl.col("runs") > 0).select("_profile_id", "runs").sort("_profile_id").equals(entered)
    assert found.entered == workspace.journeys.list()["entered"].item()
    report = workspace.journeys.summary("hello")
    names = ["activity", "kind", "arrived", "waiting", "left"]
    assert found.activities.select(names).equals(report.activities.select(names))
    assert dict(zip(found.activities["activity"], found.activities["mailed"], strict=True))["mail"] == found.entered
    assert found.days.filter(pl.col("activity") == "mail")["mailed"].sum() == found.entered
    assert found.peaks["channel"].to_list() == ["email", "entry"]
    assert "entries of" in str(found)
    assert "hello" in found.drawing().text() or found.drawing().text()


def test_some_people_are_told_of_with_their_messages(workspace: Workspace, draft: Path) -> None:
    found = workspace.journeys.backtest(draft)
    assert isinstance(found, Backtest)
    people = found.people.filter(pl.col("runs") > 0)
    some = found.sample(3)
    assert 0 < len(some) <= 3
    assert [one["profile"] for one in some] == [one["profile"] for one in found.sample(3)]
    for one in some:
        assert people.filter(pl.col("_profile_id") == one["profile"])["messages"].item() == one["messages"]
        sent = [line["message"] for line in one["log"] if line["message"]]
        assert len(sent) == one["messages"]
        assert all(fields["subject"] == "Hello" for fields in sent)
        assert [line["time"] for line in one["log"]] == sorted(line["time"] for line in one["log"])
    assert len(found.sample(1000)) == people.height


def test_a_shorter_time(workspace: Workspace, draft: Path) -> None:
    found = workspace.journeys.backtest(draft, "2024-03-01", "2024-04-01")
    entered = workspace.sql(
        "SELECT count(*) FROM journey_steps WHERE kind = 'entry' AND outcome = 'entered' "
        "AND time >= '2024-03-01' AND time <= '2024-04-01'"
    ).item()
    assert isinstance(found, Backtest)
    assert found.entered >= entered > 0
    assert (
        found.steps["time"].max()
        <= pl.Series(["2024-04-01T00:00:00Z"]).str.to_datetime(time_zone="UTC", time_unit="us")[0]
    )


def test_nothing_is_written(workspace: Workspace, draft: Path) -> None:
    before = workspace.sql("SELECT count(*) FROM journey_steps").item(), workspace.journeys.versions("hello").height
    workspace.journeys.backtest(draft)
    assert (
        workspace.sql("SELECT count(*) FROM journey_steps").item(),
        workspace.journeys.versions("hello").height,
    ) == before


def test_two_drafts(workspace: Workspace, draft: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(JOURNEY.replace("on: enter", "on: enter, when: {attribute: age, at_least: 30}"))
    found = workspace.journeys.backtest(draft, against=other)
    assert isinstance(found, Difference)
    assert found.first.entered > found.second.entered > 0
    mail = found.activities.filter(pl.col("activity") == "mail").row(0, named=True)
    assert mail["arrived_more"] == found.second.entered - found.first.entered
    assert found.people.filter(pl.col("runs_second") > pl.col("runs_first")).height == 0
    assert "only the second: 0" in str(found)


def test_new_names_and_calls(workspace: Workspace, tmp_path: Path) -> None:
    draft = {
        "journey": "marks",
        "entry": {"segment": "big", "on": "enter"},
        "start": "mark",
        "activities": {
            "mark": {"type": "update_profile", "values": {"tier": "gold"}, "then": "seat"},
            "seat": {"type": "profile_cap", "most": 3, "then": "mail", "otherwise": "end"},
            "mail": {"type": "email", "to": "{{ profile.email }}", "subject": "a", "body": "{{ profile.tier }}"},
            "end": {"type": "end"},
        },
    }
    found = workspace.journeys.backtest(draft)
    assert isinstance(found, Backtest)
    rows = {row["activity"]: row for row in found.activities.to_dicts()}
    assert (rows["mail"]["mailed"], rows["seat"]["capped"]) == (3, found.entered - 3)
    assert "tier" not in workspace.schema.attributes


def test_what_is_no_draft(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "s.yaml").write_text("segment: x\nrule: {segment: big}\n")
    with pytest.raises(InputError, match="found 0"):
        workspace.journeys.backtest(tmp_path / "s.yaml")
    with pytest.raises(parcours.ParcoursError, match="no journey 'nobody'"):
        workspace.journeys.backtest("nobody")


def test_without_a_past(tmp_path: Path, draft: Path) -> None:
    with parcours.init(tmp_path / "w") as workspace, pytest.raises(parcours.ParcoursError):
        workspace.journeys.backtest({"journey": "x", "entry": {"segment": "y"}, "start": "e", "activities": {}})


def test_nothing_happens(workspace: Workspace, draft: Path) -> None:
    found = workspace.journeys.backtest(draft, "2024-06-30", "2024-06-30")
    assert isinstance(found, Backtest)
    assert found.entered == 0
    assert (found.people.height, found.days.height, found.peaks.height) == (0, 0, 0)
    assert "0 entries of 0 people" in str(found)
    assert found.against(found).people.height == 0


ENDPOINT = """
action: crm
url: https://api.example/people/{id}
parameters: {id: string}
%s
---
endpoint: people
url: https://api.example/people/*
%s
---
journey: tell
entry: {event: visit}
start: call
activities:
  call:
    type: custom_action
    action: crm
    values: {id: {journey: "#{Parcours.Profile.email}"}}
    then: again
    on_error: end
  again:
    type: custom_action
    action: crm
    values: {id: {journey: "#{Parcours.Profile.email}"}}
    then: end
    on_error: end
  end: {type: end}
"""


@pytest.fixture
def visited(tmp_path: Path) -> Iterator[Workspace]:
    """On each of three days ten people visit within a minute."""
    with parcours.init(tmp_path / "visited") as workspace:
        people = [f"p{number}" for number in range(10)]
        workspace.import_profiles(pl.DataFrame({"profile_id": people, "email": [f"{one}@x.org" for one in people]}))
        visits = [(one, f"2026-03-0{day}T09:00:{number:02}Z") for day in (1, 2, 3) for number, one in enumerate(people)]
        rows = pl.DataFrame(visits, schema=["profile_id", "time"], orient="row").with_columns(page=pl.lit("home"))
        workspace.import_events(rows, event="visit")
        workspace.replay("2026-03-01", "2026-03-04")
        yield workspace


def limited(folder: Path, rule: str, action: str = "") -> Path:
    (folder / "limited.yaml").write_text(ENDPOINT % (action, rule))
    return folder / "limited.yaml"


def counted(found: object, name: str) -> dict[tuple[str, str], int]:
    assert isinstance(found, Backtest)
    rows = found.days.select("day", "activity", name).filter(pl.col(name) > 0).rows()
    return {(str(day)[-2:], activity): count for day, activity, count in rows}


def test_calls_over_the_cap_of_their_endpoint_are_told_by_activity_and_day(visited: Workspace, tmp_path: Path) -> None:
    draft = limited(tmp_path, "capping: {maxCallsCount: 14, periodInMs: 3600000}")
    found = visited.journeys.backtest(draft)
    # the first seven take two slots each, and the others find none
    assert counted(found, "capped") == {(day, "call"): 3 for day in ("01", "02", "03")}
    assert counted(found, "delayed") == {}
    assert isinstance(found, Backtest)
    rows = {row["activity"]: row for row in found.activities.to_dicts()}
    assert (rows["call"]["arrived"], rows["call"]["capped"], rows["again"]["arrived"]) == (30, 9, 21)
    assert "9 capped" in str(found)
    assert visited.journeys.list().is_empty(), "nothing of the file is published"


def test_calls_that_wait_for_a_slot_are_told(visited: Workspace, tmp_path: Path) -> None:
    draft = limited(tmp_path, "capping: {maxCallsCount: 4, periodInMs: 3600000}", "on_capped: queue")
    found = visited.journeys.backtest(draft)
    assert counted(found, "capped") == {}
    # four calls an hour: everybody's first call is made within three hours, in order, the second ones behind them
    assert counted(found, "delayed") == {
        **{(day, "call"): 8 for day in ("01", "02", "03")},
        **{(day, "again"): 8 for day in ("01", "02", "03")},
    }
    assert isinstance(found, Backtest)
    made = found.steps.filter((pl.col("activity") == "again") & (pl.col("outcome") == "next"))
    per_hour = made.group_by(pl.col("time").dt.truncate("1h")).len()["len"]
    assert made.height == 30
    assert per_hour.max() <= 4


def test_a_session_plays_the_rates_too(visited: Workspace, tmp_path: Path) -> None:
    draft = limited(tmp_path, "throttling: {maxThroughput: 1}")
    session = visited.journeys.simulate(draft)
    for number in range(3):
        session.event("visit", f"p{number}", {"page": "home"})
    assert session.people["status"].to_list() == ["waiting"] * 3
    session.advance("1 minute")
    times = session.steps.filter((pl.col("kind") == "custom_action") & (pl.col("outcome") == "next"))["time"]
    assert times.sort().diff().drop_nulls().min().total_seconds() >= 1  # type: ignore[union-attr]
    capped = visited.journeys.test(limited(tmp_path, "capping: {maxCallsCount: 2, periodInMs: 60000}"))
    for name in ("a", "b"):
        capped.person(name, {"email": f"{name}@x.org"})
        capped.event("visit", name, {"page": "home"})
    found = capped.steps.filter(kind="custom_action").select("activity", "outcome", "detail").unique()
    assert ("call", "error", "capped") in found.rows()
