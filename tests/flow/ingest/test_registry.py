"""Dense numbers of profiles: in order of appearance, never reused."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from parcours.flow.ingest import registry
from parcours.flow.ingest.registry import ProfileNumbers

IDS = st.lists(st.sampled_from([f"p{number}" for number in range(15)]), max_size=10)


def series(*ids: str | None) -> pl.Series:
    return pl.Series(ids, dtype=pl.String)


def test_numbers_count_up_in_order_of_appearance():
    people = ProfileNumbers()

    numbers, new = people.numbers(series("b", "a", "b"))
    assert (numbers.tolist(), new.to_list()) == ([0, 1, 0], ["b", "a"])
    assert numbers.dtype == np.int32
    numbers, new = people.numbers(series("a", "c"))
    assert (numbers.tolist(), new.to_list()) == ([1, 2], ["c"])
    numbers, new = people.numbers(series("c"))
    assert (numbers.tolist(), new.to_list()) == ([2], [])
    assert len(people) == 3


def test_looking_up_gives_no_numbers_out():
    people = ProfileNumbers(series("a"))

    assert people.known(series("x", "a")).tolist() == [-1, 0]
    assert len(people) == 1
    assert people.ids(np.array([0], np.int32)).to_list() == ["a"]


def test_an_erased_profile_leaves_a_hole():
    people = ProfileNumbers(series("a", "b", "c"))
    people.forget(np.array([1], np.int32))

    assert people.known(series("a", "b", "c")).tolist() == [0, -1, 2]
    assert people.ids(np.arange(3)).to_list() == ["a", None, "c"]
    numbers, new = people.numbers(series("b", "c"))
    assert (numbers.tolist(), new.to_list()) == ([3, 2], ["b"])
    assert ProfileNumbers.load(people.dump()).known(series("b")).tolist() == [3]


def test_ids_with_one_hash_are_told_apart(monkeypatch):
    monkeypatch.setattr(registry, "hashed", lambda texts: np.zeros(len(texts), np.uint64))
    people = ProfileNumbers()

    assert people.numbers(series("a", "b", "a"))[0].tolist() == [0, 1, 0]
    assert people.numbers(series("c", "b"))[0].tolist() == [2, 1]
    assert people.known(series("a", "d")).tolist() == [0, -1]


@given(st.lists(st.tuples(IDS, st.sets(st.integers(0, 20))), max_size=10), st.integers(1, 3))
def test_like_a_dictionary(batches, spread):
    """Against the obvious: a list of ids, with erasures, and with many equal hashes."""
    hashing = registry.hashed
    registry.hashed = lambda texts: hashing(texts) % np.uint64(spread)
    try:
        people, held = ProfileNumbers(), []
        for ids, erased in batches:
            numbers, new = people.numbers(series(*ids))
            expected = [id_ for id_ in dict.fromkeys(ids) if id_ not in held]
            held += expected
            assert new.to_list() == expected
            assert numbers.tolist() == [held.index(id_) for id_ in ids]
            gone = [number for number in sorted(erased) if number < len(held)]
            people.forget(np.array(gone, np.int32))
            held = [None if number in gone else id_ for number, id_ in enumerate(held)]
            assert people.ids(np.arange(len(people))).to_list() == held
    finally:
        registry.hashed = hashing
