"""What windows mean: exact edges, calendars in zones, and three readings of the same rule."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import DAY, HOUR, as_datetime, instant
from parcours.language.edges import canonical, edge_instant
from parcours.language.tree_json import from_json, to_json
from parcours.language.window_kinds import Absolute, Calendar, Edge, Ever, Relative, Rolling
from parcours.language.windows import (
    AFTER,
    BEFORE,
    bounds,
    contains,
    in_last,
    in_next,
    relative,
    swinging,
    turning_points,
    unit_start,
)
from parcours.testing.strategies import ZONES, instants, relative_edges, windows

NOW = instant("2024-03-31T12:00")
PARIS, TODAY = "Europe/Paris", Edge(0, "day", "day", False)


@given(windows(), instants(), instants())
def test_bounds_say_the_same_as_contains(window, t, now):
    lo, hi = bounds(window, now)
    assert contains(window, t, now) == (lo < t <= hi)


@given(windows(), instants(), st.lists(instants(), min_size=2, max_size=2))
def test_between_turning_points_nothing_changes(window, t, moments):
    early, late = sorted(moments)
    if contains(window, t, early) != contains(window, t, late):
        assert any(early < point <= late for point in turning_points(window, t))


@given(windows().filter(lambda window: not swinging(window)), instants(), instants())
def test_edges_of_a_window_never_go_back(window, first, second):
    earlier, later = bounds(window, min(first, second)), bounds(window, max(first, second))
    assert earlier[0] <= later[0]
    assert earlier[1] <= later[1]


@pytest.mark.parametrize(
    ("window", "inside", "outside"),
    [
        (Ever(), [NOW, NOW - 9999 * DAY], [NOW + 1]),
        (Rolling(30 * DAY), [NOW, NOW - 30 * DAY + 1], [NOW + 1, NOW - 30 * DAY]),
        (Rolling(30 * DAY, closed=True), [NOW, NOW - 30 * DAY], [NOW + 1, NOW - 30 * DAY - 1]),
        (Rolling(60 * DAY, 30 * DAY), [NOW - 30 * DAY, NOW - 60 * DAY + 1], [NOW - 30 * DAY + 1, NOW - 60 * DAY]),
        (Rolling(0, -7 * DAY), [NOW + 1, NOW + 7 * DAY], [NOW, NOW + 7 * DAY + 1]),
        (Rolling(0, -7 * DAY, closed=True), [NOW, NOW + 7 * DAY], [NOW - 1, NOW + 7 * DAY + 1]),
        (Rolling(0), [], [NOW - 1, NOW, NOW + 1]),
        (Rolling(30 * DAY, 60 * DAY), [], [NOW - 45 * DAY]),
        (Absolute(NOW - DAY, NOW), [NOW - DAY, NOW - 1], [NOW - DAY - 1, NOW]),
        (Absolute(NOW - DAY, NOW + DAY), [NOW], [NOW + 1]),
        (Absolute(NOW - DAY, NOW + DAY, future=True), [NOW + 1, NOW + DAY - 1], [NOW + DAY]),
        (Absolute(), [NOW, NOW - 9999 * DAY], [NOW + 1]),
        (Absolute(future=True), [NOW + 9999 * DAY], []),
        (Calendar("month"), [instant("2024-03-01"), NOW], [instant("2024-03-01") - 1, NOW + 1]),
        (Calendar("month", future=True), [instant("2024-04-01") - 1], [instant("2024-04-01")]),
        (Calendar("month", -1, -1), [instant("2024-02-01"), instant("2024-03-01") - 1], [instant("2024-03-01")]),
        (Calendar("week", -3, 0), [instant("2024-03-04")], [instant("2024-03-04") - 1]),
        (Calendar("quarter", -1, -1), [instant("2023-10-01"), instant("2024-01-01") - 1], [instant("2024-01-01")]),
        (Calendar("year"), [instant("2024-01-01")], [instant("2024-01-01") - 1]),
        (Calendar("day", 1, 1, future=True), [instant("2024-04-01"), instant("2024-04-02") - 1], [NOW]),
        (
            Calendar("day", zone="Europe/Paris"),
            [instant("2024-03-30T23:00"), NOW],
            [instant("2024-03-30T23:00") - 1, instant("2024-03-31T22:00")],
        ),
    ],
)
def test_exact_edges(window, inside, outside):
    assert [contains(window, t, NOW) for t in inside] == [True] * len(inside)
    assert [contains(window, t, NOW) for t in outside] == [False] * len(outside)


def test_open_ends():
    assert bounds(Ever(), NOW) == (BEFORE, NOW)
    assert bounds(Absolute(future=True), NOW) == (BEFORE, AFTER - 1)


@pytest.mark.parametrize(
    ("unit", "zone", "moment", "start"),
    [
        ("day", "Europe/Paris", "2024-03-31T21:59:59Z", "2024-03-30T23:00Z"),
        ("day", "Europe/Paris", "2024-03-31T22:00Z", "2024-03-31T22:00Z"),
        ("week", "UTC", "2024-03-31T12:00Z", "2024-03-25T00:00Z"),
        ("week", "America/New_York", "2024-04-01T03:59Z", "2024-03-25T04:00Z"),
        ("month", "Asia/Kolkata", "2024-03-31T18:30Z", "2024-03-31T18:30Z"),
        ("quarter", "UTC", "2024-06-30T23:59Z", "2024-04-01T00:00Z"),
        ("year", "Asia/Kolkata", "2023-12-31T18:30Z", "2023-12-31T18:30Z"),
        # clocks that skip midnight: the day begins at one o'clock
        ("day", "Africa/Cairo", "2024-04-26T10:00Z", "2024-04-25T22:00Z"),
        # clocks that show midnight twice: the first counts
        ("day", "America/Havana", "2024-11-03T12:00Z", "2024-11-03T04:00Z"),
        # a date that was left out: the 30th of December 2011 lasted no time in Samoa
        ("day", "Pacific/Apia", "2011-12-30T10:00Z", "2011-12-30T10:00Z"),
    ],
)
def test_units_begin_at_local_midnight(unit, zone, moment, start):
    assert unit_start(unit, zone, instant(moment)) == instant(start)


@given(st.sampled_from(("day", "week", "month", "quarter", "year")), st.sampled_from(ZONES), instants(400))
def test_units_follow_each_other(unit, zone, moment):
    start, after = unit_start(unit, zone, moment), unit_start(unit, zone, moment, 1)
    assert start <= moment < after
    assert unit_start(unit, zone, after) == after
    assert unit_start(unit, zone, after - 1) == start
    assert unit_start(unit, zone, start, 5) == unit_start(unit, zone, after, 4)
    assert after - start >= 23 * HOUR


def test_months_are_counted_from_the_first_also_on_the_31st():
    moment = instant("2024-03-31")
    found = [as_datetime(unit_start("month", "UTC", moment, offset)).date() for offset in (-13, -1, 0, 1, 12)]
    assert found == [date(2023, 2, 1), date(2024, 2, 1), date(2024, 3, 1), date(2024, 4, 1), date(2025, 3, 1)]


def test_beyond_the_calendar_a_window_is_open():
    assert unit_start("year", "UTC", NOW, -9999) == BEFORE
    assert unit_start("day", "UTC", NOW, 10**8) == AFTER


# --- edges relative to now -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edge", "zone", "now", "there"),
    [
        (Edge(), "UTC", "2024-03-31T10:20:30Z", "2024-03-31T10:20:30Z"),
        (Edge(-1, "month"), "UTC", "2024-03-31T10:20:30Z", "2024-02-29T10:20:30Z"),
        (Edge(1, "month"), "UTC", "2023-01-30T10:00Z", "2023-02-28T10:00Z"),
        (Edge(-4, "year"), "UTC", "2024-02-29T01:00Z", "2020-02-29T01:00Z"),
        (Edge(-1, "year"), "Europe/Paris", "2024-02-29T01:00Z", "2023-02-28T01:00Z"),
        (Edge(-1, "century"), "UTC", "2024-02-29T01:00Z", "1924-02-29T01:00Z"),
        (Edge(-2, "week"), "UTC", "2024-03-31T10:00Z", "2024-03-17T10:00Z"),
        (Edge(0, aligned="hour"), "UTC", "2024-03-31T10:20:30Z", "2024-03-31T10:00Z"),
        (Edge(0, aligned="decade"), "UTC", "2024-03-31T10:20:30Z", "2020-01-01T00:00Z"),
        (Edge(1, "day", "day"), "Europe/Paris", "2024-03-30T23:30Z", "2024-03-31T22:00Z"),
        (Edge(24, "hour", "day"), "Europe/Paris", "2024-03-30T23:30Z", "2024-03-31T23:00Z"),
        (Edge(-1, "month", "day"), "Europe/Paris", "2024-03-30T23:30Z", "2024-02-28T23:00Z"),
    ],
)
def test_edges_relative_to_now(edge, zone, now, there):
    assert edge_instant(edge, zone, instant(now)) == instant(there)


def test_beyond_the_calendar_an_edge_is_open():
    assert bounds(Relative(Edge(-3, "millennium"), Edge(9, "millennium")), NOW) == (BEFORE, AFTER)
    assert bounds(Relative(Edge(9, "millennium"), None), NOW)[0] == AFTER


@pytest.mark.parametrize(
    ("lower", "upper", "zone", "window"),
    [
        (None, Edge(), "UTC", Ever()),
        (Edge(-7, "day"), Edge(), "UTC", Rolling(7 * DAY, closed=True)),
        (Edge(-1, "week", closed=False), Edge(), "Europe/Paris", Rolling(7 * DAY)),
        (Edge(closed=False), Edge(36, "hour"), "UTC", Rolling(0, -36 * HOUR)),
        (Edge(0, "year", "month"), Edge(1, "month", "month", False), PARIS, Calendar("month", 0, 0, PARIS, True)),
        (
            Edge(-2, "year", "quarter"),
            Edge(0, "day", "quarter", False),
            "UTC",
            Calendar("quarter", -8, -1, "UTC", True),
        ),
        (Edge(-14, "day", "week"), Edge(0, "day", "week", False), "UTC", Calendar("week", -2, -1, "UTC", True)),
        (Edge(-1, "month", "day"), TODAY, PARIS, Relative(Edge(-1, "month", "day"), TODAY, PARIS)),
        (Edge(-24, "month"), Edge(), "Asia/Kolkata", Relative(Edge(-2, "year"), Edge())),
        (Edge(-3, "decade", "hour"), None, "UTC", Relative(Edge(-30, "year", "hour"))),
        (Edge(24, "hour", "day"), None, "Europe/Paris", Relative(Edge(24, "hour", "day"), None, "Europe/Paris")),
    ],
)
def test_equal_windows_are_equal_trees(lower, upper, zone, window):
    assert relative(lower, upper, zone) == window


@given(st.none() | relative_edges(), st.none() | relative_edges(), st.sampled_from(ZONES), instants(), instants())
def test_the_canonical_form_means_the_same(lower, upper, zone, t, now):
    assert contains(relative(lower, upper, zone), t, now) == contains(Relative(lower, upper, zone), t, now)


@given(relative_edges())
def test_the_canonical_form_is_one(edge):
    assert canonical(canonical(edge)) == canonical(edge)


@given(windows())
def test_windows_are_plain_data_and_back(window):
    assert from_json(to_json(window)) == window


def test_in_last_and_in_next():
    assert in_last(4, "hour") == Rolling(4 * HOUR, closed=True)
    assert in_next(2, "day") == Rolling(0, -2 * DAY, closed=True)
    assert in_last(-1, "day") == Rolling(-DAY, closed=True)
    month = in_last(1, "month")
    late, early = instant("2023-03-30T10:00"), instant("2023-03-31T09:00")
    assert contains(month, instant("2023-02-28T10:00"), late)
    assert not contains(month, instant("2023-02-28T09:00"), late)
    assert contains(month, instant("2023-02-28T09:00"), early)
