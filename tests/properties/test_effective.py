"""The instant recorded with an entry or exit is the instant at which the rule changed, to the microsecond."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from parcours.core.clock import EPOCH
from parcours.core.schema import BOOLEAN, Schema
from parcours.language.reference import holds
from parcours.language.tree import Aggregate, InWindow, Node, Now, walk
from parcours.language.window_kinds import Relative, Rolling
from parcours.testing.strategies import BASE, GRID, maybe, profile_scope, schemas, trees
from tests.properties.world import Past, Run, Step, World

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@st.composite
def punctual(draw: st.DrawFn, schema: Schema, rules: st.SearchStrategy[Node] | None = None) -> World:
    """Two people, one rule, and a history in which everything arrives in the tick in which it happens."""
    rule = draw(trees(BOOLEAN, replace(profile_scope(schema, ()), segments=()), 2) if rules is None else rules)
    assume(not any(_looks_ahead(part) for part in walk(rule)))
    now = BASE - 3 * GRID
    steps = [Step(now, new=(0, 1), published=(("s0", rule),))]
    for number in range(draw(st.integers(1, 4))):
        before, now = now, now + draw(st.sampled_from([1, GRID, 4 * GRID, 30 * GRID, 40 * GRID]))
        inside = st.integers(1, (now - before) // GRID or 1).map(lambda n, b=before, e=now: min(e, b + n * GRID))
        exact = st.one_of(inside, inside.map(lambda t, b=before: max(b + 1, t - 1)))
        kinds = draw(st.lists(st.sampled_from(sorted(schema.events)), max_size=4))
        events = tuple(
            (
                kind,
                {
                    **{name: draw(maybe(type_)) for name, type_ in schema.events[kind].items()},
                    "_event_id": f"{number}-{place}",
                    "_profile": draw(st.integers(0, 1)),
                    "_time": draw(exact),
                },
            )
            for place, kind in enumerate(kinds)
        )
        # an attribute that changes twice within one tick counts with its last change
        some = st.lists(st.sampled_from(sorted(schema.attributes)), max_size=2, unique=True)
        names = draw(some) if schema.attributes else []
        changes = tuple(
            (draw(st.integers(0, 1)), name, draw(maybe(schema.attributes[name])), time)
            for name, time in zip(names, sorted(draw(exact) for _ in names), strict=True)
        )
        steps.append(Step(now, changes=changes, events=events))
    return World(schema, tuple(steps))


def _looks_ahead(part: Node) -> bool:
    """Windows over events that have not happened yet: such an event acts when it is heard of, not at an edge.

    A rule that reads the clock itself acts when a tick sees it.
    """
    if isinstance(part, Now):
        return True
    window = part.window if isinstance(part, Aggregate | InWindow) else None
    ahead = isinstance(window, Rolling) and window.newest < 0
    ahead |= isinstance(window, Relative) and (window.upper is None or window.upper.n > 0)
    return isinstance(part, Aggregate) and (ahead or bool(getattr(window, "future", False)))


def _state_at(past: Past, step: Step, instant: int) -> Past:
    """What was known at an instant of a step, ``past`` being what was known before the step."""
    then = Past(set(past.people), {who: dict(known) for who, known in past.attributes.items()}, list(past.events))
    then.rules = past.rules
    then.take(
        replace(
            step,
            changes=tuple(change for change in step.changes if change[3] <= instant),
            events=tuple(event for event in step.events if event[1]["_time"] <= instant),
        )
    )
    return then


@given(schemas().flatmap(punctual))
@settings(max_examples=200, deadline=None, suppress_health_check=SLOW)
def test_a_change_is_recorded_when_it_happened(world: World) -> None:
    changes_are_recorded_when_they_happened(world)


def changes_are_recorded_when_they_happened(world: World) -> None:
    """At the recorded instant of each change the reference changes."""
    run, past = Run(world), Past()
    for step in world.steps:
        outputs = run.take(step)
        before = _state_at(past, Step(step.now), step.now)
        past.take(step)
        moves = outputs.qualifications.filter(outputs.qualifications["cause"] == "change")
        for row in moves.iter_rows(named=True):
            instant, rule = _microseconds(row["effective"]), past.rules["s0"]
            realized = row["status"] == "realized"
            at, just_before = _state_at(before, step, instant), _state_at(before, step, instant - 1)
            assert holds(rule, at.person(row["_profile"]), instant) is realized
            assert holds(rule, just_before.person(row["_profile"]), instant - 1) is not realized


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)
