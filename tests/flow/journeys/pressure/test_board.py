"""Rule sets in force, by name, and what they keep when they change."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from parcours.core.clock import DAY, HOUR, instant
from parcours.flow.journeys.pressure.board import ADMITTED, CONCURRENCY_CAP, ENTRY_CAP, Board
from parcours.flow.journeys.pressure.caps import Zones
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
