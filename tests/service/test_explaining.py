"""Explain agrees with the kernel for everybody, and says when the answer turns by time alone."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.service.explaining import Part
from parcours.service.workspace import Workspace
from tests.service import shop


@pytest.mark.parametrize("segment", shop.SEGMENTS)
def test_explain_agrees_with_the_members_for_everybody(workspace: Workspace, segment: str) -> None:
    members = dict(workspace.segments.members(segment).select("_profile_id", "since").iter_rows())
    for profile in workspace.sql("SELECT _profile_id FROM profiles")["_profile_id"]:
        found = workspace.explain(segment, profile)
        assert found.member == (profile in members)
        assert not found.member or found.since == members[profile]
        assert found.rule.held == found.member


@pytest.mark.parametrize("segment", ["big", "lapsing", "this-month", "trial-ending", "big-adult"])
def test_the_next_change_comes_when_it_was_said(folder: Path, segment: str) -> None:
    with parcours.open(folder) as workspace:
        profiles = workspace.sql("SELECT _profile_id FROM profiles")["_profile_id"].to_list()
        now = workspace.now
        assert now is not None
        said = {profile: workspace.explain(segment, profile) for profile in profiles}
        until = now + timedelta(days=40)
        workspace.replay(now, until, "1 day")
        moved = workspace.sql(
            f"SELECT _profile_id, min(effective) AS at FROM qualifications WHERE segment = '{segment}' "
            f"AND effective > TIMESTAMPTZ '{now.isoformat()}' GROUP BY ALL"
        )
    happened = dict(moved.iter_rows())
    expected = {
        profile: found.next_change
        for profile, found in said.items()
        if found.next_change is not None and found.next_change <= until
    }
    assert expected
    assert happened == expected


def test_every_value_and_the_events_behind_it_are_shown(workspace: Workspace) -> None:
    member = workspace.segments.members("big")["_profile_id"][0]
    part = workspace.explain("big", member).rule
    rows = workspace.sql(
        f"SELECT total FROM purchase WHERE _profile_id = '{member}' AND _time > TIMESTAMPTZ '2024-05-31' ORDER BY _time"
    )["total"]
    assert part.values == {"sum of purchase total": pytest.approx(rows.sum(), abs=1e-9)}
    assert [event["total"] for event in part.events] == rows.to_list()


def test_segments_inside_segments_are_taken_apart(workspace: Workspace) -> None:
    member = workspace.segments.members("big-adult")["_profile_id"][0]
    found = workspace.explain("big-adult", member)
    assert found.rule.text == "all of these"
    big, adult = found.rule.parts
    assert "big" in big.text
    assert list(big.parts[0].values) == ["sum of purchase total"]
    assert list(adult.parts[0].values) == ["age"]


def test_the_text_names_what_matters(workspace: Workspace) -> None:
    outside = workspace.sql("SELECT _profile_id FROM profiles WHERE age IS NULL")["_profile_id"][0]
    text = str(workspace.explain("adult", outside))
    assert text.startswith(f"{outside} is not in adult at 2024-06-30 00:00 UTC\n")
    assert "time alone will not change this" in text
    assert "age = nothing" in text


def test_plain_data_hold_the_same(workspace: Workspace) -> None:
    found = workspace.explain("big", "p1")
    shape = found.to_json()
    assert shape["member"] == found.member
    assert shape["rule"] == found.rule.to_json()
    assert "parts" not in Part("x", True, {}).to_json()


def test_explaining_needs_a_tick_a_segment_and_a_profile(tmp_path: Path, workspace: Workspace) -> None:
    with pytest.raises(parcours.DefinitionError, match="no profile 'nobody'"):
        workspace.explain("big", "nobody")
    with pytest.raises(parcours.DefinitionError, match="no segment 'bik'"):
        workspace.explain("bik", "p1")
    workspace.segments.deactivate("fans")
    with pytest.raises(parcours.DefinitionError, match="not published"):
        workspace.explain("fans", "p1")
    with parcours.init(tmp_path / "new") as empty:
        shop.fill(empty, tmp_path / "definitions")
        with pytest.raises(parcours.ParcoursError):
            empty.explain("big", "p1")


def test_a_late_profile_without_events_is_explained(workspace: Workspace) -> None:
    workspace.import_profiles(pl.DataFrame({"profile_id": ["new"], "age": [30]}))
    workspace.catch_up()
    assert workspace.explain("adult", "new").member
    assert not workspace.explain("big", "new").member
