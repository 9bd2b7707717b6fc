"""Rules as people write them mean the same in the reference and compiled to columns."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from parcours.core.schema import DATE_TIME
from parcours.kernel.compile import row_condition
from parcours.language.reference import evaluate_row, holds
from parcours.language.rules.parse import parse_row_rule, parse_rule
from parcours.testing import strategies
from tests.kernel.test_compile import compiled_over_profiles
from tests.language.rules import shapes
from tests.language.shop import SEGMENTS, SHOP

PURCHASE = SHOP.events["purchase"]
SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], deadline=None)


@SLOW
@given(shapes.row_rules(), st.lists(strategies.events_of(PURCHASE), max_size=5))
def test_over_events(shape: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    node = parse_row_rule(shape, "purchase", SHOP)
    note(f"{node}")
    frame = strategies.frame_of(rows, {**PURCHASE, "_time": DATE_TIME})
    compiled = frame.with_columns(row_condition(node, PURCHASE).alias("met"))["met"].to_list()
    assert compiled == [evaluate_row(node, (row,)) is True for row in rows]


@SLOW
@given(shapes.rules(), strategies.histories(SHOP), strategies.instants())
def test_over_profiles(shape: dict[str, Any], history: strategies.History, now: int) -> None:
    node = parse_rule(shape, SHOP, SEGMENTS)
    note(f"{node}")
    people = [history.person(profile) for profile in range(len(history.attributes))]
    compiled = [value is True for value in compiled_over_profiles(node, history, now)]
    assert compiled == [holds(node, person, now) for person in people]
