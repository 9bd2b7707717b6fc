"""The runner on one machine: what it takes in, commits, forgets and refuses."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from parcours.core.clock import DAY, HOUR, as_datetime, instant
from parcours.core.errors import InputError, WorkspaceError
from parcours.core.facts import INSTANT, DefinitionChange, TickRecord
from parcours.core.schema import DECIMAL, Schema
from parcours.engines import commits, local
from parcours.engines.local import LocalRunner
from parcours.flow.ingest import Inbox
from parcours.flow.journeys.definitions import read_journey
from parcours.language.rules.parse import parse_rule
from parcours.language.tree_json import to_json
from parcours.store.log import Log, writing
from parcours.store.snapshots import SnapshotStore

T0 = instant("2026-03-01")
SCHEMA = Schema({}, {"purchase": {"total": DECIMAL}})
SPENT = {"event": "purchase", "sum": "total", "in_last": "1 day", "at_least": 10}
ABSENT = {"none": [{"event": "purchase", "in_last": "2 hours"}]}


class Place:
    """A folder with the parts of a workspace; the runner may be closed and opened again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = Log.open(folder / "history.duckdb")
        self.inbox = Inbox(folder / "inbox")
        self.snapshots = SnapshotStore(folder / "snapshots")
        self.runner = LocalRunner(self.log, self.inbox, self.snapshots)

    def restart(self, *, snapshot: bool = True) -> None:
        self.runner.close(snapshot=snapshot)
        if not snapshot:
            self.snapshots.drop_all()
        self.runner = LocalRunner(self.log, self.inbox, self.snapshots)

    def buy(self, *purchases: tuple[str, str, int, float]) -> None:
        """Queue purchases: event id, profile, time, total."""
        ids, profiles, times, totals = zip(*purchases, strict=True)
        self.inbox.put_events("purchase", purchase_frame(ids, profiles, times, totals))

    def members(self, segment: str) -> list[str]:
        return sorted(self.runner.state.ids(self.runner.state.segments.bits.members(segment)).to_list())


def purchase_frame(ids: object, profiles: object, times: object, totals: object) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "_event_id": pl.Series(ids, dtype=pl.String),
            "_profile_id": pl.Series(profiles, dtype=pl.String),
            "_time": pl.Series([as_datetime(time) for time in times], dtype=INSTANT),  # type: ignore[attr-defined]
            "total": pl.Series(totals, dtype=pl.Float64),
        }
    )


def publish(segment: str, rule: object, version: int = 1) -> DefinitionChange:
    return DefinitionChange("segment", segment, version, "publish", {"rule": to_json(parse_rule(rule, SCHEMA))})


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.runner.close(snapshot=False)
    place.log.close()


def test_a_used_up_file_is_removed_and_forgotten(place: Place) -> None:
    place.buy(("1", "ann", T0, 5.0), ("2", "bob", T0, 50.0))
    place.runner.live_tick(T0, limit=1)
    assert list(place.log.consumed().values()) == [1]
    place.runner.live_tick(T0 + 1)
    assert place.inbox.files() == []
    place.runner.live_tick(T0 + 2)
    assert place.log.consumed() == {}


def test_what_a_crash_left_in_the_inbox_is_tidied(place: Place) -> None:
    place.buy(("1", "ann", T0, 5.0))
    place.inbox.forget = lambda names: None  # type: ignore[method-assign, assignment]
    place.runner.live_tick(T0)
    place.runner.close(snapshot=False)
    place.inbox = Inbox(place.folder / "inbox")
    assert len(place.inbox.files()) == 1
    place.runner = LocalRunner(place.log, place.inbox, place.snapshots)
    assert place.inbox.files() == []
    assert place.log.query("SELECT count(*) FROM purchase").item() == 1


@pytest.mark.parametrize("snapshot", [True, False])
def test_a_restart_goes_on_and_still_knows_what_it_has_seen(place: Place, snapshot: bool) -> None:
    place.runner.live_tick(T0, [publish("spender", SPENT)], limit=0)
    place.buy(("1", "ann", T0, 6.0), ("2", "ann", T0 + HOUR, 6.0))
    place.runner.live_tick(T0 + HOUR)
    place.restart(snapshot=snapshot)
    assert place.members("spender") == ["ann"]
    place.buy(("1", "ann", T0, 600.0), ("3", "bob", T0 + HOUR, 1.0))
    place.runner.live_tick(T0 + DAY)
    assert place.members("spender") == []
    assert place.log.query("SELECT _event_id FROM purchase ORDER BY 1")["_event_id"].to_list() == ["1", "2", "3"]


def test_exits_by_time_alone_after_a_pause_are_recorded_when_they_were_due(place: Place) -> None:
    place.runner.live_tick(T0, [publish("spender", SPENT)], limit=0)
    place.buy(("1", "ann", T0 + 17, 30.0))
    place.runner.live_tick(T0 + HOUR)
    place.runner.live_tick(T0 + 9 * DAY)
    moves = place.log.query("SELECT status, effective FROM qualifications ORDER BY effective")
    assert moves["status"].to_list() == ["realized", "exited"]
    assert moves["effective"].to_list() == [as_datetime(T0 + 17), as_datetime(T0 + 17 + DAY)]


def test_a_definition_is_backfilled_while_ticks_go_on(place: Place) -> None:
    place.buy(("1", "ann", T0, 6.0), ("2", "bob", T0, 20.0))
    place.runner.live_tick(T0)
    place.runner.backfill(publish("spender", SPENT))
    place.buy(("3", "ann", T0 + 1, 6.0))
    ticked = 1
    while place.runner.backfilling:
        ticked += 1
        place.runner.live_tick(T0 + ticked)
    assert place.members("spender") == ["ann", "bob"]
    place.restart(snapshot=False)
    assert place.members("spender") == ["ann", "bob"]


def test_an_edited_rule_moves_members_at_once_and_names_the_new_version(place: Place) -> None:
    place.buy(("1", "ann", T0, 30.0), ("2", "bob", T0, 12.0))
    place.runner.live_tick(T0, [publish("spender", SPENT)])
    assert place.members("spender") == ["ann", "bob"]
    place.runner.publish([publish("spender", SPENT | {"at_least": 20}, 2)], T0 + 5)
    assert place.members("spender") == ["ann"]
    last = place.log.query("SELECT version, status, cause FROM qualifications ORDER BY _tick DESC LIMIT 1")
    assert last.row(0) == (2, "exited", "publish")


def test_a_stopped_segment_lets_everybody_go(place: Place) -> None:
    place.buy(("1", "ann", T0, 30.0))
    place.runner.live_tick(T0, [publish("spender", SPENT)])
    place.runner.publish([DefinitionChange("segment", "spender", 1, "stop")], T0 + 5)
    assert place.members("spender") == []
    assert place.log.members("spender").height == 0
    assert len(place.runner.state.book) == 0, "nobody needs the feature any more"


def test_corrections_and_erasures_move_memberships_and_leave_no_trace(place: Place) -> None:
    place.runner.live_tick(T0, [publish("spender", SPENT), publish("absent", ABSENT)], limit=0)
    place.buy(("1", "ann", T0, 30.0), ("2", "bob", T0, 30.0), ("3", "cid", T0, 30.0))
    place.runner.live_tick(T0 + 1)
    assert place.members("spender") == ["ann", "bob", "cid"]
    place.inbox.put_corrections(
        replace={"purchase": purchase_frame(["1"], ["ann"], [T0], [3.0])}, delete=["2"], erase=["cid"]
    )
    for second in range(2, 6):
        place.runner.live_tick(T0 + second)
    assert place.members("spender") == []
    assert place.members("absent") == ["bob"], "the deleted purchase never was"
    assert place.log.query("SELECT _profile_id FROM profiles ORDER BY 1")["_profile_id"].to_list() == ["ann", "bob"]
    place.restart(snapshot=False)
    assert place.members("absent") == ["bob"]
    assert place.runner.state.alive.sum() == 2


def test_a_future_event_counts_from_its_own_instant(place: Place) -> None:
    place.runner.live_tick(T0, [publish("spender", SPENT)], limit=0)
    place.buy(("1", "ann", T0 + HOUR, 30.0))
    place.runner.live_tick(T0 + 1)
    assert place.members("spender") == []
    ticked = place.runner.live_tick(T0 + 2 * HOUR - 1)
    assert ticked.outputs.qualifications.height == 1 or place.members("spender") == ["ann"]
    assert place.log.qualifications_of(0)["effective"].to_list() == [as_datetime(T0 + HOUR)]


def test_after_a_failed_commit_the_runner_refuses_and_the_folder_goes_on(place: Place) -> None:
    place.runner.live_tick(T0, [publish("spender", SPENT)], limit=0)
    place.buy(("1", "ann", T0, 30.0))
    place.log.commit = fail  # type: ignore[method-assign, assignment]
    with pytest.raises(WorkspaceError, match="no room"):
        place.runner.live_tick(T0 + 1)
    with pytest.raises(WorkspaceError, match="open the workspace again"):
        place.runner.live_tick(T0 + 2)
    place.runner.close()
    place.log.close()
    again = Place(place.folder)
    again.runner.live_tick(T0 + 3)
    assert again.members("spender") == ["ann"]
    again.runner.close(snapshot=False)
    again.log.close()


@pytest.fixture
def ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every tick is written while it is computed, as large ones are."""
    monkeypatch.setattr(commits, "LARGE", 1)


@pytest.mark.usefixtures("ahead")
@pytest.mark.parametrize("where", ["write_events", "write_facts"])
def test_a_tick_that_cannot_be_written_while_it_is_computed_is_not_kept(
    place: Place, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.runner.live_tick(T0, [publish("spender", SPENT)], limit=0)
    place.buy(("1", "ann", T0, 30.0))
    with monkeypatch.context() as patched:
        patched.setattr(writing, where, fail)
        with pytest.raises(WorkspaceError, match="no room"):
            place.runner.live_tick(T0 + 1)
    with pytest.raises(WorkspaceError, match="open the workspace again"):
        place.runner.live_tick(T0 + 2)
    place.restart()
    assert place.log.last_tick() == (1, T0)
    assert "purchase" not in place.log.schema.events
    place.runner.live_tick(T0 + 3)
    assert place.members("spender") == ["ann"]


@pytest.mark.usefixtures("ahead")
def test_a_tick_that_fails_while_it_is_written_is_not_kept(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.runner.live_tick(T0, [publish("spender", SPENT)], limit=0)
    place.buy(("1", "ann", T0, 30.0))
    with monkeypatch.context() as patched:
        patched.setattr(local, "tick", lambda *_: 1 // 0)
        with pytest.raises(ZeroDivisionError):
            place.runner.live_tick(T0 + 1)
    with pytest.raises(WorkspaceError, match="open the workspace again"):
        place.runner.live_tick(T0 + 2)
    place.restart()
    assert place.log.last_tick() == (1, T0)
    place.runner.live_tick(T0 + 3)
    assert place.log.query("SELECT count(*) FROM purchase").item() == 1
    assert place.members("spender") == ["ann"]


def test_a_tick_written_while_it_is_computed_leaves_the_same_log(tmp_path: Path, ahead: None) -> None:
    kept = []
    for large in (1, 1_000):
        commits.LARGE = large
        (tmp_path / str(large)).mkdir()
        place = Place(tmp_path / str(large))
        place.runner.live_tick(T0, [publish("spender", SPENT), publish("absent", ABSENT)], limit=0)
        for hour in range(1, 6):
            whose = ("ann", "bob", "cy")[: 1 + hour % 3]
            place.buy(*((f"{hour}-{who}", who, T0 + hour * HOUR, 6.0 * hour) for who in whose))
            place.runner.live_tick(T0 + hour * HOUR)
        tables = ("facts.ticks", "facts.profiles", "facts.qualifications", "purchase")
        kept.append([place.log.query(f"SELECT * FROM {table} ORDER BY ALL") for table in tables])
        assert not place.inbox.files()
        place.runner.close(snapshot=False)
        place.log.close()
    assert all(one.equals(other) for one, other in zip(*kept, strict=True))
    assert all(table.height for table in kept[0])


def fail(*_: object, **__: object) -> None:
    raise WorkspaceError("no room", code="disk-full")


def test_time_does_not_run_back(place: Place) -> None:
    place.runner.live_tick(T0)
    with pytest.raises(InputError, match="cannot go back"):
        place.runner.replay([T0 - 1])
    assert place.runner.live_tick(T0 - 5).now == T0


def test_a_replay_interrupted_inside_a_stretch_loses_nothing(place: Place) -> None:
    """The rows of the whole stretch are out of the inbox already when its first tick is done."""
    place.runner.live_tick(T0, [publish("spender", SPENT)], limit=0)
    place.buy(*((str(hour), "ann", T0 + hour * HOUR, 6.0) for hour in range(1, 9)))
    instants = [T0 + hour * HOUR for hour in range(1, 9)]

    def stop(told: object) -> None:
        if place.runner.state.tick == 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        place.runner.replay(instants, watch=stop)
    place.restart()
    assert place.runner.now == T0, "nothing of the stretch was kept"
    place.runner.replay(instants)
    assert place.log.query("SELECT count(*) FROM purchase").item() == 8
    assert place.members("spender") == ["ann"]


def test_a_commit_that_fails_behind_a_replay_ends_it_and_the_folder_goes_on(place: Place) -> None:
    place.runner.live_tick(T0, [publish("spender", SPENT)], limit=0)
    place.buy(*((str(hour), "ann", T0 + hour * HOUR, 6.0) for hour in range(1, 9)))
    instants = [T0 + hour * HOUR for hour in range(1, 9)]
    commit = place.log.commit

    def no_room_after_four(records: Sequence[TickRecord], *rest: Any, **more: Any) -> None:
        fail() if records[0].now > instants[3] else commit(records, *rest, **more)

    place.log.commit = no_room_after_four  # type: ignore[method-assign, assignment]
    with pytest.raises(WorkspaceError, match="no room"):
        place.runner.replay(instants, group=2)
    with pytest.raises(WorkspaceError, match="open the workspace again"):
        place.runner.live_tick(instants[-1])
    place.log.commit = commit  # type: ignore[method-assign]
    place.restart()
    assert place.runner.now == instants[3], "what was committed before is kept"
    place.runner.replay(instants[4:], group=2)
    assert place.log.query("SELECT count(*) FROM purchase").item() == 8
    assert place.members("spender") == ["ann"]


def test_an_event_that_comes_again_is_known_while_its_commit_is_under_way(place: Place) -> None:
    place.runner.live_tick(T0, [publish("spender", SPENT)], limit=0)
    place.buy(*((str(hour // 2), "ann", T0 + hour * HOUR, 1.0 + hour) for hour in range(2, 12)))
    commit = place.log.commit

    def slowly(*arguments: Any, **more: Any) -> None:
        time.sleep(0.02)
        commit(*arguments, **more)

    place.log.commit = slowly  # type: ignore[method-assign]
    place.runner.replay([T0 + hour * HOUR for hour in range(2, 12)], group=1)
    kept = place.log.query("SELECT _event_id, total FROM purchase ORDER BY _time")
    assert kept.rows() == [(str(number), 1.0 + 2 * number) for number in range(1, 6)]


def test_what_a_stopped_segment_counted_serves_one_published_in_the_same_tick(place: Place) -> None:
    place.runner.live_tick(T0, [publish("spender", SPENT)], limit=0)
    place.buy(("1", "ann", T0, 30.0), ("2", "bob", T0, 1.0))
    place.runner.live_tick(T0 + 1)
    stop = DefinitionChange("segment", "spender", 2, "stop")
    place.runner.live_tick(T0 + 2, [stop, publish("buyer", {**SPENT, "at_least": 20})])
    assert place.members("buyer") == ["ann"]


WAITING = {
    "journey": "again",
    "name": "Again",
    "entry": {"segment": "spender", "on": "enter"},
    "reentry": {"allowed": True},
    "start": "pause",
    "activities": {
        "pause": {"type": "wait", "for": "3 hours", "then": "back"},
        "back": {"type": "condition", "paths": [{"label": "yes", "when": {"event": "purchase", "in_last": "9 hours"}}]},
    },
}


@pytest.mark.parametrize("restarted", [False, True])
def test_a_stopped_journey_lets_go_of_what_only_it_counted(place: Place, restarted: bool) -> None:
    body = read_journey(WAITING, SCHEMA, ["spender"], 1).to_json()
    start = DefinitionChange("journey", "again", 1, "publish", body)
    place.runner.live_tick(T0, [publish("spender", SPENT)], limit=0)
    before = len(place.runner.state.book)
    place.runner.live_tick(T0 + 1, [start])
    assert len(place.runner.state.book) == before + 1
    if restarted:
        place.restart()
    place.buy(("1", "ann", T0 + HOUR, 30.0))
    place.runner.live_tick(T0 + HOUR)
    place.runner.live_tick(T0 + 2 * HOUR, [DefinitionChange("journey", "again", 2, "stop")])
    assert len(place.runner.state.book) == before
    place.runner.live_tick(T0 + 3 * HOUR, [start, publish("buyer", SPENT)])
    place.buy(("2", "bob", T0 + 4 * HOUR, 30.0))
    place.runner.live_tick(T0 + 4 * HOUR)
    place.runner.live_tick(T0 + 8 * HOUR)
    steps = place.log.query("SELECT _profile_id, outcome FROM journey_steps ORDER BY _tick, time, _profile_id")
    assert steps.filter(pl.col("_profile_id") == "ann")["outcome"].to_list() == ["entered", "waiting", "stopped"]
    assert steps.filter(pl.col("_profile_id") == "bob")["outcome"].to_list()[-2:] == ["yes", "finished"]
