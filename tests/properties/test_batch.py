"""Members of a batch segment are those for whom the rule held, says the reference, at the last scheduled instant."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.schema import DATE_TIME, INTEGER, STRING, Schema
from parcours.engines.state import State
from parcours.flow.segments.schedules import Schedule
from parcours.language.frontends import read_rule
from parcours.language.reference import holds
from parcours.language.tree import Member
from parcours.testing.strategies import schemas
from tests.properties.test_effective import SLOW, _state_at, punctual
from tests.properties.world import Past, Run, Step, World

SCHEDULE = Schedule("30 7 * * *", "Asia/Kolkata")
SCHEDULES = {"s0": SCHEDULE.to_json()}
SCHEMA = Schema({"age": INTEGER, "due": DATE_TIME}, {"purchase": {"total": INTEGER}, "visit": {"page": STRING}})
RULES = [
    read_rule(rule, SCHEMA)
    for rule in (
        {"event": "purchase", "at_least": 1},
        {"event": "purchase", "in_last": "20 hours", "is": 0},
        {"event": "purchase", "in_last": "2 days", "at_least": 2},
        {"event": "visit", "this": "day", "zone": "Europe/Paris"},
        {"event": "purchase", "max": "total", "in_last": "30 hours", "at_least": 1},
        {"event": "purchase", "last": "total", "more_than": 0},
        {"attribute": "age", "at_least": 1},
        {"attribute": "due", "in_last": "3 days"},
        {"all": [{"attribute": "age", "is_set": True}, {"event": "visit", "in_last": "20 hours"}]},
        {"pql": 'xEvent[eventType = "visit"].count() > xEvent[eventType = "purchase"].count()'},
        {"pql": 'chain(xEvent, timestamp, [A: WHAT(eventType = "visit"), B: WHAT(eventType = "purchase")])'},
        {"call": "ge", "args": [{"call": "hour", "args": [{"now": True}]}, {"value": 3}]},
    )
]


def with_dependent(world: World) -> World:
    """The world with a segment that refers to the only one."""
    first, *rest = world.steps
    return World(world.schema, (replace(first, published=(*first.published, ("s1", Member("s0")))), *rest))


@given(punctual(SCHEMA, st.sampled_from(RULES)) | schemas().flatmap(punctual), st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
def test_members_are_those_at_the_last_scheduled_instant(world: World, restart: bool) -> None:
    world = with_dependent(world)
    run, past, wanted, prev = Run(world, schedules=SCHEDULES), Past(), set[int](), None
    for step in world.steps:
        outputs = run.take(step)
        before = _state_at(past, Step(step.now), step.now)
        past.take(step)
        passed = None if prev is None else SCHEDULE.last_passed(prev, step.now)
        if prev is None or passed is not None:
            at = step.now if passed is None else passed
            known = past if passed is None else _state_at(before, step, at)
            wanted = {who for who in known.people if holds(past.rules["s0"], known.person(who), at)}
        assert run.members() == {"s0": wanted, "s1": wanted}
        moves = outputs.qualifications.filter(outputs.qualifications["cause"] == "change")
        columns = ("effective", "status", "_profile")
        own, its = (moves.filter(moves["segment"] == name).select(columns).sort(columns) for name in ("s0", "s1"))
        assert own.rows() == its.rows()
        prev = step.now
        if restart:
            run.state = State.load(run.state.dump())
