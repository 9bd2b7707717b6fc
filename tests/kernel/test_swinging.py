"""Windows that fall back at midnight on the last days of a month: kept tick by tick, and seen within a tick."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.clock import DAY, HOUR, instant
from parcours.kernel.aggregates import AGGREGATES
from parcours.kernel.features import Feature, build
from parcours.kernel.rows import TextPool, no_rows
from parcours.kernel.streams import Stream, StreamSpec
from parcours.kernel.swinging import flips
from parcours.language.window_kinds import Edge, Relative
from parcours.language.windows import contains, in_last, in_next
from tests.kernel.test_streams import rows_of

NAMES = sorted(AGGREGATES)
START = instant("2023-02-25")
WINDOWS = (
    in_last(1, "month"),
    in_next(1, "month"),
    Relative(None, Edge(-1, "month", closed=False)),
    Relative(Edge(-1, "month", "hour", closed=False), Edge(2, "month")),
    Relative(Edge(-1, "month"), Edge(-30, "day")),
    Relative(Edge(-1, "year"), Edge(-1, "month", "day")),
)
#: Times of day a few hours apart, some a microsecond beside the hour, on the days on which months end.
TIMES = st.builds(
    lambda day, hours, beside: START + day * DAY + hours * HOUR + beside,
    st.integers(-35, 70),
    st.sampled_from((0, 0, 6, 9, 10, 23)),
    st.sampled_from((0, 0, 0, -1, 1)),
)
ROWS = st.lists(st.tuples(st.integers(0, 2), TIMES, st.integers(0, 3)), max_size=8)
STEPS = st.one_of(st.integers(1, 30).map(lambda hours: hours * HOUR), st.integers(1, 9).map(lambda days: days * DAY))


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(NAMES), TIMES, ROWS, st.lists(st.tuples(STEPS, ROWS), max_size=8))
def test_moved_tick_by_tick_is_built_at_once(name, now, past, ticks):
    pool = TextPool()
    stream = Stream(StreamSpec("purchase", encoding="whole"), rows_of(past))
    kept = [Feature(stream, window, name, 4, pool) for window in WINDOWS]
    build(kept, now)
    for step, fresh in ticks:
        before, now = now, now + step
        stream.arrive(rows_of(fresh))
        for feature in kept:
            feature.advance(before, now, no_rows(True))
        stream.settle()
        anew = [Feature(stream, window, name, 4, pool) for window in WINDOWS]
        build(anew, now)
        for feature, other in zip(kept, anew, strict=True):
            assert feature.aggregate.values.tolist() == other.aggregate.values.tolist()


@settings(max_examples=100, deadline=None)
@given(
    st.sampled_from(WINDOWS), TIMES, STEPS, STEPS, st.lists(st.tuples(st.integers(0, 2), TIMES), min_size=1, max_size=8)
)
def test_within_a_tick_values_are_those_of_every_instant(window, now, first, second, past):
    stream = Stream(StreamSpec("purchase", encoding="whole"), rows_of([(who, when, 0) for who, when in past]))
    feature = Feature(stream, window, "count", 3, TextPool())
    build([feature], now)
    for step in (first, second):
        before, now = now, now + step
        feature.advance(before, now)
        stream.settle()
    moments = sorted(
        {min(now, max(before + 1, before + part * HOUR + beside)) for part in range(0, 240, 3) for beside in (0, 1)}
    )
    for who in range(3):
        found = feature.values(np.full(len(moments), who, np.int32), np.array(moments))
        expected = [sum(contains(window, t, moment) for owner, t in past if owner == who) for moment in moments]
        assert found.tolist() == expected


def test_a_row_comes_back_every_morning_of_the_last_days():
    """A month before the 28th, 29th, 30th and 31st of March is the 28th of February, at the time of day."""
    t = np.array([instant("2023-02-28T09:00")])
    whose, when, sign = flips(in_last(1, "month"), t, instant("2023-03-28"), instant("2023-04-02"))
    assert whose.tolist() == [0] * 7
    days = ["28T09:00:00.000001", "29", "29T09:00:00.000001", "30", "30T09:00:00.000001", "31", "31T09:00:00.000001"]
    assert when.tolist() == [instant(f"2023-03-{day}") for day in days]
    assert sign.tolist() == [-1, 1, -1, 1, -1, 1, -1]
