"""Sorted runs: what was added is found, with all values, however it was merged."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.flow.ingest import hashes
from parcours.flow.ingest.hashes import SortedRuns, hashed, probe

KEYS = st.lists(st.integers(0, 40) | st.integers(0, 2**64 - 1), max_size=30)


def as_keys(numbers: list[int]) -> hashes.Hashes:
    return np.array(numbers, np.uint64)


@given(st.lists(KEYS, max_size=8), KEYS)
def test_contains_what_was_added(batches, asked):
    runs = SortedRuns(valued=False)
    for batch in batches:
        runs.add(as_keys(batch))

    known = {key for batch in batches for key in batch}
    assert runs.contains(as_keys(asked)).tolist() == [key in known for key in asked]
    assert len(runs) == sum(map(len, batches))


@given(st.lists(KEYS, max_size=8), KEYS)
def test_values_are_found(batches, asked):
    runs, values, number = SortedRuns(valued=True), {}, 0
    for batch in batches:
        runs.add(as_keys(batch), np.arange(number, number + len(batch), dtype=np.int32))
        for key in batch:
            values.setdefault(key, set()).add(number)
            number += 1

    for key, found in zip(asked, runs.first_value(as_keys(asked)).tolist(), strict=True):
        assert found in values.get(key, {-1})
        assert set(runs.all_values(np.uint64(key)).tolist()) == values.get(key, set())


def test_large_runs_use_an_index(monkeypatch):
    monkeypatch.setattr(hashes, "_INDEXED_BITS", 4)
    rng = np.random.default_rng(1)
    edges = as_keys([0, 1, 2**63 - 1, 2**63, 2**64 - 2, 2**64 - 1])
    keys = np.concatenate([rng.integers(0, 2**64, 5_000, np.uint64), edges, edges])
    runs = SortedRuns(valued=True)
    runs.add(keys, np.arange(len(keys), dtype=np.int32))
    absent = rng.integers(0, 2**64, 5_000, np.uint64)

    assert (keys[runs.first_value(keys)] == keys).all()
    assert runs.contains(absent).tolist() == np.isin(absent, keys).tolist()


def test_runs_stay_few():
    runs = SortedRuns(valued=False)
    rng = np.random.default_rng(1)
    for _ in range(500):
        runs.add(rng.integers(0, 2**64, 20, np.uint64))

    assert len(runs.runs()) < 8
    assert all((run[1:] >= run[:-1]).all() for run in runs.runs())


def test_hashes_are_the_same_for_equal_texts():
    texts = pl.Series(["a", "b", "a", "", "é"])

    assert (hashed(texts)[0], len(set(hashed(texts).tolist()))) == (hashed(texts)[2], 4)
    assert probe() == probe()
    assert hashed(pl.Series([], dtype=pl.String)).tolist() == []


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_is_found_in_nothing(count):
    asked = as_keys([7] * count)

    assert SortedRuns(valued=False).contains(asked).tolist() == [False] * count
    assert SortedRuns(valued=True).first_value(asked).tolist() == [-1] * count
