"""Conditions on time and date against clocks read one run at a time."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import as_datetime, instant
from parcours.flow.journeys.activities.base import Activity, Edge
from parcours.flow.journeys.activities.date_condition import DateCondition, Period
from parcours.flow.journeys.activities.local import WEEKDAYS
from parcours.flow.journeys.activities.time_condition import Hours, TimeCondition
from tests.flow.journeys.activities.fakes import SETTINGS, Fake, problems, runs

moments = st.integers(instant("2026-01-01"), instant("2027-01-01"))
zones = st.sampled_from(("UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata"))
hours = st.integers(0, 24 * 4 - 1).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")


def is_time(path: Hours, local: datetime) -> bool:
    """Minute by minute: a range over midnight is walked from the day on which it starts."""
    start, end = path.since or "00:00", path.until or "24:00"
    now, day = local.strftime("%H:%M"), WEEKDAYS[local.weekday()]
    before = WEEKDAYS[(local - timedelta(days=1)).weekday()]
    if start < end:
        return (not path.days or day in path.days) and start <= now < end
    return ((not path.days or day in path.days) and now >= start) or (
        (not path.days or before in path.days) and now < end
    )


paths = st.builds(
    lambda days, since, until: Hours(days=tuple(sorted(days)), since=since, until=until),
    st.sets(st.sampled_from(WEEKDAYS)),
    st.none() | hours,
    st.none() | hours.filter(lambda text: text != "00:00"),
).filter(lambda path: path.since != path.until)


@given(st.lists(st.tuples(moments, zones), min_size=1, max_size=8), st.lists(paths, min_size=1, max_size=3))
def test_each_run_takes_the_first_path_whose_time_it_is(arriving: list[tuple[int, str]], given_: list[Hours]) -> None:
    at = np.array([moment for moment, _ in arriving], np.int64)
    moves = TimeCondition(paths=tuple(given_)).step(Fake(at, zone=[zone for _, zone in arriving]))
    for moment, zone, edge in zip(at.tolist(), (zone for _, zone in arriving), moves.edge.tolist(), strict=True):
        local = as_datetime(moment).astimezone(ZoneInfo(zone))
        expected = next((index for index, path in enumerate(given_) if is_time(path, local)), len(given_))
        assert edge == expected


def edge_at(activity: TimeCondition | DateCondition, time: str, zone: str = "UTC") -> str:
    (edge,) = activity.step(runs(time, zone=zone)).edge.tolist()
    return activity.edges()[edge].label


def test_a_range_over_midnight_belongs_to_the_day_on_which_it_starts() -> None:
    night = TimeCondition(paths=(Hours(label="night", days=("fri",), since="22:00", until="04:00"),))
    at = {time: edge_at(night, time) for time in ("2026-03-06T03:00Z", "2026-03-06T22:00Z", "2026-03-07T03:59Z")}
    assert list(at.values()) == ["otherwise", "night", "night"]
    assert edge_at(night, "2026-03-07T04:00Z") == "otherwise"


def test_ranges_include_their_start_and_exclude_their_end_in_the_zone_of_the_run() -> None:
    day = TimeCondition(paths=(Hours(label="day", since="09:00", until="12:00"),))
    assert [edge_at(day, f"2026-07-06T{time}Z", "Europe/Paris") for time in ("07:00:00", "09:59:59", "10:00:00")] == [
        "day",
        "day",
        "otherwise",
    ]
    whole = TimeCondition(paths=(Hours(label="late", since="23:00", until="24:00"),))
    assert edge_at(whole, "2026-07-06T23:59:59.999999Z") == "late"


@given(moments, zones, st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)), st.timedeltas(timedelta(hours=1)))  # noqa: DTZ001
def test_a_period_holds_from_its_start_to_before_its_end(
    moment: int, zone: str, start: datetime, length: timedelta
) -> None:
    end = start + min(length, timedelta(days=300))
    period = Period(since=start.isoformat(), until=end.isoformat())
    place = ZoneInfo(zone)
    inside = instant(start.replace(tzinfo=place)) <= moment < instant(end.replace(tzinfo=place))
    moves = DateCondition(paths=(period,)).step(Fake(np.array([moment], np.int64), zone=zone))
    assert moves.edge.tolist() == [0 if inside else 1]


def test_dates_are_midnights_where_the_run_is_and_instants_are_the_same_everywhere() -> None:
    sales = DateCondition(paths=(Period(label="sales", since="2026-12-01", until="2026-12-25"),))
    assert edge_at(sales, "2026-11-30T23:00:00Z", "Europe/Paris") == "sales"
    assert edge_at(sales, "2026-11-30T23:00:00Z") == "otherwise"
    assert edge_at(sales, "2026-12-24T23:00:00Z", "Europe/Paris") == "otherwise"
    ever = DateCondition(paths=(Period(label="later", since="2026-12-01T00:00:00Z"),))
    assert edge_at(ever, "2026-11-30T23:00:00Z", "Europe/Paris") == "otherwise"
    assert edge_at(ever, "2036-11-30T23:00:00Z", "Europe/Paris") == "later"


@pytest.mark.parametrize(
    "activity",
    [
        TimeCondition(paths=(Hours(label="a", days=("mon",), to="x"), Hours(label="b", days=("tue",)))),
        DateCondition(paths=(Period(label="a", since="2026-01-01", to="x"), Period(label="b", since="2026-01-01"))),
    ],
)
def test_ways_out_and_tests(activity: TimeCondition | DateCondition) -> None:
    assert activity.edges() == (
        Edge("a", ("x",), "paths[0].to"),
        Edge("b", (), "paths[1].to"),
        Edge("otherwise", (), "otherwise"),
    )
    settings = SETTINGS._replace(test_branches={"here": "b"})
    chosen = runs("2026-03-02T09:00:00Z", mode="test", settings=settings)
    assert activity.step(chosen).edge.tolist() == [1]


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        (TimeCondition(paths=(Hours(since="09:00", until="17:00"),)), []),
        (TimeCondition(paths=(Hours(since="22:00", until="00:00"),)), []),
        (TimeCondition(paths=()), [("missing-setting", "paths")]),
        (TimeCondition(paths=(Hours(),)), [("missing-setting", "paths[0]")]),
        (TimeCondition(paths=(Hours(since="9"),)), [("bad-time", "paths[0].from")]),
        (TimeCondition(paths=(Hours(until="25:00"),)), [("bad-time", "paths[0].until")]),
        (TimeCondition(paths=(Hours(since="09:00", until="09:00"),)), [("bad-setting", "paths[0].until")]),
        (TimeCondition(paths=(Hours(since="24:00"),)), [("bad-setting", "paths[0].from")]),
        (DateCondition(paths=(Period(since="2026-01-01"),)), []),
        (DateCondition(paths=(Period(),)), [("missing-setting", "paths[0]")]),
        (DateCondition(paths=(Period(since="soon"),)), [("bad-time", "paths[0].from")]),
        (DateCondition(paths=(Period(since="2026-01-02", until="2026-01-02"),)), [("bad-setting", "paths[0].until")]),
        (DateCondition(paths=(Period(since="2026-01-02T00:00Z", until="2026-01-02"),)), []),
    ],
)
def test_what_is_wrong(activity: Activity, expected: list[tuple[str, str]]) -> None:
    assert problems(activity) == expected
