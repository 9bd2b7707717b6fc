"""Functions of times: what they mean is what their columns give, on generated values, failures included."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from parcours.core.columns import series, values
from parcours.core.errors import EvaluationError
from parcours.core.schema import (
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DURATION,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Kind,
    polars_type,
)
from parcours.language.functions import anniversaries, dates, durations, fields, instants, steps
from parcours.language.functions.declaration import Column, Overload
from parcours.language.functions.zones import with_offset_of, zone_of

FUNCTIONS = {
    f.name: f for family in (dates, instants, fields, steps, durations, anniversaries) for f in family.FUNCTIONS
}
ZONES = ("UTC", "Z", "Europe/Paris", "America/Havana", "Africa/Cairo", "Pacific/Apia", "+05:45", "-18:00", "Mars", "")

_EDGES = st.sampled_from(
    (
        datetime.min,
        datetime.max,
        datetime(2024, 2, 29),
        datetime(2024, 1, 31, 23, 59, 59, 999_999),
        datetime(2024, 3, 31, 2, 30),
        datetime(2024, 10, 27, 2, 30),
        datetime(2024, 11, 3, 0, 30),
        datetime(2011, 12, 30),
    )
)
LOCAL = st.one_of(
    st.datetimes(datetime(1902, 1, 1), datetime(2099, 1, 1)),
    _EDGES,
    st.datetimes(datetime(2024, 1, 1), datetime(2025, 1, 1)),
)
OFFSETS = st.sampled_from(("UTC", "+02:00", "-05:00", "+05:30", "+18:00", "-18:00"))
_DAY = "(0001|0000|2024|9999)-(01|02|12|13)-(01|29|30|31)"
_CLOCK = r"T([01][0-9]|2[0-4]):[0-6][0-9](:[0-6][0-9](\.[0-9]{0,8})?)?(Z|[+-](0[0-9]|18):[0-6][0-9])?"
_LENGTH = "[+-]?P([+-]?[0-9]{1,12}[Dd])?(T([+-]?[0-9]{1,16}H)?(-?[0-9]{1,3}M)?([+-]?[0-9]{1,3}([.,][0-9]{0,9})?S)?)?"
_OTHERS = ("", "2024", "2024-01-31 10:00", " 2024-01-31", "2024-01-31\n", "PT1H ", "٢٠٢٤-01-31", *ZONES, *steps.PARTS)
TEXTS = st.one_of(
    st.from_regex(f"{_DAY}({_CLOCK})?", fullmatch=True),
    st.from_regex(_LENGTH, fullmatch=True),
    st.sampled_from(_OTHERS),
)


def aware(local: datetime, offset: str) -> datetime | None:
    try:
        moment = local.replace(tzinfo=zone_of(offset))
        return moment if moment.astimezone(UTC) else None
    except OverflowError:
        return None


VALUES = {
    INTEGER: st.one_of(st.integers(-40, 40), st.integers(-(2**63) + 1, 2**63 - 1), st.sampled_from((10**15, -(2**63)))),
    STRING: TEXTS,
    DATE_ONLY: st.one_of(LOCAL.map(datetime.date), st.sampled_from((date.min, date.max))),
    DATE_TIME_ONLY: LOCAL,
    DATE_TIME: LOCAL.map(lambda local: local.replace(tzinfo=UTC)),
    OFFSET_TIME: st.builds(aware, LOCAL, OFFSETS),
    DURATION: st.one_of(
        st.timedeltas(timedelta(days=-800), timedelta(days=800)),
        st.integers(-(2**63) + 1, 2**63 - 1).map(lambda number: timedelta(microseconds=number)),
    ),
}


def drawn(data, param, kind):
    """Values for a parameter: one in all rows where it must be constant."""
    if kind.kind is Kind.LIST:
        return data.draw(
            st.lists(st.none() | st.lists(st.none() | VALUES[kind.element], max_size=3), min_size=3, max_size=3)
        )
    if param.constant is not None and (param.constant.required or data.draw(st.booleans())):
        good = [zone for zone in ZONES if zone_of(zone)] if "zone" in param.constant.name else param.constant.samples
        return [data.draw(st.sampled_from(good))] * 3
    fitting = st.sampled_from((*steps.PARTS, *ZONES)) if param.constant is not None else VALUES[kind]
    return data.draw(st.lists(st.none() | fitting, min_size=3, max_size=3))


def outcome(overload, row):
    try:
        return overload.value(row)
    except EvaluationError:
        return "failed"


@pytest.mark.parametrize("name", FUNCTIONS)
@settings(deadline=None, max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_columns_give_what_values_mean(name, data):
    function = FUNCTIONS[name]
    signature = function.signatures[data.draw(st.integers(0, len(function.signatures) - 1))]
    kinds = [param.type for param in signature.params]
    given_ = [drawn(data, param, kind) for param, kind in zip(signature.params, kinds, strict=True)]
    frame = pl.DataFrame(
        [series(column, kind, f"a{i}") for i, (column, kind) in enumerate(zip(given_, kinds, strict=True))]
    )
    columns = []
    for i, (param, kind) in enumerate(zip(signature.params, kinds, strict=True)):
        fixed = param.constant is not None and len(set(given_[i])) == 1 and given_[i][0] is not None
        good = fixed and param.constant.problem(given_[i][0]) is None
        lit = pl.lit(given_[i][0], dtype=polars_type(kind)) if good else pl.col(f"a{i}")
        columns.append(Column(lit, kind, constant=good, value=given_[i][0] if good else None))
    overload = Overload(function, tuple(kinds), signature.result)
    note(f"{frame.rows()}")
    expected = [outcome(overload, list(row)) for row in zip(*given_, strict=True)]
    failed = function.fails(*columns) if function.fails else pl.lit(False)
    some_null = pl.any_horizontal(pl.col(name).is_null() for name in frame.columns)
    result = frame.with_columns(
        (failed & ~some_null).fill_null(False).alias("failed"), overload.expression(columns).expr.alias("result")
    )
    found = values(result["result"], overload.result)
    found = ["failed" if bad else value for bad, value in zip(result["failed"], found, strict=True)]
    assert [shown(value) for value in found] == [shown(value) for value in expected]


def shown(value):
    return (value, value.utcoffset()) if isinstance(value, datetime) else value


def test_an_offset_is_kept_or_changed_but_never_lost():
    paris = with_offset_of(datetime(2024, 7, 1, tzinfo=UTC), zone_of("Europe/Paris"))
    assert paris.isoformat() == "2024-07-01T02:00:00+02:00"
