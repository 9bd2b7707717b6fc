"""Replays and the live loop: instants, going on after an interruption, messages, definitions meanwhile."""

from __future__ import annotations

import threading
import time
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.core.clock import DAY, HOUR, SECOND, instant
from parcours.core.errors import InputError
from parcours.engines import portions
from parcours.service.running import Progress, instants
from parcours.service.workspace import Workspace
from parcours.testing.smtp import SmtpSink
from tests.service import shop
from tests.service.live import eventually, running
from tests.service.requests import START, send, track


def test_instants_are_a_grid_and_the_end_and_more() -> None:
    assert instants(0, 10, 4, [], None) == [0, 4, 8, 10]
    assert instants(0, 8, 4, [3, 4, 99, -1], None) == [0, 3, 4, 8]
    assert instants(0, 8, 4, [], 4) == [8]
    assert instants(0, 8, 4, [], 8) == [8]


@pytest.mark.parametrize(
    ("start", "end", "tick", "after", "code"),
    [
        (5, 4, 1, None, "bad-range"),
        (0, 4, 0, None, "bad-duration"),
        (0, 10**15, 1, None, "bad-range"),
        (0, 4, 1, 5, "time-runs-forward"),
    ],
)
def test_impossible_replays_are_refused(start: int, end: int, tick: int, after: int | None, code: str) -> None:
    with pytest.raises(InputError) as caught:
        instants(start, end, tick, [], after)
    assert caught.value.code == code


def filled(folder: Path) -> Workspace:
    workspace = parcours.init(folder / "shop")
    shop.fill(workspace, folder / "definitions")
    return workspace


def test_without_a_range_everything_that_waits_is_replayed(tmp_path: Path) -> None:
    with filled(tmp_path) as workspace:
        done = workspace.replay(tick="1 day")
        times = shop.purchases()["time"]
        assert (done.start, done.end) == (instant(times.min()), instant(times.max()))  # type: ignore[arg-type]
        assert done.events == 600
        with pytest.raises(InputError, match="nothing waits"):
            workspace.replay(tick="1 day")


def test_a_replay_without_a_range_takes_in_what_came_late(workspace: Workspace) -> None:
    workspace.import_events(
        pl.DataFrame({"profile_id": ["late"], "time": ["2024-06-20"], "total": [150.0]}), event="purchase"
    )
    assert workspace.replay().ticks == 1
    assert "late" in workspace.segments.members("big")["_profile_id"]
    assert workspace.now == datetime(2024, 6, 30, tzinfo=UTC)


def test_progress_is_told_for_every_tick(tmp_path: Path) -> None:
    told: list[Progress] = []
    with filled(tmp_path) as workspace:
        done = workspace.replay(shop.START, "2024-02-01", DAY, progress=told.append)
    assert [progress.done for progress in told] == list(range(1, 33))
    assert all(progress.total == 32 for progress in told)
    assert (told[-1].events, told[-1].qualifications) == (done.events, done.qualifications)
    assert done.events_per_second > 0


def test_extra_instants_are_ticks(tmp_path: Path) -> None:
    with filled(tmp_path) as workspace:
        workspace.replay(
            shop.START, "2024-01-03", "1 day", also_at=["2024-01-01T07:00", datetime(2024, 1, 2, 5, tzinfo=UTC)]
        )
        seen = workspace.sql("SELECT now FROM ticks ORDER BY _tick")["now"].unique(maintain_order=True)
    assert [moment.strftime("%d %H") for moment in seen] == ["01 00", "01 07", "02 00", "02 05", "03 00"]


def test_the_same_replay_in_pieces_gives_the_same(tmp_path: Path, replayed: Path) -> None:
    with filled(tmp_path) as workspace:
        workspace.replay(shop.START, "2024-03-01", "6 hours")
    with parcours.open(tmp_path / "shop") as workspace:
        workspace.replay(shop.START, shop.END, "6 hours")
        found = workspace.sql(QUALIFICATIONS)
    whole = shop.copied(replayed, tmp_path)
    with parcours.open(whole) as workspace:
        assert found.equals(workspace.sql(QUALIFICATIONS))


QUALIFICATIONS = "SELECT segment, _profile_id, status, effective, cause FROM qualifications ORDER BY ALL"


def test_longer_ticks_end_with_the_same_members(tmp_path: Path, workspace: Workspace) -> None:
    with filled(tmp_path) as other:
        other.replay(shop.START, shop.END, "3 days")
        for segment in shop.SEGMENTS:
            assert other.segments.members(segment)["_profile_id"].sort().to_list() == (
                workspace.segments.members(segment)["_profile_id"].sort().to_list()
            )


def test_a_replay_sends_nothing_unless_asked(workspace: Workspace) -> None:
    results = workspace.journeys.deliveries("hello")
    assert results["result"].to_list() == ["skipped"]
    assert results["messages"].item() == workspace.journeys.list()["entered"].item() > 0


def with_channel(folder: Path, port: int) -> None:
    (folder / "parcours.toml").write_text(
        f'[channels.email]\ntype = "smtp"\nhost = "127.0.0.1"\nport = {port}\n'
        'security = "none"\nsender = "shop@example.com"\n'
    )


def test_a_replay_that_sends_reaches_the_mail_server(tmp_path: Path) -> None:
    filled(tmp_path).close()
    with SmtpSink() as sink:
        with_channel(tmp_path / "shop", sink.port)
        with parcours.open(tmp_path / "shop") as workspace:
            done = workspace.replay(shop.START, "2024-03-01", "12 hours", send=True)
            results = dict(workspace.journeys.deliveries().select("result", "messages").iter_rows())
            noted = workspace.sql("SELECT time FROM outcomes")["time"]
        assert done.deliveries == sum(results.values()) > 10
        assert results["sent"] == len(sink.messages) == len(sink.counts())
        assert results["skipped"] > 0  # who has no address
        assert noted.max() <= datetime(2024, 3, 1, tzinfo=UTC)  # type: ignore[operator]


def test_messages_stay_pending_without_a_channel_and_are_sent_when_there_is_one(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    filled(tmp_path).close()
    with parcours.open(folder) as workspace:
        workspace.replay(shop.START, "2024-01-05", "12 hours")
        before = workspace.journeys.deliveries()["messages"].sum()
        workspace.replay("2024-01-05", "2024-02-01", "12 hours", send=True)
        pending = workspace.status()["messages_pending"]
        assert pending == workspace.journeys.deliveries()["messages"].sum() - before
    assert isinstance(pending, int)
    assert pending > 0
    with SmtpSink() as sink:
        with_channel(folder, sink.port)
        with parcours.open(folder) as workspace:
            clock = parcours.VirtualClock(instant("2024-02-01T00:00:01Z"))
            workspace.run(clock, ticks=2)
            assert workspace.status()["messages_pending"] == 0
        assert 0 < len(sink.messages) <= pending


# --- live ------------------------------------------------------------------------------------------------


def test_live_ticks_take_in_what_arrives(tmp_path: Path) -> None:
    clock = parcours.VirtualClock(instant("2024-03-01T10:00:00.5Z"))
    with parcours.init(tmp_path / "new") as workspace:
        shop.fill(workspace, tmp_path / "definitions")
        assert workspace.run(clock, ticks=3) == 3
        assert workspace.waiting == {}
        times = workspace.sql("SELECT now FROM ticks ORDER BY _tick")["now"]
        assert [moment.isoformat()[17:26] for moment in times] == ["00.500000", "01+00:00", "02+00:00"]
        expected = workspace.sql(
            """SELECT _profile_id FROM purchase
            WHERE _time > TIMESTAMPTZ '2024-03-01 10:00:02+00' - INTERVAL 60 DAY
            AND _time <= TIMESTAMPTZ '2024-03-01 10:00:02+00'
            GROUP BY ALL HAVING count(*) >= 3 ORDER BY ALL"""
        )
        assert (
            workspace.segments.members("regular")["_profile_id"].sort().to_list() == expected["_profile_id"].to_list()
        )


def test_definitions_applied_while_running_are_backfilled(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "d.yaml").write_text(
        "segment: recent\nrule: {event: purchase, in_last: 50 days, at_least: 1}\n---\n"
        "segment: recent-adult\nrule: {all: [{segment: recent}, {segment: adult}]}\n"
    )
    workspace = parcours.open(folder)
    thread = threading.Thread(target=workspace.run, args=(Slow(instant("2024-06-30")),))
    thread.start()
    try:
        while workspace.sql("SELECT count(*) FROM ticks WHERE now > TIMESTAMPTZ '2024-06-30'").item() == 0:
            time.sleep(0.01)
        workspace.apply(tmp_path / "d.yaml")
        expected = workspace.preview({"event": "purchase", "in_last": "50 days", "at_least": 1})[0].members
        while workspace.segments.count("recent-adult") == 0:
            assert thread.is_alive()
            time.sleep(0.01)
        assert workspace.segments.count("recent") == expected
        assert 0 < workspace.segments.count("recent-adult") < expected
    finally:
        workspace.stop()
        thread.join()
        workspace.close()


FAMILY = [
    {"segment": "s0", "rule": {"attribute": "age", "at_least": 18}},
    *(
        {"segment": f"s{number}", "rule": {"all": [{"segment": "s0"}, {"attribute": "age", "less_than": 40}]}}
        for number in range(1, 7)
    ),
    {
        "journey": "after",
        "entry": {"segment": "s6", "on": "enter"},
        "start": "end",
        "activities": {"end": {"type": "end"}},
    },
]


@pytest.mark.parametrize("live", [False, True])
def test_many_segments_for_many_people_begin_in_several_ticks(
    folder: Path, monkeypatch: pytest.MonkeyPatch, live: bool
) -> None:
    monkeypatch.setattr(portions, "MOST_FIRST", 3 * 40)
    with parcours.open(folder) as workspace:
        before = workspace.sql("SELECT max(_tick) FROM ticks").item()
        with running(workspace) if live else nullcontext():
            workspace.apply(FAMILY)
            if live:
                eventually(lambda: all(workspace.segments.count(f"s{number}") for number in range(7)))
            else:
                workspace.replay(shop.END, "2024-07-01", "1 day")
        began = workspace.sql(
            f"SELECT _tick, count(DISTINCT segment) AS segments FROM qualifications "
            f"WHERE _tick > {before} AND cause = 'publish' GROUP BY 1 ORDER BY 1"
        )
        found = began["segments"].to_list()
        assert found == [3, 3, 1] or (live and sum(found) == 7 and max(found) <= 3)
        members = [workspace.segments.members(f"s{number}")["_profile_id"].sort().to_list() for number in range(7)]
        assert members[1:] == [members[1]] * 6
        assert set(members[1]) < set(members[0])


class Slow(parcours.VirtualClock):
    """A clock whose seconds last a hundredth of one."""

    def sleep_until(self, instant: int) -> None:
        time.sleep(0.01)
        super().sleep_until(instant)


def test_a_pause_is_caught_up_hour_by_hour(folder: Path) -> None:
    with parcours.open(folder) as workspace:
        workspace.run(parcours.VirtualClock(instant("2024-07-02")), ticks=1)
        steps = workspace.sql("SELECT now - lag(now) OVER (ORDER BY _tick) AS gap FROM ticks")["gap"].tail(48)
    assert steps.max() <= pl.Series([HOUR]).cast(pl.Duration("us"))[0]  # type: ignore[operator]


def test_what_waits_is_taken_in_before_the_next_full_second(tmp_path: Path) -> None:
    with Workspace.init(tmp_path / "shop") as workspace:
        seen: list[tuple[int, int]] = []
        workspace._parts.watchers.append(lambda ticked: seen.append((ticked.now, ticked.events)))
        with running(workspace):
            for number in range(5):  # a busy machine may miss it now and then
                eventually(lambda: time.time() % 1 < 0.3)
                full = (int(time.time()) + 1) * SECOND
                send(workspace, track("Seen", f"m{number}"), received=full - SECOND)
                workspace._parts.arrived()
                eventually(lambda: sum(events for _, events in seen) > number)  # noqa: B023
                if seen[-1][0] < full:
                    break
            else:
                pytest.fail("nothing was taken in before its time")
            eventually(lambda: time.time() % 1 < 0.1)
            before = len(seen)
            eventually(lambda: time.time() % 1 > 0.9)
            assert len(seen) - before <= 1, "nothing waits, so nothing is done"


def test_what_comes_while_a_tick_is_under_way_wakes_the_next_one(tmp_path: Path) -> None:
    with Workspace.init(tmp_path / "shop") as workspace:
        for number in range(3):
            send(workspace, *(track("Seen", f"{number}-{at}") for at in range(4)))
        runner = workspace._parts.runner
        assert runner.live_tick(START, limit=4).events == 4
        assert runner.behind
        runner.live_tick(START + SECOND, limit=100)
        assert not runner.behind
