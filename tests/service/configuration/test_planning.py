"""What a plan says is what applying does: who moves, what follows, what is deleted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import parcours
from parcours.core.errors import ConflictError, DefinitionError, InputError
from parcours.service.configuration.records import Plan
from parcours.service.configuration.shown import markdown, text
from parcours.service.workspace import Workspace
from tests.service import shop


def edited(folder: Path, old: str, new: str) -> Path:
    """The shop's definitions with a difference."""
    place = shop.definitions(folder / "definitions")
    written = (place / "all.yaml").read_text()
    assert old in written
    (place / "all.yaml").write_text(written.replace(old, new))
    return place


def members(workspace: Workspace) -> dict[str, set[str]]:
    return {name: set(workspace.segments.members(name)["_profile_id"]) for name in shop.SEGMENTS}


def test_nothing_changes_when_nothing_was_edited(workspace: Workspace, tmp_path: Path) -> None:
    found = workspace.plan(shop.definitions(tmp_path / "definitions"), prune=True)
    assert not found
    assert found.counts() == {"new": 0, "edited": 0, "deleted": 0, "unchanged": 9}
    assert "nothing to change" in text(found)
    assert "No changes" in markdown(found)


def test_the_member_difference_is_what_applying_brings(workspace: Workspace, tmp_path: Path) -> None:
    before = members(workspace)
    place = edited(tmp_path, "at_least: 100}", "at_least: 60}")
    found = workspace.plan(place)
    by_id = {item.id: item for item in found.changes}
    assert set(by_id) == {"big"}
    workspace.apply(place)
    after = members(workspace)
    moved = [by_id["big"].members, *found.follows]
    assert [one.segment for one in moved if one] == ["big", "big-adult"]  # it refers to the one that was edited
    for one in moved:
        assert one is not None
        entered, left = after[one.segment] - before[one.segment], before[one.segment] - after[one.segment]
        assert entered
        assert (one.before, one.after) == (len(before[one.segment]), len(after[one.segment]))
        assert (one.entering, one.leaving) == (len(entered), len(left))
        assert set(one.enter) <= entered
        assert set(one.leave) <= left
    assert not workspace.plan(place)


def test_edited_segments_are_seen_with_each_other(workspace: Workspace, tmp_path: Path) -> None:
    """A segment whose rule is edited together with that of a segment it refers to."""
    place = edited(tmp_path, "at_least: 100}", "at_least: 60}")
    written = (place / "all.yaml").read_text()
    (place / "all.yaml").write_text(
        written.replace("[{segment: big}, {segment: adult}]", "[{segment: big}, {segment: fans}]")
    )
    found = {item.id: item for item in workspace.plan(place).changes}
    workspace.apply(place)
    planned = found["big-adult"].members
    assert planned is not None
    assert planned.after == workspace.segments.count("big-adult")


def test_rules_differ_in_words(workspace: Workspace, tmp_path: Path) -> None:
    place = edited(
        tmp_path, "- {event: purchase, in_last: 20 days, is: 0}", "- {event: purchase, in_last: 25 days, is: 0}"
    )
    (item,) = workspace.plan(place).changes
    assert item.words[0] == "  all of these:"
    assert [line[0] for line in item.words] == [" ", " ", "-", "+"]
    assert "20 days" in item.words[2]
    assert "25 days" in item.words[3]
    french = workspace.plan(place, lang="fr").changes[0].words
    assert "25 derniers jours" in french[3]


def test_journeys_that_read_a_segment_are_named(workspace: Workspace, tmp_path: Path) -> None:
    (item,) = workspace.plan(edited(tmp_path, "at_least: 100}", "at_least: 60}")).changes
    (touched,) = item.journeys
    assert (touched.journey, touched.role) == ("hello", "entry")
    assert touched.inside == workspace.journeys.list()["inside"].item()


def test_an_edited_journey_says_what_differs_and_who_is_inside(workspace: Workspace, tmp_path: Path) -> None:
    (item,) = workspace.plan(edited(tmp_path, "for: 7 days", "for: 9 days")).changes
    assert (item.kind, item.action, item.version) == ("journey", "edited", 2)
    assert any("7 days" in line and "9 days" in line for line in item.words)
    inside = workspace.journeys.list()["inside"].item()
    assert item.journeys[0].inside == inside


def test_a_new_segment_has_its_size(workspace: Workspace) -> None:
    shape = {"segment": "old", "rule": {"attribute": "age", "at_least": 40}}
    (item,) = workspace.plan(shape).changes
    assert item.members is not None
    workspace.apply(shape)
    assert item.members.after == workspace.segments.count("old") > 0
    assert item.rule


def test_what_is_not_there_is_deleted_with_prune_only(workspace: Workspace, tmp_path: Path) -> None:
    place = edited(tmp_path, "segment: trial-ending", "segment: trial-over")
    assert {item.id: item.action for item in workspace.plan(place).changes} == {"trial-over": "new"}
    found = workspace.plan(place, prune=True)
    assert {item.id: item.action for item in found.changes} == {"trial-over": "new", "trial-ending": "deleted"}
    gone = next(item for item in found.changes if item.action == "deleted")
    assert gone.members is not None
    assert gone.members.leaving == workspace.segments.count("trial-ending")
    changes = workspace.apply(place, prune=True)
    assert ("segment", "trial-ending", "deleted") in {(one.kind, one.id, one.action) for one in changes}
    assert "trial-ending" not in set(workspace.segments.list()["segment"])
    assert workspace.segments.count("trial-ending") == 0
    assert not workspace.plan(place, prune=True)


def test_a_journey_is_pruned_with_the_people_inside(workspace: Workspace, tmp_path: Path) -> None:
    place = shop.definitions(tmp_path / "definitions")
    written = (place / "all.yaml").read_text()
    (place / "all.yaml").write_text(written.partition("---\njourney:")[0])
    (item,) = workspace.plan(place, prune=True).changes
    assert (item.kind, item.action) == ("journey", "deleted")
    workspace.apply(place, prune=True)
    assert workspace.journeys.list().height == 0


def test_what_others_refer_to_is_not_pruned(workspace: Workspace, tmp_path: Path) -> None:
    place = edited(tmp_path, "segment: adult\nrule", "segment: grown\nrule")
    with pytest.raises(DefinitionError, match="adult"):
        workspace.plan(place, prune=True)
    with pytest.raises(DefinitionError):
        workspace.apply(place, prune=True)
    assert workspace.segments.count("adult")


def test_a_kept_plan_is_applied_exactly(workspace: Workspace, tmp_path: Path) -> None:
    place = edited(tmp_path, "at_least: 100}", "at_least: 60}")
    kept = json.loads(json.dumps(workspace.plan(place).to_json(), default=str))
    assert Plan.from_json(kept).to_json() == workspace.plan(place).to_json()
    (place / "all.yaml").write_text("segment: other\nrule: {attribute: age, at_least: 1}\n")  # what was planned counts
    changes = workspace.apply(plan=kept)
    assert [one.id for one in changes if one.action == "edited"] == ["big"]
    assert "other" not in set(workspace.segments.list()["segment"])


def test_a_plan_is_refused_when_the_workspace_moved_on(workspace: Workspace, tmp_path: Path) -> None:
    place = edited(tmp_path, "at_least: 100}", "at_least: 60}")
    kept = workspace.plan(place)
    workspace.apply({"segment": "fans", "rule": {"attribute": "age", "at_least": 1}})
    with pytest.raises(ConflictError) as refused:
        workspace.apply(plan=kept)
    assert refused.value.code == "moved-on"
    (unchanged,) = workspace.plan(place).changes[:1]
    assert unchanged.id == "big"


@pytest.mark.parametrize("shape", [{}, {"plan": 2}, {"plan": 1, "items": [{}]}, {"plan": 1}])
def test_what_is_no_plan_is_refused(workspace: Workspace, shape: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        workspace.apply(plan=shape)


def test_before_the_first_tick_members_are_not_known(tmp_path: Path) -> None:
    with parcours.init(tmp_path / "new") as workspace:
        workspace.import_profiles(shop.people())
        found = workspace.plan({"segment": "any", "rule": {"attribute": "age", "at_least": 1}})
        assert found.at is None
        assert found.changes[0].members is None
        assert "not known" in text(found)


def test_markdown_shows_counts_and_cannot_be_broken_out_of(workspace: Workspace) -> None:
    shape = {"segment": "odd", "rule": {"attribute": "email", "is": "```\n</details><b>"}}
    shown = markdown(workspace.plan(shape))
    assert "| + new | segment | `odd` | 0 → 0 | 0 | 0 |" in shown
    assert "````diff" in shown


def test_tests_in_a_folder_are_no_definitions(workspace: Workspace, tmp_path: Path) -> None:
    place = shop.definitions(tmp_path / "definitions")
    (place / "tests").mkdir()
    (place / "tests" / "a.yaml").write_text("test: something\n")
    assert not workspace.plan(place)
