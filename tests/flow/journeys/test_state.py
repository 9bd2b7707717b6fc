"""Publishing, closing, stopping, erasing, events ahead of time, totals."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import polars as pl

from parcours.core.clock import DAY, HOUR
from parcours.core.facts import EventBatch
from parcours.flow.journeys.state import JourneysState
from tests.flow.journeys.worlds import Change, Event, World, mail_rows, read, step_rows

PAUSE = {"type": "wait", "for": "1 day"}
LISTEN = {"type": "wait_for_event", "event": "visit", "timeout": "2 days"}


def journey(id_: str = "j", **activities: dict[str, Any]) -> dict[str, Any]:
    return {
        "journey": id_,
        "entry": {"segment": "silver", "on": "enter"},
        "reentry": {"wait": "0 s"},
        "start": next(iter(activities)),
        "activities": activities,
    }


def world(*bodies: dict[str, Any]) -> World:
    found = World(["P0", "P1", "P2"])
    for body in bodies:
        found.state.publish(read(body))
    return found


def outcomes(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """(run, activity, kind, outcome, time) of step rows."""
    return [row[2:7] for row in rows]


def test_two_journeys_run_side_by_side_in_one_order() -> None:
    both = world(journey("b", a=PAUSE), journey("a", a=PAUSE))
    rows = step_rows(both.tick(HOUR, [Change("P0", 5, "enter")]))
    assert [(row[2], row[5]) for row in rows] == [
        ("a/1/P0", "entered"),
        ("a/1/P0", "waiting"),
        ("b/1/P0", "entered"),
        ("b/1/P0", "waiting"),
    ]


def test_a_closed_journey_lets_nobody_in_and_who_is_inside_finishes() -> None:
    one = world(journey(a=PAUSE))
    one.tick(HOUR, [Change("P0", 5, "enter")])
    one.state.close("j")
    rows = step_rows(one.tick(2 * DAY, [Change("P1", DAY, "enter")]))
    assert outcomes(rows) == [
        ("j/0/P1", "entry", "discard", "journey_closed", DAY),
        ("j/1/P0", "a", "wait", "elapsed", DAY + 5),
        ("j/1/P0", "a", "end", "finished", DAY + 5),
    ]


def test_a_stopped_journey_ends_everybody_with_the_tick_and_can_be_published_again() -> None:
    one = world(journey(a=PAUSE))
    one.tick(HOUR, [Change("P0", 5, "enter")])
    one.state.stop("j")
    assert outcomes(step_rows(one.tick(2 * HOUR, [Change("P1", HOUR, "enter")]))) == [
        ("j/1/P0", "a", "end", "stopped", 2 * HOUR)
    ]
    assert step_rows(one.tick(2 * DAY, [Change("P1", DAY, "enter")])) == []
    assert one.state.totals().rows() == [("j", "stopped", 1, 0, 1)]
    one.state.publish(read(journey(a=PAUSE), 2))
    assert [row[:2] for row in outcomes(step_rows(one.tick(3 * DAY, [Change("P0", 2 * DAY + 1, "enter")])))] == [
        ("j/2/P0", "entry"),
        ("j/2/P0", "a"),
    ]


def test_a_new_version_takes_new_people_and_the_old_one_keeps_its_own() -> None:
    one = world(journey(a={**PAUSE, "then": "b"}, b={"type": "end"}))
    one.tick(HOUR, [Change("P0", 5, "enter")])
    one.state.publish(read(journey(c=LISTEN), 2))
    assert [definition.version for definition in one.state.definitions()] == [1, 2]
    assert one.state.listened() == {"visit"}
    one.tick(2 * HOUR, [Change("P1", HOUR + 1, "enter"), Change("P0", HOUR + 2, "enter")])
    assert one.state.standing().rows() == [("j", 1, "a", 1), ("j", 2, "c", 1)]
    rows = step_rows(one.tick(2 * DAY))
    assert [(row[1], *row[3:5]) for row in rows] == [(1, "a", "wait"), (1, "b", "end")]
    assert [definition.version for definition in one.state.definitions()] == [2]


def test_an_erased_profile_leaves_nothing_behind() -> None:
    one = world(journey(a=LISTEN))
    ahead = Event("P1", 5 * HOUR, "visit", 1, "future")
    one.tick(HOUR, [Change("P0", 5, "enter"), Change("P1", 6, "enter")], [ahead])
    one.state.erase(np.array([1], np.int32))
    assert one.state.totals().rows() == [("j", "open", 1, 1, 0)]
    assert one.state.early == {}
    parts = one.state.dump()
    runs = parts["runs.j"]
    assert isinstance(runs, pl.DataFrame)
    assert runs["profile"].to_list() == [0]
    assert [row[2] for row in step_rows(one.tick(3 * DAY))] == ["j/1/P0", "j/1/P0"]


def test_erasing_somebody_who_never_entered_changes_nothing() -> None:
    one = world(journey(a=PAUSE))
    one.state.erase(np.array([0, 2], np.int32))
    one.tick(HOUR, [Change("P0", 5, "enter")])
    one.state.erase(np.array([2], np.int32))
    assert one.state.totals()["in_progress"].to_list() == [1]


def test_an_event_with_a_time_ahead_is_heard_when_its_time_has_come() -> None:
    one = world(journey(a=LISTEN))
    ahead = Event("P0", 5 * HOUR, "visit", 1, "future")
    assert "event" not in [row[4] for row in outcomes(step_rows(one.tick(HOUR, [Change("P0", 5, "enter")], [ahead])))]
    one.state = JourneysState.load(one.state.dump())
    assert step_rows(one.tick(5 * HOUR - 1)) == []
    rows = step_rows(one.tick(5 * HOUR))
    assert rows[0][3:8] == ("a", "wait_for_event", "event", 5 * HOUR, "future")


def test_among_events_of_one_instant_the_one_that_arrived_first_is_heard() -> None:
    body = journey(a={**LISTEN, "where": {"field": "total", "at_least": 1}, "then": "b"}, b=PAUSE)
    one = world(body)
    events = [Event("P0", HOUR, "visit", total, name) for total, name in ((0, "no"), (1, "first"), (2, "second"))]
    rows = step_rows(one.tick(2 * HOUR, [Change("P0", 5, "enter")], events))
    assert [row[7] for row in rows if row[5] == "event"] == ["first"]


def test_only_changes_that_happened_by_themselves_start_a_run() -> None:
    one = world(journey(a=PAUSE))
    frame = one.qualifications([Change("P0", 5, "enter")])
    for cause in ("publish", "withdraw", "erase"):
        one.qualifications = lambda changes, cause=cause: frame.with_columns(cause=pl.lit(cause))  # type: ignore
        assert step_rows(one.tick(one.prev + HOUR)) == []
    other = frame.with_columns(segment=pl.lit("gold"))
    one.qualifications = lambda changes: other  # type: ignore[method-assign]
    assert step_rows(one.tick(one.prev + HOUR)) == []


def test_a_message_shows_the_event_that_was_heard_last() -> None:
    mail = {"type": "email", "to": "{{ profile.email }}", "subject": "s", "body": "{{ event.total }} {{ event.page }}"}
    one = world(journey(a={**LISTEN, "then": "b"}, b={**LISTEN, "event": "purchase", "then": "c"}, c=mail))
    one.tick(HOUR, [Change("P0", 5, "enter")], [Event("P0", HOUR, "visit", 7, "x")])
    rows = mail_rows(one.tick(2 * HOUR, [], [Event("P0", 2 * HOUR, "purchase", 8, "y")]))
    assert [(row[0], row[-1]) for row in rows] == [
        ("j/1/P0/c/1", '{"profile":{"email":"P0@example.org"},"event":{"total":8}}')
    ]


def test_a_message_shows_the_change_that_began_the_run() -> None:
    mail = {
        "type": "email",
        "to": "x@example.org",
        "subject": "{{ qualification.status }}",
        "body": "{{ qualification.time }}",
    }
    one = world({**journey(a={**PAUSE, "then": "b"}, b=mail), "entry": {"segment": "silver", "on": "both"}})
    rows = mail_rows(one.tick(2 * DAY, [Change("P0", 5, "enter"), Change("P1", 6, "exit")]))
    assert [json.loads(row[-1]) for row in rows] == [
        {"qualification": {"status": "enter", "time": "1970-01-01T00:00:00.000005+00:00"}},
        {"qualification": {"status": "exit", "time": "1970-01-01T00:00:00.000006+00:00"}},
    ]


def test_a_message_without_variables_needs_no_values() -> None:
    one = world(journey(a={"type": "email", "to": "x@example.org", "subject": "s", "body": "b"}))
    assert [row[-1] for row in mail_rows(one.tick(HOUR, [Change("P0", 5, "enter")]))] == ["{}"]


def test_next_due_tells_when_somebody_moves_by_himself() -> None:
    one = world(journey(a=PAUSE))
    assert one.state.next_due() is None
    one.tick(HOUR, [Change("P0", 5, "enter")])
    assert one.state.next_due() == DAY + 5


def test_profiles_may_appear_in_any_order_and_number() -> None:
    one = World([f"P{index}" for index in range(500)])
    one.state.publish(read(journey(a=PAUSE)))
    for index in (499, 3, 77, 0):
        one.tick(one.prev + 10, [Change(f"P{index}", one.prev + 5, "enter")])
    assert one.state.totals()["in_progress"].to_list() == [4]
    loaded = JourneysState.load(one.state.dump())
    assert loaded.totals().equals(one.state.totals())
    one.state = loaded
    assert [row[2] for row in step_rows(one.tick(2 * DAY)) if row[5] == "elapsed"] == [
        "j/1/P499",
        "j/1/P3",
        "j/1/P77",
        "j/1/P0",
    ]


def test_a_run_does_not_know_what_the_run_before_it_heard() -> None:
    mail = {"type": "email", "to": "{{ profile.email }}", "subject": "s", "body": "{{ event.total }}", "then": "b"}
    one = world(journey(a=mail, b=LISTEN))
    one.tick(HOUR, [Change("P0", 5, "enter")], [Event("P0", HOUR, "visit", 7, "x")])
    (row,) = mail_rows(one.tick(2 * HOUR, [Change("P0", HOUR + 1, "enter")]))
    assert row[0].startswith("j/2/P0")
    assert row[-1].endswith('"event":null}')


def test_a_timer_of_an_activity_that_was_left_early_moves_nobody() -> None:
    one = world(journey(a={**LISTEN, "timeout": "2 hours", "then": "b"}, b=PAUSE))
    rows = step_rows(one.tick(HOUR, [Change("P0", 5, "enter")]))
    assert rows[-1][5] == "waiting"
    rows = step_rows(one.tick(HOUR + 10, [], [Event("P0", HOUR + 1, "visit", 1, "e")]))
    assert [row[3:6] for row in rows] == [("a", "wait_for_event", "event"), ("b", "wait", "waiting")]
    assert step_rows(one.tick(3 * HOUR)) == []
    assert [row[6] for row in step_rows(one.tick(2 * DAY))] == [DAY + HOUR + 1] * 2


def test_an_event_taken_back_before_its_time_is_not_heard() -> None:
    one = world(journey(a=LISTEN))
    ahead = [Event("P0", 5 * HOUR, "visit", 1, "gone"), Event("P0", 6 * HOUR, "visit", 1, "stays")]
    one.tick(HOUR, [Change("P0", 5, "enter")], ahead)
    one.state.retract([EventBatch("visit", one.events(ahead[:1])["visit"])])
    assert [row[7] for row in step_rows(one.tick(DAY)) if row[5] == "event"] == ["stays"]
    one.state.retract([])
    assert one.state.early == {}
