"""Everything that rules may speak of, as an editor gets it."""

from __future__ import annotations

import polars as pl
import pytest

from parcours.core.errors import UnknownNameError
from parcours.service.workspace import Workspace
from tests.service import shop


def test_attributes_are_told_with_types_and_how_many_have_them(workspace: Workspace) -> None:
    found = {one.name: one for one in workspace.rules.vocabulary().attributes}
    people = shop.people()
    assert {name: str(one.kind) for name, one in found.items()} == {
        "age": "integer",
        "email": "string",
        "trial_ends": "dateOnly",
    }
    assert {name: one.profiles for name, one in found.items()} == {name: people[name].count() for name in found}
    assert [name for name, one in found.items() if not one.used] == ["email"]


def test_events_are_told_with_properties_and_line_items(workspace: Workspace) -> None:
    (purchase,) = workspace.rules.vocabulary().events
    assert (purchase.name, purchase.events, purchase.used) == ("purchase", shop.purchases().height, True)
    properties = {one.name: one for one in purchase.properties}
    assert (str(properties["total"].kind), properties["total"].element) == ("decimal", None)
    assert (str(properties["items"].kind), str(properties["items"].element)) == ("list", "object")
    assert [(one.name, str(one.kind)) for one in properties["items"].fields] == [
        ("brand", "string"),
        ("quantity", "integer"),
    ]


def test_segments_are_told_with_members(workspace: Workspace) -> None:
    found = workspace.rules.vocabulary()
    members = workspace.segments.list().select("segment", "members")
    assert {one.segment: one.members for one in found.segments} == dict(members.iter_rows())
    assert next(one for one in found.segments if one.segment == "big").description.startswith("Spent 100")
    assert found.profiles == shop.people().height


def test_what_only_waits_is_told_too(workspace: Workspace) -> None:
    workspace.import_events(
        pl.DataFrame({"profile_id": ["p1"], "time": ["2024-07-01T00:00:00Z"], "page": ["/"]}), event="visit"
    )
    found = {one.name: one for one in workspace.rules.vocabulary().events}
    assert (found["visit"].events, found["visit"].used) == (0, False)


def test_values_inside_of_lists_and_objects_are_told_by_their_path(workspace: Workspace) -> None:
    items = shop.purchases().select("items").explode("items").unnest("items")
    expected = items["brand"].drop_nulls().value_counts()
    found = workspace.profiles.property_values("purchase", "items.brand")
    assert dict(found.iter_rows()) == dict(expected.iter_rows())
    with pytest.raises(UnknownNameError, match=r"no property 'items\.brnd'"):
        workspace.profiles.property_values("purchase", "items.brnd")
    address = pl.DataFrame({"profile_id": ["p1", "p2"], "address": [{"city": "Lyon"}, {"city": "Lyon"}]})
    workspace.import_profiles(address)
    workspace.catch_up()
    assert workspace.profiles.values("address.city").rows() == [("Lyon", 2)]
