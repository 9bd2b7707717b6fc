"""Events about nobody, told to a workspace: they bring a segment into a journey."""

from __future__ import annotations

from pathlib import Path

import pytest

import parcours
from parcours.core.clock import VirtualClock, instant

DEFINITIONS = """
segment: gold
rule: {attribute: tier, is: gold}
---
journey: back-in-stock
entry: {business_event: restocked, read: gold, properties: {sku: string, left: integer}}
start: mail
activities:
  mail:
    type: email
    to: "{{ profile.email }}"
    subject: "{{ events.restocked.sku }} is back"
    body: "Come and see."
"""


@pytest.fixture
def workspace(tmp_path: Path) -> parcours.Workspace:
    (tmp_path / "people.csv").write_text("profile_id,tier,email\na,gold,a@example.org\nb,basic,b@example.org\n")
    (tmp_path / "defs.yaml").write_text(DEFINITIONS)
    workspace = parcours.init(tmp_path / "w", VirtualClock(instant("2026-03-02T10:00:00Z")))
    workspace.import_profiles(tmp_path / "people.csv")
    workspace.apply(tmp_path / "defs.yaml")
    return workspace


def test_the_members_enter_with_what_it_says(workspace: parcours.Workspace) -> None:
    with workspace:
        workspace.replay("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z")
        workspace.business_event("restocked", {"sku": "A1", "left": 3}, at="2026-03-02T11:30:00Z")
        workspace.replay(None, "2026-03-02T13:00:00Z")

        steps = workspace.sql("SELECT _profile_id, kind, outcome FROM journey_steps ORDER BY _seq")
        assert ("a", "email", "next") in steps.rows()
        assert set(steps["_profile_id"]) == {"a"}
        assert '"sku":"A1"' in workspace.sql("SELECT content FROM deliveries").item()


def test_it_is_told_once_however_often_the_workspace_is_opened(workspace: parcours.Workspace) -> None:
    folder = workspace.folder
    with workspace:
        workspace.replay("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z")
        workspace.business_event("restocked", {"sku": "A1"})
    for end in ("12", "13"):
        with parcours.open(folder) as again:
            again.replay(None, f"2026-03-02T{end}:00:00Z")
            assert again.sql("SELECT count(*) FROM journey_steps WHERE kind = 'entry'").item() == 2
