"""Who left a segment is told from who was never in it: in segments, journeys, backtests and explanations."""

from __future__ import annotations

import shutil
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.service.workspace import Workspace
from tests.service import shop

HOUR = timedelta(hours=1)
DEFINITIONS = """
segment: big
rule: {event: purchase, sum: total, in_last: 30 days, at_least: 100}
---
segment: left
rule: {segment_status: big, is: exited}
---
segment: strangers
rule: {pql: 'segmentStatus("big") = "never"'}
---
segment: lost-adults
rule: {journey: 'segmentStatus("big") + "!" == "exited!" and #{Parcours.Profile.age} >= 18'}
---
journey: back
entry: {event: purchase}
reentry: {allowed: true}
start: check
activities:
  check:
    type: condition
    paths:
      - {label: back, when: {journey: 'segmentStatus("big") == "exited"'}, to: done}
      - {label: first, when: {segment_status: big, is: never}, to: done}
    otherwise: done
  done: {type: end}
"""


def made(folder: Path) -> Workspace:
    workspace = parcours.init(folder / "shop")
    workspace.import_profiles(shop.people())
    workspace.import_events(shop.purchases(), event="purchase", id="event_id")
    (folder / "statuses.yaml").write_text(DEFINITIONS)
    workspace.apply(folder / "statuses.yaml")
    return workspace


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("statuses")
    with made(folder) as workspace:
        workspace.replay("2024-01-01", "2024-04-30", tick="5 hours")
    return folder / "shop"


@pytest.fixture
def workspace(replayed: Path, tmp_path: Path) -> Workspace:
    return parcours.open(shutil.copytree(replayed, tmp_path / "copy"))


def members(workspace: Workspace, segment: str) -> set[str]:
    return set(workspace.segments.members(segment)["_profile_id"])


def recorded(workspace: Workspace) -> dict[str, set[str]]:
    """Who stands how to the segment by its recorded changes."""
    people = set(workspace.sql("SELECT _profile_id FROM profiles")["_profile_id"])
    ever = set(workspace.sql("SELECT DISTINCT _profile_id FROM qualifications WHERE segment = 'big'")["_profile_id"])
    return {"left": ever - members(workspace, "big"), "strangers": people - ever}


def test_members_are_those_of_the_recorded_changes(workspace: Workspace) -> None:
    with workspace:
        found = recorded(workspace)
        assert found["left"]
        assert found["strangers"]
        assert {name: members(workspace, name) for name in found} == found
        adults = set(workspace.sql("SELECT _profile_id FROM profiles WHERE age >= 18")["_profile_id"])
        assert members(workspace, "lost-adults") == found["left"] & adults


@pytest.mark.parametrize("snapshot", [True, False])
def test_an_interruption_changes_nothing(replayed: Path, tmp_path: Path, snapshot: bool) -> None:
    with made(tmp_path) as workspace:
        workspace.replay("2024-01-01", "2024-03-01", tick="5 hours")
    if not snapshot:
        shutil.rmtree(tmp_path / "shop" / "snapshots")
    sql = "SELECT segment, status, effective, _profile_id, cause FROM qualifications ORDER BY ALL"
    with parcours.open(tmp_path / "shop") as workspace:
        workspace.replay(None, "2024-04-30", tick="5 hours")
        found = workspace.sql(sql)
    with parcours.open(shutil.copytree(replayed, tmp_path / "copy")) as workspace:
        assert found.rows() == workspace.sql(sql).rows()


def test_a_new_rule_knows_who_left_long_ago(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "new.yaml").write_text("segment: old\nrule: {segment_status: big, in: [exited, never]}\n")
    with workspace:
        found = recorded(workspace)
        (preview,) = workspace.preview(tmp_path / "new.yaml")
        assert preview.members == len(found["left"] | found["strangers"])
        workspace.apply(tmp_path / "new.yaml")
        workspace.catch_up()
        assert members(workspace, "old") == found["left"] | found["strangers"]


def test_erased_people_leave_nothing_behind(workspace: Workspace) -> None:
    with workspace:
        gone = sorted(members(workspace, "left"))[0]
        before = recorded(workspace)["left"]
        workspace.erase(gone)
        workspace.catch_up()
        assert members(workspace, "left") == before - {gone}
        workspace.import_profiles(pl.DataFrame({"profile_id": [gone], "age": [20]}))
        workspace.replay(None, "2024-05-02", tick="5 hours")
        assert gone in members(workspace, "strangers")


def test_a_segment_that_stops_and_starts_remembers(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "none.yaml").write_text("segment: big\nrule: {event: purchase, sum: total, at_least: 1000000}\n")
    with workspace:
        inside, left = members(workspace, "big"), members(workspace, "left")
        workspace.apply(tmp_path / "none.yaml")
        workspace.catch_up()
        assert members(workspace, "left") == inside | left


def test_journeys_and_backtests_read_it(workspace: Workspace, tmp_path: Path) -> None:
    draft = tmp_path / "draft.yaml"
    draft.write_text(DEFINITIONS.split("---\n")[-1].replace("journey: back", "journey: again"))
    with workspace:
        steps = workspace.sql(
            "SELECT _profile_id, time, outcome FROM journey_steps WHERE journey = 'back' AND activity = 'check'"
        )
        changes = workspace.sql("SELECT _profile_id, status, effective FROM qualifications WHERE segment = 'big'")
        known = defaultdict(list)
        for who, status, effective in changes.sort("effective").rows():
            known[who].append((effective, status))
        ends = workspace.sql("SELECT now FROM ticks ORDER BY now")["now"].to_list()

        def outcome_at(who: str, time: datetime) -> str:
            before = [status for effective, status in known[who] if effective <= time]
            return {"exited": "back", "realized": "otherwise"}.get(before[-1] if before else "", "first")

        for who, time, outcome in steps.rows():
            assert outcome == outcome_at(who, next(now for now in ends if now >= time))  # as at the end of the tick
        assert set(steps["outcome"]) == {"back", "first", "otherwise"}
        steps = workspace.journeys.backtest(draft).steps.filter(activity="check")
        ids = workspace.sql("SELECT _profile, _profile_id FROM profiles").cast({"_profile": pl.Int32})
        found = steps.join(ids, on="_profile").select("_profile_id", "time", "outcome")
        assert found.height == steps.height > 0
        assert set(found["outcome"]) == {"back", "first", "otherwise"}
        assert all(
            outcome in (outcome_at(who, time), outcome_at(who, time + HOUR)) for who, time, outcome in found.rows()
        )


def test_an_explanation_shows_the_status(workspace: Workspace) -> None:
    with workspace:
        left = sorted(members(workspace, "left"))[0]
        found = workspace.explain("left", left)
        assert found.member
        assert found.rule.values == {"status in big": "exited"}
        assert "the status in segment 'big' is" in str(found)
        stranger = sorted(members(workspace, "strangers"))[0]
        assert workspace.explain("left", stranger).rule.values == {"status in big": "never"}
