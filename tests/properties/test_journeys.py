"""The set-wise runtime of journeys against a plain interpreter, and what must not make a difference to it."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.flow.journeys.interpreter import Interpreter
from tests.flow.journeys.stage import SEGMENTS, Stage
from tests.properties.journey_worlds import LAST, STEP, T0, Row, World, by_run, forks, in_batches, one_by_one, rows_of, worlds

cuts = st.lists(st.integers(1, LAST), max_size=8, unique=True).map(lambda slots: [T0 + slot * STEP for slot in slots])
unhurried = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.large_base_example, HealthCheck.data_too_large]


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
        pass
        self._ticks += 1
        if self._reload_at >= 0 and self._ticks % (self._reload_at + 1) == 0:
            self.stage.reload()
        return deliveries


def standing(stage: Stage) -> dict[str, tuple[str, list[str]]]:
    """By run: how it is, and where it stands; of keys that began another run the newest."""
    ids = {number: id_ for id_, number in stage.numbers.items()}
    found: dict[str, tuple[str, list[str]]] = {}
    for name in stage.state.journeys.journeys:
        for row in stage.state.journeys.where(name).iter_rows(named=True):
            key = f"{name}/{row['number']}/{ids[row['_profile']]}"
            status, names = found.get(key, ("", []))
            found[key] = (status or row["status"], sorted([*names, *row["activities"]]))
    return found


@given(worlds(), st.integers(-1, 3))
@settings(max_examples=60, deadline=None, suppress_health_check=unhurried)
def test_one_by_one_the_runtime_equals_the_interpreter(world: World, reload_at: int) -> None:
    both = Both(world, reload_at)
    one_by_one(world, both.stage, both.play)


@given(worlds(), cuts, st.integers(-1, 3))
@settings(max_examples=60, deadline=None, suppress_health_check=unhurried)
def test_in_batches_the_runtime_equals_the_interpreter(world: World, moments: list[int], reload_at: int) -> None:
    in_batches(world, moments, Both(world, reload_at).play)
