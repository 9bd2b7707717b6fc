"""Schedules and waves: which instants there are, and how many people each wave gets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import DAY, HOUR, MINUTE, instant, iso
from parcours.flow.journeys.definitions import Occurrences, Waves
from tests.flow.journeys.definitions.bodies import minimal, places, read

PUBLISHED = instant("2026-03-02T10:00Z")


def times(schedule: dict[str, Any], zone: str = "UTC") -> Occurrences:
    return read(minimal(entry={"read": "gold", "schedule": schedule}, zone=zone)).times(PUBLISHED)


def first(found: Occurrences, count: int) -> list[str]:
    instants: list[str] = []
    after = PUBLISHED - 1
    while len(instants) < count and (moment := found.next_after(after)) is not None:
        instants.append(iso(moment))
        after = moment
    return instants


def test_a_read_without_schedule_happens_once_at_publication() -> None:
    found = read(minimal(entry={"read": "gold"})).times(PUBLISHED)
    assert first(found, 3) == ["2026-03-02T10:00:00Z"]


def test_once_at_a_local_time() -> None:
    assert first(times({"at": "2026-03-05T09:00"}, "Europe/Paris"), 3) == ["2026-03-05T08:00:00Z"]


def test_recurring_counts_elapsed_time_and_includes_its_end() -> None:
    schedule = {"type": "recurring", "every": "1 day", "at": "2026-03-28T09:00", "until": "2026-03-30T10:00"}
    assert first(times(schedule, "Europe/Paris"), 5) == [
        "2026-03-28T08:00:00Z",
        "2026-03-29T08:00:00Z",  # the clocks went forward: ten o'clock now
        "2026-03-30T08:00:00Z",
    ]


def test_recurring_by_the_calendar_keeps_the_local_time() -> None:
    schedule = {"type": "recurring", "cron": "0 9 * * *", "at": "2026-03-28T09:00", "until": "2026-03-30T09:00"}
    assert first(times(schedule, "Europe/Paris"), 5) == [
        "2026-03-28T08:00:00Z",
        "2026-03-29T07:00:00Z",
        "2026-03-30T07:00:00Z",
    ]
    assert first(times({**schedule, "zone": "UTC"}, "Europe/Paris"), 1) == ["2026-03-28T09:00:00Z"]


def test_recurring_without_at_begins_with_the_publication() -> None:
    assert first(times({"type": "recurring", "every": "12 hours"}), 2) == [
        "2026-03-02T10:00:00Z",
        "2026-03-02T22:00:00Z",
    ]


@given(
    start=st.integers(0, 10**9),
    period=st.integers(1, 10**6),
    count=st.integers(0, 50),
    after=st.integers(-10, 10**9),
    span=st.integers(0, 10**7),
)
def test_between_gives_what_lies_after_and_not_after(
    start: int, period: int, count: int, after: int, span: int
) -> None:
    found = Occurrences(start, start + count * period, period)
    everything = [start + index * period for index in range(count + 1)]
    assert [*found.between(after, after + span)] == [one for one in everything if after < one <= after + span]


@given(after=st.integers(PUBLISHED - DAY, PUBLISHED + 400 * DAY))
def test_the_calendar_gives_the_next_instant_after_any(after: int) -> None:
    found = Occurrences(PUBLISHED, None, None, "30 * * * *")
    moment = found.next_after(after)
    assert moment is not None
    assert moment > after
    assert moment >= PUBLISHED
    assert (moment - 30 * MINUTE) % HOUR == 0
    assert moment - max(after, PUBLISHED) <= HOUR


@pytest.mark.parametrize(
    ("waves", "total", "expected"),
    [
        (Waves(sizes=(10, 20)), 25, (10, 15)),
        (Waves(sizes=(10, 20)), 5, (5, 0)),
        (Waves(sizes=(10, 20)), 100, (10, 20)),
        (Waves(sizes=("10 %", "20%", "70")), 100, (10, 20, 70)),
        (Waves(count=3), 10, (3, 4, 3)),
    ],
)
def test_the_parts_of_waves(waves: Waves, total: int, expected: tuple[int, ...]) -> None:
    assert waves.parts(total) == expected


@given(total=st.integers(0, 10**7), count=st.integers(1, 10))
def test_equal_waves_leave_nobody_out(total: int, count: int) -> None:
    parts = Waves(count=count).parts(total)
    assert len(parts) == count
    assert sum(parts) == total
    assert max(parts) - min(parts) <= 1


@pytest.mark.parametrize(
    ("schedule", "expected"),
    [
        ({"every": "1 day"}, [("every", "bad-setting")]),
        ({"incremental": True}, [("incremental", "bad-setting")]),
        ({"type": "recurring", "every": "1 day", "cron": "0 9 * * *"}, [("every", "missing-setting")]),
        ({"type": "recurring", "cron": "0 9 * *"}, [("cron", "bad-setting")]),
        ({"type": "recurring", "cron": "0 9 30 2 *"}, [("cron", "bad-setting")]),
        ({"type": "recurring", "every": "1 month"}, [("every", "bad-duration")]),
        ({"at": "x"}, [("at", "bad-time")]),
        ({"zone": "Mars"}, [("zone", "bad-setting")]),
        ({"waves": {}}, [("waves.sizes", "bad-setting")]),
        ({"waves": {"sizes": [1], "count": 2}}, [("waves.sizes", "bad-setting")]),
        ({"waves": {"sizes": [1, "5 %"]}}, [("waves.sizes", "bad-setting")]),
        ({"waves": {"sizes": ["50 %", "40 %"]}}, [("waves.sizes", "bad-setting")]),
        ({"waves": {"sizes": [1, 0]}}, [("waves.sizes[1]", "bad-setting")]),
        ({"waves": {"sizes": ["x"]}}, [("waves.sizes[0]", "bad-setting")]),
        ({"waves": {"count": 0}}, [("waves.count", "bad-setting")]),
        ({"waves": {"count": 2, "every": "0 s"}}, [("waves.every", "bad-duration")]),
        ({"type": "recurring", "every": "1 day", "waves": {"count": 2}}, [("waves", "bad-setting")]),
    ],
)
def test_what_is_refused_is_named(schedule: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    found = places(minimal(entry={"read": "gold", "schedule": schedule}))
    assert found == [(f"entry.schedule.{where}", code) for where, code in expected]
