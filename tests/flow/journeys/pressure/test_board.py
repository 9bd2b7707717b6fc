"""Rule sets in force, by name, and what they keep when they change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from parcours.core.clock import DAY, HOUR, instant
from parcours.flow.journeys.pressure.board import ADMITTED, CONCURRENCY_CAP, ENTRY_CAP, LOWER_PRIORITY, Board
from parcours.flow.journeys.pressure.caps import Zones
from parcours.flow.journeys.pressure.look_ahead import Upcoming
from parcours.flow.journeys.pressure.rule_sets import RuleSet, read_rule_set

START = instant("2026-03-02T08:00:00Z")
NOBODY = Zones(np.array([-1]), [])


def mails(cap: int, **more: Any) -> RuleSet:
    rule = {"type": "channel_cap", "channels": ["email", "sms"], "cap": cap, "period": "daily"}
    return read_rule_set({"rule_set": "promo", "rules": [rule], **more})


def sent(board: Board, channel: str = "email", names: tuple[str, ...] = ("promo",), at: int = START) -> bool:
    return bool(board.send(names, channel, np.zeros(1, np.int32), np.array([at]))[0])


def entered(board: Board, *names: str, at: int = START) -> int:
    return int(board.enter(names, np.zeros(1, np.int32), np.array([at]))[0])


def test_channels_are_counted_together() -> None:
    board = Board([mails(2)])
    assert [sent(board), sent(board, "sms"), sent(board), sent(board, "push")] == [True, True, False, True]
    assert sent(board, names=())
    assert sent(board, at=START + DAY)


def test_a_changed_cap_keeps_the_count() -> None:
    board = Board([mails(1)])
    assert [sent(board), sent(board)] == [True, False]
    board.define(mails(2))
    assert [sent(board), sent(board)] == [True, False]


def test_an_inactive_set_stops_nobody_and_keeps_its_count() -> None:
    board = Board([mails(1)])
    assert sent(board)
    board.define(mails(1, state="inactive"))
    assert sent(board)
    board.define(mails(1))
    assert not sent(board)


def test_a_global_set_needs_no_name() -> None:
    board = Board([mails(1, **{"global": True})])
    assert [sent(board, names=()), sent(board, names=())] == [True, False]


def test_a_withdrawn_set_forgets() -> None:
    board = Board([mails(1)])
    assert sent(board)
    board.withdraw("promo")
    board.define(mails(1))
    assert sent(board)


def test_asking_counts_nothing() -> None:
    board = Board([mails(1)])
    who, at = np.zeros(2, np.int32), np.full(2, START)
    assert board.would_send(("promo",), "sms", who, at).tolist() == [True, False]
    assert sent(board)


@pytest.fixture
def gate() -> Board:
    rules = [{"type": "journey_entry_cap", "cap": 2, "period": "daily"}, {"type": "journey_concurrency_cap", "cap": 1}]
    return Board([read_rule_set({"rule_set": "limit", "rules": rules})])


def test_entries_are_refused_with_a_reason(gate: Board) -> None:
    assert entered(gate, "limit") == ADMITTED
    assert entered(gate, "limit") == CONCURRENCY_CAP
    gate.leave(["limit"], np.zeros(1, np.int32))
    assert entered(gate, "limit", at=START + HOUR) == ADMITTED
    gate.leave(["limit"], np.zeros(1, np.int32))
    assert entered(gate, "limit", at=START + HOUR) == ENTRY_CAP
    assert entered(gate) == ADMITTED


def test_runs_that_enter_while_the_set_sleeps_count_when_it_wakes(gate: Board) -> None:
    active = gate.sets["limit"]
    gate.define(read_rule_set({**active.to_json(), "state": "inactive"}))
    assert entered(gate, "limit") == ADMITTED
    assert entered(gate, "limit") == ADMITTED
    gate.define(active)
    gate.leave(["limit"], np.zeros(1, np.int32))
    assert entered(gate, "limit") == CONCURRENCY_CAP


def test_a_new_set_learns_who_is_inside(gate: Board) -> None:
    gate.recount({"limit": np.array([0, 4], np.int32)})
    assert entered(gate, "limit") == CONCURRENCY_CAP


def test_a_snapshot_goes_on(gate: Board) -> None:
    entered(gate, "limit")
    other = Board(gate.sets.values())
    other.load(gate.dump())
    assert other.dump().equals(gate.dump())
    assert entered(other, "limit") == CONCURRENCY_CAP
    other.erase(np.zeros(1, np.int32))
    assert entered(other, "limit") == ADMITTED


def test_quiet_hours_are_for_their_channels() -> None:
    rule = {"type": "quiet_hours", "zone": "UTC", "weekly": [{"from": "07:00", "to": "09:00"}], "channels": ["sms"]}
    board = Board([read_rule_set(rule, "early")])
    at = np.array([START])
    assert board.quiet(["early"], "sms", at, NOBODY).release.tolist() == [START + HOUR]
    assert board.quiet(["early"], "email", at, NOBODY).release.tolist() == [START]
    assert board.quiet([], "sms", at, NOBODY).release.tolist() == [START]


def keeping(**rule: Any) -> Board:
    rules = [{"type": "journey_entry_cap", "cap": 2, "period": "daily", **rule}]
    return Board([read_rule_set({"rule_set": "limit", "rules": rules})])


def kept(board: Board, *upcoming: Upcoming, at: int = START, who: int = 0) -> int:
    return int(board.enter(["limit"], np.array([who], np.int32), np.array([at]), None, upcoming)[0])


def comes(at: int, names: tuple[str, ...] = ("limit",)) -> Upcoming:
    return Upcoming(at, names, lambda: np.array([0, 3], np.int32))


def test_an_entry_is_kept_for_each_journey_that_comes_in_the_period() -> None:
    board, later = keeping(), comes(START + HOUR)
    assert kept(board, later, later) == LOWER_PRIORITY
    assert kept(board, later) == ADMITTED
    assert kept(board, later) == LOWER_PRIORITY
    assert kept(board) == ADMITTED
    assert kept(board, later) == ENTRY_CAP


@pytest.mark.parametrize(
    ("upcoming", "rule"),
    [
        (comes(START + DAY), {}),
        (comes(START - 1), {}),
        (comes(START + HOUR, ("other",)), {}),
        (comes(START + HOUR), {"look_ahead": "none"}),
        (comes(START + DAY), {"kind": "rolling"}),
    ],
)
def test_nothing_is_kept(upcoming: Upcoming, rule: dict[str, str]) -> None:
    board = keeping(cap=1, **rule)
    assert kept(board, upcoming) == ADMITTED


@pytest.mark.parametrize("at", [START, START + DAY - 1])
def test_a_rolling_period_looks_as_far_ahead_as_an_entry_counts(at: int) -> None:
    assert kept(keeping(cap=1, kind="rolling"), comes(at)) == LOWER_PRIORITY


def test_a_cap_may_keep_entries_for_members_alone() -> None:
    board = keeping(cap=1, look_ahead="members")
    assert [kept(board, comes(START), who=who) for who in (0, 1, 3)] == [LOWER_PRIORITY, ADMITTED, LOWER_PRIORITY]


def test_the_window_is_that_of_the_zone_of_the_person() -> None:
    board = keeping(cap=1, zone="profile")
    who, at = np.array([0, 1], np.int32), np.full(2, instant("2026-03-02T22:00:00Z"))
    zones = Zones(np.array([0, -1]), ["Europe/Paris"])  # 23:00 there
    later = comes(instant("2026-03-02T23:30:00Z"))
    assert board.enter(["limit"], who, at, zones, [later]).tolist() == [ADMITTED, LOWER_PRIORITY]


def test_a_set_for_all_journeys_needs_no_name_either() -> None:
    rule = {"type": "journey_entry_cap", "cap": 1, "period": "daily"}
    board = Board([read_rule_set({"rule_set": "limit", "global": True, "rules": [rule]})])
    assert board.looks_ahead([])
    assert kept(board, comes(START, ())) == LOWER_PRIORITY
