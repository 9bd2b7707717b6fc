"""The product's members are those of the independent SQL: every segment, twelve moments, profile by profile.

The whole path: data set through the import into the inbox, definitions from their files, the year replayed in
event time, members asked for as of each moment.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

import parcours
from parcours.core.clock import HOUR
from tests.examples.conftest import EXAMPLES
from tests.examples.test_segments import MOMENTS, QUERIES

SPANS = {
    "complete-journey": ("2017-01-01T00:00:00Z", "2018-01-01T06:00:00Z"),
    "cdnow": ("1997-01-01T00:00:00Z", "1998-07-01T00:00:00Z"),
}


@pytest.fixture(scope="module")
def replayed(tmp_path_factory, request):
    """A workspace in which a data set was replayed with its segments; made once for each data set."""
    made: dict[str, parcours.Workspace] = {}

    def make(folder: str) -> parcours.Workspace:
        if folder not in made:
            data = request.getfixturevalue(folder.replace("-", "_"))
            workspace = parcours.init(tmp_path_factory.mktemp(folder) / "workspace")
            workspace.import_profiles(data.profiles, mapping=data.profile_mapping)
            for kind, frame in data.events.items():
                workspace.import_events(frame, mapping=data.event_mapping(kind))
            workspace.apply(EXAMPLES / folder / "segments")
            start, end = SPANS[folder]
            workspace.replay(start, end, HOUR)
            made[folder] = workspace
        return made[folder]

    yield make
    for workspace in made.values():
        workspace.close()


def members(workspace: parcours.Workspace, segment: str, moment: datetime) -> set[str]:
    return set(workspace.segments.members(segment, at=moment)["_profile_id"].to_list())


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["complete-journey", "cdnow"])
def test_members_are_those_of_the_sql(folder, replayed, request):
    source = request.getfixturevalue(f"{folder.replace('-', '_')}_sql")
    workspace = replayed(folder)
    different = {}
    for segment in QUERIES[folder]:
        for moment in MOMENTS[folder]:
            expected, found = source.members(segment, moment), members(workspace, segment, moment)
            if expected != found:
                different[segment, moment] = (sorted(expected - found)[:5], sorted(found - expected)[:5])

    assert not different, "segment and moment: (missing, too many)"


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["complete-journey", "cdnow"])
def test_entries_less_exits_are_the_members(folder, replayed):
    workspace = replayed(folder)
    for segment in QUERIES[folder]:
        history = workspace.segments.history(segment)
        balance = (history["entries"] - history["exits"]).cum_sum()
        assert balance.to_list() == history["members"].to_list(), segment
        assert balance[-1] == len(workspace.segments.members(segment))


def test_the_examples_lie_where_the_demo_looks():
    for folder in SPANS:
        assert sorted(
            path.name for path in Path(EXAMPLES / folder).iterdir() if path.is_dir() and path.name[0] != "_"
        ) == [
            "journeys",
            "segments",
        ]
