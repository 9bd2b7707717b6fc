"""Row rules over this tick's events, whatever columns they happen to have."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from parcours.core.schema import INTEGER, STRING, Schema, list_of, object_of
from parcours.flow.journeys.rows import matching, texts
from parcours.language.rules.parse import parse_row_rule

SCHEMA = Schema(events={"p": {"total": INTEGER, "name": STRING, "items": list_of(object_of({"quantity": INTEGER}))}})
AT_LEAST_TEN = {"field": "total", "at_least": 10}
ANY_PAIR = {"any_item": "items", "where": {"field": "quantity", "at_least": 2}}


@pytest.mark.parametrize(
    ("rule", "columns", "expected"),
    [
        (AT_LEAST_TEN, {"total": [9, 10, None]}, [False, True, False]),
        (AT_LEAST_TEN, {"total": [9.5, 10.0, None]}, [False, True, False]),
        (AT_LEAST_TEN, {"other": [1, 2, 3]}, [False, False, False]),
        ({"none": [AT_LEAST_TEN]}, {"other": [1, 2, 3]}, [True, True, True]),
        ({"field": "name", "is_set": False}, {"name": [None, None, None]}, [True, True, True]),
        (ANY_PAIR, {"items": [[{"quantity": 1}, {"quantity": 2}], [], None]}, [True, False, False]),
        (ANY_PAIR, {}, [False, False, False]),
    ],
)
def test_matching(rule: dict[str, Any], columns: dict[str, list[Any]], expected: list[bool]) -> None:
    rows = pl.DataFrame({"_event_id": ["a", "b", "c"], **columns})
    assert matching(parse_row_rule(rule, event="p", schema=SCHEMA), rows).tolist() == expected


def test_properties_as_texts() -> None:
    rows = pl.DataFrame({"order": [1, None, 3]})
    assert texts(rows, "order", [2, 1]).to_list() == ["3", None]
    assert texts(rows, "other", [2, 1]).to_list() == [None, None]
