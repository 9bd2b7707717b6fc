"""Activities that write: attributes, lists, events."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.schema import DATE_TIME, INTEGER, STRING, Schema, list_of, object_of
from parcours.flow.journeys.activities.add_to_list import AddToList
from parcours.flow.journeys.activities.base import Activity, Edge, Names
from parcours.flow.journeys.activities.remove_from_list import RemoveFromList
from parcours.flow.journeys.activities.send_event import SendEvent
from parcours.flow.journeys.activities.update_profile import UpdateProfile
from parcours.flow.journeys.typed import Values
from tests.flow.journeys.activities.fakes import NAMES, problems, runs

TWO = ("2026-03-02T09:00:00Z", "2026-03-02T09:00:01Z")


def rows(values: Values | None) -> list[dict[str, object]]:
    assert values is not None
    return values.frame.to_dicts()


def test_attributes_are_set_to_constants_and_values_of_expressions() -> None:
    update = UpdateProfile(values={"size": {"journey": "…"}, "email": "x@y.z", "phone": None}, then="a")
    moves = update.step(runs(*TWO, values={"values.size": pl.Series([4, None])}))
    assert rows(moves.writes) == [
        {"size": 4, "email": "x@y.z", "phone": None},
        {"size": None, "email": "x@y.z", "phone": None},
    ]
    assert moves.edge.tolist() == [0, 0]
    assert update.edges() == (Edge("next", ("a",), "then"),)
    assert update.acts
    assert [(rule.setting, rule.usage) for rule in update.rules()] == [("values.size", "value")]


names = st.sampled_from(["news", "offers", "vip"])


@given(st.lists(st.none() | st.lists(names, unique=True), min_size=1, max_size=6), names)
def test_a_person_is_put_on_a_list_once_and_taken_off_it(before: list[list[str] | None], name: str) -> None:
    arrivals = runs(*TWO[:1] * len(before), table=pl.DataFrame({"lists": pl.Series(before, dtype=pl.List(pl.String))}))
    added, removed = AddToList(list=name).step(arrivals), RemoveFromList(list=name).step(arrivals)
    lists = [current or [] for current in before]
    assert rows(added.writes) == [{"lists": own if name in own else [*own, name]} for own in lists]
    assert rows(removed.writes) == [{"lists": [other for other in own if other != name]} for own in lists]


def test_an_event_is_sent_with_its_properties() -> None:
    send = SendEvent(event="purchase", values={"total": {"journey": "…"}})
    moves = send.step(runs(*TWO, values={"values.total": pl.Series([1, 2])}))
    assert (moves.event, moves.edge.tolist()) == ("purchase", [0, 0])
    assert rows(moves.events) == [{"total": 1}, {"total": 2}]
    assert rows(SendEvent(event="purchase").step(runs(*TWO)).events) == []
    assert send.acts


LISTS = Names(Schema({"lists": list_of(STRING)}, {}))
TYPED = Names(Schema({"when": DATE_TIME, "about": object_of({"l": list_of(INTEGER)})}))
WRONG = [
    ("bad-setting", "values.when"),
    ("bad-setting", "values.about.n"),
    ("bad-setting", "values.about.l[1]"),
]


@pytest.mark.parametrize(
    ("activity", "names", "expected"),
    [
        (UpdateProfile(values={"size": 1}), NAMES, []),
        (UpdateProfile(values={"size": "5", "email": 5}), NAMES, []),
        (UpdateProfile(values={"size": "big"}), NAMES, [("bad-setting", "values.size")]),
        (UpdateProfile(values={"size": {"a": {"journey": "…"}}}), NAMES, [("bad-setting", "values.size")]),
        (UpdateProfile(values={"when": "tomorrow", "about": {"n": 1, "l": [1, "a"]}}), TYPED, WRONG),
        (UpdateProfile(values={"when": "2026-03-01", "about": {"l": ["1", {"pql": "1"}]}}), TYPED, []),
        (SendEvent(event="purchase", values={"total": "much"}), NAMES, [("bad-setting", "values.total")]),
        (UpdateProfile(values={}), NAMES, [("missing-setting", "values")]),
        (UpdateProfile(values={"siez": 1}), NAMES, [("unknown-name", "values.siez")]),
        (UpdateProfile(values={"size": [1, "a"]}), NAMES, [("bad-setting", "values.size")]),
        (AddToList(list="vip"), LISTS, []),
        (AddToList(list=" "), LISTS, [("missing-setting", "list")]),
        (RemoveFromList(list="vip"), NAMES, [("no-lists", "list")]),
        (RemoveFromList(list="vip"), Names(Schema()), [("no-lists", "list")]),
        (SendEvent(event="purchase", values={"total": 1}), NAMES, []),
        (SendEvent(event="purchse"), NAMES, [("unknown-name", "event")]),
        (SendEvent(event="purchase", values={"totl": 1}), NAMES, [("unknown-name", "values.totl")]),
    ],
)
def test_what_is_wrong(activity: Activity, names: Names, expected: list[tuple[str, str]]) -> None:
    assert problems(activity, names) == expected
