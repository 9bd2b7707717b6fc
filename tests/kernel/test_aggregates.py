"""Every aggregate: adding and subtracting rows gives what computing from all rows gives."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.schema import BOOLEAN, DATE_ONLY, DATE_TIME, DECIMAL, INTEGER, STRING, Type, polars_type
from parcours.kernel.aggregates import AGGREGATES, aggregate
from parcours.kernel.features import Feature, build
from parcours.kernel.rows import TextPool, decode, encode, encoding, from_sortable_bits, no_rows, sortable_bits
from parcours.kernel.streams import Stream, StreamSpec
from parcours.language.window_kinds import Ever, Rolling
from parcours.testing.strategies import values
from tests.kernel.test_streams import rows_of, some_rows

NAMES = sorted(AGGREGATES)


Rows = list[tuple[int, int, int]]
WINDOWS = (Rolling(7), Rolling(3), Rolling(9, 2), Ever())


@given(st.sampled_from(NAMES), some_rows, st.lists(st.tuples(st.integers(0, 9), some_rows), max_size=6))
def test_moved_tick_by_tick_is_built_at_once(name: str, past: Rows, ticks: list[tuple[int, Rows]]) -> None:
    pool = TextPool()
    stream = Stream(StreamSpec("purchase", encoding="whole"), rows_of(past))
    kept = [Feature(stream, window, name, 4, pool) for window in WINDOWS]
    now = 5
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


@pytest.mark.parametrize("name", NAMES)
def test_without_rows_there_is_nothing(name: str) -> None:
    empty = aggregate(name, "whole", 3, TextPool())
    assert empty.values.tolist() == [empty.nothing] * 3
    empty.resize(5)
    assert empty.values.tolist() == [empty.nothing] * 5


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_bits_of_doubles_sort_like_the_doubles(numbers: list[float]) -> None:
    given_ = np.array(numbers)
    bits = sortable_bits(given_)
    assert (from_sortable_bits(bits) == given_).all()
    assert (np.sort(bits) == sortable_bits(np.sort(given_))).all()


@given(st.sampled_from([BOOLEAN, INTEGER, DECIMAL, STRING, DATE_ONLY, DATE_TIME]), st.booleans(), st.data())
def test_a_value_comes_back_from_its_number(type_: Type, summed: bool, data: st.DataObject) -> None:
    summed = summed and type_ == DECIMAL
    column = pl.Series(data.draw(st.lists(values(type_), max_size=6)), dtype=polars_type(type_))
    pool, code = TextPool(), encoding(type_, summed)
    back = decode(encode(column, code, pool), code, type_, pool)
    assert back.to_list() == (column.round(6) if summed else column).to_list()


@given(st.lists(st.text(max_size=3), max_size=12))
def test_ranks_of_texts_sort_like_the_texts(texts: list[str]) -> None:
    pool = TextPool()
    numbers = pool.encode(pl.Series(texts, dtype=pl.String))
    assert sorted(texts) == [text for _, text in sorted(zip(pool.ranks()[numbers].tolist(), texts, strict=True))]
