"""Tracking plans: what violates them becomes dead letters, or is counted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from parcours.core.errors import InputError, UnknownNameError
from parcours.core.schema import INTEGER, STRING
from parcours.service.workspace import Workspace
from tests.service.requests import identify, taken, tick, track

pytestmark = pytest.mark.usefixtures("either_catalogue")

ORDER = {
    "type": "object",
    "required": ["total"],
    "properties": {
        "total": {"type": "number", "minimum": 0},
        "items": {"type": "array", "items": {"type": "object", "required": ["sku"]}},
    },
    "additionalProperties": False,
}


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.init(tmp_path / "shop") as opened:
        yield opened


def orders(workspace: Workspace) -> list[str]:
    known = "order_completed" in workspace.schema.events
    return workspace.sql("SELECT _event_id FROM order_completed ORDER BY 1")["_event_id"].to_list() if known else []


def violations(workspace: Workspace, **wanted: Any) -> list[tuple[object, ...]]:
    found = workspace.plans.violations(**wanted)
    return (
        found.select("event", "property", "rule", "source", "rejected", "count")
        .sort("event", "property", "source")
        .rows()
    )


def test_what_violates_a_plan_is_refused_and_kept(workspace: Workspace) -> None:
    saved = workspace.plans.save("Order Completed", ORDER)
    assert (saved["event"], saved["mode"]) == ("order_completed", "reject")
    taken(
        workspace,
        track("Order Completed", "good", total=5, items=[{"sku": "a"}]),
        track("Order Completed", "none"),
        track("Order Completed", "text", total="5"),
        track("Order Completed", "inside", total=5, items=[{"sku": "a"}, {}], coupon="x"),
        track("Viewed", "other", anything=1),
    )
    assert orders(workspace) == ["good"]
    letters = workspace.letters.list()
    assert letters.select("code", "column", "event").rows() == [
        ("violates-plan", column, "order_completed") for column in ("coupon", "total", "total")
    ]
    assert "rule 'required'" in letters["reason"][2]
    assert violations(workspace) == [
        ("order_completed", "coupon", "additionalProperties", "web", True, 1),
        ("order_completed", "items.sku", "required", "web", True, 1),
        ("order_completed", "total", "required", "web", True, 1),
        ("order_completed", "total", "type", "web", True, 1),
    ]


def test_what_is_accepted_is_counted_by_source(workspace: Workspace) -> None:
    workspace.plans.save("order_completed", ORDER, mode="accept")
    taken(workspace, track("Order Completed", "1", total=-1), track("Order Completed", "2", total=-2))
    taken(workspace, track("Order Completed", "3", total=-3), source="app")
    assert orders(workspace) == ["1", "2", "3"]
    assert violations(workspace) == [
        ("order_completed", "total", "minimum", "app", False, 1),
        ("order_completed", "total", "minimum", "web", False, 2),
    ]
    assert violations(workspace, source="app") == [("order_completed", "total", "minimum", "app", False, 1)]
    assert violations(workspace, event="viewed") == []
    assert '"total":-1' in workspace.plans.violations(source="web")["example"][0]
    assert workspace.plans.list().select("event", "mode", "violations").rows() == [("order_completed", "accept", 3)]
    assert not workspace.letters.list().height


def test_traits_have_a_plan_too(workspace: Workspace) -> None:
    workspace.plans.save("identify", {"properties": {"email": {"format": "email"}}})
    taken(workspace, identify("1", email="anna@shop.example"), identify("2", email="nobody", plan="pro"))
    assert workspace.sql("FROM profiles").select("email").rows() == [("anna@shop.example",)]
    assert workspace.letters.list()["event"].to_list() == ["identify"]


def test_events_without_a_plan_can_be_refused(workspace: Workspace) -> None:
    workspace.plans.save("order_completed", ORDER)
    assert workspace.plans.unplanned() == "allow"
    assert workspace.plans.unplanned("reject") == "reject"
    taken(workspace, track("Order Completed", "1", total=1), track("Viewed", "2"), identify("3", age=5))
    assert "viewed" not in workspace.schema.events
    assert workspace.letters.list().select("code", "event").rows() == [("unplanned-event", "viewed")]
    assert violations(workspace) == [("viewed", "", "unplanned", "web", True, 1)]
    workspace.plans.unplanned("allow")
    workspace.letters.replay()
    assert workspace.sql("SELECT _event_id FROM viewed")["_event_id"].to_list() == ["2"]


def test_a_plan_that_is_gone_holds_no_more(workspace: Workspace) -> None:
    workspace.plans.save("order_completed", ORDER)
    workspace.plans.delete("order_completed")
    taken(workspace, track("Order Completed", "1"))
    assert orders(workspace) == ["1"]
    with pytest.raises(UnknownNameError):
        workspace.plans.get("order_completed")


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "objekt"},
        {"properties": []},
        {"properties": {"a": {"pattern": "("}}},
        {"$ref": "https://elsewhere.example/schema.json"},
        {"$ref": "#/nowhere"},
        [],
        "text",
    ],
)
def test_what_is_no_schema_is_refused_and_nothing_is_kept(workspace: Workspace, schema: Any) -> None:
    with pytest.raises(InputError) as refused:
        workspace.plans.save("order_completed", schema)
    assert refused.value.code == "bad-schema"
    assert not workspace.plans.list().height


def test_the_place_of_what_is_wrong_in_a_schema_is_told(workspace: Workspace) -> None:
    with pytest.raises(InputError) as refused:
        workspace.plans.save("order_completed", {"properties": {"total": {"type": "numbr"}}})
    assert refused.value.where == "schema.properties.total.type"


def test_modes(workspace: Workspace) -> None:
    with pytest.raises(InputError):
        workspace.plans.save("order_completed", ORDER, mode="warn")  # type: ignore[arg-type]
    with pytest.raises(InputError):
        workspace.plans.unplanned("maybe")  # type: ignore[arg-type]
    with pytest.raises(InputError):
        workspace.plans.save(" ", ORDER)


def test_properties_can_be_checked_without_sending_them(workspace: Workspace) -> None:
    workspace.plans.save("order_completed", ORDER)
    assert workspace.plans.check("order_completed", {"total": 1}) == []
    assert [one["property"] for one in workspace.plans.check("order_completed", {"x": 1})] == ["x", "total"]


def test_plans_hold_after_a_start(tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    with Workspace.init(folder) as workspace:
        workspace.plans.save("order_completed", ORDER)
    with Workspace(folder) as workspace:
        taken(workspace, track("Order Completed", "1"))
        assert orders(workspace) == []


def test_names_of_the_crm_keep_their_types(workspace: Workspace) -> None:
    workspace.contacts.create("C1", name="Ann", email="ann@shop.example")
    taken(workspace, identify("1", user="bob", email=5))
    assert workspace.schema.attributes["email"] == STRING
    assert workspace.sql("SELECT email FROM profiles WHERE _profile_id = 'bob'").rows() == [("5",)]


def test_what_was_first_stays_and_nothing_breaks(workspace: Workspace) -> None:
    taken(workspace, identify("1", user="bob", email=5))
    workspace.contacts.create("C1", name="Ann", email="ann@shop.example")
    tick(workspace)
    assert workspace.schema.attributes["email"] == INTEGER
    assert workspace.letters.list()["column"].to_list() == ["email"]
