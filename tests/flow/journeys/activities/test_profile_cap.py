"""Profile caps: a seat for each, the others go another way."""

from __future__ import annotations

import json

from parcours.flow.journeys.activities.base import STAY, Edge
from parcours.flow.journeys.activities.profile_cap import ProfileCap
from parcours.flow.journeys.contents import Contents
from tests.flow.journeys.activities.fakes import SETTINGS, answers, problems, runs

CAP = ProfileCap(most=3, then="a", otherwise="b")
TWO = ("2026-03-02T09:00:00Z", "2026-03-02T09:00:01Z")


def test_each_run_asks_for_a_seat_of_its_version() -> None:
    moves = CAP.step(runs(*TWO))
    assert (moves.channel, moves.edge.tolist()) == ("seat", [STAY, STAY])
    assert moves.contents is not None
    contents = Contents.together([moves.contents])["content"].to_list()
    assert [json.loads(text) for text in contents] == [{"cap": "welcome/3/here", "most": 3}] * 2


def test_who_gets_no_seat_goes_the_other_way() -> None:
    found = CAP.answered(runs(*TWO), answers(("ok", '{"number": 2}'), ("capped", None)))
    assert found.edge.tolist() == [0, 1]
    assert CAP.edges() == (Edge("next", ("a",), "then"), Edge("otherwise", ("b",), "otherwise"))


def test_tests_and_dry_runs_count_nothing() -> None:
    assert CAP.step(runs(*TWO, mode="test")).edge.tolist() == [0, 0]
    assert CAP.step(runs(*TWO, mode="dry")).edge.tolist() == [0, 0]
    settings = SETTINGS._replace(test_branches={"here": "otherwise"})
    assert CAP.step(runs(*TWO, mode="test", settings=settings)).edge.tolist() == [1, 1]


def test_a_cap_of_nobody_is_refused() -> None:
    assert problems(CAP) == []
    assert problems(ProfileCap(most=0)) == [("bad-setting", "most")]
