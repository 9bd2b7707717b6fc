"""Rules of every form and language in a workspace: what the kernel keeps is what explain says, for everybody."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import parcours
from parcours.service.workspace import Workspace
from tests.service import shop

RULES: dict[str, object] = {
    "sampled": {"sample": "30 %", "seed": "spring"},
    "filtered": {"filter": {"email": "*1*", "age": "..30|40.."}},
    "recent": {"filter": {"trial_ends": "today-20D.."}},
    "recent-month": {"filter": {"trial_ends": "today-1M..|''"}},
    "comes-again": {"attribute": "trial_ends", "anniversary": {"in_next": "20 days"}},
    "came-again": {"attribute": "trial_ends", "anniversary": {"in_last": "1 month"}},
    "chained": {
        "sequence": [
            {"event": "purchase"},
            {"event": "purchase", "within": "1 day", "where": {"field": "total", "at_least": 5}},
        ],
        "in_last": "20 days",
    },
    "listed": {"any_item": {"all_events": ["purchase"]}, "where": {"field": "total", "at_least": 40}},
    "queried": {"pql": 'xEvent[eventType = "purchase" and total > 10].count() > 2'},
    "expressed": {"journey": "count(#{Parcours.Events.purchase.all(currentDataPackField.total > 10.0)}) > 2"},
}
MIDDLE, END = "2024-02-10T13:00:00Z", "2024-03-10"


@pytest.fixture(scope="module")
def replayed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a segment for every rule, all of them live while the last month was replayed."""
    folder = tmp_path_factory.mktemp("forms")
    with parcours.init(folder / "shop") as workspace:
        shop.fill(workspace, folder / "definitions")
        workspace.replay(shop.START, MIDDLE, "1 day")
        for name, rule in RULES.items():
            path = folder / f"{name}.yaml"
            path.write_text(yaml.safe_dump({"segment": name, "rule": rule}))
            workspace.apply(path)
        workspace.replay(MIDDLE, END, "6 hours")
    return folder / "shop"


@pytest.mark.parametrize("segment", RULES)
def test_members_are_those_for_whom_the_rule_holds(replayed: Path, segment: str) -> None:
    with parcours.open(replayed) as workspace:
        members = set(workspace.segments.members(segment)["_profile_id"])
        assert members == {profile for profile in profiles(workspace) if workspace.explain(segment, profile).member}
        assert 0 < len(members) < 40


def profiles(workspace: Workspace) -> list[str]:
    return workspace.sql("SELECT _profile_id FROM profiles")["_profile_id"].to_list()
