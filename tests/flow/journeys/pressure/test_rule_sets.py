"""Rule sets from plain data: both forms, and every problem with its place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from parcours.core.errors import DefinitionError
from parcours.flow.journeys.pressure.rule_sets import (
    ChannelCap,
    ConcurrencyCap,
    QuietHours,
    read_rule_set,
    read_rule_sets,
    unknown_rule_sets,
)

NIGHT: dict[str, Any] = {
    "type": "quiet_hours",
    "zone": "Europe/Paris",
    "weekly": [{"days": ["mon"], "from": "21:00", "to": "09:00"}],
    "handling": "discard",
}


def test_a_set_written_as_its_only_rule() -> None:
    found = read_rule_sets({"night": NIGHT, "limit": {"type": "journey_concurrency_cap", "cap": 2}})

    assert found["limit"].rules == (ConcurrencyCap(cap=2),)
    (night,) = found["night"].rules
    assert isinstance(night, QuietHours)
    assert (night.zone, night.handling, night.weekly[0].to) == ("Europe/Paris", "discard", "09:00")
    assert found["night"].active


def test_a_set_of_several_rules() -> None:
    cap = {"type": "channel_cap", "channels": ["email"], "cap": 3, "period": "2 weeks", "kind": "rolling"}
    found = read_rule_set({"rule_set": "all", "state": "inactive", "global": True, "rules": [NIGHT, cap]})

    assert found.rules[1] == ChannelCap(channels=("email",), cap=3, period="2 weeks", kind="rolling")
    assert not found.active
    assert found.everywhere
    assert read_rule_set(found.to_json()) == found


def test_a_single_rule_may_say_things_of_its_set() -> None:
    found = read_rule_set({**NIGHT, "rule_set": "night", "state": "inactive"})
    assert (found.name, found.active) == ("night", False)


def test_what_yaml_makes_of_times_without_quotes() -> None:
    shape = {"type": "quiet_hours", "weekly": [{"from": 1260, "to": "09:00"}]}
    shape["dates"] = [{"from": date(2026, 12, 24), "until": date(2026, 12, 27)}]
    (rule,) = read_rule_set(shape, "night").rules
    assert isinstance(rule, QuietHours)
    assert rule.weekly[0].from_ == "21:00"
    assert rule.dates[0].from_ == "2026-12-24"


@pytest.mark.parametrize(
    ("shape", "problems"),
    [
        ({"type": "quiet_hour"}, [("unknown-name", "s.type")]),
        ({"type": "quiet_hours", "zone": "Europe/Pari"}, [("unknown-zone", "s.zone"), ("bad-setting", "s")]),
        (
            {**NIGHT, "weekly": [{"days": ["mo"], "from": "21", "to": "25:00"}]},
            [("bad-setting", "s.weekly[0].days[0]")],
        ),
        (
            {**NIGHT, "weekly": [{"days": [], "from": "21", "to": "25:00"}]},
            [("bad-time", "s.weekly[0].from"), ("bad-time", "s.weekly[0].to"), ("bad-setting", "s.weekly[0].days")],
        ),
        ({**NIGHT, "hold": "3 months"}, [("bad-duration", "s.hold")]),
        ({**NIGHT, "hold": "900 days"}, [("bad-duration", "s.hold")]),
        ({**NIGHT, "dates": [{"from": "2026-02-01", "until": "2026-01-01"}]}, [("bad-period", "s.dates[0]")]),
        (
            {"rules": [{"type": "channel_cap", "channels": [], "cap": -1, "period": "yearly"}]},
            [
                ("bad-cap", "s.rules[0].cap"),
                ("bad-period", "s.rules[0].period"),
                ("bad-setting", "s.rules[0].channels"),
            ],
        ),
        ({"rules": [{"cap": 1}]}, [("missing-setting", "s.rules[0].type")]),
        ({**NIGHT, "state": "asleep"}, [("bad-setting", "s.state")]),
        ({"type": "channel_cap", "cap": 2}, [("missing-setting", "s.channels")]),
        ({"type": "channel_cap", "channels": ["email"], "cap": 2, "perod": 1}, [("unknown-setting", "s.perod")]),
        ([], [("bad-setting", "s")]),
    ],
)
def test_every_problem_has_its_place(shape: object, problems: list[tuple[str, str]]) -> None:
    with pytest.raises(DefinitionError) as caught:
        read_rule_set(shape, "night", "s")

    assert [(problem.code, problem.where) for problem in caught.value.problems] == problems


def test_a_set_needs_a_name() -> None:
    with pytest.raises(DefinitionError) as caught:
        read_rule_set(NIGHT)
    assert [problem.where for problem in caught.value.problems] == ["rule_set"]


def test_unknown_names_have_a_hint() -> None:
    (problem,) = unknown_rule_sets(["night", "promos"], {"night", "promo"}, "activities.mail.rule_sets")
    assert problem.where == "activities.mail.rule_sets[1]"
    assert problem.hint == "did you mean 'promo'?"
