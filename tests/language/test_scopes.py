"""Which rows a node can see, and its fields with the rows between."""

from __future__ import annotations

from dataclasses import replace

from parcours.core.schema import BOOLEAN, INTEGER, STRING, list_of, object_of
from parcours.language.scopes import fields, outside_aggregates, reach, with_fields
from parcours.language.tree import Aggregate, Call, Each, Field, ListOf, Node, Quantifier, Sequence, SequenceStep
from parcours.language.window_kinds import Ever

ROW = object_of({"kind": STRING, "cards": list_of(object_of({"kind": STRING}))})


def kind(up: int) -> Field:
    return Field(("kind",), STRING, up)


def same(left: Node, right: Node) -> Node:
    return Call("eq", (left, right), BOOLEAN)


CARDS = Field(("cards",), list_of(ROW))
NESTED = Quantifier("any", CARDS, same(kind(0), Each("map", CARDS, same(kind(2), kind(1)), list_of(BOOLEAN))))
STEPS = Sequence(CARDS, ("at",), (SequenceStep(kind(0)), SequenceStep(same(kind(0), kind(1)), where=kind(2))))
COUNT = Aggregate("count", "purchase", Ever(), INTEGER, where=same(kind(0), kind(0)))


def test_each_field_with_the_rows_between() -> None:
    assert list(fields(NESTED)) == [(CARDS, 0), (kind(0), 1), (CARDS, 1), (kind(2), 2), (kind(1), 2)]
    assert list(fields(STEPS)) == [(CARDS, 0), (kind(0), 1), (kind(0), 2), (kind(1), 2), (kind(2), 2)]


def test_reach_counts_rows_around_the_node() -> None:
    assert reach(NESTED) == {0}
    assert reach(STEPS) == {0}
    assert reach(replace(STEPS, over=Field(("cards",), list_of(ROW), 3))) == {0, 3}
    assert reach(COUNT) == frozenset(), "what stands in an aggregate sees its rows only"


def test_rows_around_are_moved_and_own_rows_are_not() -> None:
    def outer(field: Field, depth: int) -> Field:
        return replace(field, up=field.up + 5) if field.up >= depth else field

    moved = with_fields(ListOf((NESTED, STEPS, COUNT), list_of(BOOLEAN)), outer)
    assert isinstance(moved, ListOf)
    assert moved.items[2] == COUNT
    assert [field.up for field, _ in fields(moved.items[0])] == [5, 0, 0, 7, 1]
    assert [field.up for field, _ in fields(moved.items[1])] == [5, 0, 0, 1, 7]


def test_parts_outside_aggregates() -> None:
    both = same(COUNT, kind(0))
    assert list(outside_aggregates(both)) == [both, COUNT, kind(0)]
