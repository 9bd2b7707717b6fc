"""The life of a journey: every action in every status, and what the tick is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.errors import DefinitionError
from parcours.flow.journeys.lifecycle import (
    Action,
    Context,
    Control,
    Decision,
    Moment,
    Refusal,
    Status,
    Version,
    become,
    decide,
)
from parcours.flow.journeys.publication import Target
from tests.flow.journeys.definitions.bodies import minimal, read
from tests.flow.journeys.small import Jump, Parked

STATUSES: tuple[Status, ...] = get_args(Status)
OK = "ok"

#: Per action what each status answers: the status afterwards, or the rule that refuses.
TABLE: dict[Action, dict[Status, str]] = {
    "publish": {
        "draft": "live",
        "draft_test": "live",
        "dry_run": "in_dry_run",
        "live": "already_live",
        "paused": "already_live",
        "closed": "cannot_restart",
        "stopped": "cannot_restart",
        "finished": "cannot_restart",
    },
    "close": {status: "closed" if status == "live" else "not_live" for status in STATUSES},
    "stop": {
        **{status: "stopped" if status in ("live", "paused", "closed") else "not_live" for status in STATUSES},
        "dry_run": "draft",
    },
    "restart": {
        "draft": "not_published",
        "draft_test": "not_published",
        "dry_run": "not_published",
        "live": "already_live",
        "paused": "already_live",
        "closed": "cannot_restart",
        "stopped": "cannot_restart",
        "finished": "cannot_restart",
    },
    "edit": {status: "draft" if status == "draft" else "read_only" for status in STATUSES},
    "pause": {status: "paused" if status == "live" else "not_live" for status in STATUSES},
    "resume": {status: "live" if status == "paused" else "not_paused" for status in STATUSES},
    "set_attribute_exit": {status: "paused" if status == "paused" else "not_paused" for status in STATUSES},
    "retry": {status: status if status in ("live", "paused", "closed") else "not_live" for status in STATUSES},
    "test_on": {status: "draft_test" if status == "draft" else "not_a_draft" for status in STATUSES},
    "test_off": {status: "draft" if status == "draft_test" else "not_in_test" for status in STATUSES},
    "dry_run_on": {status: "dry_run" if status == "draft" else "not_a_draft" for status in STATUSES},
    "dry_run_off": {status: "draft" if status == "dry_run" else "not_in_dry_run" for status in STATUSES},
    "reopen": {status: "live" if status in ("closed", "stopped", "finished") else "not_closed" for status in STATUSES},
}


def version(number: int, status: Status, **settings: Any) -> Version:
    return Version(number, status, read(minimal(**settings), number))


def done(versions: list[Version], action: Action, number: int | None = None, **rest: Any) -> str:
    """``ok`` or the rule that refuses."""
    context = rest.pop("context", None)
    found = decide("j", versions, Control(action, number, **rest), context)
    return found.rule if isinstance(found, Refusal) else OK


def decided(versions: list[Version], action: Action, number: int | None = None, **rest: Any) -> Decision:
    context = rest.pop("context", None)
    found = decide("j", versions, Control(action, number, **rest), context)
    assert isinstance(found, Decision), found
    return found


def told(decision: Decision) -> list[tuple[str, int]]:
    return [(change.action, change.version) for change in decision.changes]


def statuses(decision: Decision) -> list[tuple[int, Status]]:
    return [(one.number, one.status) for one in decision.versions]


@pytest.mark.parametrize(
    ("action", "status", "expected"),
    [(action, status, expected) for action, row in TABLE.items() for status, expected in row.items()],
)
def test_every_action_in_every_status(action: Action, status: Status, expected: str) -> None:
    found = decide("j", [version(1, status)], Control(action))
    if isinstance(found, Refusal):
        assert found.rule == expected
        assert found.message.startswith("version 1 of journey 'j' ")
    else:
        assert [one.status for one in found.versions] == [expected]
        assert {change.id for change in found.changes} <= {"j"}
        assert {change.kind for change in found.changes} <= {"journey"}


@pytest.mark.parametrize("status", STATUSES)
def test_only_drafts_and_what_is_over_can_be_deleted(status: Status) -> None:
    if status in ("draft", "finished"):
        decision = decided([version(1, "live"), version(2, status)], "delete")
        assert statuses(decision) == [(1, "live")]
        assert told(decision) == ([("delete", 2)] if status == "finished" else [])
    else:
        assert done([version(1, status)], "delete") == "not_finished"


def test_a_new_version_closes_the_one_before() -> None:
    decision = decided([version(1, "live"), version(2, "draft")], "publish")
    assert statuses(decision) == [(1, "closed"), (2, "live")]
    assert told(decision) == [("close", 1), ("publish", 2)]
    assert decision.changes[1].body == version(2, "draft").definition.to_json()  # type: ignore[union-attr]


def test_a_test_is_over_when_its_draft_is_published() -> None:
    assert told(decided([version(1, "draft_test")], "publish")) == [("test_off", 1), ("publish", 1)]


def test_stopping_the_newest_version_does_not_reopen_the_one_before() -> None:
    assert statuses(decided([version(1, "closed"), version(2, "live")], "stop")) == [(1, "closed"), (2, "stopped")]


def test_without_a_number_the_newest_version_is_meant() -> None:
    versions = [version(1, "live"), version(2, "draft")]
    assert done(versions, "close") == "not_live"
    assert statuses(decided(versions, "close", 1)) == [(1, "closed"), (2, "draft")]
    assert done(versions, "close", 3) == "no_such_version"
    assert done([], "publish") == "no_such_version"


def test_a_paused_version_is_not_closed_by_a_newer_one() -> None:
    assert done([version(1, "paused"), version(2, "draft")], "publish") == "version_paused"


def test_versions_are_published_in_order() -> None:
    assert done([version(1, "draft"), version(2, "live")], "publish", 1) == "not_latest_version"
    assert done([version(1, "draft"), version(2, "draft")], "publish", 1) == OK


def test_versions_are_made_of_the_newest_one() -> None:
    versions = [version(1, "closed"), version(2, "live")]
    assert done(versions, "new_version", 1) == "not_latest_version"
    decision = decided(versions, "new_version", 2)
    assert statuses(decision) == [(1, "closed"), (2, "live"), (3, "draft")]
    assert decision.versions[2].definition == read(minimal(), 3)
    assert decision.changes == ()


def test_a_read_in_steps_has_no_new_versions() -> None:
    schedule = {"type": "recurring", "every": "1 day", "incremental": True}
    entry = {"read": "gold", "schedule": schedule}
    assert done([version(1, "live", entry=entry)], "new_version") == "incremental_read"
    assert done([version(1, "live", entry=entry, version_rules="free")], "new_version") == OK


def test_a_version_may_not_change_what_must_stay() -> None:
    versions = [version(1, "live"), version(2, "draft", reentry={"allowed": False})]
    refusal = decide("j", versions, Control("publish"))
    assert isinstance(refusal, Refusal)
    assert refusal.rule == "reentrance_changed"
    assert [problem.where for problem in refusal.problems] == ["reentry.allowed"]
    assert done(versions, "test_on") == "reentrance_changed"
    assert done([version(1, "draft"), versions[1]], "publish") == OK, "nobody was ever inside version 1"
    stopped = [version(1, "stopped"), versions[1]]
    assert done(stopped, "publish") == "reentrance_changed"


def test_a_draft_with_problems_is_neither_published_nor_tested() -> None:
    problem = DefinitionError("'to' is missing", code="missing-setting", where="activities.mail.to")
    versions = [Version(1, "draft", None, (problem,))]
    assert (
        done(versions, "publish") == done(versions, "test_on") == done(versions, "dry_run_on") == "incomplete_activity"
    )


def test_jumps_are_looked_at_when_a_version_is_published() -> None:
    definition = replace(read(minimal()), activities={"go": Jump(journey="b")})
    versions = [Version(1, "draft", definition)]
    assert done(versions, "publish") == OK
    assert done(versions, "publish", context=Context(others={})) == "jump_target_not_live"
    others = {"b": Target("event", None, startable=True)}
    assert done(versions, "publish", context=Context(others=others)) == OK


def test_a_test_needs_a_namespace_where_there_are_namespaces() -> None:
    known = Context(namespaces=True)
    assert done([version(1, "draft")], "test_on") == OK
    assert done([version(1, "draft")], "test_on", context=known) == "namespace_required"
    assert done([version(1, "draft")], "publish", context=known) == OK
    assert done([version(1, "draft", namespace="id")], "test_on", context=known) == OK


def test_a_dry_run_stands_alone_and_hears_no_signals() -> None:
    assert done([version(1, "live"), version(2, "draft")], "dry_run_on") == "dry_run_beside_live"
    assert done([version(1, "closed"), version(2, "draft")], "dry_run_on") == OK
    hearing = replace(read(minimal()), activities={"r": Parked(of="m")})
    assert done([Version(1, "draft", hearing)], "dry_run_on") == "dry_run_with_reaction"


def test_what_a_pause_says_is_passed_on() -> None:
    assert decided([version(1, "live")], "pause").changes[0].body == {"profiles": "hold", "for": "14 days"}
    for length in ("3 days", None):
        options = {"profiles": "discard", "for": length}
        assert decided([version(1, "live")], "pause", options=options).changes[0].body == options
    exit_rule = {"when": {"attribute": "size", "is": 3}}
    assert decided([version(1, "paused")], "set_attribute_exit", options=exit_rule).changes[0].body == exit_rule


def test_texts_may_change_while_people_are_inside_the_structure_not() -> None:
    mail = {"type": "email", "to": "a@b.c", "subject": "s", "body": "b"}

    def with_mail(**changes: Any) -> dict[str, Any]:
        return {"start": "m", "activities": {"m": {**mail, **changes}}}

    live = [version(1, "live", **with_mail())]
    new = read(minimal(**with_mail(subject="t", label="Mail"), name="New"))
    decision = decided(live, "edit_texts", definition=new)
    assert told(decision) == [("edit", 1)]
    assert decision.versions[0].definition == new
    other = read(
        minimal(**with_mail(then="e"), **{}) | {"activities": {"m": {**mail, "then": "e"}, "e": {"type": "end"}}}
    )
    assert done(live, "edit_texts", definition=other) == "read_only"
    assert done(live, "edit_texts") == "read_only"


def test_a_draft_takes_a_new_definition() -> None:
    new = read(minimal(name="New"))
    assert decided([version(1, "draft")], "edit", definition=new).versions[0].definition == new


def test_reopening_waits_for_the_live_version_and_rolling_back_closes_it() -> None:
    versions = [version(1, "closed"), version(2, "stopped"), version(3, "live")]
    assert done(versions, "reopen", 1) == "version_live"
    decision = decided(versions, "roll_back")
    assert statuses(decision) == [(1, "closed"), (2, "live"), (3, "closed")]
    assert told(decision) == [("close", 3), ("reopen", 2)]
    assert statuses(decided(versions, "roll_back", 1)) == [(1, "live"), (2, "stopped"), (3, "closed")]
    assert done([version(1, "live")], "roll_back") == "nothing_before"
    assert done([version(1, "closed")], "roll_back") == "not_live"


def test_people_are_moved_where_there_is_a_place_for_each() -> None:
    def waiting(name: str) -> dict[str, Any]:
        return {"start": name, "activities": {name: {"type": "wait", "for": "1 day"}}}

    versions = [version(1, "closed", **waiting("a")), version(2, "live", **waiting("b"))]
    refusal = decide("j", versions, Control("migrate", 1))
    assert isinstance(refusal, Refusal)
    assert (refusal.rule, refusal.hint) == ("no_destination", "mapping: {a: …}, known names: b")
    decision = decided(versions, "migrate", 1, options={"to": 2, "mapping": {"a": "b"}})
    assert decision.changes[0].body == {"to": 2, "mapping": {"a": "b"}, "anew": ["a"]}
    assert done(versions, "migrate", 1, options={"people": {"a": 0}}) == OK
    assert done(versions, "migrate", 1, options={"to": 3}) == "not_live"
    assert done([version(1, "stopped"), version(2, "live")], "migrate", 1) == "not_live"


@pytest.mark.parametrize(
    ("status", "moment", "after"),
    [
        ("live", "ended", "closed"),
        ("closed", "stay_over", "finished"),
        ("paused", "pause_over", "live"),
        ("draft_test", "test_idle", "draft"),
        ("stopped", "stay_over", "stopped"),
        ("draft", "ended", "draft"),
    ],
)
def test_what_comes_with_time(status: Status, moment: Moment, after: Status) -> None:
    assert become(status, moment) == after


@given(st.lists(st.tuples(st.sampled_from(get_args(Action)), st.integers(1, 4) | st.none()), max_size=30))
def test_whatever_is_done_at_most_one_version_is_live(actions: list[tuple[Action, int | None]]) -> None:
    versions = [version(1, "draft")]
    for action, number in actions:
        found = decide("j", versions, Control(action, number))
        if isinstance(found, Decision):
            versions = [*found.versions]
        assert sum(one.status in ("live", "paused") for one in versions) <= 1
        assert [one.number for one in versions] == sorted({one.number for one in versions})
