"""Small things of the reports: lines of blocks, quoting, funnels with more than one version."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.service.reports import sparkline, text
from parcours.service.workspace import Workspace


@pytest.mark.parametrize(
    ("values", "width", "line"),
    [
        ([], 5, ""),
        ([0, 0], 5, "▁▁"),
        ([0, 4, 8], 3, "▁▄█"),
        ([8], 3, "█"),
        ([1, 1, 5, 5], 2, "▂█"),
        ([0, 0, 0, 100], 2, "▁█"),
    ],
)
def test_a_sparkline_goes_from_nothing_to_the_greatest(values: list[float], width: int, line: str) -> None:
    assert sparkline(values, width) == line


def test_texts_in_sql_are_quoted() -> None:
    assert text("it's") == "'it''s'"


JOURNEY = """
segment: here
rule: {event: visit, in_last: 2 days, at_least: 1}
---
journey: j
entry: {segment: here}
reentry: {allowed: true, wait: 1 hour}
start: %s
activities:
  first: {type: wait, for: 10 days, then: second}
  second: {type: condition, paths: [{label: old, when: {attribute: age, at_least: 40}, to: end}], otherwise: end}
  end: {type: end}
"""


@pytest.fixture
def visits(tmp_path: Path) -> Workspace:
    workspace = parcours.init(tmp_path / "new")
    workspace.import_profiles(pl.DataFrame({"profile_id": ["a", "b", "c"], "age": [30, 40, 50]}))
    frame = pl.DataFrame({"profile_id": ["a", "b", "c"], "time": ["2024-01-02", "2024-01-03", "2024-01-20"]})
    workspace.import_events(frame, event="visit")
    return workspace


def test_a_funnel_counts_who_came_who_waits_and_who_left(visits: Workspace, tmp_path: Path) -> None:
    (tmp_path / "j.yaml").write_text(JOURNEY % "first")
    with visits as workspace:
        workspace.apply(tmp_path / "j.yaml")
        workspace.replay("2024-01-01", "2024-01-21", "1 hour")
        funnel = {row["activity"]: row for row in workspace.journeys.report("j").iter_rows(named=True)}
    assert [(name, row["arrived"], row["waiting"], row["left"]) for name, row in funnel.items()] == [
        ("entry", 3, 0, 3),
        ("first", 3, 1, 2),
        ("second", 2, 0, 2),
        ("end", 2, 0, 2),
    ]
    assert funnel["second"]["outcomes"] == "old 1, otherwise 1"
    assert [row["kind"] for row in funnel.values()] == ["entry", "wait", "condition", "end"]


def test_a_funnel_keeps_activities_of_earlier_versions(visits: Workspace, tmp_path: Path) -> None:
    with visits as workspace:
        (tmp_path / "j.yaml").write_text(JOURNEY % "first")
        workspace.apply(tmp_path / "j.yaml")
        workspace.replay("2024-01-01", "2024-01-10", "1 hour")
        (tmp_path / "j.yaml").write_text(
            (JOURNEY % "second").replace("  first: {type: wait, for: 10 days, then: second}\n", "")
        )
        workspace.apply(tmp_path / "j.yaml")
        workspace.replay("2024-01-10", "2024-01-21", "1 hour")
        funnel = {row["activity"]: row for row in workspace.journeys.report("j").iter_rows(named=True)}
        listed = workspace.journeys.list().row(0, named=True)
    assert list(funnel) == ["entry", "second", "end", "first"]
    assert (funnel["first"]["kind"], funnel["first"]["arrived"]) == ("wait", 2)
    assert (listed["version"], listed["entered"], listed["inside"], listed["ended"]) == (2, 3, 0, 3)
