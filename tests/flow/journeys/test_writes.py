"""What journeys set and send, until the next tick has it."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from parcours.flow.journeys.writes import Writes


def ints(*values: int) -> Any:
    return np.array(values, np.int32)


def times(*values: int) -> Any:
    return np.array(values, np.int64)


def written() -> Writes:
    writes = Writes()
    writes.set(ints(5, 2), times(10, 11), pl.DataFrame({"tier": ["a", "b"]}))
    writes.set(ints(2), times(12), pl.DataFrame({"tier": ["c"], "size": [3]}))
    writes.set(ints(5), times(13), pl.DataFrame({"tier": [None]}, schema={"tier": pl.String}))
    return writes


def test_of_several_writes_the_last_one_is_seen() -> None:
    overlay = written().overlay
    assert overlay is not None
    assert overlay.profiles.tolist() == [2, 5]
    assert overlay.values["tier"].to_list() == ["c", None]  # null was written, too
    assert overlay.known["tier"].tolist() == [True, True]
    assert overlay.known["size"].tolist() == [True, False]
    assert overlay.values["size"].to_list()[0] == 3


def test_the_next_tick_takes_them_in_as_they_were_written() -> None:
    changes = written().changes()
    assert changes["_profile"].to_list() == [5, 2, 2, 5]
    assert changes["_set"].to_list() == [["tier"], ["tier"], ["tier", "size"], ["tier"]]
    assert changes["tier"].to_list() == ["a", "b", "c", None]


def test_events_are_sent_by_type() -> None:
    writes = Writes()
    writes.send("z", pl.Series(["e1"]), ints(1), times(5), pl.DataFrame({"n": [1]}))
    writes.send("a", pl.Series(["e2", "e3"]), ints(1, 2), times(6, 7), pl.DataFrame({"n": [1, 2]}))
    writes.send("z", pl.Series(["e4"]), ints(2), times(8), pl.DataFrame({"n": [None]}))
    first, second = writes.events()
    assert (first.type, second.type) == ("a", "z")
    assert second.rows.select("_event_id", "_profile", "n").rows() == [("e1", 1, 1), ("e4", 2, None)]
    writes.erase(ints(2))
    assert [batch.rows["_event_id"].to_list() for batch in writes.events()] == [["e2"], ["e1"]]


def test_snapshots_and_clearing() -> None:
    writes = written()
    writes.send("z", pl.Series(["e1"]), ints(1), times(5), pl.DataFrame({"n": [1]}))
    loaded = Writes.load(writes.dump())
    assert loaded.changes().equals(writes.changes())
    assert loaded.overlay is not None
    assert loaded.overlay.values["tier"].to_list() == ["c", None]
    assert [batch.type for batch in loaded.events()] == ["z"]
    loaded.clear()
    assert not loaded
    assert loaded.overlay is None
    assert loaded.dump() == {}
