"""Instants, windows and values: few of each and close together, so that they meet."""

from __future__ import annotations

import functools
from datetime import date, datetime, timedelta

from hypothesis import strategies as st

from parcours.core.clock import DAY, HOUR, as_datetime, instant
from parcours.core.schema import (
    BOOLEAN,
    DATE_ONLY,
    DATE_TIME,
    DATE_TIME_ONLY,
    DECIMAL,
    DURATION,
    INTEGER,
    OFFSET_TIME,
    STRING,
    Kind,
    Type,
    list_of,
    object_of,
)
from parcours.language.functions.declaration import Value
from parcours.language.functions.zones import known_zone, with_offset_of
from parcours.language.window_kinds import Absolute, Calendar, Edge, Ever, Relative, Rolling, Window
from parcours.language.windows import relative

BASE = instant("2024-03-31")
GRID = 6 * HOUR
ZONES = ("UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata")
SCALARS = (BOOLEAN, INTEGER, DECIMAL, STRING, DATE_ONLY, DATE_TIME, DATE_TIME_ONLY, DURATION)
LISTS = (list_of(STRING), list_of(INTEGER))
OBJECTS = (
    object_of({"kind": STRING, "points": INTEGER, "since": DATE_ONLY}),
    object_of({"key": STRING, "value": INTEGER}),
)
TEXTS = (
    "",
    "a",
    "A",
    "b",
    "ab",
    "Ab",
    "é",
    "É",
    "ß",
    "ΑΣ",
    " a\t",
    "banana",
    "\u00a0x",
    "😀a",
    "1",
    "-2.5",
    "bio",
    "points",
)
SEGMENTS = ("silver", "gold")


# --- time and windows ----------------------------------------------------------------------------------


def instants(days: int = 60) -> st.SearchStrategy[int]:
    """Instants in microseconds within ``days`` of :data:`BASE`: mostly on the grid, some a microsecond beside it."""
    steps = days * DAY // GRID
    offsets = st.sampled_from((0, 0, 0, 0, 0, 0, -1, 1))
    return st.builds(lambda step, offset: BASE + step * GRID + offset, st.integers(-steps, steps), offsets)


def windows() -> st.SearchStrategy[Window]:
    """Windows of every kind, also empty ones and ones that reach into the future."""
    ages = st.sampled_from([DAY * days for days in (0, 1, 7, 30)] + [GRID, -GRID, -DAY, -7 * DAY])
    units = st.sampled_from(("day", "week", "month", "quarter", "year"))
    edges = st.none() | instants()
    return st.one_of(
        st.just(Ever()),
        st.builds(Rolling, ages, st.just(0), st.booleans()),
        st.builds(Rolling, ages, ages, st.booleans()),
        st.builds(
            lambda unit, first, length, zone, future: Calendar(unit, first, first + length, zone, future),
            units,
            st.integers(-3, 1),
            st.integers(0, 3),
            st.sampled_from(ZONES),
            st.booleans(),
        ),
        st.builds(Absolute, edges, edges, st.booleans()),
        relative_windows(),
    )


def relative_windows() -> st.SearchStrategy[Window]:
    """Windows between edges relative to now, in their canonical form or not, also contradictory ones."""
    forms = st.sampled_from((relative, Relative))
    some = st.none() | relative_edges()
    return st.builds(
        lambda form, lower, upper, zone: form(lower, upper, zone), forms, some, some, st.sampled_from(ZONES)
    )


def relative_edges() -> st.SearchStrategy[Edge]:
    """Edges relative to now: mostly a few units away."""
    steps = st.integers(-3, 3) | st.sampled_from((-13, -12, 14, 24))
    units = st.sampled_from(("hour", "day", "day", "week", "month", "month", "quarter", "year", "decade"))
    aligned = st.sampled_from((None, None, "hour", "day", "week", "month", "quarter", "year", "century"))
    return st.builds(Edge, steps, units, aligned, st.booleans())


# --- values -------------------------------------------------------------------------------------------


def values(type_: Type, *, extreme: bool = False) -> st.SearchStrategy[Value]:
    """Values of a type without null; with ``extreme`` also the ends of the range of numbers."""
    if type_.kind is Kind.LIST:
        assert type_.element is not None
        return st.lists(maybe(type_.element, extreme=extreme), max_size=3)
    if type_.kind is Kind.OBJECT:
        return st.fixed_dictionaries({name: maybe(kind, extreme=extreme) for name, kind in type_.fields})
    if type_.kind is Kind.MAP:
        assert type_.element is not None
        return st.dictionaries(st.sampled_from(TEXTS), maybe(type_.element, extreme=extreme), max_size=3)
    return _extremes()[type_] if extreme and type_.numeric else _values()[type_]


def maybe(type_: Type, *, extreme: bool = False) -> st.SearchStrategy[Value]:
    """Values of a type, or null. A list of objects has no null elements: event properties never do."""
    return st.one_of(values(type_, extreme=extreme), st.none()) if type_.kind is not Kind.OBJECT else values(type_)


@functools.cache
def _values() -> dict[Type, st.SearchStrategy[Value]]:
    moments = instants().map(as_datetime)
    offsets = st.sampled_from(("UTC", "+02:00", "-03:30"))
    return {
        BOOLEAN: st.booleans(),
        INTEGER: st.integers(-3, 9),
        DECIMAL: st.integers(-30, 90).map(lambda tenths: tenths / 10),
        STRING: st.sampled_from(TEXTS),
        DATE_ONLY: st.one_of(moments.map(datetime.date), st.sampled_from((date(2024, 2, 29), date(1969, 12, 31)))),
        DATE_TIME: moments,
        DATE_TIME_ONLY: moments.map(lambda moment: moment.replace(tzinfo=None)),
        OFFSET_TIME: st.builds(lambda moment, zone: with_offset_of(moment, known_zone(zone)), moments, offsets),
        DURATION: st.integers(-3, 3).map(lambda days: timedelta(days=days)),
    }


@functools.cache
def _extremes() -> dict[Type, st.SearchStrategy[Value]]:
    large = (2**63 - 1, -(2**63), 2**62, 2**53 + 1, 10**18)
    return {
        INTEGER: st.one_of(_values()[INTEGER], st.sampled_from(large)),
        DECIMAL: st.one_of(
            _values()[DECIMAL],
            st.sampled_from((1e308, -1e308, 1e-308, 0.1 + 0.2, 2.0**63, -0.5, 2.5, 0.49999999999999994, -0.0)),
            st.floats(allow_nan=False, allow_infinity=False),
        ),
    }
