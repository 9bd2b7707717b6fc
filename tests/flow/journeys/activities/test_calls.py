"""Custom actions and calls of other journeys: what is called, and where runs go with the answer."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import polars as pl
import pytest

from parcours.flow.journeys.activities.base import FAIL, STAY, Activity, Edge, Names
from parcours.flow.journeys.activities.call import Call
from parcours.flow.journeys.activities.custom_action import CustomAction
from parcours.flow.journeys.activities.email import Email
from parcours.flow.journeys.activities.jump import Jump
from parcours.flow.journeys.contents import Contents
from tests.flow.journeys.activities.fakes import ANSWER, SCHEMA, SETTINGS, answers, problems, runs

TWO = ("2026-03-02T09:00:00Z", "2026-03-02T09:00:01Z")


def test_an_action_is_called_with_values_of_their_own_types() -> None:
    written = {
        "city": "Metz",
        "count": 3,
        "nothing": None,
        "deep": {"list": [1, "a", {"b": True}]},
        **{name: {"journey": "…"} for name in ("number", "text", "flag", "many", "instant", "local", "day")},
    }
    action = CustomAction(action="crm", values=written)
    values = {
        "number": pl.Series([1.5, None]),
        "text": pl.Series(['a "b"\n', "}"]),
        "flag": pl.Series([True, False]),
        "many": pl.Series([[1, 2], []], dtype=pl.List(pl.Int64)),
        "instant": pl.Series([datetime(2026, 3, 1, 9, tzinfo=UTC), None]),
        "local": pl.Series([datetime(2026, 3, 1, 9), None]),  # noqa: DTZ001
        "day": pl.Series([date(2026, 3, 1), None]),
    }
    arrivals = runs(*TWO, values={f"values.{name}": column for name, column in values.items()})
    moves = action.step(arrivals)
    assert moves.contents is not None
    assert (moves.channel, moves.edge.tolist()) == ("http", [STAY, STAY])
    first, second = (json.loads(text) for text in Contents.together([moves.contents])["content"])
    constants = {"city": "Metz", "count": 3, "nothing": None, "deep": {"list": [1, "a", {"b": True}]}}
    assert first == {
        "action": "crm",
        "timeout": SETTINGS.step_timeout,
        "values": {
            **constants,
            "number": 1.5,
            "text": 'a "b"\n',
            "flag": True,
            "many": [1, 2],
            "instant": first["values"]["instant"],
            "local": "2026-03-01T09:00:00",
            "day": "2026-03-01",
        },
    }
    assert datetime.fromisoformat(first["values"]["instant"]) == datetime(2026, 3, 1, 9, tzinfo=UTC)
    nulls = dict.fromkeys(("number", "instant", "local", "day"))
    assert second["values"] == {**constants, **nulls, "text": "}", "flag": False, "many": []}


@pytest.mark.parametrize(
    ("ways", "expected"),
    [
        ({}, [0, FAIL, FAIL, FAIL, FAIL]),
        ({"on_error": "e"}, [0, FAIL, FAIL, FAIL, FAIL]),
        ({"on_timeout": "t"}, [0, FAIL, 1, FAIL, FAIL]),
        ({"on_error": "e", "on_timeout": "t"}, [0, FAIL, 2, FAIL, FAIL]),
    ],
)
def test_the_answer_says_which_way_a_run_goes(ways: dict[str, str], expected: list[int]) -> None:
    results = ("ok", "http_404", "timedout", "capped", "error")
    moves = CustomAction(action="crm", **ways).answered(
        runs(*TWO * 2, TWO[0]), answers(*((result, None) for result in results))
    )
    assert moves.edge.tolist() == expected
    assert isinstance(moves.error, pl.Series)
    assert moves.error.to_list() == [None, "http_404", "timedOut", "capped", "error"]


def test_ways_out_and_consent_of_an_action() -> None:
    action = CustomAction(action="crm", then="a", on_error="e", on_timeout=("t", "u"), consent="sms")
    assert action.edges() == (
        Edge("next", ("a",), "then"),
        Edge("error", ("e",), "on_error"),
        Edge("timeout", ("t", "u"), "on_timeout"),
    )
    assert action.pressed() == ("sms", (), True)
    assert CustomAction(action="crm").pressed() is None
    assert CustomAction(action="crm").remembers("ask") == ("action", "ask")


def test_a_jump_starts_the_target_with_a_payload_and_goes_on() -> None:
    jump = Jump(journey="b", values={"city": {"journey": "…"}, "n": 1, "none": None})
    moves = jump.step(runs(*TWO, values={"values.city": pl.Series(["Metz", None])}))
    assert (moves.target, moves.returns, moves.edge.tolist()) == ("b", False, [0, 0])
    assert moves.payload is not None
    assert moves.payload.frame.to_dicts() == [
        {"city": "Metz", "n": 1, "none": None},
        {"city": None, "n": 1, "none": None},
    ]
    assert Jump(journey="b").step(runs(*TWO)).payload is None
    assert Jump(journey="b", on_error="e").edges()[1] == Edge("error", ("e",), "on_error")


def test_a_call_waits_for_the_end_of_the_run_that_it_started() -> None:
    call = Call(journey="b", then="a")
    moves = call.step(runs(*TWO))
    assert (moves.target, moves.returns, moves.edge.tolist()) == ("b", True, [STAY, STAY])
    results = ("finished", "exited", "error", "timed_out", "instance_timed_out", "stopped")
    back = call.answered(runs(*TWO * 3), answers(*((result, None) for result in results)))
    assert back.edge.tolist() == [0, 0, FAIL, FAIL, FAIL, FAIL]
    assert back.detail is not None
    assert back.detail.to_list() == list(results)
    assert call.remembers("sub") == ("action", "sub")


GRAPH = Names(
    SCHEMA,
    activities={"ask": CustomAction(action="crm"), "sub": Call(journey="b")},
    actions={"crm": ANSWER},
    journeys=frozenset({"b"}),
)


def mail(body: str) -> Email:
    return Email(to="{{ profile.email }}", subject="s", body=body)


@pytest.mark.parametrize(
    ("activity", "expected"),
    [
        (CustomAction(action="crm"), []),
        (CustomAction(action="crn"), [("unknown-name", "action")]),
        (Call(journey="b"), []),
        (Call(journey="c"), [("unknown-name", "journey")]),
        (Call(journey="b", values={"mixed": [1, "a"]}), [("bad-setting", "values.mixed")]),
        (Call(journey="b", values={"mixed": {"l": [{"n": [1]}, {"n": ["a"]}]}}), [("bad-setting", "values.mixed")]),
        (Call(journey="b", values={"numbers": [1, 2.5], "deep": {"l": [1, None, 2.5]}}), []),
        (Jump(journey="b", values={"mixed": [1, "a"]}), [("bad-setting", "values.mixed")]),
        (mail("{{ action.ask.price }} {{ action.ask.status_code }} {{ action.sub.status_code }}"), []),
        (mail("{{ action.ask.prize }}"), [("unknown-name", "body")]),
        (mail("{{ action.asks.price }}"), [("unknown-name", "body")]),
    ],
)
def test_what_is_wrong(activity: Activity, expected: list[tuple[str, str]]) -> None:
    assert problems(activity, GRAPH) == expected
