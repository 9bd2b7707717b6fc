"""Several ids, one profile: what people, journeys and reports notice of that."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.core.errors import InputError, UnknownNameError
from parcours.service.workspace import Workspace

DEFINITIONS = """
segment: buyers
rule: {event: purchase, at_least: 1}
---
segment: big
rule: {event: purchase, sum: total, at_least: 100}
---
segment: modest
rule: {none: [{event: purchase, where: {field: total, more_than: 65}}]}
---
journey: hello
entry: {segment: buyers, on: enter}
reentry: {allowed: true}
start: mail
activities:
  mail: {type: email, to: "{{ profile.email }}", subject: Hello, body: Hello, then: pause}
  pause: {type: wait, for: 10 days, then: end}
  end: {type: end}
---
journey: vip
entry: {segment: big, on: enter}
start: end
activities:
  end: {type: end}
"""
STEPS = "SELECT _profile_id, journey, run, kind, activity, outcome, time FROM journey_steps ORDER BY _seq"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workspace]:
    (tmp_path / "shop.yaml").write_text(DEFINITIONS)
    with parcours.init(tmp_path / "shop") as workspace:
        people = {"profile_id": ["anna", "web-1", "bob"], "email": ["anna@x.org", None, "bob@x.org"]}
        workspace.import_profiles(pl.DataFrame({**people, "city": [None, "Lyon", "Paris"]}))
        buy(workspace, ("bob", "2026-01-01", 10))
        buy(workspace, ("web-1", "2026-01-03", 60), ("anna", "2026-01-05", 70))
        workspace.apply(tmp_path / "shop.yaml")
        workspace.replay("2026-01-01", "2026-01-06", "1 day")
        yield workspace


def buy(workspace: Workspace, *purchases: tuple[str, str, int]) -> None:
    profiles, times, totals = zip(*purchases, strict=True)
    columns = {"profile_id": profiles, "time": times, "total": totals}
    workspace.import_events(pl.DataFrame(columns, strict=False), event="purchase")


def reopened(workspace: Workspace, *, snapshot: bool = False) -> Workspace:
    """The workspace as it is when nothing but the log is left, or the state as it was written."""
    folder, tick = workspace.folder, workspace._parts.runner.state.tick
    workspace._parts.runner.snapshot()
    workspace.close()
    if not snapshot:
        shutil.rmtree(folder / "snapshots")
    again = parcours.open(folder)
    found = again._parts.snapshots.latest()
    assert (found is not None and found.tick == tick) is snapshot
    return again


def standing(workspace: Workspace, journey: str) -> list[tuple[object, ...]]:
    state = workspace._parts.runner.state
    runs = state.journeys.where(journey).filter("main")
    ids = state.ids(runs["_profile"].to_numpy())
    return sorted(zip(ids, runs["number"], runs["status"], runs["activities"].list.join(","), runs["due"], strict=True))


def test_whatever_takes_a_profile_takes_any_of_its_ids(shop: Workspace) -> None:
    shop.identities.merge("web-1", into="anna")

    assert shop.identities.of("web-1") == shop.identities.of("anna") == ["anna", "web-1"]
    found = shop.identities.resolve(["web-1", "bob", "nobody", "web-1"])
    assert found.rows() == [("web-1", "anna"), ("bob", "bob"), ("nobody", None), ("web-1", "anna")]
    assert shop.membership("web-1") == shop.membership("anna")
    assert shop.explain("big", "web-1").member
    cities = shop.sql("SELECT _profile_id, city FROM profiles ORDER BY ALL").rows()
    assert cities == [("anna", "Lyon"), ("bob", "Paris")]
    with pytest.raises(UnknownNameError):
        shop.identities.of("nobody")
    with pytest.raises(UnknownNameError):
        shop.identities.merge("nobody", into="anna")


def test_who_was_in_a_segment_simply_stays_and_nobody_enters_again(shop: Workspace) -> None:
    before = shop.sql(STEPS)
    shop.identities.merge("web-1", into="anna")

    members = shop.segments.members("buyers").sort("_profile_id")
    assert members.select("_profile_id", pl.col("since").dt.date().cast(str)).rows() == [
        ("anna", "2026-01-03"),
        ("bob", "2026-01-01"),
    ]
    moves = shop.sql("SELECT segment, status, cause FROM qualifications WHERE _profile_id = 'anna' ORDER BY _seq")
    assert [row for row in moves.rows() if row[0] == "buyers"] == [("buyers", "realized", "change")]
    assert ("big", "realized", "merge") in moves.rows()  # together they spent enough
    steps = shop.sql(STEPS)
    fresh = steps.slice(before.height)
    assert fresh.filter(pl.col("journey") == "hello")["outcome"].to_list() == ["merged"]
    assert fresh.filter(pl.col("journey") == "vip")["outcome"].to_list() == ["entered", "finished"]
    assert set(steps["_profile_id"]) == {"anna", "bob"}


@pytest.mark.parametrize("snapshot", [True, False])
def test_the_run_that_began_first_goes_on_under_its_name(shop: Workspace, snapshot: bool) -> None:
    shop.identities.merge("web-1", into="anna")

    (going,) = [run for run in standing(shop, "hello") if run[0] == "anna" and run[2] == "waiting"]
    runs = shop.sql("SELECT run, _profile_id, status FROM journey_runs WHERE journey = 'hello' ORDER BY run").rows()
    assert runs == [
        ("hello/1/anna", "anna", "merged"),
        ("hello/1/bob", "bob", "inside"),
        ("hello/1/web-1", "anna", "inside"),
    ]
    before = standing(shop, "hello")
    with reopened(shop, snapshot=snapshot) as again:
        assert standing(again, "hello") == before
        again.replay(end="2026-02-01", tick="1 day")
        ended = again.sql("SELECT run, status FROM journey_runs WHERE journey = 'hello' ORDER BY run").rows()
        assert ended == [("hello/1/anna", "merged"), ("hello/1/bob", "finished"), ("hello/1/web-1", "finished")]
    assert going[4] is not None


def test_history_and_separation(shop: Workspace) -> None:
    before = {name: sorted(shop.segments.members(name)["_profile_id"]) for name in ("buyers", "big", "modest")}
    shop.identities.merge("web-1", into="anna")
    (merge,) = shop.identities.history("web-1").to_dicts()
    assert (merge["profile"], merge["into"], merge["reason"], merge["events"]) == ("web-1", "anna", "merge", 1)
    assert merge["unmerged"] is None

    buy(shop, ("web-1", "2026-01-06", 5))
    shop.replay(end="2026-01-06", tick="1 day")
    shop.identities.unmerge(merge["merge"])
    assert shop.identities.history()["unmerged"].null_count() == 0
    assert {name: sorted(shop.segments.members(name)["_profile_id"]) for name in before} == before
    found = shop.sql("SELECT _profile_id, total FROM purchase ORDER BY ALL").rows()
    assert found == [("anna", 70), ("bob", 10), ("web-1", 5), ("web-1", 60)]
    runs = shop.sql("SELECT run, _profile_id FROM journey_runs WHERE journey = 'hello' ORDER BY run").rows()
    assert ("hello/1/web-1", "web-1") in runs
    assert ("web-1", 1, "waiting") in [run[:3] for run in standing(shop, "hello")]
    assert shop.identities.of("web-1") == ["web-1"]
    with pytest.raises(InputError):
        shop.identities.unmerge(merge["merge"])
    with pytest.raises(UnknownNameError):
        shop.identities.unmerge("nothing")
    before_all = {name: standing(shop, name) for name in ("hello", "vip")}
    with reopened(shop) as again:
        assert {name: standing(again, name) for name in before_all} == before_all
        again.identities.merge("web-1", into="bob")  # links made later work
        assert again.identities.of("bob") == ["bob", "web-1"]


def test_nothing_is_left_of_who_is_erased_under_any_id(shop: Workspace) -> None:
    shop.identities.merge("web-1", into="anna")
    shop.erase("web-1")

    assert shop.sql("SELECT _profile_id FROM profiles")["_profile_id"].to_list() == ["bob"]
    assert shop.identities.resolve(["anna", "web-1"])["profile"].to_list() == [None, None]
    assert not shop.identities.history().height
    for table in ("identities", "moved_events", "event_origins", "event_purchase", "qualifications"):
        rows = str(shop.sql(f"SELECT * FROM facts.{table}").to_dicts())
        assert "anna" not in rows
        assert "web-1" not in rows
    with reopened(shop) as again:
        assert sorted(again.segments.members("buyers")["_profile_id"]) == ["bob"]


def test_what_became_of_a_message_reaches_the_run_that_sent_it(shop: Workspace) -> None:
    shop.identities.merge("web-1", into="anna")
    keys = shop.sql("SELECT key, _profile_id FROM deliveries ORDER BY key").rows()
    assert ("hello/1/web-1/mail/1", "anna") in keys
    shop.signal("hello/1/web-1/mail/1", "opened")
    state = shop._parts.runner.state
    anna = state.register.known(pl.Series(["anna"]))
    assert len(state.journeys.signals.of("opened", anna, 0)[1]) == 1


@pytest.mark.parametrize("erased", ["web-1", "anna"])
def test_who_was_separated_stays_when_the_other_is_erased(shop: Workspace, erased: str) -> None:
    shop.identities.merge("web-1", into="anna")
    shop.identities.unmerge(shop.identities.history()["merge"][0])
    shop.erase(erased)
    left = {"web-1", "anna", "bob"} - {erased}
    members = {name: set(shop.segments.members(name)["_profile_id"]) for name in ("buyers", "big", "modest")}
    assert members["buyers"] == left
    assert {*shop.sql("SELECT _profile_id FROM purchase")["_profile_id"]} == left
    for table in ("profiles", "identities", "event_origins", "journey_steps", "deliveries"):
        assert f"'{erased}'" not in str(shop.sql(f"SELECT * FROM facts.{table}").to_dicts())
    with reopened(shop) as again:
        assert {name: set(again.segments.members(name)["_profile_id"]) for name in members} == members
        state = again._parts.runner.state
        assert {*state.ids(state.segments.bits.members("buyers"))} == left
        again.replay(end="2026-02-01", tick="1 day")


def test_who_is_made_by_a_link_is_known_of_since_her_first_event(tmp_path: Path) -> None:
    with parcours.init(tmp_path / "shop") as workspace:
        link = {"id": ["web-9"], "into": ["eve"], "_time": [2_000_000], "kind": ["identify"], "message_id": ["m"]}
        workspace._parts.inbox.put_links(
            pl.DataFrame(link).with_columns(pl.col("_time").cast(pl.Datetime("us", "UTC")))
        )
        buy(workspace, ("web-9", "1970-01-01T00:00:01Z", 5), ("eve", "1970-01-01T00:00:05Z", 5))
        workspace.run(ticks=1)
        seen = workspace.sql("SELECT _profile_id, _first_seen FROM profiles")
    assert [(name, moment.timestamp()) for name, moment in seen.rows()] == [("eve", 1.0)]
