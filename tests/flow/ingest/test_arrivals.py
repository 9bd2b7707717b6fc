"""Rows out of the queue: by event time and by arrival, each exactly once, whatever is consumed when."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.clock import DAY
from parcours.core.errors import InputError
from parcours.flow.ingest.arrivals import Arrivals, EventTimeReader
from parcours.flow.ingest.inbox import Inbox
from parcours.flow.ingest.live import ArrivalReader
from tests.flow.ingest.test_inbox import events


def ids(arrivals: Arrivals, kind: str = "visit") -> list[str]:
    return arrivals.events[kind]["_event_id"].to_list() if kind in arrivals.events else []


def people(*rows: tuple[str, int], **attributes: list[object]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "_profile_id": [row[0] for row in rows],
            "_time": [datetime.fromtimestamp(row[1] * 86_400, UTC) for row in rows],
            "_set": [list(attributes)] * len(rows),
            **attributes,
        }
    )


def test_by_event_time_over_all_files(tmp_path):
    inbox = Inbox(tmp_path)
    first = inbox.put_events("visit", events(("a", "p", 1), ("c", "p", 3), ("d", "p", 3)))
    second = inbox.put_events("visit", events(("b", "q", 2), ("e", "q", 3), ("f", "q", 9)))
    other = inbox.put_events("click", events(("x", "q", 2)))
    reader = EventTimeReader(inbox, {})

    assert (reader.next_time, reader.last_time, reader.left) == (DAY, 9 * DAY, 7)
    taken = reader.take(2 * DAY)
    assert (ids(taken), ids(taken, "click")) == (["a", "b"], ["x"])
    assert taken.consumed == {first: 1, second: 1, other: 1}
    assert (taken.event_count, bool(taken)) == (3, True)
    assert not reader.take(3 * DAY - 1)
    taken = reader.take(3 * DAY)
    assert ids(taken) == ["c", "d", "e"], "equal times come in order of arrival"
    assert taken.consumed == {first: 3, second: 2}
    assert ids(reader.take(100 * DAY)) == ["f"]
    assert (reader.next_time, reader.left) == (None, 0)


def test_late_rows_come_with_the_next_interval(tmp_path):
    inbox = Inbox(tmp_path)
    name = inbox.put_events("visit", events(("a", "p", 5)))
    late = inbox.put_events("visit", events(("b", "p", 1), ("c", "p", 6)))

    reader = EventTimeReader(inbox, {name: 1})

    assert ids(reader.take(5 * DAY)) == ["b"]
    assert reader.take(6 * DAY).consumed == {late: 2}


def test_columns_of_several_files_are_joined(tmp_path):
    inbox = Inbox(tmp_path)
    inbox.put_events("visit", events(("a", "p", 1), n=[1]))
    inbox.put_events("visit", events(("b", "p", 2), n=[2.5], page=["x"]))

    frame = EventTimeReader(inbox, {}).take(9 * DAY).events["visit"]

    assert frame.select("n", "page").rows() == [(1.0, None), (2.5, "x")]


def test_columns_that_contradict_each_other(tmp_path):
    inbox = Inbox(tmp_path)
    inbox.put_events("visit", events(("a", "p", 1), n=[[1]]))
    inbox.put_events("visit", events(("b", "p", 2), n=[True]))

    with pytest.raises(InputError) as caught:
        EventTimeReader(inbox, {})
    assert caught.value.code == "type-conflict"


def test_profiles_come_by_time_too(tmp_path):
    inbox = Inbox(tmp_path)
    inbox.put_profiles(people(("p", 3), ("q", 1), age=[30, 40]))

    reader = EventTimeReader(inbox, {})

    assert reader.take(2 * DAY).profiles.select("_profile_id", "age", "_set").rows() == [("q", 40, ["age"])]
    assert reader.take(3 * DAY).profiles["_profile_id"].to_list() == ["p"]
    assert reader.take(4 * DAY).profiles.height == 0


def test_a_replay_shows_the_corrected_past(tmp_path):
    inbox = Inbox(tmp_path)
    name = inbox.put_events("visit", events(("a", "p", 1), ("b", "p", 2), ("c", "p", 3), n=[1, 2, 3]))
    correction, deletion = inbox.put_corrections(
        replace={"visit": events(("b", "p", 2), n=[20])}, delete=["c", "known before"]
    )
    reader = EventTimeReader(inbox, {})

    taken = reader.take(DAY)
    assert (ids(taken), taken.deleted.to_list()) == (["a"], ["known before"])
    assert taken.consumed == {name: 1, deletion: 2}
    taken = reader.take(9 * DAY)
    assert ids(taken) == []
    assert taken.replaced["visit"].select("_event_id", "n").rows() == [("b", 20)]
    assert taken.consumed == {name: 3, correction: 1}


def test_what_is_queued_after_a_correction_stands(tmp_path):
    inbox = Inbox(tmp_path)
    inbox.put_corrections(delete=["a"], erase=["q"])
    inbox.put_events("visit", events(("a", "p", 1), ("b", "q", 1)))

    taken = EventTimeReader(inbox, {}).take(9 * DAY)

    assert (ids(taken), taken.deleted.to_list(), taken.erased.to_list()) == (["a", "b"], ["a"], ["q"])


def test_corrections_with_a_time_wait_for_it(tmp_path):
    inbox = Inbox(tmp_path)
    inbox.put_events("visit", events(("a", "p", 1), ("b", "q", 1), ("c", "q", 5)))
    inbox.put_corrections(delete=["a"], erase=["q"], time=3 * DAY)
    reader = EventTimeReader(inbox, {})

    taken = reader.take(2 * DAY)
    assert (ids(taken), taken.deleted.to_list()) == (["a", "b"], [])
    taken = reader.take(9 * DAY)
    assert (ids(taken), taken.deleted.to_list(), taken.erased.to_list()) == ([], ["a"], ["q"])


def test_an_erasure_leaves_nothing_of_what_was_queued_before_it(tmp_path):
    inbox = Inbox(tmp_path)
    timeless = people(("p", 0), ("q", 0), age=[30, 40]).with_columns(
        pl.lit(None, pl.Datetime("us", "UTC")).alias("_time")
    )
    inbox.put_profiles(timeless)
    inbox.put_events("visit", events(("a", "p", 1), ("b", "q", 1), ("c", "q", 7)))
    inbox.put_corrections(erase=["q"])
    reader = EventTimeReader(inbox, {})

    taken = reader.take(5 * DAY)
    assert (taken.profiles["_profile_id"].to_list(), ids(taken)) == (["p"], ["a"])
    assert taken.erased.to_list() == ["q"]
    assert ids(reader.take(9 * DAY)) == []


def test_rows_taken_together_with_a_later_erasure_are_gone_too(tmp_path):
    """Erasures apply before the other rows of a tick, so these would bring the profile back."""
    inbox = Inbox(tmp_path)
    inbox.put_events("visit", events(("a", "q", 1), ("b", "q", 4), ("c", "p", 4)))
    inbox.put_corrections(erase=["q"], time=5 * DAY)
    inbox.put_events("visit", events(("d", "q", 4)))
    reader = EventTimeReader(inbox, {})

    assert ids(reader.take(2 * DAY)) == ["a"]
    taken = reader.take(6 * DAY)
    assert (ids(taken), taken.erased.to_list()) == (["c", "d"], ["q"])
    assert reader.left == 0


def test_by_arrival_with_a_limit(tmp_path):
    inbox = Inbox(tmp_path)
    first = inbox.put_events("visit", events(("a", "p", 1), ("b", "p", 2), ("c", "p", 9)))
    second = inbox.put_events("visit", events(("d", "q", 1)))
    reader = ArrivalReader(inbox, {first: 1})

    taken = reader.take(1)
    assert (ids(taken), taken.consumed) == (["b"], {first: 2})
    third = inbox.put_profiles(people(("r", 1), age=[30]))
    taken = reader.take(100)
    assert (ids(taken), taken.profiles["_profile_id"].to_list()) == (["c", "d"], ["r"])
    assert taken.consumed == {first: 3, second: 1, third: 1}
    assert not reader.take(100)


def test_corrections_come_alone_and_in_their_turn(tmp_path):
    inbox = Inbox(tmp_path)
    inbox.put_events("visit", events(("a", "p", 1)))
    inbox.put_corrections(delete=["a"], erase=["p"])
    inbox.put_events("visit", events(("b", "p", 1)))
    reader = ArrivalReader(inbox, {})

    turns = []
    while taken := reader.take(100):
        turns.append((ids(taken), taken.deleted.to_list(), taken.erased.to_list()))
    assert turns == [(["a"], [], []), ([], ["a"], []), ([], [], ["p"]), (["b"], [], [])]


FILES = st.lists(st.lists(st.integers(0, 6), min_size=1, max_size=5), min_size=1, max_size=4)


@settings(max_examples=40, deadline=None)
@given(FILES, st.lists(st.integers(0, 7), max_size=4), st.lists(st.integers(1, 4), max_size=4))
def test_every_row_exactly_once_however_the_readers_take_turns(files, days, limits):
    """A replay up to some day, then live, then a replay of the rest: each time from what was consumed before."""
    with tempfile.TemporaryDirectory() as folder:
        inbox, expected = Inbox(folder), []
        for number, file in enumerate(files):
            rows = [(f"{number}-{row}", "p", day) for row, day in enumerate(file)]
            inbox.put_events("visit", events(*rows))
            expected += [row[0] for row in rows]
        consumed: dict[str, int] = {}
        found: list[str] = []

        def keep(taken: Arrivals) -> None:
            found.extend(ids(taken))
            consumed.update(taken.consumed)

        replay = EventTimeReader(inbox, consumed)
        for day in sorted(days):
            taken = replay.take(day * DAY)
            assert all(time <= datetime.fromtimestamp(day * 86_400, UTC) for time in _times(taken))
            assert _times(taken) == sorted(_times(taken))
            keep(taken)
        live = ArrivalReader(inbox, dict(consumed))
        for limit in limits:
            taken = live.take(limit)
            assert taken.event_count <= limit
            keep(taken)
        inbox.forget(name for name in consumed if name not in inbox.pending(consumed))
        keep(EventTimeReader(inbox, consumed).take(100 * DAY))

        assert Counter(found) == Counter(expected)
        assert inbox.pending(consumed) == {}


def _times(taken: Arrivals) -> list[datetime]:
    return taken.events["visit"]["_time"].to_list() if taken.events else []
