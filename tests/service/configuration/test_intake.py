"""Tracking plans and sources in a folder of configuration."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import parcours
from parcours.core.errors import ParcoursError
from parcours.service.workspace import Workspace

PLAN = "tracking_plan: Order Completed\nmode: accept\nschema: {type: object, required: [total]}\n"
SOURCE = "event_source: web\nname: Web shop\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with parcours.init(tmp_path / "shop") as opened:
        yield opened


def written(tmp_path: Path, *documents: str) -> Path:
    place = tmp_path / "all.yaml"
    place.write_text("---\n".join(documents))
    return place


def test_they_are_planned_applied_and_then_there_is_nothing_to_do(workspace: Workspace, tmp_path: Path) -> None:
    place = written(tmp_path, PLAN, SOURCE)
    found = workspace.plan(place)
    assert {(item.kind, item.id, item.action) for item in found.items} == {
        ("tracking_plan", "order_completed", "new"),
        ("event_source", "web", "new"),
    }
    workspace.apply(plan=found)
    assert workspace.plans.get("order_completed")["mode"] == "accept"
    assert workspace.sources.get("web")["name"] == "Web shop"
    assert not workspace.plan(place, prune=True)


def test_what_was_edited_is_changed(workspace: Workspace, tmp_path: Path) -> None:
    workspace.apply(written(tmp_path, PLAN, SOURCE))
    key = workspace.sources.get("web")["write_key"]
    place = written(tmp_path, PLAN.replace("accept", "reject"), SOURCE + "enabled: false\n")
    words = {item.kind: item.words for item in workspace.plan(place).changes}
    assert "accept" in words["tracking_plan"][0]
    assert "enabled" in words["event_source"][0]
    workspace.apply(place)
    assert workspace.plans.get("order_completed")["mode"] == "reject"
    assert workspace.sources.get("web")["enabled"] is False
    assert workspace.sources.get("web")["write_key"] == key


def test_sources_are_not_pruned(workspace: Workspace, tmp_path: Path) -> None:
    workspace.apply(written(tmp_path, PLAN, SOURCE))
    place = written(tmp_path, "tracking_plan: other\nschema: {}\n")
    found = {(item.id, item.action) for item in workspace.plan(place, prune=True).changes}
    assert found == {("other", "new"), ("order_completed", "deleted")}
    workspace.apply(place, prune=True)
    assert workspace.plans.list()["event"].to_list() == ["other"]
    assert workspace.sources.list()["source"].to_list() == ["web"]


@pytest.mark.parametrize(
    "wrong",
    [
        "tracking_plan: other\nmode: sometimes\nschema: {}\n",
        "tracking_plan: other\nschema: {type: 3}\n",
        "tracking_plan: other\n",
        "tracking_plan: other\nschema: {}\nstrict: true\n",
        "event_source: other\nkind: pigeon\n",
        "event_source: other\nsettings: {a: 1}\n",
        "event_source: 'a b'\n",
        "event_source: web\nkind: kafka\nsettings: {brokers: ['localhost:9'], topic: t}\n",
    ],
)
def test_what_is_wrong_changes_nothing(workspace: Workspace, tmp_path: Path, wrong: str) -> None:
    workspace.apply(written(tmp_path, SOURCE))
    with pytest.raises(ParcoursError):
        workspace.apply(written(tmp_path, PLAN, wrong))
    assert workspace.plans.list().height == 0
    assert workspace.sources.list()["source"].to_list() == ["web"]
