"""Reads by rate and in waves rank people: partitions that tell each other their shares give the same steps."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from parcours.core.clock import iso
from tests.flow.journeys.playing import T0, Shape, World, by_run, in_batches, rows_of
from tests.flow.journeys.stage import Row, Stage
from tests.properties.journey_worlds import STEP
from tests.properties.test_journeys import cuts, unhurried

WHO = tuple(f"P{number}" for number in range(9))


class Together:
    """The census of partitions that run beside each other: each waits for the shares of all."""

    def __init__(self, parts: int) -> None:
        self._barrier = Barrier(parts)
        self._told: list[dict[str, NDArray[np.float64]]] = [{} for _ in range(parts)]

    def of(self, part: int) -> Any:
        def census(what: str, shares: NDArray[np.float64]) -> tuple[NDArray[np.intp], int]:
            self._told[part][what] = shares
            self._barrier.wait(20)
            everybody = np.sort(np.concatenate([told[what] for told in self._told]))
            self._barrier.wait(20)
            return np.searchsorted(everybody, shares), len(everybody)

        return census


class Parts:
    """One stage for each group of people; a tick is over when all have made it."""

    def __init__(self, groups: Iterable[list[str]]) -> None:
        self._groups = [*groups]
        together = Together(len(self._groups))
        self._stages = [Stage(together.of(part)) for part in range(len(self._groups))]

    def tick(self, shape: Shape, pool: ThreadPoolExecutor) -> tuple[list[Row], list[Row]]:
        shares = [{**shape, "new": [row for row in shape.get("new", ()) if row[0] in mine]} for mine in self._groups]
        found = [pool.submit(stage.tick, share) for stage, share in zip(self._stages, shares, strict=True)]
        rows = [rows_of(future.result()) for future in found]
        return [row for steps, _ in rows for row in steps], [row for _, calls in rows for row in calls]


@st.composite
def reads(draw: st.DrawFn) -> World:
    """Journeys that read a segment by rate, in waves or both, by a schedule and behind a business event."""
    waves: Shape = draw(
        st.sampled_from([{"count": 3}, {"sizes": [1, 4]}, {"sizes": ["20 %", "50 %", "30 %"]}, {"sizes": [2, 20]}])
    )
    first = T0 + draw(st.integers(1, 4)) * STEP
    if draw(st.booleans()):
        number = waves.get("count") or len(waves["sizes"])
        waves = {**waves, "starts": [iso(first + draw(st.integers(0, 1)) * STEP * turn) for turn in range(number)]}
        waves["starts"].sort()
    pace = st.sampled_from([{}, {"rate": 1 / 600}, {"rate": 1 / 2400}, {"spread": "1 hour"}])
    read: Shape = {"read": "gold", "schedule": {"at": iso(first), "waves": waves}, **draw(pace)}
    told: Shape = {"business_event": "stock", "read": "gold", "rate": 1 / 600}
    rest = {"start": "a", "activities": {"a": {"type": "wait", "for": "1 hour", "then": "b"}, "b": {"type": "end"}}}
    people = {id_: {"size": 0, "silver": False, "gold": draw(st.integers(0, 3)) > 0} for id_ in WHO}
    at = T0 + draw(st.integers(0, 6)) * STEP
    change = [draw(st.sampled_from(WHO)), at, {"gold": draw(st.booleans())}]
    inputs = [(at, {"set": [change]}), (at, {"events": [["stock", None, at, "b", {"total": 1, "order": "x"}]]})]
    return World(people, [{"journey": "j", "entry": read, **rest}, {"journey": "k", "entry": told, **rest}], inputs)


@given(reads(), cuts, st.permutations(WHO), st.integers(0, 9), st.integers(0, 9))
@settings(max_examples=30, deadline=None, database=None, suppress_health_check=unhurried)
def test_any_partition_reads_the_same_people_at_the_same_instants(
    world: World, moments: list[int], order: list[str], one: int, two: int
) -> None:
    first, second = sorted((one, two))
    whole, parts = Stage(), Parts((order[:first], order[first:second], order[second:]))
    entered = 0
    with ThreadPoolExecutor(3) as pool:

        def play(shape: Shape) -> list[Row]:
            nonlocal entered
            steps, deliveries = rows_of(whole.tick(shape))
            found, _ = parts.tick(shape, pool)
            assert by_run(steps) == by_run(found)
            entered += sum(row[5] == "entered" for row in steps)
            return deliveries

        in_batches(world, moments, play)
    assert entered >= sum(person["gold"] for person in world.people.values()) - 1
