"""Rules over whole events, written in the text languages, stay true tick by tick."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcours.core.schema import DATE_ONLY, DATE_TIME, DECIMAL, INTEGER, STRING, Schema, list_of, object_of
from parcours.engines.state import State
from parcours.kernel.narrow import reads_events
from parcours.language import pql
from parcours.language.explain import explain, next_change
from parcours.language.journey.read import read as read_journey
from parcours.language.journey.scope import JourneyScope
from parcours.language.lower import lower
from parcours.language.pql import PqlScope
from parcours.language.reference import holds
from parcours.language.tree import Node, replace_members
from tests.properties.test_effective import changes_are_recorded_when_they_happened, punctual
from tests.properties.world import Past, Run, Step, World, worlds

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
MANY = settings(max_examples=60, deadline=None, suppress_health_check=SLOW)

ITEM = object_of({"product": STRING, "quantity": INTEGER})
SCHEMA = Schema(
    {
        "city": STRING,
        "age": INTEGER,
        "birthday": DATE_ONLY,
        "cards": list_of(object_of({"kind": STRING, "until": DATE_TIME})),
    },
    {
        "purchase": {"total": DECIMAL, "store": STRING, "items": list_of(ITEM)},
        "view": {"page": STRING, "store": STRING},
    },
)

QUERIES = [
    "xEvent.count() >= 2",
    "xEvent[timestamp occurs < 12 hours before now].count() >= 1",
    "xEvent[timestamp occurs today].groupBy(store).keys().count() > 1",
    'xEvent[eventType = "view" and store = ^city].count() > 0',
    "xEvent[timestamp occurs <= 18 hours before now and timestamp occurs > 6 hours before now].count() > 0",
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "purchase")])',
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view"), B: WHAT(eventType = "purchase") WHEN(<= 6 hours after A)])',
    'chain(xEvent, timestamp, [A: WHAT(eventType = "view") WHEN(< 24 hours before now), '
    'B: WHAT(eventType = "purchase") WHEN(< 24 hours before now) COUNT(2)])',
    'not(chain(xEvent, timestamp, [A: WHAT(eventType = "purchase"), B: WHAT(eventType = "view") '
    'WHERE(A.store = "a")]))',
    'chain(xEvent[timestamp occurs < 12 hours before now], timestamp, [A: WHAT(eventType = "view"), '
    'B: WHAT(eventType = "purchase") WHERE(A.store = B.store) WHEN(<= 8 hours after A) COUNT(2)])',
    'xEvent[eventType in ["view", "purchase"] and timestamp occurs this week].count() = 1',
    'xEvent.topN(total, 1).head().store = "a"',
    'forall E from xEvent where E.timestamp occurs < 12 hours before now or E.eventType = "view"',
    "xEvent[timestamp occurs before today].count() > xEvent[timestamp occurs today].count()",
    "birthday occurs this month or xEvent.items.quantity.sum() > 2",
    'cards.exists(kind = "a" and until occurs < 12 hours before now)',
    "cards[until occurs <= 6 hours after now].count() = 1 or age > 2",
    "xEvent[timestamp.getDayOfMonth() = currentDayOfMonth()].count() > 0",
]
EXPRESSIONS = [
    '#{Parcours.Events.view.first().store} == "a"',
    "inLastHours(#{Parcours.Events.purchase.first().timestamp}, 12)",
    "not inLastDays(#{Parcours.Events.view.last().timestamp}, 1)",
    "listSize(distinct(#{Parcours.Events.purchase.all(inLastHours(currentDataPackField.timestamp, 18)).store})) > 1",
    "#{Parcours.Events.purchase.at(1).total} > 1.0",
]


def _rules() -> list[Node]:
    asked = PqlScope.of_schema(SCHEMA, [])
    written = JourneyScope(profile=SCHEMA, segments=[], strict=True)
    read = [pql.read(text, asked, usage="rule") for text in QUERIES]
    read += [read_journey(text, written, usage="condition") for text in EXPRESSIONS]
    return [lower(rule, SCHEMA) for rule in read]


RULES = _rules()
a_rule = st.integers(0, len(RULES) - 1).map(lambda number: RULES[number])
a_world = worlds(SCHEMA, rule=a_rule)


def test_most_of_these_rules_read_whole_events() -> None:
    assert sum(map(reads_events, RULES)) >= len(RULES) - 3


@given(a_world)
@MANY
def test_after_every_tick_members_are_those_of_the_reference(world: World) -> None:
    run, past = Run(world), Past()
    for step in world.steps:
        run.take(step)
        past.take(step)
        assert run.members() == past.members(step.now)


@given(a_world, st.integers(0, 5))
@settings(MANY, max_examples=20)
def test_a_snapshot_keeps_whole_events(world: World, place: int) -> None:
    straight, resumed = Run(world), Run(world)
    for number, step in enumerate(world.steps):
        straight.take(step)
        resumed.take(step)
        if number == place:
            resumed.state = State.load(resumed.state.dump())
    assert resumed.qualifications() == straight.qualifications()


@given(punctual(SCHEMA, a_rule))
@MANY
def test_a_change_is_recorded_when_it_happened(world: World) -> None:
    changes_are_recorded_when_they_happened(world)


@given(a_world | worlds(SCHEMA))
@settings(MANY, max_examples=30)
def test_what_is_explained_is_what_is_kept(world: World) -> None:
    """Each person is told what the kernel holds; nothing changes by time alone before the instant that is named."""
    run, past = Run(world), Past()
    for step, following in zip(world.steps, [*world.steps[1:], None], strict=True):
        run.take(step)
        past.take(step)
        members = run.members()
        quiet = following is not None and following == step_of_time(following)
        for name, rule in past.rules.items():
            written_out = replace_members(rule, past.rules)
            for who in past.people:
                person = past.person(who)
                assert bool(explain(written_out, person, step.now).held) is (who in members[name])
                if quiet and following is not None:
                    turn = next_change(written_out, person, step.now, following.now)
                    same = holds(written_out, person, following.now) is (who in members[name])
                    assert same or (turn is not None and turn <= following.now)


def step_of_time(step: Step) -> Step:
    """A step in which nothing happens but that time passes."""
    return Step(step.now)
