"""The workspace as a library: what goes in, what is asked, what stays."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.service.workspace import Workspace
from tests.service import shop


def test_a_new_workspace_is_empty(tmp_path: Path) -> None:
    with parcours.init(tmp_path / "new") as workspace:
        assert workspace.now is None
        assert workspace.waiting == {}
        assert workspace.segments.list().height == 0
        assert workspace.status()["profiles"] == 0
        assert workspace.sql("SELECT count(*) FROM ticks").item() == 0


def test_making_refuses_a_folder_that_is_taken(tmp_path: Path) -> None:
    parcours.init(tmp_path / "new").close()
    with pytest.raises(parcours.WorkspaceError, match="already"):
        parcours.init(tmp_path / "new")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "letter.txt").write_text("dear")
    with pytest.raises(parcours.WorkspaceError, match="not empty"):
        parcours.init(tmp_path / "other")


def test_opening_needs_a_workspace(tmp_path: Path) -> None:
    with pytest.raises(parcours.WorkspaceError) as caught:
        parcours.open(tmp_path)
    assert caught.value.code == "no-workspace"


def test_the_second_one_to_open_is_told_who_holds_it(tmp_path: Path) -> None:
    with parcours.init(tmp_path / "new"):
        with pytest.raises(parcours.WorkspaceError, match="in use by process") as caught:
            parcours.open(tmp_path / "new")
        assert caught.value.code == "in-use"
    parcours.open(tmp_path / "new").close()


def test_closing_twice_is_closing(tmp_path: Path) -> None:
    workspace = parcours.init(tmp_path / "new")
    workspace.close()
    workspace.close()


def test_what_waits_is_taken_in_by_a_replay(tmp_path: Path) -> None:
    with parcours.init(tmp_path / "new") as workspace:
        shop.fill(workspace, tmp_path / "definitions")
        assert sum(workspace.waiting.values()) == 640
        done = workspace.replay(shop.START, shop.END, "1 day")
        assert done.events == 600
        assert workspace.waiting == {}
        assert workspace.now == datetime(2024, 6, 30, tzinfo=UTC)


def test_members_equal_plain_sql(workspace: Workspace) -> None:
    expected = workspace.sql(
        """
        SELECT _profile_id FROM purchase
        WHERE _time > TIMESTAMPTZ '2024-06-30' - INTERVAL 30 DAY AND _time <= TIMESTAMPTZ '2024-06-30'
        GROUP BY ALL HAVING sum(CAST(total * 100 AS BIGINT)) >= 10000 ORDER BY ALL
        """
    )["_profile_id"]
    found = workspace.segments.members("big")["_profile_id"].sort()
    assert 0 < len(found) < 40
    assert found.to_list() == expected.to_list()


def test_members_of_the_past_equal_plain_sql(workspace: Workspace) -> None:
    for day in ("2024-02-01", "2024-03-15T18:00", "2024-05-31"):
        at = f"CAST('{day}' AS TIMESTAMP) AT TIME ZONE 'UTC'"
        expected = workspace.sql(
            f"""SELECT _profile_id FROM purchase WHERE _time > {at} - INTERVAL 60 DAY AND _time <= {at}
                GROUP BY ALL HAVING count(*) >= 3 ORDER BY ALL"""
        )["_profile_id"]
        assert workspace.segments.members("regular", day)["_profile_id"].sort().to_list() == expected.to_list()
        assert workspace.segments.count("regular", day) == len(expected) > 0


def test_history_adds_up(workspace: Workspace) -> None:
    for segment in shop.SEGMENTS:
        history = workspace.segments.history(segment)
        assert history["members"][-1] == workspace.segments.count(segment)
        assert history["day"].diff().drop_nulls().dt.total_days().unique().to_list() == [1]
        for place in (30, 100, 150):
            at = f"{history['day'][place]}T23:59:59.999999Z"
            assert history["members"][place] == workspace.segments.count(segment, at)


def test_history_counts_days_of_the_zone_in_the_settings(folder: Path) -> None:
    with parcours.open(folder) as workspace:
        in_utc = workspace.segments.history("big")
    (folder / "parcours.toml").write_text('zone = "Pacific/Auckland"\n')
    with parcours.open(folder) as workspace:
        in_auckland = workspace.segments.history("big")
    assert in_auckland["entries"].sum() == in_utc["entries"].sum()
    assert in_auckland["entries"].to_list() != in_utc["entries"].to_list()


def test_the_list_counts_what_the_history_counts(workspace: Workspace) -> None:
    listed = {row["segment"]: row for row in workspace.segments.list().iter_rows(named=True)}
    assert sorted(listed) == sorted(shop.SEGMENTS)
    history = workspace.segments.history("regular")
    assert listed["regular"]["members"] == workspace.segments.count("regular")
    assert listed["regular"]["entries"] == history["entries"].sum()
    assert listed["regular"]["exits"] == history["exits"].sum()


def test_a_sample_is_stable_and_shows_attributes(workspace: Workspace) -> None:
    first, second = workspace.segments.sample("adult", 5), workspace.segments.sample("adult", 5)
    assert first.equals(second)
    assert first.height == 5
    assert all(age >= 18 for age in first["age"])


def test_membership_has_the_shape_of_the_profile_field(workspace: Workspace) -> None:
    member = workspace.segments.members("big")["_profile_id"][0]
    entry = workspace.membership(member)["UPS"]["big"]
    assert entry["status"] == "existing"
    assert entry["version"] == 1
    since = workspace.segments.members("big").filter(pl.col("_profile_id") == member)["since"][0]
    assert entry["lastQualificationTime"] == since


def test_membership_tells_entered_from_stayed_from_left(tmp_path: Path) -> None:
    with parcours.init(tmp_path / "new") as workspace:
        workspace.import_events(pl.DataFrame({"profile_id": ["a"], "time": ["2024-01-02T00:30:00Z"]}), event="visit")
        (tmp_path / "d.yaml").write_text("segment: here\nrule: {event: visit, in_last: 2 hours, at_least: 1}\n")
        workspace.apply(tmp_path / "d.yaml")
        seen = []
        for end in ("2024-01-02T01:00", "2024-01-02T02:00", "2024-01-02T03:00"):
            workspace.replay("2024-01-02T00:00", end, "1 hour")
            seen.append(workspace.membership("a")["UPS"]["here"]["status"])
    assert seen == ["realized", "existing", "exited"]


def test_names_nobody_knows_are_named(workspace: Workspace) -> None:
    with pytest.raises(parcours.DefinitionError, match="no segment 'bigg'") as caught:
        workspace.segments.members("bigg")
    assert caught.value.hint == "did you mean 'big'?"
    with pytest.raises(parcours.DefinitionError, match="no profile 'nobody'"):
        workspace.membership("nobody")
    with pytest.raises(parcours.DefinitionError, match="no journey 'helo'"):
        workspace.journeys.report("helo")
    with pytest.raises(parcours.DefinitionError, match='no profile "x\' or 1=1"'):
        workspace.membership("x' or 1=1")


def test_export_writes_members_with_attributes(workspace: Workspace, tmp_path: Path) -> None:
    count = workspace.segments.count("adult")
    for ending, read in (("parquet", pl.read_parquet), ("csv", pl.read_csv), ("ndjson", pl.read_ndjson)):
        path = tmp_path / f"adult.{ending}"
        assert workspace.export_segment("adult", path) == count
        frame = read(path)
        assert frame.height == count
        assert {"profile_id", "since", "age", "email"} <= set(frame.columns)
    with pytest.raises(parcours.InputError, match="no format"):
        workspace.export_segment("adult", tmp_path / "adult.doc")
    with pytest.raises(parcours.WorkspaceError):
        workspace.export_segment("adult", tmp_path / "nowhere" / "adult.parquet")


def test_erasing_leaves_no_trace(workspace: Workspace, folder: Path) -> None:
    member = workspace.segments.members("big")["_profile_id"][0]
    before = {segment: workspace.segments.count(segment) for segment in shop.SEGMENTS}
    inside = [segment for segment in shop.SEGMENTS if member in workspace.segments.members(segment)["_profile_id"]]
    kept = workspace.segments.members("big")["_profile_id"][1]
    workspace.erase(member)
    for table in ("profiles", "purchase", "qualifications", "journey_steps", "deliveries"):
        assert workspace.sql(f"SELECT count(*) FROM {table} WHERE _profile_id = '{member}'").item() == 0
    assert {segment: workspace.segments.count(segment) for segment in shop.SEGMENTS} == {
        segment: count - (segment in inside) for segment, count in before.items()
    }
    with pytest.raises(parcours.DefinitionError, match="no profile"):
        workspace.erase(kept, member)
    assert kept in workspace.sql("SELECT _profile_id FROM profiles")["_profile_id"]
    workspace.close()
    assert f"{member}@example.com".encode() not in b"".join(
        file.read_bytes() for file in folder.rglob("*") if file.is_file()
    )


def test_taking_events_back_moves_memberships(workspace: Workspace) -> None:
    member = workspace.segments.members("regular")["_profile_id"][0]
    events = workspace.sql(f"SELECT _event_id FROM purchase WHERE _profile_id = '{member}'")["_event_id"]
    workspace.correct(delete=events.to_list())
    assert member not in workspace.segments.members("regular")["_profile_id"]
    assert workspace.sql(f"SELECT count(*) FROM purchase WHERE _profile_id = '{member}'").item() == 0


def test_replacing_events_moves_memberships(workspace: Workspace) -> None:
    outside = workspace.sql("SELECT _profile_id FROM profiles")["_profile_id"].filter(
        ~workspace.sql("SELECT _profile_id FROM profiles")["_profile_id"].is_in(
            workspace.segments.members("big")["_profile_id"].implode()
        )
    )
    last = workspace.sql(
        f"SELECT _event_id, _profile_id, _time, total FROM purchase WHERE _profile_id = '{outside[0]}' "
        "ORDER BY _time DESC LIMIT 1"
    ).row(0, named=True)
    replacement = pl.DataFrame(
        {"event_id": [last["_event_id"]], "profile_id": [outside[0]], "time": ["2024-06-29"], "total": [500.0]}
    )
    workspace.import_events(replacement, event="purchase", id="event_id", replace=True)
    workspace.catch_up()
    assert outside[0] in workspace.segments.members("big")["_profile_id"]


def test_late_events_are_taken_in_by_catching_up(workspace: Workspace) -> None:
    before = workspace.segments.count("big")
    late = pl.DataFrame({"profile_id": ["new"], "time": ["2024-06-20"], "total": [150.0]})
    workspace.import_events(late, event="purchase")
    assert workspace.segments.count("big") == before
    workspace.catch_up()
    assert workspace.segments.count("big") == before + 1


def test_restarting_changes_nothing(folder: Path) -> None:
    with parcours.open(folder) as workspace:
        before = {segment: workspace.segments.members(segment) for segment in shop.SEGMENTS}
        tick = workspace.sql("SELECT max(_tick) FROM ticks").item()
    with parcours.open(folder) as workspace:
        workspace.catch_up()
        after = {segment: workspace.segments.members(segment) for segment in shop.SEGMENTS}
        assert workspace.sql("SELECT max(_tick) FROM ticks").item() == tick + 1
    assert all(before[segment].equals(after[segment]) for segment in shop.SEGMENTS)


def test_sql_reads_only(workspace: Workspace) -> None:
    with pytest.raises(parcours.InputError):
        workspace.sql("DELETE FROM facts.ticks")
