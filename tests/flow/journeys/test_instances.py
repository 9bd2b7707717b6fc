"""The slots of runs: chains, keys, branches, snapshots."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from parcours.flow.journeys.activities.base import NEVER
from parcours.flow.journeys.instances import ENDS, RunTable, run_keys
from parcours.flow.journeys.slots import NONE


def ints(*values: int) -> Any:
    return np.array(values, np.int32)


def start(table: RunTable, *profiles: int, at: int = 1, supplement: int | None = None) -> Any:
    """Runs of these people, each once, that stand at the first place."""
    who = ints(*profiles)
    number = table.numbers_of(who) + 1
    wanted = None if supplement is None else np.full(len(who), supplement, np.int32)
    slots = table.slots_for(who, wanted)
    times = np.full(len(who), at, np.int64)
    table.begin(slots, 0, times, np.zeros(len(who), np.int8), number)
    table.park(slots, 0, times, np.full(len(who), NEVER), np.zeros(len(who), np.int8), 0)
    return slots


def end(table: RunTable, slots: Any, at: int = 2) -> None:
    table.finish(slots, np.full(len(slots), at, np.int64), ENDS.index("finished"))


def test_a_key_at_rest_gives_its_slot_to_the_next_run() -> None:
    table = RunTable()
    first = start(table, 3, 5)
    assert table.are_inside(ints(3, 4, 5, 9)).tolist() == [True, False, True, False]
    end(table, first[:1])
    assert table.are_inside(ints(3, 5)).tolist() == [False, True]
    again = start(table, 3)
    assert again.tolist() == first[:1].tolist()
    assert table.number[again].tolist() == [2]
    beside = start(table, 5)  # still inside: a slot of its own
    assert beside.tolist() != first[1:].tolist()
    assert table.numbers_of(ints(3, 4, 5)).tolist() == [2, 0, 2]


def test_second_identifiers_are_keys_of_their_own() -> None:
    table = RunTable()
    codes = table.numbered(pl.Series(["x", None, "y", "x"]))
    assert codes.tolist() == [0, NONE, 1, 0]
    x, y = start(table, 1, supplement=0), start(table, 1, supplement=1)
    end(table, y)
    assert start(table, 1, supplement=1).tolist() == y.tolist()
    rows, slots = table.slots_of(ints(1))
    assert sorted(slots.tolist()) == sorted([*x.tolist(), *y.tolist()])
    assert rows.tolist() == [0, 0]


def test_branches_are_found_and_given_back() -> None:
    table = RunTable()
    (root,) = start(table, 0).tolist()
    start(table, 1)
    branches = table.branch(ints(root, root))
    table.place[branches] = 4
    assert table.branches(ints(root)).tolist() == sorted([root, *branches.tolist()])
    assert table.forked(ints(root)).tolist() == [True]
    assert table.number[branches].tolist() == [1, 1]
    table.place[branches] = NONE
    table.release(branches)
    assert table.forked(ints(root)).tolist() == [False]
    assert start(table, 2).tolist()[0] in branches.tolist()  # a slot given back is used again
    assert table.slots_of(ints(0))[1].tolist() == [root]


def test_erased_people_leave_nothing() -> None:
    table = RunTable()
    start(table, 0, 1)
    table.erase(ints(0, 7))
    assert table.are_inside(ints(0, 1)).tolist() == [False, True]
    assert table.numbers_of(ints(0)).tolist() == [0]
    assert start(table, 4).tolist() == [0]


steps = st.lists(
    st.tuples(st.sampled_from(["start", "start", "end", "fork", "close", "erase"]), st.integers(0, 4)), max_size=25
)


@given(steps)
def test_snapshots_keep_everything_but_the_numbers_of_slots(told: list[tuple[str, int]]) -> None:
    table = RunTable()
    for what, who in told:
        _, slots = table.slots_of(ints(who))
        inside = slots[table.place[slots] != NONE]
        match what:
            case "start":
                start(table, who)
            case "end" if len(inside):
                end(table, table.branches(np.unique(table.root[inside])))
            case "fork" if len(inside):
                table.place[table.branch(inside[:1])] = 3
            case "close":
                extra = inside[table.root[inside] != inside]
                table.place[extra] = NONE
                table.release(extra)
            case "erase":
                table.erase(ints(who))
    meta, frame, alive = table.dump()
    loaded = RunTable.load(meta, frame)  # type: ignore[arg-type]
    assert loaded.size == len(alive)
    for profile in range(5):
        before, after = (seen(each, profile) for each in (table, loaded))
        assert before == after
    assert loaded.branches(loaded.inside()).tolist() == np.searchsorted(alive, table.branches(table.inside())).tolist()


def seen(table: RunTable, profile: int) -> list[tuple[Any, ...]]:
    """The chain of a profile, each slot with the place of its run in the chain."""
    _, slots = table.slots_of(ints(profile))
    places = {slot: place for place, slot in enumerate(slots.tolist())}
    names = ("number", "place", "entered", "ended", "status", "supplement", "laps")
    return [(*(int(getattr(table, n)[s]) for n in names), places.get(int(table.root[s]))) for s in slots.tolist()]


def test_keys_read_as_journey_number_and_person() -> None:
    keys = run_keys(pl.Series(["a", "b"]), pl.Series([1, 12]), pl.Series(["x/y", "z"]))
    assert keys.to_list() == ["a/1/x/y", "b/12/z"]


def test_a_test_leaves_the_slots_of_other_versions_alone() -> None:
    table = RunTable()
    meant = start(table, 1)
    end(table, meant)
    assert table.slots_for(ints(1), versions=np.array([True, False])).tolist() == meant.tolist()
    assert table.slots_for(ints(1), versions=np.array([False, True])).tolist() != meant.tolist()
