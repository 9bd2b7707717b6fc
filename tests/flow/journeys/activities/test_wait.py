"""Waits against clocks read one run at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import HOUR, SECOND, as_datetime, instant, iso
from parcours.core.facts import INSTANT
from parcours.flow.journeys.activities.base import OUT, STAY
from parcours.flow.journeys.activities.wait import BestHour, Wait
from tests.flow.journeys.activities.fakes import SETTINGS, Fake, problems, runs

ZONES = ("UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia")
moments = st.integers(instant("2026-01-01"), instant("2027-01-01"))
zones = st.sampled_from(ZONES)


def due(wait: Wait, arrivals: Fake) -> list[str]:
    moves = wait.step(arrivals)
    assert moves.due is not None
    assert (moves.edge == STAY).all()
    return [iso(moment) for moment in moves.due.tolist()]


def test_a_day_has_24_hours_whatever_the_clocks_do() -> None:
    assert due(Wait(length="1 day"), runs("2026-03-28T12:00:00Z", zone="Europe/Paris")) == ["2026-03-29T12:00:00Z"]


@pytest.mark.parametrize(
    ("local", "zone", "expected"),
    [
        ("2026-03-30T09:00:00", "Europe/Paris", "2026-03-30T07:00:00Z"),
        ("2026-03-29T02:30", "Europe/Paris", "2026-03-29T01:30:00Z"),  # does not exist: an hour later
        ("2026-10-25T02:30", "Europe/Paris", "2026-10-25T00:30:00Z"),  # twice: the first
        ("2026-06-01", "America/New_York", "2026-06-01T04:00:00Z"),
        ("2025-06-01T10:00", "UTC", "2026-03-01T00:00:00Z"),  # past: at once
    ],
)
def test_a_constant_local_time_is_read_in_the_zone_of_the_run(local: str, zone: str, expected: str) -> None:
    for wait in (Wait(until_local=local), Wait(until=local)):
        assert due(wait, runs("2026-03-01T00:00:00Z", zone=zone)) == [expected]


def test_an_instant_is_used_as_it_is_and_a_local_time_in_the_zone() -> None:
    arrivals = ("2026-03-01T00:00:00Z",) * 3
    texts = ["2026-03-02T09:00", None, "2026-02-01T09:00"]
    local = pl.Series([None if text is None else datetime.fromisoformat(text) for text in texts])  # noqa: DTZ
    wait = Wait(until={"journey": "…"})
    zoned = runs(*arrivals, zone=["Asia/Kolkata", "UTC", "UTC"], values={"until": local})
    assert due(wait, zoned) == ["2026-03-02T03:30:00Z", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"]
    exact = runs(*arrivals, zone="Asia/Kolkata", values={"until": local.dt.replace_time_zone("UTC").cast(INSTANT)})
    assert due(wait, exact) == ["2026-03-02T09:00:00Z", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z"]
    days = runs(*arrivals, zone="America/New_York", values={"until": local.cast(pl.Date)})
    assert due(wait, days)[0] == "2026-03-02T05:00:00Z"
    offset = pl.Series([{"instant": moment, "offset": 3600} for moment in exact.values["until"]])
    assert due(wait, runs(*arrivals, values={"until": offset})) == due(wait, exact)


def next_time(at: int, zone: str, hour: int, minute: int, days: tuple[str, ...]) -> int:
    """The smallest instant after ``at`` that a day-by-day walk over the calendar of the zone finds."""
    place = ZoneInfo(zone)
    first = as_datetime(at).astimezone(place).date() - timedelta(days=2)
    found = []
    for ahead in range(13):
        day = first + timedelta(days=ahead)
        if days and day.strftime("%a").lower() not in days:
            continue
        moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=place).astimezone(UTC)
        found.append(instant(moment))
    return min(moment for moment in found if moment > at)


@given(
    st.lists(st.tuples(moments, zones), min_size=1, max_size=6),
    st.integers(0, 23),
    st.sampled_from([0, 15, 30, 59]),
    st.sets(st.sampled_from(["mon", "tue", "sat", "sun"])),
)
def test_the_next_time_of_day_is_found_in_every_zone(
    arriving: list[tuple[int, str]], hour: int, minute: int, days: set[str]
) -> None:
    wait = Wait(time_of_day=f"{hour:02}:{minute:02}", weekdays=tuple(sorted(days)))  # type: ignore[arg-type]
    at = np.array([moment for moment, _ in arriving], np.int64)
    moves = wait.step(Fake(at, zone=[zone for _, zone in arriving]))
    expected = [next_time(moment, zone, hour, minute, wait.weekdays) for moment, zone in arriving]
    assert moves.due is not None
    assert moves.due.tolist() == expected


def test_who_arrives_at_that_very_moment_waits_for_the_next_one() -> None:
    arrivals = runs("2026-03-02T09:00:00Z", "2026-03-02T08:59:59Z")
    assert due(Wait(time_of_day="09:00"), arrivals) == ["2026-03-03T09:00:00Z", "2026-03-02T09:00:00Z"]


def test_skips_of_the_clocks_move_a_time_of_day_and_repetitions_count_once() -> None:
    paris = {"zone": "Europe/Paris"}
    assert due(Wait(time_of_day="02:30"), runs("2026-03-28T23:30:00Z", **paris)) == ["2026-03-29T01:30:00Z"]
    assert due(Wait(time_of_day="02:30"), runs("2026-10-25T00:31:00Z", **paris)) == ["2026-10-26T01:30:00Z"]


def test_a_false_condition_takes_the_wait_out_of_the_race() -> None:
    arrivals = runs("2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z", rules={"when": [True, False]})
    assert Wait(length="1 day", when={"attribute": "size"}).step(arrivals).edge.tolist() == [STAY, OUT]


def test_a_spread_delays_by_less_than_its_length_and_the_same_each_time() -> None:
    arrivals = Fake(np.full(200, instant("2026-03-02"), np.int64))
    later = Wait(length="1 day", spread="2 hours").step(arrivals).due
    assert later is not None
    delay = later - instant("2026-03-03")
    assert delay.min() >= 0
    assert delay.max() < 2 * HOUR
    assert len(set(delay.tolist())) == 200
    again = Wait(length="1 day", spread="2 hours").step(arrivals).due
    assert again is not None
    assert (again == later).all()


def test_a_moment_that_has_passed_is_spread_over_what_is_left_of_the_window() -> None:
    late = Fake(np.full(50, instant("2026-03-02T03:00"), np.int64))
    found = Wait(until_local="2026-03-02T00:00", spread="2 hours").step(late).due
    assert found is not None
    assert (found == late.at).all()


def test_a_test_waits_as_its_settings_say_and_a_dry_run_not_at_all() -> None:
    settings = SETTINGS._replace(test_wait={"": 10 * SECOND, "slow": 60 * SECOND})
    wait = Wait(until_local="2030-01-01", spread="1 hour")
    quick = runs("2026-03-02T09:00:00Z", mode="test", settings=settings)
    slow = runs("2026-03-02T09:00:00Z", mode="test", settings=settings, stop="slow")
    assert due(wait, quick) == ["2026-03-02T09:00:10Z"]
    assert due(wait, slow) == ["2026-03-02T09:01:00Z"]
    assert due(wait, runs("2026-03-02T09:00:00Z", mode="dry")) == ["2026-03-02T09:00:00Z"]


def test_the_best_hour_is_that_of_the_own_signals_in_the_own_zone() -> None:
    evenings = [(0, instant(f"2026-02-{day:02}T19:20:00Z")) for day in range(1, 9)]
    here = {"signals": evenings, "zone": "Europe/Paris"}  # 20:20 there
    wait = Wait(best_hour=BestHour(signal="opened", within="24 hours"))
    assert due(wait, runs("2026-03-02T09:10:00Z", **here)) == ["2026-03-02T19:00:00Z"]
    assert due(wait, runs("2026-03-02T19:40:00Z", **here)) == ["2026-03-02T19:40:00Z"]  # it is now
    near = Wait(best_hour=BestHour(within="2 hours"))
    assert instant(due(near, runs("2026-03-02T09:10:00Z", **here))[0]) <= instant("2026-03-02T11:10:00Z")


def test_without_signals_a_usual_day_decides_and_the_answer_is_the_same_for_all() -> None:
    first, second = due(Wait(best_hour=BestHour()), runs("2026-03-02T21:10:00Z", "2026-03-02T21:10:00Z"))
    assert first == second == "2026-03-03T10:00:00Z"


def test_an_explored_hour_lies_within_the_length() -> None:
    arrivals = Fake(np.full(100, instant("2026-03-02"), np.int64))
    found = Wait(best_hour=BestHour(within="10 hours", explore=100.0)).step(arrivals).due
    assert found is not None
    assert (found >= arrivals.at).all()
    assert (found < arrivals.at + 10 * HOUR).all()
    assert len(set(found.tolist())) > 50


@pytest.mark.parametrize(
    ("wait", "expected"),
    [
        (Wait(), [("missing-setting", "for")]),
        (Wait(length="1 day", until_local="2026-01-01"), [("bad-setting", "until_local")]),
        (Wait(length="1 fortnight"), [("bad-duration", "for")]),
        (Wait(until_local="2026-01-01T10:00Z"), [("bad-time", "until_local")]),
        (Wait(until="soon"), [("bad-time", "until")]),
        (Wait(until="2026-01-01T10:00Z"), []),
        (Wait(until={"journey": "now()"}), []),
        (Wait(time_of_day="24:00"), [("bad-time", "time_of_day")]),
        (Wait(time_of_day="9 o'clock"), [("bad-time", "time_of_day")]),
        (Wait(length="1 day", weekdays=("mon",)), [("missing-setting", "time_of_day")]),
        (Wait(best_hour=BestHour(within="soon", explore=101.0)), [("bad-duration", "best_hour.within")] * 1),
        (Wait(length="1 day", zone="Mars/Base"), [("bad-setting", "zone")]),
        (Wait(length="1 day", spread="0 seconds"), []),
    ],
)
def test_what_is_wrong_with_a_wait(wait: Wait, expected: list[tuple[str, str]]) -> None:
    assert problems(wait)[: max(1, len(expected))] == expected
