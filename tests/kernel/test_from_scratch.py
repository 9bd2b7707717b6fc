"""What makes building from scratch fast gives what the plain way gives."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import DAY, HOUR
from parcours.core.schema import DECIMAL, INTEGER, Schema
from parcours.kernel.aggregates import AGGREGATES
from parcours.kernel.book import FeatureBook
from parcours.kernel.features import Feature
from parcours.kernel.index import ProfileIndex, order_by_profile
from parcours.kernel.keys import stream_of
from parcours.kernel.rows import BLOCK, MILLION, Rows, encode, from_sortable_bits, sortable_bits
from parcours.kernel.streams import Stream
from parcours.kernel.windows import bounds, bounds_at
from parcours.language.tree import Aggregate, Field
from parcours.language.window_kinds import Absolute, Calendar, Ever, Rolling, Window

NOW = 1_710_000_000_000_000
WINDOWS: list[Window] = [
    Ever(),
    Rolling(7 * DAY),
    Rolling(30 * DAY, 2 * DAY, closed=True),
    Rolling(30 * DAY),
    Rolling(0, -3 * DAY),
    Calendar("day", -1, 0, "Europe/Paris"),
    Calendar("month", -2, -1),
    Calendar("week", 0, 1, "America/New_York", future=True),
    Absolute(NOW - 40 * DAY, NOW - 3 * DAY),
    Absolute(None, NOW + DAY),
    Absolute(NOW - DAY, None, future=True),
]


def rows(count: int, profiles: int = 40) -> Rows:
    draw = np.random.default_rng(count)
    times = np.sort(NOW - draw.integers(-5 * DAY // HOUR, 60 * DAY // HOUR, count) * HOUR)
    return Rows(draw.integers(0, profiles, count).astype(np.int32), times, draw.integers(-4, 5, count))


@pytest.mark.parametrize("window", WINDOWS, ids=str)
def test_bounds_at_many_instants_are_those_at_each(window: Window) -> None:
    instants = NOW + np.arange(-400, 400, 7, dtype=np.int64) * HOUR
    lo, hi = bounds_at(window, instants)
    assert list(zip(lo.tolist(), hi.tolist(), strict=True)) == [
        bounds(window, instant) for instant in instants.tolist()
    ]


@pytest.mark.parametrize("kind", AGGREGATES)
def test_windows_built_together_are_as_built_alone(kind: str) -> None:
    value = None if kind == "count" else Field(("amount",), INTEGER)
    nodes = [Aggregate(kind, "buy", window, INTEGER, value=value) for window in WINDOWS]
    spec = stream_of(nodes[0])
    history = rows(500) if spec.valued else Rows(rows(500).profiles, rows(500).times)
    book = FeatureBook(Schema(events={"buy": {"amount": INTEGER}}), 40)
    book.require(nodes, {spec: history}, NOW)
    for node in nodes:
        alone = Feature(Stream(spec, history), node.window, kind, 40, book.pool)
        alone.lo, alone.hi = bounds(node.window, NOW)
        alone.build()
        assert book.feature((spec, node.window, kind)).aggregate.values.tolist() == alone.aggregate.values.tolist()


@given(st.lists(st.integers(0, 5), max_size=40))
def test_order_by_profile_is_stable(profiles: list[int]) -> None:
    order = order_by_profile(np.array(profiles, np.int32))
    assert order.tolist() == sorted(range(len(profiles)), key=profiles.__getitem__)


def test_index_keeps_order_of_arrival_also_of_late_rows() -> None:
    first, late = rows(300), rows(200)
    index = ProfileIndex(first)
    index.append(late)
    _, found = index.select(np.arange(40, dtype=np.int32), -(2**62), 2**62)
    times, profiles = np.append(first.times, late.times), np.append(first.profiles, late.profiles)
    order = np.lexsort((times, profiles))
    values = np.append(first.values, late.values)  # type: ignore[arg-type]
    assert found.times.tolist() == times[order].tolist()
    assert found.values is not None
    assert found.values.tolist() == values[order].tolist()


@pytest.mark.parametrize("count", [0, 1, BLOCK, BLOCK + 1])
def test_doubles_are_encoded_in_blocks_as_at_once(count: int) -> None:
    numbers = np.random.default_rng(3).normal(0, 1000, count)
    numbers[:1] = -0.0
    book = FeatureBook(Schema())
    exact = encode(pl.Series(numbers), "exact", book.pool)
    assert exact.tolist() == np.rint(numbers * MILLION).astype(np.int64).tolist()
    bits = sortable_bits(numbers)
    assert from_sortable_bits(bits).tolist() == (numbers + 0.0).tolist()
    assert (np.argsort(bits, kind="stable") == np.argsort(numbers, kind="stable")).all()


def test_released_once_per_rule_that_required_it() -> None:
    node = Aggregate("sum", "buy", Rolling(DAY), DECIMAL, value=Field(("amount",), DECIMAL))
    book = FeatureBook(Schema(events={"buy": {"amount": DECIMAL}}), 3)
    book.require([node, node], {}, NOW)
    book.release([node])
    assert len(book) == 1
    book.release([node])
    assert len(book) == 0
