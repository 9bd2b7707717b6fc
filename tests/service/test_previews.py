"""A preview is what applying does, and it changes nothing."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.core.clock import DAY
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


def test_an_edit_tells_which_segments_move_with_it(workspace: Workspace, tmp_path: Path) -> None:
    rule = {"event": "purchase", "sum": "total", "in_last": "60 days", "at_least": 60}
    (told,) = workspace.preview({"segment": "big", "rule": rule})
    before = set(workspace.segments.members("big-adult")["_profile_id"])
    workspace.segments.save("big", {"rule": rule}, publish=True)
    workspace.catch_up()
    after = set(workspace.segments.members("big-adult")["_profile_id"])
    assert [(one.segment, one.entering, one.leaving) for one in told.segments] == [
        ("big-adult", len(after - before), len(before - after))
    ]
    assert after - before


def test_an_edit_tells_which_journeys_it_touches(workspace: Workspace) -> None:
    rule = {"event": "purchase", "sum": "total", "in_last": "60 days", "at_least": 60}
    (told,) = workspace.preview({"segment": "big", "rule": rule})
    (journey,) = told.journeys
    assert (journey.journey, journey.name, journey.status) == ("hello", "Say hello", "live")
    assert (journey.segment, journey.uses) == ("big", ["entry"])
    runs = workspace._parts.runner.state.journeys.where("hello").filter(pl.col("status") == "waiting", "main")
    assert journey.inside == runs["_profile"].n_unique()
    moved = pl.concat([told.entering, told.leaving])["_profile"].implode()
    assert journey.moving == runs.filter(pl.col("_profile").is_in(moved))["_profile"].n_unique()
    # R: re-entrance is allowed 30 days after the entry before, and nobody is in it twice
    now = workspace._parts.runner.state.now or 0
    recent = workspace._parts.runner.state.journeys.where("hello").filter(
        (pl.col("entered") > now - 30 * DAY) | (pl.col("status") == "waiting")
    )
    assert journey.admitted == told.entering.filter(~pl.col("_profile").is_in(recent["_profile"].implode())).height
    assert 0 < journey.admitted < told.entering.height


def test_publishing_an_edit_starts_no_journey(workspace: Workspace) -> None:
    rule = {"event": "purchase", "sum": "total", "in_last": "60 days", "at_least": 60}
    before = workspace.journeys.list()["entered"].to_list()
    workspace.segments.save("big", {"rule": rule}, publish=True)
    workspace.catch_up()
    workspace.replay("2024-06-30", "2024-06-30T00:00:01Z", "1 second")
    assert workspace.journeys.list()["entered"].to_list() == before


USES = """
segment: pair
rule: {all: [{segment: big}, {attribute: age, at_least: 20}]}
---
journey: waits
entry: {event: purchase}
start: pause
activities:
  pause: {type: wait_for_segment, segment: pair, on: enter, timeout: 5 days, then: end, on_timeout: check}
  check: {type: condition, paths: [{label: in, when: {segment: big}, to: end}], otherwise: end}
  end: {type: end}
---
journey: reads
entry: {read: big, schedule: {at: "2030-01-01T00:00"}}
start: end
activities:
  end: {type: end}
---
journey: leaves
entry: {segment: big, on: exit, when: {all: [{attribute: age, at_least: 20}, {not: {segment: pair}}]}}
start: end
activities:
  end: {type: end}
---
journey: other
entry: {segment: adult}
start: end
activities:
  end: {type: end}
"""


def test_journeys_are_touched_in_many_ways(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "uses.yaml"
    path.write_text(USES)
    workspace.apply(path)
    workspace.replay("2024-06-30", "2024-07-01", "1 hour")
    rule = {"event": "purchase", "sum": "total", "in_last": "20 days", "at_least": 80}
    (told,) = workspace.preview({"segment": "big", "rule": rule})
    found = {(one.journey, one.segment): one for one in told.journeys}
    assert {place: one.uses for place, one in found.items()} == {
        ("hello", "big"): ["entry"],
        ("leaves", "big"): ["entry"],
        ("leaves", "pair"): ["condition"],
        ("reads", "big"): ["read"],
        ("waits", "big"): ["condition"],
        ("waits", "pair"): ["wait"],
    }
    ages = dict(shop.people().select("profile_id", "age").iter_rows())
    old_enough = [name for name in told.leaving["_profile_id"] if (ages[name] or 0) >= 20]
    assert found["leaves", "big"].admitted == len(old_enough) > 0  # who leaves big leaves the pair, too


def test_a_rule_of_its_own_touches_nothing(workspace: Workspace) -> None:
    (told,) = workspace.preview({"attribute": "age", "at_least": 30})
    assert (told.segments, told.journeys) == ((), ())
