"""A forecast says what happens when nothing else happens: against the reference, and against a copy that waits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
import pytest

import parcours
from parcours.core.errors import InputError, UnknownNameError, WorkspaceError
from parcours.language.reference import holds
from parcours.service.definitions import rules_of_segments
from parcours.service.explaining import person_of
from parcours.service.forecasting import ends_of_days
from parcours.service.workspace import Workspace
from tests.service import shop

MORE = {
    "waning": {"event": "purchase", "sum": "total", "in_last": "10 days", "at_least": 40},
    "average": {"event": "purchase", "average": "total", "in_last": "12 days", "more_than": 25},
    "latest": {"event": "purchase", "last": "total", "in_last": "15 days", "at_least": 30},
    "between": {"event": "purchase", "between_ages": ["5 days", "9 days"], "at_least": 1},
    "birthday": {"attribute": "trial_ends", "anniversary": {"in_next": "20 days"}},
    "ended": {"attribute": "trial_ends", "more_than_ago": "3 days"},
    "was-big": {"segment_status": "big", "is": "exited"},
    "mixed": {"any": [{"segment": "lapsing"}, {"all": [{"segment": "trial-ending"}, {"not": {"segment": "big"}}]}]},
    "kind": {"event": "purchase", "where": {"field": "total", "at_least": 30}, "last": "month", "at_least": 1},
    "brands": {"event": "purchase", "over": "items", "distinct": "brand", "in_last": "6 days", "at_least": 2},
}
DAYS = 25


@pytest.fixture(scope="module")
def told(replayed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shop with more segments, in the middle of its half-year."""
    folder = tmp_path_factory.mktemp("forecast")
    with parcours.init(folder / "shop") as workspace:
        shop.fill(workspace, folder / "definitions")
        for name, rule in MORE.items():
            workspace.segments.save(name, {"rule": rule}, publish=True)
        workspace.replay("2024-01-01", "2024-06-30", "12 hours")
    return folder / "shop"


@pytest.fixture
def later(told: Path, tmp_path: Path) -> Iterator[Workspace]:
    """A copy that may be moved."""
    with parcours.open(shop.copied(told, tmp_path)) as opened:
        yield opened


SEGMENTS = [*shop.SEGMENTS, *MORE]


@pytest.mark.parametrize("segment", SEGMENTS)
def test_it_is_what_the_reference_says(told_open: Workspace, segment: str) -> None:
    log, rules = told_open._parts.log, rules_of_segments(told_open._parts.catalogue)
    found = told_open.segments.forecast(segment, DAYS)
    last = log.last_tick()
    assert last is not None
    people = told_open.sql("SELECT _profile, _profile_id FROM profiles ORDER BY _profile").rows()
    persons = [person_of(log, number, name, rules) for number, name in people]
    instants = [last[1], *(end for _, end in ends_of_days(last[1], "UTC", DAYS))]
    inside = np.array([[holds(rules[segment], person, at) for person in persons] for at in instants])
    assert inside[0].sum() == told_open.segments.count(segment)
    different = inside[1:] != inside[0]
    first = np.where(different.any(axis=0), different.argmax(axis=0), -1)
    entering = [int(((first == day) & ~inside[0]).sum()) for day in range(DAYS)]
    leaving = [int(((first == day) & inside[0]).sum()) for day in range(DAYS)]
    assert found["entering"].to_list() == entering
    assert found["leaving"].to_list() == leaving
    assert found["members"].to_list() == inside[1:].sum(axis=1).tolist()


@pytest.fixture(scope="module")
def told_open(told: Path) -> Iterator[Workspace]:
    """The same, open; only asked."""
    with parcours.open(told) as opened:
        yield opened


def test_it_is_what_happens_to_a_copy_that_waits(later: Workspace) -> None:
    told = {name: later.segments.forecast(name, DAYS)["members"].to_list() for name in SEGMENTS}
    last = later._parts.log.last_tick()
    assert last is not None
    happened: dict[str, list[int]] = {name: [] for name in SEGMENTS}
    before = last[1]
    for _, end in ends_of_days(last[1], "UTC", DAYS):
        later.replay(before, end, end - before)
        before = end
        for name in SEGMENTS:
            happened[name].append(later.segments.count(name))
    assert told == happened
    assert sum(len(set(members)) > 1 for members in told.values()) > 10  # most of them move


def test_the_state_is_left_as_it_was(later: Workspace) -> None:
    first = later.segments.forecast("big", 20)
    for name in SEGMENTS:
        later.segments.forecast(name, 200)
    assert later.segments.forecast("big", 20).equals(first)
    assert later.segments.members("big")["_profile_id"].to_list()
    later.replay("2024-06-30", "2024-07-05", "1 day")
    happened = later.segments.history("big").tail(6)  # of the last day there is no more than its beginning
    assert happened.select("day", "members").head(5).equals(first.select("day", "members").head(5))


def test_days_are_those_of_the_zone(told: Path, tmp_path: Path) -> None:
    folder = shop.copied(told, tmp_path)
    (folder / "parcours.toml").write_text('zone = "America/New_York"\n')
    with parcours.open(folder) as workspace:
        found = workspace.segments.forecast("big", 3)
    assert [str(day) for day in found["day"]] == ["2024-06-29", "2024-06-30", "2024-07-01"]


def test_a_batch_segment_moves_when_it_is_evaluated(later: Workspace) -> None:
    rule = {"event": "purchase", "in_last": "10 days", "at_least": 1}
    later.segments.save(
        "weekly", {"rule": rule, "evaluation": {"method": "batch", "schedule": "0 4 * * 1"}}, publish=True
    )
    later.replay("2024-06-30", "2024-06-30T01:00:00Z", "1 hour")
    found = later.segments.forecast("weekly", 22)
    moved = found.filter((pl.col("entering") > 0) | (pl.col("leaving") > 0))
    assert {day.weekday() for day in moved["day"]} == {0}
    assert found["members"][-1] == 0


def test_what_cannot_be_foretold(workspace: Workspace, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError):
        workspace.segments.forecast("bigg")
    for days in (0, 367):
        with pytest.raises(InputError):
            workspace.segments.forecast("big", days)
    workspace.segments.save("later", {"rule": {"attribute": "age", "at_least": 3}})
    with pytest.raises(UnknownNameError, match="no published segment"):
        workspace.segments.forecast("later")
    with parcours.init(tmp_path / "new") as empty, pytest.raises((WorkspaceError, UnknownNameError)):
        empty.segments.forecast("big")
