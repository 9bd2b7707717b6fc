"""The product's members are those of the independent SQL: every segment, twelve moments, profile by profile.

The whole path: data set through the import into the inbox, definitions from their files, the year replayed in
event time, members asked for as of each moment.
"""

from __future__ import annotations

import shutil
from datetime import datetime
from pathlib import Path

import pytest

import parcours
from parcours.core.clock import HOUR
from tests.examples.conftest import EXAMPLES
from tests.examples.test_segments import MOMENTS, QUERIES

FOLDERS = ("complete-journey", "cdnow")


@pytest.fixture(scope="module")
def replayed(tmp_path_factory, request):
    """A workspace in which a data set was replayed with its segments: that of the demo, and one made here."""
    made: dict[str, parcours.Workspace] = {}

    def make(folder: str) -> parcours.Workspace:
        if folder not in made:
            place = tmp_path_factory.mktemp(folder) / "workspace"
            if folder == "complete-journey":
                shutil.copytree(request.getfixturevalue("demo"), place)
                made[folder] = parcours.open(place)
            else:
                made[folder] = _cdnow(place, request.getfixturevalue("cdnow"))
        return made[folder]

    yield make
    for workspace in made.values():
        workspace.close()


def _cdnow(place: Path, data) -> parcours.Workspace:
    workspace = parcours.init(place)
    workspace.import_profiles(data.profiles, mapping=data.profile_mapping)
    for kind, frame in data.events.items():
        workspace.import_events(frame, mapping=data.event_mapping(kind))
    workspace.apply(EXAMPLES / "cdnow" / "segments")
    workspace.replay("1997-01-01T00:00:00Z", "1998-07-01T00:00:00Z", HOUR)
    return workspace


def members(workspace: parcours.Workspace, segment: str, moment: datetime) -> set[str]:
    return set(workspace.segments.members(segment, at=moment)["_profile_id"].to_list())


@pytest.mark.slow
@pytest.mark.parametrize("folder", FOLDERS)
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
@pytest.mark.parametrize("folder", FOLDERS)
def test_entries_less_exits_are_the_members(folder, replayed):
    workspace = replayed(folder)
    for segment in QUERIES[folder]:
        history = workspace.segments.history(segment)
        balance = (history["entries"] - history["exits"]).cum_sum()
        assert balance.to_list() == history["members"].to_list(), segment
        assert balance[-1] == len(workspace.segments.members(segment))


def test_the_examples_lie_where_the_demo_looks():
    for folder in FOLDERS:
        assert sorted(
            path.name for path in Path(EXAMPLES / folder).iterdir() if path.is_dir() and path.name[0] != "_"
        ) == [
            "journeys",
            "segments",
        ]
