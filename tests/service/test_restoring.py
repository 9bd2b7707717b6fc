"""What was deleted comes back as it was."""

from __future__ import annotations

import pytest

from parcours.core.errors import DefinitionError, UnknownNameError
from parcours.service.workspace import Workspace

RULE = {"attribute": "age", "at_least": 30}


def members(workspace: Workspace, segment: str) -> set[str]:
    return set(workspace.segments.members(segment)["_profile_id"])


def test_a_published_segment_counts_again(workspace: Workspace) -> None:
    before, known = members(workspace, "lapsing"), workspace.segments.get("lapsing")
    workspace.segments.delete("lapsing")
    workspace.catch_up()
    assert members(workspace, "lapsing") == set()
    found = workspace.definitions.restore("segment", "lapsing")
    workspace.catch_up()
    assert (found.state, found.version, found.published_version) == ("published", known.version, 1)
    assert found.body == known.body
    assert members(workspace, "lapsing") == before
    assert [one.action for one in workspace._parts.catalogue.history("segment", "lapsing", limit=2)] == [
        "restore",
        "delete",
    ]


def test_what_was_no_draft_nor_live_is_neither(workspace: Workspace) -> None:
    workspace.segments.save("one", {"rule": RULE})
    workspace.segments.delete("one")
    assert workspace.definitions.restore("segment", "one").state == "draft"
    workspace.segments.publish("one")
    workspace.segments.deactivate("one")
    workspace.segments.delete("one")
    assert workspace.definitions.restore("segment", "one").state == "inactive"


def test_an_older_version_that_was_live_is_live_again_beside_its_draft(workspace: Workspace) -> None:
    workspace.segments.save("lapsing", {"name": "Draft", "rule": RULE})
    workspace.segments.delete("lapsing")
    found = workspace.definitions.restore("segment", "lapsing")
    assert (found.name, found.latest, found.published_version) == ("Draft", 2, 1)
    workspace.segments.delete("lapsing")
    again = workspace.definitions.restore("segment", "lapsing")
    assert (again.latest, again.published_version) == (2, 1)


def test_what_is_there_stays_as_it_is(workspace: Workspace) -> None:
    before = workspace.segments.get("big")
    assert workspace.definitions.restore("segment", "big") == before
    with pytest.raises(UnknownNameError):
        workspace.definitions.restore("segment", "bigg")


def test_what_refers_to_something_that_is_gone_does_not_come_back(workspace: Workspace) -> None:
    workspace.journeys.delete("hello")
    workspace.segments.delete("big-adult")
    workspace.segments.delete("big")
    with pytest.raises(DefinitionError, match="big"):
        workspace.definitions.restore("segment", "big-adult")
    assert workspace.segments.get("big-adult").state == "deleted"
    workspace.definitions.restore("segment", "big")
    assert workspace.definitions.restore("segment", "big-adult").state == "published"


def test_a_journey_comes_back_as_a_draft(workspace: Workspace) -> None:
    before = workspace.journeys.get("hello")
    workspace.journeys.delete("hello")
    workspace.catch_up()
    found = workspace.definitions.restore("journey", "hello")
    assert (found.state, found.name) == ("draft", before.name)
    assert found.body["source"] == before.body["source"]
    assert workspace.journeys.statuses("hello") == {found.version: "draft"}
    assert workspace.journeys.publish("hello").state == "published"
    workspace.catch_up()
    assert workspace.journeys.report("hello").height > 0


def test_other_kinds_come_back_too(workspace: Workspace) -> None:
    shape = {"url": "https://weather.example/now", "answer": {"sample": {"temp": 3}}}
    workspace.definitions.save("source", "weather", shape, publish=True)
    workspace.definitions.delete("source", "weather")
    assert workspace.definitions.restore("source", "weather").state == "published"
