"""The courier: everything is under way at once, outcomes come as they come, and ticks never wait."""

from __future__ import annotations

import asyncio
import threading

import polars as pl
import pytest

from parcours.core.facts import DELIVERY_COLUMNS, OUTCOME_COLUMNS
from parcours.engines.courier import Courier, Ended, Report


def rows(*keys: str) -> pl.DataFrame:
    return pl.DataFrame({"key": list(keys)}).match_to_schema(pl.Schema(DELIVERY_COLUMNS), missing_columns="insert")


def outcome(key: str) -> dict[str, object]:
    return {"key": key, "result": "ok", "attempts": 1, "detail": "", "time": 5, "started": 3, "answer": None}


class Held:
    """Reports keys that begin with ``quick`` at once, and others when it is let go."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.closed = False

    async def deliver(self, rows: pl.DataFrame, report: Report, ended: Ended) -> None:
        for key in rows["key"]:
            if not key.startswith("quick"):
                while not self.go.is_set():
                    await asyncio.sleep(0.001)
            report(outcome(key))

    async def close(self) -> None:
        self.closed = True


def test_outcomes_come_as_they_come_and_in_order_of_keys() -> None:
    held = Held()
    courier = Courier(held)
    courier.give(rows("slow"))
    courier.give(rows("quick-2", "quick-1"))
    found: list[str] = []
    while len(found) < 2:
        outcomes = courier.outcomes()
        assert outcomes.schema == OUTCOME_COLUMNS
        found += outcomes["key"].to_list()
    assert sorted(found) == ["quick-1", "quick-2"]
    held.go.set()
    courier.drain()
    assert courier.outcomes()["key"].to_list() == ["slow"]
    assert courier.outcomes().is_empty()
    courier.close()
    assert held.closed


def test_closing_finishes_what_was_given() -> None:
    held = Held()
    courier = Courier(held)
    courier.give(rows("slow"))
    threading.Timer(0.05, held.go.set).start()
    courier.close()
    assert courier.outcomes()["key"].to_list() == ["slow"]


def test_nothing_to_deliver_is_nothing() -> None:
    courier = Courier(Held())
    courier.give(rows())
    courier.drain()
    assert courier.outcomes().is_empty()
    courier.close()


def test_what_broke_the_delivery_is_told() -> None:
    class Broken(Held):
        async def deliver(self, rows: pl.DataFrame, report: Report, ended: Ended) -> None:
            raise ZeroDivisionError

    courier = Courier(Broken())
    courier.give(rows("a"))
    courier.drain()
    with pytest.raises(ZeroDivisionError):
        courier.outcomes()
    courier.close()


def test_runs_that_ended_are_told_even_where_nothing_is_to_be_delivered() -> None:
    class Listening(Held):
        async def deliver(self, rows: pl.DataFrame, report: Report, ended: Ended) -> None:
            found.append((rows.height, dict(ended)))

    found: list[tuple[int, dict[str, str]]] = []
    courier = Courier(Listening())
    courier.give(rows("a"))
    courier.give(rows(), {"win/1/P1": "stopped"})
    courier.close()
    assert found == [(1, {}), (0, {"win/1/P1": "stopped"})]
