"""The made-up outside of virtual time."""

import json

import polars as pl

from parcours.core.clock import SECOND
from parcours.core.facts import DELIVERY_COLUMNS, OUTCOME_COLUMNS
from parcours.engines.outside import Made, Stub, StubbedOutside
from parcours.flow.delivery.attempts import Answer
from parcours.flow.delivery.limits import Capping, Gate


def deliveries(channel, people, activity="call", content=None):
    rows = [
        {
            "key": f"j/1/{person}/{activity}/1",
            "channel": channel,
            "journey": "j",
            "version": 1,
            "run": f"j/1/{person}",
            "activity": activity,
            "_profile": number,
            "decided": 0,
            "content": json.dumps(content or {}),
        }
        for number, person in enumerate(people)
    ]
    plain = {name: pl.Int64 if name == "decided" else kind for name, kind in DELIVERY_COLUMNS.items()}
    return pl.DataFrame(rows, schema=plain).cast({"decided": DELIVERY_COLUMNS["decided"]})


def results(outcomes):
    return list(zip(outcomes["key"].str.split("/").list[2], outcomes["result"], strict=True))


def test_messages_are_sent_at_once():
    outside = StubbedOutside()
    outside.take(deliveries("email", ["anna", "ben"]), 5)
    assert outside.due == 5
    outcomes = outside.advance(5)
    assert dict(outcomes.schema) == dict(OUTCOME_COLUMNS)
    assert results(outcomes) == [("anna", "sent"), ("ben", "sent")]
    assert outside.due is None
    assert outside.advance(5).is_empty()


def test_calls_are_answered_when_they_say():
    stub = Stub((Answer(500, took=2 * SECOND), Answer(200, '{"a": 1}', took=SECOND)))
    outside = StubbedOutside({"call": stub})
    outside.take(deliveries("http", ["anna"]), 0)
    assert outside.advance(2 * SECOND).is_empty()
    assert outside.due == 3 * SECOND
    (outcome,) = outside.advance(3 * SECOND).to_dicts()
    assert (outcome["result"], outcome["attempts"], outcome["answer"]) == ("ok", 2, '{"a": 1}')
    assert outside.made["j/1/anna/call/1"] == Made(0, 2, "ok")


def test_the_time_that_a_step_may_take_is_in_the_content():
    outside = StubbedOutside({"call": Stub((Answer(200, took=9 * SECOND),))})
    outside.take(deliveries("http", ["anna"], content={"timeout": 5 * SECOND}), 0)
    assert outside.advance(0).is_empty()
    assert outside.due == 5 * SECOND
    assert results(outside.advance(5 * SECOND)) == [("anna", "timedout")]


def test_people_without_a_stub_of_their_own_are_answered_200():
    outside = StubbedOutside({"call": Stub(by_profile={"anna": Stub((Answer(404),))})})
    outside.take(deliveries("http", ["anna", "ben"]), 0)
    assert results(outside.advance(0)) == [("anna", "http_404"), ("ben", "ok")]


def test_calls_to_one_endpoint_share_its_rate_rules():
    gate = Gate(cappings=[Capping(2, SECOND)])
    outside = StubbedOutside(gates={"call": gate, "other": gate})
    outside.take(deliveries("http", ["anna"]), 0)
    outside.take(deliveries("http", ["ben", "carl"], "other"), 0)
    assert results(outside.advance(0)) == [("anna", "ok"), ("ben", "ok"), ("carl", "capped")]


def test_what_is_settled_takes_no_time_and_no_retries():
    outside = StubbedOutside({"call": Stub(settled="http_500"), "ask": Stub(settled="ok", body='{"temp": 3}')})
    outside.take(deliveries("http", ["anna"]), 7)
    outside.take(deliveries("source", ["ben"], "ask"), 7)
    outcomes = outside.advance(7)
    assert results(outcomes) == [("anna", "http_500"), ("ben", "ok")]
    assert outcomes["answer"].to_list() == [None, '{"temp": 3}']


def test_seats_are_numbered_and_exact():
    outside = StubbedOutside()
    asked = {"cap": "j/1/cap", "most": 2}
    outside.take(deliveries("seat", ["anna", "ben", "carl"], "cap", asked), 0)
    outside.take(deliveries("seat", ["dora"], "cap", {"cap": "j/2/cap", "most": 2}), 0)
    outcomes = outside.advance(0)
    assert results(outcomes) == [("anna", "ok"), ("ben", "ok"), ("carl", "capped"), ("dora", "ok")]
    numbers = [answer and json.loads(answer)["number"] for answer in outcomes["answer"]]
    assert numbers == [0, 1, None, 0]
