"""Scenarios played otherwise: what happened must not depend on how time is cut into ticks, or on restarts."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from parcours.core.facts import Batch, EventBatch
from parcours.engines.state import State
from tests.conformance.files import load
from tests.conformance.scenarios.judging import differences
from tests.conformance.scenarios.names import nodes_of
from tests.conformance.scenarios.playing import Stage

HERE = Path(__file__).parent
CASES = [case for folder in ("cases", "own") for case in load(HERE / folder / "journeys.jsonl")]


class Restarted(Stage):
    """After every input everything is read back from a snapshot."""

    def take(self, batch, at):
        super().take(batch, at)
        self.runner.state = State.load(self.runner.state.dump())


class Coarse(Stage):
    """Inputs are collected and come together in one tick, as late as possible."""

    def __init__(self, case):
        super().__init__(case)
        self.waiting = []

    def take(self, batch, at):
        if batch.definitions or batch.outcomes.height or batch.new_profiles.height or not batch:
            self.reach(at)
            super().take(batch, at)
        else:
            self.waiting.append(batch)

    def reach(self, at):
        if self.waiting:
            self.runner.leap(together(self.waiting), at, more=True)
            self.waiting = []
        super().reach(at)

    def advance(self, until):
        if until == self.end:
            self.reach(until)
            super().advance(until)


def together(batches):
    rows = {}
    for batch in batches:
        for events in batch.events:
            rows.setdefault(events.type, []).append(events.rows)
    return replace(Batch(), events=tuple(EventBatch(type_, pl.concat(parts)) for type_, parts in rows.items()))


def needs_nothing_in_between(case):
    """Whether only events come in, and nothing is asked outside: values and answers are those of the end of a tick."""
    nodes = list(nodes_of(case.content))
    asks = any(
        node["type"] in ("custom_action", "channel_action", "reaction")
        or node.get("params", {}).get("kind") == "profile_cap"
        or "data_source" in node.get("params", {})
        for node in nodes
    )
    kept = {"event", "control", "tick"}
    return not asks and all(kept & entry.keys() for entry in case["timeline"])


@pytest.mark.parametrize("case", CASES[::6], ids=lambda case: case.id)
def test_a_restart_after_every_input_changes_nothing(case):
    assert [*differences(Restarted(case.content).play(), case.content)] == []


@pytest.mark.parametrize("case", [*filter(needs_nothing_in_between, CASES)][::4], ids=lambda case: case.id)
def test_long_ticks_give_the_same_as_short_ones(case):
    assert [*differences(Coarse(case.content).play(), case.content)] == []
