"""Streams and their index by profile against plain sorted lists, with late and retracted rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.kernel import streams
from parcours.kernel.index import ProfileIndex
from parcours.kernel.rows import Rows, no_rows
from parcours.kernel.streams import Stream, StreamSpec, matches

SPEC = StreamSpec("purchase", encoding="whole")
Row = tuple[int, int, int]
some_rows = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30), st.integers(0, 2)), max_size=8)


def rows_of(rows: list[Row]) -> Rows:
    columns = list(zip(*rows, strict=True)) if rows else [(), (), ()]
    return Rows(np.array(columns[0], np.int32), np.array(columns[1], np.int64), np.array(columns[2], np.int64))


def list_of(rows: Rows) -> list[Row]:
    assert rows.values is not None
    return list(zip(rows.profiles.tolist(), rows.times.tolist(), rows.values.tolist(), strict=True))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Late rows go to the side list soon, so that a few rows show everything."""
    monkeypatch.setattr(streams, "TAIL", 3)


@given(some_rows, st.lists(some_rows, max_size=5), st.data())
def test_a_stream_holds_its_rows_in_order_of_time_and_arrival(
    past: list[Row], ticks: list[list[Row]], data: st.DataObject
) -> None:
    streams.TAIL = 3
    model = sorted(past, key=lambda row: row[1])
    stream = Stream(SPEC, rows_of(past))
    for fresh in ticks:
        gone = data.draw(st.lists(st.sampled_from(model), max_size=2)) if model else []
        for row in stream_retracts(stream, gone):
            model.reverse()
            model.remove(row)  # of equal rows the last
            model.reverse()
        stream.arrive(rows_of(fresh))
        if data.draw(st.booleans()):
            assert len(stream.index.select(np.array([0], np.int32), -1, 99)[0]) >= 0  # built half way
        stream.settle()
        model = sorted([*model, *fresh], key=lambda row: row[1])
        lo, hi = data.draw(st.integers(-1, 31)), data.draw(st.integers(-1, 31))
        assert sorted(list_of(stream.between(lo, hi))) == sorted(row for row in model if lo < row[1] <= hi)
        assert stream.next_after(lo) == min((row[1] for row in model if row[1] > lo), default=None)
    by_profile = sorted(model, key=lambda row: (row[0], row[1]))
    asked, rows = stream.index.select(np.arange(4, dtype=np.int32), -1, 99)
    assert asked.tolist() == [row[0] for row in by_profile]
    assert list_of(rows) == by_profile
    assert list_of(stream.rows) == model


def stream_retracts(stream: Stream, gone: list[Row]) -> list[Row]:
    return list_of(stream.retract(rows_of(gone)))


@given(some_rows, some_rows)
def test_each_wanted_row_finds_a_row_of_its_own(rows: list[Row], wanted: list[Row]) -> None:
    have = rows_of(rows).sorted_by_time()
    found = matches(have, rows_of(wanted)).tolist()
    taken = [place for place in found if place >= 0]
    assert len(taken) == len(set(taken))
    for row, place in zip(wanted, found, strict=True):
        if place >= 0:
            assert list_of(have)[place] == row
    for row in set(wanted):
        hits = sum(place >= 0 for place, other in zip(found, wanted, strict=True) if other == row)
        assert hits == min(rows.count(row), wanted.count(row))


@given(st.lists(some_rows, max_size=6), st.integers(-1, 20), st.integers(0, 31))
def test_an_index_in_runs_is_one_sorted_list(batches: list[list[Row]], lo: int, hi: int) -> None:
    index = ProfileIndex(no_rows(True))
    for batch in batches:
        index.append(rows_of(batch))
    everything = [row for batch in batches for row in batch]
    asked, rows = index.select(np.array([2, 0, 2], np.int32), lo, hi)
    for place, profile in enumerate((2, 0, 2)):
        mine = [row for row, who in zip(list_of(rows), asked.tolist(), strict=True) if who == place]
        wanted = [row for row in everything if row[0] == profile and lo < row[1] <= hi]
        assert mine == sorted(wanted, key=lambda row: row[1])


def test_erased_profiles_have_no_rows() -> None:
    stream = Stream(SPEC, rows_of([(0, 1, 1), (1, 2, 1), (0, 3, 1)]))
    assert len(stream.index.select(np.array([0], np.int32), -1, 99)[0]) == 2
    stream.erase(np.array([0], np.int32))
    assert list_of(stream.rows) == [(1, 2, 1)]
    assert len(stream.index.select(np.array([0], np.int32), -1, 99)[0]) == 0
