"""Batch segments are evaluated for everybody at the instants of their schedule, and not in between."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.core.clock import DAY, HOUR, VirtualClock, as_datetime, instant
from parcours.service.workspace import Workspace
from tests.service import shop

RULE = "{event: purchase, sum: total, in_last: 30 days, at_least: 100}"
DEFINITIONS = f"""
segment: live
rule: {RULE}
---
segment: nightly
rule: {RULE}
evaluation: {{method: batch, schedule: "0 3 * * *", zone: Europe/Paris}}
---
segment: nightly-adult
rule: {{all: [{{segment: nightly}}, {{attribute: age, at_least: 18}}]}}
---
segment: nightly-twin
rule: {{segment: live}}
evaluation: {{method: batch, schedule: "0 3 * * *", zone: Europe/Paris}}
---
segment: weekly
rule: {{all: [{{segment: nightly}}, {{event: purchase, in_last: 7 days}}]}}
evaluation: {{method: batch, schedule: "0 3 * * 1", zone: Europe/Paris}}
"""


def made(folder: Path, definitions: str = DEFINITIONS) -> Workspace:
    """A shop with its data waiting, and batch segments published."""
    workspace = parcours.init(folder / "shop")
    workspace.import_profiles(shop.people())
    workspace.import_events(shop.purchases(), event="purchase", id="event_id")
    (folder / "batch.yaml").write_text(definitions)
    workspace.apply(folder / "batch.yaml")
    return workspace


def moves(workspace: Workspace) -> pl.DataFrame:
    return workspace.sql("SELECT segment, status, effective, _profile_id, cause FROM qualifications ORDER BY ALL")


def times(first: str, last: str) -> list[int]:
    """03:00 in Paris of every day between."""
    day, found = instant(first), []
    while day <= instant(last):
        summer = instant("2024-03-31T01:00:00Z") <= day + 2 * HOUR
        found.append(day + (1 if summer else 2) * HOUR)
        day += DAY
    return found


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("batch")
    with made(folder) as workspace:
        workspace.replay("2024-01-01", "2024-04-30", tick="5 hours")
    return folder / "shop"


@pytest.fixture
def workspace(replayed: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(replayed, tmp_path / "copy")
    return parcours.open(tmp_path / "copy")


def ids(workspace: Workspace, segment: str, at: int) -> list[str]:
    return sorted(workspace.segments.members(segment, at)["_profile_id"])


def test_members_are_those_of_the_rule_at_the_last_instant(workspace: Workspace) -> None:
    with workspace:
        for at in times("2024-01-05", "2024-04-29"):
            wanted = ids(workspace, "live", at)
            for later in (at, at + 6 * HOUR, at + 23 * HOUR - 1):
                assert ids(workspace, "nightly", later) == wanted
                assert ids(workspace, "nightly-twin", later) == wanted


def test_every_change_takes_place_at_an_instant_of_the_schedule(workspace: Workspace) -> None:
    with workspace:
        found = moves(workspace).filter((pl.col("cause") == "change") & pl.col("segment").is_in(["nightly", "weekly"]))
        daily = {as_datetime(at) for at in times("2024-01-01", "2024-05-01")}
        assert found.height > 100
        assert set(found["effective"]) <= daily
        assert all(at.weekday() == 0 for at in found.filter(pl.col("segment") == "weekly")["effective"])


def test_who_refers_to_a_batch_segment_changes_with_it(workspace: Workspace) -> None:
    with workspace:
        adults = set(workspace.sql("SELECT _profile_id FROM profiles WHERE age >= 18")["_profile_id"])
        own = moves(workspace).filter(pl.col("cause") == "change")
        columns = ("status", "effective", "_profile_id")
        nightly = own.filter((pl.col("segment") == "nightly") & pl.col("_profile_id").is_in(adults)).select(columns)
        both = own.filter(pl.col("segment") == "nightly-adult").select(columns)
        assert both.height > 50
        assert both.rows() == nightly.rows()


def test_other_ticks_give_the_same(replayed: Path, tmp_path: Path) -> None:
    with made(tmp_path) as other, parcours.open(shutil.copytree(replayed, tmp_path / "copy")) as workspace:
        other.replay("2024-01-01", "2024-04-30", tick="3 hours")
        own = pl.col("segment").str.starts_with("nightly")
        assert moves(other).filter(own).rows() == moves(workspace).filter(own).rows()


@pytest.mark.parametrize("snapshot", [True, False])
def test_an_interruption_changes_nothing(replayed: Path, tmp_path: Path, snapshot: bool) -> None:
    with made(tmp_path) as workspace:
        workspace.replay("2024-01-01", "2024-02-14T01:00:00Z", tick="5 hours")
    if not snapshot:
        shutil.rmtree(tmp_path / "shop" / "snapshots")
    with parcours.open(tmp_path / "shop") as workspace:
        workspace.replay(None, "2024-02-14T03:00:00Z", tick="1 hour")
        workspace.replay(None, "2024-04-30", tick="5 hours")
        found = moves(workspace)
    with parcours.open(shutil.copytree(replayed, tmp_path / "copy")) as workspace:
        own = pl.col("segment").is_in(["nightly", "nightly-twin", "nightly-adult", "weekly"])
        assert found.filter(own).rows() == moves(workspace).filter(own).rows()


def test_live_it_runs_when_its_instant_comes(workspace: Workspace) -> None:
    with workspace:
        before = moves(workspace).height
        clock = VirtualClock(instant("2024-05-01T00:59:58Z"))
        workspace.run(clock, ticks=2)
        at = instant("2024-05-01T01:00:00Z")
        early = moves(workspace).filter(pl.col("segment") == "nightly")
        workspace.run(clock, ticks=3)
        late = moves(workspace).filter(pl.col("segment") == "nightly")
        assert moves(workspace).height > before
        assert ids(workspace, "nightly", at + 2) == ids(workspace, "live", at)
        assert set(late["effective"]) - set(early["effective"]) <= {as_datetime(at)}


def test_it_says_how_it_is_evaluated_and_when_it_changes(workspace: Workspace) -> None:
    with workspace:
        assert workspace.segments.method("nightly").kind == "batch"
        assert "0 3 * * *" in str(workspace.segments.method("nightly"))
        for profile in ("p1", "p2", "p8"):
            found = workspace.explain("nightly", profile)
            now = workspace.now
            assert now is not None
            assert found.member == (profile in ids(workspace, "nightly", instant(now)))
            assert found.next_change is None or as_datetime(instant(found.next_change)).hour == 1


def test_an_edit_of_the_schedule_is_an_edit(workspace: Workspace, tmp_path: Path) -> None:
    with workspace:
        path = tmp_path / "edit.yaml"
        path.write_text(f'segment: nightly\nrule: {RULE}\nevaluation: {{method: batch, schedule: "0 5 * * *"}}\n')
        assert [change.action for change in workspace.apply(path)] == ["edited"]
        path.write_text(f"segment: nightly\nrule: {RULE}\n")
        workspace.apply(path)
        workspace.replay(None, "2024-05-10", tick="1 day")
        assert workspace.segments.method("nightly").kind == "incremental"
        assert ids(workspace, "nightly", instant("2024-05-10")) == ids(workspace, "live", instant("2024-05-10"))
