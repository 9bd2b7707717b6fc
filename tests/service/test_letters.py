"""Dead letters: looked at, mended, and sent again through the same conversion."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from parcours.core.errors import InputError, UnknownNameError
from parcours.flow.ingest.calls import Record
from parcours.service.workspace import Workspace
from tests.service.requests import START, identify, message, send, taken, tick, track


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with Workspace.init(tmp_path / "shop") as opened:
        yield opened


@pytest.fixture
def refusing(workspace: Workspace) -> Workspace:
    """Orders have totals, which are numbers."""
    schema = {"required": ["total"], "properties": {"total": {"type": "number"}}}
    workspace.plans.save("order_completed", schema)
    return workspace


def totals(workspace: Workspace) -> list[tuple[Any, ...]]:
    return workspace.sql("SELECT _event_id, total FROM order_completed ORDER BY 1").rows()


def test_mended_by_a_rule_and_sent_again(refusing: Workspace) -> None:
    texts = ["12,50 EUR", "1.234,56", "1,234.56 $", "7", "none"]
    taken(refusing, *(track("Order Completed", f"m{at}", total=text) for at, text in enumerate(texts)))
    assert refusing.letters.mend(code="violates-plan", convert={"properties.total": "decimal"}) == 4
    assert refusing.letters.replay() == {"replayed": 5, "left": []}
    assert totals(refusing) == [("m0", 12.5), ("m1", 1234.56), ("m2", 1234.56), ("m3", 7.0)]
    left = refusing.letters.list()
    assert left["code"].to_list() == ["violates-plan"], "what fails again is a letter again"
    assert refusing.letters.get(left["letter"][0])["payload"]["call"]["id"] == "m4"  # type: ignore[index]
    assert refusing.letters.list(status="replayed").height == 5


def test_letters_that_are_sent_twice_are_taken_in_once(refusing: Workspace) -> None:
    taken(refusing, track("Order Completed", "m1"), track("Order Completed", "m1"))
    refusing.letters.mend(values={"properties.total": 3})
    refusing.letters.replay()
    assert totals(refusing) == [("m1", 3.0)]


def test_a_value_that_was_set_aside_takes_its_place(workspace: Workspace) -> None:
    taken(workspace, track("Viewed", "1", n=1), identify("i1", age=5, city="Paris"))
    taken(workspace, track("Viewed", "2", n="seven", page="x"), identify("i2", age="six", city="Lyon"))
    assert workspace.sql("SELECT n, page FROM viewed ORDER BY _event_id").rows() == [(1, None), (None, "x")]
    taken(workspace, identify("i3", city="Nice"))
    assert workspace.letters.mend(code="value-put-aside", event="viewed", values={"properties.n": 7}) == 1
    assert workspace.letters.mend(event="identify", values={"traits.age": 6}) == 1
    workspace.letters.replay()
    assert workspace.sql("SELECT _event_id, n, page FROM viewed ORDER BY 1").rows() == [("1", 1, None), ("2", 7, "x")]
    assert workspace.sql("SELECT age, city FROM profiles").rows() == [(6, "Nice")], "what came later stays"
    assert not workspace.letters.list().height


def test_letters_can_be_found_page_by_page(refusing: Workspace) -> None:
    taken(refusing, *(track("Order Completed", f"m{at}") for at in range(5)))
    taken(refusing, message("track", "", "x", event="Viewed"), source="app")
    assert refusing.letters.list(source="app")["code"].to_list() == ["no-userid"]
    first = refusing.letters.list(code="violates-plan", limit=3)
    rest = refusing.letters.list(code="violates-plan", limit=3, before=first["letter"][-1])
    assert (first.height, rest.height) == (3, 2)
    numbers = [*first["letter"], *rest["letter"]]
    assert numbers == sorted(numbers, reverse=True)
    assert refusing.letters.list(event="order_completed").height == 5
    assert refusing.letters.list(since="2199-01-01").height == 0
    assert refusing.letters.counts().select("source", "event", "code", "status", "letters").rows() == [
        ("web", "order_completed", "violates-plan", "open", 5),
        ("app", None, "no-userid", "open", 1),
    ]


def test_a_part_of_a_request_that_was_no_call_can_be_mended(workspace: Workspace) -> None:
    taken(workspace, message("track", "", "x", event="Viewed", properties={"n": 1}), track("Viewed", "y", n=2))
    (number,) = workspace.letters.list()["letter"]
    workspace.letters.mend([number], values={"userId": "anna"})
    assert workspace.letters.list()["status"].to_list() == ["mended"]
    workspace.letters.replay([number])
    assert workspace.sql("SELECT _event_id, n FROM viewed ORDER BY 1").rows() == [("x", 1), ("y", 2)]


def test_names_of_events_and_properties_can_be_mended(refusing: Workspace) -> None:
    taken(refusing, track("Order Completed", "1", totl=4, junk=1))
    refusing.letters.mend(name="Order Completed", rename={"properties.totl": "total"}, drop=["properties.junk"])
    refusing.letters.replay()
    assert refusing.sql("SELECT total FROM order_completed").rows() == [(4.0,)]
    assert "junk" not in refusing.schema.events["order_completed"]


def test_a_payload_anew(refusing: Workspace) -> None:
    taken(refusing, track("Order Completed", "1"))
    (number,) = refusing.letters.list()["letter"]
    payload = refusing.letters.get(number)["payload"]
    payload["call"]["properties"] = {"total": 9}  # type: ignore[index]
    assert refusing.letters.mend([number], payload=payload) == 1  # type: ignore[arg-type]
    refusing.letters.replay([number])
    assert totals(refusing) == [("1", 9.0)]


def test_what_cannot_be_sent_is_told_and_stays(refusing: Workspace) -> None:
    taken(refusing, track("Order Completed", "1"))
    (number,) = refusing.letters.list()["letter"]
    refusing.letters.mend([number], payload={"call": {"kind": "track"}})
    done = refusing.letters.replay()
    assert done["replayed"] == 0
    assert [one["letter"] for one in done["left"]] == [number]  # type: ignore[attr-defined, union-attr]
    assert refusing.letters.list()["status"].to_list() == ["mended"]


def test_letters_can_be_put_by(refusing: Workspace) -> None:
    taken(refusing, track("Order Completed", "1"), track("Order Completed", "2"))
    assert refusing.dead_letters().height == 2
    assert refusing.letters.dismiss(code="violates-plan") == 2
    assert refusing.dead_letters().height == 0
    assert refusing.letters.replay() == {"replayed": 0, "left": []}
    assert refusing.letters.list(status=None)["status"].to_list() == ["dismissed", "dismissed"]


def test_rows_of_files_are_sent_with_a_mapping(workspace: Workspace, tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text("customer,day,total\nanna,2026-01-01,5\nbob,someday,7\n")
    mapping = {"profile": "customer", "time": "day", "event": "purchase"}
    workspace.import_events(path, mapping=mapping)
    (number,) = workspace.letters.list()["letter"]
    done = workspace.letters.replay([number])
    assert [one["letter"] for one in done["left"]] == [number]  # type: ignore[attr-defined, union-attr]
    workspace.letters.mend([number], values={"day": "2026-01-02"})
    assert workspace.letters.replay([number], mapping=mapping) == {"replayed": 1, "left": []}
    tick(workspace)
    assert workspace.sql("SELECT _profile_id, total FROM purchase ORDER BY 1").rows() == [("anna", 5), ("bob", 7)]


def test_requests_of_all_formats_can_be_sent_again(workspace: Workspace) -> None:
    body = msgspec.json.encode({"event": "seen", "properties": {"n": 1}, "uuid": "u1"})
    workspace._parts.journal.append([Record("posthog", "web", START, body, "capture")]).result()
    tick(workspace)
    (number,) = workspace.letters.list()["letter"]
    workspace.letters.mend([number], values={"distinct_id": "anna"})
    workspace.letters.replay()
    assert workspace.sql("SELECT _profile_id, n FROM seen").rows() == [("anna", 1)]


def test_whoever_is_erased_is_erased_from_letters_too(refusing: Workspace) -> None:
    taken(
        refusing, track("Order Completed", "1", user="anna"), track("Order Completed", "2", user="bob"), identify("3")
    )
    refusing.letters.mend(values={"properties.total": "x"})
    refusing.erase("anna")
    assert [
        refusing.letters.get(number)["payload"]["call"]["user"] for number in refusing.letters.list()["letter"]
    ] == [  # type: ignore[index]
        "bob"
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"payload": {"call": {}}},
        {"convert": {"properties.total": "money"}},
        {"rename": {"properties.total": ""}},
    ],
)
def test_what_cannot_be_mended_is_refused(refusing: Workspace, wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        refusing.letters.mend(**wrong)


def test_letters_that_are_not_there(workspace: Workspace) -> None:
    with pytest.raises(UnknownNameError):
        workspace.letters.get(7)
    with pytest.raises(UnknownNameError):
        workspace.letters.replay([7])
    with pytest.raises(InputError):
        workspace.letters.list(limit=0)
    with pytest.raises(InputError):
        workspace.letters.dismiss()


def test_while_nothing_ticks_replayed_letters_wait(tmp_path: Path) -> None:
    with Workspace.init(tmp_path / "shop") as workspace:
        workspace.plans.save("seen", {"required": ["n"]})
        send(workspace, track("Seen", "1"))
        workspace._parts.runner.replay([START])  # never live
        workspace.letters.mend(values={"properties.n": 1})
        workspace.letters.replay()
        assert workspace.sql("SELECT n FROM seen").rows() == [(1,)]
        assert workspace.waiting == {}
        assert isinstance(workspace.letters.counts(), pl.DataFrame)
