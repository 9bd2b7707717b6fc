"""``occurs``: every form against the table of the specification (section 8), read literally in plain Python."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parcours.core.clock import instant
from parcours.core.errors import DefinitionError
from parcours.core.schema import DATE_ONLY, DATE_TIME, STRING, list_of, object_of
from parcours.language.calendar import floored, shifted
from parcours.language.pql import PqlScope, print_pql, read
from parcours.language.pql.words import DIRECTIONS, UNITS, unit_word
from parcours.language.reference import Person, evaluate
from parcours.language.tree import InWindow
from parcours.language.window_kinds import Absolute, Calendar, Relative, Rolling

SCOPE = PqlScope(
    object_of({"t": DATE_TIME, "r": DATE_TIME, "text": STRING, "day": DATE_ONLY, "times": list_of(DATE_TIME)})
)
_MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2030, 12, 31)).map(lambda at: at.replace(microsecond=0))
_NEAR = st.integers(-40, 40).map(lambda days: timedelta(days=days)) | st.integers(-7200, 7200).map(
    lambda seconds: timedelta(seconds=seconds)
)
_EDGES = st.sampled_from([timedelta(0), timedelta(microseconds=1), timedelta(microseconds=-1)])


def holds(query: str, now: datetime, **attributes: object) -> bool:
    """The query, and the query that its tree is printed as, which has to be the same tree."""
    node = read(query, SCOPE)
    assert read(print_pql(node), SCOPE) == node
    aware = {
        name: value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for name, value in attributes.items()
    }
    return evaluate(node, Person(aware), instant(now.replace(tzinfo=UTC)))


def expected(t: datetime, operator: str, n: int, unit: str, direction: str, r: datetime) -> bool:
    before, after = shifted(r, -n, unit), shifted(r, n, unit)
    assert before is not None
    assert after is not None
    if operator == "!=":
        return not expected(t, "=", n, unit, direction, r)
    sides = {
        "before": {
            "<": before < t <= r,
            "<=": before <= t <= r,
            ">": t < before,
            ">=": t <= before,
            "=": floored(t, unit) == floored(before, unit),
        },
        "after": {
            "<": r <= t < after,
            "<=": r <= t <= after,
            ">": t > after,
            ">=": t >= after,
            "=": floored(t, unit) == floored(after, unit),
        },
    }
    if direction == "from":
        # with no distance at all, less than it is nothing
        if operator == "<":
            return before < t < after
        return sides["before"][operator] or sides["after"][operator]
    return sides[direction][operator]


@settings(max_examples=60)
@given(
    r=_MOMENTS,
    operator=st.sampled_from(["<", "<=", ">", ">=", "=", "!="]),
    n=st.integers(0, 30),
    unit=st.sampled_from(UNITS[:-3]),
    direction=st.sampled_from(DIRECTIONS),
    shift=st.sampled_from([-2, -1, 0, 1, 2]),
    near=_NEAR,
    edge=_EDGES,
)
@example(datetime(2021, 3, 31, 12), "<", 1, "month", "before", -1, timedelta(0), timedelta(0))
@example(datetime(2021, 3, 31, 12), "<=", 1, "month", "before", -1, timedelta(0), timedelta(0))
@example(datetime(2021, 6, 10), "=", 3, "week", "from", 1, timedelta(days=3), timedelta(0))
def test_distances(r, operator, n, unit, direction, shift, near, edge):
    at = shifted(r, shift * n, unit)
    if at is None:
        return
    t = at + (near if near.days % 2 else timedelta(0)) + edge
    wanted = expected(t, operator, n, unit, direction, r)
    form = f"{operator} {n} {unit_word(unit, n)} {direction}"
    assert holds(f"t occurs {form} now", r, t=t) is wanted
    assert holds(f"t occurs {form} r", datetime(2020, 1, 1), t=t, r=r) is wanted
    assert holds(f"text occurs {form} r", datetime(2020, 1, 1), text=t.isoformat() + "Z", r=r) is wanted
    assert holds(f't occurs {form} "{r.isoformat()}Z"', datetime(2020, 1, 1), t=t) is wanted
    assert holds(f"times occurs {form} r", r, times=[t.replace(tzinfo=UTC)], r=r) is (
        wanted if operator != "!=" else any([wanted])
    )


@settings(max_examples=40)
@given(
    now=_MOMENTS,
    unit=st.sampled_from(UNITS),
    which=st.sampled_from([("last", -1), ("this", 0), ("next", 1)]),
    n=st.integers(-2, 2),
    edge=_EDGES,
)
def test_intervals(now, unit, which, n, edge):
    word, offset = which
    start = shifted(floored(now, unit), offset, unit)
    end = shifted(floored(now, unit), offset + 1, unit)
    t = shifted(floored(now, unit), n, unit)
    if start is None or end is None or t is None or t.year < 2:
        return
    t += edge
    assert holds(f"t occurs {word} {unit}", now, t=t) is (start <= t < end)
    assert holds(f"t occurs before {word} {unit}", now, t=t) is (t < start)
    assert holds(f"t occurs after {word} {unit}", now, t=t) is (t >= end)
    assert holds(f"t occurs between {word} {unit} and now", now, t=t) is (start <= t <= now)
    assert holds(f"t occurs between now and {word} {unit}", now, t=t) is (now <= t < end)


@settings(max_examples=40)
@given(now=_MOMENTS, near=_NEAR, edge=_EDGES)
def test_days(now, near, edge):
    t = floored(now, "day") + timedelta(days=near.days) + edge
    for word, offset in (("yesterday", -1), ("today", 0), ("tomorrow", 1)):
        start = floored(now, "day") + timedelta(days=offset)
        end = start + timedelta(days=1)
        assert holds(f"t occurs {word}", now, t=t) is (start <= t < end)
        assert holds(f"t occurs before {word}", now, t=t) is (t < start)
        assert holds(f"t occurs after {word}", now, t=t) is (t >= end)
        assert holds(f"t occurs between {word} and {word}", now, t=t) is (start <= t < end)
        assert holds(f"t occurs < 3 hours before {word}", now, t=t) is (start - timedelta(hours=3) < t <= start)
        assert holds(f"t < {word}", now, t=t) is (t < start)
        assert holds(f"t occurs on {word} or t = {word}", now, t=t) is (start <= t < end)


@settings(max_examples=20)
@given(near=st.integers(-3, 3), edge=_EDGES)
def test_dates_are_days(near, edge):
    start = datetime(2021, 5, 8)
    end, t, now = start + timedelta(days=1), start + timedelta(days=near) + edge, datetime(2020, 1, 1)
    for written, extra in (("date(2021, 5, 8)", {}), ("day", {"day": start.date()}), ('"2021-05-08"', {})):
        assert holds(f"t occurs {'on ' if near % 2 else ''}{written}", now, t=t, **extra) is (start <= t < end)
        assert holds(f"t occurs before {written}", now, t=t, **extra) is (t < start)
        assert holds(f"t occurs after {written}", now, t=t, **extra) is (t >= end)
        assert holds(f"t occurs between {written} and {written}", now, t=t, **extra) is (start <= t < end)
        assert holds(f"t occurs <= 1 week after {written}", now, t=t, **extra) is (start <= t <= start + timedelta(7))
    assert holds("day occurs today", end - timedelta(hours=1), day=start.date())


def test_steps_that_no_window_says_are_compared():
    now = datetime(2024, 2, 28, 12)
    assert holds("t occurs > 1 year after tomorrow", now, t=datetime(2025, 2, 28, 0, 0, 1))
    assert not holds("t occurs > 1 year after tomorrow", now, t=datetime(2025, 2, 28))
    assert holds("t occurs between yesterday and r", now, t=now, r=now)


def test_null_is_at_no_time():
    now = datetime(2021, 1, 1)
    for form in ("now", "after now", "before now", "< 3 days before now", "< 1 month from r", "between r and now"):
        assert not holds(f"t occurs {form}", now)
        assert holds(f"not (t occurs {form})", now)
    assert holds("t occurs != 3 days before now", now)
    for form in (
        "r",
        "after r",
        "< 3 days from r",
        "<= 2 centuries before r",
        "> 2 centuries from r",
        "= 2 days from r",
    ):
        assert not holds(f"t occurs {form}", now, t=now)


def test_distances_may_lead_out_of_all_time():
    now = datetime(2021, 1, 1)
    for amount in (9, 3_000, 10**12, 2**63 - 1):
        assert holds(f"t occurs < {amount} millennia before now", now, t=datetime(500, 1, 1))
        assert holds(f"t occurs < {amount} millennia before r", now, t=datetime(500, 1, 1), r=now)
        assert not holds(f"t occurs > {amount} millennia before now", now, t=datetime(500, 1, 1))
        assert not holds(f"t occurs >= {amount} millennia after r", now, t=datetime(9000, 1, 1), r=now)


def test_what_moves_with_the_clock_is_a_window():
    def window(form: str) -> object:
        node = read(f"t occurs {form}", SCOPE)
        assert isinstance(node, InWindow)
        return node.window

    day = 86_400_000_000
    assert window("< 7 days before now") == Rolling(7 * day)
    assert window("<= 7 days before now") == Rolling(7 * day, closed=True)
    assert window("this month") == Calendar("month", 0, 0, future=True)
    assert window("last week") == Calendar("week", -1, -1, future=True)
    assert window("= 2 months before today") == Calendar("month", -2, -2, future=True)
    assert window("= 3 days before today") == Calendar("day", -3, -3, future=True)
    assert window("on date(1970, 1, 2)") == Absolute(day, 2 * day, future=True)
    assert isinstance(window("< 1 month before now"), Relative)
    assert isinstance(window("> 2 years after today"), Relative)


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("t occurs from now", "type.occurs"),
        ("true occurs now", "type.not-a-time"),
        ("t occurs before true", "type.not-a-time"),
        ("t occurs on 5", "type.not-a-time"),
        ('t occurs before "soon"', "type.bad-timestamp"),
        ("t occurs on times", "type.not-a-time"),
    ],
)
def test_what_is_no_time(query, code):
    with pytest.raises(DefinitionError) as caught:
        read(query, SCOPE)
    assert [problem.code for problem in caught.value.problems] == [code]
