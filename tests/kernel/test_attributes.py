"""Values of many profiles that stand together are read as they stand; what has changed or gone is seen all the same."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from parcours.core.facts import INSTANT
from parcours.core.schema import STRING, Schema, list_of
from parcours.kernel.attributes import MANY, AttributeStore

WORDS = [None, ["a"], ["b", "c"], [], ["d"]]
COUNT = MANY + 100


def _store(values: list[list[str] | None]) -> AttributeStore:
    store = AttributeStore(Schema({"words": list_of(STRING)}), len(values))
    _set(store, np.arange(len(values)), values)
    return store


def _set(store: AttributeStore, profiles: np.ndarray, values: list[list[str] | None]) -> None:
    changes = pl.DataFrame(
        {
            "_profile": pl.Series(profiles, dtype=pl.Int32),
            "_time": pl.Series([0] * len(values)).cast(INSTANT),
            "_set": [["words"]] * len(values),
            "words": pl.Series(values, dtype=pl.List(pl.String)),
        }
    )
    assert list(store.apply(changes, -1, 0))


@pytest.mark.parametrize("first", [0, 7])
@pytest.mark.parametrize("change", ["nothing", "another", "none", "erased"])
def test_values_are_those_that_were_set(first: int, change: str) -> None:
    values = [WORDS[(number * 7) % len(WORDS)] for number in range(COUNT)]
    store, some = _store(values), 2_003
    match change:
        case "another":
            values[some] = ["x"]
            _set(store, np.array([some]), [["x"]])
        case "none":
            values[some] = None
            _set(store, np.array([some]), [None])
        case "erased":
            values[some] = None
            store.erase(np.array([some], np.int32))
    assert values != [None] * COUNT
    assert store.get("words", np.arange(first, COUNT)).to_list() == values[first:]
    backwards = np.arange(COUNT)[::-1]
    assert store.get("words", backwards).to_list() == values[::-1]
