"""Constants fitted to the type of what they stand beside."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from parcours.core.schema import (
    ANY,
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    STRING,
    Type,
    list_of,
)
from parcours.language.check.literals import fitted, natural_type, readings
from parcours.language.tree import Literal

MIDNIGHT = datetime(2024, 3, 31, tzinfo=UTC)
FITS: list[tuple[Any, Type, Any, Type]] = [
    (3, DECIMAL, 3.0, DECIMAL),
    (3.0, INTEGER, 3, INTEGER),
    (2.5, INTEGER, 2.5, DECIMAL),
    (1e30, INTEGER, 1e30, DECIMAL),
    ("2024-03-31", DATE_ONLY, date(2024, 3, 31), DATE_ONLY),
    ("2024-03-31", DATE_TIME, MIDNIGHT, DATE_TIME),
    (date(2024, 3, 31), DATE_TIME, MIDNIGHT, DATE_TIME),
    ("2024-03-31T02:00:00+02:00", DATE_TIME, MIDNIGHT, DATE_TIME),
    (MIDNIGHT.astimezone(timezone(timedelta(hours=5))), DATE_TIME, MIDNIGHT, DATE_TIME),
    ("2024-03-31T02:30", DATE_TIME_ONLY, datetime(2024, 3, 31, 2, 30), DATE_TIME_ONLY),
    ("90 minutes", DURATION, timedelta(minutes=90), DURATION),
    ("a", ANY, "a", STRING),
    (None, DATE_ONLY, None, DATE_ONLY),
]


@pytest.mark.parametrize(("value", "type_", "fit", "kind"), FITS)
def test_what_fits(value: Any, type_: Type, fit: Any, kind: Type) -> None:
    found = fitted(Literal(value, natural_type(value)), type_)
    assert found == Literal(fit, kind)
    assert type(found.value) is type(fit)


def test_there_is_one_zero_and_one_way_to_write_an_instant() -> None:
    """Equal rules have equal fingerprints, whatever zero or offset their author wrote."""
    assert str(fitted(Literal(-0.0, DECIMAL), DECIMAL)) == str(fitted(Literal(0, INTEGER), DECIMAL))
    moved = fitted(Literal(MIDNIGHT.astimezone(timezone(timedelta(hours=5))), DATE_TIME), DATE_TIME)
    assert moved is not None
    assert str(moved.value) == "2024-03-31 00:00:00+00:00"


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        (True, INTEGER),
        (1, BOOLEAN),
        ("3", INTEGER),
        (3, STRING),
        ("2024-02-30", DATE_ONLY),
        ("2024-02-29T10:00", DATE_ONLY),
        ("2024-02-29T10:00Z", DATE_TIME_ONLY),
        ("0001-01-01T00:00+10:00", DATE_TIME),
        ("1 month", DURATION),
        ("a", list_of(STRING)),
        (3, ANY),
    ],
)
def test_what_does_not_fit(value: Any, type_: Type) -> None:
    assert fitted(Literal(value, natural_type(value)), type_) is None


def test_readings_start_with_the_plainest() -> None:
    assert [reading.type for reading in readings(Literal("2024-03-31", STRING))] == [
        STRING,
        DATE_ONLY,
        DATE_TIME,
        DATE_TIME_ONLY,
    ]
    assert [reading.type for reading in readings(Literal(3, INTEGER))] == [INTEGER, DECIMAL]
