"""The set-wise runtime against the obvious one, and what must not make a difference to it."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from parcours.core.clock import instant
from parcours.flow.journeys.state import JourneysState
from tests.flow.journeys.interpreter import Person
from tests.flow.journeys.worlds import (
    STEP,
    Change,
    Event,
    World,
    histories,
    in_order,
    journeys,
    mail_rows,
    read,
    size,
    step_rows,
)

PEOPLE = ["P0", "P1", "P2"]
END = 30 * STEP
ticks = st.lists(st.integers(1, 29), min_size=2, max_size=10, unique=True).map(
    lambda cuts: [cut * STEP for cut in sorted(cuts)] + [END]
)


def arriving(inputs: list[Any], prev: int, now: int) -> list[Any]:
    return [entry for entry in inputs if prev < entry.arrives <= now or (prev == 0 and entry.arrives <= 0)]


@given(journeys(), journeys(), histories(late=True), ticks, st.integers(0, 6), st.booleans())
@settings(max_examples=300, deadline=None)
def test_runtime_equals_the_one_person_interpreter(
    first: dict[str, Any],
    second: dict[str, Any],
    history: tuple[list[Change], list[Event]],
    moments: list[int],
    switch: int,
    reload: bool,
) -> None:
    changes, events = history
    world, people = World(PEOPLE), [Person(id_) for id_ in PEOPLE]
    version, body = 1, first
    world.state.publish(read(first, 1))
    prev = entered = ended = 0
    for index, now in enumerate(moments):
        if index == switch:
            version, body = 2, second
            world.state.publish(read(second, 2))
        came, happened = arriving(changes, prev, now), arriving(events, prev, now)
        outputs = world.tick(now, came, happened)
        for person in people:
            live_through(person, now, version, body, came, happened)
        assert step_rows(outputs) == in_order(step for person in people for step in person.steps)
        expected = [mail for person in people for mail in person.mails]
        assert mails(outputs) == sorted(expected, key=lambda mail: (mail[3], mail[0].split("/")[2]))
        entered += outputs.steps["kind"].to_list().count("entry")
        ended += outputs.steps["kind"].to_list().count("end")
        assert world.state.totals().rows() == [("j", "open", entered, entered - ended, ended)]
        if reload:
            world.state = JourneysState.load(world.state.dump())
        prev = now


def live_through(
    person: Person, now: int, version: int, body: dict[str, Any], changes: list[Change], events: list[Event]
) -> None:
    mine = [
        {"time": event.time, "type": event.type, "total": event.total, "id": event.id}
        for event in events
        if event.profile == person.id
    ]
    turns = [(change.time, change.direction) for change in changes if change.profile == person.id]
    person.tick(now, version, body, turns, mine, lambda rule: size(person.id, now) >= rule["at_least"])


def mails(outputs: Any) -> list[tuple[Any, ...]]:
    rows = []
    for row in outputs.deliveries.to_dicts():
        content = json.loads(row["content"])
        assert content["profile"]["email"] == row["run"].rpartition("/")[2] + "@example.org"
        rows.append((row["key"], row["version"], row["activity"], instant(row["decided"]), content.get("event")))
    return rows


@given(journeys(conditions=False), histories(late=False), ticks, ticks)
@settings(max_examples=150, deadline=None)
def test_any_batching_gives_the_same_steps_where_no_condition_is_involved(
    body: dict[str, Any], history: tuple[list[Change], list[Event]], one: list[int], other: list[int]
) -> None:
    assert replay(body, history, one) == replay(body, history, other)


def replay(
    body: dict[str, Any], history: tuple[list[Change], list[Event]], moments: list[int], people: list[str] | None = None
) -> tuple[list[Any], list[Any]]:
    world, prev = World(people or PEOPLE), 0
    world.state.publish(read(body))
    steps, messages = [], []
    for now in moments:
        outputs = world.tick(now, arriving(history[0], prev, now), arriving(history[1], prev, now))
        steps += step_rows(outputs)
        messages += mail_rows(outputs)
        prev = now
    return in_order(steps), sorted(messages)


@given(journeys(), histories(late=True, profiles=3), ticks, st.permutations(PEOPLE), st.integers(0, 3))
@settings(max_examples=100, deadline=None)
def test_any_partition_of_the_profiles_gives_the_same_steps(
    body: dict[str, Any], history: tuple[list[Change], list[Event]], moments: list[int], order: list[str], cut: int
) -> None:
    parts = [replay(body, history, moments, part) for part in (order[:cut], order[cut:]) if part]
    steps = in_order(step for part, _ in parts for step in part)
    assert (steps, sorted(mail for _, part in parts for mail in part)) == replay(body, history, moments)
