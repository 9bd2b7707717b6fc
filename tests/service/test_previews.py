"""A preview is what applying does, and it changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import parcours
from parcours.service.workspace import Workspace
from tests.service import shop

RULES: dict[str, object] = {
    "edit-of-window": {"event": "purchase", "sum": "total", "in_last": "60 days", "at_least": 100},
    "edit-of-value": {"event": "purchase", "sum": "total", "in_last": "30 days", "at_least": 60},
    "other-aggregate": {"event": "purchase", "average": "total", "in_last": "90 days", "more_than": 30},
    "attribute": {"attribute": "age", "between": [20, 30]},
    "members": {"all": [{"segment": "regular"}, {"not": {"segment": "fans"}}]},
    "items": {
        "event": "purchase",
        "where": {"any_item": "items", "where": {"field": "brand", "is": "own"}},
        "in_last": "20 days",
        "at_least": 1,
    },
    "dates": {"attribute": "trial_ends", "in_last": "15 days"},
    "nobody": {"event": "purchase", "in_last": "1 day", "more_than": 1_000},
}


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_preview_is_what_applying_does(workspace: Workspace, tmp_path: Path, rule: object) -> None:
    before = set(workspace.segments.members("big")["_profile_id"])
    (told,) = workspace.preview({"segment": "big", "rule": rule})
    assert set(workspace.segments.members("big")["_profile_id"]) == before
    path = tmp_path / "big.json"
    path.write_text(json.dumps({"segment": "big", "rule": rule}))
    workspace.apply(path)
    after = set(workspace.segments.members("big")["_profile_id"])
    assert (told.before, told.members) == (len(before), len(after))
    assert set(told.entering["_profile_id"]) == after - before
    assert set(told.leaving["_profile_id"]) == before - after


def test_previews_leave_the_state_as_it_was(folder: Path) -> None:
    """Two workspaces go on side by side; one of them was asked for previews in between."""
    results = []
    for asked in (False, True):
        place = folder.parent / str(asked)
        place.mkdir()
        copy = shop.copied(folder, place)
        with parcours.open(copy) as workspace:
            if asked:
                for rule in RULES.values():
                    workspace.preview({"segment": "big", "rule": rule})
            workspace.replay("2024-06-30", "2024-08-15", "1 day")
            results.append(workspace.sql("SELECT * EXCLUDE (_seq) FROM qualifications ORDER BY ALL"))
            ticks = workspace.sql("SELECT _tick, now, events FROM ticks ORDER BY _tick")
            results.append(ticks)
    assert results[0].equals(results[2])
    assert results[1].equals(results[3])


def test_the_price_tells_what_is_shared(workspace: Workspace) -> None:
    (same,) = workspace.preview({"event": "purchase", "sum": "total", "in_last": "30 days", "at_least": 1})
    assert (same.price.features, same.price.shared, same.price.events) == (1, 1, 0)
    (new,) = workspace.preview({"event": "purchase", "max": "total", "in_last": "30 days", "at_least": 50})
    assert (new.price.features, new.price.shared, new.price.events) == (1, 0, 600)
    assert new.price.memory > 0


def test_a_file_with_several_segments_gives_a_preview_each(workspace: Workspace, tmp_path: Path) -> None:
    found = workspace.preview(shop.definitions(tmp_path / "d"))
    assert [item.segment for item in found] == [
        "big", "regular", "adult", "big-adult", "lapsing", "fans", "this-month", "trial-ending",
    ]  # fmt: skip
    assert all(item.entering.height == item.leaving.height == 0 for item in found)


def test_a_rule_with_problems_is_refused(workspace: Workspace) -> None:
    with pytest.raises(parcours.DefinitionError) as caught:
        workspace.preview({"event": "purchas", "in_last": "1 day", "at_least": 1})
    assert "did you mean 'purchase'?" in str(caught.value)


def test_before_the_first_tick_there_is_nothing_to_preview(tmp_path: Path) -> None:
    with parcours.init(tmp_path / "new") as workspace:
        shop.fill(workspace, tmp_path / "d")
        with pytest.raises(parcours.WorkspaceError, match="nothing has been evaluated"):
            workspace.preview({"attribute": "age", "at_least": 3})
