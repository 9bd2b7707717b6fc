"""Repeated event ids: recognised, and never mistaken."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.flow.ingest import dedup
from parcours.flow.ingest.dedup import SeenIds

IDS = st.lists(st.sampled_from([f"e{number}" for number in range(12)]), max_size=8)


class Log:
    """What the log holds: ids get there when a tick is committed."""

    def __init__(self) -> None:
        self.ids: set[str] = set()
        self.asked = 0

    def confirm(self, ids: pl.Series) -> pl.Series:
        self.asked += 1
        return pl.Series([id_ in self.ids for id_ in ids], dtype=pl.Boolean)


def series(*ids: str) -> pl.Series:
    return pl.Series(ids, dtype=pl.String)


def test_the_first_of_equal_ids_is_new():
    seen = SeenIds(Log().confirm)

    assert seen.add(series("a", "b", "a")).tolist() == [True, True, False]
    assert seen.add(series("c", "a")).tolist() == [True, False]
    assert len(seen) == 3


def test_ids_belong_to_their_event_type():
    """Order 17 and ticket 17 are two events."""
    held = {("order", "17")}

    def confirm(ids: pl.Series, type: str) -> pl.Series:
        return pl.Series([(type, id_) in held for id_ in ids], dtype=pl.Boolean)

    seen = SeenIds.of([("order", series("17"))], confirm)
    assert seen.add(series("17"), "order").tolist() == [False]
    assert seen.add(series("17", "18"), "ticket").tolist() == [True, True]
    assert seen.add(series("17", "18"), "ticket").tolist() == [False, False]
    held |= {("ticket", "17"), ("ticket", "18")}
    seen.settled()
    again = SeenIds.load(seen.dump(), confirm)
    assert again is not None
    assert again.add(series("17", "19"), "ticket").tolist() == [False, True]


def test_the_log_is_asked_only_about_hits():
    log = Log()
    seen = SeenIds(log.confirm)
    seen.add(series("a", "b"))
    log.ids |= {"a", "b"}
    seen.settled()

    assert seen.add(series("c", "d")).tolist() == [True, True]
    assert log.asked == 0
    assert seen.add(series("e", "a")).tolist() == [True, False]
    assert log.asked == 1


def test_ids_with_one_hash_are_all_taken(monkeypatch):
    """Two different ids whose 64-bit hashes are equal: no event is lost."""
    monkeypatch.setattr(dedup, "hashed", lambda texts: np.zeros(len(texts), np.uint64))
    log = Log()
    seen = SeenIds(log.confirm)

    assert seen.add(series("a", "b")).tolist() == [True, True]
    assert seen.add(series("c", "a")).tolist() == [True, False]
    log.ids |= {"a", "b", "c"}
    seen.settled()
    assert seen.add(series("d", "c")).tolist() == [True, False]


def test_a_dump_holds_everything():
    log = Log()
    seen = SeenIds(log.confirm)
    for start in range(0, 300, 10):
        seen.add(pl.Series([f"e{number}" for number in range(start, start + 10)]))
    with pytest.raises(RuntimeError, match="commit"):
        seen.dump()
    log.ids = {f"e{number}" for number in range(300)}
    seen.settled()

    again = SeenIds.load(seen.dump(), log.confirm)

    assert again is not None
    assert len(again) == 300
    assert again.add(series("e0", "e299", "e300")).tolist() == [False, False, True]


def test_a_dump_of_another_hash_function_is_worthless():
    dump = SeenIds(Log().confirm).dump()

    assert SeenIds.load({**dump, "probe": dump["probe"] + np.uint64(1)}, Log().confirm) is None


def test_built_from_the_log():
    log = Log()
    log.ids = {"a", "b", "c"}
    seen = SeenIds.of(iter([series("a"), series("b", "c")]), log.confirm)

    assert seen.add(series("c", "d")).tolist() == [False, True]
    assert len(SeenIds.of(iter([]), log.confirm)) == 0


@given(st.lists(st.tuples(IDS, st.sampled_from(["commit", "restart", "go on"])), max_size=12), st.booleans())
def test_each_id_is_new_exactly_once(batches, colliding):
    """Whatever the batches, commits and restarts, and even when half of the hashes are equal."""
    log, taken = Log(), []
    hashing = dedup.hashed
    if colliding:
        dedup.hashed = lambda texts: hashing(texts) % np.uint64(3)
    try:
        seen = SeenIds(log.confirm)
        for ids, then in batches:
            new = seen.add(series(*ids))
            taken += [id_ for id_, is_new in zip(ids, new.tolist(), strict=True) if is_new]
            if then != "go on":
                log.ids = set(taken)
                seen.settled()
            if then == "restart":
                loaded = SeenIds.load(seen.dump(), log.confirm)
                assert loaded is not None
                seen = loaded
    finally:
        dedup.hashed = hashing
    assert sorted(taken) == sorted({id_ for ids, _ in batches for id_ in ids})
