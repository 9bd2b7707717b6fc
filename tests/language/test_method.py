"""Which rules are kept by adding and subtracting, which are worked out anew, and which the clock changes."""

from __future__ import annotations

import pytest

from parcours.core.schema import DATE_ONLY, DATE_TIME, DECIMAL, INTEGER, STRING, Schema
from parcours.language.frontends import read_rule
from parcours.language.method import BATCH, BY_THE_CLOCK, INCREMENTAL, RECOMPUTED, evaluation_method

SCHEMA = Schema(
    {"age": INTEGER, "birthday": DATE_ONLY, "trial_ends": DATE_TIME},
    {"purchase": {"total": DECIMAL}, "visit": {"page": STRING}},
)
NOW = {"call": "ge", "args": [{"call": "hour", "args": [{"now": True}]}, {"value": 8}]}
CHAIN = {"pql": 'chain(xEvent, timestamp, [A: WHAT(eventType = "visit"), B: WHAT(total > 5) WHEN(<= 2 days after A)])'}


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ({"attribute": "age", "at_least": 18}, INCREMENTAL),
        ({"segment": "gold"}, INCREMENTAL),
        ({"attribute": "trial_ends", "in_next": "3 days"}, INCREMENTAL),
        ({"event": "purchase", "sum": "total", "this": "month", "at_least": 5}, INCREMENTAL),
        ({"pql": 'xEvent[eventType = "purchase" and total > 5].count() > 1 and not inSegment("gold")'}, INCREMENTAL),
        (CHAIN, RECOMPUTED),
        ({"pql": "xEvent.total.sum() > 5"}, RECOMPUTED),
        ({"pql": "xEvent[total > 5 and timestamp occurs < 3 days before now].count() > 2"}, RECOMPUTED),
        (NOW, BY_THE_CLOCK),
        ({"all": [{"attribute": "age", "at_least": 18}, NOW]}, BY_THE_CLOCK),
    ],
)
def test_the_rule_decides(rule: dict[str, object], kind: str) -> None:
    assert evaluation_method(read_rule(rule, SCHEMA)).kind == kind


def test_the_parts_that_decide_are_named() -> None:
    rule = read_rule({"any": [{"attribute": "age", "at_least": 18}, NOW]}, SCHEMA)
    found = evaluation_method(rule)
    (reason,) = found.reasons
    assert "present instant" in reason
    assert "age" not in reason
    assert str(found).startswith("by the clock: ")


def test_a_schedule_decides_over_the_rule() -> None:
    found = evaluation_method(read_rule(NOW, SCHEMA), schedule="0 3 * * *")
    assert found.kind == BATCH
    assert "0 3 * * *" in str(found)


def test_reasons_in_french() -> None:
    found = evaluation_method(read_rule(NOW, SCHEMA), language="fr")
    assert found.kind == BY_THE_CLOCK
    assert str(found).startswith("par l'horloge")
