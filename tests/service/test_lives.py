"""The lives of journeys: statuses, refusals, controls that happen once, however the process ends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import parcours
from parcours.core.clock import HOUR, instant
from parcours.core.errors import DefinitionError, UnknownNameError
from parcours.flow.journeys.builder import Journey
from parcours.service.workspace import Workspace

SEGMENTS = "segment: adult\nrule: {attribute: age, at_least: 18}\n"
JOURNEY = """
journey: hello
name: Hello
entry: {segment: adult, on: both}
reentry: {allowed: true, wait: 1 minute}
start: mail
activities:
  mail: {type: email, to: "{{ profile.email }}", subject: Hello, body: "You are {{ profile.age }}", then: pause}
  pause: {type: wait, for: 7 days, then: again}
  again: {type: email, to: "{{ profile.email }}", subject: Again, body: "You are {{ profile.age }}", then: end}
  end: {type: end}
"""
START = "2026-03-01T09:00:00Z"


def people(first: int, last: int, age: int = 30) -> pl.DataFrame:
    numbers = range(first, last)
    return pl.DataFrame(
        {
            "profile_id": [f"p{number}" for number in numbers],
            "email": [f"p{number}@x.org" for number in numbers],
            "age": [age] * len(numbers),
        }
    )


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """Three adults are in the journey and wait."""
    with parcours.init(tmp_path / "w") as made:
        made.import_profiles(people(0, 3, 10))
        made.replay(START, START)
        apply(made, tmp_path, SEGMENTS + "---" + JOURNEY)
        come(made, 0, 3, "2026-03-01T10:00:00Z")
        yield made


def apply(workspace: Workspace, folder: Path, text: str, *, publish: bool = True) -> dict[str, tuple[str, int]]:
    (folder / "d.yaml").write_text(text)
    return {one.id: (one.action, one.version) for one in workspace.apply(folder / "d.yaml", publish=publish)}


def come(workspace: Workspace, first: int, last: int, at: str) -> None:
    """These are adults from now on."""
    workspace.import_profiles(people(first, last))
    workspace.replay(end=at)


def counts(workspace: Workspace) -> tuple[int, int]:
    row = workspace.journeys.list().row(0, named=True)
    return row["entered"], row["inside"]


def status(workspace: Workspace) -> str:
    return str(workspace.journeys.list()["status"][0])


def codes(error: pytest.ExceptionInfo[DefinitionError]) -> str:
    assert error.value.hint or error.value.code == "not-live"
    return error.value.code


def test_versions_follow_each_other(workspace: Workspace, tmp_path: Path) -> None:
    assert (status(workspace), counts(workspace)) == ("live", (3, 3))
    assert apply(workspace, tmp_path, JOURNEY) == {"hello": ("unchanged", 1)}
    assert apply(workspace, tmp_path, JOURNEY.replace("7 days", "3 days")) == {"hello": ("edited", 2)}
    assert workspace.journeys.statuses("hello") == {1: "closed", 2: "live"}
    come(workspace, 3, 5, "2026-03-01T11:00:00Z")
    inside = workspace.sql("SELECT version, count(*) FROM journey_steps WHERE kind = 'entry' GROUP BY 1 ORDER BY 1")
    assert inside.rows() == [(1, 3), (2, 2)]
    workspace.journeys.roll_back("hello")
    assert workspace.journeys.statuses("hello") == {1: "live", 2: "closed"}
    come(workspace, 5, 6, "2026-03-01T12:00:00Z")
    assert workspace.sql("SELECT version FROM journey_steps WHERE kind = 'entry' ORDER BY _seq")["version"][-1] == 1


def test_drafts_take_the_place_of_drafts(workspace: Workspace, tmp_path: Path) -> None:
    apply(workspace, tmp_path, JOURNEY.replace("7 days", "3 days"), publish=False)
    apply(workspace, tmp_path, JOURNEY.replace("7 days", "2 days"), publish=False)
    assert workspace.journeys.statuses("hello") == {1: "live", 3: "draft"}
    assert workspace.journeys.versions("hello")["status"].to_list() == ["live", "replaced", "draft"]
    assert workspace.journeys.get("hello").published_version == 1
    workspace.journeys.publish("hello")
    assert workspace.journeys.statuses("hello") == {1: "closed", 3: "live"}
    with pytest.raises(DefinitionError) as refused:
        workspace.journeys.publish("hello")
    assert codes(refused) == "already-live"


def test_a_pause_holds_people_and_ends_by_itself(workspace: Workspace) -> None:
    workspace.journeys.pause("hello", for_="8 days")
    assert status(workspace) == "paused"
    workspace.replay(end="2026-03-08T12:00:00Z")
    held = workspace.sql("SELECT count(*) FROM journey_steps WHERE outcome = 'held'").item()
    assert (held, counts(workspace)) == (3, (3, 3))
    workspace.replay(end="2026-03-10T12:00:00Z")
    assert (status(workspace), counts(workspace)) == ("live", (3, 0))
    assert workspace.journeys.statuses("hello") == {1: "live"}


def test_refusals_change_nothing(workspace: Workspace) -> None:
    before = workspace._parts.catalogue.history(), workspace._parts.catalogue.controls("journey")
    for action, code in {
        workspace.journeys.resume: "not-paused",
        workspace.journeys.reopen: "not-closed",
        workspace.journeys.test_on: "not-a-draft",
        workspace.journeys.dry_run_off: "not-in-dry-run",
        workspace.journeys.roll_back: "nothing-before",
    }.items():
        with pytest.raises(DefinitionError) as refused:
            action("hello")
        assert refused.value.code == code
    with pytest.raises(UnknownNameError, match="did you mean 'hello'"):
        workspace.journeys.pause("helo")
    assert before == (workspace._parts.catalogue.history(), workspace._parts.catalogue.controls("journey"))


def test_closed_journeys_let_people_finish(workspace: Workspace) -> None:
    workspace.journeys.close("hello")
    come(workspace, 3, 5, "2026-03-01T11:00:00Z")
    assert counts(workspace) == (3, 3)
    workspace.replay(end="2026-03-09T00:00:00Z")
    assert (status(workspace), counts(workspace)) == ("closed", (3, 0))
    workspace.replay(end="2026-06-09T00:00:00Z", tick="1 day")
    assert status(workspace) == "finished"
    assert workspace.journeys.versions("hello")["status"].to_list() == ["finished"]
    workspace.journeys.reopen("hello")
    come(workspace, 5, 6, "2026-06-09T11:00:00Z")
    assert (status(workspace), counts(workspace)) == ("live", (4, 1))


def test_what_was_stopped_begins_anew_as_a_version(workspace: Workspace, tmp_path: Path) -> None:
    workspace.journeys.stop("hello")
    assert (status(workspace), counts(workspace)) == ("stopped", (3, 0))
    with pytest.raises(DefinitionError) as refused:
        workspace.journeys.publish("hello")
    assert codes(refused) == "cannot-restart"
    assert apply(workspace, tmp_path, JOURNEY) == {"hello": ("edited", 2)}
    assert workspace.journeys.statuses("hello") == {1: "stopped", 2: "live"}


def test_nobody_is_let_into_what_uses_a_segment_that_is_gone(workspace: Workspace) -> None:
    workspace.journeys.stop("hello")
    workspace.segments.deactivate("adult")
    with pytest.raises(DefinitionError, match="'adult', which is not published"):
        workspace.journeys.reopen("hello")
    workspace.segments.publish("adult")
    workspace.journeys.reopen("hello")
    assert status(workspace) == "live"


def test_people_are_moved_to_another_version(workspace: Workspace, tmp_path: Path) -> None:
    newer = JOURNEY.replace("pause: {type: wait, for: 7 days", "rest: {type: wait, for: 1 day").replace(
        "then: pause}", "then: rest}"
    )
    apply(workspace, tmp_path, newer)
    seen = workspace.journeys.migrate("hello", preview=True)
    assert seen.missing == ("pause",)
    with pytest.raises(DefinitionError) as refused:
        workspace.journeys.migrate("hello")
    assert codes(refused) == "no-destination"
    seen = workspace.journeys.migrate("hello", mapping={"pause": "rest"}, preview=True)
    assert [str(landing) for landing in seen.landings] == ["3 at 'pause' arrive at 'rest'"]
    workspace.journeys.migrate("hello", mapping={"pause": "rest"})
    workspace.replay(end="2026-03-03T00:00:00Z")
    assert counts(workspace) == (3, 0)
    assert workspace.sql("SELECT count(*) FROM journey_steps WHERE outcome = 'migrated'").item() == 3


CALLS = """
action: crm
url: http://127.0.0.1:9/x
method: POST
answer: {types: {tier: string}}
---
journey: calls
entry: {segment: adult, on: enter}
start: ask
activities:
  ask: {type: custom_action, action: crm, values: {}, then: end}
  end: {type: end}
"""


def test_what_failed_is_tried_again(workspace: Workspace, tmp_path: Path) -> None:
    (workspace.folder / "parcours.toml").write_text('[outgoing]\ninternal = ["127.0.0.1:9"]\n')
    apply(workspace, tmp_path, CALLS)
    clock = parcours.VirtualClock(instant("2026-03-01T10:00:01Z"))
    workspace.import_profiles(people(3, 6))
    for _ in range(2):
        workspace.run(clock, ticks=3)
    ended = "SELECT count(*) FROM journey_steps WHERE journey = 'calls' AND kind = 'end' AND outcome = 'error'"
    assert workspace.sql(ended).item() == 3
    workspace.journeys.retry("calls", profiles=["p3"], activity="ask")
    workspace.run(clock, ticks=3)
    assert workspace.sql(ended).item() == 4
    workspace.journeys.retry("calls")
    assert workspace.sql("SELECT count(*) FROM journey_runs WHERE journey = 'calls' AND status = 'inside'").item() == 3


def test_texts_change_in_place(workspace: Workspace, tmp_path: Path) -> None:
    shape = dict(workspace.journeys.definition("hello").body)
    activities = dict(shape["activities"])
    activities["again"] = {**activities["again"], "subject": "Once more"}
    workspace.journeys.edit_texts({**shape, "activities": activities})
    assert workspace.journeys.statuses("hello") == {1: "live"}
    assert workspace.journeys.definition("hello").templates()["again"]["subject"] == "Once more"
    activities["pause"] = {**activities["pause"], "for": "1 day"}
    with pytest.raises(DefinitionError) as refused:
        workspace.journeys.edit_texts({**shape, "activities": activities})
    assert codes(refused) == "read-only"


def test_tests_let_flagged_profiles_into_a_draft(workspace: Workspace, tmp_path: Path) -> None:
    apply(workspace, tmp_path, JOURNEY.replace("journey: hello", "journey: trial"), publish=False)
    workspace.journeys.test_on("trial")
    assert workspace.journeys.statuses("trial") == {1: "draft_test"}
    with pytest.raises(DefinitionError, match="journey 'trial'"):
        workspace.segments.delete("adult")
    workspace.import_profiles(people(6, 8).with_columns(test_profile=pl.Series([True, False])))
    workspace.replay(end="2026-03-01T11:00:00Z")
    entered = workspace.sql("SELECT _profile_id FROM journey_steps WHERE journey = 'trial' AND outcome = 'entered'")
    assert entered["_profile_id"].to_list() == ["p6"]
    workspace.journeys.test_off("trial")
    assert workspace.journeys.statuses("trial") == {1: "draft"}
    workspace.journeys.delete("trial", 1)
    assert workspace.journeys.versions("trial")["status"].to_list() == ["deleted"]


def test_a_test_without_anybody_is_over_after_a_week(workspace: Workspace, tmp_path: Path) -> None:
    apply(workspace, tmp_path, JOURNEY.replace("journey: hello", "journey: trial"), publish=False)
    workspace.journeys.test_on("trial")
    workspace.replay(end="2026-03-09T12:00:00Z", tick="6 hours")
    assert workspace.journeys.statuses("trial") == {1: "draft"}
    workspace.journeys.test_on("trial")
    assert workspace.journeys.statuses("trial") == {1: "draft_test"}


def test_deleting_stops_and_keeps_what_happened(workspace: Workspace, tmp_path: Path) -> None:
    workspace.journeys.delete("hello")
    assert workspace.journeys.list().height == 0
    assert workspace.journeys.get("hello").state == "deleted"
    workspace.segments.delete("adult")
    assert workspace.sql("SELECT count(*) FROM journey_steps WHERE outcome = 'stopped'").item() == 3
    assert apply(workspace, tmp_path, SEGMENTS + "---" + JOURNEY) == {"adult": ("new", 2), "hello": ("new", 2)}
    assert workspace.journeys.statuses("hello") == {2: "live"}


# --- exactly once ----------------------------------------------------------------------------------------


def test_controls_are_taken_in_once_whatever_happens(workspace: Workspace, tmp_path: Path) -> None:
    folder = workspace.folder
    workspace.journeys.pause("hello")
    workspace.journeys.resume("hello")
    taken = workspace.sql("SELECT action, count(*) FROM definitions WHERE kind = 'journey' GROUP BY 1 ORDER BY 1")
    assert taken.rows() == [("pause", 1), ("publish", 1), ("resume", 1)]
    workspace.close()
    for drop_snapshots in (False, True):
        if drop_snapshots:
            for file in (folder / "snapshots").rglob("*.*"):
                file.unlink()
        with parcours.open(folder) as again:
            again.catch_up()
            again.replay(end="2026-03-02T00:00:00Z" if not drop_snapshots else "2026-03-03T00:00:00Z")
            later = again.sql("SELECT action, count(*) FROM definitions WHERE kind = 'journey' GROUP BY 1 ORDER BY 1")
            assert later.equals(taken)
            assert (status(again), counts(again)) == ("live", (3, 3))


@pytest.mark.parametrize("point", ["ticked", "before-commit", "after-commit"])
def test_controls_survive_a_tick_that_is_interrupted(workspace: Workspace, point: str) -> None:
    class Killed(BaseException):
        pass

    def crash(here: str) -> None:
        if here == point:
            raise Killed

    workspace._parts.runner._crash = crash
    with pytest.raises(Killed):
        workspace.journeys.stop("hello")
    folder = workspace.folder
    workspace.close()
    with parcours.open(folder) as again:
        again.catch_up()
        again.replay(end="2026-03-01T11:00:00Z")
        assert (status(again), counts(again)) == ("stopped", (3, 0))
        assert again.sql("SELECT count(*) FROM definitions WHERE action = 'stop'").item() == 1
        assert again.sql("SELECT count(*) FROM journey_steps WHERE outcome = 'stopped'").item() == 3


def test_controls_wait_for_the_first_tick(tmp_path: Path) -> None:
    with parcours.init(tmp_path / "w") as workspace:
        workspace.import_profiles(people(0, 3))
        apply(workspace, tmp_path, SEGMENTS + "---" + JOURNEY.replace("journey: hello", "journey: other"))
        workspace.journeys.pause("other")
        assert workspace.journeys.statuses("other") == {1: "paused"}
    with parcours.open(tmp_path / "w") as workspace:
        workspace.replay(START, "2026-03-01T10:00:00Z")
        assert workspace.journeys.statuses("other") == {1: "paused"}
        assert workspace.sql("SELECT action FROM definitions WHERE kind = 'journey' ORDER BY _seq").rows() == [
            ("publish",),
            ("pause",),
        ]


def test_a_live_loop_takes_controls_over(workspace: Workspace, tmp_path: Path) -> None:
    clock = parcours.VirtualClock(instant("2026-03-01T10:00:01Z"))
    done: list[int] = []

    def watch(ticked: object) -> None:
        done.append(1)
        if len(done) == 2:
            apply(workspace, tmp_path, JOURNEY.replace("7 days", "3 days"))
            workspace.journeys.pause("hello")
        if len(done) == 5:
            workspace.journeys.resume("hello")

    workspace.run(clock, ticks=60, watch=watch)
    assert workspace.journeys.statuses("hello") == {1: "closed", 2: "live"}
    taken = workspace.sql("SELECT version, action FROM definitions WHERE kind = 'journey' ORDER BY _seq").rows()
    assert taken == [(1, "publish"), (1, "close"), (2, "publish"), (2, "pause"), (2, "resume")]


def test_who_did_what_is_remembered(workspace: Workspace, tmp_path: Path) -> None:
    workspace.journeys.pause("hello", for_="1 day")
    workspace.replay(end="2026-03-03T12:00:00Z")
    assert status(workspace) == "live"
    workspace.journeys.close("hello")
    found = workspace.journeys.history("hello")
    assert found["action"].to_list() == ["save", "publish", "pause", "live", "close"]
    assert found["note"].to_list()[3] == "by time"


# --- signals, suppression --------------------------------------------------------------------------------


def test_signals_are_heard_once(workspace: Workspace, tmp_path: Path) -> None:
    waiting = JOURNEY.replace(
        "pause: {type: wait, for: 7 days, then: again}",
        "pause: {type: wait_for_signal, of: mail, signal: clicked, link: 'https://x.org/a', then: again}",
    ).replace("journey: hello", "journey: clicks")
    apply(workspace, tmp_path, waiting)
    come(workspace, 3, 5, "2026-03-01T11:00:00Z")
    keys = workspace.sql("SELECT key FROM deliveries WHERE journey = 'clicks' ORDER BY key")["key"].to_list()
    assert len(keys) == 2
    workspace.signal(keys[0], "clicked", "https://x.org/a")
    workspace.signal(keys[0], "clicked", "https://x.org/a")
    workspace.signal(keys[1], "clicked", "https://x.org/b")
    again = "SELECT count(*) FROM deliveries WHERE journey = 'clicks' AND activity = 'again'"
    assert workspace.sql(again).item() == 1
    with pytest.raises(UnknownNameError):
        workspace.signal("nobody", "opened")
    with pytest.raises(parcours.InputError, match="opened"):
        workspace.signal(keys[0], "opend")
    folder = workspace.folder
    workspace.close()
    with parcours.open(folder) as other:
        other.replay(end="2026-03-01T12:00:00Z")
        assert other.sql(again).item() == 1
        assert other.sql("SELECT count(*) FROM message_signals WHERE signal = 'clicked'").item() == 3


def test_nothing_is_sent_to_suppressed_addresses(workspace: Workspace) -> None:
    workspace.suppress(["P3@x.org"], reason="asked")
    workspace.suppress(domains=["y.org"])
    workspace.suppress(["p4@x.org"])
    workspace.unsuppress(["p4@x.org"])
    assert workspace.suppressed().rows() == [("address", "p3@x.org", "asked"), ("domain", "y.org", "")]
    come(workspace, 3, 5, "2026-03-01T11:00:00Z")
    passed = workspace.sql("SELECT _profile_id, detail FROM journey_steps WHERE outcome = 'passed'")
    assert passed.rows() == [("p3", "suppressed")]
    with pytest.raises(parcours.InputError):
        workspace.suppress()


# --- other definitions -----------------------------------------------------------------------------------


def test_rule_sets_hold_from_their_publication(workspace: Workspace, tmp_path: Path) -> None:
    rule = "{type: channel_cap, channels: [email], cap: 1, period: 30 days, kind: rolling}"
    sets = f"rule_set: pressure\nglobal: true\nrules: [{rule}]\n"
    text = JOURNEY.replace("journey: hello", "journey: capped\nrule_sets: [pressure]")
    with pytest.raises(DefinitionError, match="pressure"):
        apply(workspace, tmp_path, text)
    try:
        done = apply(workspace, tmp_path, sets + "---" + text)
    except DefinitionError as error:
        pytest.fail(str(error))
    assert done == {"pressure": ("new", 1), "capped": ("new", 1)}
    assert apply(workspace, tmp_path, sets) == {"pressure": ("unchanged", 1)}
    come(workspace, 3, 5, "2026-03-01T11:00:00Z")
    workspace.replay(end="2026-03-09T00:00:00Z", tick=6 * HOUR)
    passed = workspace.sql("SELECT activity FROM journey_steps WHERE journey = 'capped' AND detail = 'cap'")
    assert passed["activity"].to_list() == ["again", "again"]


def test_journeys_bring_names_into_being(workspace: Workspace, tmp_path: Path) -> None:
    text = """
journey: marks
entry: {segment: adult, on: enter}
start: mark
activities:
  mark: {type: update_profile, values: {tier: gold, double: {journey: "#{Parcours.Profile.age} * 2"}}, then: tell}
  tell: {type: send_event, event: greeted, values: {number: 3, age: {journey: "#{Parcours.Profile.age}"}}, then: put}
  put: {type: add_to_list, list: greeted, then: end}
  end: {type: end}
"""
    apply(workspace, tmp_path, text)
    assert str(workspace.schema.attributes["double"]) == "integer"
    assert {name: str(kind) for name, kind in workspace.schema.events["greeted"].items()} == {
        "number": "integer",
        "age": "integer",
    }
    apply(workspace, tmp_path, "segment: gold\nrule: {attribute: tier, is: gold}\n")
    folder = workspace.folder
    workspace.close()
    with parcours.open(folder) as again:
        come(again, 3, 5, "2026-03-01T11:00:00Z")
        again.replay(end="2026-03-01T12:00:00Z")
        assert again.segments.members("gold")["_profile_id"].to_list() == ["p3", "p4"]
        row = again.sql("SELECT double, lists FROM profiles WHERE _profile_id = 'p3'").row(0)
        assert row == (60, ["greeted"])
        assert again.sql("SELECT number, age FROM greeted").rows() == [(3, 30)] * 2


def test_definitions_need_no_files(workspace: Workspace) -> None:
    built = Journey("built", name="Built").on_segment("adult").wait("1 day").end()
    done = workspace.apply([{"segment": "old", "rule": {"attribute": "age", "at_least": 60}}, built])
    assert [(one.id, one.action) for one in done] == [("old", "new"), ("built", "new")]
    assert workspace.journeys.statuses("built") == {1: "live"}
    assert workspace.journeys.simulate(built).people.height == 0
    with pytest.raises(DefinitionError, match="nothing says what this defines"):
        workspace.apply({"rule": {}})


def test_journeys_are_published_behind_those_they_jump_into(workspace: Workspace, tmp_path: Path) -> None:
    workspace.import_events(
        pl.DataFrame({"profile_id": ["p0"], "event_id": ["v"], "time": ["2026-03-01T10:00:00Z"]}), event="visit"
    )
    workspace.replay(end="2026-03-01T10:30:00Z")
    text = """
journey: a
entry: {event: visit}
start: go
activities: {go: {type: jump, journey: b, then: end}, end: {type: end}}
---
journey: b
entry: {event: visit}
start: end
activities: {end: {type: end}}
"""
    assert apply(workspace, tmp_path, text) == {"b": ("new", 1), "a": ("new", 1)}
    back = text.replace("journey: b\nentry: {event: visit}\nstart: end", "journey: b\nentry: {event: visit}\nstart: go")
    back = back.replace(
        "activities: {end: {type: end}}", "activities: {go: {type: jump, journey: a, then: end}, end: {type: end}}"
    )
    with pytest.raises(DefinitionError) as refused:
        apply(workspace, tmp_path, back)
    assert refused.value.code == "jump-loop"
    assert "d.yaml" in str(refused.value.where)
    assert workspace.journeys.statuses("b") == {1: "live"}
