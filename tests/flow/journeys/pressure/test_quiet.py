"""Quiet hours equal an obvious loop over runs."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import DAY, EPOCH, HOUR, instant
from parcours.flow.journeys.pressure.quiet import NEVER, held, release
from parcours.flow.journeys.pressure.rule_sets import WEEKDAYS, Dates, QuietHours, Weekly

ZONES = ["UTC", "Europe/Paris", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"]
NIGHT = Weekly(days=("mon",), from_="21:00", to="09:00")


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def intervals(rule: QuietHours, zone: str, around: date) -> list[tuple[int, int]]:
    """Every quiet period of the fortnights before and after a day, one by one."""
    place = ZoneInfo(zone)

    def local(day: date, text: str) -> int:
        hours, minutes = map(int, text.split(":"))
        moment = datetime.combine(day, time()) + timedelta(hours=hours, minutes=minutes)
        return micros(moment.replace(tzinfo=place).astimezone(UTC))

    found = []
    for offset in range(-15, 16):
        day = around + timedelta(days=offset)
        for weekly in rule.weekly:
            if WEEKDAYS[day.weekday()] in weekly.days:
                ends = day if weekly.to > weekly.from_ else day + timedelta(days=1)
                found.append((local(day, weekly.from_), local(ends, weekly.to)))
    for dates in rule.dates:
        first, last = (datetime.fromisoformat(text).replace(tzinfo=place) for text in (dates.from_, dates.until))
        found.append((micros(first.astimezone(UTC)), micros(last.astimezone(UTC))))
    return [pair for pair in found if pair[0] < pair[1]]


def slow_release(rule: QuietHours, at: int, zone: str | None) -> int:
    """Go to the end of a period as long as there is one; that is all that quiet hours are."""
    zone = zone if rule.zone == "profile" else rule.zone
    if zone is None:
        return at
    periods = intervals(rule, zone, (EPOCH + timedelta(microseconds=at)).date())
    now = at
    while now <= at + rule.longest:
        ends = [end for start, end in periods if start <= now < end]
        if not ends:
            return now
        now = max(ends)
    return NEVER


times = st.builds("{:02d}:{:02d}".format, st.integers(0, 23), st.sampled_from([0, 15, 30]))
weeklies = st.builds(
    lambda days, begin, end: Weekly(days=tuple(days), from_=begin, to=end),
    st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True),
    times,
    times,
)
# Around clock changes in Europe, America and Australia.
days = st.one_of(
    st.dates(date(2026, 3, 6), date(2026, 4, 8)),
    st.dates(date(2026, 10, 1), date(2026, 11, 5)),
    st.dates(date(1960, 1, 1), date(1969, 12, 31)),
)


@st.composite
def dated(draw: st.DrawFn) -> Dates:
    first = draw(days)
    return Dates(from_=f"{first}T{draw(times)}", until=f"{first + timedelta(days=draw(st.integers(1, 9)))}T12:00")


rules = st.builds(
    lambda zone, weekly, dates, hold: QuietHours(zone=zone, weekly=tuple(weekly), dates=tuple(dates), hold=hold),
    st.sampled_from([*ZONES, "profile", "profile"]),
    st.lists(weeklies, min_size=1, max_size=5),
    st.lists(dated(), max_size=2),
    st.sampled_from(["7 days", "12 hours"]),
)
instants = st.builds(
    lambda day, second: micros(datetime.combine(day, time(), UTC)) + second * 900_000_000, days, st.integers(0, 95)
)


@given(rules, st.lists(st.tuples(instants, st.integers(-1, len(ZONES) - 1)), max_size=12))
def test_equals_the_loop(rule: QuietHours, runs: list[tuple[int, int]]) -> None:
    at = np.array([moment for moment, _ in runs], np.int64)
    codes = np.array([code for _, code in runs], np.intp)

    found = release(rule, at, codes, ZONES)

    assert found.tolist() == [slow_release(rule, moment, ZONES[code] if code >= 0 else None) for moment, code in runs]


def one(rule: QuietHours, moment: str, zone: str | None = None) -> int:
    codes = np.array([0 if zone else -1])
    return int(release(rule, np.array([instant(moment)]), codes, [zone or "UTC"])[0])


@pytest.mark.parametrize(
    ("moment", "released"),
    [
        ("2026-03-02T21:30:00Z", "2026-03-03T08:00:00Z"),  # Monday 22:30 in Paris
        ("2026-03-03T08:00:00Z", "2026-03-03T08:00:00Z"),  # the end is not part of it
        ("2026-03-02T20:00:00Z", "2026-03-03T08:00:00Z"),  # the start is
        ("2026-03-02T04:00:00Z", "2026-03-02T04:00:00Z"),  # Monday morning belongs to Sunday night
    ],
)
def test_a_period_over_midnight_belongs_to_its_first_day(moment: str, released: str) -> None:
    assert one(QuietHours(zone="Europe/Paris", weekly=(NIGHT,)), moment) == instant(released)


def test_nobody_without_a_zone_has_quiet_hours_of_his_own() -> None:
    rule = QuietHours(weekly=(Weekly(from_="00:00", to="24:00", days=("mon",)),))

    assert one(rule, "2026-03-02T12:00:00Z") == instant("2026-03-02T12:00:00Z")
    assert one(rule, "2026-03-02T12:00:00Z", "Nowhere/Land") == instant("2026-03-02T12:00:00Z")
    assert one(rule, "2026-03-02T12:00:00Z", "UTC") == instant("2026-03-03")


def test_a_night_in_which_the_clocks_change_is_shorter() -> None:
    rule = QuietHours(zone="Europe/Paris", weekly=(Weekly(from_="22:00", to="02:30"),))

    assert one(rule, "2026-03-28T23:00:00Z") == instant("2026-03-29T01:30:00Z")  # 02:30 is moved to 03:30


def test_hours_that_never_end_release_nobody() -> None:
    assert one(QuietHours(zone="UTC", weekly=(Weekly(from_="00:00", to="24:00"),)), "2026-03-02") == NEVER


def test_several_rules_hold_together_and_one_that_discards_does_so_at_once() -> None:
    first = QuietHours(zone="UTC", weekly=(Weekly(from_="20:00", to="23:00"),))
    then = QuietHours(zone="UTC", weekly=(Weekly(from_="22:00", to="02:00"),))
    noon = QuietHours(zone="UTC", weekly=(Weekly(from_="12:00", to="13:00"),), handling="discard")
    at = np.array([instant("2026-03-02T21:00:00Z"), instant("2026-03-02T12:30:00Z")])

    found = held([then, first, noon], at, np.array([-1, -1]), [])

    assert found.release.tolist() == [instant("2026-03-03T02:00:00Z"), at[1]]
    assert found.discard.tolist() == [False, True]


def test_rules_that_always_follow_each_other_release_nobody() -> None:
    days_ = QuietHours(zone="UTC", weekly=(Weekly(from_="08:00", to="20:00"),))
    nights = QuietHours(zone="UTC", weekly=(Weekly(from_="20:00", to="08:00"),))
    at = np.arange(3, dtype=np.int64) * HOUR + 20_000 * DAY

    assert set(held([days_, nights], at, np.zeros(3, np.intp), ["UTC"]).release.tolist()) == {NEVER}
