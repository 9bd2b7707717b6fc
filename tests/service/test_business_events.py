"""Events about nobody, told to a workspace: they bring a segment into a journey."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.core.clock import VirtualClock, instant
from parcours.core.errors import InputError

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


def test_several_of_a_tick_are_told_apart(workspace: parcours.Workspace) -> None:
    """Also at one instant, and with the same contents: nothing but their numbers as controls tells them apart."""
    with workspace:
        workspace.replay("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z")
        for sku, minute in (("A1", 20), ("B2", 30), ("C3", 30), ("C3", 30)):
            workspace.business_event("restocked", {"sku": sku}, at=f"2026-03-02T11:{minute}:00Z")
        workspace.replay(None, "2026-03-02T13:00:00Z", tick="3 hours")
        messages = workspace.sql("SELECT content FROM deliveries ORDER BY key")["content"]
        told = [sku for text in messages for sku in ("A1", "B2", "C3") if f'"sku":"{sku}"' in text]
        assert told == ["A1", "B2", "C3", "C3"]


def test_it_is_told_once_however_often_the_workspace_is_opened(workspace: parcours.Workspace) -> None:
    folder = workspace.folder
    with workspace:
        workspace.replay("2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z")
        workspace.business_event("restocked", {"sku": "A1"})
    for end in ("12", "13"):
        with parcours.open(folder) as again:
            again.replay(None, f"2026-03-02T{end}:00:00Z")
            assert again.sql("SELECT count(*) FROM journey_steps WHERE kind = 'entry'").item() == 2


# --- from files ------------------------------------------------------------------------------------------

STOCK = """\
kind,customer,at,id,sku,left
restocked,,2026-03-02T11:30:00Z,e1,A1,3
bought,a,2026-03-02T11:40:00Z,e2,A1,1
restocked,,2026-03-02T12:20:00Z,e3,B2,5
restocked,a,2026-03-02T12:21:00Z,e4,B2,5
restocked,,soon,e5,B2,5
bought,,2026-03-02T12:22:00Z,e6,B2,1
restocked,,2026-03-02T11:30:00Z,e1,A1,3
"""
MIXED = {"event_column": "kind", "profile": "customer", "time": "at", "id": "id", "about_nobody": ["restocked"]}
ENTRIES = (
    "SELECT _profile_id, strftime(min(time), '%H:%M') AS at FROM journey_steps "
    "WHERE outcome = 'entered' GROUP BY _profile_id, run ORDER BY min(time), _profile_id"
)


def told(workspace: parcours.Workspace) -> list[tuple[str, str]]:
    return workspace.sql(ENTRIES).rows()


@pytest.fixture
def stock(tmp_path: Path) -> Path:
    (tmp_path / "stock.csv").write_text(STOCK)
    return tmp_path / "stock.csv"


def test_a_file_may_hold_events_about_people_and_about_nobody(workspace: parcours.Workspace, stock: Path) -> None:
    with workspace:
        found = workspace.import_events(stock, mapping=MIXED)
        assert found.accepted == {"bought": 1, "restocked": 3}
        assert dict(found.rejected.select("row", "code").rows()) == {
            4: "about-somebody",
            5: "bad-time",
            6: "no-profile",
        }
        assert workspace.dead_letters().height == 3
        workspace.replay("2026-03-02T10:00:00Z", "2026-03-02T13:00:00Z", tick="7 minutes")
        assert told(workspace) == [("a", "11:30"), ("a", "12:20")]
        rows = workspace.sql("SELECT _profile_id, _event_id, sku FROM restocked ORDER BY _time").rows()
        assert rows == [(None, "e1", "A1"), (None, "e3", "B2")]
        assert set(workspace.sql("SELECT _profile_id FROM profiles")["_profile_id"]) == {"a", "b"}


@pytest.mark.parametrize("tick", ["1 minute", "3 hours"])
@pytest.mark.parametrize("snapshot", [True, False])
def test_any_ticks_and_an_interruption_give_the_same(
    workspace: parcours.Workspace, stock: Path, tick: str, snapshot: bool
) -> None:
    folder = workspace.folder
    with workspace:
        workspace.import_events(stock, mapping=MIXED)
        workspace.replay("2026-03-02T10:00:00Z", "2026-03-02T12:00:00Z", tick=tick)
    if not snapshot:
        for part in (folder / "snapshots").rglob("*"):
            if part.is_file():
                part.unlink()
    with parcours.open(folder) as again:
        again.import_events(stock, mapping=MIXED)  # once more: known again
        again.replay(None, "2026-03-02T13:00:00Z", tick=tick)
        assert told(again) == [("a", "11:30"), ("a", "12:20")]


def test_live_they_come_with_the_next_tick(workspace: parcours.Workspace, stock: Path) -> None:
    with workspace:
        clock = VirtualClock(instant("2026-03-02T12:30:00Z"))
        workspace.run(clock, ticks=1)
        frame = pl.DataFrame({"time": ["2026-03-02T12:30:01Z"], "sku": ["C3"]})
        workspace.import_events(frame, event="restocked", about_nobody=True)
        workspace.run(clock, ticks=3)
        assert [who for who, _ in told(workspace)] == ["a"]
        assert '"sku":"C3"' in workspace.sql("SELECT content FROM deliveries").item()


def test_rules_about_people_do_not_see_them(workspace: parcours.Workspace, stock: Path, tmp_path: Path) -> None:
    """Neither as they come, nor when a new rule reads the past, nor when they are taken back."""
    rule = "rule: {pql: 'xEvent.count() >= 1'}\n---\nsegment: %s\nrule: {event: restocked, at_least: 1}\n"
    (tmp_path / "before.yaml").write_text("segment: any1\n" + rule % "stock1")
    (tmp_path / "after.yaml").write_text("segment: any2\n" + rule % "stock2")
    with workspace:
        workspace.import_events(stock, mapping=MIXED)
        workspace.apply(tmp_path / "before.yaml")
        workspace.replay("2026-03-02T10:00:00Z", "2026-03-02T13:00:00Z", tick="7 minutes")
        workspace.apply(tmp_path / "after.yaml")
        workspace.correct(["e1"])
        members = workspace.sql("SELECT segment, _profile_id FROM members WHERE segment <> 'gold' ORDER BY ALL").rows()
        assert members == [("any1", "a"), ("any2", "a")]
        assert workspace.sql("SELECT _event_id FROM restocked")["_event_id"].to_list() == ["e3"]


def test_a_backtest_hears_those_of_the_past(workspace: parcours.Workspace, stock: Path, tmp_path: Path) -> None:
    draft = DEFINITIONS.split("---\n")[1].replace("back-in-stock", "again")
    (tmp_path / "draft.yaml").write_text(draft)
    with workspace:
        workspace.import_events(stock, mapping=MIXED)
        workspace.replay("2026-03-02T10:00:00Z", "2026-03-02T13:00:00Z", tick="7 minutes")
        found = workspace.journeys.backtest(tmp_path / "draft.yaml")
        assert dict(found.steps.filter(kind="email").group_by("outcome").len().rows()) == {"next": 2}
        assert found.entered == 2
        assert found.people.select("_profile_id", "runs").rows() == [("a", 2)]
        assert dict(found.peaks.select("channel", "most").rows()) == {"email": 1, "entry": 1}
        assert found.to_json()["entered"] == workspace.journeys.list()["entered"].sum() == 2


def test_what_does_not_go_together(workspace: parcours.Workspace, stock: Path) -> None:
    with workspace:
        with pytest.raises(InputError, match="have no profile"):
            workspace.import_events(stock, event="restocked", profile="customer", time="at", about_nobody=True)
        with pytest.raises(InputError) as refused:
            workspace.import_events(stock, event="restocked", time="at")
        assert "about_nobody = true" in (refused.value.hint or "")
        with pytest.raises(InputError, match="profiles have no 'about_nobody'"):
            workspace.import_profiles(stock, profile="customer", about_nobody=True)
        with pytest.raises(InputError, match="an event type"):
            workspace.import_events(stock, event="restocked", time="at", about_nobody=["no type"])
