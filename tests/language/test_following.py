"""Sequences: the search of the reference against every combination there is."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from parcours.core.schema import BOOLEAN, INTEGER, list_of, object_of
from parcours.language.following import followed
from parcours.language.scopes import conditions, earlier_steps, kept_after, reach
from parcours.language.tree import Call, Each, Field, Literal, Node, Quantifier, Sequence, SequenceStep

ELEMENT = object_of({"at": INTEGER, "kind": INTEGER})
LIST = Field(("list",), list_of(ELEMENT))


def kind(up: int = 0) -> Field:
    return Field(("kind",), INTEGER, up)


def call(name: str, *args: Node) -> Call:
    return Call(name, args, BOOLEAN)


def steps() -> st.SearchStrategy[tuple[SequenceStep, ...]]:
    return st.lists(st.integers(0, 3), min_size=1, max_size=3).flatmap(
        lambda kinds: st.tuples(*(_step(position, wanted) for position, wanted in enumerate(kinds)))
    )


def _step(position: int, wanted: int) -> st.SearchStrategy[SequenceStep]:
    own = call("ge", kind(), Literal(wanted, INTEGER))
    linked = [call("lt", kind(up), kind()) for up in range(1, position + 1)]
    return st.builds(SequenceStep, st.just(own), st.sampled_from([None, *linked]), st.just(None), st.integers(1, 2))


def meets(part: Node, rows: tuple[dict[str, int], ...]) -> bool:
    match part:
        case Call("ge", (_, Literal(value))):
            return rows[0]["kind"] >= value
        case Call("lt", (Field(up=up), _)):
            return rows[up]["kind"] < rows[0]["kind"]
    raise AssertionError(part)


def every_combination(node: Sequence, elements: list[dict[str, int]]) -> bool:
    """For each way to choose an element per step: whether it is one, by the words of the specification."""
    return any(_is_one(node, chosen, elements) for chosen in itertools.product(elements, repeat=len(node.steps)))


def _is_one(node: Sequence, chosen: tuple[dict[str, int], ...], elements: list[dict[str, int]]) -> bool:
    for position, step in enumerate(node.steps):
        before = tuple(reversed(chosen[:position]))
        last = before[0]["at"] if before else None
        meeting = [
            element
            for element in elements
            if (last is None or element["at"] > last)
            and all(meets(part, (element, *before)) for part in conditions(step))
        ]
        own = chosen[position]
        if own not in meeting or sum(element["at"] <= own["at"] for element in meeting) < step.count:
            return False
    return True


@given(steps(), st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=5))
def test_every_combination_is_found_and_nothing_else(made, drawn):
    node = Sequence(LIST, ("at",), made)
    elements = [{"at": at, "kind": what} for at, what in drawn]
    timed = [(element["at"], element) for element in elements]
    assert followed(node, timed, meets) is every_combination(node, elements)


def test_equal_times_do_not_follow_one_another():
    node = Sequence(LIST, ("at",), (SequenceStep(call("ge", kind(), Literal(0, INTEGER))),) * 2)
    element = {"at": 1, "kind": 1}
    assert followed(node, [(1, element), (1, element)], meets) is False
    assert followed(node, [(1, element), (2, element)], meets) is True


def test_how_far_fields_reach():
    inside = Each("filter", LIST, call("lt", kind(), kind(2)), LIST.type)
    assert reach(kind(3)) == {3}
    assert reach(inside) == {0, 1}
    assert reach(Quantifier("any", LIST, call("lt", kind(), kind(1)))) == {0}
    chain = Sequence(LIST, ("at",), (SequenceStep(kind(1)), SequenceStep(kind(1)), SequenceStep(kind(4))))
    assert reach(chain) == {0, 1}


def test_which_steps_later_steps_read():
    first = SequenceStep(kind())
    third = SequenceStep(kind(), when=call("lt", kind(2), kind()))
    node = Sequence(LIST, ("at",), (first, first, third))
    assert earlier_steps(conditions(third)[1], 2) == {0}
    assert [kept_after(node, position) for position in range(3)] == [(0,), (0,), ()]
