"""Who left a segment and who was never in it: kept tick by tick = said by the reference and by the recorded changes."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from hypothesis import example, given, settings
from hypothesis import strategies as st

from parcours.core.clock import HOUR
from parcours.core.schema import BOOLEAN, STRING, list_of
from parcours.engines.state import State
from parcours.language.frontends import read_rule
from parcours.language.tree import STATUSES, Call, ListOf, Literal, Membership, Node
from parcours.testing.strategies import BASE, schemas
from tests.properties.test_batch import RULES, SCHEMA
from tests.properties.test_effective import SLOW, punctual
from tests.properties.test_incremental import a_world
from tests.properties.world import Past, Run, Step, World


def stands(segment: str, status: str) -> Node:
    return Call("eq", (Membership(segment), Literal(status, STRING)), BOOLEAN)


def outside(segment: str) -> Node:
    """The same as a text among texts: nothing of it is a condition of its own."""
    texts = ListOf((Literal("exited", STRING), Literal("never", STRING)), list_of(STRING))
    return Call("in", (Membership(segment), texts), BOOLEAN)


def with_statuses(world: World) -> World:
    """The world with segments of those that stand so to the only one."""
    first, *rest = world.steps
    more = tuple((status, stands("s0", status)) for status in STATUSES)
    return World(world.schema, (replace(first, published=(*first.published, *more, ("outside", outside("s0")))), *rest))


@given(a_world, st.booleans())
@settings(max_examples=100, deadline=None, suppress_health_check=SLOW)
def test_who_was_in_a_segment_is_whom_the_reference_saw_there(world: World, restart: bool) -> None:
    run, past = Run(world), Past()
    for step in world.steps:
        run.take(step)
        past.take(step)
        past.settle(step.now)
        been = run.state.book.been
        found = defaultdict(set)
        for who, number in run._numbers.items():
            found[who] |= set(been.segments_of(number))
        assert {who: names for who, names in found.items() if names} == past.been
        if restart:
            run.state = State.load(run.state.dump())


def bought(id_: str, hours: int) -> tuple[str, dict[str, object]]:
    return "purchase", {"total": 5, "_event_id": id_, "_profile": 0, "_time": BASE + hours * HOUR}


#: Somebody enters for the first time in the middle of a tick in which something happened before.
LATER_IN_A_TICK = World(
    SCHEMA,
    (
        Step(BASE, new=(0, 1), published=(("s0", read_rule({"event": "purchase", "at_least": 2}, SCHEMA)),)),
        Step(BASE + 10 * HOUR, events=(bought("a", 1), bought("b", 5))),
    ),
)


@example(LATER_IN_A_TICK, False)
@given(punctual(SCHEMA, st.sampled_from(RULES)) | schemas().flatmap(punctual), st.booleans())
@settings(max_examples=200, deadline=None, suppress_health_check=SLOW)
def test_statuses_turn_with_the_segment_and_at_its_instants(world: World, restart: bool) -> None:
    world = with_statuses(world)
    run, been = Run(world), set[int]()
    for step in world.steps:
        rows = run.take(step).qualifications
        changes = {
            name: rows.filter(segment=name).select("effective", "status", "_profile").sort("_profile").rows()
            for name in ("s0", *STATUSES, "outside")
        }
        opposite = {"realized": "exited", "exited": "realized"}
        turned = [(at, opposite[status], who) for at, status, who in changes["s0"]]
        assert changes["realized"] == changes["s0"]
        if step is not world.steps[0]:  # in which everybody outside of everything enters
            assert changes["outside"] == turned
            assert changes["exited"] == [row for row in turned if row[1] == "realized" or row[2] in been]
            assert changes["never"] == [row for row in turned if row[1] == "exited" and row[2] not in been]
        been |= {who for _, status, who in changes["s0"] if status == "realized"}
        members = run.members()
        assert members["exited"] == been - members["s0"]
        assert members["never"] == {0, 1} - been
        assert members["outside"] == members["exited"] | members["never"]
        if restart:
            run.state = State.load(run.state.dump())
