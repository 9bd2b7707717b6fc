"""Where the views say that people stand is where the runtime has them, after every tick of recorded scenarios."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from parcours.core.facts import INSTANT, Batch, Outputs, TickRecord
from parcours.core.schema import Schema
from parcours.engines.state import State
from parcours.flow.journeys.telling import due_of
from parcours.service.reporting.runs import run_totals
from parcours.store.log import Log
from tests.conformance.scenarios.playing import Stage

HERE = Path(__file__).parents[2] / "conformance"
#: Journey and run, and there per branch the activities of a race, or one activity.
Standing = dict[tuple[str, str], list[set[str]]]


def cases() -> list[dict[str, Any]]:
    found = [json.loads(line) for line in (HERE / "own/journeys.jsonl").read_text().splitlines()[::8]]
    found += [json.loads(line) for line in (HERE / "cases/journeys.jsonl").read_text().splitlines()[::12]]
    return [case for case in found if len(case["profiles"]) < 50 and "generate" not in json.dumps(case["profiles"])]


def standing(state: State, ids: list[str]) -> Standing:
    found: Standing = {}
    for journey in state.journeys.journeys.values():
        runs = journey.runs
        for slot in runs.inside().tolist():
            run = f"{journey.id}/{runs.number[slot]}/{ids[runs.profile[slot]]}"
            places = journey.versions[runs.version[slot]].plan.places
            found.setdefault((journey.id, run), []).append({stop.name for stop in places[runs.place[slot]]})
    return found


def recorded(case: Mapping[str, Any]) -> tuple[list[str], list[tuple[int, pl.DataFrame, Standing]], State]:
    """The ids of the people, and per tick its steps and where everybody stood afterwards."""
    stage = Stage(case)
    ids = [person.id for person in stage.people]
    ticks: list[tuple[int, pl.DataFrame, Standing]] = []
    watched = stage.runner._record
    assert watched is not None

    def record(at: int, outputs: Outputs) -> None:
        ticks.append((at, outputs.steps, standing(stage.runner.state, ids)))
        watched(at, outputs)

    stage.runner._record = record
    stage.play()
    return ids, ticks, stage.runner.state


@pytest.mark.parametrize("case", cases(), ids=lambda case: case["id"])
def test_the_views_agree_with_the_runtime(case: Mapping[str, Any], tmp_path: Path) -> None:
    ids, ticks, state = recorded(case)
    with Log.open(tmp_path / "history.duckdb") as log:
        people = pl.DataFrame({"_profile": np.arange(len(ids), dtype=np.int32), "_profile_id": ids})
        people = people.with_columns(pl.lit(0).cast(INSTANT).alias("_time"))
        log.commit([TickRecord(1, ticks[0][0], Batch(new_profiles=people), Outputs())], Schema())
        for number, (at, steps, stood) in enumerate(ticks, 2):
            log.commit([TickRecord(number, at, Batch(), Outputs(steps=steps))], Schema())
            if steps.height:
                _check(log, stood)
    for number, id_ in enumerate(ids):
        waiting = {run: places for (_, run), places in ticks[-1][2].items() if run.endswith(f"/{id_}")}
        for run, activity in due_of(state.journeys, number, id_):
            assert any(activity in members for members in waiting[run])


def _check(log: Log, stood: Standing) -> None:
    found: dict[tuple[str, str], set[str]] = {}
    for journey, run, activity in log.query(
        'SELECT journey, run, activity FROM journey_visits WHERE "left" IS NULL'
    ).rows():
        found.setdefault((journey, run), set()).add(activity)
    assert found.keys() == stood.keys()
    for key, places in stood.items():
        assert found[key] <= set().union(*places)
        assert all(members & found[key] for members in places)
    inside = log.query("SELECT journey, run FROM journey_runs WHERE status = 'inside'").rows()
    assert set(inside) == stood.keys()
    for row in run_totals(log).iter_rows(named=True):
        ends = ("in_progress", "finished", "error", "timed_out", "exited", "instance_timed_out", "stopped")
        assert row["entered"] == sum(row[end] for end in ends)
