"""ISO text read and written: what is accepted, what is null, and that reading undoes writing."""

from datetime import UTC, date, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parcours.language.functions import iso
from parcours.language.functions.zones import instant_in, offset_in, placed, zone_of

EAST = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2021-02-19", date(2021, 2, 19)),
        ("2021-02-19T10:00", datetime(2021, 2, 19, 10)),
        ("2021-02-19T10:00:30.5", datetime(2021, 2, 19, 10, 0, 30, 500_000)),
        ("2021-02-19T10:00Z", datetime(2021, 2, 19, 10, tzinfo=UTC)),
        ("2021-02-19T10:00:00.123456789+05:30", datetime(2021, 2, 19, 10, 0, 0, 123_456, EAST)),
        *((text, None) for text in ("2021-02-30", "2021-2-19", "20210219", "0000-01-01", "2021-02-19 10:00")),
        *((f"2021-02-19T{text}", None) for text in ("", "10", "24:00", "10:60", "10:00:60", "10:00:00.", "10:00z")),
        *((f"2021-02-19T10:00{text}", None) for text in ("+5", "+0530", "+18:01", "+05:60", "Z[UTC]", "\n")),
        ("0001-01-01T00:00+01:00", None),
    ],
)
def test_moments(text, moment):
    found = iso.read_moment(text)
    assert (found, type(found)) == (moment, type(moment))
    if isinstance(moment, datetime) and moment.tzinfo is not None:
        assert found.utcoffset() == moment.utcoffset()


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("PT15M", "PT15M"),
        ("P2DT3H4M", "PT51H4M"),
        ("PT-6H3M", "PT-5H-57M"),
        ("-PT6H3M", "PT-6H-3M"),
        ("-PT-6H+3M", "PT5H57M"),
        ("pt20.345s", "PT20.345S"),
        ("PT-0,5S", "PT-0.5S"),
        ("PT1.S", "PT1S"),
        ("PT0.0000009S", "PT0S"),
        ("+P1D", "PT24H"),
        *((text, None) for text in ("", "P", "PT", "P1DT", "P1Y", "P6H", "PT6", "PT.5S", "PT1.0000000001S", "P 1D")),
        ("PT9999999999999H", None),
    ],
)
def test_durations(text, written):
    length = iso.read_duration(text)
    assert (None if length is None else iso.duration_text(length)) == written


@given(st.timedeltas(timedelta(days=-(10**6)), timedelta(days=10**6)))
def test_a_duration_written_is_read_again(length):
    assert iso.read_duration(iso.duration_text(length)) == length


@given(st.datetimes(timezones=st.sampled_from((UTC, EAST, timezone(-timedelta(hours=3))))))
def test_a_moment_written_is_read_again(moment):
    text = iso.moment_text(moment)
    try:
        moment.astimezone(UTC)
    except OverflowError:
        assert iso.read_moment(text) is None
    else:
        assert (iso.read_moment(text), text[-1] == "Z") == (moment, moment.utcoffset() == timedelta(0))


@pytest.mark.parametrize("name", ["Europe/Paris", "UTC", "Z", "+02:00", "-18:00", "Etc/GMT+5"])
def test_zones(name):
    assert zone_of(name) is not None


@pytest.mark.parametrize(
    "name", ["", "Paris", "z", "+2", "+19:00", "localtime", "Factory", "posix/UTC", "../etc/passwd"]
)
def test_no_zones(name):
    assert zone_of(name) is None


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/Havana", "Africa/Cairo", "Pacific/Apia", "+05:45"])
def test_local_times_that_clocks_skip_or_show_twice(zone):
    first = datetime(2024, 1, 1) if zone != "Pacific/Apia" else datetime(2011, 12, 1)
    hours = pl.datetime_range(first, first + timedelta(days=366), "30m", time_unit="us", eager=True).alias("at")
    found = hours.to_frame().select(placed(pl.col("at"), zone).struct.unnest())
    expected = [instant_in(moment, zone_of(zone)) for moment in hours]
    assert found["instant"].to_list() == expected
    assert found["offset"].to_list() == [moment.utcoffset() // timedelta(seconds=1) for moment in expected]
    again = found.select(offset_in(pl.col("instant"), zone).alias("offset"))["offset"]
    assert set(again) <= set(found["offset"])
