"""Instants from text, dates and counts."""

from __future__ import annotations

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.core.clock import as_datetime, iso
from parcours.core.errors import InputError
from parcours.flow.ingest.times import EARLIEST, LATEST, checked_zone, instants


def one(value: object, **how: str) -> str | None:
    (found,) = instants(pl.Series([value]), **how).to_physical().to_list()
    return None if found is None else iso(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-14", "2026-03-14T00:00:00Z"),
        ("2026-03-14 10:30", "2026-03-14T10:30:00Z"),
        ("2026-03-14T10:30:15.5", "2026-03-14T10:30:15.500000Z"),
        ("2026-03-14T10:30:15,25Z", "2026-03-14T10:30:15.250000Z"),
        ("2026-03-14T10:30:00+01:00", "2026-03-14T09:30:00Z"),
        ("2026-03-14T10:30-0530", "2026-03-14T16:00:00Z"),
        ("2026-03-14 10:30:00 +02", "2026-03-14T08:30:00Z"),
        (" 2026-03-14T10:30:00z ", "2026-03-14T10:30:00Z"),
        ("14/03/2026", None),
        ("2026-02-30", None),
        ("2026-03-14T25:00", None),
        ("1026-03-14", None),
        ("soon", None),
        ("", None),
    ],
)
def test_iso(text, expected):
    assert one(text) == expected


def test_local_times_are_in_the_zone():
    assert one("2026-07-01T12:00", zone="America/New_York") == "2026-07-01T16:00:00Z"
    assert one("2026-07-01T12:00Z", zone="America/New_York") == "2026-07-01T12:00:00Z"
    assert one(date(2026, 1, 1), zone="America/New_York") == "2026-01-01T05:00:00Z"
    assert one(datetime(2026, 1, 1), zone="Europe/Paris") == "2025-12-31T23:00:00Z"  # noqa: DTZ001


def test_changes_of_the_clock():
    """A skipped hour names no instant, a repeated one its first occurrence."""
    assert one("2026-03-29T02:30", zone="Europe/Paris") is None
    assert one("2026-10-25T02:30", zone="Europe/Paris") == "2026-10-25T00:30:00Z"


@pytest.mark.parametrize(
    ("value", "pattern", "expected"),
    [
        ("14/03/2026 10:30", "%d/%m/%Y %H:%M", "2026-03-14T10:30:00Z"),
        ("14.03.2026", "%d.%m.%Y", "2026-03-14T00:00:00Z"),
        ("20260314", "%Y%m%d", "2026-03-14T00:00:00Z"),
        ("14/03/2026 10:30 +0100", "%d/%m/%Y %H:%M %z", "2026-03-14T09:30:00Z"),
        ("32/03/2026", "%d/%m/%Y", None),
        (1_000_000_000, "unix", "2001-09-09T01:46:40Z"),
        (1_000_000_000_500, "unix-ms", "2001-09-09T01:46:40.500000Z"),
        (1_000_000_000.25, "unix", "2001-09-09T01:46:40.250000Z"),
        ("1000000000", "unix", "2001-09-09T01:46:40Z"),
        (1_000_000_000_000, "unix", None),
        (float("nan"), "unix", None),
        (1_000_000_000, None, None),
    ],
)
def test_patterns_and_counts(value, pattern, expected):
    assert one(value, **({"pattern": pattern} if pattern else {})) == expected


@given(st.integers(EARLIEST, LATEST))
def test_every_instant_survives_its_own_text(moment):
    assert instants(pl.Series([iso(moment)])).to_list() == [as_datetime(moment)]
    assert instants(pl.Series([as_datetime(moment)])).to_list() == [as_datetime(moment)]
    assert instants(pl.Series([moment]), pattern="unix-us").to_list() == [
        datetime.fromtimestamp(0, UTC) + (as_datetime(moment) - as_datetime(0))
    ]


def test_unknown_zones_are_refused():
    assert checked_zone("Europe/Paris") == "Europe/Paris"
    for zone in ("Europe/Pairs", "", "../etc"):
        with pytest.raises(InputError) as caught:
            checked_zone(zone, "a.csv")
        assert caught.value.code == "unknown-zone"
