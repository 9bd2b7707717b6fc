"""Activities that hold until something is heard: what they listen to, and until when."""

from __future__ import annotations

import pytest

from parcours.core.clock import DAY, HOUR, SECOND
from parcours.flow.journeys.activities.base import (
    NEVER,
    STAY,
    Activity,
    Edge,
    EventListener,
    Names,
    SegmentListener,
    SignalListener,
)
from parcours.flow.journeys.activities.email import Email
from parcours.flow.journeys.activities.end import End
from parcours.flow.journeys.activities.wait_for_event import WaitForEvent
from parcours.flow.journeys.activities.wait_for_segment import WaitForSegment
from parcours.flow.journeys.activities.wait_for_signal import WaitForSignal
from parcours.flow.journeys.activities.waiting import Waiting
from tests.flow.journeys.activities.fakes import NAMES, SCHEMA, SETTINGS, problems, runs

KINDS = {
    "event": WaitForEvent,
    "segment": WaitForSegment,
    "signal": WaitForSignal,
}


def made(name: str, **more: object) -> Waiting:
    own: dict[str, dict[str, object]] = {
        "event": {"event": "purchase"},
        "segment": {"segment": "silver"},
        "signal": {"of": "mail", "signal": "opened"},
    }
    return KINDS[name](**own[name], **more)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", KINDS)
def test_all_hold_until_the_time_out_or_for_ever(name: str) -> None:
    arrivals = runs("2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z")
    moves = made(name, timeout="3 days").step(arrivals)
    assert moves.due is not None
    assert moves.due.tolist() == (arrivals.at + 3 * DAY).tolist()
    assert moves.edge.tolist() == [STAY, STAY]
    without = made(name).step(arrivals).due
    assert without is not None
    assert without.tolist() == [NEVER, NEVER]


@pytest.mark.parametrize("name", KINDS)
def test_a_test_shortens_a_time_out_and_makes_none(name: str) -> None:
    settings = SETTINGS._replace(test_wait={"": 40 * SECOND})
    arrivals = runs("2026-03-02T09:00:00Z", mode="test", settings=settings)
    with_timeout, without = made(name, timeout="3 days").step(arrivals).due, made(name).step(arrivals).due
    assert with_timeout is not None
    assert without is not None
    assert with_timeout.tolist() == (arrivals.at + 40 * SECOND).tolist()
    assert without.tolist() == [NEVER]


@pytest.mark.parametrize("name", KINDS)
def test_without_a_path_for_it_a_time_out_goes_on_as_the_event_does(name: str) -> None:
    assert made(name, then="a").edges() == (Edge("event", ("a",), "then"), Edge("timeout", ("a",), "then"))
    race = made(name, then=("a", "b"), on_timeout="c")
    assert race.edges() == (Edge("event", ("a", "b"), "then"), Edge("timeout", ("c",), "on_timeout"))
    assert race.elapsed() == "timeout"
    assert race.parks


def test_what_wakes_a_run() -> None:
    assert WaitForEvent(event="purchase").listens() == (EventListener("purchase", "event"),)
    row = WaitForEvent(event="purchase", where={"field": "total", "at_least": 3}, look_back="2 hours")
    assert row.listens() == (EventListener("purchase", "event", "where", 2 * HOUR),)
    assert WaitForEvent(event="purchase", look_back="entry").listens()[0].look_back == "entry"
    both = WaitForSegment(segment="silver", on="both").listens()
    assert both == (SegmentListener("silver", frozenset({"enter", "exit"}), "event"),)
    assert WaitForSegment(segment="silver").listens()[0].directions == {"enter"}
    click = WaitForSignal(of="mail", signal="clicked", link="offer")
    assert click.listens() == (SignalListener("mail", "clicked", "event", "offer"),)


MAIL = Email(to="{{ profile.email }}", subject="s", body="b")
GRAPH = Names(SCHEMA, activities={"mail": MAIL, "done": End()}, segments=frozenset({"silver"}))


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        (WaitForEvent(event="purchase"), []),
        (WaitForEvent(event="purchse"), [("unknown-name", "event")]),
        (WaitForEvent(event="purchase", timeout="soon"), [("bad-duration", "timeout")]),
        (WaitForEvent(event="purchase", look_back="always"), [("bad-duration", "look_back")]),
        (WaitForSegment(segment="gold"), [("unknown-name", "segment")]),
        (WaitForSignal(of="mail", signal="opened"), []),
        (WaitForSignal(of="mail", signal="opened", link="offer"), [("bad-setting", "link")]),
    ],
)
def test_what_is_wrong(activity: Activity, expected: list[tuple[str, str]]) -> None:
    assert problems(activity, GRAPH) == expected


def test_any_segment_may_be_named_where_segments_are_not_known() -> None:
    assert problems(WaitForSegment(segment="gold"), Names(SCHEMA)) == []
    assert problems(WaitForSegment(segment="gold"), NAMES) != []
