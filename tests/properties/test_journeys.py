"""The set-wise runtime of journeys against a plain interpreter, and what must not make a difference to it."""

from __future__ import annotations

from typing import Any

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parcours.core.clock import MINUTE, duration, instant
from tests.flow.journeys.interpreter import Interpreter
from tests.flow.journeys.playing import T0, World, by_run, forks, in_batches, one_by_one, rows_of
from tests.flow.journeys.stage import SEGMENTS, Row, Stage
from tests.properties.journey_worlds import KINDS, LAST, LATE, PEOPLE, STEP, worlds

cuts = st.lists(st.integers(1, LAST), max_size=8, unique=True).map(lambda slots: [T0 + slot * STEP for slot in slots])
unhurried = [
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.large_base_example,
    HealthCheck.data_too_large,
]


class Both:
    """The runtime and the interpreter, told the same ticks, compared after each."""

    def __init__(self, world: World, reload_at: int = -1) -> None:
        self.stage, self.plain = Stage(), Interpreter(SEGMENTS)
        self.forked = forks(world)
        self._reload_at, self._ticks = reload_at, 0

    def play(self, shape: dict[str, Any]) -> list[Row]:
        steps, deliveries = rows_of(self.stage.tick(shape))
        expected, calls = self.plain.tick(shape)
        found = by_run(steps, forked=self.forked)
        assert found == by_run(expected, forked=self.forked)
        assert sorted(deliveries, key=str) == sorted(calls, key=str)
        plain = self.plain.standing()
        for run, where in standing(self.stage).items():
            assert (run, plain[run]) == (run, where)
        self._ticks += 1
        if self._reload_at >= 0 and self._ticks % (self._reload_at + 1) == 0:
            self.stage.reload()
        return deliveries


def standing(stage: Stage) -> dict[str, tuple[str, list[str]]]:
    """By run: how it is, and where it stands; of keys that began another run the newest."""
    ids = {number: id_ for id_, number in stage.numbers.items()}
    found: dict[str, tuple[str, list[str]]] = {}
    for name in stage.state.journeys.journeys:
        for row in stage.state.journeys.where(name).filter(pl.col("entered") > 0).iter_rows(named=True):
            key = f"{name}/{row['number']}/{ids[row['_profile']]}"
            status, names = found.get(key, ("", []))
            found[key] = (status or row["status"], sorted([*names, *row["activities"]]))
    return found


@given(worlds(), st.integers(-1, 3))
@settings(max_examples=25, deadline=None, database=None, suppress_health_check=unhurried)
def test_one_by_one_the_runtime_equals_the_interpreter(world: World, reload_at: int) -> None:
    both = Both(world, reload_at)
    one_by_one(world, both.stage, both.play)


@given(worlds(), cuts, st.integers(-1, 3))
@settings(max_examples=25, deadline=None, database=None, suppress_health_check=unhurried)
def test_in_batches_the_runtime_equals_the_interpreter(world: World, moments: list[int], reload_at: int) -> None:
    in_batches(world, moments, Both(world, reload_at).play)


# --- what must not make a difference ---------------------------------------------------------------------------

PROMPT = tuple(kind for kind in KINDS if kind not in LATE)


def all_rows(world: World, moments: list[int] | None) -> tuple[dict[Any, list[Row]], list[str]]:
    """Everything that happens, by run, with the messages."""
    stage, steps, messages = Stage(), list[Row](), list[str]()

    def play(shape: dict[str, Any]) -> list[Row]:
        fresh, deliveries = rows_of(stage.tick(shape))
        steps.extend(fresh)
        messages.extend(map(str, deliveries))
        return []

    if moments is None:
        one_by_one(world, stage, play)
    else:
        in_batches(world, moments, play)
    return by_run([row for row in steps if row[6] <= world.until], forked=forks(world)), sorted(messages)


@given(worlds(PROMPT, late=False), cuts)
@settings(max_examples=20, deadline=None, database=None, suppress_health_check=unhurried)
def test_any_batching_gives_the_same_steps_where_values_do_not_change_within_a_tick(
    world: World, moments: list[int]
) -> None:
    changed = steady(world)
    assert all_rows(world, sorted({*moments, *changed})) == all_rows(world, None)


def steady(world: World) -> list[int]:
    """Let values change at instants of their own; the ticks that end before and at each of them."""
    found = []
    for number, (at, share) in enumerate(world.inputs):
        if "set" in share:
            later = at + 7 * MINUTE
            world.inputs[number] = later, {"set": [[id_, later, values] for id_, _, values in share["set"]]}
            found += [later - 1, later]
    world.inputs.sort(key=lambda entry: entry[0])
    return found


@given(worlds(), cuts, st.permutations(PEOPLE), st.integers(0, 3))
@settings(max_examples=20, deadline=None, database=None, suppress_health_check=unhurried)
def test_any_partition_of_the_people_gives_the_same_steps(
    world: World, moments: list[int], order: list[str], cut: int
) -> None:
    whole, parts = Stage(), [Part(people) for people in (order[:cut], order[cut:])]

    def play(shape: dict[str, Any]) -> list[Row]:
        steps, deliveries = rows_of(whole.tick(shape))
        found = [part.play(shape) for part in parts]
        expected = [row for rows, _ in found for row in rows]
        assert by_run(steps, forked=forks(world)) == by_run(expected, forked=forks(world))
        assert sorted(map(str, deliveries)) == sorted(str(row) for _, rows in found for row in rows)
        return deliveries

    in_batches(world, moments, play)


class Part:
    """A stage that knows some of the people only."""

    def __init__(self, people: list[str]) -> None:
        self._people = set(people)
        self._stage = Stage()

    def play(self, shape: dict[str, Any]) -> tuple[list[Row], list[Row]]:
        mine = {**shape, "new": [row for row in shape.get("new", ()) if row[0] in self._people]}
        return rows_of(self._stage.tick(mine))


# --- what always holds -----------------------------------------------------------------------------------------


@given(worlds(), cuts)
@settings(max_examples=20, deadline=None, database=None, suppress_health_check=unhurried)
def test_nobody_is_lost_and_nobody_is_at_two_places_unless_forked(world: World, moments: list[int]) -> None:
    stage, steps, sent = Stage(), list[Row](), list[str]()

    def play(shape: dict[str, Any]) -> list[Row]:
        fresh, deliveries = rows_of(stage.tick(shape))
        steps.extend(fresh)
        sent.extend(row[0] for row in deliveries)
        nobody_is_lost(stage, steps)
        if not forks(world):
            nobody_is_at_two_places(stage)
        return deliveries

    in_batches(world, moments, play)
    assert len(sent) == len(set(sent))


def nobody_is_lost(stage: Stage, steps: list[Row]) -> None:
    """Entered = in progress + every kind of end; each run ends once; the counters say the same."""
    began = [(row[0], row[2]) for row in steps if row[4:6] == ("entry", "entered") and row[3] != "read"]
    ended = [(row[0], row[2]) for row in steps if row[4] == "end"]
    assert len(ended) == len(set(ended))
    assert set(ended) <= set(began)
    for journey, _, _, inside, _ in stage.state.journeys.totals().iter_rows():
        entered, over = ({run for name, run in rows if name == journey} for rows in (began, ended))
        assert len(entered) == inside + len(over)
        standing_ = stage.state.journeys.where(journey).filter(pl.col("activities").list.len() > 0)
        assert standing_.filter(pl.col("main")).height <= inside


def nobody_is_at_two_places(stage: Stage) -> None:
    for name in stage.state.journeys.journeys:
        rows = stage.state.journeys.where(name).filter(pl.col("activities").list.len() > 0)
        assert not rows.select("_profile", "number").is_duplicated().any()


@given(worlds(late=False, controls=False), cuts)
@settings(max_examples=20, deadline=None, database=None, suppress_health_check=unhurried)
def test_everybody_who_may_enter_does_or_is_told_why_not(world: World, moments: list[int]) -> None:
    body = world.bodies[0]
    if "event" not in body["entry"] or "exit_when" in body or body.get("on_entry_inside") == "queue":
        return
    stage, told = Stage(), set[str]()

    def play(shape: dict[str, Any]) -> list[Row]:
        steps, deliveries = rows_of(stage.tick(shape))
        told.update(row[7] for row in steps if row[0] == "j" and row[7] is not None)
        return deliveries

    in_batches(world, moments, play)
    events = [event for _, share in world.inputs for event in share.get("events", ())]
    over = world.until  # a journey that is finished does not look at events any more
    if "ends" in body and body.get("stay") is not None:
        over = instant(body["ends"]) + duration(body["stay"])
    assert {event[3] for event in events if event[0] == "visit" and event[2] < over} <= told
