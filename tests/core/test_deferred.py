"""Rows whose frame is made later: all of them, in order, however they are mixed with frames."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import as_datetime
from parcours.core.deferred import frame_of
from parcours.core.facts import NO_QUALIFICATIONS, QUALIFICATION_COLUMNS, Outputs, Qualifications

ROWS = st.tuples(
    st.sampled_from(["silver", "gold"]),
    st.integers(1, 2),
    st.integers(0, 3),
    st.sampled_from(["realized", "exited"]),
    st.integers(0, 10).map(as_datetime),
    st.sampled_from(["change", "publish"]),
)
FRAMES = st.lists(ROWS, max_size=4).map(lambda rows: pl.DataFrame(rows, schema=QUALIFICATION_COLUMNS, orient="row"))


@given(st.lists(st.tuples(FRAMES, st.booleans()), min_size=1, max_size=5))
def test_a_frame_of_many_tables_is_their_rows_one_after_the_other(tables: list[tuple[pl.DataFrame, bool]]) -> None:
    mixed = [Qualifications.of(frame) if deferred else frame for frame, deferred in tables]
    assert frame_of(mixed).equals(pl.concat([frame for frame, _ in tables]))


@given(st.lists(FRAMES, max_size=4))
def test_qualifications_are_joined_in_order(frames: list[pl.DataFrame]) -> None:
    joined = Qualifications.joined([Qualifications.of(frame) for frame in frames])
    expected = pl.concat(frames) if frames else pl.DataFrame(schema=QUALIFICATION_COLUMNS)
    assert frame_of([joined]).equals(expected)


def test_outputs_make_each_frame_once() -> None:
    who, when = np.zeros(1, np.int32), np.ones(1, np.int64)
    outputs = Outputs(Qualifications([("s", 1, "realized", "change")], np.zeros(1, np.intp), who, when))
    assert outputs.heights == (1, 0, 0)
    assert outputs.qualifications is outputs.qualifications
    assert outputs.qualifications.schema == pl.Schema(QUALIFICATION_COLUMNS)
    assert Outputs(NO_QUALIFICATIONS).qualifications.is_empty()
