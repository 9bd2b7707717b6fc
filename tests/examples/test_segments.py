"""The example definitions are accepted, and mean what the independent SQL says.

The rule of every segment is evaluated by the reference evaluator for a few profiles, chosen so that members and
others are among them, and compared with the SQL at all twelve moments. That the product computes the same members,
all of them, is tested where the product is.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl
import pytest
import yaml

from parcours.core.clock import instant
from parcours.core.schema import Schema
from parcours.flow.ingest import from_frame, validate_events, validate_profiles
from parcours.flow.journeys.definitions import read_journey
from parcours.flow.segments.documents import read_documents
from parcours.language.frontends import read_rule
from parcours.language.reference import Person, holds
from parcours.language.tree import Aggregate, Node, walk
from tests.examples import expected_sql
from tests.examples.conftest import EXAMPLES, example

FOLDERS = ("complete-journey", "cdnow")
MOMENTS = {"complete-journey": expected_sql.COMPLETE_JOURNEY_MOMENTS, "cdnow": expected_sql.CDNOW_MOMENTS}
EDGES = {"complete-journey": expected_sql.COMPLETE_JOURNEY_EDGES, "cdnow": expected_sql.CDNOW_EDGES}
QUERIES = {"complete-journey": expected_sql.COMPLETE_JOURNEY, "cdnow": expected_sql.CDNOW}
SEGMENTS = [(folder, segment) for folder in FOLDERS for segment in QUERIES[folder]]


@cache
def taken_in(folder: str) -> tuple[pl.DataFrame, dict[str, pl.DataFrame], Schema]:
    """Profiles, events by type and the schema, as the import makes them."""
    data = example(folder).load()
    people = validate_profiles(from_frame(data.profiles), data.profile_mapping, Schema(), received=0)
    schema, events = people.schema, {}
    for kind, frame in data.events.items():
        taken = validate_events(from_frame(frame, kind), data.event_mapping(kind), schema, received=0)
        schema, events[kind] = taken.schema, taken.frame
    return people.frame, events, schema


@cache
def rules(folder: str) -> dict[str, Node]:
    schema = taken_in(folder)[2]
    bodies = [document for path in files(folder, "segments") for document in read_documents(path)]
    names = {str(body["segment"]) for body in bodies}
    assert len(names) == len(bodies)
    return {str(body["segment"]): read_rule(body["rule"], schema, names) for body in bodies}


def files(folder: str, kind: str) -> list[Path]:
    return sorted((EXAMPLES / folder / kind).glob("*.yaml"))


def person(folder: str, profile: str) -> Person:
    people, events, _ = taken_in(folder)
    (attributes,) = people.filter(_profile_id=profile).to_dicts()
    history = {
        kind: frame.filter(_profile_id=profile).with_columns(pl.col("_time").to_physical()).to_dicts()
        for kind, frame in events.items()
    }
    return Person(attributes, history, rules=rules(folder))


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_segment_has_its_sql_and_the_other_way_round(folder):
    assert set(rules(folder)) == set(QUERIES[folder])


def test_every_aggregate_and_window_occurs():
    nodes = [node for folder in FOLDERS for rule in rules(folder).values() for node in walk(rule)]
    found = [node for node in nodes if isinstance(node, Aggregate)]

    assert {node.kind for node in found} == {"count", "sum", "average", "min", "max", "first", "last", "distinct"}
    assert {node.window.tag for node in found} == {"ever", "rolling", "calendar", "absolute"}
    assert any(node.over for node in found)


def texts() -> list[tuple[str, str]]:
    """Segments whose rule is a text, with the rule tree that a comment in the file says is the same."""
    found = []
    for path in files("complete-journey", "segments"):
        _, said, rest = path.read_text().partition("# As a rule tree: ")
        if said:
            found.append((path.stem, rest.partition("\n")[0]))
    return found


@pytest.mark.parametrize(("segment", "tree"), texts())
def test_a_text_is_the_rule_tree_beside_it(segment, tree):
    assert rules("complete-journey")[segment] == read_rule(yaml.safe_load(tree), taken_in("complete-journey")[2])


def test_some_rules_are_texts():
    assert len(texts()) == 3


@pytest.mark.parametrize("folder", FOLDERS)
def test_journeys_are_accepted(folder):
    schema = taken_in(folder)[2]
    for path in files(folder, "journeys"):
        for body in read_documents(path):
            read_journey(body, schema, set(rules(folder)))


@pytest.mark.parametrize("folder", FOLDERS)
def test_edges_lie_between_two_moments(folder, request):
    """The moments on window edges are worth testing at: somebody changes sides exactly there."""
    source = request.getfixturevalue(f"{folder.replace('-', '_')}_sql")
    for segment, profile, before, after in EDGES[folder]:
        assert (profile in source.members(segment, before)) != (profile in source.members(segment, after))


@pytest.mark.parametrize(("folder", "segment"), SEGMENTS)
def test_the_rule_means_what_the_sql_says(folder, segment, request):
    source = request.getfixturevalue(f"{folder.replace('-', '_')}_sql")
    members = {moment: source.members(segment, moment) for moment in MOMENTS[folder]}
    rule = rules(folder)[segment]
    profiles = _telling(folder, segment, members)
    assert any(profiles & ids for ids in members.values()), "no member among the chosen profiles"

    for profile in profiles:
        who = person(folder, profile)
        for moment, ids in members.items():
            assert holds(rule, who, instant(moment)) == (profile in ids), (profile, moment)


def _telling(folder: str, segment: str, members: dict[object, set[str]]) -> set[str]:
    """Profiles that change sides between moments, one who never is a member, and those of the edges."""
    ever = set[str]().union(*members.values())
    always = set.intersection(*members.values())
    others = set(taken_in(folder)[0]["_profile_id"]) - ever
    at_edges = {profile for name, profile, *_ in EDGES[folder] if name == segment}
    return {*sorted(ever - always)[:4], *sorted(always)[:1], *sorted(others)[:1], *at_edges}
