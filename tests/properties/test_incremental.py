"""The heart of the trust: kept tick by tick = computed from scratch = said by the reference."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from parcours.engines.state import State
from parcours.flow.segments import stage
from parcours.language.tree import Membership, Node, walk
from parcours.testing.strategies import schemas
from tests.properties.world import Past, Run, Step, World, worlds

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
MANY = settings(max_examples=80, deadline=None, suppress_health_check=SLOW)
SOME = settings(max_examples=30, deadline=None, suppress_health_check=SLOW)

a_world = schemas().flatmap(worlds)


@given(a_world)
@MANY
def test_after_every_tick_members_are_those_of_the_reference(world: World) -> None:
    run, past = Run(world), Past()
    for step in world.steps:
        run.take(step)
        past.take(step)
        assert run.members() == past.members(step.now)
        past.settle(step.now)


@given(a_world)
@SOME
def test_entries_minus_exits_are_the_members(world: World) -> None:
    run = Run(world)
    inside: set[tuple[str, int]] = set()
    for step in world.steps:
        outputs = run.take(step)
        inside = {(segment, who) for segment, who in inside if who not in step.erased}
        names = {number: who for who, number in run._numbers.items()}
        for row in outputs.qualifications.iter_rows(named=True):
            entry = (row["segment"], names[row["_profile"]])
            if row["status"] == "realized":
                assert entry not in inside
                inside.add(entry)
            else:
                inside.remove(entry)
        assert inside == {(segment, who) for segment, people in run.members().items() for who in people}


@given(a_world, st.lists(st.integers(0, 2), min_size=12, max_size=12))
@SOME
def test_any_split_of_the_profiles_gives_the_same_outputs(world: World, places: list[int]) -> None:
    whole = Run(world)
    people = {who for step in world.steps for who in step.new}
    parts = [Run(world, [who for who in people if places[who % 12] == place]) for place in range(3)]
    for step in world.steps:
        whole.take(step)
        for part in parts:
            part.take(step)
    assert whole.qualifications() == sorted(row for part in parts for row in part.qualifications())


@given(a_world, st.data())
@SOME
def test_any_batching_of_the_same_input_gives_the_same_members(world: World, data: st.DataObject) -> None:
    assume(not any(_reads_the_past(rule) for step in world.steps for _, rule in step.published))
    apart, together = Run(world), Run(world)
    for step in world.steps:
        apart.take(step)
    waiting: list[Step] = []
    for step in world.steps:
        waiting.append(step)
        if data.draw(st.booleans()) or step is world.steps[-1] or _acts_alone(step):
            for merged in _merged(waiting):
                together.take(merged)
            waiting = []
    assert apart.members() == together.members()


def _reads_the_past(rule: Node) -> bool:
    """Whether it asks who was in a segment: of memberships that begin and end in one tick nobody knows."""
    return any(isinstance(part, Membership) for part in walk(rule))


def _acts_alone(step: Step) -> bool:
    """A correction needs what it corrects to be known, so it ends a batch."""
    return bool(step.retracted or step.erased)


def _merged(steps: list[Step]) -> list[Step]:
    """The steps as one tick at the last instant, corrections in a tick of their own behind it."""
    plain = [step for step in steps if not _acts_alone(step)]
    rest = [step for step in steps if _acts_alone(step)]
    if not plain:
        return rest
    last = plain[-1]
    one = replace(
        last,
        new=tuple(who for step in plain for who in step.new),
        changes=tuple(change for step in plain for change in step.changes),
        events=tuple(event for step in plain for event in step.events),
        published=tuple({name: rule for step in plain for name, rule in step.published}.items()),
    )
    return [one, *rest]


@given(a_world, st.integers(0, 5))
@SOME
def test_a_snapshot_goes_on_like_the_state_it_was_made_of(world: World, place: int) -> None:
    straight, resumed = Run(world), Run(world)
    for number, step in enumerate(world.steps):
        straight.take(step)
        resumed.take(step)
        if number == place:
            resumed.state = State.load(resumed.state.dump())
    assert resumed.qualifications() == straight.qualifications()
    assert resumed.members() == straight.members()


@given(a_world)
@SOME
def test_the_same_batches_give_the_same_outputs(world: World) -> None:
    first, second = Run(world), Run(world)
    for step in world.steps:
        assert first.take(step).qualifications.equals(second.take(step).qualifications)


@given(a_world)
@SOME
def test_profiles_evaluated_in_blocks_are_evaluated_as_at_once(world: World) -> None:
    whole, apart = Run(world), Run(world)
    for step in world.steps:
        whole.take(step)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stage, "BLOCK", 1)
        for step in world.steps:
            apart.take(step)
    assert whole.qualifications() == apart.qualifications()
