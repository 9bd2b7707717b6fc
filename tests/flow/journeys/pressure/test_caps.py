"""Counters equal a list of what was let pass, however the profiles and the calls are split."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import DAY, EPOCH, HOUR, as_datetime, instant
from parcours.flow.journeys.pressure.caps import (
    CalendarCounter,
    Counter,
    Counters,
    RollingCounter,
    RunCounter,
    in_turn,
)
from parcours.flow.journeys.pressure.periods import Period, read_period, windows_of

START = instant("2026-03-25")
PERIODS = [Period(1, "hour"), Period(6, "hour"), Period(1, "day"), Period(2, "week"), Period(1, "month")]


def slow_window(period: Period, at: int, zone: str) -> object:
    local = as_datetime(at).astimezone(ZoneInfo(zone))
    days = (local.date() - EPOCH.date()).days
    match period.unit:
        case "hour":
            return (days * 24 + local.hour) // period.number
        case "day":
            return days // period.number
        case "week":
            return (days + 4) // 7 // period.number
    return ((local.year - 1970) * 12 + local.month - 1) // period.number


def slow(rules: list[tuple[int, Period, str]], rows: list[tuple[int, int]]) -> list[bool]:
    """One row after the other; what passed is remembered with its instant."""
    passed: dict[int, list[int]] = defaultdict(list)
    found = []
    for profile, at in rows:
        fits = True
        for cap, period, kind in rules:
            if kind == "rolling":
                length = timedelta(**{f"{period.unit}s": period.number}) // timedelta(microseconds=1)
                counting = [moment for moment in passed[profile] if moment > at - length]
            else:
                here = slow_window(period, at, kind)
                counting = [moment for moment in passed[profile] if slow_window(period, moment, kind) == here]
            fits &= len(counting) < cap
        if fits:
            passed[profile].append(at)
        found.append(fits)
    return found


def made(rules: list[tuple[int, Period, str]]) -> list[Counter]:
    return [
        RollingCounter(cap, period) if kind == "rolling" else CalendarCounter(cap, period, kind)
        for cap, period, kind in rules
    ]


rules = st.lists(
    st.one_of(
        st.tuples(st.integers(0, 3), st.sampled_from(PERIODS), st.sampled_from(["UTC", "Europe/Paris"])),
        st.tuples(st.integers(0, 4), st.sampled_from(PERIODS[:4]), st.just("rolling")),
    ),
    min_size=1,
    max_size=3,
)
rows = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 24 * 21).map(lambda hour: START + hour * HOUR)), max_size=40
).map(lambda found: sorted(found, key=lambda row: row[1]))


def columns(found: list[tuple[int, int]]) -> tuple[Any, Any]:
    return np.array([p for p, _ in found], np.int32), np.array([at for _, at in found], np.int64)


@given(rules, rows, st.integers(1, 10))
def test_equals_the_list_in_any_batches(rules: list[Any], rows: list[tuple[int, int]], size: int) -> None:
    counters = Counters(made(rules))
    found: list[bool] = []
    for first in range(0, len(rows), size):
        profiles, at = columns(rows[first : first + size])
        foretold = counters.allows(profiles, at).tolist()
        found += counters.take(profiles, at).tolist()
        assert foretold == found[first:]

    assert found == slow(rules, rows)


@given(rules, rows)
def test_any_partition_counts_the_same(rules: list[Any], rows: list[tuple[int, int]]) -> None:
    profiles, at = columns(rows)
    whole = Counters(made(rules)).take(profiles, at)
    parts = np.zeros(len(rows), bool)
    for mine in (profiles % 2 == 0, profiles % 2 == 1):
        parts[mine] = Counters(made(rules)).take(profiles[mine], at[mine])

    assert whole.tolist() == parts.tolist()


@given(rules, rows, st.integers(0, 40))
def test_goes_on_from_a_snapshot(rules: list[Any], rows: list[tuple[int, int]], cut: int) -> None:
    profiles, at = columns(rows)
    before, after = made(rules), made(rules)
    first = Counters(before).take(profiles[:cut], at[:cut])
    for old, new in zip(before, after, strict=True):
        new.load(pl.concat([old.dump()]).reverse())
        assert new.dump().equals(old.dump())

    rest = Counters(after).take(profiles[cut:], at[cut:])

    assert [*first.tolist(), *rest.tolist()] == slow(rules, rows)


@pytest.mark.parametrize(
    "counter", [CalendarCounter(1, Period(1, "day")), RollingCounter(1, Period(1, "day")), RunCounter(1)]
)
def test_an_erased_profile_starts_anew(counter: Counter) -> None:
    counters, who = Counters([counter]), np.array([0, 1], np.int32)
    at = np.full(2, START)
    assert counters.take(who, at).all()

    counter.erase(np.array([1, 99], np.int32))

    assert counters.allows(who, at).tolist() == [False, True]


def test_what_is_refused_by_one_rule_counts_in_none() -> None:
    wide, narrow = CalendarCounter(2, Period(1, "day")), CalendarCounter(1, Period(1, "hour"))
    who = np.zeros(4, np.int32)
    at = START + np.array([0, 1, HOUR, 2 * HOUR])

    assert Counters([wide, narrow]).taken(who, at).tolist() == [-1, 1, -1, 0]


def test_rows_are_decided_in_the_order_asked_for() -> None:
    counters = Counters([CalendarCounter(1, Period(1, "day"))])
    who = np.array([5, 5, 7], np.int32)

    assert counters.take(who, np.full(3, START), order=np.array([2, 1, 0])).tolist() == [False, True, True]


def test_an_earlier_instant_opens_no_window_again() -> None:
    counters, who = Counters([CalendarCounter(1, Period(1, "day"))]), np.zeros(1, np.int32)
    counters.reserve(who, np.array([START + DAY]))

    assert not counters.allows(who, np.array([START])).any()


def test_runs_at_once() -> None:
    counter = RunCounter(2)
    counters, who, at = Counters([counter]), np.array([3, 3, 3], np.int32), np.full(3, START)
    assert counters.take(who, at).tolist() == [True, True, False]
    counter.remove(np.array([3], np.int32))
    assert counters.allows(who, at).tolist() == [True, False, False]
    counter.recount(np.array([3, 3, 4], np.int32))
    assert counters.allows(np.array([3, 4], np.int32), at[:2]).tolist() == [False, True]


def test_rows_in_turn() -> None:
    turns = [turn.tolist() for turn in in_turn(np.array([4, 2, 4, 4, 2], np.int32))]
    assert turns == [[0, 1], [2, 4], [3]]


def test_a_week_begins_on_sunday_and_an_hour_shows_on_the_clock() -> None:
    at = np.array([instant(text) for text in ("2026-02-28T23:00:00Z", "2026-03-01", "2026-03-07", "2026-03-08")])
    weeks = windows_of(Period(1, "week"), at)
    assert (np.diff(weeks) > 0).tolist() == [True, False, True]
    hours = windows_of(
        Period(1, "hour"),
        np.array([instant("2026-03-01T00:10:00Z"), instant("2026-03-01T00:20:00Z")]),
        "Asia/Kathmandu",
    )
    assert np.diff(hours).tolist() == [1]


def test_a_rolling_month_ends_with_the_month() -> None:
    counters, who = Counters([RollingCounter(1, Period(1, "month"))]), np.zeros(1, np.int32)
    counters.reserve(who, np.array([instant("2026-02-28T12:00:00Z")]))

    assert not counters.allows(who, np.array([instant("2026-03-28T11:00:00Z")])).any()
    assert counters.allows(who, np.array([instant("2026-03-28T12:00:00Z")])).all()


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("daily", Period(1, "day")),
        ("hour", Period(1, "hour")),
        ("3 months", Period(3, "month")),
        ("2w", Period(2, "week")),
    ],
)
def test_periods_are_read(text: str, period: Period) -> None:
    assert read_period(text) == period


@pytest.mark.parametrize("text", ["", "0 days", "yearly", "2.5 days", 3, None])
def test_other_texts_are_no_periods(text: object) -> None:
    assert read_period(text) is None
