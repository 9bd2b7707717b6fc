"""Seats are handed out once each, and go on where the log says."""

from __future__ import annotations

import polars as pl

from parcours.core.clock import VirtualClock
from parcours.flow.delivery.outbox import Outbox
from parcours.flow.delivery.seats import Seats, taken
from tests.flow.delivery.rows import deliveries, people


def ask(seats: Seats, count: int, content: str = '{"cap": "win/1/first", "most": 5}') -> list[tuple[str, str | None]]:
    rows = [{"key": f"k{number}", "content": content} for number in range(count)]
    outcomes: list[tuple[str, str | None]] = []
    seats.deliver(rows, lambda row: outcomes.append((row["result"], row["answer"])), VirtualClock(0))
    return outcomes


def test_as_many_as_there_are() -> None:
    seats = Seats()
    assert ask(seats, 3) == [("ok", f'{{"number":{number}}}') for number in range(3)]
    assert [result for result, _ in ask(seats, 4)] == ["ok", "ok", "capped", "capped"]
    assert ask(seats, 1, '{"cap": "other", "most": null}') == [("ok", '{"number":0}')]


def test_the_count_goes_on_from_the_log() -> None:
    given = pl.DataFrame(
        {
            "content": ['{"cap": "a", "most": 5}', '{"cap": "a", "most": 5}', '{"cap": "b"}'],
            "answer": ['{"number": 0}', '{"number": 3}', '{"number": 0}'],
        }
    )
    assert taken(given) == {"a": 4, "b": 1}
    assert [result for result, _ in ask(Seats({"win/1/first": 4}), 2)] == ["ok", "capped"]
    assert taken(given.clear()) == {}


def test_the_outbox_hands_them_out() -> None:
    rows = deliveries(*people(2), channel="seat").with_columns(content=pl.lit('{"cap": "a", "most": 1}'))
    with Outbox({}, seats=Seats()) as outbox:
        outcomes = outbox.deliver(rows, {}, VirtualClock(7))
    assert outcomes.select("result", "answer").rows() == [("ok", '{"number":0}'), ("capped", None)]


def test_what_is_not_to_be_understood_gets_none() -> None:
    assert ask(Seats(), 1, "{}") == [("error", None)]
