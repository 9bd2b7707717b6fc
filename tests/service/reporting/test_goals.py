"""Conversions: which event counts for whom, and when it is too late."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import DAY, HOUR, MINUTE
from parcours.core.facts import INSTANT
from parcours.core.schema import DECIMAL, Schema
from parcours.flow.journeys.definitions import JourneyDefinition, read_journey
from parcours.service.reporting.goals import Conversion, conversion, converted
from tests.service.reporting.history import START, history, rows

SCHEMA = Schema().with_event("purchase", {"total": DECIMAL}).with_event("visit", {})
ENTRIES = """
ada 0 entry entry entered
ben 0 entry entry entered
cy 0 entry entry entered
dan 0 entry entry held_out
eve 0 entry entry held_out
ada 1500 entry entry entered
"""


def journey(goal: Mapping[str, Any] | None) -> JourneyDefinition:
    body: dict[str, Any] = {"journey": "j", "entry": {"event": "visit"}, "start": "bye", "holdout": 10}
    body["activities"] = {"bye": {"type": "end"}}
    return read_journey(body if goal is None else body | {"goal": goal}, SCHEMA, ())


def bought(who: int, minutes: int, total: float = 50.0) -> dict[str, Any]:
    return {"id": f"{who}-{minutes}", "who": who, "at": START + minutes * MINUTE, "total": total}


def asked(path: Path, goal: Mapping[str, Any] | None, *purchases: dict[str, Any]) -> Conversion | None:
    with history(path, rows(ENTRIES), purchases=list(purchases), schema=SCHEMA) as log:
        return conversion(log, journey(goal))


def who(found: Conversion) -> list[int]:
    return sorted(found.people.drop_nulls("converted")["_profile"].to_list())


def test_only_events_of_the_goal_in_its_time_count(tmp_path: Path) -> None:
    purchases = [
        *[bought(0, 0), bought(0, 5, 3.0), bought(0, 24 * 60)],  # at the entry, too small, too late
        *[bought(1, -5), bought(1, 24 * 60 - 1)],
        *[bought(2, 10), bought(2, 20)],
        bought(3, 1),
    ]
    goal = {"event": "purchase", "where": {"field": "total", "at_least": 10}, "within": "1 day"}
    found = asked(tmp_path, goal, *purchases)

    assert found is not None
    assert who(found) == [1, 2, 3]
    assert (found.lift.treated, found.lift.treated_converted) == (3, 2)
    assert (found.lift.held_out, found.lift.held_out_converted) == (2, 1)
    assert found.people.filter(pl.col("_profile") == 2)["converted"].dt.timestamp("us").item() == START + 10 * MINUTE


def test_who_may_still_convert_is_counted(tmp_path: Path) -> None:
    found = asked(tmp_path, {"event": "purchase", "within": "1 day"}, bought(0, 5))
    assert found is not None
    assert found.open == 4  # the last tick was seconds ago


def test_without_a_window_the_goal_may_be_reached_ever(tmp_path: Path) -> None:
    found = asked(tmp_path, {"event": "purchase"}, bought(0, 60 * 24 * 900))
    assert found is not None
    assert (who(found), found.open) == ([0], 4)


def test_no_goal_no_conversions(tmp_path: Path) -> None:
    assert asked(tmp_path, None) is None


def test_nobody_buys(tmp_path: Path) -> None:
    found = asked(tmp_path, {"event": "purchase", "where": {"field": "total", "at_least": 10}})
    assert found is not None
    assert (who(found), found.lift.difference) == ([], 0.0)


moments = st.integers(0, 30).map(lambda hour: START + hour * HOUR)


@given(
    st.dictionaries(st.integers(0, 5), moments, max_size=6),
    st.lists(st.tuples(st.integers(0, 6), moments), max_size=20),
    st.sampled_from([None, 1, HOUR, 5 * HOUR, DAY]),
)
def test_equals_a_loop(entered: dict[int, int], events: list[tuple[int, int]], window: int | None) -> None:
    entries = pl.DataFrame(list(entered.items()), schema={"_profile": pl.Int32, "entered": pl.Int64}, orient="row")
    frame = pl.DataFrame(events, schema={"_profile": pl.Int32, "_time": pl.Int64}, orient="row")
    found = converted(
        entries.with_columns(pl.col("entered").cast(INSTANT)), frame.with_columns(pl.col("_time").cast(INSTANT)), window
    )

    expected = {
        who: min(
            (at for p, at in events if p == who and at > start and (window is None or at < start + window)),
            default=None,
        )
        for who, start in entered.items()
    }
    assert dict(found.select("_profile", pl.col("converted").to_physical()).iter_rows()) == expected
