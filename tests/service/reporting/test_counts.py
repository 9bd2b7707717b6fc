"""Counters of runs, activities and edges from step rows, the hard cases too: races, holds, loops, forks, retries."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from parcours.core.clock import MINUTE
from parcours.core.facts import DefinitionChange
from parcours.service.reporting.activities import activity_totals, calls, deliveries, edge_totals, errors, funnel
from parcours.service.reporting.drops import discards, discards_of
from parcours.service.reporting.runs import entries_per_day, passages, run_totals, stuck
from parcours.store.log import Log
from tests.service.reporting.history import START, history, lines, rows

# ada buys and is thanked; ben's time is over; cy waits at both; dan leaves while waiting; eve was held out and refused
RACE = """
ada 0 entry entry entered
ada 0 pause wait waiting
ada 0 bought wait_for_event waiting
ben 0 entry entry entered
ben 0 pause wait waiting
ben 0 bought wait_for_event waiting
cy 5 entry entry entered
cy 5 pause wait waiting
cy 5 bought wait_for_event waiting
dan 6 entry entry entered
dan 6 pause wait waiting
dan 6 bought wait_for_event waiting
eve 6 entry entry held_out
eve 7 entry discard already_in_journey j/1/eve
eve 8 entry discard entry_cap
ada 10 bought wait_for_event event
ada 10 thanks email held quiet_hours
ada 20 thanks email next
ada 20 thanks end finished
dan 25 pause end exited by event
ben 30 pause wait elapsed
ben 30 call custom_action waiting
ben 31 call custom_action error http_500
ben 31 call end error http_500
"""


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Log]:
    with history(tmp_path, rows(RACE)) as log:
        yield log


def test_every_run_is_inside_or_ended(log: Log) -> None:
    (row,) = run_totals(log).to_dicts()
    assert row == {
        **{"journey": "j", "version": 1, "entered": 4, "in_progress": 1, "finished": 1, "error": 1, "timed_out": 0},
        **{"exited": 1, "instance_timed_out": 0, "stopped": 0, "merged": 0, "failed": 1, "held_out": 1, "discarded": 2},
    }
    assert run_totals(log, "other").height == 0


def test_losers_of_a_race_are_overtaken(log: Log) -> None:
    found = activity_totals(log, "j")
    assert lines(found, "activity", "arrived", "waiting", "left", "overtaken", "errors") == [
        ("entry", 5, 0, 5, 0, 0),
        ("pause", 4, 1, 3, 1, 0),
        ("bought", 4, 1, 3, 1, 0),
        ("thanks", 1, 0, 1, 0, 0),
        ("call", 1, 0, 1, 0, 1),
    ]


def test_edges_are_counted_by_label(log: Log) -> None:
    assert sorted(lines(edge_totals(log, "j"), "activity", "label", "runs")) == [
        ("bought", "event", 1),
        ("bought", "exited", 1),
        ("bought", "overtaken", 1),
        ("call", "error", 1),
        ("entry", "entered", 4),
        ("entry", "held_out", 1),
        ("pause", "elapsed", 1),
        ("pause", "exited", 1),
        ("pause", "overtaken", 1),
        ("thanks", "next", 1),
    ]


def test_the_funnel_shows_outcomes(log: Log) -> None:
    found = {row["activity"]: row for row in funnel(log, "j").iter_rows(named=True)}
    assert found["pause"]["waiting"] == 1
    assert found["pause"]["outcomes"] == "elapsed 1, exited 1, overtaken 1"
    assert found["entry"]["outcomes"] == "entered 4, held_out 1"


def test_errors_have_their_codes(log: Log) -> None:
    assert lines(errors(log), "journey", "activity", "code", "steps", "people") == [("j", "call", "http_500", 1, 1)]


def test_drops_have_their_reasons(log: Log) -> None:
    assert lines(discards(log), "reason", "inputs", "people") == [("already_in_journey", 1, 1), ("entry_cap", 1, 1)]
    assert lines(discards_of(log, 4), "reason", "detail") == [("already_in_journey", "j/1/eve"), ("entry_cap", None)]
    assert discards_of(log, 0).height == 0


def test_who_did_not_pass_on(log: Log) -> None:
    assert lines(stuck(log, "j", "pause"), "_profile_id", "outcome") == [("cy", "waiting"), ("dan", "exited")]
    assert lines(stuck(log, "j", "call"), "_profile_id", "outcome", "detail") == [("ben", "error", "http_500")]
    assert stuck(log, "j", "thanks").height == 0


def test_the_time_between_two_activities(log: Log) -> None:
    row = passages(log, "j", "entry", "thanks").row(0, named=True)
    assert (row["runs"], row["least"], row["median"]) == (1, timedelta(minutes=10), timedelta(minutes=10))
    row = passages(log, "j", "entry", "pause").row(0, named=True)
    assert (row["runs"], row["most"]) == (4, timedelta())
    assert passages(log, "j", "thanks", "call").row(0) == (0, None, None, None, None)


def test_entries_per_day_in_a_zone(log: Log) -> None:
    assert lines(entries_per_day(log, "j"), "entered", "held_out") == [(4, 1)]
    assert str(entries_per_day(log, zone="Pacific/Auckland")["day"].item()) == "2026-03-15"


LOOP = """
ada 0 entry entry entered
ada 0 pause wait waiting
ada 0 bought wait_for_event waiting
ada 5 pause wait elapsed
ada 5 loop loop again
ada 5 pause wait waiting
ada 5 bought wait_for_event waiting
ada 9 bought wait_for_event event
ada 9 goodbye end finished
"""


def test_a_loser_that_comes_again_is_another_visit(tmp_path: Path) -> None:
    with history(tmp_path, rows(LOOP)) as log:
        assert lines(activity_totals(log, "j"), "activity", "arrived", "waiting", "overtaken") == [
            *[("entry", 1, 0, 0), ("pause", 2, 0, 1), ("bought", 2, 0, 1), ("loop", 1, 0, 0), ("goodbye", 1, 0, 0)]
        ]
        visits = log.query("SELECT activity, visit, outcome FROM journey_visits ORDER BY _seq")
    assert visits.rows()[1:5] == [
        *[("pause", 1, "elapsed"), ("bought", 1, "overtaken"), ("loop", 1, "again"), ("pause", 2, "overtaken")]
    ]


FORK = """
ada 0 entry entry entered
ada 0 both fork forked
ada 0 week wait waiting
ada 0 month wait waiting
ada 7 week wait elapsed
"""


def test_branches_of_a_fork_do_not_race(tmp_path: Path) -> None:
    with history(tmp_path, rows(FORK)) as log:
        assert lines(activity_totals(log, "j"), "activity", "waiting", "left", "overtaken") == [
            *[("entry", 0, 1, 0), ("both", 0, 1, 0), ("week", 0, 1, 0), ("month", 1, 0, 0)]
        ]


RACE_IN_A_FORK = """
ada 0 entry entry entered
ada 0 both fork forked
ada 0 month wait waiting
ada 0 week wait waiting week|bought
ada 0 bought wait_for_event waiting week|bought
ada 7 bought wait_for_event event
"""


def test_a_race_right_behind_a_fork_is_one_when_it_says_so(tmp_path: Path) -> None:
    with history(tmp_path, rows(RACE_IN_A_FORK)) as log:
        found = {row[0]: row[1:] for row in lines(activity_totals(log, "j"), "activity", "waiting", "overtaken")}
    assert (found["month"], found["week"], found["bought"]) == ((1, 0), (0, 1), (0, 0))


TOGETHER = """
ada 0 entry entry entered
ada 0 both fork forked
ada 0 week wait waiting
ada 0 week wait waiting
ada 7 week wait elapsed
ada 7 bye email next
ada 7 month wait waiting
ada 9 week wait elapsed
ada 9 bye email next
ada 9 month wait waiting
"""


def test_branches_may_be_at_one_activity_at_once(tmp_path: Path) -> None:
    with history(tmp_path, rows(TOGETHER)) as log:
        found = {row[0]: row[1:] for row in lines(activity_totals(log, "j"), "activity", "arrived", "waiting", "left")}
    assert (found["week"], found["bye"], found["month"]) == ((2, 0, 2), (2, 0, 2), (2, 2, 0))


BRANCHES = """
ada 0 entry entry entered
ada 0 both fork forked
ada 0 mail email next
ada 0 text sms next
ada 0 week wait waiting
ada 0 month wait waiting
ada 0 meet join waiting
ada 7 week wait elapsed
"""


def test_waits_of_branches_are_no_race(tmp_path: Path) -> None:
    with history(tmp_path, rows(BRANCHES)) as log:
        found = {row[0]: row[1:] for row in lines(activity_totals(log, "j"), "activity", "waiting", "overtaken")}
    assert (found["month"], found["week"], found["meet"]) == ((1, 0), (0, 0), (1, 0))


JOIN = """
ada 0 entry entry entered
ada 0 both fork forked
ada 0 week wait waiting
ada 0 month wait waiting
ada 7 week wait elapsed
ada 7 meet join waiting
ada 30 month wait elapsed
ada 30 meet join waiting
ada 30 meet join next
ada 30 bye end finished
"""


def test_branches_come_to_a_join_together(tmp_path: Path) -> None:
    with history(tmp_path, rows(JOIN)) as log:
        found = {row[0]: row[1:] for row in lines(activity_totals(log, "j"), "activity", "arrived", "waiting", "left")}
    assert found["meet"] == (1, 0, 1)


MIGRATED = """
ada 0 entry entry entered
ada 0 week wait waiting
ada 0 bought wait_for_event waiting
ben 0 entry entry entered
ben 0 pause wait waiting
ada 5 week wait migrated
ben 5 month wait migrated
ben 5 month wait waiting
"""


def test_who_is_moved_to_another_version_stands_at_one_place(tmp_path: Path) -> None:
    with history(tmp_path, rows(MIGRATED)) as log:
        found = log.query("SELECT _profile_id, activity, visit, outcome FROM journey_visits WHERE kind <> 'entry'")
        assert sorted(found.rows()) == [
            ("ada", "bought", 1, "waiting"),
            ("ada", "week", 1, "waiting"),
            ("ben", "month", 1, "waiting"),
            ("ben", "pause", 1, "migrated"),
        ]


HELD_OUT_LATER = """
ada 0 entry entry entered
ada 0 bye end finished
ada 60 entry entry held_out
ada 70 entry entry held_out
"""


def test_who_is_held_out_later_is_no_run(tmp_path: Path) -> None:
    with history(tmp_path, rows(HELD_OUT_LATER)) as log:
        assert lines(run_totals(log), "entered", "finished", "in_progress", "held_out") == [(1, 1, 0, 2)]
        assert lines(entries_per_day(log), "entered", "held_out") == [(1, 2)]


def test_a_business_event_enters_once(tmp_path: Path) -> None:
    steps = rows("ada 0 stock entry entered\nada 0 read entry entered\nada 0 bye end finished")
    with history(tmp_path, steps) as log:
        assert lines(entries_per_day(log), "entered") == [(1,)]
        assert activity_totals(log, "j")["activity"].to_list() == ["stock", "read", "bye"]


def test_tests_and_dry_runs_do_not_count(tmp_path: Path) -> None:
    tried = rows("ada 0 entry entry entered\nada 0 pause wait waiting", version=2)
    live = rows("ben 0 entry entry entered\nben 0 pause wait waiting", version=1)
    controls = [DefinitionChange("journey", "j", 1, "publish"), DefinitionChange("journey", "j", 2, "test_on")]
    with history(tmp_path, tried + live, before=controls) as log:
        modes = log.query("SELECT _profile_id, mode FROM journey_runs ORDER BY 1").rows()
        assert modes == [("ada", "test"), ("ben", "live")]
        assert lines(run_totals(log), "version", "in_progress") == [(1, 1)]
        assert activity_totals(log, "j")["arrived"].to_list() == [1, 1]
        assert lines(entries_per_day(log), "entered") == [(1,)]


RETRY = """
ada 0 entry entry entered
ada 0 call custom_action waiting
ada 1 call custom_action error timedOut
ada 1 call end timed_out timedOut
ada 60 call custom_action waiting
ada 61 call custom_action next
ada 61 goodbye end finished
"""


def test_a_run_that_was_tried_again_counts_once(tmp_path: Path) -> None:
    with history(tmp_path, rows(RETRY)) as log:
        assert lines(run_totals(log), "entered", "in_progress", "finished", "failed") == [(1, 0, 1, 0)]
        assert lines(activity_totals(log, "j"), "activity", "arrived", "errors")[1] == ("call", 2, 1)


def test_versions_are_counted_apart(tmp_path: Path) -> None:
    old = rows("ada 0 entry entry entered\nada 0 pause wait waiting")
    new = rows("ben 0 entry entry entered\nben 0 pause wait waiting", version=2)
    with history(tmp_path, old + new) as log:
        assert lines(run_totals(log), "version", "in_progress") == [(1, 1), (2, 1)]
        assert lines(run_totals(log, by_version=False), "in_progress") == [(2,)]
        assert activity_totals(log, "j", 2)["arrived"].to_list() == [1, 1]


def test_calls_by_endpoint(tmp_path: Path) -> None:
    shared = {"journey": "j", "_profile": 0, "activity": "a"}
    sent = [
        {"key": "1", "channel": "http", "content": '{"action":"crm"}'},
        {"key": "2", "channel": "http", "content": '{"action":"crm"}'},
        {"key": "3", "channel": "webhook", "content": '{"url":"https://x.test/in?token=1"}'},
        {"key": "4", "channel": "email", "content": "{}"},
    ]
    settled = [
        {"key": "1", "result": "ok", "attempts": 1, "started": START, "time": START + MINUTE},
        {"key": "2", "result": "ok", "attempts": 3, "started": START, "time": START + 2 * MINUTE},
    ]
    with history(tmp_path, [], deliveries=[shared | one for one in sent], outcomes=settled) as log:
        assert calls(log).rows() == [
            ("email", "", "pending", 1, 0, None),
            ("http", "crm", "ok", 2, 4, timedelta(minutes=2)),
            ("webhook", "https://x.test/in", "pending", 1, 0, None),
        ]
        assert calls(log, "k").height == 0
        assert deliveries(log)["messages"].sum() == 4
