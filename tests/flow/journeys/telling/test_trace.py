"""Traces in words, against whole texts."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from parcours.core.clock import HOUR, MINUTE, instant
from parcours.core.facts import INSTANT, STEP_COLUMNS
from parcours.core.schema import DECIMAL, INTEGER, STRING, Schema
from parcours.flow.journeys.activities import kinds
from parcours.flow.journeys.definitions import JourneyDefinition, read_journey
from parcours.flow.journeys.telling import told, trace
from parcours.flow.journeys.telling.english import ENGLISH
from parcours.flow.journeys.telling.french import FRENCH

START = instant("2026-03-14T09:32:00Z")
SCHEMA = Schema().with_event("purchase", {"total": DECIMAL}).with_event("visit", {})
SCHEMA = SCHEMA.with_attributes({"age": INTEGER, "email": STRING})
ACTIVITIES: dict[str, Any] = {
    "check": {
        "type": "condition",
        "paths": [{"label": "big", "when": {"attribute": "age", "at_least": 40}, "to": "offer"}],
        "otherwise": "done",
    },
    "offer": {
        **{"type": "email", "label": "Spring offer", "to": "{{ profile.email }}", "subject": "Hi", "body": "x"},
        "then": ["bought", "week"],
    },
    "bought": {"type": "wait_for_event", "event": "purchase", "timeout": "14 days", "then": "done"},
    "week": {"type": "wait", "for": "7 days", "then": "morning"},
    "morning": {"type": "wait", "time_of_day": "09:00", "then": "done"},
    "done": {"type": "end"},
}


def journey(activities: dict[str, Any] = ACTIVITIES, **more: Any) -> JourneyDefinition:
    body = {"journey": "j", "entry": {"event": "visit"}, "start": next(iter(activities)), "activities": activities}
    return read_journey(body | more, SCHEMA, {"silver"})


def steps(text: str, version: int = 1) -> pl.DataFrame:
    """Lines ``minute activity kind outcome detail`` of one run."""
    found = []
    for line in text.strip().splitlines():
        minute, activity, kind, outcome, *detail = line.split()
        row = {"journey": "j", "version": version, "run": "j/1/p", "_profile": 0, "activity": activity, "kind": kind}
        row |= {"outcome": outcome, "time": START + int(minute) * MINUTE, "detail": " ".join(detail) or None}
        found.append(row)
    schema = {**STEP_COLUMNS, "time": pl.Int64}
    return pl.DataFrame(found, schema=schema).with_columns(pl.col("time").cast(INSTANT))


WAY = """
0 entry entry entered
0 check condition big
0 offer email next
0 bought wait_for_event waiting
0 week wait waiting
1440 bought wait_for_event event
1440 done end finished
"""


def test_a_run_in_english() -> None:
    assert trace(steps(WAY), journey(), "Europe/Paris") == [
        "14 March 2026 10:32  enters by event 'visit'",
        "14 March 2026 10:32  'check': takes path 'big'",
        "14 March 2026 10:32  e-mail 'Spring offer' is sent",
        "14 March 2026 10:32  waits until 28 March 10:32 for event 'purchase', or waits until 21 March 10:32",
        "15 March 2026 10:32  event 'purchase' came",
        "15 March 2026 10:32  has finished",
    ]


def test_a_run_in_french() -> None:
    assert trace(steps(WAY), journey(), "Europe/Paris", "fr") == [
        "14 mars 2026 10:32  entre par l’événement « visit »",
        "14 mars 2026 10:32  « check » : prend le chemin « big »",
        "14 mars 2026 10:32  l’e-mail « Spring offer » est envoyé",
        "14 mars 2026 10:32  attend jusqu’au 28 mars 10:32 l’événement « purchase », ou attend jusqu’au 21 mars 10:32",
        "15 mars 2026 10:32  l’événement « purchase » est arrivé",
        "15 mars 2026 10:32  a terminé",
    ]


def last(text: str, definition: JourneyDefinition | None = None, **more: Any) -> str:
    return trace(steps(text), definition or journey(), **more)[-1].partition("  ")[2]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("0 entry entry held_out", "is held out for comparison"),
        ("0 entry discard reentrance_wait j/1/p", "is not let in: the time until the next entry is not over"),
        ("0 entry discard some_other_reason", "is not let in: some other reason"),
        ("0 check condition otherwise", "'check': none of the paths fits"),
        ("0 check condition error http_500", "'check' fails: the answer was HTTP 500"),
        ("0 offer email passed no_consent", "passes 'Spring offer' without it: no consent"),
        ("0 offer email held quiet_hours", "is held in front of 'Spring offer': quiet hours"),
        ("0 bought wait_for_event timeout", "event 'purchase' did not come in time"),
        ("0 week wait migrated version 1 to 2", "goes on at 'week' in version 1 to 2"),
        ("0 morning wait waiting", "waits until 09:00"),
        ("0 check end error check", "ended in error ('check')"),
        ("0 week end exited end_date", "left the journey (the end date of the journey)"),
        ("0 week end instance_timed_out", "ended: the longest stay is over"),
        ("0 week wait strange", "leaves 'week' by 'strange'"),
    ],
)
def test_every_kind_of_row(line: str, expected: str) -> None:
    assert last(line) == expected


def test_what_is_due_is_said_where_only_the_state_knows_it() -> None:
    due = {("j/1/p", "morning"): START + 23 * HOUR, ("j/1/p", "offer"): START + 400 * 24 * HOUR}
    assert last("0 morning wait waiting", due=due) == "waits until 15 March 08:32"
    assert last("0 offer email held quiet_hours", due=due).endswith("until 18 April 2027 09:32: quiet hours")


def test_branches_of_a_fork_are_told_apart() -> None:
    lines = trace(steps("0 both fork forked\n0 bought wait_for_event waiting\n0 week wait waiting"), journey())
    assert len(lines) == 3

    race = "0 both fork forked\n0 bought wait_for_event waiting bought|week\n0 week wait waiting bought|week"
    assert len(trace(steps(race), journey())) == 2


def test_rows_of_a_version_that_is_gone_are_told_without_it() -> None:
    lines = trace(steps(WAY), {2: journey()})
    assert lines[3].endswith("waits for event 'bought', or waits")
    assert lines[0].endswith("enters by event 'entry'")


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"segment": "silver"}, "enters by a change of segment 'silver'"),
        ({"read": "silver"}, "enters by a read of segment 'silver'"),
    ],
)
def test_the_entry_says_how(entry: dict[str, Any], expected: str) -> None:
    assert last("0 entry entry entered", journey(entry=entry)) == expected


def test_parts_can_be_shown_elsewhere() -> None:
    (first, *_) = told(steps(WAY), journey())
    assert (first.time, first.run, first.activity) == (START, "j/1/p", "entry")


@pytest.mark.parametrize("table", ["words", "entries", "waits", "passes", "ends", "reasons"])
def test_both_languages_have_the_same_phrases(table: str) -> None:
    english, french = getattr(ENGLISH, table), getattr(FRENCH, table)
    assert english.keys() == french.keys()
    for key in english:
        assert set(_fields(english[key])) == set(_fields(french[key]))


def _fields(form: str) -> list[str]:
    return [part.partition("}")[0] for part in form.split("{")[1:]]


def test_every_way_out_of_every_activity_has_words() -> None:
    """Those whose labels are free are told by the phrase of their kind."""
    told_of = {key.partition(".")[0] for key in ENGLISH.passes}
    assert set(kinds()) - told_of == {"end"}


def test_there_are_two_languages() -> None:
    with pytest.raises(KeyError):
        trace(steps(WAY), journey(), language="de")
