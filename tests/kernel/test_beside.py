"""What runs know and what was set within the tick, read by compiled rules as by the reference."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from parcours.core.clock import DAY, as_datetime, instant
from parcours.core.columns import series
from parcours.core.errors import RuleError
from parcours.core.facts import EventBatch
from parcours.core.schema import BOOLEAN, DATE_TIME, DECIMAL, INTEGER, STRING, Schema, object_of
from parcours.kernel import evaluate as evaluating
from parcours.kernel.beside import NOTHING, Beside, Overlay
from parcours.kernel.book import FeatureBook
from parcours.kernel.evaluate import Compiled, evaluate, holds
from parcours.kernel.reading import Moment
from parcours.kernel.values import attributes, values
from parcours.language.reference import evaluate as meaning
from parcours.language.reference import holds as means
from parcours.language.tree import (
    Attribute,
    Call,
    Given,
    InWindow,
    Literal,
    Node,
    Now,
    children,
    with_children,
)
from parcours.language.window_kinds import Calendar, Rolling
from parcours.testing import strategies as make

FAST = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
EVENT = ("event", "heard")


def nobody(segment, profiles):
    return np.zeros(len(profiles), np.bool_)


def book_of(history: make.History, node: Node, now: int) -> FeatureBook:
    """Everything taken in at one tick."""
    book = FeatureBook(history.schema, len(history.attributes))
    book.require([node], {}, now)
    frame = history.attribute_frame().with_columns(
        pl.lit(as_datetime(0)).cast(pl.Datetime("us", "UTC")).alias("_time"),
        pl.lit(list(history.schema.attributes), dtype=pl.List(pl.String)).alias("_set"),
    )
    book.take_attributes(frame, now - 1, now)
    batches = [EventBatch(type_, history.event_frame(type_)) for type_ in history.schema.events]
    book.take_events([book.reduce(batch) for batch in batches])
    book.advance(now - 1, now)
    book.settle()
    return book


def known_to_runs(node: Node, draw: st.DrawFn, share: dict[tuple[str, ...], bool]) -> Node:
    """Some attributes of a rule read from the event that the run heard instead."""
    if isinstance(node, Attribute):
        if share.setdefault(node.path, draw(st.booleans())):
            return Given((*EVENT, *node.path), node.type)
        return node
    return with_children(node, tuple(known_to_runs(part, draw, share) for part in children(node)))


def at_path(row: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        row = None if row is None else row.get(name)
    return row


def overlay_of(rows: list[dict[str, Any]], schema: Schema, profiles: list[int] | None) -> Overlay:
    columns = {name: series([row.get(name) for row in rows], type_) for name, type_ in schema.attributes.items()}
    known = {name: np.array([name in row for row in rows], np.bool_) for name in schema.attributes}
    return Overlay(columns, known, None if profiles is None else np.array(profiles, np.int32))


@st.composite
def partial_rows(draw: st.DrawFn, schema: Schema) -> dict[str, Any]:
    whole = draw(make.rows_of(schema.attributes))
    return {name: value for name, value in whole.items() if draw(st.booleans())}


@pytest.mark.parametrize("type_", [BOOLEAN, STRING, DECIMAL, DATE_TIME], ids=str)
@FAST
@given(st.data())
def test_compiled_with_runs_is_the_reference(type_, data):
    schema = data.draw(make.schemas())
    node = known_to_runs(data.draw(make.trees(type_, make.profile_scope(schema, ()))), data.draw, {})
    history, now = data.draw(make.histories(schema)), data.draw(make.instants())
    count = len(history.attributes)
    who = data.draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=6))
    heard = [data.draw(make.rows_of(schema.attributes)) for _ in who]
    written = {p: data.draw(partial_rows(schema)) for p in sorted(set(data.draw(st.lists(st.integers(0, count - 1)))))}
    exported = [data.draw(partial_rows(schema)) for _ in who]
    note(f"{node}")

    people = []
    for row, profile in enumerate(who):
        person = history.person(profile)
        values_ = {**person.attributes, **exported[row], **written.get(profile, {})}
        people.append(replace(person, attributes=values_, given={"event": {"heard": heard[row]}}))
    beside = Beside(
        lambda leaf: series([at_path(row, leaf.path[2:]) for row in heard], leaf.type),
        overlay_of(list(written.values()), schema, list(written)),
        overlay_of(exported, schema, None),
    )
    rule, book, profiles = Compiled(node), book_of(history, node, now), np.array(who, np.int32)
    if node.type == BOOLEAN:
        expected = [means(node, person, now) for person in people]
        assert holds(rule, book, profiles, now, nobody, beside).tolist() == expected
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(evaluating, "BLOCK", 2)
            assert holds(rule, book, profiles, now, nobody, beside).tolist() == expected
    expected_values = series([meaning(node, person, now) for person in people], node.type)
    assert values(rule, book, profiles, now, nobody, beside).to_list() == expected_values.to_list()


SEEN = Given((*EVENT, "total"), DECIMAL)
BIG = Call("ge", (SEEN, Literal(50, INTEGER)), BOOLEAN)
SCHEMA = Schema({"age": INTEGER, "plan": STRING, "ends": DATE_TIME})


def store(*rows: dict[str, Any]) -> FeatureBook:
    return book_of(make.History(SCHEMA, rows, (), ()), Call("or", (ENDS_SOON, ADULT), BOOLEAN), 0)


ADULT = Call("ge", (Attribute(("age",), INTEGER), Literal(18, INTEGER)), BOOLEAN)
ENDS_SOON = InWindow(Attribute(("ends",), DATE_TIME), Rolling(0, -3 * DAY))


def test_a_profile_with_several_runs_has_a_row_for_each():
    beside = Beside(lambda leaf: pl.Series([10.0, None, 50.0]))
    who = np.array([1, 0, 1], np.int32)
    assert holds(Compiled(BIG), store({}, {}), who, 0, nobody, beside).tolist() == [False, False, True]


def test_the_leaves_that_runs_know_are_told_and_asked_once():
    asked = []

    def given_of(leaf):
        asked.append(leaf)
        return pl.Series([1.0])

    rule = Compiled(Call("and", (BIG, Call("is_not_null", (SEEN,), BOOLEAN)), BOOLEAN))
    assert list(rule.given.values()) == [SEEN]
    assert holds(rule, store({}), np.array([0], np.int32), 0, nobody, Beside(given_of)).tolist() == [False]
    assert asked == [SEEN]


def test_without_a_run_there_is_nothing_to_read():
    with pytest.raises(RuleError) as caught:
        holds(Compiled(BIG), store({}), np.array([0], np.int32), 0, nobody)
    assert caught.value.code == "no-run"


def test_written_counts_before_the_export_and_the_export_before_the_store():
    everybody = np.arange(4, dtype=np.int32)
    book = store({"age": 1}, {"age": 1}, {"age": 20}, {"age": 1})
    written = Overlay({"age": pl.Series([None, 30])}, {}, np.array([0, 1], np.int32))
    exported = Overlay({"age": pl.Series([40, 40, 2, 40])}, {"age": np.array([True, False, True, True])})
    beside = Beside(written=written, snapshot=exported)
    assert attributes(["age"], book, everybody, beside)["age"].to_list() == [None, 30, 2, 40]
    assert attributes(["age"], book, everybody)["age"].to_list() == [1, 1, 20, 1]
    assert evaluate({"": Compiled(ADULT)}, book, everybody, Moment(0), nobody, beside)[""].tolist() == [0, 1, 0, 1]
    assert evaluate({"": Compiled(ADULT)}, book, everybody, Moment(0), nobody, NOTHING)[""].tolist() == [0, 0, 1, 0]


def test_windows_over_attributes_see_what_was_written():
    soon, past = as_datetime(DAY), as_datetime(-DAY)
    book = store({"ends": soon}, {"ends": soon}, {})
    written = Overlay({"ends": pl.Series([past, soon]).cast(pl.Datetime("us", "UTC"))}, {}, np.array([1, 2], np.int32))
    everybody = np.arange(3, dtype=np.int32)
    assert holds(Compiled(ENDS_SOON), book, everybody, 0, nobody).tolist() == [True, True, False]
    assert holds(Compiled(ENDS_SOON), book, everybody, 0, nobody, Beside(written=written)).tolist() == [1, 0, 1]


def test_written_objects_are_laid_over_by_the_names_of_their_fields():
    schema = Schema({"place": object_of({"city": STRING, "zone": INTEGER})})
    rows = ({"place": {"city": "a", "zone": 1}}, {"place": {"city": "b", "zone": 2}})
    book = book_of(make.History(schema, rows, (), ()), Literal(True, BOOLEAN), 0)
    written = Overlay({"place": pl.Series([{"zone": 7}])}, {}, np.array([1], np.int32))
    found = attributes(["place"], book, np.arange(2, dtype=np.int32), Beside(written=written))
    assert found["place"].to_list() == [{"city": "a", "zone": 1}, {"city": None, "zone": 7}]


def test_each_row_may_have_its_own_now():
    instants = np.array([instant("2024-05-31T23:59:59"), instant("2024-06-01")])
    who = np.array([0, 0], np.int32)
    month = Call("month", (Now(),), INTEGER)
    assert values(Compiled(month), store({}), who, int(instants[1]), nobody, clock=instants).to_list() == [5, 6]
    begun = InWindow(Given(("event", "heard", "at"), DATE_TIME), Calendar("month"))
    beside = Beside(lambda _: pl.Series(instants).cast(pl.Datetime("us", "UTC")))
    june = np.full(2, instants[1])
    assert holds(Compiled(begun), store({}), who, int(instants[1]), nobody, beside, june).tolist() == [False, True]
    assert holds(Compiled(begun), store({}), who, int(instants[1]), nobody, beside, instants).tolist() == [True, True]


def test_there_may_be_nobody():
    nowhere = Overlay({"age": pl.Series([], dtype=pl.Int64)}, {}, np.empty(0, np.int32))
    beside = Beside(lambda _: pl.Series([], dtype=pl.Float64), nowhere)
    assert not len(holds(Compiled(BIG), store({}), np.empty(0, np.int32), 0, nobody, beside))
    assert not len(values(Compiled(SEEN), store({}), np.empty(0, np.int32), 0, nobody, beside))
    assert holds(Compiled(ADULT), store({"age": 18}), np.zeros(1, np.int32), 0, nobody, beside).tolist() == [True]
