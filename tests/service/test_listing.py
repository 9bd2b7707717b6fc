"""The list of segments: found, sorted, and counted as the log counts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.core.errors import InputError
from parcours.kernel.keys import needed
from parcours.service.definitions import rules_of_segments, users_of
from parcours.service.reporting import movements
from parcours.service.workspace import Workspace
from parcours.store.log import Log
from tests.service import shop


def totals_of(log: Log) -> pl.DataFrame:
    """Per segment that ever had a member: ``segment``, ``members``, ``entries``, ``exits``, ``last_change``."""
    return log.query(
        """
        SELECT q.segment, coalesce(any_value(m.members), 0) AS members,
               count(*) FILTER (status = 'realized') AS entries, count(*) FILTER (status = 'exited') AS exits,
               max(effective) AS last_change
        FROM facts.qualifications q
        LEFT JOIN (SELECT segment, count(*) AS members FROM members GROUP BY segment) m USING (segment)
        GROUP BY q.segment ORDER BY q.segment
        """
    )


def check(workspace: Workspace) -> None:
    """The list tells what the log, the histories and the statistics tell."""
    listed = workspace.segments.list(state=["draft", "published", "inactive", "deleted"])
    rules = rules_of_segments(workspace._parts.catalogue)
    totals = {row["segment"]: row for row in totals_of(workspace._parts.log).to_dicts()}
    for row in listed.to_dicts():
        told = totals.get(row["segment"], {"members": 0, "entries": 0, "exits": 0, "last_change": None})
        assert {name: row[name] for name in ("members", "entries", "exits", "last_change")} == {
            name: told[name] for name in ("members", "entries", "exits", "last_change")
        }
        if row["state"] == "published":
            known = workspace.segments.statistics(row["segment"])
            users = users_of(row["segment"], workspace._parts.catalogue)
            assert known.used_by == [user for user in users if user != f"segment {row['segment']!r}"]
            keys = {name: set(needed(rule)) for name, rule in rules.items()}
            others = {key for name, some in keys.items() if name != row["segment"] for key in some}
            own = keys[row["segment"]]
            if row["version"] == workspace.segments.get(row["segment"]).published_version:
                assert (known.features, known.shared_features) == (len(own), len(own & others))
            assert row["trend"] == known.trend
            assert (row["method"], row["features"]) == (known.method, known.features)
            assert (row["shared_features"], row["used_by"]) == (known.shared_features, len(known.used_by))


def test_it_counts_what_the_log_counts(workspace: Workspace) -> None:
    check(workspace)
    big = workspace.segments.list().row(by_predicate=pl.col("segment") == "big", named=True)
    assert big["description"] == "Spent 100 or more in 30 days"
    assert big["used_by"] == 2  # big-adult and the journey


def test_what_comes_later_is_added(workspace: Workspace) -> None:
    workspace.segments.list()
    workspace.replay("2024-06-30", "2024-07-03", "6 hours")
    check(workspace)
    workspace.replay("2024-07-03", "2024-09-15", "1 day")
    check(workspace)


def test_a_past_that_changed_is_read_anew(workspace: Workspace) -> None:
    before = workspace.segments.list()
    members = workspace.segments.members("regular")["_profile_id"].to_list()
    workspace.erase(*members[:3])
    workspace.identities.merge(members[3], members[4])
    after = workspace.segments.list()
    assert after["entries"].sum() < before["entries"].sum()
    check(workspace)


def test_a_past_that_takes_long_to_read_is_not_read_at_once(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(movements, "QUICK", 0.0)
    before = workspace.segments.list()
    workspace.erase(*workspace.segments.members("regular")["_profile_id"].to_list()[:3])
    assert workspace.segments.list()["entries"].sum() == before["entries"].sum()
    workspace.segments._listing._keeper._anew = 0.0  # type: ignore[union-attr]
    check(workspace)


def test_definitions_that_change_are_seen(workspace: Workspace) -> None:
    workspace.segments.list()
    workspace.segments.save(
        "adult", {"name": "Grown up", "description": "18 or more", "rule": {"attribute": "age", "at_least": 18}}
    )
    workspace.segments.save(
        "senior", {"rule": {"all": [{"segment": "adult"}, {"attribute": "age", "at_least": 60}]}}, publish=True
    )
    rows = {row["segment"]: row for row in workspace.segments.list().to_dicts()}
    assert (rows["adult"]["name"], rows["adult"]["version"]) == ("Grown up", 2)
    assert rows["adult"]["used_by"] == 2
    workspace.segments.delete("senior")
    assert "senior" not in set(workspace.segments.list()["segment"])
    assert workspace.segments.list(state=["deleted"])["segment"].to_list() == ["senior"]


def test_it_is_searched_and_sorted(workspace: Workspace) -> None:
    assert workspace.segments.list("SPENT 100")["segment"].to_list() == ["big"]
    assert workspace.segments.list("big")["segment"].to_list() == ["big", "big-adult"]
    assert workspace.segments.list("%")["segment"].to_list() == []
    found = workspace.segments.list(sort="-members")
    assert found["members"].to_list() == sorted(found["members"], reverse=True)
    for name in ("name", "state", "version", "entries", "exits", "last_change", "method", "features", "used_by"):
        assert workspace.segments.list(sort=name).height == len(shop.SEGMENTS)
    assert workspace.segments.list(state=["draft"]).height == 0
    with pytest.raises(InputError, match="nothing is ordered by"):
        workspace.segments.list(sort="trend")


def test_days_are_those_of_the_time_zone(folder: Path) -> None:
    (folder / "parcours.toml").write_text('zone = "Pacific/Auckland"\n')
    with parcours.open(folder) as workspace:
        check(workspace)


def test_nothing_has_happened_yet(tmp_path: Path) -> None:
    with parcours.init(tmp_path / "new") as workspace:
        workspace.import_profiles(pl.DataFrame({"profile_id": ["a"], "age": [3]}))
        workspace.segments.save("old", {"rule": {"attribute": "age", "at_least": 60}}, publish=True)
        (row,) = workspace.segments.list().to_dicts()
        assert (row["members"], row["last_change"], row["trend"]) == (0, None, [])
        workspace.replay(date(2024, 1, 1).isoformat(), "2024-01-03", "1 day")
        check(workspace)
