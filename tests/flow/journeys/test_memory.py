"""What runs remember, against a dictionary."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from parcours.flow.journeys.memory import Memory

ROOT = ("event", "purchase")
slots = st.lists(st.integers(0, 9), min_size=1, max_size=6, unique=True)
moves = st.lists(
    st.tuples(st.sampled_from(["keep", "keep", "forget", "reload"]), slots, st.integers(0, 99)), max_size=30
)


@given(moves)
def test_each_run_remembers_its_last_row(told: list[tuple[str, list[int], int]]) -> None:
    memory, plain = Memory(), dict[int, int]()
    for does, who, value in told:
        at = np.array(who, np.int32)
        if does == "keep":
            memory.keep(ROOT, at, pl.DataFrame({"total": [value + slot for slot in who]}))
            plain |= {slot: value + slot for slot in who}
        elif does == "forget":
            memory.forget(at)
            plain = {slot: total for slot, total in plain.items() if slot not in who}
        else:
            memory = Memory.load(memory.dump(np.arange(10, dtype=np.int32)))
        everybody = np.arange(12, dtype=np.int32)
        assert memory.known(ROOT, everybody).tolist() == [slot in plain for slot in range(12)]
        column = memory.column(ROOT, "total", everybody)
        assert (column.to_list() if column is not None else [None] * 12) == [plain.get(slot) for slot in range(12)]


def test_rows_that_nobody_remembers_are_dropped() -> None:
    memory, at = Memory(), np.arange(500, dtype=np.int32)
    for turn in range(20):
        memory.keep(ROOT, at, pl.DataFrame({"total": np.full(500, turn)}))
    (frame,) = memory.dump(at).values()
    assert frame.height == 500
    assert sum(piece.height for piece in memory._roots[ROOT].pieces) <= 2_000
    column = memory.column(ROOT, "total", at)
    assert column is not None
    assert column.unique().to_list() == [19]


def test_rows_of_different_columns_stand_beside_each_other() -> None:
    memory = Memory()
    memory.keep(ROOT, np.array([0], np.int32), pl.DataFrame({"total": [1]}))
    memory.keep(ROOT, np.array([1], np.int32), pl.DataFrame({"order": ["x"]}))
    frame = memory.frame(ROOT, np.array([0, 1, 2], np.int32))
    assert frame is not None
    assert frame.select("total", "order").rows() == [(1, None), (None, "x"), (None, None)]
    assert memory.column(ROOT, "other", np.array([0], np.int32)) is None
