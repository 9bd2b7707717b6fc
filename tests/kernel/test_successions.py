"""Sequences that streams answer: which they are, and that they mean what the reference says."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.clock import HOUR, instant
from parcours.core.facts import INSTANT
from parcours.core.schema import DECIMAL, INTEGER, STRING, Schema
from parcours.kernel.book import FeatureBook
from parcours.kernel.evaluate import Compiled, holds
from parcours.kernel.histories import history_of
from parcours.kernel.keys import keys_of
from parcours.kernel.narrow import narrowed
from parcours.kernel.successions import plan_of
from parcours.language.frontends import read_rule
from parcours.language.reference import Person, evaluate
from parcours.language.tree import Node, Sequence, walk

SCHEMA = Schema(
    {"city": STRING},
    {
        "view": {"store": STRING, "units": INTEGER},
        "purchase": {"store": STRING, "units": INTEGER, "total": DECIMAL},
    },
)
NOW = instant("2024-05-15T12:00:00Z")

#: Sequences that streams answer.
ANSWERED = [
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "purchase")])',
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "purchase") WHEN(<= 2 hours after A)])',
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "view") WHEN(< 2 hours after A)])',
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "purchase") WHEN(>= 3 hours after A)])',
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "purchase") COUNT(2)])',
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view") COUNT(2), '
    'B: WHAT(eventType = "view") WHEN(<= 4 hours after A) COUNT(2)])',
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view" and store = "a"), '
    'B: WHAT(eventType = "purchase" and total > 2) WHEN(<= 3 hours after A), '
    'C: WHAT(eventType = "view") WHEN(> 1 hours after B)])',
    "chain(xEvent[timestamp occurs < 6 hours before now], timestamp, "
    '[A: WHAT(eventType = "view"), B: WHAT(eventType = "purchase")])',
    "chain(xEvent[timestamp occurs < 6 hours before now and units > 1], timestamp, "
    '[A: WHAT(eventType = "view"), B: WHAT(eventType = "purchase") WHEN(< 2 hours before now)])',
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "purchase") WHERE(B.store = A.store)])',
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), '
    'B: WHAT(eventType = "purchase") WHERE(A.store = B.store) WHEN(<= 2 hours after A), '
    'C: WHAT(eventType = "view") WHERE(C.store = B.store) COUNT(2)])',
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "purchase" and units = 1) '
    'WHERE(A.store = B.store), C: WHAT(eventType in ["view", "purchase"])])',
]
#: The same from a rule tree, where two missing values are the same.
SAME_OR_MISSING = {
    "sequence": [
        {"event": "view"},
        {
            "event": "purchase",
            "also": {"compare": {"left": {"field": "store"}, "op": "==", "right": {"field": "store", "up": 1}}},
        },
    ]
}
#: Sequences that ask for more than streams can say.
OTHERS = [
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(store = "a")])',
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "purchase" and store = ^city)])',
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "purchase") WHERE(B.units > A.units)])',
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "view"), '
    'C: WHAT(eventType = "purchase") WHEN(<= 2 hours after A)])',
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "purchase") WHEN(<= 1 month after A)])',
]


def _rule(written: object) -> Node:
    return narrowed(read_rule(written if isinstance(written, dict) else {"pql": written}, SCHEMA), SCHEMA)


RULES = [_rule(written) for written in (*ANSWERED, SAME_OR_MISSING)]


def _sequences(rule: Node) -> list[Sequence]:
    return [part for part in walk(rule) if isinstance(part, Sequence)]


@pytest.mark.parametrize("rule", RULES, ids=range(len(RULES)))
def test_streams_answer_these(rule: Node) -> None:
    assert all(plan_of(part) is not None and keys_of(part) for part in _sequences(rule))


@pytest.mark.parametrize("text", OTHERS)
def test_others_are_answered_by_lists(text: str) -> None:
    assert any(plan_of(part) is None for part in _sequences(_rule(text)))


def test_a_sequence_that_is_not_narrowed_is_no_leaf() -> None:
    assert all(plan_of(part) is None for part in _sequences(read_rule({"pql": ANSWERED[0]}, SCHEMA)))


_EVENT = st.fixed_dictionaries(
    {
        "_time": st.integers(0, 9).map(lambda ago: NOW - ago * HOUR) | st.just(NOW - 1),
        "store": st.sampled_from(["a", "b", None]),
        "units": st.sampled_from([1, 2, None]),
    }
)
_PERSON = st.fixed_dictionaries(
    {
        "view": st.lists(_EVENT, max_size=6),
        "purchase": st.lists(
            st.tuples(_EVENT, st.sampled_from([1.0, 3.0, None])).map(lambda two: {**two[0], "total": two[1]}),
            max_size=5,
        ),
    }
)


def _frame(people: list[dict[str, list[dict[str, object]]]], event: str) -> pl.DataFrame:
    rows = [{"_profile": number, **row} for number, person in enumerate(people) for row in person[event]]
    schema = {"_profile": pl.Int32, "_time": pl.Int64, "store": pl.String, "units": pl.Int64, "total": pl.Float64}
    return pl.DataFrame(rows, schema=schema).with_columns(pl.col("_time").cast(INSTANT)).sort("_time")


@given(people=st.lists(_PERSON, min_size=1, max_size=8))
@settings(max_examples=150, deadline=None)
def test_they_mean_what_the_reference_says(people: list[dict[str, list[dict[str, object]]]]) -> None:
    book = FeatureBook(SCHEMA, len(people))
    frames = {event: _frame(people, event) for event in SCHEMA.events}
    book.require(RULES, history_of(book, book.missing(RULES), frames), NOW)
    profiles = np.arange(len(people), dtype=np.int32)
    for number, rule in enumerate(RULES):
        found = holds(Compiled(rule), book, profiles, NOW, lambda _, who: np.zeros(len(who), np.bool_))
        expected = [evaluate(rule, Person({}, events), NOW) for events in people]
        assert found.tolist() == expected, number
